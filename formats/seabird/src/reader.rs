//! Reads a file from its first line to its last scan.

use std::io::{self, Read};

use crate::cells::{Cells, Scan};
use crate::deviation::{Deviation, Place, Sink, codes, report};
use crate::header::{Draft, FIRST, FileType, Header, MOST_COLUMNS};
use crate::lines::{LONGEST_LINE, Lines};
use crate::values::Values;

/// Why a file yields nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The source failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is no Sea-Bird file.
    #[error("line 1: expected `* Sea-Bird`, found `{found}`")]
    NotSeaBird {
        /// How it begins.
        found: String,
    },
    /// It has neither `# nquan` nor `# name`.
    #[error("line {line}: the header ends, and no column was named")]
    NoColumns {
        /// Where the header ends.
        line: u64,
    },
    /// It has more columns than are read.
    #[error("{found} columns, the limit is {MOST_COLUMNS}")]
    TooManyColumns {
        /// Columns.
        found: u64,
    },
}

/// Reads scans. Deviations go to the sink that is given with each call, in the file's order.
pub struct Reader<R> {
    lines: Lines<R>,
    header: Header,
    cells: Cells,
    values: Values,
    /// Of binary data.
    row: Vec<u8>,
    /// The current line is to be read as data: it stands where `*END*` should be.
    hold: bool,
    ended: bool,
}

impl<R: Read> Reader<R> {
    /// Reads everything above the data.
    ///
    /// # Errors
    /// When the source fails, or is no Sea-Bird file with columns.
    pub fn new(source: R, sink: &mut dyn FnMut(Deviation<'_>)) -> Result<Self, Error> {
        let mut lines = Lines::new(source);
        if !advance(&mut lines, sink)? || !lines.line().starts_with(FIRST.as_bytes()) {
            let line = lines.line();
            let found = line[..line.len().min(32)].escape_ascii().to_string();
            return Err(Error::NotSeaBird { found });
        }
        let mut draft = Draft::new(lines.line());
        let end = to_data(&mut lines, &mut draft, sink)?;
        let line = lines.number();
        let is_missing = end != End::Marked;
        let place = Place::Text(line, 1);
        if is_missing {
            let message = format_args!("the header ends without *END*");
            report(sink, &codes::END_MISSING, None, place, message);
        }
        let header = draft
            .finish(place, sink)
            .map_err(|found| Error::TooManyColumns { found })?;
        if header.columns.is_empty() {
            return Err(Error::NoColumns { line });
        }
        let width = header
            .nquan
            .map_or(header.columns.len(), |nquan| nquan.value as usize);
        Ok(Reader {
            lines,
            cells: Cells::default(),
            values: Values::new(&header),
            row: vec![0; 4 * width],
            header,
            hold: end == End::Data,
            ended: end == End::File,
        })
    }

    /// Everything above the data.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Scans so far.
    pub fn scans(&self) -> u64 {
        self.values.scans()
    }

    /// Reads the next scan; none at the end.
    ///
    /// # Errors
    /// When the source fails.
    pub fn next_scan(&mut self, sink: &mut dyn FnMut(Deviation<'_>)) -> io::Result<Option<Scan<'_>>> {
        if self.ended {
            return Ok(None);
        }
        let is_binary = self.header.file_type == FileType::Binary;
        let is_there = match is_binary {
            true => self.read_row(sink)?,
            false => self.read_line(sink)?,
        };
        if !is_there {
            self.ended = true;
            self.values.compare(&self.header, sink);
            return Ok(None);
        }
        self.values.take(self.cells.values());
        let line = (!is_binary).then_some(self.lines.line());
        Ok(Some(self.cells.scan(line)))
    }

    fn read_line(&mut self, sink: Sink<'_>) -> io::Result<bool> {
        while std::mem::take(&mut self.hold) || advance(&mut self.lines, sink)? {
            let line = self.lines.line();
            if !line.trim_ascii().is_empty() {
                let at = (line, self.lines.number());
                self.cells
                    .ascii(at, &self.header.columns, self.header.bad_flag, sink);
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn read_row(&mut self, sink: Sink<'_>) -> io::Result<bool> {
        let at = self.lines.at();
        let read = self.lines.bytes(&mut self.row)?;
        if read > 0 && read < self.row.len() {
            let message = format_args!("{read} bytes of a row of {}", self.row.len());
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

/// What ends a header.
#[derive(PartialEq)]
enum End {
    /// `*END*`.
    Marked,
    /// A line of numbers, which is the current one.
    Data,
    /// The end of the file.
    File,
}

/// Goes to the end of the header.
fn to_data<R: Read>(lines: &mut Lines<R>, draft: &mut Draft, sink: Sink<'_>) -> io::Result<End> {
    while advance(lines, sink)? {
        let line = lines.line();
        match line.first() {
            Some(b'*') if line.starts_with(b"*END*") => return Ok(End::Marked),
            Some(b'*' | b'#') => draft.line(line, lines.number(), sink),
            _ if line.trim_ascii().is_empty() => {}
            _ if draft.may_be_followed_by_ascii() && is_data(line) => return Ok(End::Data),
            _ => {
                let message = format_args!("the line begins with neither `*` nor `#`");
                let place = Place::Text(lines.number(), 1);
                report(sink, &codes::HEADER_FORM, None, place, message);
            }
        }
    }
    Ok(End::File)
}

/// Whether there is nothing but numbers.
fn is_data(line: &[u8]) -> bool {
    let mut words = line
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    words.all(|word| fast_float2::parse::<f64, _>(word).is_ok())
}

/// Goes to the next line, and looks at its bytes.
fn advance<R: Read>(lines: &mut Lines<R>, sink: Sink<'_>) -> io::Result<bool> {
    if !lines.advance()? {
        return Ok(false);
    }
    let number = lines.number();
    if lines.too_long() {
        let message = format_args!("the line is longer than {LONGEST_LINE} bytes, and left out");
        report(sink, &codes::LINE_TOO_LONG, None, Place::Text(number, 1), message);
    }
    if let Err(error) = std::str::from_utf8(lines.line()) {
        let at = error.valid_up_to();
        let message = format_args!("byte {:#04x} is not UTF-8", lines.line()[at]);
        report(
            sink,
            &codes::NOT_UTF8,
            None,
            Place::Text(number, at as u64 + 1),
            message,
        );
    }
    Ok(true)
}
