//! What a journey found out becomes what a store keeps.

use super::OutcomeRow;
use crate::store::{Entry, Write};
use crate::{Card, Compression, Document, Failure, FileFacts, Identification, Outcome, Recipe, Review};

/// An outcome that a journey reached. It is written only if the row of the key is still the one that was read.
#[derive(Debug)]
pub struct Conclusion {
    pub(super) outcome: Outcome,
    pub(super) failure: Option<Failure>,
    pub(super) facts: AttemptFacts,
    /// Token of the row that was read; `None` if the key must have no row.
    pub(super) expect: Option<String>,
    /// Token to write.
    pub(super) token: String,
    /// Stamp of the version that was reviewed.
    pub(super) stamp: Option<String>,
    /// Digest of the registry.
    pub(super) registry: String,
    /// The attempt that reached it, from 1.
    pub(super) attempt: u32,
}

/// What one attempt found out about an object.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct AttemptFacts {
    /// Length of the object in bytes, if it was opened.
    pub(super) size: Option<u64>,
    /// SHA-256 of the object, if all of it was read.
    pub(super) sha256: Option<String>,
    /// How the object is compressed as a whole.
    pub(super) compression: Option<Compression>,
    /// Handler of the object, or why it has none.
    pub(super) identification: Option<Identification>,
    /// The handler that was called, and what it found.
    pub(super) review: Option<(&'static Card, Review)>,
}

impl Conclusion {
    /// How the journey ended: reviewed, failed, unidentified or gone.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The write that a store is asked for. `root` and `at` are those of the [`Entry`].
    pub fn into_write(self, key: &str, root: &str, at: String) -> Write {
        let Conclusion {
            outcome,
            failure,
            facts,
            expect,
            token,
            stamp,
            registry,
            attempt,
        } = self;
        let file = FileFacts {
            key: key.to_owned(),
            size: facts.size,
            sha256: facts.sha256,
            compression: facts.compression,
        };
        let row = OutcomeRow {
            token,
            // A deleted object has no stamp.
            stamp: stamp.filter(|_| outcome != Outcome::Gone),
            sha256: file.sha256.clone(),
            outcome,
            transient: failure.as_ref().is_some_and(|failure| failure.class.may_pass()),
            recipe: None,
            registry,
            letter: None,
        };
        let mut entry = Entry {
            row,
            document: Document::without_handler(file.clone(), outcome, failure.clone()),
            states: Vec::new(),
            preview: None,
            root: root.to_owned(),
            attempt,
            at,
            log: None,
        };
        match (facts.identification, facts.review) {
            (Some(Identification::Identified(identified)), Some((card, mut review))) => {
                let recipe = Recipe::of(card);
                entry.states = std::mem::take(&mut review.states);
                entry.preview = review.preview.take();
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
