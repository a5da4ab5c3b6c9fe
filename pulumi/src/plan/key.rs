//! One key for everything that the stack keeps.

use super::{Config, Place, Plan, map, policy};
use crate::sdk::{Attribute, Resource, Value, list};

pub(super) fn add(plan: &mut Plan, config: &Config, place: &Place) -> Resource {
    let key = plan.add(
        Resource::new("aws:kms/key:Key", place.prefix())
            .with(
                "description",
                format!("What Data Review keeps, stack {}", place.stack),
            )
            .with("enableKeyRotation", true)
            .with("deletionWindowInDays", if config.retain { 30 } else { 7 })
            .with("policy", document(place))
            .protected(config.retain),
    );
    plan.add(
        Resource::new("aws:kms/alias:Alias", place.prefix())
            .with("name", format!("alias/{}", place.prefix()))
            .with("targetKeyId", key.output(Attribute::Id)),
    );
    key
}

/// In a key's policy, the resource `*` is the key itself.
fn document(place: &Place) -> Value {
    let account = format!("arn:{}:iam::{}:root", place.partition, place.account);
    let owner = map([
        ("Effect", "Allow".into()),
        ("Principal", map([("AWS", account.into())])),
        ("Action", "kms:*".into()),
        ("Resource", "*".into()),
    ]);
    // S3 encrypts the notifications that it sends to the queue, CloudWatch the alarms that it sends to the topic.
    let senders = ["s3.amazonaws.com", "cloudwatch.amazonaws.com"].map(|service| {
        policy::allow_service(
            place,
            service,
            ["kms:Decrypt", "kms:GenerateDataKey"],
            "*".into(),
            None,
        )
    });
    let groups = place.arn("logs", &format!("log-group:/aws/lambda/{}-*", place.prefix()));
    let logs = map([
        ("Effect", "Allow".into()),
        (
            "Principal",
            map([("Service", format!("logs.{}.amazonaws.com", place.region).into())]),
        ),
        (
            "Action",
            list([
                "kms:Encrypt",
                "kms:Decrypt",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
                "kms:GenerateDataKey",
                "kms:GenerateDataKeyWithoutPlaintext",
                "kms:DescribeKey",
            ]),
        ),
        ("Resource", "*".into()),
        (
            "Condition",
            map([(
                "ArnLike",
                map([("kms:EncryptionContext:aws:logs:arn", groups.into())]),
            )]),
        ),
    ]);
    policy::document([owner].into_iter().chain(senders).chain([logs]).collect())
}
