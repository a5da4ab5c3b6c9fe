//! What a handler may look at before it decides: the name, the length, both ends, and a few further reads.

use std::borrow::Cow;
use std::io::{self, Read, Seek, SeekFrom};

use crate::Input;
use crate::input::seek_from;

/// Bytes of each end of the file that a probe always holds.
const END: usize = 64 << 10;
/// Most further reads by all handlers together.
const READS: u32 = 8;
/// Most bytes of all further reads together.
const READ_BYTES: usize = 256 << 10;
/// Size of the smallest further read. The parts of a header are close together, and a request costs more than its
/// bytes.
const READ_AHEAD: usize = 16 << 10;

/// The last part of a key, after the last `/`.
///
/// ```
/// assert_eq!(data_review_core::name_of("cruises/33RR20080204_hy1.csv"), "33RR20080204_hy1.csv");
/// ```
pub fn name_of(key: &str) -> &str {
    key.rsplit('/').next().unwrap_or(key)
}

/// A look at a file: name, length, first and last 64 KiB, and at most eight further reads of 256 KiB in all.
///
/// All handlers share the further reads: bytes that one of them has read cost the others nothing.
///
/// ```
/// use data_review_core::{BytesInput, Probe};
///
/// let input = BytesInput(b"CDF\x01\0\0\0\0".to_vec());
/// let mut probe = Probe::new("a.nc", &input).unwrap();
/// assert!(probe.head().starts_with(b"CDF") && probe.head_is_all());
/// let mut version = [0];
/// assert_eq!(probe.read_at(3, &mut version).unwrap(), 1);
/// assert_eq!(version, [1]);
/// ```
pub struct Probe<'a> {
    name: &'a str,
    input: &'a dyn Input,
    head: Cow<'a, [u8]>,
    tail: Cow<'a, [u8]>,
    further: Vec<(u64, Vec<u8>)>,
    further_bytes: usize,
}

impl<'a> Probe<'a> {
    /// Reads both ends of `input`. `name` is the last part of the key.
    ///
    /// # Errors
    /// When `input` cannot be read.
    pub fn new(name: &'a str, input: &'a dyn Input) -> io::Result<Self> {
        let len = input.len();
        let head_len = len.min(END as u64);
        let tail_len = (len - head_len).min(END as u64);
        let (head, tail) = match input.bytes() {
            Some(bytes) => {
                let tail_at = bytes.len() - tail_len as usize;
                (bytes[..head_len as usize].into(), bytes[tail_at..].into())
            }
            None => {
                let (mut head, mut tail) = (vec![0; head_len as usize], vec![0; tail_len as usize]);
                input.read_exact_at(0, &mut head)?;
                input.read_exact_at(len - tail_len, &mut tail)?;
                (head.into(), tail.into())
            }
        };
        Ok(Probe {
            name,
            input,
            head,
            tail,
            further: Vec::new(),
            further_bytes: 0,
        })
    }

    /// The last part of the key. It is a hint; the content decides.
    pub fn name(&self) -> &str {
        self.name
    }

    /// Length of the file in bytes.
    pub fn len(&self) -> u64 {
        self.input.len()
    }

    /// Whether the file has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first 64 KiB, or the whole file if it is shorter.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The last 64 KiB, as far as they follow the head; empty if the file fits into the head.
    pub fn tail(&self) -> &[u8] {
        &self.tail
    }

    /// Whether [`Self::head`] is the whole file.
    pub fn head_is_all(&self) -> bool {
        self.head.len() as u64 == self.len()
    }

    /// Number of bytes that were read from the input so far.
    pub fn bytes_read(&self) -> u64 {
        (self.head.len() + self.tail.len() + self.further_bytes) as u64
    }

    /// Copies bytes from the offset `at` (from 0) into `into`, from memory or by a further read, and returns their
    /// number; 0 at the end of the file.
    ///
    /// # Errors
    /// When the further reads are used up, or the input cannot be read.
    pub fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() || at >= self.len() {
            return Ok(0);
        }
        let tail_at = self.len() - self.tail.len() as u64;
        let held = [(0, &*self.head), (tail_at, &*self.tail)];
        let further = self.further.iter().map(|(at, bytes)| (*at, &**bytes));
        for (start, bytes) in held.into_iter().chain(further) {
            if let Some(rest) = at
                .checked_sub(start)
                .and_then(|skip| bytes.get(skip as usize..))
                .filter(|r| !r.is_empty())
            {
                let n = rest.len().min(into.len());
                into[..n].copy_from_slice(&rest[..n]);
                return Ok(n);
            }
        }
        let wanted = into
            .len()
            .max(READ_AHEAD)
            .min(READ_BYTES - self.further_bytes)
            .min((self.len() - at) as usize);
        if self.further.len() as u32 == READS || wanted == 0 {
            return Err(io::Error::other(format!(
                "identification may make {READS} further reads of {READ_BYTES} bytes in all; they are used up"
            )));
        }
        let mut bytes = vec![0; wanted];
        self.input.read_exact_at(at, &mut bytes)?;
        self.further_bytes += wanted;
        let n = wanted.min(into.len());
        into[..n].copy_from_slice(&bytes[..n]);
        self.further.push((at, bytes));
        Ok(n)
    }

    /// [`Read`] and [`Seek`] over the probe, for parsers that follow an index, such as that of a ZIP archive or an HDF5
    /// file.
    pub fn reader(&mut self) -> ProbeReader<'_, 'a> {
        ProbeReader { probe: self, at: 0 }
    }
}

/// A stream over a [`Probe`]; see [`Probe::reader`]. Its reads count as further reads of the probe.
pub struct ProbeReader<'p, 'a> {
    probe: &'p mut Probe<'a>,
    at: u64,
}

impl Read for ProbeReader<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.probe.read_at(self.at, into)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for ProbeReader<'_, '_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = seek_from(to, self.at, self.probe.len())?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BytesInput;

    fn numbered(len: usize) -> BytesInput {
        BytesInput((0..len).map(|i| (i % 251) as u8).collect())
    }

    #[test]
    fn a_short_file_is_all_head() {
        let input = numbered(100);
        let mut probe = Probe::new("x", &input).unwrap();
        assert!(probe.head_is_all() && probe.tail().is_empty());
        assert_eq!(probe.bytes_read(), 100);
        let mut all = Vec::new();
        probe.reader().read_to_end(&mut all).unwrap();
        assert_eq!(all, input.0);
    }

    #[test]
    fn ends_of_a_middling_file_do_not_overlap() {
        let input = numbered(END + 10);
        let mut probe = Probe::new("x", &input).unwrap();
        assert_eq!(probe.tail().len(), 10);
        let mut all = Vec::new();
        probe.reader().read_to_end(&mut all).unwrap();
        assert_eq!(all, input.0);
    }

    #[test]
    fn further_reads_are_counted_and_shared() {
        let input = numbered(10 << 20);
        let mut probe = Probe::new("x", &input).unwrap();
        let mut byte = [0];
        for i in 0..u64::from(READS) {
            assert_eq!(probe.read_at((1 << 20) + i * (1 << 20), &mut byte).unwrap(), 1);
            assert_eq!(
                probe.read_at((1 << 20) + i * (1 << 20) + 100, &mut byte).unwrap(),
                1,
                "served again from memory"
            );
        }
        let read = probe.bytes_read() as usize;
        assert!((2 * END + 1..=2 * END + READ_BYTES).contains(&read), "{read}");
        let error = probe.read_at(9 << 20, &mut byte).unwrap_err().to_string();
        assert!(error.contains("8 further reads"), "{error}");
    }
}
