//! Lines from any reader: of limited length, numbered, borrowed.

use std::fmt;
use std::io::{self, Read};

use memchr::{memchr, memchr2};

use crate::Code;
use crate::deviation::{Place, Sink, report};
use crate::encoding::{BYTE_ORDER_MARK, first_invalid_utf8};

/// The limit of [`Lines::new`] on the length of a line, in bytes: 1 MiB, which is thousands of columns.
pub const DEFAULT_LIMIT: usize = 1 << 20;

/// Number of bytes that one read asks for.
const CHUNK: usize = 64 << 10;

/// Most carriage returns before a line feed that belong to the line end: a file with `\r\n` that is converted to that
/// form again has `\r\r\n`.
const MOST_RETURNS: usize = 2;

/// Splits a source into lines.
///
/// Memory is bounded by the limit on a line and one chunk of 64 KiB, however long the file is. The lines do not depend
/// on how many bytes each read returns.
///
/// A line feed ends a line; one or two carriage returns before it belong to the line end. If the first line of the file
/// ends with a carriage return alone, as in classic Mac OS, both characters end a line.
///
/// ```
/// use text_format::{LineEnd, Lines};
///
/// let mut lines = Lines::new(&b"\xEF\xBB\xBFa,b\r\n\r\n1,2"[..]);
/// let mut seen = Vec::new();
/// while let Some(line) = lines.next_line()? {
///     seen.push((line.number, line.bytes.to_vec(), line.end));
/// }
/// assert_eq!(seen, [
///     (1, b"a,b".to_vec(), LineEnd::CrLf),
///     (2, b"".to_vec(), LineEnd::CrLf),
///     (3, b"1,2".to_vec(), LineEnd::EndOfFile),
/// ]);
/// assert!(lines.has_byte_order_mark());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Lines<R> {
    source: R,
    limit: usize,
    buffer: Vec<u8>,
    /// Bytes that are read and not yet returned are in `start..filled`.
    start: usize,
    filled: usize,
    at_end: bool,
    /// Offset in the file of the byte at `start`.
    offset: u64,
    /// `None` before the first line is read.
    splits_at: Option<SplitsAt>,
    has_byte_order_mark: bool,
    current: Current,
    ends: LineEnds,
}

/// What ends a line of this file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SplitsAt {
    LineFeed,
    /// The first line ends with a carriage return alone: either character ends a line.
    Either,
}

/// The current line, which is in `start..end` of the buffer.
#[derive(Debug, Clone, Copy)]
struct Current {
    start: usize,
    end: usize,
    number: u64,
    offset: u64,
    line_end: LineEnd,
    is_too_long: bool,
}

/// How a line ends; [`LineEnds`] counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineEnd {
    /// With a line feed, as in Unix.
    Lf,
    /// With a line feed after one or two carriage returns, as in Windows.
    CrLf,
    /// With a carriage return alone, as in classic Mac OS.
    Cr,
    /// With the end of the file. The last line of a truncated file ends so.
    EndOfFile,
}

/// Numbers of lines with each line end, for a message about mixed line ends.
///
/// ```
/// use text_format::Lines;
///
/// let mut lines = Lines::new(&b"a\nb\r\nc"[..]);
/// while lines.advance()? {}
/// let ends = lines.ends();
/// assert_eq!((ends.lf, ends.crlf, ends.cr), (1, 1, 0));
/// assert_eq!(ends.to_string(), "1 line ends with LF, 1 with CRLF");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LineEnds {
    /// Lines that end with a line feed alone.
    pub lf: u64,
    /// Lines that end with a line feed after one or two carriage returns.
    pub crlf: u64,
    /// Lines that end with a carriage return alone.
    pub cr: u64,
}

impl LineEnds {
    fn count(&mut self, end: LineEnd) {
        match end {
            LineEnd::Lf => self.lf += 1,
            LineEnd::CrLf => self.crlf += 1,
            LineEnd::Cr => self.cr += 1,
            LineEnd::EndOfFile => {}
        }
    }
}

impl std::ops::AddAssign for LineEnds {
    fn add_assign(&mut self, other: Self) {
        self.lf += other.lf;
        self.crlf += other.crlf;
        self.cr += other.cr;
    }
}

/// Written as `61 lines end with LF, 1 with CRLF`, or `no line has an end`.
impl fmt::Display for LineEnds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut kinds = [(self.lf, "LF"), (self.crlf, "CRLF"), (self.cr, "CR")];
        kinds.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        match kinds[0] {
            (0, _) => return f.write_str("no line has an end"),
            (1, end) => write!(f, "1 line ends with {end}")?,
            (count, end) => write!(f, "{count} lines end with {end}")?,
        }
        let mut others = kinds[1..].iter().filter(|(count, _)| *count > 0);
        others.try_for_each(|(count, end)| write!(f, ", {count} with {end}"))
    }
}

/// One line, borrowed from [`Lines`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line<'a> {
    /// Number of the line, from 1.
    pub number: u64,
    /// Offset of its first byte from the beginning of the file, from 0.
    pub offset: u64,
    /// The bytes of the line without its end; empty if the line is too long.
    pub bytes: &'a [u8],
    /// How the line ends.
    pub end: LineEnd,
    /// Whether the line is longer than the limit, and therefore skipped: `bytes` is empty.
    pub is_too_long: bool,
}

impl Line<'_> {
    /// The place of a byte of the line; `index` counts from 0 and may be the length of the line.
    #[must_use]
    pub fn place(&self, index: usize) -> Place {
        Place::line(self.number, index as u64 + 1)
    }

    /// Whether the line contains nothing but ASCII white space.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.bytes.trim_ascii().is_empty()
    }
}

/// The codes with which [`Lines::advance_checked`] reports mistakes that a line of any format can have.
#[derive(Debug, Clone, Copy)]
pub struct LineChecks {
    /// The line is longer than the limit, and was skipped.
    pub too_long: &'static Code,
    /// The line contains bytes that are not UTF-8. [`decode`](crate::decode) reads such a line as ISO 8859-1.
    pub not_utf8: &'static Code,
}

impl<R: Read> Lines<R> {
    /// The lines of a source, each of at most [`DEFAULT_LIMIT`] bytes; longer ones are skipped.
    pub fn new(source: R) -> Self {
        Self::with_limit(source, DEFAULT_LIMIT)
    }

    /// The lines of a source, each of at most `limit` bytes without its end; longer ones are skipped, see
    /// [`Line::is_too_long`].
    ///
    /// Nothing is read before the first line is requested.
    pub fn with_limit(source: R, limit: usize) -> Self {
        Lines {
            source,
            limit,
            buffer: Vec::new(),
            start: 0,
            filled: 0,
            at_end: false,
            offset: 0,
            splits_at: None,
            has_byte_order_mark: false,
            current: Current {
                start: 0,
                end: 0,
                number: 0,
                offset: 0,
                line_end: LineEnd::EndOfFile,
                is_too_long: false,
            },
            ends: LineEnds::default(),
        }
    }

    /// Moves to the next line and returns it; `None` at the end of the file.
    ///
    /// # Errors
    /// When the source fails.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        Ok(self.advance()?.then(|| self.line()))
    }

    /// Moves to the next line, which [`Self::line`] then returns; returns false at the end of the file.
    ///
    /// # Errors
    /// When the source fails.
    pub fn advance(&mut self) -> io::Result<bool> {
        let splits_at = match self.splits_at {
            Some(splits_at) => splits_at,
            None => self.begin()?,
        };
        let most = self.limit.saturating_add(MOST_RETURNS);
        let mut searched = 0;
        let (length, end_length) = loop {
            let held = &self.buffer[self.start..self.filled];
            if let Some(end) = find_end(held, searched, splits_at, self.at_end) {
                break end;
            }
            // The last carriage return in the buffer may be followed by its line feed.
            let open = usize::from(splits_at == SplitsAt::Either && held.ends_with(b"\r"));
            searched = held.len() - open;
            if self.at_end || held.len() > most {
                break (searched, 0);
            }
            self.fill()?;
        };
        if length == 0 && end_length == 0 {
            return Ok(false);
        }
        let start = self.start;
        let bytes = &self.buffer[start..start + length];
        let returns = match splits_at {
            SplitsAt::LineFeed if end_length > 0 || self.at_end => {
                let last = bytes.iter().rev().take(MOST_RETURNS);
                last.take_while(|byte| **byte == b'\r').count()
            }
            _ => 0,
        };
        let end_bytes = &self.buffer[start + length - returns..start + length + end_length];
        self.current = Current {
            start,
            end: start + length - returns,
            number: self.current.number + 1,
            offset: self.offset,
            line_end: match end_bytes {
                [] => LineEnd::EndOfFile,
                [b'\n'] => LineEnd::Lf,
                [.., b'\n'] => LineEnd::CrLf,
                _ => LineEnd::Cr,
            },
            is_too_long: length - returns > self.limit,
        };
        self.consume(length + end_length);
        if self.current.is_too_long {
            if end_length == 0 {
                self.current.line_end = self.skip_line(splits_at)?;
            }
            (self.current.start, self.current.end) = (0, 0);
        }
        self.ends.count(self.current.line_end);
        Ok(true)
    }

    /// Moves to the next line like [`Self::advance`], and reports it where it is too long or not UTF-8.
    ///
    /// ```
    /// use text_format::{Code, LineChecks, Lines, Place};
    ///
    /// text_format::codes! {
    ///     /// Of any text.
    ///     pub mod codes, static CODES;
    ///     TOO_LONG = Error "line-too-long": "A line is too long", "It was skipped.", "Shorten it.", "Limits";
    ///     NOT_UTF8 = Info "not-utf8": "Bytes that are not UTF-8", "They were read as Latin-1.", "Use UTF-8.", "Text";
    /// }
    ///
    /// let checks = LineChecks { too_long: &codes::TOO_LONG, not_utf8: &codes::NOT_UTF8 };
    /// let mut found = Vec::new();
    /// let mut lines = Lines::with_limit(&b"20 \xB0C\nfar too long\n"[..], 8);
    /// while lines.advance_checked(&checks, &mut |deviation| found.push((deviation.code.name, deviation.place)))? {}
    /// assert_eq!(found, [("not-utf8", Place::line(1, 4)), ("line-too-long", Place::line(2, 1))]);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the source fails.
    pub fn advance_checked(&mut self, checks: &LineChecks, sink: Sink<'_>) -> io::Result<bool> {
        if !self.advance()? {
            return Ok(false);
        }
        let line = self.line();
        if line.is_too_long {
            let message = format_args!("the line is longer than {} bytes and was skipped", self.limit);
            report(sink, checks.too_long, None, line.place(0), message);
        }
        if let Some(at) = first_invalid_utf8(line.bytes) {
            let message = format_args!("byte {:#04x} is not UTF-8", line.bytes[at]);
            report(sink, checks.not_utf8, None, line.place(at), message);
        }
        Ok(true)
    }

    /// The line that the last [`Self::advance`] moved to; before the first call an empty line with number 0.
    pub fn line(&self) -> Line<'_> {
        let current = &self.current;
        Line {
            number: current.number,
            offset: current.offset,
            bytes: &self.buffer[current.start..current.end],
            end: current.line_end,
            is_too_long: current.is_too_long,
        }
    }

    /// Offset in the file of the byte after the current line and its end, where the next line or [`Self::read_bytes`]
    /// begins.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Numbers of line ends in the lines up to the current one.
    pub fn ends(&self) -> LineEnds {
        self.ends
    }

    /// Whether the file begins with the byte order mark of UTF-8, which is not part of the first line.
    ///
    /// False before the first line is read.
    pub fn has_byte_order_mark(&self) -> bool {
        self.has_byte_order_mark
    }

    /// Fills `into` with the bytes after the current line, as far as they go, and returns how many there were.
    ///
    /// For formats in which binary data follow a header of lines. The current line is no longer available afterwards.
    ///
    /// ```
    /// use text_format::Lines;
    ///
    /// let mut lines = Lines::new(&b"*END*\r\n\x00\x01\x02"[..]);
    /// assert!(lines.advance()?);
    /// let mut row = [0; 2];
    /// assert_eq!((lines.offset(), lines.read_bytes(&mut row)?, row), (7, 2, [0, 1]));
    /// assert_eq!((lines.offset(), lines.read_bytes(&mut row)?), (9, 1));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the source fails.
    pub fn read_bytes(&mut self, into: &mut [u8]) -> io::Result<usize> {
        (self.current.start, self.current.end) = (0, 0);
        let mut copied = 0;
        while copied < into.len() {
            if self.start == self.filled {
                if self.at_end {
                    break;
                }
                self.fill()?;
                continue;
            }
            let n = (self.filled - self.start).min(into.len() - copied);
            into[copied..copied + n].copy_from_slice(&self.buffer[self.start..self.start + n]);
            self.consume(n);
            copied += n;
        }
        Ok(copied)
    }

    /// Removes the byte order mark, and determines from the first line end what ends the other lines.
    fn begin(&mut self) -> io::Result<SplitsAt> {
        while self.filled < BYTE_ORDER_MARK.len() && !self.at_end {
            self.fill()?;
        }
        if self.buffer[..self.filled].starts_with(BYTE_ORDER_MARK) {
            self.has_byte_order_mark = true;
            self.consume(BYTE_ORDER_MARK.len());
        }
        let most = self.limit.saturating_add(MOST_RETURNS);
        let mut searched = 0;
        let splits_at = loop {
            let held = &self.buffer[self.start..self.filled];
            let window = held.len().min(most);
            if let Some(at) = memchr2(b'\n', b'\r', &held[searched..window]) {
                searched += at;
                let end = &held[searched..];
                let returns = end.iter().take_while(|byte| **byte == b'\r').count();
                match end.get(returns) {
                    Some(b'\n') if returns <= MOST_RETURNS => break SplitsAt::LineFeed,
                    None if returns <= MOST_RETURNS && !self.at_end => {}
                    _ => break SplitsAt::Either,
                }
            } else if window == most || self.at_end {
                break SplitsAt::LineFeed;
            } else {
                searched = window;
            }
            self.fill()?;
        };
        self.splits_at = Some(splits_at);
        Ok(splits_at)
    }

    /// Marks the next `n` bytes of the buffer as returned.
    fn consume(&mut self, n: usize) {
        self.start += n;
        self.offset += n as u64;
    }

    /// Reads more bytes into the buffer, after moving its content to the front or growing it as needed.
    fn fill(&mut self) -> io::Result<()> {
        if self.start == self.filled {
            (self.start, self.filled) = (0, 0);
        }
        if self.filled == self.buffer.len() {
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.filled, 0);
                self.filled -= self.start;
                self.start = 0;
            } else {
                let length = (2 * self.buffer.len()).max(CHUNK);
                self.buffer.resize(length, 0);
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

    /// Skips the rest of a line that is too long, and returns how it ends.
    fn skip_line(&mut self, splits_at: SplitsAt) -> io::Result<LineEnd> {
        // The byte before the one at `start` may be the carriage return of a `\r\n`.
        let mut before = self.buffer[self.start - 1];
        loop {
            let held = &self.buffer[self.start..self.filled];
            if let Some((length, end_length)) = find_end(held, 0, splits_at, self.at_end) {
                if length > 0 {
                    before = held[length - 1];
                }
                let end = match (end_length, held[length]) {
                    (1, b'\n') if before == b'\r' => LineEnd::CrLf,
                    (1, b'\n') => LineEnd::Lf,
                    (1, _) => LineEnd::Cr,
                    _ => LineEnd::CrLf,
                };
                self.consume(length + end_length);
                return Ok(end);
            }
            // A carriage return that may belong to a `\r\n` is kept for the next search.
            let is_open = splits_at == SplitsAt::Either && held.last() == Some(&b'\r') && !self.at_end;
            let skipped = held.len() - usize::from(is_open);
            if let Some(last) = held[..skipped].last() {
                before = *last;
            }
            self.consume(skipped);
            if self.at_end {
                return Ok(LineEnd::EndOfFile);
            }
            self.fill()?;
        }
    }
}

/// Length of the first line in `held` without its end, and length of its end; `None` if no end is certain yet.
///
/// No end is before `from`. Carriage returns before a line feed count as part of the line with [`SplitsAt::LineFeed`].
fn find_end(held: &[u8], from: usize, splits_at: SplitsAt, at_end: bool) -> Option<(usize, usize)> {
    match splits_at {
        SplitsAt::LineFeed => memchr(b'\n', &held[from..]).map(|at| (from + at, 1)),
        SplitsAt::Either => {
            let at = from + memchr2(b'\n', b'\r', &held[from..])?;
            match (held[at], held.get(at + 1)) {
                (b'\r', Some(b'\n')) => Some((at, 2)),
                (b'\r', None) if !at_end => None,
                _ => Some((at, 1)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns at most `step` bytes from a read.
    struct Dribble<'a>(&'a [u8], usize);

    impl Read for Dribble<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(into.len()).min(self.0.len());
            into[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    #[derive(Debug, PartialEq)]
    struct Seen {
        number: u64,
        offset: u64,
        bytes: Vec<u8>,
        end: LineEnd,
        is_too_long: bool,
    }

    fn lines_of(bytes: &[u8], step: usize, limit: usize) -> Vec<Seen> {
        let mut lines = Lines::with_limit(Dribble(bytes, step), limit);
        let mut seen = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            seen.push(Seen {
                number: line.number,
                offset: line.offset,
                bytes: line.bytes.to_vec(),
                end: line.end,
                is_too_long: line.is_too_long,
            });
        }
        assert_eq!(lines.offset(), bytes.len() as u64);
        seen
    }

    /// Texts and ends of the lines, the ends as one letter each.
    fn texts(bytes: &[u8]) -> (Vec<String>, String) {
        let letter = |end| match end {
            LineEnd::Lf => 'n',
            LineEnd::CrLf => 'w',
            LineEnd::Cr => 'r',
            LineEnd::EndOfFile => '-',
        };
        let seen = lines_of(bytes, 3, 100);
        let texts = seen
            .iter()
            .map(|line| String::from_utf8(line.bytes.clone()).unwrap());
        (
            texts.collect(),
            seen.iter().map(|line| letter(line.end)).collect(),
        )
    }

    #[test]
    fn lines_end_with_lf_crlf_or_cr() {
        for (file, expected, ends) in [
            ("a\n\nb", &["a", "", "b"][..], "nn-"),
            ("a\r\nb\r\n", &["a", "b"], "ww"),
            ("a\r\r\nb\n", &["a", "b"], "wn"),
            ("a\rb\r", &["a", "b"], "rr"),
            ("a\r\rb", &["a", "", "b"], "rr-"),
            ("a\rb\nc\r\nd", &["a", "b", "c", "d"], "rnw-"),
            // A carriage return within a line of a file of line feeds is part of the line.
            ("a\nb\rc\n", &["a", "b\rc"], "nn"),
            ("a\nb\r", &["a", "b"], "nr"),
            ("", &[], ""),
            ("\n", &[""], "n"),
            ("\r", &[""], "r"),
            ("\u{FEFF}", &[], ""),
            ("\u{FEFF}a\n\u{FEFF}b", &["a", "\u{FEFF}b"], "n-"),
        ] {
            let (lines, seen_ends) = texts(file.as_bytes());
            assert_eq!(lines, expected, "{file:?}");
            assert_eq!(seen_ends, ends, "{file:?}");
        }
    }

    #[test]
    fn the_byte_order_mark_is_not_part_of_the_first_line() {
        let mut lines = Lines::new(Dribble(b"\xEF\xBB\xBFa\nb", 1));
        assert!(!lines.has_byte_order_mark());
        assert_eq!(lines.line().number, 0);
        let line = lines.next_line().unwrap().unwrap();
        assert_eq!(
            (line.bytes, line.offset, line.place(0)),
            (&b"a"[..], 3, Place::line(1, 1))
        );
        assert!(lines.has_byte_order_mark());
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped_and_reading_goes_on() {
        const LIMIT: usize = 100_000;
        for end in ["\n", "\r\n"] {
            for surplus in [0, 1, 2, 3, 100_000] {
                let mut bytes = vec![b'x'; LIMIT + surplus];
                bytes.extend(end.as_bytes());
                bytes.extend(b"short\n");
                for step in [7_000, usize::MAX] {
                    let seen = lines_of(&bytes, step, LIMIT);
                    assert_eq!(seen.len(), 2);
                    assert_eq!(seen[0].is_too_long, surplus > 0, "{surplus}");
                    assert_eq!(seen[0].bytes.len(), if surplus > 0 { 0 } else { LIMIT });
                    assert_eq!(seen[0].end == LineEnd::CrLf, end == "\r\n", "{surplus} {step}");
                    assert_eq!(seen[1].bytes, b"short");
                }
            }
        }
        let seen = lines_of(&[b'x'; 300], 7, 100);
        assert_eq!(
            (seen.len(), seen[0].is_too_long, seen[0].end),
            (1, true, LineEnd::EndOfFile)
        );
    }

    #[test]
    fn memory_does_not_grow_with_the_file() {
        let file = vec![b'\n'; 3 << 20];
        let mut lines = Lines::with_limit(file.as_slice(), 1_000);
        while lines.advance().unwrap() {}
        assert!(lines.buffer.len() <= 2 * CHUNK, "{}", lines.buffer.len());
        let file = vec![b'x'; 3 << 20];
        let mut lines = Lines::with_limit(file.as_slice(), 1_000);
        while lines.advance().unwrap() {}
        assert!(lines.buffer.len() <= 2 * CHUNK, "{}", lines.buffer.len());
    }

    #[test]
    fn bytes_after_a_line_are_read_across_chunks() {
        let mut file = b"head\n".to_vec();
        file.extend(vec![7; 2 * CHUNK]);
        let mut lines = Lines::new(Dribble(&file, 1_000));
        assert!(lines.advance().unwrap());
        let mut row = vec![0; 2 * CHUNK + 5];
        assert_eq!(lines.read_bytes(&mut row).unwrap(), 2 * CHUNK);
        assert!(row[..2 * CHUNK].iter().all(|byte| *byte == 7));
        assert_eq!(lines.offset(), file.len() as u64);
        assert_eq!(lines.read_bytes(&mut row).unwrap(), 0);
        assert!(!lines.advance().unwrap());
    }

    /// A source that fails once, as a signal makes a read fail, and then permanently.
    struct Failing(u8);

    impl Read for Failing {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            match self.0 {
                1 => Err(io::ErrorKind::Interrupted.into()),
                2 => {
                    into[..2].copy_from_slice(b"a\n");
                    Ok(2)
                }
                _ => Err(io::ErrorKind::BrokenPipe.into()),
            }
        }
    }

    #[test]
    fn an_interrupted_read_is_repeated_and_a_broken_one_reported() {
        let mut lines = Lines::new(Failing(0));
        // The byte order mark takes three bytes, and there are two.
        let error = lines.advance().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }

    proptest! {
        #[test]
        fn lines_do_not_depend_on_how_much_a_read_returns(
            bytes in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), any::<u8>()], 0..300),
            step in 1usize..50,
            limit in 0usize..40,
        ) {
            prop_assert_eq!(lines_of(&bytes, step, limit), lines_of(&bytes, usize::MAX, limit));
        }

        #[test]
        fn no_byte_of_the_lines_is_lost(lines in prop::collection::vec("[a-z]{0,9}", 1..20), end in "\n|\r\n|\r") {
            let file = lines.join(&end) + &end;
            let seen: Vec<_> = lines_of(file.as_bytes(), 5, 100).into_iter().map(|line| line.bytes).collect();
            let expected: Vec<_> = lines.iter().map(|line| line.as_bytes().to_vec()).collect();
            prop_assert_eq!(seen, expected);
        }
    }
}
