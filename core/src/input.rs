//! Bytes without a path: a local file, an S3 object and a zip member look the same to a handler.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

/// Random access to the bytes of one object.
pub trait Input: Send + Sync + 'static {
    /// Number of bytes.
    fn len(&self) -> u64;

    /// Reads at `at` into `into`; fewer bytes than asked for are possible, 0 only at the end.
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize>;

    /// Whether there are no bytes at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `into` from `at` on; an early end is [`io::ErrorKind::UnexpectedEof`].
    fn read_exact_at(&self, mut at: u64, mut into: &mut [u8]) -> io::Result<()> {
        while !into.is_empty() {
            match self.read_at(at, into)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => {
                    at += n as u64;
                    into = &mut into[n..];
                }
            }
        }
        Ok(())
    }
}

/// Bytes that are in memory already.
#[derive(Debug, Clone, Default)]
pub struct BytesInput(pub Vec<u8>);

impl Input for BytesInput {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(at)
            .ok()
            .and_then(|at| self.0.get(at..))
            .unwrap_or_default();
        let n = rest.len().min(into.len());
        into[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    }
}

/// [`Read`] and [`Seek`] over an [`Input`], for parsers that want a stream.
#[derive(Clone)]
pub struct InputReader {
    input: Arc<dyn Input>,
    at: u64,
}

impl InputReader {
    /// Starts at the first byte.
    pub fn new(input: Arc<dyn Input>) -> Self {
        InputReader { input, at: 0 }
    }
}

impl Read for InputReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read_at(self.at, into)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for InputReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = seek_from(to, self.at, self.input.len())?;
        Ok(self.at)
    }
}

/// The absolute position that `to` names, seen from `at` in an object of `len` bytes.
pub(crate) fn seek_from(to: SeekFrom, at: u64, len: u64) -> io::Result<u64> {
    let target = match to {
        SeekFrom::Start(at) => Some(at),
        SeekFrom::Current(by) => at.checked_add_signed(by),
        SeekFrom::End(by) => len.checked_add_signed(by),
    };
    target.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "seek before the first byte"))
}
