//! The port behind which outcomes are kept. One conformance suite holds for every store.

use std::ops::ControlFlow;

use crate::pipeline::OutcomeRow;
use crate::{Document, Failure, Outcome, PartState};

/// One outcome to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The new row; its token must be unlike any written before.
    pub row: OutcomeRow,
    /// The document; its `file.key` is the entry's key.
    pub document: Document,
    /// Mergeable statistics, in the order of the document's variables.
    pub states: Vec<PartState>,
    /// Where it was listed (a directory's absolute path, a bucket): two sources in one store do not declare each
    /// other's files gone.
    pub origin: String,
    /// Attempt at which the outcome was reached, from 1.
    pub attempt: u32,
    /// When, RFC 3339 in UTC. Kept beside the document, never in it.
    pub at: String,
    /// Where the log is, if there is one.
    pub log: Option<String>,
}

/// An entry and the row that it replaces.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// What to write.
    pub entry: Entry,
    /// Token of the row that was read; none: there must be no row.
    pub expect: Option<String>,
}

/// Answer to one [`Write`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It is durable.
    Yes,
    /// Another row is there, with this token (none: no row), and nothing was written.
    Taken(Option<String>),
}

/// One line of the failure log, which is only ever added to.
#[derive(Debug, Clone, PartialEq)]
pub struct FailureRecord {
    /// The object's key.
    pub key: String,
    /// What happened.
    pub failure: Failure,
    /// Handler that was called, if one was.
    pub handler: Option<String>,
    /// Digest of its recipe.
    pub recipe: Option<String>,
    /// Attempt at which it was recorded, from 1.
    pub attempt: u32,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Where the log is, if there is one.
    pub log: Option<String>,
}

/// Why a store cannot be used; says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    /// In words.
    pub message: String,
    /// Whether trying again may help.
    pub transient: bool,
}

/// Keeps the current outcome of every key, its document and state, and an append-only log of failures.
///
/// Calls block; a shell with an async runtime makes them from a thread that may wait.
pub trait Store: Send + Sync {
    /// Current rows, one per key, in the order of `keys`.
    fn rows(&self, keys: &[&str]) -> Result<Vec<Option<OutcomeRow>>, StoreError>;

    /// Writes outcomes, each if its row is still the expected one; what failed adds a line to the failure log. When this
    /// returns, they are durable. One answer per write, in order. An error leaves each write done whole or not at all.
    fn record(&self, writes: &[Write]) -> Result<Vec<Written>, StoreError>;

    /// Keys that were listed at `origin` and are not gone, sorted.
    fn keys(&self, origin: &str) -> Result<Vec<String>, StoreError>;

    /// Shows every current document in canonical JSON, by key, until `visit` breaks.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn documents(&self, visit: &mut dyn FnMut(&str, &str) -> ControlFlow<()>) -> Result<(), StoreError> {
        self.documents_with(None, visit)
    }

    /// Shows the current documents with an outcome (`None`: with any) in canonical JSON, by key, until `visit` breaks.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn documents_with(
        &self,
        outcome: Option<Outcome>,
        visit: &mut dyn FnMut(&str, &str) -> ControlFlow<()>,
    ) -> Result<(), StoreError>;

    /// The current document of a key in canonical JSON.
    fn document(&self, key: &str) -> Result<Option<String>, StoreError>;

    /// The failure log, by key and time; of one key or of all.
    fn failures(&self, key: Option<&str>) -> Result<Vec<FailureRecord>, StoreError>;
}
