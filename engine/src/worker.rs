//! Reviews run in processes of their own, so that a file that crashes its reader ends only that process.
//!
//! The program starts itself again ([`become_worker_if_asked`]) with a socket as standard input, an empty environment and
//! `/` as its directory. A [`Job`] goes over the socket together with the open descriptor of the file; back come signs of
//! progress and at last the review. A worker reviews one file at a time. If it dies or must be killed, its file fails, and
//! the next file gets a new worker.

mod death;
mod input;
mod limits;
mod panics;
mod process;
mod serve;
mod shed;
mod wire;

use std::ffi::OsString;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::PathBuf;

use data_review_core::{Class, Failure, Limits, Place, Registry, RegistryError, Review};

use process::{Ended, Process};

/// The first argument of a program that is started as a worker.
pub const WORKER_ARGUMENT: &str = "--data-review-worker";

/// Must be called first in `main`. If the program was started as a worker, it serves reviews until its parent ends, and does
/// not return.
///
/// The global allocator of the program must be [`crate::CountingAllocator`]; otherwise only the address space is limited.
pub fn become_worker_if_asked(registry: fn() -> Result<Registry, RegistryError>) {
    if std::env::args_os()
        .nth(1)
        .is_some_and(|argument| argument == WORKER_ARGUMENT)
    {
        serve::serve(registry)
    }
}

/// The command that starts a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerCommand {
    /// The program, which must call [`become_worker_if_asked`] first.
    pub program: PathBuf,
    /// Its arguments, [`WORKER_ARGUMENT`] first.
    pub args: Vec<OsString>,
}

impl Default for WorkerCommand {
    /// This program. On Linux it is the running file, even if another one was installed over it in the meantime.
    fn default() -> Self {
        let program = if cfg!(target_os = "linux") {
            PathBuf::from("/proc/self/exe")
        } else {
            std::env::current_exe().unwrap_or_default()
        };
        WorkerCommand {
            program,
            args: vec![WORKER_ARGUMENT.into()],
        }
    }
}

/// One file to be reviewed.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// The handler that reviews it.
    pub handler: &'a str,
    /// The version of the handler in the parent; a worker with another version refuses the job.
    pub version: u32,
    /// The last part of the key of the file.
    pub name: &'a str,
    /// The length of the file in bytes; the worker reads no further.
    pub len: u64,
    /// The limits of the review.
    pub limits: Limits,
    /// Whether it is asked for a preview of the profiles.
    pub preview: bool,
}

/// How a job ended.
#[derive(Debug)]
pub enum Answer {
    /// The handler returned.
    Review {
        /// What it found; if it failed, what it found before that.
        review: Box<Review>,
        /// Why it failed, if it did.
        failure: Option<Failure>,
        /// The bytes that it read.
        bytes_read: u64,
        /// The most bytes of memory that it held, exact to 64 KiB.
        peak_bytes: u64,
    },
    /// The worker died, or was killed because it exceeded a limit.
    Death(Failure),
    /// The parent cancelled the job; contains how far the file was read.
    Cancelled(Option<Place>),
}

/// The work of a parent while its worker reviews.
pub trait Meanwhile {
    /// Works for a few milliseconds. False if no work is left.
    fn step(&mut self) -> bool {
        false
    }

    /// Whether to cancel the job; called ten times a second.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// No work.
impl Meanwhile for () {}

/// No worker can be started. The cause is the machine or the program, never a file.
#[derive(Debug, thiserror::Error)]
#[error("no worker process can be started from {}: {reason}", program.display())]
pub struct StartError {
    /// The program.
    pub program: PathBuf,
    /// Why it did not start.
    pub reason: String,
}

/// A worker process, which is started when it is first needed, and again after it died.
#[derive(Debug)]
pub struct Worker {
    command: WorkerCommand,
    process: Option<Process>,
}

impl Worker {
    /// A worker that is not started yet.
    ///
    /// On Linux this makes the calling process non-dumpable. Otherwise a worker, which has the same user, could read the
    /// environment and the memory of its parent.
    pub fn new(command: WorkerCommand) -> Self {
        limits::harden_parent();
        Worker {
            command,
            process: None,
        }
    }

    /// Has a file reviewed.
    ///
    /// If a worker dies for a reason that may be outside of the file, a new worker reviews the file once more.
    ///
    /// Reading moves the position of `file`. If the worker dies or is killed, the place of the failure is the end of its
    /// last read: this is known for every death, and is the same wherever the same bytes are reviewed.
    ///
    /// # Errors
    /// If no worker can be started.
    pub fn review(
        &mut self,
        job: &Job<'_>,
        file: &File,
        meanwhile: &mut dyn Meanwhile,
    ) -> Result<Answer, StartError> {
        let mut process = self.send(job, file)?;
        let mut second_chance = true;
        loop {
            let ended = match process.wait(&job.limits, meanwhile) {
                Ok(done) => {
                    if !done.retire {
                        self.process = Some(process);
                    }
                    return Ok(Answer::Review {
                        review: Box::new(done.review),
                        failure: done.failure.map(|failure| placed(failure, file)),
                        bytes_read: done.bytes_read,
                        peak_bytes: done.peak_bytes,
                    });
                }
                Err(Ended::Cancelled) => return Ok(Answer::Cancelled(read_to(file))),
                Err(ended) => ended,
            };
            let death = process.bury(&ended, &job.limits);
            if !(death.in_doubt && std::mem::take(&mut second_chance)) {
                return Ok(Answer::Death(placed(death.failure, file)));
            }
            process = self.send_to_new(job, file)?;
        }
    }

    /// Sends the job to a living worker. A worker that died since its last answer is replaced.
    fn send(&mut self, job: &Job<'_>, file: &File) -> Result<Process, StartError> {
        if let Some(mut process) = self.process.take()
            && process.send(job, file).is_ok()
        {
            return Ok(process);
        }
        self.send_to_new(job, file)
    }

    fn send_to_new(&self, job: &Job<'_>, file: &File) -> Result<Process, StartError> {
        rewind(file);
        let mut process = Process::start(&self.command)?;
        process.send(job, file).map_err(|error| StartError {
            program: self.command.program.clone(),
            reason: format!("it accepts no job: {error}"),
        })?;
        Ok(process)
    }
}

/// The position of the file, which is the end of the last read; 0 before the first read.
fn rewind(mut file: &File) {
    // A file without positions has no place.
    let _ = file.seek(SeekFrom::Start(0));
}

fn read_to(mut file: &File) -> Option<Place> {
    file.stream_position().ok().map(|byte| Place::Byte { byte })
}

/// Adds the place to a failure that has none.
fn placed(failure: Failure, file: &File) -> Failure {
    match failure.class {
        Class::Crashed | Class::TimedOut | Class::OutOfMemory if failure.place.is_none() => {
            failure.at(read_to(file))
        }
        _ => failure,
    }
}
