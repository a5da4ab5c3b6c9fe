//! What travels through the queues.
//!
//! The intake queue carries S3's own notifications and [`Looks`]; a handler's queue carries one [`Work`] per file. All of
//! it is JSON in which every character beyond printable ASCII is escaped, because SQS takes only XML's characters and
//! an object's key may hold any.

use data_review_core::Identified;
use serde::{Deserialize, Serialize};

/// One object to be looked at: a hint, never more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The object's key, as it is.
    pub key: String,
    /// Its length, where the sender knows it: saves a request when it is right, and costs one when it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

/// Objects that a sweep, or a person, wants looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looks {
    /// The objects.
    pub looks: Vec<Look>,
    /// Review also what is unchanged.
    #[serde(default)]
    pub force: bool,
}

/// One file for a handler, identified once by the orchestrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The object's key, as it is.
    pub key: String,
    /// Its ETag when it was identified: the handler reads this version or none.
    pub stamp: String,
    /// What it is, and why.
    pub identified: Identified,
    /// Digest of the registry that said so.
    pub registry: String,
    /// Review it even if it is unchanged.
    #[serde(default)]
    pub force: bool,
}

/// A direct request to a handler's Lambda, which answers with the document and writes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direct {
    /// The bucket.
    pub bucket: String,
    /// The object's key, as it is.
    pub key: String,
    /// The version that was identified; where it is left out, the handler looks at what is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}

/// A version of an object, identified once by who holds the whole registry: as in [`Work`], the handler reads it or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its ETag.
    pub stamp: String,
    /// What it is, and why.
    pub identified: Identified,
}

/// A request to the orchestrator's Lambda that does not come through the intake queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Request {
    /// Begins a sweep of all keys that begin with `prefix`, or lets one that is under way go on: `{"sweep": {"prefix": ""}}`.
    Sweep {
        /// The prefix; empty for the whole bucket.
        prefix: String,
        /// Review also what is unchanged.
        #[serde(default)]
        force: bool,
    },
    /// The schedule's: goes on with every sweep that is not done. `{"tick": {}}`
    Tick {},
}

/// Why a message is no work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unrecognised message: {0}")]
pub struct MessageError(String);

/// JSON in printable ASCII.
///
/// ```
/// let look = data_review_aws::message::Look { key: "a\u{1}é🐋".into(), size: None };
/// let body = data_review_aws::message::encode(&look);
/// assert_eq!(body, r#"{"key":"a\u0001\u00e9\ud83d\udc0b"}"#);
/// assert_eq!(data_review_aws::message::decode::<data_review_aws::message::Look>(&body).unwrap(), look);
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

/// Reads what [`encode`] wrote.
///
/// # Errors
/// When it is something else.
pub fn decode<T: for<'de> Deserialize<'de>>(body: &str) -> Result<T, MessageError> {
    serde_json::from_str(body).map_err(|error| MessageError(error.to_string()))
}

/// What the intake queue holds, one way or the other.
///
/// S3 sends one or more records per notification, and `s3:TestEvent`, which has none, when notifications are set up.
/// EventBridge, which a stack may use instead, sends one event per object.
///
/// # Errors
/// If it is no notification, event or [`Looks`].
pub fn decode_intake(body: &str) -> Result<Looks, MessageError> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Intake {
        Looks(Looks),
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
    match decode(body)? {
        Intake::Looks(looks) => Ok(looks),
        Intake::Notification { records } => Ok(Looks {
            looks: records
                .into_iter()
                .map(
                    |Record {
                         s3: Entity { object },
                     }| Look {
                        key: decode_key(&object.key),
                        size: object.size,
                    },
                )
                .collect(),
            force: false,
        }),
        // EventBridge writes keys as they are, and calls the record of a notification its detail.
        Intake::EventBridge { source, detail } if source == "aws.s3" => Ok(Looks {
            looks: vec![Look {
                key: detail.object.key,
                size: detail.object.size,
            }],
            force: false,
        }),
        Intake::EventBridge { source, .. } => Err(MessageError(format!(
            "the event is from {}",
            data_review_core::printable(source.as_bytes(), 100)
        ))),
        Intake::Test { event } if event == "s3:TestEvent" => Ok(Looks {
            looks: Vec::new(),
            force: false,
        }),
        Intake::Test { event } => Err(MessageError(format!(
            "the event is {}",
            data_review_core::printable(event.as_bytes(), 100)
        ))),
    }
}

/// A key as S3 writes it in notifications and in URL-encoded listings: a form's value, `+` for a space.
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
    fn a_notification_names_keys_as_a_form_would() {
        let body = r#"{"Records":[
            {"eventName":"ObjectCreated:Put","s3":{"object":{"key":"a+b%2Bc%2F%2F%F0%9F%90%8B%01=&d","size":7,"eTag":"x"}}},
            {"eventName":"ObjectRemoved:Delete","s3":{"object":{"key":"gone"}}}]}"#;
        let look = |key: &str, size| Look {
            key: key.to_owned(),
            size,
        };
        let expected = vec![look("a b+c//🐋\u{1}=&d", Some(7)), look("gone", None)];
        assert_eq!(decode_intake(body).unwrap().looks, expected);
    }

    #[test]
    fn an_event_of_eventbridge_names_the_key_as_it_is() {
        let event = |source: &str| {
            format!(
                r#"{{"version":"0","id":"1","detail-type":"Object Created","source":"{source}","account":"123456789012",
                "region":"eu-central-1","resources":["arn:aws:s3:::b"],"detail":{{"version":"0","bucket":{{"name":"b"}},
                "object":{{"key":"a b+c%2F.csv","size":7,"etag":"x","sequencer":"1"}},"reason":"PutObject"}}}}"#
            )
        };
        let look = Look {
            key: "a b+c%2F.csv".to_owned(),
            size: Some(7),
        };
        assert_eq!(decode_intake(&event("aws.s3")).unwrap().looks, [look]);
        assert!(decode_intake(&event("aws.ec2")).is_err());
    }

    #[test]
    fn the_test_event_asks_for_nothing_and_anything_else_is_refused() {
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
    fn looks_and_requests_survive_the_way() {
        let looks = Looks {
            looks: vec![Look {
                key: "\u{0}\u{7f}\u{ffff} \"\\".to_owned(),
                size: Some(1),
            }],
            force: true,
        };
        let body = encode(&looks);
        assert!(body.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{body}");
        assert_eq!(decode_intake(&body).unwrap(), looks);
        let tick: Request = decode(data_review_core::deployment::TICK).unwrap();
        assert_eq!(tick, Request::Tick {});
        let sweep: Request = decode(r#"{"sweep": {"prefix": "a/"}}"#).unwrap();
        assert_eq!(
            sweep,
            Request::Sweep {
                prefix: "a/".to_owned(),
                force: false
            }
        );
    }
}
