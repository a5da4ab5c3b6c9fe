//! What a handler may look at before it decides: the name, the length, both ends, and a little more on request.

use std::io::{self, Read, Seek, SeekFrom};

use crate::Input;
use crate::input::seek_from;

/// Bytes of each end that a probe always holds.
const END: usize = 64 << 10;
/// Further reads that all handlers together may make.
const READS: u32 = 8;
/// Bytes of all further reads.
const READ_BYTES: usize = 256 << 10;
/// Smallest further read: a header lies near its neighbours, and a request costs more than the bytes.
const READ_AHEAD: usize = 16 << 10;

/// Last part of a key.
pub fn name_of(key: &str) -> &str {
    key.rsplit('/').next().unwrap_or(key)
}

/// A look at a file: name, length, first and last 64 KiB, and at most eight further reads of 256 KiB in all.
///
/// The further reads are shared by all handlers, so that two that look at the same place cost one.
pub struct Probe<'a> {
    name: &'a str,
    input: &'a dyn Input,
    head: Vec<u8>,
    tail: Vec<u8>,
    further: Vec<(u64, Vec<u8>)>,
    further_bytes: usize,
}

impl<'a> Probe<'a> {
    /// Reads both ends. `name` is the last part of the key.
    ///
    /// # Errors
    /// What `input` reports when it cannot be read.
    pub fn new(name: &'a str, input: &'a dyn Input) -> io::Result<Self> {
        let len = input.len();
        let head_len = len.min(END as u64);
        let mut head = vec![0; head_len as usize];
        input.read_exact_at(0, &mut head)?;
        let mut tail = vec![0; (len - head_len).min(END as u64) as usize];
        input.read_exact_at(len - tail.len() as u64, &mut tail)?;
        Ok(Probe {
            name,
            input,
            head,
            tail,
            further: Vec::new(),
            further_bytes: 0,
        })
    }

    /// Last part of the key: a hint at most.
    pub fn name(&self) -> &str {
        self.name
    }

    /// Length of the file in bytes.
    pub fn len(&self) -> u64 {
        self.input.len()
    }

    /// Whether the file has no bytes at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first 64 KiB, or the whole file where it is shorter.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// What follows the head, at most the last 64 KiB; empty for a file that fits into the head.
    pub fn tail(&self) -> &[u8] {
        &self.tail
    }

    /// Whether [`Self::head`] is the whole file.
    pub fn head_is_all(&self) -> bool {
        self.head.len() as u64 == self.len()
    }

    /// Bytes that were fetched so far, for the record.
    pub fn bytes_read(&self) -> u64 {
        (self.head.len() + self.tail.len() + self.further_bytes) as u64
    }

    /// Copies bytes at `at`, from what is held or by a further read; 0 at the end of the file.
    ///
    /// # Errors
    /// When the further reads are used up, or the input cannot be read.
    pub fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() || at >= self.len() {
            return Ok(0);
        }
        let tail_at = self.len() - self.tail.len() as u64;
        let held = [(0, &self.head), (tail_at, &self.tail)];
        let further = self.further.iter().map(|(at, bytes)| (*at, bytes));
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

    /// [`Read`] and [`Seek`] over the probe, for parsers of indices (a zip's, an HDF5 file's).
    pub fn reader(&mut self) -> ProbeReader<'_, 'a> {
        ProbeReader { probe: self, at: 0 }
    }
}

/// See [`Probe::reader`].
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
                "served again for nothing"
            );
        }
        assert!(probe.bytes_read() <= (2 * END + READ_BYTES) as u64);
        let error = probe.read_at(9 << 20, &mut byte).unwrap_err().to_string();
        assert!(error.contains("8 further reads"), "{error}");
    }
}
