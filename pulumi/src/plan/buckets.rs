//! The user's bucket, which is read, and the stack's own, which are closed.

use super::{DataBucket, Plan, Sample, Shared, alarms, functions, map, policy, queues};
use crate::Notify;
use crate::sdk::{Attribute, Resource, Value, list};

/// The bucket of the access logs, without the stack's prefix.
const ACCESS_LOGS: &str = "access-logs";
/// Days after which an unfinished upload is aborted.
const UPLOAD_DAYS: u32 = 7;
/// Days that a replaced version can be restored.
const REPLACED_DAYS: u32 = 90;
/// Days that access logs are kept: a year, as other logs.
const LOG_DAYS: u32 = 365;

/// Events of the data bucket that change what a review would say. Expirations by lifecycle rules are not deletions, and a
/// restored object is not created again: each has events of its own.
const EVENTS: [&str; 4] = [
    "s3:ObjectCreated:*",
    "s3:ObjectRemoved:*",
    "s3:LifecycleExpiration:*",
    "s3:ObjectRestore:Completed",
];
/// The same events as EventBridge calls them; its `Object Deleted` includes expirations.
const EVENT_TYPES: [&str; 3] = ["Object Created", "Object Deleted", "Object Restore Completed"];

pub(super) struct Buckets {
    pub(super) data: Data,
    /// Full documents and mergeable states.
    pub(super) documents: Resource,
}

/// The bucket of the files, whoever owns it.
pub(super) struct Data {
    pub(super) name: Value,
    pub(super) arn: Value,
}

pub(super) fn add(plan: &mut Plan, shared: &Shared<'_>) -> Buckets {
    let logs = access_logs(plan, shared);
    let documents = keeping(plan, shared, "documents", &logs);
    let data = match &shared.config.data_bucket {
        DataBucket::Existing(name) => Data {
            name: name.as_str().into(),
            arn: format!("arn:{}:s3:::{name}", shared.place.partition).into(),
        },
        DataBucket::Created => {
            let bucket = keeping(plan, shared, "data", &logs);
            Data {
                name: bucket.output(Attribute::Id),
                arn: bucket.arn(),
            }
        }
    };
    Buckets { data, documents }
}

/// A bucket that keeps something: encrypted with the stack's key, with versions and access logs.
fn keeping(plan: &mut Plan, shared: &Shared<'_>, what: &str, logs: &Resource) -> Resource {
    let with_key = map([
        ("sseAlgorithm", "aws:kms".into()),
        ("kmsMasterKeyId", shared.key.arn()),
    ]);
    let bucket = closed(plan, shared, what, with_key);
    let logging = Resource::new("aws:s3/bucketLogging:BucketLogging", &bucket.id.name)
        .with("bucket", bucket.output(Attribute::Id))
        .with("targetBucket", logs.output(Attribute::Id))
        .with("targetPrefix", format!("{what}/"));
    plan.add(logging);
    bucket
}

/// Who read and wrote. S3 delivers such logs only to buckets with its own encryption, and a log of logs has no end.
fn access_logs(plan: &mut Plan, shared: &Shared<'_>) -> Resource {
    closed(
        plan,
        shared,
        ACCESS_LOGS,
        map([("sseAlgorithm", "AES256".into())]),
    )
}

/// A bucket that is nobody else's: no public access, no ACLs, TLS only, encrypted, with versions that end.
fn closed(plan: &mut Plan, shared: &Shared<'_>, what: &str, encryption: Value) -> Resource {
    let name = shared.place.name(what);
    let bucket = plan.add(
        Resource::new("aws:s3/bucket:Bucket", &name)
            .with("forceDestroy", !shared.config.retain)
            .protected(shared.config.retain),
    );
    let part = |kind| Resource::new(kind, &name).with("bucket", bucket.output(Attribute::Id));
    let block = plan.add(
        part("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
            .with("blockPublicAcls", true)
            .with("blockPublicPolicy", true)
            .with("ignorePublicAcls", true)
            .with("restrictPublicBuckets", true),
    );
    plan.add(
        part("aws:s3/bucketOwnershipControls:BucketOwnershipControls")
            .with("rule", map([("objectOwnership", "BucketOwnerEnforced".into())])),
    );
    plan.add(
        part("aws:s3/bucketVersioning:BucketVersioning")
            .with("versioningConfiguration", map([("status", "Enabled".into())])),
    );
    let rule = map([
        ("applyServerSideEncryptionByDefault", encryption),
        ("bucketKeyEnabled", true.into()),
    ]);
    plan.add(
        part("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
            .with("rules", list([rule])),
    );
    plan.add(
        part("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
            .with("rules", Value::List(expiry(what))),
    );
    let statements = own_policy(shared, what, &bucket);
    // S3 may refuse two changes of a bucket's access at the same time.
    plan.add(
        part("aws:s3/bucketPolicy:BucketPolicy")
            .with("policy", policy::document(statements))
            .after(&block),
    );
    bucket
}

/// Unfinished uploads, replaced versions, delete markers without versions, and access logs are deleted after a time.
fn expiry(what: &str) -> Vec<Value> {
    let rule = |id: &str, more: Vec<(&str, Value)>| {
        let rule = [
            ("id", id.into()),
            ("status", "Enabled".into()),
            ("filter", map([("prefix", "".into())])),
        ];
        let rule = rule.into_iter().chain(more);
        Value::Map(rule.map(|(name, value)| (name.to_owned(), value)).collect())
    };
    let days = |name: &'static str, days: u32| map([(name, days.into())]);
    let replaced = rule(
        "expire",
        vec![
            (
                "abortIncompleteMultipartUpload",
                days("daysAfterInitiation", UPLOAD_DAYS),
            ),
            (
                "noncurrentVersionExpiration",
                days("noncurrentDays", REPLACED_DAYS),
            ),
        ],
    );
    // One rule may not both expire objects after some days and remove delete markers.
    let current = if what == ACCESS_LOGS {
        rule("expire-logs", vec![("expiration", days("days", LOG_DAYS))])
    } else {
        let markers = map([("expiredObjectDeleteMarker", true.into())]);
        rule("expire-delete-markers", vec![("expiration", markers)])
    };
    vec![replaced, current]
}

fn own_policy(shared: &Shared<'_>, what: &str, bucket: &Resource) -> Vec<Value> {
    let objects = policy::below(bucket.arn(), "/*");
    let mut statements = vec![policy::deny_plain("s3:*", vec![bucket.arn(), objects.clone()])];
    if what == ACCESS_LOGS {
        statements.push(policy::allow_service(
            "logging.s3.amazonaws.com",
            ["s3:PutObject"],
            objects,
            Some(policy::for_account(shared.place)),
        ));
    }
    statements
}

/// Forwards the bucket's events from EventBridge to the intake queue; what cannot be delivered becomes a dead letter.
fn forward_events(plan: &mut Plan, shared: &Shared<'_>, data: &Data, intake: &queues::Queue) -> Resource {
    let name = shared.place.name("data");
    let pattern = map([
        ("source", list(["aws.s3"])),
        ("detail-type", list(EVENT_TYPES)),
        (
            "detail",
            map([("bucket", map([("name", list([data.name.clone()]))]))]),
        ),
    ]);
    let rule = plan.add(
        Resource::new("aws:cloudwatch/eventRule:EventRule", &name)
            .with("name", queues::events_rule(shared.place))
            .with("description", "Forwards the events of the data bucket")
            .with("eventPattern", pattern.into_json_text()),
    );
    alarms::rule(plan, shared, &rule);
    plan.add(
        Resource::new("aws:cloudwatch/eventTarget:EventTarget", &name)
            .with("rule", rule.output(Attribute::Name))
            .with("arn", intake.queue.arn())
            .with("deadLetterConfig", map([("arn", intake.dead.arn())]))
            .after(&intake.policy),
    )
}

/// Lets the bucket report what happens in it, and then puts the samples into a bucket of the stack's own.
pub(super) fn notify_and_fill(
    plan: &mut Plan,
    shared: &Shared<'_>,
    buckets: &Buckets,
    intake: &queues::Queue,
    orchestrator: &functions::Function,
    samples: &[Sample],
) {
    let name = shared.place.name("data");
    let mut earlier = vec![orchestrator.mapping.clone()];
    let notification = Resource::new("aws:s3/bucketNotification:BucketNotification", &name)
        .with("bucket", buckets.data.name.clone());
    match shared.config.notify {
        Notify::Bucket => {
            let to_intake = map([("queueArn", intake.queue.arn()), ("events", list(EVENTS))]);
            // S3 sends a test message when it is configured: the queue's policy must allow it.
            let notification = notification
                .with("queues", list([to_intake]))
                .after(&intake.policy);
            earlier.push(plan.add(notification));
        }
        Notify::EventBridge => {
            earlier.push(forward_events(plan, shared, &buckets.data, intake));
            // The owner of an existing bucket switches EventBridge on: this resource would replace the other notifications.
            if shared.config.data_bucket == DataBucket::Created {
                earlier.push(plan.add(notification.with("eventbridge", true)));
            }
        }
        Notify::Off => {}
    }
    if shared.config.data_bucket == DataBucket::Created {
        for sample in samples {
            let object = Resource::new("aws:s3/bucketObjectv2:BucketObjectv2", &sample.key)
                .with("bucket", buckets.data.name.clone())
                .with("key", sample.key.as_str())
                .with("source", Value::File(sample.path.clone()));
            plan.add(earlier.iter().fold(object, Resource::after));
        }
    }
}
