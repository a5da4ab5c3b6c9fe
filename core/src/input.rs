//! Bytes without a path: a local file, an object in a bucket and a member of an archive look the same to a handler.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

/// Random access to the bytes of one object, wherever they are stored.
///
/// ```
/// use data_review_core::{BytesInput, Input};
///
/// let input = BytesInput(b"BOTTLE,20240101".to_vec());
/// let mut start = [0; 6];
/// input.read_exact_at(0, &mut start).unwrap();
/// assert_eq!((&start, input.len()), (b"BOTTLE", 15));
/// ```
pub trait Input: Send + Sync + 'static {
    /// Length of the object in bytes.
    fn len(&self) -> u64;

    /// Reads bytes from the offset `at` (from 0) into `into`, and returns their number: perhaps fewer than asked for, 0
    /// only at the end.
    ///
    /// # Errors
    /// When the bytes cannot be read.
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize>;

    /// All bytes, if they are in memory already.
    fn bytes(&self) -> Option<&[u8]> {
        None
    }

    /// Whether the object has no bytes.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `into` from the offset `at` on.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] if the object ends earlier; otherwise as [`Input::read_at`].
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

/// An [`Input`] over bytes in memory.
#[derive(Debug, Clone, Default)]
pub struct BytesInput(pub Vec<u8>);

impl Input for BytesInput {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn bytes(&self) -> Option<&[u8]> {
        Some(&self.0)
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

/// [`Read`] and [`Seek`] over an [`Input`], for parsers that need a stream.
#[derive(Clone)]
pub struct InputReader {
    input: Arc<dyn Input>,
    at: u64,
}

impl InputReader {
    /// A stream that begins at the first byte.
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

/// The absolute position that `to` names, relative to the position `at` in an object of `len` bytes.
pub(crate) fn seek_from(to: SeekFrom, at: u64, len: u64) -> io::Result<u64> {
    let target = match to {
        SeekFrom::Start(at) => Some(at),
        SeekFrom::Current(by) => at.checked_add_signed(by),
        SeekFrom::End(by) => len.checked_add_signed(by),
    };
    target.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "seek before the first byte"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten bytes, of which each read gives at most three.
    struct Slow;

    impl Input for Slow {
        fn len(&self) -> u64 {
            10
        }

        fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
            let most = into.len().min(3);
            BytesInput((0..10).collect()).read_at(at, &mut into[..most])
        }
    }

    #[test]
    fn reads_are_repeated_until_the_buffer_is_full() {
        for input in [&Slow as &dyn Input, &BytesInput((0..10).collect())] {
            let mut into = [0; 8];
            input.read_exact_at(2, &mut into).unwrap();
            assert_eq!(into, [2, 3, 4, 5, 6, 7, 8, 9]);
            for at in [3, 10, u64::MAX] {
                let error = input.read_exact_at(at, &mut into).unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
            }
            input.read_exact_at(10, &mut []).unwrap();
            assert!(!input.is_empty());
        }
        assert!(BytesInput::default().is_empty());
        assert_eq!(
            (BytesInput(vec![7]).bytes(), Slow.bytes()),
            (Some(&[7][..]), None)
        );
    }

    #[test]
    fn a_stream_reads_and_seeks() {
        let mut reader = InputReader::new(Arc::new(Slow));
        let mut all = Vec::new();
        reader.read_to_end(&mut all).unwrap();
        assert_eq!(all, (0..10).collect::<Vec<u8>>());
        for (to, expected) in [
            (SeekFrom::Start(4), 4),
            (SeekFrom::Current(3), 7),
            (SeekFrom::Current(-6), 1),
            (SeekFrom::End(-2), 8),
            (SeekFrom::End(5), 15),
        ] {
            assert_eq!(reader.seek(to).unwrap(), expected);
            let mut next = [0];
            let read = reader.clone().read(&mut next).unwrap();
            assert_eq!(
                (read, next[0]),
                (
                    usize::from(expected < 10),
                    if expected < 10 { expected as u8 } else { 0 }
                )
            );
        }
        assert!(reader.seek(SeekFrom::Current(-16)).is_err());
        assert!(reader.seek(SeekFrom::End(-11)).is_err());
    }
}
