//! Lines of a file, with a look ahead at the first lines below the labels.

use std::collections::VecDeque;
use std::io::{self, Read};

use text_format::{LineChecks, LineEnd, Lines, Place, Sink};

use crate::deviation::codes;

/// One line, borrowed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) number: u64,
    /// Whether the file ends with this line, without a line end.
    pub(crate) is_unended: bool,
}

impl Line<'_> {
    /// The place of a byte of the line; `index` counts from 0.
    pub(crate) fn place(&self, index: usize) -> Place {
        Place::line(self.number, index as u64 + 1)
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.bytes.trim_ascii().is_empty()
    }

    pub(crate) fn is_comment(&self) -> bool {
        self.bytes.starts_with(b"//")
    }
}

/// A line that was read ahead.
#[derive(Debug, Default)]
struct Held {
    bytes: Vec<u8>,
    number: u64,
    is_unended: bool,
}

impl Held {
    fn line(&self) -> Line<'_> {
        Line {
            bytes: &self.bytes,
            number: self.number,
            is_unended: self.is_unended,
        }
    }
}

/// The lines of a source, checked against the limits and the encoding.
#[derive(Debug)]
pub(crate) struct Source<R> {
    lines: Lines<R>,
    ahead: VecDeque<Held>,
    /// The current line, if it was read ahead.
    current: Option<Held>,
}

impl<R: Read> Source<R> {
    pub(crate) fn new(source: R, longest_line: usize) -> Self {
        Source {
            lines: Lines::with_limit(source, longest_line),
            ahead: VecDeque::new(),
            current: None,
        }
    }

    /// Moves to the next line; false at the end of the file.
    pub(crate) fn advance(&mut self, sink: Sink<'_>) -> io::Result<bool> {
        self.current = self.ahead.pop_front();
        Ok(self.current.is_some() || self.advance_source(sink)?)
    }

    fn advance_source(&mut self, sink: Sink<'_>) -> io::Result<bool> {
        let checks = LineChecks {
            too_long: &codes::LINE_TOO_LONG,
            not_utf8: &codes::NOT_UTF8,
        };
        self.lines.advance_checked(&checks, sink)
    }

    /// The line that [`Self::advance`] moved to.
    pub(crate) fn line(&self) -> Line<'_> {
        match &self.current {
            Some(held) => held.line(),
            None => {
                let line = self.lines.line();
                Line {
                    bytes: line.bytes,
                    number: line.number,
                    is_unended: line.end == LineEnd::EndOfFile,
                }
            }
        }
    }

    /// Reads ahead after the current line, until it has `rows` rows of data or `bytes` bytes; these lines are read
    /// again later. Line errors are reported at once.
    pub(crate) fn look_ahead(&mut self, rows: usize, bytes: usize, sink: Sink<'_>) -> io::Result<()> {
        // The current line would be lost.
        let line = self.line();
        self.current = Some(Held {
            bytes: line.bytes.to_vec(),
            number: line.number,
            is_unended: line.is_unended,
        });
        let (mut found, mut held) = (0, 0);
        while found < rows && held < bytes && self.advance_source(sink)? {
            let line = self.lines.line();
            held += line.bytes.len() + size_of::<Held>();
            self.ahead.push_back(Held {
                bytes: line.bytes.to_vec(),
                number: line.number,
                is_unended: line.end == LineEnd::EndOfFile,
            });
            found += usize::from(self.ahead.back().is_some_and(|held| is_data(&held.line())));
        }
        Ok(())
    }

    /// The rows of data that were read ahead.
    pub(crate) fn ahead(&self) -> impl Iterator<Item = &[u8]> + Clone {
        let lines = self.ahead.iter().filter(|held| is_data(&held.line()));
        lines.map(|held| held.bytes.as_slice())
    }
}

fn is_data(line: &Line<'_>) -> bool {
    !line.is_blank() && !line.is_comment()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_were_read_ahead_are_read_again() {
        let mut source = Source::new(&b"labels\n// a remark\n\n1\n2\n3"[..], 100);
        let sink = &mut |deviation: text_format::Deviation<'_>| panic!("{deviation}");
        assert!(source.advance(sink).unwrap());
        source.look_ahead(2, 1000, sink).unwrap();
        assert_eq!(source.line().bytes, b"labels");
        assert_eq!(source.ahead().collect::<Vec<_>>(), [b"1", b"2"]);
        let mut seen = Vec::new();
        while source.advance(sink).unwrap() {
            let line = source.line();
            seen.push((line.number, line.bytes.to_vec(), line.is_unended));
        }
        let expected = [
            (2, &b"// a remark"[..], false),
            (3, b"", false),
            (4, b"1", false),
            (5, b"2", false),
            (6, b"3", true),
        ];
        assert_eq!(
            seen,
            expected.map(|(number, bytes, is_unended)| (number, bytes.to_vec(), is_unended))
        );
    }

    #[test]
    fn the_look_ahead_is_limited() {
        let file = "// remark\n".repeat(100_000);
        let mut source = Source::new(file.as_bytes(), 100);
        assert!(source.advance(&mut |_| {}).unwrap());
        source.look_ahead(20, 1000, &mut |_| {}).unwrap();
        assert!(source.ahead.len() < 30);
    }
}
