//! What the program asks of the account before it makes anything, and what it refuses.

use data_review_pulumi::account::{check_data_bucket, concurrency_quota};
use serde_json::{Value as Json, json};

use crate::engine::{Answers, with_answers};
use crate::{config, place};

const BUCKET: &str = "aws:s3/getBucket:getBucket";
const NOTIFICATION: &str = "aws:s3/getBucketNotification:getBucketNotification";
const QUOTA: &str = "aws:servicequotas/getServiceQuota:getServiceQuota";

/// Checks the data bucket `my-archive` in `region`, whose notification configuration is `notification`.
fn check(settings: &[(&str, &str)], region: &str, notification: Option<Json>) -> Result<(), String> {
    let config = config(&[&[("dataBucket", "my-archive")], settings].concat());
    let mut answers = Answers::from([(BUCKET, json!({ "bucketRegion": region }))]);
    answers.extend(notification.map(|notification| (NOTIFICATION, notification)));
    with_answers(answers, async |monitor| {
        let place = place();
        check_data_bucket(&monitor, &config, &place, &place.intake_arn()).await
    })
    .map_err(|error| format!("{error:#}"))
}

fn refused(settings: &[(&str, &str)], region: &str, notification: Option<Json>, parts: &[&str]) {
    let error = check(settings, region, notification).unwrap_err();
    for part in parts {
        assert!(error.contains(part), "`{part}` is not in: {error}");
    }
    assert_eq!(error.lines().count(), 1, "{error}");
}

fn own() -> Json {
    json!({ "queueArn": place().intake_arn(), "events": ["s3:ObjectCreated:*"] })
}

#[test]
fn a_bucket_without_notifications_is_accepted() {
    let none = json!({ "queues": [], "topics": [], "lambdaFunctions": [], "eventbridge": false });
    check(&[], "eu-central-1", Some(none)).unwrap();
    check(&[], "eu-central-1", Some(json!({ "queues": [own()] }))).unwrap();
}

#[test]
fn notifications_of_others_are_not_replaced_unless_that_is_asked_for() {
    let foreign = [
        (
            json!({ "queues": [own(), { "queueArn": "arn:aws:sqs:eu-central-1:1:theirs" }] }),
            "sqs:eu-central-1:1:theirs",
        ),
        (
            json!({ "topics": [{ "topicArn": "arn:aws:sns:eu-central-1:1:theirs" }] }),
            "sns:eu-central-1:1:theirs",
        ),
        (
            json!({ "lambdaFunctions": [{ "lambdaFunctionArn": "arn:aws:lambda:x:1:function:f" }] }),
            "function:f",
        ),
        (json!({ "eventbridge": true }), "EventBridge"),
    ];
    for (notification, named) in foreign {
        let settings = [
            "notify eventbridge",
            "notify false",
            "replaceNotifications true",
            named,
        ];
        refused(&[], "eu-central-1", Some(notification.clone()), &settings);
        check(
            &[("replaceNotifications", "true")],
            "eu-central-1",
            Some(notification),
        )
        .unwrap();
    }
}

#[test]
fn a_shared_bucket_must_send_its_events_to_eventbridge() {
    let shared = [("notify", "eventbridge")];
    let others = json!({ "topics": [{ "topicArn": "arn:aws:sns:x:1:theirs" }], "eventbridge": true });
    check(&shared, "eu-central-1", Some(others)).unwrap();
    let off = json!({ "eventbridge": false });
    refused(
        &shared,
        "eu-central-1",
        Some(off),
        &["sends no events to EventBridge", "docs/deploy.md"],
    );
    let still_own = json!({ "queues": [own()], "eventbridge": true });
    refused(
        &shared,
        "eu-central-1",
        Some(still_own),
        &["first `pulumi config set notify false`"],
    );
}

#[test]
fn a_bucket_that_cannot_be_used_is_refused_with_its_reason() {
    refused(
        &[],
        "us-east-1",
        Some(json!({})),
        &["is in us-east-1", "pulumi config set aws:region us-east-1"],
    );
    refused(
        &[],
        "eu-central-1",
        None,
        &[
            "s3:GetBucketNotification",
            "notify false",
            "couldn't find resource",
        ],
    );
    check(&[("notify", "false")], "eu-central-1", None).unwrap();
    let missing = with_answers(Answers::new(), async |monitor| {
        let config = config(&[("dataBucket", "my-archive")]);
        check_data_bucket(&monitor, &config, &place(), "").await
    });
    assert!(
        missing
            .unwrap_err()
            .to_string()
            .contains("`my-archive` cannot be read")
    );
}

#[test]
fn the_quota_is_the_accounts_own() {
    let ask = |answers| with_answers(answers, async |monitor| concurrency_quota(&monitor).await);
    assert_eq!(
        ask(Answers::from([(QUOTA, json!({ "value": 10.0 }))])).unwrap(),
        10
    );
    let error = ask(Answers::new()).unwrap_err().to_string();
    assert!(error.contains("servicequotas:GetServiceQuota"), "{error}");
    assert!(error.contains("pulumi config set concurrencyQuota"), "{error}");
}
