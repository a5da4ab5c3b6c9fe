//! From what a journey learnt to what a store keeps.

use super::OutcomeRow;
use crate::store::{Entry, Write};
use crate::{Card, Document, Failure, FileFacts, Identification, Outcome, Recipe, Review};

/// An outcome that a journey reached, to be written if the row of the key is still the expected one.
#[derive(Debug)]
pub struct Conclusion {
    pub(super) outcome: Outcome,
    pub(super) failure: Option<Failure>,
    pub(super) learnt: Learnt,
    /// Token of the row that was read; `None`: there must be no row.
    pub(super) expect: Option<String>,
    /// Token to write.
    pub(super) token: String,
    /// Stamp of the version that was looked at.
    pub(super) stamp: Option<String>,
    /// Digest of the registry.
    pub(super) registry: String,
    /// Attempt at which it was reached, from 1.
    pub(super) attempt: u32,
}

/// What one attempt found out about an object.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Learnt {
    /// Its length in bytes, if it was opened.
    pub(super) size: Option<u64>,
    /// Its SHA-256, if all of it was read.
    pub(super) sha256: Option<String>,
    /// Its handler, or why there is none.
    pub(super) identification: Option<Identification>,
    /// The handler that was called, and what it found.
    pub(super) review: Option<(&'static Card, Review)>,
}

impl Conclusion {
    /// How the look ended.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// What a store is asked to write. `origin` and `at` are those of the [`Entry`].
    pub fn into_write(self, key: &str, origin: &str, at: String) -> Write {
        let Conclusion {
            outcome,
            failure,
            learnt,
            expect,
            token,
            stamp,
            registry,
            attempt,
        } = self;
        let file = FileFacts {
            key: key.to_owned(),
            size: learnt.size,
            sha256: learnt.sha256,
        };
        let row = OutcomeRow {
            token,
            // A deleted object has no stamp.
            stamp: stamp.filter(|_| outcome != Outcome::Gone),
            sha256: file.sha256.clone(),
            outcome,
            transient: failure
                .as_ref()
                .is_some_and(|failure| failure.class.is_transient()),
            recipe: None,
            registry,
            letter: None,
        };
        let mut entry = Entry {
            row,
            document: Document::without_handler(file.clone(), outcome, failure.clone()),
            states: Vec::new(),
            origin: origin.to_owned(),
            attempt,
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
