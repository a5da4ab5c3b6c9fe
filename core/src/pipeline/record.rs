//! From what a journey learnt to what a store keeps.

use super::{Journey, Row};
use crate::store::{Entry, Write};
use crate::{Card, Document, Failure, FileFacts, Identification, Outcome, Recipe, Review};

/// An outcome to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// What to write.
    pub outcome: Outcome,
    /// Why, where it is no review.
    pub failure: Option<Failure>,
    /// Token of the row that was read; none: there must be no row.
    pub expect: Option<String>,
    /// Token to write.
    pub token: String,
}

/// What a shell learnt of an object in one attempt.
#[derive(Debug, Default)]
pub struct Learnt {
    /// Its length, where it was seen.
    pub size: Option<u64>,
    /// Its SHA-256, where all of it was read.
    pub sha256: Option<String>,
    /// What it is.
    pub identification: Option<Identification>,
    /// The handler that was called, and what it found.
    pub review: Option<(&'static Card, Review)>,
}

impl Journey<'_> {
    /// What [`super::Effect::Record`] asks a store to write. `origin` and `at` as in [`Entry`].
    pub fn write(&self, record: Record, learnt: Learnt, key: &str, origin: &str, at: String) -> Write {
        let Record {
            outcome,
            failure,
            expect,
            token,
        } = record;
        let file = FileFacts {
            key: key.to_owned(),
            size: learnt.size,
            sha256: learnt.sha256,
        };
        let row = Row {
            token,
            // What is gone has none.
            stamp: self.stamp.clone().filter(|_| outcome != Outcome::Gone),
            sha256: file.sha256.clone(),
            outcome,
            transient: failure
                .as_ref()
                .is_some_and(|failure| failure.class.is_transient()),
            recipe: None,
            registry: self.policy.registry.clone(),
            letter: None,
        };
        let mut entry = Entry {
            row,
            document: Document::without_handler(file.clone(), outcome, failure.clone()),
            states: Vec::new(),
            origin: origin.to_owned(),
            attempt: self.attempt,
            at,
            log: None,
        };
        match (learnt.identification, learnt.review) {
            (Some(Identification::Identified(identified)), Some((card, mut review))) => {
                let recipe = Recipe::of(card);
                entry.states = std::mem::take(&mut review.states);
                entry.document = Document::handled(file, &identified, card.version, &recipe, review, failure);
                entry.row.recipe = Some(recipe);
            }
            (Some(identification), _) => {
                if let Some(document) = Document::unidentified(file, &identification) {
                    entry.document = document;
                }
            }
            (None, _) => {}
        }
        Write { entry, expect }
    }
}
