//! Failure is data: a stage, a class, a message, a place, and what to do next.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Place;

/// Where in the flow it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Finding the object and its properties.
    List,
    /// Reading its bytes.
    Read,
    /// Saying what it is.
    Identify,
    /// Aggregating and checking it.
    Review,
    /// Writing the outcome.
    Record,
}

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Class {
    /// Two handlers are equally sure.
    #[serde(rename = "ambiguous")]
    Ambiguous,
    /// No handler knows it.
    #[serde(rename = "unidentified")]
    Unidentified,
    /// The bytes contradict the format so that nothing can be read.
    #[serde(rename = "corrupt")]
    Corrupt,
    /// A part of the format that the reader does not know.
    #[serde(rename = "unsupported")]
    Unsupported,
    /// A limit of the card, with its number.
    #[serde(rename = "limit exceeded")]
    LimitExceeded,
    /// The worker process died.
    #[serde(rename = "crashed")]
    Crashed,
    /// It took too long, or nothing moved.
    #[serde(rename = "timed out")]
    TimedOut,
    /// The worker passed its memory limit.
    #[serde(rename = "out of memory")]
    OutOfMemory,
    /// Permission, vanished, or changed while it was read.
    #[serde(rename = "unreadable")]
    Unreadable,
    /// A service that the review depends on.
    #[serde(rename = "service")]
    Service,
}

impl Class {
    /// As it is written in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Ambiguous => "ambiguous",
            Class::Unidentified => "unidentified",
            Class::Corrupt => "corrupt",
            Class::Unsupported => "unsupported",
            Class::LimitExceeded => "limit exceeded",
            Class::Crashed => "crashed",
            Class::TimedOut => "timed out",
            Class::OutOfMemory => "out of memory",
            Class::Unreadable => "unreadable",
            Class::Service => "service",
        }
    }

    /// Whether the same bytes may succeed the next time, so that a retry is worth its cost.
    pub fn is_transient(self) -> bool {
        matches!(self, Class::Unreadable | Class::Service)
    }

    /// What a person does about it.
    pub fn next_step(self) -> &'static str {
        match self {
            Class::Ambiguous => "let one of the handlers refine the other, or make a sniff stricter",
            Class::Unidentified => {
                "check that it is a data file; `data-review identify` says what was looked for"
            }
            Class::Corrupt => "get the file again from its source and compare the checksums",
            Class::Unsupported => "convert the file, or add what is missing to the handler",
            Class::LimitExceeded => {
                "check that the file is what it claims to be; if so, raise the limit on the handler's card"
            }
            Class::Crashed => "report it with the file: a handler must survive any bytes",
            Class::TimedOut => "look at the file's size and structure; raise the limit if it is honest",
            Class::OutOfMemory => "look at the file's size and structure; raise the limit if it is honest",
            Class::Unreadable => "check permissions, and run the review again when nobody writes the file",
            Class::Service => "run the review again; if it stays, look at the service's log",
        }
    }
}

impl Stage {
    /// As it is written in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::List => "list",
            Stage::Read => "read",
            Stage::Identify => "identify",
            Stage::Review => "review",
            Stage::Record => "record",
        }
    }
}

/// Why an object has no review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// Where in the flow.
    pub stage: Stage,
    /// What kind.
    pub class: Class,
    /// In words, with the numbers.
    pub message: String,
    /// Where in the file, if that is known.
    pub place: Option<Place>,
}

/// A handler's reason for yielding nothing at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", class.as_str())]
pub struct ReviewError {
    /// What kind of failure.
    pub class: Class,
    /// In words, with the numbers.
    pub message: String,
    /// Where, if that is known.
    pub place: Option<Place>,
}

impl ReviewError {
    /// Bytes that contradict the format.
    pub fn corrupt(message: impl Into<String>) -> Self {
        ReviewError {
            class: Class::Corrupt,
            message: message.into(),
            place: None,
        }
    }

    /// A part of the format that is not read here; name it.
    pub fn unsupported(message: impl Into<String>) -> Self {
        ReviewError {
            class: Class::Unsupported,
            message: message.into(),
            place: None,
        }
    }

    /// A limit of the card; say its number.
    pub fn limit(message: impl Into<String>) -> Self {
        ReviewError {
            class: Class::LimitExceeded,
            message: message.into(),
            place: None,
        }
    }

    /// Adds a place.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        ReviewError {
            place: Some(place),
            ..self
        }
    }
}

impl From<std::io::Error> for ReviewError {
    /// A file that ends early, or whose bytes a reader refuses, will be no other the next time.
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{InvalidData, UnexpectedEof};
        let class = match error.kind() {
            UnexpectedEof | InvalidData => Class::Corrupt,
            _ => Class::Unreadable,
        };
        ReviewError {
            class,
            message: error.to_string(),
            place: None,
        }
    }
}
