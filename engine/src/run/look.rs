//! A file under the eyes of its journey: opened once, read once where it is small, hashed beside the review.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use data_review_core::pipeline::Event;
use data_review_core::{
    BytesInput, Class, Failure, Identification, Input, Probe, Registry, Stage, hex, name_of,
};
use sha2::{Digest, Sha256};

use crate::source::{Stamp, is_absence, kind_of};

/// A file of this size is read whole: a probe looks at all of it anyway.
const SMALL: u64 = 128 << 10;
/// Hashed between two looks at the worker.
const BLOCK: usize = 1 << 20;

/// Why there is nothing to look at.
#[derive(Debug)]
pub(super) enum Problem {
    /// It is not there any more.
    Vanished,
    /// It is not what was opened any more.
    Changed,
    /// It was a file when it was listed.
    NotAFile(&'static str),
    /// What the system says.
    Error(io::Error),
}

impl Problem {
    pub(super) fn into_event(self) -> Event {
        let message = match self {
            Problem::Vanished => return Event::Vanished,
            Problem::Changed => return Event::Changed,
            Problem::NotAFile(kind) => format!("it was a file when it was listed, and is {kind} now"),
            Problem::Error(error) => format!("it cannot be read: {error}"),
        };
        Event::Unavailable(Failure::new(Stage::Read, Class::Unreadable, message))
    }

    pub(super) fn into_error(self) -> io::Error {
        match self {
            Problem::Vanished => io::ErrorKind::NotFound.into(),
            Problem::Changed => io::Error::other("it changed while it was read"),
            Problem::NotAFile(kind) => io::Error::other(format!("it is {kind}, not a file")),
            Problem::Error(error) => error,
        }
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            _ if is_absence(&error) => Problem::Vanished,
            // It became shorter.
            io::ErrorKind::UnexpectedEof => Problem::Changed,
            _ => Problem::Error(error),
        }
    }
}

/// An open file and what was learnt of it.
pub(super) struct Opened {
    path: PathBuf,
    file: FileInput,
    stamp: Stamp,
    /// All of it, where it is small.
    whole: Option<BytesInput>,
    hash: Sha256,
    hashed: u64,
    sha256: Option<String>,
}

/// Opens what should be a regular file; a pipe that took its place does not make us wait.
pub(super) fn open(path: &Path) -> Result<Opened, Problem> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(Problem::NotAFile(kind_of(&found)));
    }
    let stamp = Stamp::of(&found);
    let file = FileInput {
        file: Arc::new(file),
        len: stamp.size,
        read: AtomicU64::new(0),
    };
    let whole = match stamp.size <= SMALL {
        true => {
            let mut whole = vec![0; stamp.size as usize];
            file.read_exact_at(0, &mut whole)?;
            Some(BytesInput(whole))
        }
        false => None,
    };
    Ok(Opened {
        path: path.to_owned(),
        file,
        stamp,
        whole,
        hash: Sha256::new(),
        hashed: 0,
        sha256: None,
    })
}

impl Opened {
    pub(super) fn file(&self) -> Arc<File> {
        self.file.file.clone()
    }

    pub(super) fn size(&self) -> u64 {
        self.stamp.size
    }

    pub(super) fn stamp(&self) -> String {
        self.stamp.to_string()
    }

    /// Bytes that were read so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.file.read.load(Relaxed)
    }

    /// Shows it to all handlers; `key` for its last part.
    pub(super) fn identify(&self, registry: &Registry, key: &str) -> io::Result<Identification> {
        let input: &dyn Input = match &self.whole {
            Some(whole) => whole,
            None => &self.file,
        };
        Ok(registry.identify(&mut Probe::new(name_of(key), input)?))
    }

    /// Hashes a little more; whether there is more to hash.
    pub(super) fn hash_some(&mut self) -> Result<bool, Problem> {
        if self.sha256.is_some() {
            return Ok(false);
        }
        if let Some(whole) = &self.whole {
            self.hash.update(&whole.0);
            self.hashed = self.stamp.size;
        } else {
            let mut block = vec![0; BLOCK.min((self.stamp.size - self.hashed) as usize)];
            self.file.read_exact_at(self.hashed, &mut block)?;
            self.hash.update(&block);
            self.hashed += block.len() as u64;
        }
        if self.hashed < self.stamp.size {
            return Ok(true);
        }
        self.sha256 = Some(hex(&std::mem::take(&mut self.hash).finalize()));
        Ok(false)
    }

    /// SHA-256, once all is hashed.
    pub(super) fn sha256(&self) -> Option<&str> {
        self.sha256.as_deref()
    }

    /// Whether its path still leads to what was opened.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let found = std::fs::metadata(&self.path)?;
        match found.is_file() && Stamp::of(&found) == self.stamp {
            true => Ok(()),
            false => Err(Problem::Changed),
        }
    }
}

/// Reads at positions, and counts.
struct FileInput {
    /// Shared with the worker's call, which sends it while it is hashed here.
    file: Arc<File>,
    len: u64,
    read: AtomicU64,
}

impl Input for FileInput {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let n = loop {
            match self.file.read_at(into, at) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.read.fetch_add(n as u64, Relaxed);
        Ok(n)
    }
}
