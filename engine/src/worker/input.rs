//! The input of a handler in a worker.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use data_review_core::Input;

use super::wire;

/// The shortest time between two signs of progress.
const EVERY: Duration = Duration::from_millis(100);

/// Reads at positions, and now and then sends the parent a sign of progress.
pub(super) struct WorkerInput {
    file: File,
    len: u64,
    read: AtomicU64,
    told: Mutex<Instant>,
    over: AtomicBool,
}

impl WorkerInput {
    pub(super) fn new(file: File, len: u64) -> Self {
        WorkerInput {
            file,
            len,
            read: AtomicU64::new(0),
            told: Mutex::new(Instant::now()),
            over: AtomicBool::new(false),
        }
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.read.load(Relaxed)
    }

    /// Stops the signs of progress: a thread that outlives the review must not write into the answer.
    pub(super) fn end(&self) {
        let _told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        self.over.store(true, Relaxed);
    }

    fn tell(&self) {
        let Ok(mut told) = self.told.try_lock() else {
            return;
        };
        if told.elapsed() >= EVERY && !self.over.load(Relaxed) {
            *told = Instant::now();
            // That the parent ended is noticed elsewhere.
            let _ = wire::send_all(rustix::stdio::stdin().as_fd(), &wire::frame(wire::PROGRESS, b""));
        }
    }
}

impl Input for WorkerInput {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(self.len.saturating_sub(at)).unwrap_or(usize::MAX);
        let wanted = into.len().min(rest);
        if wanted == 0 {
            // Such positions do not exist in any file.
            return Ok(0);
        }
        let n = loop {
            match self.file.read_at(&mut into[..wanted], at) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.read.fetch_add(n as u64, Relaxed);
        // The descriptor of the parent shares this position, and keeps it when this process dies: see `Worker::review`.
        let _ = (&self.file).seek(SeekFrom::Start(at + n as u64));
        self.tell();
        Ok(n)
    }
}
