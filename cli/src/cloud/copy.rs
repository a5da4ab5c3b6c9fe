//! Outcomes of a stack in a local store, over which the local commands run.

use std::ops::ControlFlow;

use data_review_core::percent_encode_controls;
use data_review_core::store::{Store, StoreError, Write};
use data_review_store_sqlite::SqliteStore;
use tempfile::TempDir;

use super::connection::Connection;
use crate::error::CliError;

/// Outcomes of one transaction.
const BATCH: usize = 256;

/// A local store that goes away with the value.
pub(super) struct Copy {
    /// The store.
    pub(super) store: SqliteStore,
    _directory: TempDir,
}

impl Copy {
    /// Copies the outcomes of the objects whose keys are wanted.
    pub(super) fn of(cloud: &Connection, wanted: &dyn Fn(&str) -> bool) -> Result<Self, CliError> {
        let directory = TempDir::new()?;
        let store = SqliteStore::open(&directory.path().join("copy.db"))?;
        let mut writes = Vec::new();
        let mut recorded = Ok(());
        cloud.store.entries(wanted, &mut |entry| {
            writes.push(Write { entry, expect: None });
            if writes.len() >= BATCH {
                recorded = record(&store, &mut writes);
            }
            match recorded {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        })?;
        recorded?;
        record(&store, &mut writes)?;
        Ok(Copy {
            store,
            _directory: directory,
        })
    }

    /// Copies the outcomes of all objects.
    pub(super) fn of_all(cloud: &Connection) -> Result<Self, CliError> {
        Self::of(cloud, &|_| true)
    }

    /// Copies the outcomes of the objects that the argument of `show` may mean.
    pub(super) fn of_named(cloud: &Connection, asked: &str) -> Result<Self, CliError> {
        let fits = |key: &str| key.ends_with(asked) || asked.ends_with(key);
        Self::of(cloud, &|key| fits(key) || fits(&percent_encode_controls(key)))
    }
}

fn record(store: &SqliteStore, writes: &mut Vec<Write>) -> Result<(), StoreError> {
    store.record(writes)?;
    writes.clear();
    Ok(())
}
