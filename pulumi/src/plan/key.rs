//! The key that encrypts all data of the stack.

use super::{Config, StackLocation, StackPlan, alarms, map, policy};
use crate::Notify;
use crate::sdk::{OutputName, PropertyValue, Resource, list};

pub(super) fn add(plan: &mut StackPlan, config: &Config, place: &StackLocation) -> Resource {
    let key = plan.add(
        Resource::new("aws:kms/key:Key", place.prefix())
            .with(
                "description",
                format!("Data of Data Review, stack {}", place.stack),
            )
            .with("enableKeyRotation", true)
            .with("deletionWindowInDays", if config.retain { 30 } else { 7 })
            .with("policy", document(config, place))
            .protected(config.retain),
    );
    plan.add(
        Resource::new("aws:kms/alias:Alias", place.prefix())
            .with("name", format!("alias/{}", place.prefix()))
            .with("targetKeyId", key.output(OutputName::Id)),
    );
    key
}

/// In a key's policy, the resource `*` is the key itself.
fn document(config: &Config, place: &StackLocation) -> PropertyValue {
    let account = format!("arn:{}:iam::{}:root", place.partition, place.account);
    let owner = map([
        ("Effect", "Allow".into()),
        ("Principal", map([("AWS", account.into())])),
        ("Action", "kms:*".into()),
        ("Resource", "*".into()),
    ]);
    // S3 and EventBridge encrypt what they send to the queue, CloudWatch the alarms that it sends to the topic. Of these
    // only SNS documents a condition: the encryption context, which names the topic. One on `aws:SourceAccount` would
    // stop S3 and EventBridge without an error.
    let topic = place.arn("sns", &place.name(alarms::TOPIC));
    let to_topic = map([(
        "StringEquals",
        map([("kms:EncryptionContext:aws:sns:topicArn", topic.into())]),
    )]);
    let mut senders = vec![
        ("s3.amazonaws.com", None),
        ("cloudwatch.amazonaws.com", Some(to_topic)),
    ];
    if config.notify == Notify::EventBridge {
        senders.push(("events.amazonaws.com", None));
    }
    let senders = senders.into_iter().map(|(service, condition)| {
        policy::allow_service(
            service,
            ["kms:Decrypt", "kms:GenerateDataKey"],
            "*".into(),
            condition,
        )
    });
    let groups = place.arn("logs", &format!("log-group:/aws/lambda/{}-*", place.prefix()));
    let logs = map([
        ("Effect", "Allow".into()),
        ("Principal", map([("Service", place.logs_principal().into())])),
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
