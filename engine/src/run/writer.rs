//! Keeps outcomes in the store, many at a time, and tells of them once they are durable.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use data_review_core::pipeline::{Done, Effect, Event, Journey};
use data_review_core::store::{Write, Written};
use data_review_core::{Document, Outcome};

use super::task::{Message, Subject, Task};
use super::{Progress, Run, RunError, Tally};

/// Longest that a finished outcome waits for company.
const LINGER: Duration = Duration::from_millis(200);

/// Writes until all parts of the run have ended.
pub(super) fn write<'r>(
    run: &'r Run<'r>,
    receiver: &Receiver<Message<'r>>,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Tally, RunError> {
    let mut writer = Writer {
        run,
        progress,
        tally: Tally::default(),
        held: Vec::new(),
        writes: Vec::new(),
        since: Instant::now(),
    };
    loop {
        let full = writer.held.len() >= run.options.batch.max(1);
        if full || (!writer.held.is_empty() && run.queue.awaits_only(writer.held.len())) {
            writer.flush()?;
        }
        let message = match writer.held.is_empty() {
            true => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            false => receiver.recv_timeout(LINGER.saturating_sub(writer.since.elapsed())),
        };
        match message {
            Ok(message) => writer.take(message)?,
            Err(RecvTimeoutError::Timeout) => writer.flush()?,
            Err(RecvTimeoutError::Disconnected) => {
                // Only after an interrupt is anything still held here.
                writer.flush()?;
                return Ok(writer.tally);
            }
        }
    }
}

struct Writer<'r, 'p> {
    run: &'r Run<'r>,
    progress: &'p mut dyn FnMut(Progress<'_>),
    tally: Tally,
    held: Vec<(Subject<'r>, Journey<'r>)>,
    /// One for each that is held.
    writes: Vec<Write>,
    since: Instant,
}

impl<'r> Writer<'r, '_> {
    fn take(&mut self, message: Message<'r>) -> Result<(), RunError> {
        match message {
            Message::Record {
                subject,
                journey,
                write,
            } => {
                if self.held.is_empty() {
                    self.since = Instant::now();
                }
                self.held.push((subject, journey));
                self.writes.push(*write);
            }
            Message::Done {
                subject,
                journey,
                done,
            } => {
                self.run.queue.settle();
                self.finished(&subject, &journey, &done, None);
            }
            Message::Unchanged {
                subject,
                journey,
                done,
            } => self.finished(&subject, &journey, &done, None),
            Message::Dropped => self.run.queue.settle(),
            Message::Fatal(error) => {
                // What is finished stays finished, whatever stopped the run; its error matters more than this one's.
                let _ = self.flush();
                return Err(error);
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), RunError> {
        if self.held.is_empty() {
            return Ok(());
        }
        let writes = std::mem::take(&mut self.writes);
        let held = std::mem::take(&mut self.held);
        let answers = self.run.store.record(&writes)?;
        if answers.len() != writes.len() {
            let message = format!(
                "the store gave {} answers to {} writes",
                answers.len(),
                writes.len()
            );
            return Err(RunError::Defect(message));
        }
        for (((subject, mut journey), write), answer) in held.into_iter().zip(writes).zip(answers) {
            let event = match answer {
                Written::Yes => Event::Recorded,
                Written::Taken(token) => Event::Taken(token),
            };
            match journey.step(event) {
                Effect::Done(done) => {
                    self.run.queue.settle();
                    self.finished(&subject, &journey, &done, Some(&write.entry.document));
                }
                effect => self.run.queue.put_back(Task {
                    subject,
                    journey,
                    effect,
                }),
            }
        }
        Ok(())
    }

    fn finished(
        &mut self,
        subject: &Subject<'r>,
        journey: &Journey<'r>,
        done: &Done,
        document: Option<&Document>,
    ) {
        let tally = &mut self.tally;
        *match done {
            Done::Recorded(Outcome::Reviewed) => &mut tally.reviewed,
            Done::Recorded(Outcome::Failed) => &mut tally.failed,
            Done::Recorded(Outcome::Unidentified) => &mut tally.unidentified,
            Done::Recorded(Outcome::Gone) => &mut tally.gone,
            Done::Unchanged => &mut tally.unchanged,
            // A journey that covers everything neither dispatches nor is superseded.
            Done::GivenUp(_) | Done::Dispatched | Done::Superseded => &mut tally.given_up,
        } += 1;
        tally.files += 1;
        if *done != Done::Unchanged {
            tally.bytes += document.and_then(|document| document.file.size).unwrap_or(0);
        }
        let document = document.filter(|_| matches!(done, Done::Recorded(_)));
        (self.progress)(Progress::Finished {
            key: subject.key(),
            size: subject.size(),
            done,
            reason: journey.reason(),
            document,
        });
    }
}
