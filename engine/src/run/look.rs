//! One file while its journey runs: opened once, read once if it is small, hashed while the worker reviews it.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use data_review_core::pipeline::Obstacle;
use data_review_core::{
    BytesInput, Class, Failure, Identification, Input, Probe, Registry, Stage, hex, name_of,
};
use sha2::{Digest, Sha256};

use crate::source::{FileStamp, is_absence, kind_of};

/// A file of at most this many bytes is read whole: a probe looks at all of it anyway.
const SMALL: u64 = 128 << 10;
/// Bytes that are hashed between two looks at the worker.
const BLOCK: usize = 1 << 20;

/// Why a file cannot be read.
#[derive(Debug)]
pub(super) enum Problem {
    /// It was deleted.
    Missing,
    /// It changed since it was opened.
    Changed,
    /// It was a file when it was listed, and is this kind of thing now.
    NotAFile(&'static str),
    /// The operating system refused to open or to read it.
    Error(io::Error),
}

impl Problem {
    pub(super) fn into_obstacle(self) -> Obstacle {
        let message = match self {
            Problem::Missing => return Obstacle::Missing,
            Problem::Changed => return Obstacle::Changed,
            Problem::NotAFile(kind) => format!("it was a file when it was listed, and is {kind} now"),
            Problem::Error(error) => format!("it cannot be read: {error}"),
        };
        Obstacle::unavailable(Failure::new(Stage::Read, Class::Unreadable, message))
    }

    pub(super) fn into_error(self) -> io::Error {
        match self {
            Problem::Missing => io::ErrorKind::NotFound.into(),
            Problem::Changed => io::Error::other("it changed while it was read"),
            Problem::NotAFile(kind) => io::Error::other(format!("it is {kind}, not a file")),
            Problem::Error(error) => error,
        }
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            _ if is_absence(&error) => Problem::Missing,
            // The file became shorter.
            io::ErrorKind::UnexpectedEof => Problem::Changed,
            _ => Problem::Error(error),
        }
    }
}

/// An open file, its stamp when it was opened, and how much of it is hashed.
pub(super) struct Opened {
    path: PathBuf,
    file: FileInput,
    stamp: FileStamp,
    /// All bytes of a small file.
    whole: Option<BytesInput>,
    hash: Sha256,
    hashed: u64,
    sha256: Option<String>,
}

/// Opens what should be a regular file, without waiting for a writer if a pipe took its place.
pub(super) fn open(path: &Path) -> Result<Opened, Problem> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(Problem::NotAFile(kind_of(&found)));
    }
    let stamp = FileStamp::of(&found);
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

    /// Bytes read so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.file.read.load(Relaxed)
    }

    /// Shows the file to all handlers under the last part of `key`.
    pub(super) fn identify(&self, registry: &Registry, key: &str) -> io::Result<Identification> {
        let input: &dyn Input = match &self.whole {
            Some(whole) => whole,
            None => &self.file,
        };
        Ok(registry.identify(&mut Probe::new(name_of(key), input)?))
    }

    /// Hashes the next block. False when all of the file is hashed.
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

    /// SHA-256 in hexadecimal, once all of the file is hashed.
    pub(super) fn sha256(&self) -> Option<&str> {
        self.sha256.as_deref()
    }

    /// Checks that its path still leads to the version that was opened.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let found = std::fs::metadata(&self.path)?;
        match found.is_file() && FileStamp::of(&found) == self.stamp {
            true => Ok(()),
            false => Err(Problem::Changed),
        }
    }
}

/// Reads at positions, and counts the bytes.
struct FileInput {
    /// Shared with the call of the worker, which sends it while it is hashed here.
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
