//! What becomes of a key whose message nobody could work off.

use super::Row;
use crate::store::{Entry, Write};
use crate::{Document, Failure, FileFacts, Outcome};

/// A message in a dead-letter queue, and who writes down what became of its key.
#[derive(Debug, Clone)]
pub struct Burial<'a> {
    /// The key.
    pub key: &'a str,
    /// As in [`Entry`].
    pub origin: &'a str,
    /// Token to write, unlike any other.
    pub token: String,
    /// Why the message is there. It should be of a transient class, so that the next sweep tries again.
    pub failure: Failure,
    /// As in [`Entry`].
    pub at: String,
}

/// What is to be written for a dead letter, given the key's row and the object's stamp as they are now (none where there
/// is no such row or object); nothing where another message settled the key meanwhile.
pub fn bury(burial: Burial<'_>, row: Option<&Row>, stamp: Option<&str>) -> Option<Write> {
    let (outcome, failure) = match (row, stamp) {
        (Some(row), None) if row.outcome == Outcome::Gone => return None,
        (Some(row), Some(_)) if row.stamp.as_deref() == stamp && !row.transient => return None,
        (_, None) => (Outcome::Gone, None),
        (_, Some(_)) => (Outcome::Failed, Some(burial.failure)),
    };
    let file = FileFacts {
        key: burial.key.to_owned(),
        size: None,
        sha256: None,
    };
    let new = Row {
        token: burial.token,
        stamp: stamp.map(str::to_owned),
        sha256: None,
        outcome,
        transient: failure
            .as_ref()
            .is_some_and(|failure| failure.class.is_transient()),
        recipe: None,
        registry: String::new(),
    };
    let entry = Entry {
        row: new,
        document: Document::without_handler(file, outcome, failure),
        states: Vec::new(),
        origin: burial.origin.to_owned(),
        attempt: 1,
        at: burial.at,
        log: None,
    };
    let expect = row.map(|row| row.token.clone());
    Some(Write { entry, expect })
}
