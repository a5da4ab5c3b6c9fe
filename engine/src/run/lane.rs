//! Carries out the actions of journeys, one file at a time, with a worker process of its own.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use data_review_core::pipeline::{
    Environment, HashObject, IdentifyObject, Interruption, KnownState, Obstacle, ProbedObject, RetryCause,
    ReviewObject, ReviewedObject, Stop,
};
use data_review_core::{Failure, Identification, Identified, Review};

use super::look::{self, Opened, Problem};
use super::task::{Message, Subject, Task};
use super::{Run, RunError};
use crate::source::{FileStamp, Object, ObjectStamp, Resolved, is_gone, is_remote, path_of};
use crate::worker::{Answer, Job, Meanwhile, StartError, Worker};

/// Takes tasks until there are none.
pub(super) fn work<'r>(run: &'r Run<'r>, sender: &SyncSender<Message<'r>>) -> Result<(), RunError> {
    let mut worker = Worker::new(run.options.worker.clone());
    while let Some(task) = run.queue.pop() {
        let message = match run.is_over() {
            true => Message::Dropped,
            false => go_on(run, &mut worker, task)?,
        };
        if sender.send(message).is_err() {
            break;
        }
    }
    Ok(())
}

/// Drives a journey until it ends or has an outcome to be written.
fn go_on<'r>(run: &'r Run<'r>, worker: &mut Worker, task: Task<'r>) -> Result<Message<'r>, RunError> {
    let Task { subject, journey } = task;
    let mut lane = Lane {
        run,
        worker,
        subject: &subject,
        opened: None,
    };
    // Nothing here waits for anything but the operating system, so each future is ready when it is first polled.
    let stop = pollster::block_on(journey.drive(&mut lane));
    lane.close();
    Ok(match stop {
        Ok(Stop::Write(conclusion, recording)) => Message::Write {
            write: Box::new(conclusion.into_write(subject.key(), subject.root(), now())),
            subject,
            recording,
        },
        Ok(Stop::Ended(ended)) => Message::Ended { subject, ended },
        Err(Halt::Over) => Message::Dropped,
        Err(Halt::Error(error)) => return Err(error),
    })
}

/// The environment of a journey on one machine.
struct Lane<'r, 'l> {
    run: &'r Run<'r>,
    worker: &'l mut Worker,
    subject: &'l Subject<'r>,
    /// The file of this attempt.
    opened: Option<Opened>,
}

/// Why a journey stops in the middle.
enum Halt {
    /// The run is over.
    Over,
    /// The run cannot go on.
    Error(RunError),
}

type Result<T, E = Interruption<Halt>> = std::result::Result<T, E>;

impl From<Problem> for Interruption<Halt> {
    fn from(problem: Problem) -> Self {
        Interruption::Obstacle(problem.into_obstacle())
    }
}

impl From<StartError> for Interruption<Halt> {
    fn from(error: StartError) -> Self {
        Interruption::Halt(Halt::Error(error.into()))
    }
}

fn defect<T>(message: impl Into<String>) -> Result<T> {
    Err(Interruption::Halt(Halt::Error(RunError::Defect(message.into()))))
}

impl Environment for Lane<'_, '_> {
    type Halt = Halt;

    /// A second look: the stamp of the listing is old.
    async fn read_row(&mut self) -> Result<KnownState, Interruption<Halt, Failure>> {
        self.close();
        let rows = self.run.store.rows(self.subject.root(), &[self.subject.key()]);
        let mut rows = rows.map_err(|error| Interruption::Halt(Halt::Error(error.into())))?;
        let mut known = self.subject.known(rows.pop().flatten());
        if let Subject::Object(object) = self.subject
            && let Some(stamp) = self.current_stamp(object)
        {
            known.stamp = Some(stamp.to_string());
        }
        Ok(known)
    }

    /// A file that somebody writes to may be complete a little later; no other cause passes while this lane waits.
    async fn pause(&mut self, attempt: u32, cause: RetryCause) {
        if cause == RetryCause::Changed {
            std::thread::sleep(Duration::from_millis(50) * attempt.min(10));
        }
    }
}

impl HashObject for Lane<'_, '_> {
    async fn hash(&mut self) -> Result<String> {
        self.open()?;
        self.hash_all()
    }
}

impl IdentifyObject for Lane<'_, '_> {
    async fn identify(&mut self) -> Result<ProbedObject> {
        let subject = self.subject;
        let registry = self.run.registry;
        let run = self.run;
        let opened = self.open()?;
        let decompressed = opened.decompress(|| !run.is_over());
        if run.is_over() {
            return Err(Interruption::Halt(Halt::Over));
        }
        let (stamp, size, compression) = (opened.stamp(), opened.size(), opened.compression());
        match decompressed {
            Err(Problem::Compressed(failure)) => {
                return Err(Obstacle::of_content(*failure, stamp, size).into());
            }
            decompressed => decompressed?,
        }
        let identification = opened.identify(registry, subject.key()).map_err(Problem::from)?;
        // No review follows for a file without a handler: this is the time to notice that it changed.
        let sha256 = match identification {
            Identification::Identified(_) => None,
            _ => Some(self.hash_all()?),
        };
        Ok(ProbedObject {
            identification,
            stamp,
            size,
            sha256,
            compression,
        })
    }
}

impl ReviewObject for Lane<'_, '_> {
    async fn review(&mut self, identified: &Identified) -> Result<ReviewedObject> {
        let run = self.run;
        let Some(handler) = run.registry.get(&identified.winner.id) else {
            return defect(format!("no handler is called {}", identified.winner.id));
        };
        let card = handler.card();
        let limits = card.limits;
        let Some(opened) = &mut self.opened else {
            return defect("a file is reviewed that was not identified");
        };
        let name = opened.name(self.subject.key());
        let (size, compression) = (opened.size(), opened.compression());
        let (file, len) = opened.file();
        if len > limits.object_bytes {
            return Ok(ReviewedObject {
                size,
                compression,
                sha256: opened.sha256().map(str::to_owned),
                card,
                review: Review::not_run(card, name),
                failure: Some(Failure::too_large(len, limits.object_bytes)),
            });
        }
        let job = Job {
            handler: card.id,
            version: card.version,
            name,
            len,
            limits,
            preview: run.options.preview,
        };
        let mut hashing = Hashing {
            run,
            opened,
            problem: None,
        };
        let answer = self.worker.review(&job, &file, &mut hashing)?;
        let problem = hashing.problem;
        let (review, failure) = match answer {
            Answer::Cancelled(_) => return Err(Interruption::Halt(Halt::Over)),
            Answer::Death(failure) => (Review::not_run(card, name), Some(failure)),
            Answer::Review {
                review,
                failure,
                bytes_read,
                ..
            } => {
                run.bytes_read.fetch_add(bytes_read, Relaxed);
                (*review, failure)
            }
        };
        if let Some(problem) = problem {
            return Err(problem.into());
        }
        Ok(ReviewedObject {
            size,
            sha256: Some(self.hash_all()?),
            compression,
            card,
            review,
            failure,
        })
    }
}

impl Lane<'_, '_> {
    /// The stamp of an object now; `None` if it cannot be had.
    fn current_stamp(&self, object: &Object) -> Option<ObjectStamp> {
        let path = object.path();
        match (&object.stamp, &self.run.options.remote) {
            (ObjectStamp::Remote(_), Some(remote)) => match remote.resolve(&path.to_string_lossy()) {
                Ok(Resolved::Object(version)) => Some(ObjectStamp::Remote(version)),
                _ => None,
            },
            _ => Some(ObjectStamp::File(FileStamp::of(&std::fs::metadata(path).ok()?))),
        }
    }

    fn open(&mut self) -> Result<&mut Opened> {
        let path = match self.subject {
            Subject::Object(object) => object.path(),
            Subject::Trouble(trouble) => {
                return Err(Obstacle::unavailable(trouble.failure.clone()).into());
            }
            Subject::Absent(absent) => {
                let path = path_of(&absent.root, &absent.key);
                // A listing of remote objects is complete.
                if is_remote(&path) || is_gone(&path) {
                    return Err(Obstacle::Missing.into());
                }
                // The file is there again since the listing.
                path
            }
        };
        let run = self.run;
        let opened = match self.opened.take() {
            Some(opened) => opened,
            None => match look::open(&path, run.options.remote.as_deref(), || !run.is_over()) {
                // A copy that was stopped says nothing about its object.
                Err(_) if run.is_over() => return Err(Interruption::Halt(Halt::Over)),
                opened => opened?,
            },
        };
        Ok(self.opened.insert(opened))
    }

    /// Ends the attempt: its file is closed, and the bytes that were read of it are counted.
    fn close(&mut self) {
        if let Some(opened) = self.opened.take() {
            self.run.bytes_fetched.fetch_add(opened.bytes_fetched(), Relaxed);
            self.run.bytes_read.fetch_add(opened.bytes_read(), Relaxed);
        }
    }

    /// Hashes the rest of the open file, and checks that it is still the version that was opened.
    fn hash_all(&mut self) -> Result<String> {
        let run = self.run;
        let opened = self.open()?;
        while opened.hash_some()? {
            if run.is_over() {
                return Err(Interruption::Halt(Halt::Over));
            }
        }
        opened.check()?;
        Ok(opened.sha256().unwrap_or_default().to_owned())
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
