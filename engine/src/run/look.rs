//! One file while its journey runs: opened once, read once if it is small, hashed while the worker reviews it.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_review_core::pipeline::Obstacle;
use data_review_core::{
    BytesInput, Class, Compression, Failure, Identification, Input, Limits, Probe, Registry, Stage, hex,
    name_of,
};
use sha2::{Digest, Sha256};

use crate::content::{FileInput, Stoppable, decompress};
use crate::source::{FetchError, FileStamp, ObjectStamp, Remote, is_absence, is_remote, kind_of};

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
    /// It is compressed, and its content cannot be read.
    Compressed(Box<Failure>),
    /// It is archived, or its service does not send it.
    Refused(Box<Failure>),
}

impl Problem {
    pub(super) fn into_obstacle(self) -> Obstacle {
        let message = match self {
            Problem::Missing => return Obstacle::Missing,
            Problem::Changed => return Obstacle::Changed,
            Problem::NotAFile(kind) => format!("it was a file when it was listed, and is {kind} now"),
            Problem::Error(error) => format!("it cannot be read: {error}"),
            Problem::Compressed(failure) | Problem::Refused(failure) => {
                return Obstacle::Unavailable(failure);
            }
        };
        Obstacle::unavailable(Failure::new(Stage::Read, Class::Unreadable, message))
    }

    pub(super) fn into_error(self) -> io::Error {
        match self {
            Problem::Missing => io::ErrorKind::NotFound.into(),
            Problem::Changed => io::Error::other("it changed while it was read"),
            Problem::NotAFile(kind) => io::Error::other(format!("it is {kind}, not a file")),
            Problem::Error(error) => error,
            Problem::Compressed(failure) | Problem::Refused(failure) => io::Error::other(failure.message),
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

/// An open file or the copy of a remote object, its stamp when it was opened, and how much of it is hashed.
pub(super) struct Opened {
    /// The path of a file; `None` for the copy of a remote object, which nobody else writes.
    path: Option<PathBuf>,
    stored: Bytes,
    stamp: ObjectStamp,
    /// How it is compressed as a whole, and its content in a temporary file; `None` if it is not compressed.
    content: Option<(Compression, Bytes)>,
    hash: Sha256,
    hashed: u64,
    sha256: Option<String>,
}

/// Opens a file, or the copy that `remote` makes of an object. While it copies, `go_on` is asked before each block.
pub(super) fn open(
    path: &Path,
    remote: Option<&dyn Remote>,
    go_on: impl FnMut() -> bool,
) -> Result<Opened, Problem> {
    match remote.filter(|_| is_remote(path)) {
        Some(remote) => fetch(remote, path, go_on),
        None => open_file(path),
    }
}

/// Opens what should be a regular file, without waiting for a writer if a pipe took its place.
fn open_file(path: &Path) -> Result<Opened, Problem> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(Problem::NotAFile(kind_of(&found)));
    }
    let stamp = ObjectStamp::File(FileStamp::of(&found));
    Ok(Opened::new(Some(path.to_owned()), file, stamp)?)
}

/// Copies a remote object into a file without a name.
fn fetch(remote: &dyn Remote, address: &Path, go_on: impl FnMut() -> bool) -> Result<Opened, Problem> {
    let mut copy = Stoppable {
        file: tempfile::tempfile().map_err(Problem::Error)?,
        go_on,
    };
    let refused = |class, message| Problem::Refused(Box::new(Failure::new(Stage::Read, class, message)));
    let version = remote.fetch(&address.to_string_lossy(), &mut copy);
    let version = version.map_err(|error| match error {
        FetchError::Missing => Problem::Missing,
        FetchError::Archived(message) => refused(Class::Archived, message),
        FetchError::Service(message) => refused(Class::Service, message),
        FetchError::Write(error) => refused(Class::Unreadable, format!("it cannot be copied: {error}")),
    })?;
    Ok(Opened::new(None, copy.file, ObjectStamp::Remote(version))?)
}

impl Opened {
    fn new(path: Option<PathBuf>, file: File, stamp: ObjectStamp) -> io::Result<Self> {
        Ok(Opened {
            path,
            stored: Bytes::of(file, stamp.size())?,
            stamp,
            content: None,
            hash: Sha256::new(),
            hashed: 0,
            sha256: None,
        })
    }

    /// Decompresses the content if the file is compressed as a whole. `go_on` is asked before each block.
    pub(super) fn decompress(&mut self, go_on: impl FnMut() -> bool) -> Result<(), Problem> {
        let stored = self.stored.input();
        let Some(compression) = Compression::of_input(&*stored)? else {
            return Ok(());
        };
        let (file, len) =
            decompress(compression, &stored, &Limits::DEFAULT, go_on).map_err(Problem::Compressed)?;
        self.content = Some((compression, Bytes::of(file, len)?));
        Ok(())
    }

    /// How the file is compressed as a whole.
    pub(super) fn compression(&self) -> Option<Compression> {
        self.content.as_ref().map(|(compression, _)| *compression)
    }

    /// The name that handlers see: the last part of the key, without the suffix of the compression.
    pub(super) fn name<'k>(&self, key: &'k str) -> &'k str {
        let name = name_of(key);
        self.compression()
            .map_or(name, |compression| compression.name_inside(name))
    }

    /// What handlers read: the content, or the file itself if it is not compressed.
    fn bytes(&self) -> &Bytes {
        self.content.as_ref().map_or(&self.stored, |(_, content)| content)
    }

    /// The file with what handlers read, and its length.
    pub(super) fn file(&self) -> (Arc<File>, u64) {
        let input = &self.bytes().input;
        (input.file().clone(), input.len())
    }

    /// Length of the file as it is stored.
    pub(super) fn size(&self) -> u64 {
        self.stamp.size()
    }

    /// Bytes that came from a remote source.
    pub(super) fn bytes_fetched(&self) -> u64 {
        match self.stamp {
            ObjectStamp::File(_) => 0,
            ObjectStamp::Remote(_) => self.size(),
        }
    }

    pub(super) fn stamp(&self) -> String {
        self.stamp.to_string()
    }

    /// Bytes read so far.
    pub(super) fn bytes_read(&self) -> u64 {
        let content = self.content.as_ref();
        self.stored.input.bytes_read() + content.map_or(0, |(_, content)| content.input.bytes_read())
    }

    /// Shows the file to all handlers under the last part of `key`.
    pub(super) fn identify(&self, registry: &Registry, key: &str) -> io::Result<Identification> {
        let input = self.bytes().input();
        Ok(registry.identify(&mut Probe::new(self.name(key), &*input)?))
    }

    /// Hashes the next block. False when all of the file is hashed.
    pub(super) fn hash_some(&mut self) -> Result<bool, Problem> {
        if self.sha256.is_some() {
            return Ok(false);
        }
        if let Some(whole) = &self.stored.whole {
            self.hash.update(&whole.0);
            self.hashed = self.size();
        } else {
            let mut block = vec![0; BLOCK.min((self.size() - self.hashed) as usize)];
            self.stored.input.read_exact_at(self.hashed, &mut block)?;
            self.hash.update(&block);
            self.hashed += block.len() as u64;
        }
        if self.hashed < self.size() {
            return Ok(true);
        }
        self.sha256 = Some(hex(&std::mem::take(&mut self.hash).finalize()));
        Ok(false)
    }

    /// SHA-256 in hexadecimal, once all of the file is hashed.
    pub(super) fn sha256(&self) -> Option<&str> {
        self.sha256.as_deref()
    }

    /// Checks that the path of a file still leads to the version that was opened.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let found = std::fs::metadata(path)?;
        match found.is_file() && ObjectStamp::File(FileStamp::of(&found)) == self.stamp {
            true => Ok(()),
            false => Err(Problem::Changed),
        }
    }
}

/// The bytes of a file, all of which are in memory if it is small.
struct Bytes {
    input: Arc<FileInput>,
    whole: Option<Arc<BytesInput>>,
}

impl Bytes {
    fn of(file: File, len: u64) -> io::Result<Self> {
        let input = FileInput::new(Arc::new(file), len);
        let whole = match len <= SMALL {
            true => {
                let mut whole = vec![0; len as usize];
                input.read_exact_at(0, &mut whole)?;
                Some(Arc::new(BytesInput(whole)))
            }
            false => None,
        };
        Ok(Bytes {
            input: Arc::new(input),
            whole,
        })
    }

    fn input(&self) -> Arc<dyn Input> {
        match &self.whole {
            Some(whole) => whole.clone(),
            None => self.input.clone(),
        }
    }
}
