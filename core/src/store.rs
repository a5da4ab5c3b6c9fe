//! The interface to stores of outcomes. One conformance suite tests every implementation.

use std::ops::ControlFlow;

use crate::pipeline::OutcomeRow;
use crate::preview::Preview;
use crate::{Document, Failure, Outcome, PartState};

/// What identifies an object in a store: the root below which it was listed, and its key there. Two roots may have
/// equal keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId<'a> {
    /// Name of the root, as in [`Entry::root`]; empty in a store that has one root only.
    pub root: &'a str,
    /// Key of the object below its root.
    pub key: &'a str,
}

/// A place below which objects are listed: a directory, or a bucket.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Root {
    /// Unique in a store: a name that the user gave, or [`Root::name_of`] the place.
    pub name: String,
    /// Canonical path of the directory as text, in which bytes that are not UTF-8 are written as in keys. Empty if it
    /// is not known.
    pub place: String,
    /// What precedes the path below the place in every key, with its `/`; usually empty.
    pub prefix: String,
}

impl Root {
    /// The root at a place, under the name that it has unless the user gives it another.
    pub fn at(place: impl Into<String>, prefix: impl Into<String>) -> Self {
        let (place, prefix) = (place.into(), prefix.into());
        Root {
            name: Root::name_of(&place, &prefix),
            place,
            prefix,
        }
    }

    /// The name of a root that the user did not name: its place, after `PREFIX/ = ` if its keys have a prefix.
    ///
    /// ```
    /// use data_review_core::store::Root;
    ///
    /// assert_eq!(Root::name_of("/data", ""), "/data");
    /// assert_eq!(Root::name_of("/data", "cruise/"), "cruise/ = /data");
    /// ```
    pub fn name_of(place: &str, prefix: &str) -> String {
        match prefix {
            "" => place.to_owned(),
            prefix => format!("{prefix} = {place}"),
        }
    }

    /// Whether the user gave it its name.
    pub fn is_named(&self) -> bool {
        self.name != Root::name_of(&self.place, &self.prefix)
    }
}

/// A change of the roots of a store. Objects keep their outcomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootChange {
    /// A root that the store does not have yet, or another place of a root that it has.
    Put(Root),
    /// Another name of a root.
    Rename {
        /// Its present name.
        from: String,
        /// Its new name, which no other root has.
        to: String,
    },
    /// Objects move from one root to another, because one root lies within the other. If the other root has an object
    /// with the new key, that object stays and the moved one is dropped. A root that loses its last object is dropped.
    Move {
        /// Name of the root that the objects leave.
        from: String,
        /// What the keys of these objects begin with.
        from_prefix: String,
        /// Name of the root that the objects reach.
        to: String,
        /// What the keys begin with there, in place of `from_prefix`.
        to_prefix: String,
    },
}

/// One outcome, with everything that a store keeps about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The new row of the key. Its token must differ from every token written before.
    pub row: OutcomeRow,
    /// The document. Its `file.key` is the key of the entry.
    pub document: Document,
    /// Mergeable statistics of the variables, in the order of the document's variables.
    pub states: Vec<PartState>,
    /// Levels of the casts for plots; `None` without profiles, or if the review was not asked for them.
    pub preview: Option<Preview>,
    /// Name of the root below which the object was listed: the canonical path of a directory, a name that the user gave
    /// it, or a bucket. Root and key identify the object; the document contains the key alone.
    pub root: String,
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
    /// Name of the root of the object, as in [`Entry::root`]; empty in a store that has one root only.
    pub root: String,
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

/// Keeps the current outcome of every object, its document and statistics, and an append-only log of failures.
///
/// An object is identified by its root and its key. A store that belongs to one root, such as that of a bucket, ignores
/// the names of roots.
///
/// Calls block; a program with an asynchronous runtime makes them from a thread that may wait.
pub trait Store: Send + Sync {
    /// The current rows below a root, one per key, in the order of `keys`; `None` for a key without a row.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn rows(&self, root: &str, keys: &[&str]) -> Result<Vec<Option<OutcomeRow>>, StoreError>;

    /// Writes each outcome if the row of its key is still the expected one; failures also add a line to the failure
    /// log.
    ///
    /// Returns one answer per write, in the same order, once all are durable.
    ///
    /// # Errors
    /// When the store cannot be written. Each write is then done completely or not at all.
    fn record(&self, writes: &[Write]) -> Result<Vec<Written>, StoreError>;

    /// Makes these changes of the roots, all or none. A store that has one root only does nothing.
    ///
    /// # Errors
    /// When the store cannot be written, or a new name is taken.
    fn change_roots(&self, _changes: &[RootChange]) -> Result<(), StoreError> {
        Ok(())
    }

    /// Calls `visit` with each key below `root` whose outcome is not `gone`, in the order of the keys, until it breaks.
    /// `visit` must not call the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn visit_keys(
        &self,
        root: &str,
        visit: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<(), StoreError>;

    /// The keys of [`Store::visit_keys`] as a list.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn keys(&self, root: &str) -> Result<Vec<String>, StoreError> {
        let mut keys = Vec::new();
        self.visit_keys(root, &mut |key| {
            keys.push(key.to_owned());
            ControlFlow::Continue(())
        })?;
        Ok(keys)
    }

    /// Calls `visit` with the identity and the canonical JSON of every current document, by the names of the roots and
    /// then by the keys, until it breaks.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn documents(
        &self,
        visit: &mut dyn FnMut(ObjectId<'_>, &str) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.documents_with(None, visit)
    }

    /// Calls `visit` with the identity and the canonical JSON of the current documents with this outcome (`None`: with
    /// any), in the order of [`Store::documents`], until it breaks.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn documents_with(
        &self,
        outcome: Option<Outcome>,
        visit: &mut dyn FnMut(ObjectId<'_>, &str) -> ControlFlow<()>,
    ) -> Result<(), StoreError>;

    /// The current document of an object in canonical JSON; `None` if the store does not know the object.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn document(&self, object: ObjectId<'_>) -> Result<Option<String>, StoreError>;

    /// The failure log of one key below any root, or (`None`) of all keys, in the order of key and time.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn failures(&self, key: Option<&str>) -> Result<Vec<FailureRecord>, StoreError>;
}
