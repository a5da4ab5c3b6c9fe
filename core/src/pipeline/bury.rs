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
    /// The message's id: a letter that comes again is known by the row that it left.
    pub letter: &'a str,
    /// Makes this write unlike any other of the same letter.
    pub write: String,
    /// Why the message is there. It should be of a transient class, so that the next sweep tries again.
    pub failure: Failure,
    /// As in [`Entry`].
    pub at: String,
}

/// What to write for a dead letter, given the key's current row and the object's current stamp (none where there is no
/// such row or object); nothing where another message settled the key meanwhile, or this letter was handled before.
pub fn bury(burial: Burial<'_>, row: Option<&Row>, stamp: Option<&str>) -> Option<Write> {
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
    };
    let new = Row {
        token: format!("dead letter {}/{}", burial.letter, burial.write),
        stamp: stamp.map(str::to_owned),
        sha256: None,
        outcome,
        transient: failure
            .as_ref()
            .is_some_and(|failure| failure.class.is_transient()),
        recipe: None,
        registry: String::new(),
        letter: Some(burial.letter.to_owned()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Class, Stage};

    fn burial(letter: &'static str, write: &str) -> Burial<'static> {
        Burial {
            key: "k",
            origin: "",
            letter,
            write: write.to_owned(),
            failure: Failure::new(Stage::Review, Class::Service, ""),
            at: String::new(),
        }
    }

    #[test]
    fn a_letter_that_comes_again_finds_its_own_row() {
        let first = bury(burial("1", "a"), None, Some("v1")).unwrap().entry.row;
        assert_eq!((first.outcome, first.transient), (Outcome::Failed, true));
        assert_eq!(bury(burial("1", "b"), Some(&first), Some("v1")), None);
        // It is late, and the object has a letter of its own.
        assert_eq!(bury(burial("1", "b"), Some(&first), Some("v2")), None);
        // Another letter is another failure.
        let second = bury(burial("11", "b"), Some(&first), Some("v1")).unwrap();
        assert_eq!(second.expect, Some(first.token));
    }

    #[test]
    fn what_is_settled_meanwhile_is_left_alone() {
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
