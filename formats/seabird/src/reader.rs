//! The reader: from bytes to scans.

use std::io::{self, Read};

use text_format::{Deviation, LineChecks, Lines, Place, Sink, report};

use crate::checks::Checks;
use crate::deviation::codes;
use crate::header::{Draft, FileType, Header};
use crate::row::{Cells, Outcome, Row};

/// Default limit on the length of a line, in bytes: 32 KiB; real lines have some hundred.
pub const LONGEST_LINE: usize = 32 << 10;
/// Default limit on the number of columns; real files have a few dozen.
pub const MOST_COLUMNS: usize = 1024;
/// Default limit on the number of operator lines that are kept.
pub const MOST_USER_LINES: usize = 1000;

/// Why a file cannot be read as a converted data file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The source failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The first line is not that of a Sea-Bird header.
    #[error("line 1: expected `* Sea-Bird`, found `{found}`")]
    NotSeaBird {
        /// The beginning of the file.
        found: String,
    },
    /// The header names no columns, so that the data cannot be interpreted.
    #[error("line {line}: the header ends without naming a column (`# name 0 = …`)")]
    NoColumns {
        /// Number of the line at which the header ends, from 1.
        line: u64,
        /// Whether the header ends with `*END*`; otherwise the file ends within it.
        is_ended: bool,
    },
    /// The header has more columns than the limit.
    #[error("the header has {found} columns, the limit is {limit}")]
    TooManyColumns {
        /// Number of columns in the header.
        found: u64,
        /// The limit.
        limit: usize,
    },
}

/// Builds a [`Reader`] with limits of your own.
///
/// ```
/// use seabird::{Error, ReaderBuilder};
///
/// let file = "* Sea-Bird SBE 9 Data File:\n# nquan = 30\n# name 0 = prDM: Pressure [db]\n*END*\n";
/// let reader = ReaderBuilder::new().most_columns(20).from_reader(file.as_bytes(), &mut |_| {});
/// assert!(matches!(reader, Err(Error::TooManyColumns { found: 30, limit: 20, .. })));
/// ```
#[derive(Debug, Clone)]
pub struct ReaderBuilder {
    longest_line: usize,
    most_columns: usize,
    most_user_lines: usize,
}

impl Default for ReaderBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl ReaderBuilder {
    /// A builder with the default limits [`LONGEST_LINE`], [`MOST_COLUMNS`] and [`MOST_USER_LINES`].
    #[must_use]
    pub fn new() -> Self {
        ReaderBuilder {
            longest_line: LONGEST_LINE,
            most_columns: MOST_COLUMNS,
            most_user_lines: MOST_USER_LINES,
        }
    }

    /// Sets the length of the longest line that is read, in bytes without the line end. A longer line is skipped and
    /// reported.
    #[must_use]
    pub fn longest_line(self, longest_line: usize) -> Self {
        ReaderBuilder { longest_line, ..self }
    }

    /// Sets the largest number of columns. A file with more of them is an error.
    #[must_use]
    pub fn most_columns(self, most_columns: usize) -> Self {
        ReaderBuilder { most_columns, ..self }
    }

    /// Sets the largest number of operator lines (`**`) that are kept; further lines are ignored.
    #[must_use]
    pub fn most_user_lines(self, most_user_lines: usize) -> Self {
        ReaderBuilder {
            most_user_lines,
            ..self
        }
    }

    /// Makes a reader, which reads the header at once. Deviations from the format go to the sink.
    ///
    /// # Errors
    /// When the source fails, when the file does not begin as Sea-Bird's files do, or when its columns are unknown or
    /// too many.
    pub fn from_reader<R: Read>(&self, source: R, sink: Sink<'_>) -> Result<Reader<R>, Error> {
        let mut lines = Lines::with_limit(source, self.longest_line);
        if !advance(&mut lines, sink)? || !lines.line().bytes.starts_with(b"*") {
            let line = lines.line().bytes;
            let found = line[..line.len().min(32)].escape_ascii().to_string();
            return Err(Error::NotSeaBird { found });
        }
        let first = lines.line().bytes;
        let is_sea_bird = first.starts_with(crate::FIRST.as_bytes());
        let mut draft = Draft::new(first, self.most_columns, self.most_user_lines);
        let end = to_data(&mut lines, &mut draft, sink)?;
        let line = lines.line().number;
        let place = Place::line(line, 1);
        let limit = self.most_columns;
        if !is_sea_bird {
            let message = format_args!("the first line does not begin with `{}`", crate::FIRST);
            report(sink, &codes::FIRST_LINE, None, Place::line(1, 1), message);
        }
        if end != End::Marked {
            let message = format_args!("the header ends without `*END*`");
            report(sink, &codes::END_MISSING, None, place, message);
        }
        let header = draft
            .finish(place, sink)
            .map_err(|found| Error::TooManyColumns { found, limit })?;
        if header.columns.is_empty() {
            let is_ended = end == End::Marked;
            return Err(Error::NoColumns { line, is_ended });
        }
        let width = header
            .nquan
            .map_or(header.columns.len(), |nquan| nquan.value as usize);
        Ok(Reader {
            lines,
            cells: Cells::default(),
            checks: Checks::new(&header),
            row: vec![0; 4 * width],
            header,
            hold: end == End::Data,
            ended: end == End::File,
            is_cut: false,
            at: 0,
        })
    }
}

/// Reads the scans of a file. Deviations go to the sink that each call receives, in the order of the file.
#[derive(Debug)]
pub struct Reader<R> {
    lines: Lines<R>,
    header: Header,
    cells: Cells,
    checks: Checks,
    /// The bytes of a row of binary data.
    row: Vec<u8>,
    /// Whether the current line is already data: it is in the place of `*END*`.
    hold: bool,
    ended: bool,
    /// Whether the file ends within a row.
    is_cut: bool,
    /// Offset of the current row of binary data.
    at: u64,
}

impl<R: Read> Reader<R> {
    /// Makes a reader with the default limits, which reads the header at once.
    ///
    /// # Errors
    /// Those of [`ReaderBuilder::from_reader`].
    pub fn new(source: R, sink: Sink<'_>) -> Result<Self, Error> {
        ReaderBuilder::new().from_reader(source, sink)
    }

    /// The header: everything above the data.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Number of scans that were read so far.
    pub fn rows(&self) -> u64 {
        self.checks.rows()
    }

    /// Whether the file ends within a row. Known when [`Self::next_row`] has returned `None`.
    pub fn is_truncated(&self) -> bool {
        self.is_cut
    }

    /// Reads the next scan as a row that borrows from the reader, and passes its deviations to `sink`. Call it until it returns
    /// `None`: that call passes on where the data contradict the header.
    ///
    /// # Errors
    /// When the source fails.
    pub fn next_row(&mut self, sink: &mut dyn FnMut(Deviation<'_>)) -> io::Result<Option<Row<'_>>> {
        if self.ended {
            return Ok(None);
        }
        let is_binary = self.header.file_type == FileType::Binary;
        let is_there = match is_binary {
            true => self.read_binary(sink)?,
            false => self.read_line(sink)?,
        };
        if !is_there {
            self.ended = true;
            self.checks.compare(&self.header, self.is_cut, sink);
            return Ok(None);
        }
        self.checks.push(&self.cells);
        let row = match is_binary {
            true => self.cells.row(None, Place::Byte(self.at)),
            false => {
                let line = self.lines.line();
                self.cells.row(Some(line.bytes), line.place(0))
            }
        };
        Ok(Some(row))
    }

    fn read_line(&mut self, sink: Sink<'_>) -> io::Result<bool> {
        while std::mem::take(&mut self.hold) || advance(&mut self.lines, sink)? {
            let line = self.lines.line();
            // DOS marked the end of a text file with the byte 0x1A.
            if line.bytes.trim_ascii() == b"\x1A" || line.is_blank() {
                continue;
            }
            match self
                .cells
                .ascii(line, &self.header.columns, self.header.bad_flag, sink)
            {
                Outcome::Row => return Ok(true),
                Outcome::Words => {}
                Outcome::Cut => {
                    self.is_cut = true;
                    return Ok(false);
                }
            }
        }
        Ok(false)
    }

    fn read_binary(&mut self, sink: Sink<'_>) -> io::Result<bool> {
        let at = self.lines.offset();
        self.at = at;
        let read = self.lines.read_bytes(&mut self.row)?;
        if read > 0 && read < self.row.len() {
            self.is_cut = true;
            let message = format_args!("the last row has {read} of {} bytes", self.row.len());
            report(sink, &codes::TRUNCATED, None, Place::Byte(at), message);
        }
        let is_whole = read > 0 && read == self.row.len();
        if is_whole {
            let (columns, bad_flag) = (&self.header.columns, self.header.bad_flag);
            self.cells.binary((&self.row, at), columns, bad_flag, sink);
        }
        Ok(is_whole)
    }
}

/// How the header ends.
#[derive(PartialEq)]
enum End {
    /// With `*END*`.
    Marked,
    /// With a line of numbers, which is the current line.
    Data,
    /// With the end of the file.
    File,
}

/// Reads up to the end of the header.
fn to_data<R: Read>(lines: &mut Lines<R>, draft: &mut Draft, sink: Sink<'_>) -> io::Result<End> {
    while advance(lines, sink)? {
        let line = lines.line();
        match line.bytes.first() {
            Some(b'*') if line.bytes.starts_with(b"*END*") => return Ok(End::Marked),
            Some(b'*' | b'#') => draft.line(line.bytes, line.number, sink),
            _ if line.is_blank() => {}
            _ if draft.may_be_followed_by_ascii() && is_data(line.bytes) => return Ok(End::Data),
            _ => {
                let message = format_args!("the line begins with neither `*` nor `#`");
                report(sink, &codes::HEADER_FORM, None, line.place(0), message);
            }
        }
    }
    Ok(End::File)
}

/// Whether a line contains only numbers.
fn is_data(line: &[u8]) -> bool {
    let mut words = line
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    words.all(|word| fast_float2::parse::<f64, _>(word).is_ok())
}

/// Moves to the next line and checks its encoding.
fn advance<R: Read>(lines: &mut Lines<R>, sink: Sink<'_>) -> io::Result<bool> {
    let checks = LineChecks {
        too_long: &codes::LINE_TOO_LONG,
        not_utf8: &codes::NOT_UTF8,
    };
    lines.advance_checked(&checks, sink)
}
