//! Outcomes in DynamoDB and their documents in S3.
//!
//! The table of reviews holds a row per key with what people query; the document and the mergeable states lie in the
//! documents bucket, at an address that key and write token give. So the document is there before the row that points to it,
//! no two writers share one, and a row and its document are always of the same write. What nothing points to any more is
//! deleted after the write, or is left behind where that fails: it costs its storage and means nothing.

mod documents;
mod item;
mod read;
mod write;

use std::ops::ControlFlow;

use data_review_core::Outcome;
use data_review_core::deployment::{Outputs, env};
use data_review_core::pipeline::Row;
use data_review_core::store::{FailureRecord, Store, StoreError, Write, Written};
use tokio::runtime::Handle;

use crate::Clients;
use crate::lambda::variable;

/// Where a store keeps what.
#[derive(Debug, Clone)]
pub struct Names {
    /// Table of current outcomes.
    pub reviews: String,
    /// Table of failures.
    pub failures: String,
    /// Bucket of documents.
    pub documents: String,
}

impl Names {
    /// As a stack tells of itself.
    pub fn of(outputs: &Outputs) -> Self {
        Names {
            reviews: outputs.reviews_table.clone(),
            failures: outputs.failures_table.clone(),
            documents: outputs.documents_bucket.clone(),
        }
    }

    /// As the infrastructure program tells its functions.
    ///
    /// # Errors
    /// When it does not.
    pub fn from_env() -> Result<Self, String> {
        Ok(Names {
            reviews: variable(env::REVIEWS_TABLE)?,
            failures: variable(env::FAILURES_TABLE)?,
            documents: variable(env::DOCUMENTS_BUCKET)?,
        })
    }
}

/// The store of the cloud.
///
/// The calls of [`Store`] wait on the runtime in which the store was made: call them from a thread that is none of its own,
/// and let it be one with threads of its own.
#[derive(Debug, Clone)]
pub struct DynamoStore {
    clients: Clients,
    names: Names,
    runtime: Handle,
}

impl DynamoStore {
    /// A store in tables and a bucket that are there already; see [`data_review_core::deployment::table`].
    ///
    /// # Panics
    /// Outside of a runtime.
    pub fn new(clients: &Clients, names: Names) -> Self {
        DynamoStore {
            clients: clients.clone(),
            names,
            runtime: Handle::current(),
        }
    }
}

impl Store for DynamoStore {
    fn rows(&self, keys: &[&str]) -> Result<Vec<Option<Row>>, StoreError> {
        Ok(self.runtime.block_on(self.read_rows(keys))?)
    }

    fn record(&self, writes: &[Write]) -> Result<Vec<Written>, StoreError> {
        Ok(self.runtime.block_on(self.write_all(writes))?)
    }

    fn keys(&self, origin: &str) -> Result<Vec<String>, StoreError> {
        Ok(self.runtime.block_on(self.read_keys(origin))?)
    }

    fn documents_with(
        &self,
        outcome: Option<Outcome>,
        visit: &mut dyn FnMut(&str, &str) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        Ok(self.runtime.block_on(self.read_documents(outcome, visit))?)
    }

    fn document(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.runtime.block_on(self.read_document(key))?)
    }

    fn failures(&self, key: Option<&str>) -> Result<Vec<FailureRecord>, StoreError> {
        Ok(self.runtime.block_on(self.read_failures(key))?)
    }
}
