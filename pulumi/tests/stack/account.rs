//! What the program asks of the account before it makes anything, and what it refuses.

use data_review_pulumi::Config;
use data_review_pulumi::account::{check_data_bucket, concurrency_quota};
use serde_json::{Value as Json, json};

use crate::engine::{Answers, with_answers};
use crate::{config, place};

const BUCKET: &str = "aws:s3/getBucket:getBucket";
const OBJECTS: &str = "aws:s3/getObjects:getObjects";
const CALLER: &str = "aws:s3/getCanonicalUserId:getCanonicalUserId";
const NOTIFICATION: &str = "aws:s3/getBucketNotification:getBucketNotification";
const QUOTA: &str = "aws:servicequotas/getServiceQuota:getServiceQuota";

/// Checks the data bucket `my-archive` in `region`, whose notification configuration is `notification`.
fn check(settings: &[(&str, &str)], region: &str, notification: Option<Json>) -> Result<(), String> {
    let config = config(&[&[("dataBucket", "my-archive")], settings].concat());
    let mut answers = Answers::from([
        (BUCKET, json!({ "bucketRegion": region })),
        (OBJECTS, json!({ "owners": ["me"], "requestCharged": "" })),
        (CALLER, json!({ "id": "me" })),
    ]);
    answers.extend(notification.map(|notification| (NOTIFICATION, notification)));
    ask(&config, answers)
}

fn ask(config: &Config, answers: Answers) -> Result<(), String> {
    with_answers(answers, async |monitor| {
        let place = place();
        check_data_bucket(&monitor, config, &place, &place.intake_arn()).await
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

/// S3 User Guide, "Using Requester Pays buckets": the answer says whether the requester was charged; a request that does not
/// accept that is refused with 403.
#[test]
fn a_bucket_whose_readers_pay_is_read_only_when_that_is_accepted() {
    let answers = || {
        Answers::from([
            (
                OBJECTS,
                json!({ "owners": ["me"], "requestCharged": "requester" }),
            ),
            (CALLER, json!({ "id": "me" })),
        ])
    };
    let silent = ("notify", "false");
    let refusing = config(&[("dataBucket", "my-archive"), silent]);
    let mut own = answers();
    own.insert(BUCKET, json!({ "bucketRegion": "eu-central-1" }));
    let error = ask(&refusing, own).unwrap_err();
    assert!(error.contains("pay for requests and transfer"), "{error}");
    assert!(error.contains("pulumi config set requesterPays true"), "{error}");
    // Where HEAD of the bucket is refused, the reason may be the same.
    let error = ask(&refusing, answers()).unwrap_err();
    assert!(error.contains("if its readers pay"), "{error}");
    let accepting = config(&[("dataBucket", "my-archive"), silent, ("requesterPays", "true")]);
    ask(&accepting, answers()).unwrap();
    let error = ask(&accepting, Answers::new()).unwrap_err();
    assert!(error.contains("`my-archive` cannot be read"), "{error}");
}

#[test]
fn a_bucket_of_another_account_must_be_configured_as_one() {
    let answers = || {
        Answers::from([
            (BUCKET, json!({ "bucketRegion": "eu-central-1" })),
            (OBJECTS, json!({ "owners": ["them"], "requestCharged": "" })),
            (CALLER, json!({ "id": "me" })),
            (NOTIFICATION, json!({ "queues": [], "eventbridge": true })),
        ])
    };
    let with = |settings: &[(&str, &str)]| {
        let config = config(&[&[("dataBucket", "my-archive")], settings].concat());
        ask(&config, answers())
    };
    let error = with(&[("notify", "false")]).unwrap_err();
    for part in [
        "belong to another account",
        "dataBucketAccount ACCOUNT",
        "dataBucketAccount 123456789012",
    ] {
        assert!(error.contains(part), "{error}");
    }
    let theirs = ("dataBucketAccount", "210987654321");
    with(&[theirs, ("notify", "false")]).unwrap();
    // Events go to the default bus of the bucket owner's account.
    let error = with(&[theirs, ("notify", "eventbridge")]).unwrap_err();
    assert!(error.contains("EventBridge does not deliver"), "{error}");
    assert!(error.contains("s3:PutBucketNotification"), "{error}");
    // Objects that somebody else wrote into a bucket of this account.
    with(&[("dataBucketAccount", "123456789012"), ("notify", "eventbridge")]).unwrap();
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
