//! Drives a journey for every listed object.
//!
//! ```text
//! feeder ─► queue ─► lanes (a worker process each) ─► writer (the caller's thread) ─► progress
//!   └─ unchanged ─────────────────────────────────────┘  └─ journeys that try again go back to the queue
//! ```

mod feed;
mod lane;
mod look;
mod queue;
mod task;
mod vanished;
mod writer;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};

use data_review_core::pipeline::{Done, Policy, Reason};
use data_review_core::store::{Store, StoreError};
use data_review_core::{Document, Identification, Registry};

use crate::source::{Listing, Object, Remote};
use crate::worker::{StartError, WorkerCommand};
use queue::Queue;
use task::Message;
use vanished::Absent;

pub use vanished::Vanished;

/// Attempts of a journey before it gives up.
const ATTEMPTS: u32 = 3;

/// How a run works.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many files are reviewed at once, each by a worker process; at least 1.
    pub jobs: usize,
    /// Review unchanged files, too.
    pub force: bool,
    /// Compare the content of files that seem unchanged.
    pub verify: bool,
    /// Record files as gone even if a directory is missing or empty, or more than half of its files are gone.
    pub allow_gone: bool,
    /// Keep a preview of the profiles of reviewed files.
    pub preview: bool,
    /// Reads remote objects.
    pub remote: Option<Arc<dyn Remote>>,
    /// How a worker is started.
    pub worker: WorkerCommand,
    /// The most outcomes of one transaction. If the process is killed, at most these are lost, and the next run repeats them.
    pub batch: usize,
    /// Set it to end the run. Finished outcomes are written; the next run begins the others again.
    pub interrupt: Arc<AtomicBool>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
            force: false,
            verify: false,
            allow_gone: false,
            preview: true,
            remote: None,
            worker: WorkerCommand::default(),
            batch: 256,
            interrupt: Arc::default(),
        }
    }
}

/// What a run reports while it works.
#[derive(Debug)]
pub enum Progress<'a> {
    /// The first report.
    Listed {
        /// How many objects and troubles were listed.
        objects: u64,
        /// Their bytes in total.
        bytes: u64,
    },
    /// The outcome of a key is durable. Keys that are gone were not listed.
    Finished {
        /// Name of its root.
        root: &'a str,
        /// The key.
        key: &'a str,
        /// Its size in bytes when it was listed; 0 if it was not listed as a file.
        size: u64,
        /// How its journey ended.
        done: &'a Done,
        /// Why the journey looked at it, or left it alone.
        reason: &'a Reason,
        /// The document that was written, if one was.
        document: Option<&'a Document>,
    },
}

/// Counts of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunCounts {
    /// Files with a review.
    pub reviewed: u64,
    /// Files that failed.
    pub failed: u64,
    /// Files that no handler recognises.
    pub unidentified: u64,
    /// Keys whose files do not exist any more.
    pub gone: u64,
    /// Files that are unchanged since the last run.
    pub unchanged: u64,
    /// Files without a new outcome, because another writer replaced the row at every attempt.
    pub given_up: u64,
    /// The sum of the above.
    pub files: u64,
    /// The sizes in bytes of all files that were not unchanged.
    pub bytes: u64,
    /// The bytes that were read to identify, to hash and to review (0 for a review that died).
    pub bytes_read: u64,
    /// The bytes that came from remote sources.
    pub bytes_fetched: u64,
    /// Whether the run was interrupted.
    pub interrupted: bool,
}

/// Why a run ended early. Outcomes that were finished before are written.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Too many files are absent; nothing was changed.
    #[error(transparent)]
    Vanished(#[from] Vanished),
    /// No worker can be started.
    #[error(transparent)]
    Worker(#[from] StartError),
    /// The engine has a defect.
    #[error("defect of the engine: {0}; please report it")]
    Defect(String),
}

/// The state that all parts of a run share.
struct Run<'r> {
    registry: &'r Registry,
    store: &'r dyn Store,
    listing: &'r Listing,
    /// Keys of the store that become gone.
    absent: Vec<Absent>,
    options: &'r Options,
    policy: Policy,
    /// Makes the tokens differ from those of any other run.
    id: String,
    queue: Queue<task::Task<'r>>,
    /// The run ended for another reason than an interrupt.
    stopped: AtomicBool,
    bytes_read: AtomicU64,
    bytes_fetched: AtomicU64,
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

/// Stops the run when the writer ends, by itself, with an error or by a panic in `progress`, so that no part waits for it.
struct StopAtEnd<'a, 'r>(&'a Run<'r>);

impl Drop for StopAtEnd<'_, '_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Brings the store up to date with the listing: identifies and reviews new and changed files, leaves unchanged ones alone, and
/// records deleted ones as gone. `progress` is called on this thread.
///
/// # Errors
/// If so many files are absent that their disk is probably not mounted ([`Vanished`]); nothing is changed then. If the store
/// or the workers fail. Outcomes that were finished before are written.
pub fn run(
    registry: &Registry,
    store: &dyn Store,
    listing: &Listing,
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<RunCounts, RunError> {
    let policy = policy(registry, options);
    let absent = vanished::absent(store, listing, options.allow_gone)?;
    store.change_roots(&listing.changes)?;
    let lanes = options.jobs.max(1);
    // The feeder reads a thousand rows at once, and wakes when half of the tasks are taken: with this many per lane, no lane
    // waits for it, and it wakes seldom.
    let run = Run {
        registry,
        store,
        listing,
        absent,
        options,
        id: run_id(),
        queue: Queue::new(lanes * 64),
        stopped: AtomicBool::new(false),
        bytes_read: AtomicU64::new(0),
        bytes_fetched: AtomicU64::new(0),
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
        // The receiver is dropped here: parts that still send get an error.
    });
    let mut tally = tally?;
    tally.bytes_read = run.bytes_read.load(Relaxed);
    tally.bytes_fetched = run.bytes_fetched.load(Relaxed);
    tally.interrupted = options.interrupt.load(Relaxed);
    Ok(tally)
}

/// Identifies an object; returns also how many bytes were read. `remote` reads objects that are not files.
///
/// # Errors
/// If the object cannot be read.
pub fn identify(
    registry: &Registry,
    object: &Object,
    remote: Option<&dyn Remote>,
) -> io::Result<(Identification, u64)> {
    let mut opened = look::open(&object.path(), remote, || true).map_err(look::Problem::into_error)?;
    opened.decompress(|| true).map_err(look::Problem::into_error)?;
    let identification = opened.identify(registry, &object.key)?;
    Ok((identification, opened.bytes_read()))
}

fn policy(registry: &Registry, options: &Options) -> Policy {
    Policy {
        force: options.force,
        ..Policy::of(registry, ATTEMPTS)
    }
}

fn run_id() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{:x}-{:x}", now.as_nanos(), std::process::id())
}

/// Runs a part of the run. If it fails or panics, the whole run ends, so that the other parts do not wait for it.
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
    // This fails only if the writer has ended already because of an earlier error.
    let _ = sender.send(Message::Fatal(error));
    run.stop();
}
