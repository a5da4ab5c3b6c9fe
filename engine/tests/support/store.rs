//! A store in memory, with an ear for what is written.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard};

use data_review_core::pipeline::OutcomeRow;
use data_review_core::store::{Entry, FailureRecord, ObjectId, Store, StoreError, Write, Written};
use data_review_core::{Document, Outcome};

/// Called before each `record`: may write like another program, or fail.
pub(crate) type Before = Box<dyn Fn(&MemoryStore, &[Write]) -> Result<(), StoreError> + Send + Sync>;

/// Keeps entries by root and key.
#[derive(Default)]
pub(crate) struct MemoryStore {
    entries: Mutex<BTreeMap<(String, String), Entry>>,
    failures: Mutex<Vec<FailureRecord>>,
    pub(crate) before: Option<Before>,
}

impl MemoryStore {
    fn entries(&self) -> MutexGuard<'_, BTreeMap<(String, String), Entry>> {
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
        let id = (write.entry.root.clone(), key.clone());
        let found = entries.get(&id).map(|entry| entry.row.token.clone());
        if found != write.expect {
            return Written::Taken(found);
        }
        entries.insert(id, write.entry.clone());
        let document = &write.entry.document;
        if let Some(failure) = document.failure.clone() {
            self.failures.lock().expect("as above").push(FailureRecord {
                root: write.entry.root.clone(),
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

    /// The entry of a key below any root.
    pub(crate) fn entry(&self, key: &str) -> Option<Entry> {
        let entries = self.entries();
        let mut found = entries.iter().filter(|((_, own), _)| own == key);
        found.next().map(|(_, entry)| entry.clone())
    }

    /// The current document of a key that must be there.
    pub(crate) fn of(&self, key: &str) -> Document {
        let entry = self.entry(key);
        entry.unwrap_or_else(|| panic!("no row of {key:?}")).document
    }
}

impl Store for MemoryStore {
    fn rows(&self, root: &str, keys: &[&str]) -> Result<Vec<Option<OutcomeRow>>, StoreError> {
        let entries = self.entries();
        Ok(keys
            .iter()
            .map(|key| {
                let id = (root.to_owned(), (*key).to_owned());
                entries.get(&id).map(|entry| entry.row.clone())
            })
            .collect())
    }

    fn record(&self, writes: &[Write]) -> Result<Vec<Written>, StoreError> {
        if let Some(before) = &self.before {
            before(self, writes)?;
        }
        Ok(self.write(writes))
    }

    fn visit_keys(
        &self,
        root: &str,
        visit: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        for ((of, key), entry) in &*self.entries() {
            if of == root && entry.row.outcome != Outcome::Gone && visit(key).is_break() {
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
        for ((root, key), entry) in &*self.entries() {
            let of_outcome = outcome.is_none_or(|outcome| entry.row.outcome == outcome);
            if of_outcome && visit(ObjectId { root, key }, &entry.document.to_canonical_json()).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn document(&self, object: ObjectId<'_>) -> Result<Option<String>, StoreError> {
        let id = (object.root.to_owned(), object.key.to_owned());
        let entry = self.entries().get(&id).cloned();
        Ok(entry.map(|entry| entry.document.to_canonical_json()))
    }

    fn failures(&self, key: Option<&str>) -> Result<Vec<FailureRecord>, StoreError> {
        let failures = self.failures.lock().expect("as above");
        let wanted = failures
            .iter()
            .filter(|failure| key.is_none_or(|key| failure.key == key));
        Ok(wanted.cloned().collect())
    }
}
