//! Lines from any reader: capped, numbered, borrowed; and the bytes that follow them.

use std::io::{self, BufRead, BufReader, Read};

/// Longest line that is read, in bytes.
pub const LONGEST_LINE: usize = 32 << 10;

pub(crate) struct Lines<R> {
    source: BufReader<R>,
    line: Vec<u8>,
    number: u64,
    /// Bytes that were taken from the source.
    at: u64,
    too_long: bool,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(source: R) -> Self {
        Lines {
            source: BufReader::with_capacity(64 << 10, source),
            line: Vec::new(),
            number: 0,
            at: 0,
            too_long: false,
        }
    }

    /// Moves to the next line; false at the end. One that is too long is empty.
    pub(crate) fn advance(&mut self) -> io::Result<bool> {
        self.line.clear();
        // The line, its end, and one byte that shows that it is longer.
        let most = LONGEST_LINE as u64 + 2;
        let read = self
            .source
            .by_ref()
            .take(most)
            .read_until(b'\n', &mut self.line)?;
        self.at += read as u64;
        if read == 0 {
            return Ok(false);
        }
        self.number += 1;
        let is_ended = self.line.pop_if(|last| *last == b'\n').is_some();
        self.line.pop_if(|last| *last == b'\r');
        self.too_long = self.line.len() > LONGEST_LINE;
        if self.too_long {
            self.line.clear();
        }
        if !is_ended && read as u64 == most {
            self.at += self.source.skip_until(b'\n')? as u64;
        }
        Ok(true)
    }

    /// The line that [`Self::advance`] came to, without its end.
    pub(crate) fn line(&self) -> &[u8] {
        &self.line
    }

    /// Its number, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    pub(crate) fn too_long(&self) -> bool {
        self.too_long
    }

    /// Bytes that were read so far: where the next line or row begins.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Fills `row` from the bytes behind the last line, as far as they go; returns how many there were.
    pub(crate) fn bytes(&mut self, row: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < row.len() {
            match self.source.read(&mut row[filled..]) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.at += filled as u64;
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_numbers_and_the_bytes_behind() {
        let mut lines = Lines::new(&b"a\r\n\nb\nrest"[..]);
        let mut seen = Vec::new();
        for _ in 0..3 {
            assert!(lines.advance().unwrap());
            seen.push((lines.number(), lines.line().to_vec(), lines.at()));
        }
        assert_eq!(
            seen,
            [(1, b"a".to_vec(), 3), (2, vec![], 4), (3, b"b".to_vec(), 6)]
        );
        let mut row = [0; 3];
        assert_eq!((lines.bytes(&mut row).unwrap(), &row), (3, b"res"));
        assert_eq!((lines.bytes(&mut row).unwrap(), lines.at()), (1, 10));
        assert!(!lines.advance().unwrap());
    }

    #[test]
    fn a_long_line_is_left_out_and_reading_goes_on() {
        for surplus in [0, 1, 2, 3, 100_000] {
            let mut bytes = vec![b'x'; LONGEST_LINE + surplus];
            bytes.extend(b"\nshort\n");
            let mut lines = Lines::new(bytes.as_slice());
            assert!(lines.advance().unwrap());
            assert_eq!(lines.too_long(), surplus > 0, "{surplus}");
            assert!(lines.advance().unwrap());
            assert_eq!((lines.number(), lines.line()), (2, &b"short"[..]), "{surplus}");
            assert_eq!(lines.at(), bytes.len() as u64, "{surplus}");
        }
    }
}
