//! The user's bucket, which is read, and the stack's own, which are closed.

use super::{DataBucket, Plan, Sample, Shared, functions, map, policy, queues};
use crate::sdk::{Attribute, Resource, Value, list};

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
        "access-logs",
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
            .with("rules", list([expiry()])),
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

/// Uploads that nobody finishes, and versions that were replaced, do not stay for ever.
fn expiry() -> Value {
    map([
        ("id", "expire".into()),
        ("status", "Enabled".into()),
        ("filter", map([("prefix", "".into())])),
        (
            "abortIncompleteMultipartUpload",
            map([("daysAfterInitiation", 7.into())]),
        ),
        (
            "noncurrentVersionExpiration",
            map([("noncurrentDays", 90.into())]),
        ),
    ])
}

fn own_policy(shared: &Shared<'_>, what: &str, bucket: &Resource) -> Vec<Value> {
    let objects = policy::below(bucket.arn(), "/*");
    let mut statements = vec![policy::deny_plain("s3:*", vec![bucket.arn(), objects.clone()])];
    if what == "access-logs" {
        let service = "logging.s3.amazonaws.com";
        statements.push(policy::allow_service(
            shared.place,
            service,
            ["s3:PutObject"],
            objects,
            None,
        ));
    }
    statements
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
    if shared.config.notify {
        let to_intake = map([
            ("queueArn", intake.queue.arn()),
            ("events", list(["s3:ObjectCreated:*", "s3:ObjectRemoved:*"])),
        ]);
        let mut notification = Resource::new("aws:s3/bucketNotification:BucketNotification", &name)
            .with("bucket", buckets.data.name.clone())
            .with("queues", list([to_intake]));
        // S3 sends a test message when it is told: the queue must let it.
        notification.after = vec![crate::sdk::ResourceId {
            kind: "aws:sqs/queuePolicy:QueuePolicy",
            name: intake.queue.id.name.clone(),
        }];
        earlier.push(plan.add(notification));
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
