//! Outcomes in DynamoDB and their documents in S3.
//!
//! The table of reviews has one row per key, with the fields that people query. The document and the mergeable statistics are
//! in the bucket of documents, at an address that depends on the key and the write token. So a document exists before the row
//! that points to it, no two writers share one, and a row and its document always belong to the same write. Documents that no
//! row points to are deleted after the write. If that fails, they stay and cost storage, but change no answer.

mod counters;
mod documents;
mod items;
mod read;
mod write;

use std::ops::ControlFlow;

use data_review_core::Outcome;
use data_review_core::pipeline::OutcomeRow;
use data_review_core::store::{Entry, FailureRecord, ObjectId, Store, StoreError, Write, Written};
use data_review_deployment::{Outputs, env};
use tokio::runtime::Handle;

use crate::Clients;
use crate::lambda::variable;

pub use counters::{Counters, RowCounts, RowGroup};
pub use read::ScannedRow;

/// The names of the tables and of the bucket of a store.
#[derive(Debug, Clone)]
pub struct StoreNames {
    /// Table of current outcomes.
    pub reviews: String,
    /// Table of failures.
    pub failures: String,
    /// Table of counters.
    pub counters: String,
    /// Bucket of documents.
    pub documents: String,
}

impl StoreNames {
    /// The names in the outputs of a stack.
    pub fn of(outputs: &Outputs) -> Self {
        StoreNames {
            reviews: outputs.reviews_table.clone(),
            failures: outputs.failures_table.clone(),
            counters: outputs.counters_table.clone(),
            documents: outputs.documents_bucket.clone(),
        }
    }

    /// The names in the environment variables that the infrastructure program sets.
    ///
    /// # Errors
    /// If one is not set.
    pub fn from_env() -> Result<Self, String> {
        Ok(StoreNames {
            reviews: variable(env::REVIEWS_TABLE)?,
            failures: variable(env::FAILURES_TABLE)?,
            counters: variable(env::COUNTERS_TABLE)?,
            documents: variable(env::DOCUMENTS_BUCKET)?,
        })
    }
}

/// The store of a stack in the cloud. It belongs to one bucket, so that keys identify objects without a root.
///
/// The methods of [`Store`] block on the runtime in which the store was made. Call them from a thread outside of that runtime,
/// which must have worker threads.
#[derive(Debug, Clone)]
pub struct DynamoStore {
    clients: Clients,
    names: StoreNames,
    runtime: Handle,
}

impl DynamoStore {
    /// A store in existing tables and an existing bucket; see [`data_review_deployment::table`].
    ///
    /// # Panics
    /// If it is called outside of a runtime.
    pub fn new(clients: &Clients, names: StoreNames) -> Self {
        DynamoStore {
            clients: clients.clone(),
            names,
            runtime: Handle::current(),
        }
    }

    /// Calls `visit` with everything that is kept of each wanted key, by key, until it breaks: to copy it to another store. The
    /// locations of logs and the log of failures are not part of it.
    ///
    /// # Errors
    /// If a service fails, or a document is damaged.
    pub fn entries(
        &self,
        wanted: &dyn Fn(&str) -> bool,
        visit: &mut dyn FnMut(Entry) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        Ok(self.runtime.block_on(self.read_entries(wanted, visit))?)
    }
}

impl Store for DynamoStore {
    fn rows(&self, _root: &str, keys: &[&str]) -> Result<Vec<Option<OutcomeRow>>, StoreError> {
        Ok(self.runtime.block_on(self.read_rows(keys))?)
    }

    fn record(&self, writes: &[Write]) -> Result<Vec<Written>, StoreError> {
        Ok(self.runtime.block_on(self.write_all(writes))?)
    }

    fn visit_keys(
        &self,
        root: &str,
        visit: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        for key in self.runtime.block_on(self.read_keys(root))? {
            if visit(&key).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn documents_with(
        &self,
        outcome: Option<Outcome>,
        visit: &mut dyn FnMut(ObjectId<'_>, &str) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        Ok(self.runtime.block_on(self.read_documents(outcome, visit))?)
    }

    fn document(&self, object: ObjectId<'_>) -> Result<Option<String>, StoreError> {
        Ok(self.runtime.block_on(self.read_document(object.key))?)
    }

    fn failures(&self, key: Option<&str>) -> Result<Vec<FailureRecord>, StoreError> {
        Ok(self.runtime.block_on(self.read_failures(key))?)
    }
}
