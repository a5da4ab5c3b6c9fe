//! The messages of the queues.
//!
//! The intake queue carries the notifications of S3 and [`LookRequests`]; the queue of a handler carries one
//! [`ReviewRequest`] per file. Messages are JSON in which every character beyond printable ASCII is escaped, because SQS
//! accepts only the characters of XML, and the key of an object may contain any.
//!
//! # Versions
//!
//! Messages wait in queues while a stack is upgraded, so that functions meet messages of the version before theirs, and for
//! a short time of the version after. A message carries the version of its schema ([`SCHEMA`]) in its field `schema`. Within
//! a version, fields may only be added, with a default. Any other change raises the version; messages of all earlier versions
//! are still read, and a new version keeps the names `key` and `looks`. A function leaves a message of a later version
//! in its queue, where a later function finds it; if none does, the janitor records a failure for each of its [`keys`], which the
//! next sweep tries again. `tests/suite/messages.rs` holds messages of every version.

use data_review_core::Identified;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The version of the messages that this program sends. Version 0 has no field `schema`, and is otherwise like version 1.
pub const SCHEMA: u32 = 1;

/// A message of a queue, which carries the version of its schema.
pub trait QueueMessage: Serialize + DeserializeOwned {}

impl QueueMessage for LookRequests {}
impl QueueMessage for ReviewRequest {}

/// Asks for a look at one object. It is a hint: the current object counts, whatever the message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookRequest {
    /// The key of the object, not encoded.
    pub key: String,
    /// Its length in bytes, if the sender knows it. A right length saves a request, and a wrong one costs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

/// Asks for a look at several objects; sent by sweeps and by the command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookRequests {
    /// The objects.
    pub looks: Vec<LookRequest>,
    /// Review unchanged objects, too.
    #[serde(default)]
    pub force: bool,
}

/// Asks a handler to review one object, which the orchestrator identified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRequest {
    /// The key of the object, not encoded.
    pub key: String,
    /// Its ETag when it was identified. The handler reads no other version.
    pub stamp: String,
    /// Its handler, with the reason and the runners-up.
    pub identified: Identified,
    /// Digest of the registry that identified it.
    pub registry: String,
    /// Review it even if it is unchanged.
    #[serde(default)]
    pub force: bool,
}

/// A direct request to the Lambda of a handler, which answers with the document and writes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direct {
    /// The bucket.
    pub bucket: String,
    /// The key of the object, not encoded.
    pub key: String,
    /// The version that was identified. Without it, the handler identifies the current object itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}

/// A version of an object that a program with the whole registry identified. The handler reads no other version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its ETag.
    pub stamp: String,
    /// Its handler, with the reason and the runners-up.
    pub identified: Identified,
}

/// A request to the orchestrator's Lambda that does not come through the intake queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Request {
    /// Begins a sweep of all keys that begin with `prefix`, or continues an unfinished one: `{"sweep": {"prefix": ""}}`.
    Sweep {
        /// The prefix; empty for the whole bucket.
        prefix: String,
        /// Review unchanged objects, too.
        #[serde(default)]
        force: bool,
        /// URL of the manifest of an inventory, which is read instead of a listing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        inventory: Option<String>,
    },
    /// Continues every unfinished sweep; sent by the schedule: `{"tick": {}}`.
    Tick {},
}

/// A message that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// It is of a later version than this program.
    #[error(
        "the message has schema {0}, and this function reads up to {SCHEMA}: a later function must read it"
    )]
    Later(u32),
    /// It is not a message of Data Review, S3 or EventBridge.
    #[error("unrecognised message: {0}")]
    Unrecognised(String),
}

/// Writes a message of a queue, with the version of its schema, as [`encode`] does.
pub fn encode_queued<T: QueueMessage>(message: &T) -> String {
    #[derive(Serialize)]
    struct Versioned<'m, T> {
        schema: u32,
        #[serde(flatten)]
        message: &'m T,
    }
    encode(&Versioned {
        schema: SCHEMA,
        message,
    })
}

/// Reads a message that [`encode_queued`] of this program or of an earlier version wrote.
///
/// # Errors
/// If it is of a later version, or not a message of this type.
pub fn decode_queued<T: QueueMessage>(body: &str) -> Result<T, MessageError> {
    check_schema(body)?;
    decode(body)
}

/// The keys that a message of any version names, also of a later one; empty if it names none.
pub fn keys(body: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Keys {
        key: Option<String>,
        #[serde(default)]
        looks: Vec<Look>,
    }
    #[derive(Deserialize)]
    struct Look {
        key: String,
    }
    match decode::<Keys>(body) {
        Ok(Keys { key, looks }) => key
            .into_iter()
            .chain(looks.into_iter().map(|look| look.key))
            .collect(),
        Err(_) => Vec::new(),
    }
}

/// Refuses a message of a later version, whose other fields may have another meaning.
fn check_schema(body: &str) -> Result<(), MessageError> {
    #[derive(Deserialize)]
    struct Header {
        #[serde(default)]
        schema: u32,
    }
    match decode::<Header>(body)?.schema {
        schema if schema > SCHEMA => Err(MessageError::Later(schema)),
        _ => Ok(()),
    }
}

/// Writes a request as JSON in printable ASCII.
///
/// ```
/// let look = data_review_aws::message::LookRequest { key: "a\u{1}é🐋".into(), size: None };
/// let body = data_review_aws::message::encode(&look);
/// assert_eq!(body, r#"{"key":"a\u0001\u00e9\ud83d\udc0b"}"#);
/// assert_eq!(data_review_aws::message::decode::<data_review_aws::message::LookRequest>(&body).unwrap(), look);
/// ```
pub fn encode<T: Serialize>(message: &T) -> String {
    let json = serde_json::to_string(message).expect("messages have string keys and no failing parts");
    let mut ascii = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            ' '..='~' => ascii.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    ascii.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    ascii
}

/// Reads a request that [`encode`] wrote.
///
/// # Errors
/// If it is not a request of this type.
pub fn decode<T: DeserializeOwned>(body: &str) -> Result<T, MessageError> {
    serde_json::from_str(body).map_err(|error| MessageError::Unrecognised(error.to_string()))
}

/// Reads a message of the intake queue: a notification of S3 or [`LookRequests`].
///
/// A notification has one or more records. When notifications are set up, S3 sends `s3:TestEvent`, which has none.
/// EventBridge, which a stack may use instead, sends one event per object.
///
/// # Errors
/// If it is not a notification, an event or [`LookRequests`], or of a later version.
pub fn decode_intake(body: &str) -> Result<LookRequests, MessageError> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Intake {
        LookRequests(LookRequests),
        Notification {
            #[serde(rename = "Records")]
            records: Vec<Record>,
        },
        EventBridge {
            source: String,
            detail: Entity,
        },
        Test {
            #[serde(rename = "Event")]
            event: String,
        },
    }
    #[derive(Deserialize)]
    struct Record {
        s3: Entity,
    }
    #[derive(Deserialize)]
    struct Entity {
        object: Object,
    }
    #[derive(Deserialize)]
    struct Object {
        key: String,
        size: Option<u64>,
    }
    check_schema(body)?;
    match decode(body)? {
        Intake::LookRequests(looks) => Ok(looks),
        Intake::Notification { records } => Ok(LookRequests {
            looks: records
                .into_iter()
                .map(
                    |Record {
                         s3: Entity { object },
                     }| LookRequest {
                        key: decode_key(&object.key),
                        size: object.size,
                    },
                )
                .collect(),
            force: false,
        }),
        // EventBridge does not encode keys, and its detail is like a record of a notification.
        Intake::EventBridge { source, detail } if source == "aws.s3" => Ok(LookRequests {
            looks: vec![LookRequest {
                key: detail.object.key,
                size: detail.object.size,
            }],
            force: false,
        }),
        Intake::EventBridge { source, .. } => Err(MessageError::Unrecognised(format!(
            "the event is from {}",
            data_review_core::printable(source.as_bytes(), 100)
        ))),
        Intake::Test { event } if event == "s3:TestEvent" => Ok(LookRequests {
            looks: Vec::new(),
            force: false,
        }),
        Intake::Test { event } => Err(MessageError::Unrecognised(format!(
            "the event is {}",
            data_review_core::printable(event.as_bytes(), 100)
        ))),
    }
}

/// Decodes a key of a notification or of a URL-encoded listing: the value of a form, with `+` for a space.
pub(crate) fn decode_key(encoded: &str) -> String {
    form_urlencoded::parse(format!("k={}", encoded.replace('&', "%26")).as_bytes())
        .next()
        .map(|(_, key)| key.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_a_notification_are_encoded_like_a_form() {
        let body = r#"{"Records":[
            {"eventName":"ObjectCreated:Put","s3":{"object":{"key":"a+b%2Bc%2F%2F%F0%9F%90%8B%01=&d","size":7,"eTag":"x"}}},
            {"eventName":"ObjectRemoved:Delete","s3":{"object":{"key":"gone"}}}]}"#;
        let look = |key: &str, size| LookRequest {
            key: key.to_owned(),
            size,
        };
        let expected = vec![look("a b+c//🐋\u{1}=&d", Some(7)), look("gone", None)];
        assert_eq!(decode_intake(body).unwrap().looks, expected);
    }

    #[test]
    fn keys_of_eventbridge_are_not_encoded() {
        let event = |source: &str| {
            format!(
                r#"{{"version":"0","id":"1","detail-type":"Object Created","source":"{source}","account":"123456789012",
                "region":"eu-central-1","resources":["arn:aws:s3:::b"],"detail":{{"version":"0","bucket":{{"name":"b"}},
                "object":{{"key":"a b+c%2F.csv","size":7,"etag":"x","sequencer":"1"}},"reason":"PutObject"}}}}"#
            )
        };
        let look = LookRequest {
            key: "a b+c%2F.csv".to_owned(),
            size: Some(7),
        };
        assert_eq!(decode_intake(&event("aws.s3")).unwrap().looks, [look]);
        assert!(decode_intake(&event("aws.ec2")).is_err());
    }

    #[test]
    fn the_test_event_asks_for_nothing_and_other_messages_are_refused() {
        let test = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#;
        assert_eq!(decode_intake(test).unwrap().looks, []);
        for body in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"Records":[{}]}"#,
            r#"{"Event":"s3:Other"}"#,
        ] {
            assert!(decode_intake(body).is_err(), "{body}");
        }
    }

    #[test]
    fn messages_round_trip() {
        let looks = LookRequests {
            looks: vec![LookRequest {
                key: "\u{0}\u{7f}\u{ffff} \"\\".to_owned(),
                size: Some(1),
            }],
            force: true,
        };
        let body = encode_queued(&looks);
        assert!(body.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{body}");
        assert_eq!(decode_intake(&body).unwrap(), looks);
        let tick: Request = decode(data_review_deployment::TICK).unwrap();
        assert_eq!(tick, Request::Tick {});
        let sweep: Request = decode(r#"{"sweep": {"prefix": "a/"}}"#).unwrap();
        assert_eq!(
            sweep,
            Request::Sweep {
                prefix: "a/".to_owned(),
                force: false,
                inventory: None,
            }
        );
    }
}
