//! The outcome of a key whose message no function could process.

use super::OutcomeRow;
use crate::store::{Entry, Write};
use crate::{Document, Failure, FileFacts, Outcome};

/// The key that a dead letter names, with what the outcome is written from. A dead letter is a message in a dead-letter
/// queue.
#[derive(Debug, Clone)]
pub struct Burial<'a> {
    /// Key of the object.
    pub key: &'a str,
    /// Name of the root of the object, as in [`Entry::root`].
    pub root: &'a str,
    /// Id of the message. If the message is delivered again, the row that it left identifies it.
    pub letter: &'a str,
    /// Distinguishes the token of this write from that of any other write for the same letter.
    pub write: String,
    /// Why no function processed the message. A transient class makes the next sweep try again.
    pub failure: Failure,
    /// Time of the write, as in [`Entry::at`].
    pub at: String,
}

/// The outcome to write for a dead letter, from the current row of the key and the current stamp of the object, if they
/// exist.
///
/// `None` if another message has settled the key in the meantime, or if this letter was processed before.
pub fn bury(burial: Burial<'_>, row: Option<&OutcomeRow>, stamp: Option<&str>) -> Option<Write> {
    let (outcome, failure) = match (row, stamp) {
        (Some(row), _) if row.letter.as_deref() == Some(burial.letter) => return None,
        (Some(row), None) if row.outcome == Outcome::Gone => return None,
        (Some(row), Some(_)) if row.stamp.as_deref() == stamp && !row.transient => return None,
        (_, None) => (Outcome::Gone, None),
        (_, Some(_)) => (Outcome::Failed, Some(burial.failure)),
    };
    let file = FileFacts {
        key: burial.key.to_owned(),
        size: None,
        sha256: None,
        compression: None,
    };
    let new = OutcomeRow {
        token: format!("dead letter {}/{}", burial.letter, burial.write),
        stamp: stamp.map(str::to_owned),
        sha256: None,
        outcome,
        transient: failure.as_ref().is_some_and(|failure| failure.class.may_pass()),
        recipe: None,
        registry: String::new(),
        letter: Some(burial.letter.to_owned()),
    };
    let entry = Entry {
        row: new,
        document: Document::without_handler(file, outcome, failure),
        states: Vec::new(),
        preview: None,
        root: burial.root.to_owned(),
        attempt: 1,
        at: burial.at,
        log: None,
    };
    let expect = row.map(|row| row.token.clone());
    Some(Write { entry, expect })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Class, Stage};

    fn burial(letter: &'static str, write: &str) -> Burial<'static> {
        Burial {
            key: "k",
            root: "",
            letter,
            write: write.to_owned(),
            failure: Failure::new(Stage::Review, Class::Service, ""),
            at: String::new(),
        }
    }

    #[test]
    fn a_letter_that_is_delivered_again_finds_its_own_row() {
        let first = bury(burial("1", "a"), None, Some("v1")).unwrap().entry.row;
        assert_eq!((first.outcome, first.transient), (Outcome::Failed, true));
        assert_eq!(bury(burial("1", "b"), Some(&first), Some("v1")), None);
        // The letter is old, and the new version of the object has one of its own.
        assert_eq!(bury(burial("1", "b"), Some(&first), Some("v2")), None);
        // Another letter is another failure.
        let second = bury(burial("11", "b"), Some(&first), Some("v1")).unwrap();
        assert_eq!(second.expect, Some(first.token));
    }

    #[test]
    fn a_key_that_is_settled_in_the_meantime_is_left_alone() {
        let mut row = bury(burial("1", "a"), None, Some("v1")).unwrap().entry.row;
        row.token = "another's".to_owned();
        row.letter = None;
        row.transient = false;
        assert_eq!(bury(burial("1", "b"), Some(&row), Some("v1")), None);
        assert!(bury(burial("1", "b"), Some(&row), Some("v2")).is_some());
        let gone = bury(burial("1", "b"), Some(&row), None).unwrap().entry.row;
        assert_eq!(gone.outcome, Outcome::Gone);
        assert_eq!(bury(burial("2", "a"), Some(&gone), None), None);
    }
}
