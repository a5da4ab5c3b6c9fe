//! A store in memory, with an ear for what is written.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard};

use data_review_core::pipeline::OutcomeRow;
use data_review_core::store::{Entry, FailureRecord, Store, StoreError, Write, Written};
use data_review_core::{Document, Outcome};

/// Called before each `record`: may write like another program, or fail.
pub(crate) type Before = Box<dyn Fn(&MemoryStore, &[Write]) -> Result<(), StoreError> + Send + Sync>;

/// Keeps entries by key.
#[derive(Default)]
pub(crate) struct MemoryStore {
    entries: Mutex<BTreeMap<String, Entry>>,
    failures: Mutex<Vec<FailureRecord>>,
    pub(crate) before: Option<Before>,
}

impl MemoryStore {
    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.entries
            .lock()
            .expect("no test panics while it holds the entries")
    }

    /// Writes without asking `before`.
    pub(crate) fn write(&self, writes: &[Write]) -> Vec<Written> {
        writes.iter().map(|write| self.write_one(write)).collect()
    }

    fn write_one(&self, write: &Write) -> Written {
        let mut entries = self.entries();
        let key = &write.entry.document.file.key;
        let found = entries.get(key).map(|entry| entry.row.token.clone());
        if found != write.expect {
            return Written::Taken(found);
        }
        entries.insert(key.clone(), write.entry.clone());
        let document = &write.entry.document;
        if let Some(failure) = document.failure.clone() {
            self.failures.lock().expect("as above").push(FailureRecord {
                key: key.clone(),
                failure,
                handler: document.handler.as_ref().map(|facts| facts.id.clone()),
                recipe: document.provenance.recipe.clone(),
                attempt: write.entry.attempt,
                at: write.entry.at.clone(),
                log: None,
            });
        }
        Written::Yes
    }

    pub(crate) fn entry(&self, key: &str) -> Option<Entry> {
        self.entries().get(key).cloned()
    }

    /// The current document of a key that must be there.
    pub(crate) fn of(&self, key: &str) -> Document {
        let entry = self.entry(key);
        entry.unwrap_or_else(|| panic!("no row of {key:?}")).document
    }

    /// All documents in canonical JSON, by key.
    pub(crate) fn snapshot(&self) -> Vec<(String, String)> {
        let entries = self.entries();
        let documents = entries
            .iter()
            .map(|(key, entry)| (key.clone(), entry.document.to_canonical_json()));
        documents.collect()
    }
}

impl Store for MemoryStore {
    fn rows(&self, keys: &[&str]) -> Result<Vec<Option<OutcomeRow>>, StoreError> {
        let entries = self.entries();
        Ok(keys
            .iter()
            .map(|key| entries.get(*key).map(|entry| entry.row.clone()))
            .collect())
    }

    fn record(&self, writes: &[Write]) -> Result<Vec<Written>, StoreError> {
        if let Some(before) = &self.before {
            before(self, writes)?;
        }
        Ok(self.write(writes))
    }

    fn keys(&self, origin: &str) -> Result<Vec<String>, StoreError> {
        let entries = self.entries();
        let current = entries
            .iter()
            .filter(|(_, entry)| entry.origin == origin && entry.row.outcome != Outcome::Gone);
        Ok(current.map(|(key, _)| key.clone()).collect())
    }

    fn documents_with(
        &self,
        outcome: Option<Outcome>,
        visit: &mut dyn FnMut(&str, &str) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        for (key, document) in self.snapshot() {
            let of_outcome = outcome
                .is_none_or(|outcome| self.entry(&key).is_some_and(|entry| entry.row.outcome == outcome));
            if of_outcome && visit(&key, &document).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn document(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.entry(key).map(|entry| entry.document.to_canonical_json()))
    }

    fn failures(&self, key: Option<&str>) -> Result<Vec<FailureRecord>, StoreError> {
        let failures = self.failures.lock().expect("as above");
        let wanted = failures
            .iter()
            .filter(|failure| key.is_none_or(|key| failure.key == key));
        Ok(wanted.cloned().collect())
    }
}
