//! Writes outcomes to the store, many in one transaction, and reports each once it is durable.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

use data_review_core::pipeline::{Done, JourneyEnd, Recording, Whole};
use data_review_core::store::Write;
use data_review_core::{Document, Outcome};

use super::task::{Message, Subject, Task};
use super::{Progress, Run, RunCounts, RunError};

/// The longest time that a finished outcome waits for others before it is written.
const LINGER: Duration = Duration::from_millis(200);
/// The time in which messages gather before the writer waits for the next one: to wake it for each takes as long as to read a small
/// file.
const GATHER: Duration = Duration::from_millis(2);

/// Writes until all parts of the run have ended.
pub(super) fn write<'r>(
    run: &'r Run<'r>,
    receiver: &Receiver<Message<'r>>,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<RunCounts, RunError> {
    let mut writer = Writer {
        run,
        progress,
        tally: RunCounts::default(),
        held: Vec::new(),
        writes: Vec::new(),
        since: Instant::now(),
    };
    loop {
        let full = writer.held.len() >= run.options.batch.max(1);
        if full || (!writer.held.is_empty() && run.queue.awaits_only(writer.held.len())) {
            writer.flush()?;
        }
        match writer.next(receiver) {
            Ok(message) => writer.take(message)?,
            Err(RecvTimeoutError::Timeout) => writer.flush()?,
            Err(RecvTimeoutError::Disconnected) => {
                // Outcomes are still held here only after an interrupt.
                writer.flush()?;
                return Ok(writer.tally);
            }
        }
    }
}

struct Writer<'r, 'p> {
    run: &'r Run<'r>,
    progress: &'p mut dyn FnMut(Progress<'_>),
    tally: RunCounts,
    held: Vec<(Subject<'r>, Recording<'r, Whole>)>,
    /// One for each of `held`.
    writes: Vec<Write>,
    since: Instant,
}

impl<'r> Writer<'r, '_> {
    /// The next message; a timeout if outcomes that are held have waited long enough.
    fn next(&self, receiver: &Receiver<Message<'r>>) -> Result<Message<'r>, RecvTimeoutError> {
        match receiver.try_recv() {
            Ok(message) => return Ok(message),
            Err(TryRecvError::Disconnected) => return Err(RecvTimeoutError::Disconnected),
            Err(TryRecvError::Empty) => std::thread::sleep(GATHER),
        }
        match self.held.is_empty() {
            true => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            false => receiver.recv_timeout(LINGER.saturating_sub(self.since.elapsed())),
        }
    }

    fn take(&mut self, message: Message<'r>) -> Result<(), RunError> {
        match message {
            Message::Write {
                subject,
                recording,
                write,
            } => {
                if self.held.is_empty() {
                    self.since = Instant::now();
                }
                self.held.push((subject, *recording));
                self.writes.push(*write);
            }
            Message::Ended { subject, ended } => {
                self.run.queue.settle();
                self.finished(&subject, &ended, None);
            }
            Message::Unchanged { subject, ended } => self.finished(&subject, &ended, None),
            Message::Dropped => self.run.queue.settle(),
            Message::Fatal(error) => {
                // Finished outcomes are written whatever stopped the run, and that error matters more than one of this
                // write.
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
        for (((subject, recording), write), written) in held.into_iter().zip(writes).zip(answers) {
            match recording.answered(written) {
                ControlFlow::Break(ended) => {
                    self.run.queue.settle();
                    self.finished(&subject, &ended, Some(&write.entry.document));
                }
                ControlFlow::Continue(journey) => self.run.queue.put_back(Task { subject, journey }),
            }
        }
        Ok(())
    }

    fn finished(&mut self, subject: &Subject<'r>, ended: &JourneyEnd, document: Option<&Document>) {
        let JourneyEnd { done, reason } = ended;
        let tally = &mut self.tally;
        *match done {
            Done::Recorded(Outcome::Reviewed) => &mut tally.reviewed,
            Done::Recorded(Outcome::Failed) => &mut tally.failed,
            Done::Recorded(Outcome::Unidentified) => &mut tally.unidentified,
            Done::Recorded(Outcome::Gone) => &mut tally.gone,
            Done::Unchanged => &mut tally.unchanged,
            Done::GivenUp(_) => &mut tally.given_up,
            Done::HandedOff(nobody) => match *nobody {},
        } += 1;
        tally.files += 1;
        if *done != Done::Unchanged {
            tally.bytes += document.and_then(|document| document.file.size).unwrap_or(0);
        }
        let document = document.filter(|_| matches!(done, Done::Recorded(_)));
        (self.progress)(Progress::Finished {
            root: subject.root(),
            key: subject.key(),
            size: subject.size(),
            done,
            reason,
            document,
        });
    }
}
