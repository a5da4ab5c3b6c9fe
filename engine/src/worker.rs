//! Reviews in a process of their own: whatever a file does to its reader, it does it there.
//!
//! The program starts itself again ([`become_worker_if_asked`]) with a socket as standard input, an empty environment and
//! `/` as its directory. A [`Job`] goes over the socket together with the open descriptor of the file; back come signs of
//! progress and at last the review. A worker reviews one file at a time. When it dies, or must be ended, that is the
//! answer for its file, and the next file gets a new one.

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

/// First argument of a program that is to be a worker.
pub const WORKER_ARGUMENT: &str = "--data-review-worker";

/// To be called first in `main`: when the program was started as a worker, serves reviews until its parent goes away, and
/// does not return.
///
/// The program's global allocator must be [`crate::CountingAllocator`], else the memory limit is the address space's only.
pub fn become_worker_if_asked(registry: fn() -> Result<Registry, RegistryError>) {
    if std::env::args_os()
        .nth(1)
        .is_some_and(|argument| argument == WORKER_ARGUMENT)
    {
        serve::serve(registry)
    }
}

/// How a worker is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerCommand {
    /// The program; it calls [`become_worker_if_asked`] first.
    pub program: PathBuf,
    /// Its arguments, [`WORKER_ARGUMENT`] first.
    pub args: Vec<OsString>,
}

impl Default for WorkerCommand {
    /// This very program. On Linux that is the file that is running, even if another was installed over it meanwhile.
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
    /// Its version, as the parent knows it.
    pub version: u32,
    /// Last part of the file's key.
    pub name: &'a str,
    /// Length of the file: the worker reads no further.
    pub len: u64,
    /// What it may use.
    pub limits: Limits,
}

/// What became of a job.
#[derive(Debug)]
pub enum Answer {
    /// The handler came to an end.
    Review {
        /// What it found; with a failure, what it found before.
        review: Box<Review>,
        /// Why it is no aggregate.
        failure: Option<Failure>,
        /// Bytes that it read.
        bytes_read: u64,
        /// The most memory that it held, to within 64 KiB.
        peak_bytes: u64,
    },
    /// The worker died, or was ended because it passed a limit.
    Death(Failure),
    /// The parent gave up waiting; how far the file was read by then.
    Cancelled(Option<Place>),
}

/// What a parent does while its worker reviews.
pub trait Meanwhile {
    /// Does a little, a few milliseconds' worth, and says whether there is more.
    fn step(&mut self) -> bool {
        false
    }

    /// Whether to give up: asked ten times a second.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Nothing.
impl Meanwhile for () {}

/// No worker can be started: the fault of the machine or the program, never of a file.
#[derive(Debug, thiserror::Error)]
#[error("no worker process can be started from {}: {reason}", program.display())]
pub struct StartError {
    /// The program.
    pub program: PathBuf,
    /// What happened.
    pub reason: String,
}

/// A worker process, started when it is first needed and again after a death.
#[derive(Debug)]
pub struct Worker {
    command: WorkerCommand,
    process: Option<Process>,
}

impl Worker {
    /// A worker that is not started yet.
    ///
    /// On Linux this makes the calling process non-dumpable: a worker has the same user, and could read its parent's
    /// environment and memory otherwise.
    pub fn new(command: WorkerCommand) -> Self {
        limits::harden_parent();
        Worker {
            command,
            process: None,
        }
    }

    /// Has a file reviewed.
    ///
    /// A death that may be another's doing is not held against the file: it is reviewed once more, by a new worker.
    ///
    /// Reading moves the position of `file`. Where a handler died, or was ended, the end of what it read last is the
    /// place of the failure: that much is known of any death, and is the same wherever the same bytes are reviewed.
    ///
    /// # Errors
    /// When no worker can be started.
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

    /// Gives the job to a living worker. One that died since its last answer is not this file's doing.
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
            reason: format!("it takes no work: {error}"),
        })?;
        Ok(process)
    }
}

/// A death between a rewind and the first reading happened at the beginning.
fn rewind(mut file: &File) {
    // What cannot be positioned has no place either.
    let _ = file.seek(SeekFrom::Start(0));
}

fn read_to(mut file: &File) -> Option<Place> {
    file.stream_position().ok().map(|byte| Place::Byte { byte })
}

/// With a place, where the handler had no say.
fn placed(failure: Failure, file: &File) -> Failure {
    match failure.class {
        Class::Crashed | Class::TimedOut | Class::OutOfMemory if failure.place.is_none() => {
            failure.at(read_to(file))
        }
        _ => failure,
    }
}
