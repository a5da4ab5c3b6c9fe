//! The bucket of the user, which the stack reads, and the private buckets of the stack.

use super::{DataBucket, Sample, Shared, StackPlan, alarms, functions, map, policy, queues};
use crate::Notify;
use crate::sdk::{OutputName, PropertyValue, Resource, list};

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
    /// The bucket of documents and mergeable statistics.
    pub(super) documents: Resource,
}

/// The bucket of the files, which the user or the stack owns.
pub(super) struct Data {
    pub(super) name: PropertyValue,
    pub(super) arn: PropertyValue,
}

/// A bucket of the stack, and its policy.
struct Closed {
    bucket: Resource,
    policy: Resource,
}

pub(super) fn add(plan: &mut StackPlan, shared: &Shared<'_>) -> Buckets {
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
                name: bucket.output(OutputName::Id),
                arn: bucket.arn(),
            }
        }
    };
    Buckets { data, documents }
}

/// A bucket for data: encrypted with the key of the stack, with versions and access logs.
fn keeping(plan: &mut StackPlan, shared: &Shared<'_>, what: &str, logs: &Closed) -> Resource {
    let with_key = map([
        ("sseAlgorithm", "aws:kms".into()),
        ("kmsMasterKeyId", shared.key.arn()),
    ]);
    let Closed { bucket, .. } = closed(plan, shared, what, with_key);
    let logging = Resource::new("aws:s3/bucketLogging:BucketLogging", &bucket.id.name)
        .with("bucket", bucket.output(OutputName::Id))
        .with("targetBucket", logs.bucket.output(OutputName::Id))
        .with("targetPrefix", format!("{what}/"))
        // S3 refuses a target whose policy does not let it deliver.
        .after(&logs.policy);
    plan.add(logging);
    bucket
}

/// The bucket of access logs. S3 delivers them only to buckets with its own encryption; this bucket has no access log itself.
fn access_logs(plan: &mut StackPlan, shared: &Shared<'_>) -> Closed {
    closed(
        plan,
        shared,
        ACCESS_LOGS,
        map([("sseAlgorithm", "AES256".into())]),
    )
}

/// A private bucket: no public access, no ACLs, TLS only, encrypted, with versions that expire.
fn closed(plan: &mut StackPlan, shared: &Shared<'_>, what: &str, encryption: PropertyValue) -> Closed {
    let name = shared.place.name(what);
    let bucket = plan.add(
        Resource::new("aws:s3/bucket:Bucket", &name)
            .with("forceDestroy", !shared.config.retain)
            .protected(shared.config.retain),
    );
    let part = |kind| Resource::new(kind, &name).with("bucket", bucket.output(OutputName::Id));
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
            .with("rules", PropertyValue::List(expiry(what))),
    );
    let statements = own_policy(shared, what, &bucket);
    // S3 may refuse two simultaneous changes of the access to a bucket.
    let policy = plan.add(
        part("aws:s3/bucketPolicy:BucketPolicy")
            .with("policy", policy::document(statements))
            .after(&block),
    );
    Closed { bucket, policy }
}

/// Unfinished uploads, replaced versions, delete markers without versions, and access logs are deleted after a time.
fn expiry(what: &str) -> Vec<PropertyValue> {
    let rule = |id: &str, more: Vec<(&str, PropertyValue)>| {
        let rule = [
            ("id", id.into()),
            ("status", "Enabled".into()),
            ("filter", map([("prefix", "".into())])),
        ];
        let rule = rule.into_iter().chain(more);
        PropertyValue::Map(rule.map(|(name, value)| (name.to_owned(), value)).collect())
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

fn own_policy(shared: &Shared<'_>, what: &str, bucket: &Resource) -> Vec<PropertyValue> {
    let objects = policy::below(bucket.arn(), "/*");
    let mut statements = Vec::new();
    if what == ACCESS_LOGS {
        statements.push(policy::allow_service(
            "logging.s3.amazonaws.com",
            ["s3:PutObject"],
            objects.clone(),
            Some(policy::for_account(shared.place)),
        ));
    }
    statements.push(policy::deny_plain("s3:*", vec![bucket.arn(), objects]));
    statements
}

/// Forwards the bucket's events from EventBridge to the intake queue; what cannot be delivered becomes a dead letter.
fn forward_events(
    plan: &mut StackPlan,
    shared: &Shared<'_>,
    data: &Data,
    intake: &queues::Queue,
) -> Resource {
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
            .with("rule", rule.output(OutputName::Name))
            .with("arn", intake.queue.arn())
            .with("deadLetterConfig", map([("arn", intake.dead.arn())]))
            .after(&intake.policy),
    )
}

/// Sets up the notifications of the bucket, and then copies the samples into a bucket of the stack.
pub(super) fn notify_and_fill(
    plan: &mut StackPlan,
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
                .with("source", PropertyValue::File(sample.path.clone()));
            plan.add(earlier.iter().fold(object, Resource::after));
        }
    }
}
