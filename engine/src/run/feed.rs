//! Reads rows ahead of the lanes, many at once, and ends the journeys of unchanged files.

use std::ops::ControlFlow;
use std::sync::mpsc::SyncSender;

use data_review_core::pipeline::{Journey, Whole};

use super::task::{Message, Subject, Task};
use super::{Run, RunError};
use crate::source::is_gone;

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
        for chunk in listing.objects.chunks(CHUNK) {
            self.chunk(chunk.iter().map(Subject::Object).collect())?;
        }
        for chunk in listing.troubles.chunks(CHUNK) {
            self.chunk(chunk.iter().map(Subject::Trouble).collect())?;
        }
        for origin in listing.origins.iter().filter(|origin| origin.whole) {
            if self.run.is_over() {
                return Ok(());
            }
            let keys = self.run.store.keys(&origin.name)?;
            let absent = keys
                .into_iter()
                .filter(|key| !listing.contains(key))
                .filter_map(|key| {
                    let path = origin.path_of(&key)?;
                    // A file that is still there was excluded by a glob: its outcome stays as it is.
                    is_gone(&path).then(|| Subject::Absent {
                        key,
                        path,
                        origin: &origin.name,
                    })
                });
            let absent: Vec<Subject<'r>> = absent.collect();
            for chunk in absent.chunks(CHUNK) {
                self.chunk(chunk.to_vec())?;
            }
        }
        Ok(())
    }

    fn chunk(&mut self, subjects: Vec<Subject<'r>>) -> Result<(), RunError> {
        if self.run.is_over() {
            return Ok(());
        }
        let keys: Vec<&str> = subjects.iter().map(Subject::key).collect();
        let rows = self.run.store.rows(&keys)?;
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
