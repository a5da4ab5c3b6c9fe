//! Carries out what journeys ask for, one file at a time, with a worker process of its own.

use std::sync::mpsc::SyncSender;
use std::time::Duration;

use data_review_core::pipeline::{Effect, Event, Journey, Learnt, Record, Row};
use data_review_core::store::Write;
use data_review_core::{Card, Class, Failure, Identification, Identified, Review, Stage, name_of};

use super::look::{self, Opened, Problem};
use super::task::{Message, Subject, Task};
use super::{Run, RunError};
use crate::source::Stamp;
use crate::worker::{Answer, Job, Meanwhile, Worker};

/// Takes tasks until there are none.
pub(super) fn work<'r>(run: &'r Run<'r>, sender: &SyncSender<Message<'r>>) -> Result<(), RunError> {
    let mut worker = Worker::new(run.options.worker.clone());
    while let Some(task) = run.queue.pop() {
        let mut lane = Lane {
            run,
            worker: &mut worker,
            look: Look::default(),
            changed: false,
        };
        let message = match run.is_over() {
            true => Message::Dropped,
            false => lane.carry_out(task)?,
        };
        if sender.send(message).is_err() {
            break;
        }
    }
    Ok(())
}

struct Lane<'r, 'w> {
    run: &'r Run<'r>,
    worker: &'w mut Worker,
    look: Look,
    /// The file was seen to change: a wait may help.
    changed: bool,
}

/// What was learnt of the object in this attempt.
#[derive(Default)]
struct Look {
    opened: Option<Opened>,
    identification: Option<Identification>,
    review: Option<(&'static Card, Review)>,
}

/// What an effect came to.
enum Step {
    Event(Box<Event>),
    /// The run is over.
    Over,
}

impl Step {
    fn event(event: Event) -> Self {
        Step::Event(Box::new(event))
    }
}

impl From<Problem> for Step {
    fn from(problem: Problem) -> Self {
        Step::event(problem.into_event())
    }
}

impl<'r> Lane<'r, '_> {
    fn carry_out(&mut self, task: Task<'r>) -> Result<Message<'r>, RunError> {
        let Task {
            subject,
            mut journey,
            mut effect,
        } = task;
        loop {
            let step = match effect {
                Effect::ReadRow => self.read_row(&subject)?,
                Effect::Hash => self.hash(&subject).unwrap_or_else(Step::from),
                Effect::Identify => self.identify(&subject).unwrap_or_else(Step::from),
                Effect::Review(identified) => self.review(&subject, identified)?,
                Effect::Again { attempt } => {
                    if std::mem::take(&mut self.changed) {
                        std::thread::sleep(Duration::from_millis(50) * attempt.min(10));
                    }
                    Step::event(Event::Begin)
                }
                Effect::Record(record) => {
                    let write = Box::new(self.write(&subject, &journey, record));
                    return Ok(Message::Record {
                        subject,
                        journey,
                        write,
                    });
                }
                Effect::Done(done) => {
                    self.forget();
                    return Ok(Message::Done {
                        subject,
                        journey,
                        done,
                    });
                }
                Effect::Dispatch(_) => {
                    return Err(RunError::Defect("a journey wants a message sent".to_owned()));
                }
            };
            let event = match step {
                Step::Over => return Ok(Message::Dropped),
                Step::Event(event) => *event,
            };
            if matches!(event, Event::Changed | Event::Vanished | Event::Unavailable(_)) {
                self.changed = event == Event::Changed;
                // What was found in bytes that are no more is not said of the object, except by a worker's own failure.
                if !matches!(&event, Event::Unavailable(failure) if failure.stage == Stage::Review) {
                    self.forget();
                }
            }
            effect = journey.step(event);
        }
    }

    fn forget(&mut self) {
        let read = std::mem::take(&mut self.look)
            .opened
            .map_or(0, |opened| opened.bytes_read());
        self.count(read);
    }

    fn count(&self, bytes: u64) {
        self.run
            .bytes_read
            .fetch_add(bytes, std::sync::atomic::Ordering::Relaxed);
    }

    /// A second look: the listing's stamp is old.
    fn read_row(&mut self, subject: &Subject<'_>) -> Result<Step, RunError> {
        self.forget();
        let row: Option<Row> = self.run.store.rows(&[subject.key()])?.pop().flatten();
        let now = match subject {
            Subject::Object(object) => std::fs::metadata(&object.path)
                .ok()
                .map(|found| Stamp::of(&found).to_string()),
            Subject::Trouble(_) | Subject::Absent { .. } => None,
        };
        Ok(Step::event(Event::Row(
            row,
            now.or_else(|| subject.stamp().map(str::to_owned)),
        )))
    }

    fn open(&mut self, subject: &Subject<'_>) -> Result<&mut Opened, Step> {
        let path = match subject {
            Subject::Object(object) => &object.path,
            Subject::Trouble(trouble) => {
                return Err(Step::event(Event::Unavailable(trouble.failure.clone())));
            }
            Subject::Absent { path, .. } if crate::source::is_gone(path) => {
                return Err(Step::event(Event::Vanished));
            }
            // It came back since the row was fed.
            Subject::Absent { path, .. } => path,
        };
        if self.look.opened.is_none() {
            self.look.opened = Some(look::open(path).map_err(Step::from)?);
        }
        self.look.opened.as_mut().ok_or(Step::Over)
    }

    fn hash(&mut self, subject: &Subject<'_>) -> Result<Step, Step> {
        self.open(subject)?;
        self.hash_all()?;
        let opened = self.open(subject)?;
        opened.check()?;
        let sha256 = opened.sha256().unwrap_or_default().to_owned();
        Ok(Step::event(Event::Content(sha256)))
    }

    fn hash_all(&mut self) -> Result<(), Step> {
        let Some(opened) = &mut self.look.opened else {
            return Ok(());
        };
        while opened.hash_some()? {
            if self.run.is_over() {
                return Err(Step::Over);
            }
        }
        Ok(())
    }

    fn identify(&mut self, subject: &Subject<'_>) -> Result<Step, Step> {
        let registry = self.run.registry;
        let opened = self.open(subject)?;
        let stamp = opened.stamp();
        let identification = opened.identify(registry, subject.key()).map_err(Problem::from)?;
        if !matches!(identification, Identification::Identified(_)) {
            // What follows is the record: now is the time to notice that it is not the same file any more.
            self.hash_all()?;
            self.open(subject)?.check()?;
        }
        self.look.identification = Some(identification.clone());
        Ok(Step::event(Event::Identified(identification, stamp)))
    }

    fn review(&mut self, subject: &Subject<'_>, identified: Identified) -> Result<Step, RunError> {
        let run = self.run;
        let Some(handler) = run.registry.get(&identified.winner.id) else {
            return Err(RunError::Defect(format!(
                "identified as {}, which is no handler",
                identified.winner.id
            )));
        };
        let card = handler.card();
        let limits = card.limits;
        let name = name_of(subject.key());
        let Some(opened) = &mut self.look.opened else {
            return Err(RunError::Defect("a review of what was not identified".to_owned()));
        };
        let len = opened.size();
        if len > limits.object_bytes {
            let limit = limits.object_bytes;
            let message = format!("it has {len} bytes, and the limit is {limit}");
            let failure = Failure::new(Stage::Read, Class::LimitExceeded, message);
            self.look.review = Some((card, Review::not_run(card, name)));
            return Ok(Step::event(Event::Reviewed(Err(failure))));
        }
        let job = Job {
            handler: card.id,
            version: card.version,
            name,
            len,
            limits,
        };
        let file = opened.file();
        let mut hashing = Hashing {
            run,
            opened,
            problem: None,
        };
        let answer = self.worker.review(&job, &file, &mut hashing)?;
        let problem = hashing.problem;
        let (review, end) = match answer {
            Answer::Cancelled(_) => return Ok(Step::Over),
            Answer::Death(failure) => (Review::not_run(card, name), Err(failure)),
            Answer::Review {
                review,
                failure,
                bytes_read,
                ..
            } => {
                self.count(bytes_read);
                (*review, failure.map_or(Ok(()), Err))
            }
        };
        if let Some(problem) = problem {
            return Ok(problem.into());
        }
        if let Err(step) = self.hash_all() {
            return Ok(step);
        }
        if let Some(Err(problem)) = self.look.opened.as_ref().map(Opened::check) {
            return Ok(problem.into());
        }
        self.look.review = Some((card, review));
        Ok(Step::event(match end {
            Err(failure) if failure.class.is_transient() => Event::Unavailable(failure),
            end => Event::Reviewed(end),
        }))
    }

    fn write(&mut self, subject: &Subject<'_>, journey: &Journey<'_>, record: Record) -> Write {
        let look = std::mem::take(&mut self.look);
        if let Some(opened) = &look.opened {
            self.count(opened.bytes_read());
        }
        let learnt = Learnt {
            size: look.opened.as_ref().map(Opened::size),
            sha256: look.opened.as_ref().and_then(Opened::sha256).map(str::to_owned),
            identification: look.identification,
            review: look.review,
        };
        journey.write(record, learnt, subject.key(), subject.origin(), now())
    }
}

/// RFC 3339 in UTC, to the millisecond.
fn now() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

/// Hashes while the worker reviews.
struct Hashing<'r, 'o> {
    run: &'r Run<'r>,
    opened: &'o mut Opened,
    problem: Option<Problem>,
}

impl Meanwhile for Hashing<'_, '_> {
    fn step(&mut self) -> bool {
        match self.opened.hash_some() {
            Ok(more) => more,
            Err(problem) => {
                self.problem = Some(problem);
                false
            }
        }
    }

    fn is_cancelled(&self) -> bool {
        self.run.is_over()
    }
}
