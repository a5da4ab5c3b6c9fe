//! Looks rows up ahead of the lanes, and spares them what is unchanged.

use std::sync::mpsc::SyncSender;

use data_review_core::pipeline::{Effect, Event, Journey, Role};

use super::task::{Message, Subject, Task};
use super::{Run, RunError};
use crate::source::is_gone;

/// Keys that are looked up at once.
const CHUNK: usize = 1000;

/// Feeds all there is, by key, and then what went away.
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
                    // What is still there was left out by a glob, and stays as it is.
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
            let (mut journey, first) = Journey::begin(Role::Whole, &self.run.policy, id);
            let effect = match first {
                Effect::ReadRow => journey.step(Event::Row(row, subject.stamp().map(str::to_owned))),
                other => other,
            };
            let taken = match effect {
                Effect::Done(done) => self
                    .sender
                    .send(Message::Unchanged {
                        subject,
                        journey,
                        done,
                    })
                    .is_ok(),
                effect => self.run.queue.push(Task {
                    subject,
                    journey,
                    effect,
                }),
            };
            if !taken || self.run.is_over() {
                return Ok(());
            }
        }
        Ok(())
    }
}
