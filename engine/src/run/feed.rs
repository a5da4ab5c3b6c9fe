//! Reads rows ahead of the lanes, many at once, and ends the journeys of unchanged files.

use std::ops::ControlFlow;
use std::sync::mpsc::SyncSender;

use data_review_core::pipeline::{Journey, Whole};

use super::task::{Message, Subject, Task};
use super::{Run, RunError};

/// Keys of one query.
const CHUNK: usize = 1000;

/// Feeds all listed objects, by key, and then the keys of the store that are no longer listed.
pub(super) fn feed<'r>(run: &'r Run<'r>, sender: &SyncSender<Message<'r>>) -> Result<(), RunError> {
    let mut feeder = Feeder {
        run,
        sender,
        begun: 0,
    };
    feeder.all()?;
    run.queue.close();
    Ok(())
}

struct Feeder<'r, 's> {
    run: &'r Run<'r>,
    sender: &'s SyncSender<Message<'r>>,
    begun: u64,
}

impl<'r> Feeder<'r, '_> {
    fn all(&mut self) -> Result<(), RunError> {
        let listing = self.run.listing;
        self.subjects(listing.objects.iter().map(Subject::Object))?;
        self.subjects(listing.troubles.iter().map(Subject::Trouble))?;
        self.subjects(self.run.absent.iter().map(Subject::Absent))
    }

    /// Feeds subjects that are sorted by their roots.
    fn subjects(&mut self, subjects: impl Iterator<Item = Subject<'r>>) -> Result<(), RunError> {
        let mut chunk: Vec<Subject<'r>> = Vec::new();
        for subject in subjects {
            let is_other = chunk.last().is_some_and(|last| last.root() != subject.root());
            if is_other || chunk.len() >= CHUNK {
                self.chunk(std::mem::take(&mut chunk))?;
            }
            chunk.push(subject);
        }
        self.chunk(chunk)
    }

    fn chunk(&mut self, subjects: Vec<Subject<'r>>) -> Result<(), RunError> {
        let Some(first) = subjects.first().filter(|_| !self.run.is_over()) else {
            return Ok(());
        };
        let keys: Vec<&str> = subjects.iter().map(Subject::key).collect();
        let rows = self.run.store.rows(first.root(), &keys)?;
        if rows.len() != keys.len() {
            return Err(RunError::Defect(format!(
                "the store has {} rows for {} keys",
                rows.len(),
                keys.len()
            )));
        }
        for (subject, row) in subjects.into_iter().zip(rows) {
            self.begun += 1;
            let id = format!("{}.{}", self.run.id, self.begun);
            let scope = Whole {
                verify: self.run.options.verify,
            };
            let journey = Journey::begin(scope, &self.run.policy, id);
            let taken = match journey.with_known(subject.known(row)) {
                ControlFlow::Break(ended) => self.sender.send(Message::Unchanged { subject, ended }).is_ok(),
                ControlFlow::Continue(journey) => self.run.queue.push(Task { subject, journey }),
            };
            if !taken || self.run.is_over() {
                return Ok(());
            }
        }
        Ok(())
    }
}
