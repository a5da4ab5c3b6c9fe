//! Takes every listed object through its journey.
//!
//! ```text
//! feeder ─► queue ─► lanes (a worker process each) ─► writer (the caller's thread) ─► progress
//!   └─ unchanged ─────────────────────────────────────┘  └─ taken rows go round again
//! ```

mod feed;
mod lane;
mod look;
mod queue;
mod task;
mod writer;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};

use data_review_core::pipeline::{Done, Policy, Reason};
use data_review_core::store::{Store, StoreError};
use data_review_core::{Document, Identification, Registry};

use crate::source::{Listing, Object};
use crate::worker::{StartError, WorkerCommand};
use queue::Queue;
use task::Message;

/// Begins of a journey before it is given up.
const ATTEMPTS: u32 = 3;

/// How to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Files that are reviewed at once, each by a worker process; at least 1.
    pub jobs: usize,
    /// Review what is unchanged, too.
    pub force: bool,
    /// Compare the content of what seems unchanged.
    pub verify: bool,
    /// How a worker is started.
    pub worker: WorkerCommand,
    /// Most outcomes in one transaction: a kill loses at most these, which are then redone.
    pub batch: usize,
    /// Set it to end the run: what is finished is written, what is not begins again the next time.
    pub interrupt: Arc<AtomicBool>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
            force: false,
            verify: false,
            worker: WorkerCommand::default(),
            batch: 256,
            interrupt: Arc::default(),
        }
    }
}

/// What a run tells while it goes on.
#[derive(Debug)]
pub enum Progress<'a> {
    /// First of all.
    Listed {
        /// Objects and troubles.
        objects: u64,
        /// Bytes of the objects.
        bytes: u64,
    },
    /// A key has its outcome, and it is durable. Those that are gone were not listed.
    Finished {
        /// The key.
        key: &'a str,
        /// Size when it was listed; 0 of what has none.
        size: u64,
        /// How its journey ended.
        done: &'a Done,
        /// Why it was looked at, or left alone.
        reason: &'a Reason,
        /// What was written; none where nothing was.
        document: Option<&'a Document>,
    },
}

/// What a run came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Outcomes written: an aggregate.
    pub reviewed: u64,
    /// Outcomes written: a reason instead.
    pub failed: u64,
    /// Outcomes written: no handler knows it.
    pub unidentified: u64,
    /// Outcomes written: it was there once.
    pub gone: u64,
    /// Left alone.
    pub unchanged: u64,
    /// Given up without an outcome, because another writer took the row at every attempt.
    pub given_up: u64,
    /// All that were looked at or left alone: the sum of the above.
    pub files: u64,
    /// Sizes of those that were looked at.
    pub bytes: u64,
    /// Bytes that were read of them: to identify, to hash, to review (0 for a review that died).
    pub bytes_read: u64,
    /// Whether it was ended before it was through.
    pub interrupted: bool,
}

/// Why a run ended early. What was finished before is written.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No worker can be started.
    #[error(transparent)]
    Worker(#[from] StartError),
    /// A defect of the engine.
    #[error("defect of the engine: {0}; please report it")]
    Defect(String),
}

/// What all parts of a run share.
struct Run<'r> {
    registry: &'r Registry,
    store: &'r dyn Store,
    listing: &'r Listing,
    options: &'r Options,
    policy: Policy,
    /// Makes tokens unlike those of any other run.
    id: String,
    queue: Queue<task::Task<'r>>,
    /// The run is over for a reason of its own.
    stopped: AtomicBool,
    bytes_read: AtomicU64,
}

impl Run<'_> {
    fn is_over(&self) -> bool {
        self.stopped.load(Relaxed) || self.options.interrupt.load(Relaxed)
    }

    fn stop(&self) {
        self.stopped.store(true, Relaxed);
        self.queue.stop();
    }
}

/// Lets nobody wait for a writer that has ended: well, with an error, or by a panic in the caller's `progress`.
struct StopAtEnd<'a, 'r>(&'a Run<'r>);

impl Drop for StopAtEnd<'_, '_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Brings the store up to date with the listing: what is new or changed is identified and reviewed, what is unchanged is left
/// alone, what went away becomes gone. `progress` is called on this thread.
///
/// # Errors
/// When the store or the workers cannot be used. What was finished before is written.
pub fn run(
    registry: &Registry,
    store: &dyn Store,
    listing: &Listing,
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Tally, RunError> {
    let policy = policy(registry, options);
    let lanes = options.jobs.max(1);
    // So many for each lane that none waits for the feeder, which looks rows up by the thousand.
    let run = Run {
        registry,
        store,
        listing,
        options,
        id: run_id(),
        queue: Queue::new(lanes * 16),
        stopped: AtomicBool::new(false),
        bytes_read: AtomicU64::new(0),
        policy,
    };
    let objects = (listing.objects.len() + listing.troubles.len()) as u64;
    progress(Progress::Listed {
        objects,
        bytes: listing.bytes(),
    });
    let run = &run;
    let tally = std::thread::scope(|scope| {
        let (sender, receiver) = std::sync::mpsc::sync_channel::<Message<'_>>(1024);
        for _ in 0..lanes {
            let sender = sender.clone();
            scope.spawn(move || guard(run, &sender, || lane::work(run, &sender)));
        }
        scope.spawn(move || guard(run, &sender, || feed::feed(run, &sender)));
        let _end = StopAtEnd(run);
        writer::write(run, &receiver, progress)
        // Whoever still wants to send learns that nobody listens.
    });
    let mut tally = tally?;
    tally.bytes_read = run.bytes_read.load(Relaxed);
    tally.interrupted = options.interrupt.load(Relaxed);
    Ok(tally)
}

/// What `object` is, and how many bytes it took to say so.
///
/// # Errors
/// When it cannot be read.
pub fn identify(registry: &Registry, object: &Object) -> io::Result<(Identification, u64)> {
    let opened = look::open(&object.path).map_err(|problem| problem.into_error())?;
    let identification = opened.identify(registry, &object.key)?;
    Ok((identification, opened.bytes_read()))
}

fn policy(registry: &Registry, options: &Options) -> Policy {
    Policy {
        force: options.force,
        verify: options.verify,
        ..Policy::of(registry, ATTEMPTS)
    }
}

fn run_id() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{:x}-{:x}", now.as_nanos(), std::process::id())
}

/// A part that ends with an error, or panics, ends the run instead of leaving the others waiting.
fn guard<'r>(
    run: &'r Run<'r>,
    sender: &std::sync::mpsc::SyncSender<Message<'r>>,
    part: impl FnOnce() -> Result<(), RunError>,
) {
    let end = std::panic::catch_unwind(std::panic::AssertUnwindSafe(part));
    let error = match end {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error,
        Err(panic) => RunError::Defect(
            panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or(panic.downcast_ref::<&str>().copied())
                .unwrap_or("a panic")
                .to_owned(),
        ),
    };
    // Fails only when the writer has ended already, for an error that came first.
    let _ = sender.send(Message::Fatal(error));
    run.stop();
}
