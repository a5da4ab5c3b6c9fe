//! Why an object has no review: stage, class, message, place, evidence, and what to do next.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Evidence, Place};

/// The stage of the flow in which a failure happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Listing the object and its properties.
    List,
    /// Reading the object's bytes.
    Read,
    /// Finding the handler of the object.
    Identify,
    /// Aggregating and checking the object's content.
    Review,
    /// Writing the outcome to the store.
    Record,
}

/// The kind of a failure. It decides whether a retry is worthwhile and what a person does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Class {
    /// Several handlers recognise the file equally well.
    #[serde(rename = "ambiguous")]
    Ambiguous,
    /// No handler recognises the file.
    #[serde(rename = "unidentified")]
    Unidentified,
    /// The bytes contradict the format so badly that nothing can be read. A file in an unsupported variant is intact,
    /// and belongs to `Unsupported`.
    #[serde(rename = "corrupt")]
    Corrupt,
    /// A variant or feature of the format that the reader does not support.
    #[serde(rename = "unsupported")]
    Unsupported,
    /// A limit on the handler's card was exceeded; the message gives the number.
    #[serde(rename = "limit exceeded")]
    LimitExceeded,
    /// The worker process crashed.
    #[serde(rename = "crashed")]
    Crashed,
    /// The review used up its processor time, or made no progress for too long.
    #[serde(rename = "timed out")]
    TimedOut,
    /// The worker exceeded its memory limit.
    #[serde(rename = "out of memory")]
    OutOfMemory,
    /// The file cannot be read (permissions), it disappeared, or it changed while it was read.
    #[serde(rename = "unreadable")]
    Unreadable,
    /// The object lies in an archive of its storage service, and must be restored before it can be read.
    #[serde(rename = "archived")]
    Archived,
    /// The object is encrypted with a key that its storage service does not keep.
    #[serde(rename = "customer key")]
    CustomerKey,
    /// A service that the review depends on, such as a store or a queue, failed.
    #[serde(rename = "service")]
    Service,
}

impl Class {
    /// The class as documents and JSON write it, such as `limit exceeded`.
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
            Class::Archived => "archived",
            Class::CustomerKey => "customer key",
            Class::Service => "service",
        }
    }

    /// Whether a retry is worthwhile: the same bytes may succeed the next time.
    pub fn is_transient(self) -> bool {
        matches!(self, Class::Unreadable | Class::Service)
    }

    /// Whether a later look may succeed although neither the object nor the recipe changed: the failure is transient, or
    /// the object may be restored from an archive in the meantime, which does not change its ETag.
    pub fn may_pass(self) -> bool {
        self.is_transient() || self == Class::Archived
    }

    /// What a person does about a failure of this class; an imperative without a full stop. [`Failure::next_step`] is
    /// more precise if there is evidence.
    pub fn next_step(self) -> &'static str {
        match self {
            Class::Ambiguous => {
                "report the file: one of the handlers named must refine the other, or recognise less"
            }
            Class::Unidentified => {
                "check whether it is a data file; `data-review handlers` lists the formats that are reviewed"
            }
            Class::Corrupt => {
                "compare the file's checksum with that of its source, and get the file again if they differ"
            }
            Class::Unsupported => {
                "the file may be intact: convert it to a variant that is supported, or ask for support of this one"
            }
            Class::LimitExceeded => {
                "check that the file really is that large; if so, raise the limit on the handler's card"
            }
            Class::Crashed => "report it with the file: a handler must not crash on any content",
            Class::TimedOut | Class::OutOfMemory => {
                "check the file's size and structure; if they are right, raise the limit on the handler's card"
            }
            Class::Unreadable => {
                "check the file's permissions, and review it again when no program writes to it"
            }
            Class::Archived => {
                "restore the object, with `aws s3api restore-object` or a copy in another storage class; it is reviewed when \
                 it is restored"
            }
            Class::CustomerKey => {
                "copy the object onto itself with its key and with encryption by S3 or KMS, so that it can be read without that key"
            }
            Class::Service => "review it again later; if it fails again, see the log of the service",
        }
    }
}

impl Stage {
    /// The stage as documents and JSON write it, such as `read`.
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

/// Why an object has no review: the stage and the class of the failure, with a message and, if known, a place.
///
/// ```
/// use data_review_core::{Class, Failure, Place, Stage};
///
/// let failure = Failure::new(Stage::Review, Class::Corrupt, "the header ends after 12 of 80 bytes")
///     .at(Place::Byte { byte: 12 });
/// assert!(!failure.class.is_transient());
/// assert!(failure.next_step().starts_with("compare the file's checksum"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The stage of the flow that failed.
    pub stage: Stage,
    /// The kind of failure, which decides what is done next.
    pub class: Class,
    /// What happened, in one sentence with the numbers.
    pub message: String,
    /// Where in the file it happened; null if that is not known.
    pub place: Option<Place>,
    /// What the content looks like if no handler recognises the file; null for failures of other classes.
    pub evidence: Option<Evidence>,
}

impl Failure {
    /// A failure without a place and without evidence.
    pub fn new(stage: Stage, class: Class, message: impl Into<String>) -> Self {
        Failure {
            stage,
            class,
            message: message.into(),
            place: None,
            evidence: None,
        }
    }

    /// The failure of a file of `bytes` bytes that is not reviewed, because its handler's limit is
    /// [`Limits::object_bytes`](crate::Limits::object_bytes), or the limit of the disk is lower.
    pub fn too_large(bytes: u64, limit: u64) -> Self {
        let message = format!("it has {bytes} bytes, and the limit is {limit}");
        Failure::new(Stage::Read, Class::LimitExceeded, message)
    }

    /// Sets the place; `None` removes it.
    #[must_use]
    pub fn at(self, place: impl Into<Option<Place>>) -> Self {
        Failure {
            place: place.into(),
            ..self
        }
    }

    /// Sets the description of the content, from which [`Failure::next_step`] is derived.
    #[must_use]
    pub fn with_evidence(self, evidence: Evidence) -> Self {
        Failure {
            evidence: Some(evidence),
            ..self
        }
    }

    /// What a person does about it: the step for the kind of content if there is evidence, otherwise that of the class. An
    /// entry that could not be listed is a link, a directory or something that is not a file, and has steps of its own.
    pub fn next_step(&self) -> &'static str {
        match (self.stage, self.class) {
            (Stage::List, Class::Unsupported) => {
                return "it is not a regular file and holds no data to review: remove it, or skip it with --exclude";
            }
            (Stage::List, Class::Unreadable) => {
                return "if it is a broken link, repair or remove it; otherwise make it readable for this user, and review again";
            }
            _ => {}
        }
        self.evidence
            .as_ref()
            .and_then(Evidence::next_step)
            .unwrap_or_else(|| self.class.next_step())
    }
}

/// Why a handler could not review a file at all. A handler returns it from
/// [`FileHandler::review`](crate::FileHandler::review); it becomes a [`Failure`] of the review stage.
///
/// ```
/// use data_review_core::{Class, Place, ReviewError};
///
/// let error = ReviewError::unsupported("chunks of variable `TEMP` use the filter 32004 (LZ4)").at(Place::array("TEMP", vec![]));
/// assert_eq!(error.class, Class::Unsupported);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", class.as_str())]
pub struct ReviewError {
    /// The kind of failure; use the constructors to set it.
    pub class: Class,
    /// What happened, in one sentence with the numbers.
    pub message: String,
    /// Where in the file, if that is known.
    pub place: Option<Place>,
}

impl ReviewError {
    fn new(class: Class, message: impl Into<String>) -> Self {
        ReviewError {
            class,
            message: message.into(),
            place: None,
        }
    }

    /// An error of class `Corrupt`: the bytes contradict the format, so that nothing can be read.
    pub fn corrupt(message: impl Into<String>) -> Self {
        Self::new(Class::Corrupt, message)
    }

    /// An error of class `Unsupported`: the handler does not read this variant or feature, which the message names.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(Class::Unsupported, message)
    }

    /// An error of class `LimitExceeded`: the file exceeds a limit of the card, whose number the message gives.
    pub fn limit(message: impl Into<String>) -> Self {
        Self::new(Class::LimitExceeded, message)
    }

    /// Sets the place in the file.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        ReviewError {
            place: Some(place),
            ..self
        }
    }
}

impl From<ReviewError> for Failure {
    /// The failure of the review stage.
    fn from(error: ReviewError) -> Self {
        Failure::new(Stage::Review, error.class, error.message).at(error.place)
    }
}

impl From<std::io::Error> for ReviewError {
    /// An early end of the file and invalid data are class `Corrupt`; any other I/O error is `Unreadable`.
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{InvalidData, UnexpectedEof};
        let class = match error.kind() {
            UnexpectedEof | InvalidData => Class::Corrupt,
            _ => Class::Unreadable,
        };
        Self::new(class, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_an_earlier_version_is_read() {
        let json = r#"{"stage":"identify","class":"unidentified","message":"0 bytes","place":null}"#;
        let failure: Failure = serde_json::from_str(json).unwrap();
        assert_eq!(
            failure,
            Failure::new(Stage::Identify, Class::Unidentified, "0 bytes")
        );
        assert_eq!(failure.next_step(), Class::Unidentified.next_step());
    }

    #[test]
    fn an_archived_object_is_not_tried_again_at_once_but_after_it_is_restored() {
        for (class, transient, passes) in [
            (Class::Service, true, true),
            (Class::Archived, false, true),
            (Class::CustomerKey, false, false),
            (Class::Corrupt, false, false),
        ] {
            assert_eq!(
                (class.is_transient(), class.may_pass()),
                (transient, passes),
                "{class:?}"
            );
        }
        assert!(Class::Archived.next_step().starts_with("restore the object"));
    }

    #[test]
    fn the_kind_of_content_gives_the_next_step() {
        let evidence = |bytes: &[u8]| Evidence::of(bytes, bytes.len() as u64);
        let failure = Failure::new(Stage::Identify, Class::Unidentified, "");
        let page = failure.clone().with_evidence(evidence(b"<html>404"));
        assert!(page.next_step().contains("download the file again"));
        let other = failure.with_evidence(evidence(b"any words"));
        assert_eq!(other.next_step(), Class::Unidentified.next_step());
    }

    #[test]
    fn an_entry_that_is_no_file_has_its_own_step() {
        let step = |class| Failure::new(Stage::List, class, "").next_step();
        assert!(step(Class::Unreadable).contains("broken link"));
        assert!(step(Class::Unsupported).contains("not a regular file"));
    }

    #[test]
    fn a_review_error_becomes_a_failure_of_the_review_stage() {
        let error = ReviewError::unsupported("encrypted").at(Place::Byte { byte: 3 });
        let failure = Failure::from(error);
        assert_eq!(
            (failure.stage, failure.class),
            (Stage::Review, Class::Unsupported)
        );
        assert_eq!(failure.place, Some(Place::Byte { byte: 3 }));
        assert!(!failure.next_step().contains("get the file again"));
    }
}
