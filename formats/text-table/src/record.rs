//! Records of delimited text (RFC 4180 section 2), one at a time, in bounded memory, each cell with its place.
//!
//! `csv-core` reads the same records (a test compares the two), but reports neither where a cell begins nor what is wrong
//! with its quotes, and copies every cell. Here a record without a quote, which is nearly every one, is found and cut by
//! vectorised searches, and its cells are borrowed.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memchr3};

use crate::encoding::{Encoding, Text};
use crate::layout::{Delimiter, Dialect};

/// One record. Lines and columns are counted from 1, columns in bytes of the text as UTF-8.
#[derive(Debug)]
pub struct Record<'a> {
    /// Physical line it begins on.
    pub line: u64,
    /// Byte of the text it begins at, from 0.
    pub at: u64,
    /// Its bytes without the line break. Escaped quotes are resolved in it; an index into it is therefore not an offset in
    /// the file.
    pub bytes: &'a [u8],
    /// Where its cells lie, at least one; [`Self::cell`] gives the text of one, [`Self::place`] its line and column.
    pub cells: &'a [Span],
    /// What is wrong with its quotes.
    pub faults: &'a [Fault],
}

impl<'a> Record<'a> {
    /// Returns the text of cell `index` (from 0) without its quotes, untrimmed; empty if the record has fewer cells.
    pub fn cell(&self, index: usize) -> &'a [u8] {
        let span = self.cells.get(index);
        span.map_or(&[], |span| &self.bytes[span.start as usize..span.end as usize])
    }

    /// Line and column where cell `index` begins; of a cell that is not there, where the record ends.
    pub fn place(&self, index: usize) -> (u64, u64) {
        if let Some(span) = self.cells.get(index) {
            return (self.line + u64::from(span.down), u64::from(span.column));
        }
        match self.cells.last() {
            Some(last) => (
                self.line + u64::from(last.down),
                u64::from(last.column) + u64::from(last.end - last.start),
            ),
            None => (self.line, 1),
        }
    }

    /// Whether the record is a line of white space or nothing; a line of delimiters is not blank.
    pub fn is_blank(&self) -> bool {
        self.cells.len() < 2 && self.bytes.trim_ascii().is_empty() && self.faults.is_empty()
    }
}

/// Where a cell lies within its record, in bytes, and on which line and column of the text it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
    /// Lines below the record's first.
    down: u32,
    column: u32,
}

/// What can be wrong with the quotes of a record (RFC 4180 §2.5 to §2.7). The record is read in spite of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// A quote that opens a cell is not closed: it is taken as a letter, and the record ends with its line.
    Unclosed,
    /// Something follows the closing quote; it is taken as part of the cell.
    TextAfterQuote,
    /// A quote within a cell that does not begin with one; it is taken as a letter.
    Stray,
}

/// One fault in the quotes of a record, with the line and the column of the quote that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Line, from 1.
    pub line: u64,
    /// Column in bytes, from 1.
    pub column: u64,
}

/// What [`Records::step`] found next in the text: a record, a line beyond the limit, or the end.
#[derive(Debug)]
pub enum Step<'a> {
    /// A record.
    Record(Record<'a>),
    /// A line longer than the limit, which was skipped together with its cells.
    TooLong {
        /// Its number.
        line: u64,
    },
    /// The end of the text.
    End,
}

/// How many records end with each kind of line break. Line breaks within quotes do not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Breaks {
    /// Records that end with a line feed.
    pub lf: u64,
    /// Records that end with a carriage return and a line feed.
    pub crlf: u64,
    /// Records that end with a carriage return.
    pub cr: u64,
}

/// Reads the records of a text one by one, in memory bounded by the longest record allowed. It goes on after every fault of the
/// quotes, and past every line that is too long.
///
/// ```
/// use text_table::{Dialect, Encoding, Records, Step, Text};
///
/// let text = Text::new(&b"a,b\n1,\"two, three\"\n"[..], Encoding::UTF_8);
/// let mut records = Records::new(text, Dialect::default(), 1 << 20);
/// let mut cells = Vec::new();
/// while let Step::Record(record) = records.step()? {
///     cells.push((record.line, String::from_utf8_lossy(record.cell(1)).into_owned()));
/// }
/// assert_eq!(cells, [(1, "b".to_owned()), (2, "two, three".to_owned())]);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Records<R> {
    text: Text<R>,
    dialect: Dialect,
    /// The quote, or a line feed where there is none.
    quote: u8,
    longest: usize,
    window: Vec<u8>,
    /// First byte of the window that was not given out.
    start: usize,
    /// Byte of the text at the window's first.
    at: u64,
    line: u64,
    ended: bool,
    cells: Vec<Span>,
    faults: Vec<Fault>,
    /// Line breaks that ended records.
    pub breaks: Breaks,
}

/// How far the search for a record's end has come; offsets into the window.
struct Search {
    at: usize,
    /// Where the cell that is open now was opened.
    opened: Option<usize>,
    any_quote: bool,
    /// Quotes from here on are letters: an opening one was never closed.
    letters_from: usize,
}

/// A record found: the end of its bytes and the start of the next.
struct Found {
    end: usize,
    next: usize,
    search: Search,
}

impl Records<&[u8]> {
    /// Records of UTF-8 in memory, which is copied once and not read in pieces: a detector cuts single rows many times.
    pub(crate) fn of_bytes(bytes: &[u8], dialect: Dialect) -> Self {
        let mut records = Records::new(Text::new(&[][..], Encoding::UTF_8), dialect, bytes.len() as u64);
        records.window = bytes.to_vec();
        records.ended = true;
        records
    }
}

impl<R: Read> Records<R> {
    /// Reads the records of `text` in the given dialect. A record of more than `longest` bytes is skipped, and reported as
    /// [`Step::TooLong`].
    pub fn new(text: Text<R>, dialect: Dialect, longest: u64) -> Self {
        Records {
            text,
            dialect,
            quote: dialect.quote.unwrap_or(b'\n'),
            longest: usize::try_from(longest)
                .unwrap_or(usize::MAX)
                .min(u32::MAX as usize / 4),
            window: Vec::new(),
            start: 0,
            at: 0,
            line: 1,
            ended: false,
            cells: Vec::new(),
            faults: Vec::new(),
            breaks: Breaks::default(),
        }
    }

    /// The next record, or the number of a line that was too long and has been skipped.
    ///
    /// # Errors
    /// When the source cannot be read.
    pub fn step(&mut self) -> io::Result<Step<'_>> {
        self.faults.clear();
        self.cells.clear();
        let Some(found) = self.find()? else {
            let line = self.line;
            if self.start == self.window.len() && self.ended {
                return Ok(Step::End);
            }
            self.pass_over()?;
            return Ok(Step::TooLong { line });
        };
        let (line, start) = (self.line, self.start);
        self.count_break(&found);
        self.start = found.next;
        let record = &mut self.window[start..found.end];
        if found.search.any_quote {
            let mut cut = Cut {
                dialect: self.dialect,
                quote: self.quote,
                letters_from: found.search.letters_from.saturating_sub(start),
                line,
                down: 0,
                line_start: 0,
                cells: &mut self.cells,
                faults: &mut self.faults,
            };
            cut.record(record);
            self.line += u64::from(cut.down);
        } else {
            cut_plain(record, self.dialect.delimiter, &mut self.cells);
        }
        self.line += u64::from(found.next > found.end);
        Ok(Step::Record(Record {
            line,
            at: self.at + start as u64,
            bytes: &self.window[start..found.end],
            cells: &self.cells,
            faults: &self.faults,
        }))
    }

    fn count_break(&mut self, found: &Found) {
        match &self.window[found.end..found.next] {
            b"\n" => self.breaks.lf += 1,
            b"\r" => self.breaks.cr += 1,
            b"" => {}
            _ => self.breaks.crlf += 1,
        }
    }

    /// Finds the end of the record at `start`; nothing at the end of the text, or where the record is too long.
    fn find(&mut self) -> io::Result<Option<Found>> {
        let mut search = Search {
            at: self.start,
            opened: None,
            any_quote: false,
            letters_from: usize::MAX,
        };
        loop {
            // No further than the limit and a line break, so that what is too long does not depend on what was read.
            let limit = self.start + self.longest + 2;
            let too_long = self.window.len() >= limit;
            let view = &self.window[..self.window.len().min(limit)];
            if let Some((end, next)) = self.search(view, self.ended && !too_long, &mut search) {
                return Ok((end - self.start <= self.longest).then_some(Found { end, next, search }));
            }
            if !self.ended && !too_long {
                self.fill(&mut search)?;
                continue;
            }
            match search.opened.take() {
                // Read the record once more, as if the quote were a letter.
                Some(opened) => {
                    search.letters_from = opened;
                    search.at = opened + 1;
                }
                None if too_long || self.start == self.window.len() => return Ok(None),
                None => {
                    let end = self.window.len();
                    return Ok((end - self.start <= self.longest).then_some(Found {
                        end,
                        next: end,
                        search,
                    }));
                }
            }
        }
    }

    /// Whether a quote at `at` opens a cell of the record.
    fn opens(&self, view: &[u8], at: usize) -> bool {
        opens(&self.dialect, &view[self.start..at])
    }

    /// Goes on through `view`; `None` where it ends first, and what follows its end would matter.
    fn search(&self, view: &[u8], is_all: bool, search: &mut Search) -> Option<(usize, usize)> {
        loop {
            let rest = &view[search.at..];
            let found = match search.opened {
                Some(_) => memchr(self.quote, rest),
                None => memchr3(b'\n', b'\r', self.quote, rest),
            };
            let Some(at) = found.map(|n| search.at + n) else {
                search.at = view.len();
                return None;
            };
            let next = view.get(at + 1);
            if next.is_none() && !is_all && (search.opened.is_some() || view[at] == b'\r') {
                search.at = at;
                return None;
            }
            search.at = at + 1;
            match (view[at], next) {
                (_, _)
                    if search
                        .opened
                        .is_some_and(|opened| self.dialect.is_escaped(&view[opened..at])) => {}
                (_, Some(next)) if search.opened.is_some() && *next == self.quote => search.at = at + 2,
                _ if search.opened.is_some() => search.opened = None,
                (b'\r', Some(b'\n')) => return Some((at, at + 2)),
                (b'\r' | b'\n', _) => return Some((at, at + 1)),
                _ => {
                    search.any_quote = true;
                    if at < search.letters_from && self.opens(view, at) {
                        search.opened = Some(at);
                    }
                }
            }
        }
    }

    /// Adds to the window, after what was given out is dropped from it.
    fn fill(&mut self, search: &mut Search) -> io::Result<()> {
        let dropped = self.start;
        self.window.drain(..dropped);
        self.at += dropped as u64;
        self.start = 0;
        search.at -= dropped;
        search.opened = search.opened.map(|at| at - dropped);
        if search.letters_from != usize::MAX {
            search.letters_from = search.letters_from.saturating_sub(dropped);
        }
        let before = self.window.len();
        self.text.more(&mut self.window)?;
        self.ended = self.window.len() == before;
        Ok(())
    }

    /// Drops the rest of a line that is too long, whatever its quotes.
    fn pass_over(&mut self) -> io::Result<()> {
        let mut search = Search {
            at: self.start,
            opened: None,
            any_quote: false,
            letters_from: 0,
        };
        loop {
            if let Some((end, next)) = self.search(&self.window, self.ended, &mut search) {
                self.line += u64::from(next > end);
                self.start = next;
                return Ok(());
            }
            // A carriage return at the very end waits for what follows it.
            self.start = search.at;
            if self.ended {
                self.start = self.window.len();
                return Ok(());
            }
            self.fill(&mut search)?;
        }
    }
}

/// Whether a quote behind `before`, the record so far, opens a cell.
fn opens(dialect: &Dialect, before: &[u8]) -> bool {
    let before = match dialect.blanks_before_quotes {
        true => before.trim_ascii_end(),
        false => before,
    };
    match (before.last(), dialect.delimiter) {
        (None, _) => true,
        (Some(b' ' | b'\t'), Delimiter::Blanks) => true,
        (Some(last), Delimiter::Byte(delimiter)) => *last == delimiter,
        // Blanks in front of the quote have been trimmed.
        (Some(_), Delimiter::Blanks) => false,
    }
}

fn cut_plain(record: &[u8], delimiter: Delimiter, cells: &mut Vec<Span>) {
    let mut start = 0;
    let mut push = |start: usize, end: usize| {
        cells.push(Span {
            start: start as u32,
            end: end as u32,
            down: 0,
            column: start as u32 + 1,
        });
    };
    let Delimiter::Byte(delimiter) = delimiter else {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let mut any = false;
        while let Some(skip) = record[start..].iter().position(|byte| !is_blank(byte)) {
            start += skip;
            let rest = &record[start..];
            let end = start + rest.iter().position(is_blank).unwrap_or(rest.len());
            push(start, end);
            (start, any) = (end, true);
        }
        if !any {
            push(0, 0);
        }
        return;
    };
    for end in memchr_iter(delimiter, record) {
        push(start, end);
        start = end + 1;
    }
    push(start, record.len());
}

/// Cuts a record with quotes into cells.
struct Cut<'a> {
    dialect: Dialect,
    quote: u8,
    letters_from: usize,
    line: u64,
    down: u32,
    line_start: usize,
    cells: &'a mut Vec<Span>,
    faults: &'a mut Vec<Fault>,
}

impl Cut<'_> {
    fn record(&mut self, record: &mut [u8]) {
        let mut at = 0;
        loop {
            if self.dialect.delimiter == Delimiter::Blanks {
                at += blanks(&record[at..]);
                if at >= record.len() && !self.cells.is_empty() {
                    return;
                }
            }
            let (down, column) = (self.down, (at - self.line_start) as u32 + 1);
            let skipped = match self.dialect.blanks_before_quotes {
                true => blanks(&record[at..]),
                false => 0,
            };
            let is_quoted = record.get(at + skipped) == Some(&self.quote) && at + skipped < self.letters_from;
            let (start, end, next) = if is_quoted {
                self.quoted(record, at + skipped)
            } else {
                self.plain(record, at)
            };
            self.cells.push(Span {
                start: start as u32,
                end: end as u32,
                down,
                column,
            });
            // At the record's end there is no delimiter, and thus no further cell.
            if next >= record.len() {
                return;
            }
            at = next + 1;
        }
    }

    /// Where the cell at `at` ends.
    fn end(&self, record: &[u8], at: usize) -> usize {
        let rest = &record[at..];
        let end = match self.dialect.delimiter {
            Delimiter::Byte(delimiter) => memchr(delimiter, rest),
            Delimiter::Blanks => rest.iter().position(|byte| matches!(byte, b' ' | b'\t')),
        };
        end.map_or(record.len(), |n| at + n)
    }

    fn fault(&mut self, kind: FaultKind, at: usize) {
        self.faults.push(Fault {
            kind,
            line: self.line + u64::from(self.down),
            column: (at - self.line_start) as u64 + 1,
        });
    }

    /// Start and end of the cell at `at`, and where its delimiter is.
    fn plain(&mut self, record: &[u8], at: usize) -> (usize, usize, usize) {
        let end = self.end(record, at);
        if let Some(quote) = memchr(self.quote, &record[at..end]) {
            let kind = if quote == 0 && at >= self.letters_from {
                FaultKind::Unclosed
            } else {
                FaultKind::Stray
            };
            self.fault(kind, at + quote);
        }
        (at, end, end)
    }

    /// The same for a cell that begins with a quote. Its text is moved together, over the quotes that are not part of it.
    fn quoted(&mut self, record: &mut [u8], at: usize) -> (usize, usize, usize) {
        let start = at + 1;
        let (mut read, mut write) = (start, start);
        loop {
            let quote = memchr(self.quote, &record[read..]).map_or(record.len(), |n| read + n);
            self.count_lines(&record[read..quote], read);
            record.copy_within(read..quote, write);
            write += quote - read;
            if quote < record.len() && self.dialect.is_escaped(&record[start..write]) {
                // The quote takes the place of the backslash in front of it.
                record[write - 1] = self.quote;
                read = quote + 1;
                continue;
            }
            if record.get(quote + 1) != Some(&self.quote) || quote == record.len() {
                let rest = (quote + 1).min(record.len());
                return self.after_quote(record, start, write, rest);
            }
            record[write] = self.quote;
            write += 1;
            read = quote + 2;
        }
    }

    fn after_quote(
        &mut self,
        record: &mut [u8],
        start: usize,
        write: usize,
        rest: usize,
    ) -> (usize, usize, usize) {
        let next = self.end(record, rest);
        if !record[rest..next].trim_ascii().is_empty() {
            self.fault(FaultKind::TextAfterQuote, rest);
        }
        record.copy_within(rest..next, write);
        (start, write + (next - rest), next)
    }

    fn count_lines(&mut self, piece: &[u8], at: usize) {
        for (i, byte) in piece.iter().enumerate() {
            let ends = *byte == b'\n' || *byte == b'\r' && piece.get(i + 1) != Some(&b'\n');
            if ends {
                self.down += 1;
                self.line_start = at + i + 1;
            }
        }
    }
}

/// Blanks that a text begins with.
fn blanks(text: &[u8]) -> usize {
    text.iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

#[cfg(test)]
mod tests;
