//! Lines from any reader: capped, numbered, borrowed.

use std::io::{self, Read};

use memchr::{memchr, memchr2};

const CHUNK: usize = 64 << 10;

/// Splits a source into lines. A line feed ends a line; a file without line feeds is split at carriage returns.
pub(crate) struct Lines<R> {
    source: R,
    buffer: Vec<u8>,
    /// What is still to be handed out lies in `start..filled`.
    start: usize,
    filled: usize,
    at_end: bool,
    number: u64,
    longest: usize,
    separator: u8,
    /// The current line, in the buffer.
    current: (usize, usize),
    carriage_return: bool,
    too_long: bool,
}

/// One line, without its end.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    /// From 1.
    pub(crate) number: u64,
    pub(crate) bytes: &'a [u8],
    /// It ended with a carriage return, alone or before the line feed.
    pub(crate) carriage_return: bool,
    /// It was longer than allowed, and is left out: `bytes` is empty.
    pub(crate) too_long: bool,
}

impl<R: Read> Lines<R> {
    /// `longest`: what is longer is cut.
    pub(crate) fn new(source: R, longest: usize) -> io::Result<Self> {
        let mut lines = Lines {
            source,
            buffer: vec![0; CHUNK],
            start: 0,
            filled: 0,
            at_end: false,
            number: 0,
            longest,
            separator: b'\n',
            current: (0, 0),
            carriage_return: false,
            too_long: false,
        };
        // How lines end is decided by the first end there is, whatever the reads return.
        loop {
            match memchr2(b'\n', b'\r', &lines.buffer[..lines.filled]) {
                Some(at) if lines.buffer[at] == b'\n' => break,
                Some(at) if at + 1 < lines.filled => {
                    if lines.buffer[at + 1] != b'\n' {
                        lines.separator = b'\r';
                    }
                    break;
                }
                found if lines.at_end || lines.filled > longest => {
                    if found.is_some() {
                        lines.separator = b'\r';
                    }
                    break;
                }
                _ => lines.fill()?,
            }
        }
        Ok(lines)
    }

    /// Reads more behind what is held, moving it to the front or growing as needed.
    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 && self.start == self.filled {
            (self.start, self.filled) = (0, 0);
        }
        if self.filled == self.buffer.len() {
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.filled, 0);
                self.filled -= self.start;
                self.start = 0;
            } else {
                self.buffer.resize(2 * self.buffer.len(), 0);
            }
        }
        loop {
            match self.source.read(&mut self.buffer[self.filled..]) {
                Ok(0) => self.at_end = true,
                Ok(n) => self.filled += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            return Ok(());
        }
    }

    /// Moves to the next line; false at the end. [`Self::line`] has it.
    pub(crate) fn advance(&mut self) -> io::Result<bool> {
        let mut searched = 0;
        let end = loop {
            let held = &self.buffer[self.start..self.filled];
            if let Some(at) = memchr(self.separator, &held[searched..]) {
                break searched + at;
            }
            searched = held.len();
            if self.at_end || searched > self.longest {
                break searched;
            }
            self.fill()?;
        };
        let start = self.start;
        let terminated = start + end < self.filled;
        if !terminated && end == 0 && self.at_end {
            return Ok(false);
        }
        self.start += end + usize::from(terminated);
        self.number += 1;
        self.too_long = end > self.longest;
        self.carriage_return = false;
        if self.too_long {
            // An empty line says as much as any cut one would.
            self.current = (0, 0);
            if !terminated {
                self.skip_rest()?;
            }
            return Ok(true);
        }
        self.current = (start, start + end);
        if self.buffer[start..start + end].ends_with(b"\r") {
            self.current.1 -= 1;
            self.carriage_return = true;
        }
        self.carriage_return |= self.separator == b'\r';
        Ok(true)
    }

    /// The line that [`Self::advance`] came to.
    pub(crate) fn line(&self) -> Line<'_> {
        Line {
            number: self.number,
            bytes: &self.buffer[self.current.0..self.current.1],
            carriage_return: self.carriage_return,
            too_long: self.too_long,
        }
    }

    fn skip_rest(&mut self) -> io::Result<()> {
        loop {
            if let Some(at) = memchr(self.separator, &self.buffer[self.start..self.filled]) {
                self.start += at + 1;
                return Ok(());
            }
            (self.start, self.filled) = (0, 0);
            if self.at_end {
                return Ok(());
            }
            self.fill()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A reader that returns at most `step` bytes.
    struct Dribble<'a>(&'a [u8], usize);
    impl Read for Dribble<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(into.len()).min(self.0.len());
            into[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn all(bytes: &[u8], step: usize, longest: usize) -> Vec<(u64, Vec<u8>, bool, bool)> {
        let mut lines = Lines::new(Dribble(bytes, step), longest).unwrap();
        let mut all = Vec::new();
        while lines.advance().unwrap() {
            let line = lines.line();
            all.push((
                line.number,
                line.bytes.to_vec(),
                line.carriage_return,
                line.too_long,
            ));
        }
        all
    }

    #[test]
    fn ends_of_all_kinds() {
        let texts = |bytes: &[u8]| {
            all(bytes, 3, 100)
                .into_iter()
                .map(|(_, text, ..)| text)
                .collect::<Vec<_>>()
        };
        assert_eq!(texts(b"a\n\nb"), [&b"a"[..], b"", b"b"]);
        assert_eq!(texts(b"a\r\nb\r\n"), [b"a", b"b"]);
        assert_eq!(texts(b"a\rb\r"), [b"a", b"b"]);
        assert_eq!(texts(b""), [b""; 0]);
    }

    #[test]
    fn a_long_line_is_cut_and_reading_goes_on() {
        let mut bytes = vec![b'x'; 500_000];
        bytes.extend(b"\nshort\n");
        for step in [7_000, usize::MAX] {
            let lines = all(&bytes, step, 1_000);
            assert_eq!(lines.len(), 2);
            assert!(lines[0].3 && !lines[1].3);
            assert_eq!(lines[1].1, b"short");
        }
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_lines(bytes in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), any::<u8>()], 0..300), step in 1usize..50) {
            prop_assert_eq!(all(&bytes, step, 1000), all(&bytes, usize::MAX, 1000));
        }
    }
}
