//! Messages of every version of the schema, as they may wait in a queue while a stack is upgraded.

use data_review_aws::message::{
    LookRequest, LookRequests, MessageError, QueueMessage, Request, ReviewRequest, SCHEMA, decode,
    decode_intake, decode_queued, encode_queued, keys,
};
use data_review_core::{Candidate, Confidence, Identified};

/// A version, and a message of the orchestrator as it was sent then.
const LOOKS: [(u32, &str); 2] = [
    (
        0,
        r#"{"looks":[{"key":"a b\u00e9","size":7},{"key":"c"}],"force":true}"#,
    ),
    (
        1,
        r#"{"schema":1,"looks":[{"key":"a b\u00e9","size":7},{"key":"c"}],"force":true}"#,
    ),
];

/// A version, and a message of a handler as it was sent then.
const REVIEWS: [(u32, &str); 2] = [
    (
        0,
        r#"{"key":"a","stamp":"v1","identified":{"winner":{"id":"bottle","verdict":"certain","because":"BOTTLE"},"runners_up":[{"id":"csv","verdict":"maybe","because":"commas"}],"contradiction":null},"registry":"0123","force":false}"#,
    ),
    (
        1,
        r#"{"schema":1,"key":"a","stamp":"v1","identified":{"winner":{"id":"bottle","verdict":"certain","because":"BOTTLE"},"runners_up":[{"id":"csv","verdict":"maybe","because":"commas"}],"contradiction":null},"registry":"0123","force":false}"#,
    ),
];

/// Messages of version 0 with no more than the fields that it requires.
const LEAST: [&str; 2] = [
    r#"{"looks":[{"key":"c"}]}"#,
    r#"{"key":"a","stamp":"v1","identified":{"winner":{"id":"bottle","verdict":"likely","because":""},"runners_up":[],"contradiction":null},"registry":""}"#,
];

fn looks() -> LookRequests {
    LookRequests {
        looks: vec![
            LookRequest {
                key: "a bé".to_owned(),
                size: Some(7),
            },
            LookRequest {
                key: "c".to_owned(),
                size: None,
            },
        ],
        force: true,
    }
}

fn review() -> ReviewRequest {
    let candidate = |id: &str, verdict, because: &str| Candidate {
        id: id.to_owned(),
        verdict,
        because: because.to_owned(),
    };
    ReviewRequest {
        key: "a".to_owned(),
        stamp: "v1".to_owned(),
        identified: Identified {
            winner: candidate("bottle", Confidence::Certain, "BOTTLE"),
            runners_up: vec![candidate("csv", Confidence::Maybe, "commas")],
            contradiction: None,
        },
        registry: "0123".to_owned(),
        force: false,
    }
}

#[test]
fn messages_of_every_version_are_read() {
    for (version, body) in LOOKS {
        assert_eq!(decode_intake(body).unwrap(), looks(), "version {version}");
        assert_eq!(keys(body), ["a bé", "c"]);
    }
    for (version, body) in REVIEWS {
        let read: ReviewRequest = decode_queued(body).unwrap();
        assert_eq!(read, review(), "version {version}");
        assert_eq!(keys(body), ["a"]);
    }
    assert_eq!(decode_intake(LEAST[0]).unwrap().looks.len(), 1);
    let least: ReviewRequest = decode_queued(LEAST[1]).unwrap();
    assert!(!least.force);
}

/// A change of what is sent needs a new version, and its messages here.
#[test]
fn what_is_sent_is_the_last_message_here() {
    let sent = [
        (LOOKS.last(), encode_queued(&looks())),
        (REVIEWS.last(), encode_queued(&review())),
    ];
    for (last, body) in sent {
        assert_eq!(last, Some(&(SCHEMA, body.as_str())));
    }
}

fn refusal<T: QueueMessage>(body: &str) -> Option<MessageError> {
    decode_queued::<T>(body).err()
}

/// What a function of this version does while the next one is being deployed: it gives the message back.
#[test]
fn a_message_of_a_later_version_is_left_to_a_later_function() {
    let later = SCHEMA + 1;
    let looks = format!(r#"{{"schema":{later},"looks":[{{"key":"a","more":1}}],"force":"sometimes"}}"#);
    assert_eq!(decode_intake(&looks), Err(MessageError::Later(later)));
    assert_eq!(refusal::<LookRequests>(&looks), Some(MessageError::Later(later)));
    assert_eq!(keys(&looks), ["a"]);
    let review = format!(r#"{{"schema":{later},"key":"a","handler":"bottle"}}"#);
    assert_eq!(
        refusal::<ReviewRequest>(&review),
        Some(MessageError::Later(later))
    );
    assert_eq!(keys(&review), ["a"]);
}

/// An added field does not stop a function of the same version that does not know it.
#[test]
fn fields_that_were_added_within_a_version_are_ignored() {
    let body = LOOKS[1].1.replacen('{', r#"{"added":[1],"#, 1);
    assert_eq!(decode_intake(&body).unwrap(), looks());
    let body = REVIEWS[1].1.replacen('{', r#"{"added":null,"#, 1);
    assert_eq!(decode_queued::<ReviewRequest>(&body).unwrap(), review());
}

/// Requests to functions come from the schedule and the command line, of any version.
#[test]
fn requests_of_the_first_version_are_read() {
    let sweep = |force| Request::Sweep {
        prefix: "a/".to_owned(),
        force,
        inventory: None,
    };
    for (body, request) in [
        (r#"{"tick":{}}"#, Request::Tick {}),
        (r#"{"sweep":{"prefix":"a/"}}"#, sweep(false)),
        (r#"{"sweep":{"prefix":"a/","force":true}}"#, sweep(true)),
    ] {
        assert_eq!(decode::<Request>(body).unwrap(), request);
    }
}
