//! Open files as inputs, and the content of files that are compressed as a whole.

use std::fs::File;
use std::io::{self, Seek};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use data_review_core::{Class, Compression, Failure, Input, Limits, Stage};

/// Reads an open file at positions, and counts the bytes.
#[derive(Debug)]
pub struct FileInput {
    /// Shared with the call of a worker, which sends it while it is hashed here.
    file: Arc<File>,
    len: u64,
    read: AtomicU64,
}

impl FileInput {
    /// The first `len` bytes of a file.
    pub fn new(file: Arc<File>, len: u64) -> Self {
        FileInput {
            file,
            len,
            read: AtomicU64::new(0),
        }
    }

    /// The file.
    pub fn file(&self) -> &Arc<File> {
        &self.file
    }

    /// Bytes that were read so far.
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Relaxed)
    }
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

/// Decompresses an object into a file without a name, and returns it with its length. `go_on` is asked before each block.
///
/// # Errors
/// As [`Compression::decompress`]; of class unreadable, too, when `go_on` answers no.
pub fn decompress(
    compression: Compression,
    stored: &Arc<dyn Input>,
    limits: &Limits,
    go_on: impl FnMut() -> bool,
) -> Result<(File, u64), Box<Failure>> {
    let unwritable = |error: io::Error| {
        let message = format!("it cannot be decompressed: {error}");
        Box::new(Failure::new(Stage::Read, Class::Unreadable, message))
    };
    let mut into = Stoppable {
        file: tempfile::tempfile().map_err(unwritable)?,
        go_on,
    };
    compression.decompress(stored, limits, &mut into)?;
    let mut file = into.file;
    let len = file.stream_position().map_err(unwritable)?;
    // A worker leaves the position where it read last.
    file.rewind().map_err(unwritable)?;
    Ok((file, len))
}

/// A file that is written until `go_on` answers no.
pub(crate) struct Stoppable<G> {
    pub(crate) file: File,
    pub(crate) go_on: G,
}

impl<G: FnMut() -> bool> io::Write for Stoppable<G> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match (self.go_on)() {
            true => self.file.write(bytes),
            false => Err(io::Error::other("it was stopped")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
