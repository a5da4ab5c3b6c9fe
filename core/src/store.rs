//! The interface to stores of outcomes. One conformance suite tests every implementation.

use std::ops::ControlFlow;

use crate::pipeline::OutcomeRow;
use crate::{Document, Failure, Outcome, PartState};

/// One outcome, with everything that a store keeps about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The new row of the key. Its token must differ from every token written before.
    pub row: OutcomeRow,
    /// The document. Its `file.key` is the key of the entry.
    pub document: Document,
    /// Mergeable statistics of the variables, in the order of the document's variables.
    pub states: Vec<PartState>,
    /// Where the object was listed: the absolute path of a directory, or a bucket. It keeps two sources in one store
    /// from declaring each other's objects deleted.
    pub origin: String,
    /// The attempt that reached the outcome, from 1.
    pub attempt: u32,
    /// Time of the outcome, RFC 3339 in UTC. It is kept beside the document, never in it.
    pub at: String,
    /// Location of the log, if there is one.
    pub log: Option<String>,
}

/// A conditional write: an entry, and the row that it may replace.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// The outcome to write.
    pub entry: Entry,
    /// Token of the row that was read; `None` if the key must have no row.
    pub expect: Option<String>,
}

/// The answer of a store to one [`Write`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// The outcome is written and durable.
    Yes,
    /// Nothing was written: the key has another row, with this token (`None`: no row).
    Taken(Option<String>),
}

/// One line of the failure log, to which lines are only ever added.
#[derive(Debug, Clone, PartialEq)]
pub struct FailureRecord {
    /// Key of the object that failed.
    pub key: String,
    /// What failed, and why.
    pub failure: Failure,
    /// Id of the handler that was called, if one was.
    pub handler: Option<String>,
    /// Digest of the recipe, if a handler was called.
    pub recipe: Option<String>,
    /// The attempt in which it was recorded, from 1.
    pub attempt: u32,
    /// Time of the failure, RFC 3339 in UTC.
    pub at: String,
    /// Location of the log, if there is one.
    pub log: Option<String>,
}

/// Why a store cannot be used. The message says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    /// What was expected, what was found, and what to do.
    pub message: String,
    /// Whether another attempt may succeed.
    pub transient: bool,
}

/// Keeps the current outcome of every key, its document and statistics, and an append-only log of failures.
///
/// Calls block; a program with an asynchronous runtime makes them from a thread that may wait.
pub trait Store: Send + Sync {
    /// The current rows, one per key, in the order of `keys`; `None` for a key without a row.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn rows(&self, keys: &[&str]) -> Result<Vec<Option<OutcomeRow>>, StoreError>;

    /// Writes each outcome if the row of its key is still the expected one; failures also add a line to the failure
    /// log.
    ///
    /// Returns one answer per write, in the same order, once all are durable.
    ///
    /// # Errors
    /// When the store cannot be written. Each write is then done completely or not at all.
    fn record(&self, writes: &[Write]) -> Result<Vec<Written>, StoreError>;

    /// Keys that were listed at `origin` and whose outcome is not `gone`, sorted.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn keys(&self, origin: &str) -> Result<Vec<String>, StoreError>;

    /// Calls `visit` with the key and the canonical JSON of every current document, in the order of the keys, until it
    /// breaks.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn documents(&self, visit: &mut dyn FnMut(&str, &str) -> ControlFlow<()>) -> Result<(), StoreError> {
        self.documents_with(None, visit)
    }

    /// Calls `visit` with the key and the canonical JSON of the current documents with this outcome (`None`: with any),
    /// in the order of the keys, until it breaks.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn documents_with(
        &self,
        outcome: Option<Outcome>,
        visit: &mut dyn FnMut(&str, &str) -> ControlFlow<()>,
    ) -> Result<(), StoreError>;

    /// The current document of a key in canonical JSON; `None` if the key has none.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn document(&self, key: &str) -> Result<Option<String>, StoreError>;

    /// The failure log of one key, or (`None`) of all keys, in the order of key and time.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn failures(&self, key: Option<&str>) -> Result<Vec<FailureRecord>, StoreError>;
}
