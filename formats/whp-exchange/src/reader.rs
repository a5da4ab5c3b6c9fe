//! Reads a file from its stamp to its END_DATA.

use std::io::{self, Read};

use crate::cast::{Casts, Line as DataLine};
use crate::columns;
use crate::deviation::{Code, Deviation, Sink, codes};
use crate::header::{self, Header, HeaderOr, Kind};
use crate::lines::{Line, Lines};
use crate::row::{Cells, Row};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Longest line that is read, in bytes.
pub const LONGEST_LINE: usize = 1 << 20;
/// Most columns that are read: real files have a few hundred at most.
pub const MOST_COLUMNS: usize = 20_000;

/// Why a file yields nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The source failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is no Exchange file.
    #[error("line 1: expected `BOTTLE,` or `CTD,`, found `{found}`")]
    NotExchange {
        /// How it begins.
        found: String,
    },
    /// It has more columns than are read.
    #[error("line {line}: {found} columns, the limit is {MOST_COLUMNS}")]
    TooManyColumns {
        /// Line.
        line: u64,
        /// Columns.
        found: usize,
    },
    /// It ends before its parameters.
    #[error("line {line}: expected the line of parameters, found {found}")]
    NoParameters {
        /// Line.
        line: u64,
        /// What is there instead.
        found: &'static str,
    },
}

/// Reads rows. Deviations go to the sink that is given with each call, in the file's order.
pub struct Reader<R> {
    lines: Lines<R>,
    header: Header,
    cells: Cells,
    casts: Casts,
    /// The current line is to be read as data: it stands where the units should be.
    hold: bool,
    ended: bool,
    rows: u64,
}

impl<R: Read> Reader<R> {
    /// Reads everything above the data.
    ///
    /// # Errors
    /// When the source fails, or is no Exchange file with parameters.
    pub fn new(source: R, sink: &mut dyn FnMut(Deviation<'_>)) -> Result<Self, Error> {
        let mut lines = Lines::new(source, LONGEST_LINE)?;
        let (kind, stamp) = first_line(&mut lines, sink)?;
        let mut header = Header {
            kind,
            stamp,
            comments: 0,
            headers: Vec::new(),
            columns: Vec::new(),
        };
        let header_lines = to_parameters(&mut lines, &mut header, sink)?;
        let line = lines.line();
        let (parameters, number) = (line.bytes.to_vec(), line.number);
        let found = memchr::memchr_iter(b',', &parameters).count() + 1;
        if found > MOST_COLUMNS {
            return Err(Error::TooManyColumns { line: number, found });
        }
        if kind == Kind::Ctd {
            header::check(&header.headers, header_lines, number, sink);
        }
        let mut hold = false;
        let mut units = None;
        if to_units(&mut lines, sink)? {
            let line = lines.line();
            if columns::is_data(line.bytes) || end_of_data(line.bytes).is_some() {
                hold = true;
                let message = format_args!("expected units, found data");
                sink(Deviation::at(&codes::UNIT_LINE_MISSING, line.number, 1, message));
            } else {
                units = Some((line.bytes, line.number));
            }
        }
        header.columns = columns::read(kind, (&parameters, number), units, sink);
        let casts = Casts::new(&header, sink);
        let cells = Cells::new(header.columns.len());
        Ok(Reader {
            lines,
            header,
            cells,
            casts,
            hold,
            ended: false,
            rows: 0,
        })
    }

    /// Everything above the data.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Rows so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Distinct casts so far (EXPOCODE, STNNBR and CASTNO); 1 for a CTD file.
    pub fn casts(&self) -> u64 {
        self.casts.count()
    }

    /// Reads the next data line; none after END_DATA, or at the end of a file that has none.
    ///
    /// # Errors
    /// When the source fails.
    pub fn next_row(&mut self, sink: &mut dyn FnMut(Deviation<'_>)) -> io::Result<Option<Row<'_>>> {
        if self.ended {
            return Ok(None);
        }
        if !self.seek_data(sink)? {
            return Ok(None);
        }
        self.rows += 1;
        let line = self.lines.line();
        let columns = self.header.columns.as_slice();
        self.cells.read(line.number, line.bytes, columns, sink);
        let data = DataLine {
            number: line.number,
            text: line.bytes,
            cells: &self.cells,
            columns,
        };
        let cast_changed = self.casts.take(data, sink);
        Ok(Some(Row {
            line: line.number,
            text: line.bytes,
            cells: &self.cells,
            columns,
            cast: &self.casts.cast,
            cast_changed,
        }))
    }

    /// Goes to the next data line; false at the end of the data.
    fn seek_data(&mut self, sink: Sink<'_>) -> io::Result<bool> {
        loop {
            if !std::mem::take(&mut self.hold) && !advance(&mut self.lines, sink)? {
                let line = self.lines.line();
                let (number, column) = (line.number, line.bytes.len() as u64 + 1);
                let message = format_args!("the file ends without END_DATA");
                sink(Deviation::at(&codes::END_DATA_MISSING, number, column, message));
                self.end(number, sink);
                return Ok(false);
            }
            let line = self.lines.line();
            if line.too_long {
                continue;
            }
            if let Some(deviates) = end_of_data(line.bytes) {
                let number = line.number;
                if let Some(code) = deviates {
                    let message = format_args!("END_DATA does not stand alone on its line");
                    sink(Deviation::at(code, number, 1, message));
                }
                self.end(number, sink);
                self.pass_over_the_rest(sink)?;
                return Ok(false);
            }
            let (code, message) = match line.bytes.trim_ascii().first() {
                None => (&codes::BLANK_LINE, format_args!("a blank line among the data")),
                Some(b'#') => (&codes::COMMENT_IN_DATA, format_args!("a comment among the data")),
                Some(_) => return Ok(true),
            };
            sink(Deviation::at(code, line.number, 1, message));
        }
    }

    fn end(&mut self, line: u64, sink: Sink<'_>) {
        self.ended = true;
        if self.rows == 0 {
            let message = format_args!("there is no data line");
            sink(Deviation::at(&codes::NO_DATA, line, 1, message));
        }
    }

    /// What follows END_DATA is free text, but still UTF-8; another file that was appended would be lost without a word.
    fn pass_over_the_rest(&mut self, sink: Sink<'_>) -> io::Result<()> {
        while self.lines.advance()? {
            let line = self.lines.line();
            check_utf8(line, sink);
            if header::sniff(line.bytes).is_some() && header::sniff_misspelt(line.bytes).is_some() {
                let message = format_args!("another file begins behind END_DATA; it is not read");
                sink(Deviation::at(&codes::FILE_BEHIND_END, line.number, 1, message));
            }
        }
        Ok(())
    }
}

/// Goes to the next line, and looks at its bytes.
fn advance<R: Read>(lines: &mut Lines<R>, sink: Sink<'_>) -> io::Result<bool> {
    if !lines.advance()? {
        return Ok(false);
    }
    let line = lines.line();
    if line.too_long {
        let message = format_args!("the line is longer than {LONGEST_LINE} bytes, and left out");
        sink(Deviation::at(&codes::LINE_TOO_LONG, line.number, 1, message));
    }
    if line.carriage_return {
        let column = line.bytes.len() as u64 + 1;
        let message = format_args!("the line ends with a carriage return");
        sink(Deviation::at(
            &codes::CARRIAGE_RETURN,
            line.number,
            column,
            message,
        ));
    }
    check_utf8(line, sink);
    Ok(true)
}

fn check_utf8(line: Line<'_>, sink: Sink<'_>) {
    if !line.bytes.is_ascii()
        && let Err(error) = std::str::from_utf8(line.bytes)
    {
        let at = error.valid_up_to();
        let message = format_args!("byte {:#04x} is not UTF-8", line.bytes[at]);
        sink(Deviation::at(
            &codes::NOT_UTF8,
            line.number,
            at as u64 + 1,
            message,
        ));
    }
}

/// Goes to the first line that is not blank, which has the stamp.
fn first_line<R: Read>(lines: &mut Lines<R>, sink: Sink<'_>) -> Result<(Kind, String), Error> {
    let not_exchange = |bytes: &[u8]| Error::NotExchange {
        found: bytes[..bytes.len().min(32)].escape_ascii().to_string(),
    };
    if !advance(lines, sink)? {
        return Err(not_exchange(b""));
    }
    if lines.line().bytes.starts_with(BYTE_ORDER_MARK) {
        let message = format_args!("the file begins with a byte order mark");
        sink(Deviation::at(&codes::BYTE_ORDER_MARK, 1, 1, message));
    }
    while lines.line().bytes.trim_ascii().is_empty() {
        if lines.line().too_long {
            return Err(not_exchange(b"a line that is too long"));
        }
        let message = format_args!("a blank line above the data");
        sink(Deviation::at(&codes::BLANK_LINE, lines.line().number, 1, message));
        if !advance(lines, sink)? {
            return Err(not_exchange(b""));
        }
    }
    let line = lines.line();
    let kind = header::sniff(line.bytes).or_else(|| {
        let kind = header::sniff_misspelt(line.bytes)?;
        let message = format_args!("expected `{},` at the beginning of the line", kind.word());
        sink(Deviation::at(&codes::FILE_IDENTIFIER, line.number, 1, message));
        Some(kind)
    });
    let kind = kind.ok_or_else(|| not_exchange(line.bytes))?;
    Ok((kind, header::stamp(line, kind, sink)))
}

/// Goes to the line of parameters, past comments and headers; returns the number of lines that should be headers.
fn to_parameters<R: Read>(lines: &mut Lines<R>, header: &mut Header, sink: Sink<'_>) -> Result<usize, Error> {
    let no_parameters = |line, found| Err(Error::NoParameters { line, found });
    let mut header_lines = 0;
    loop {
        if !advance(lines, sink)? {
            return no_parameters(lines.line().number, "the end of the file");
        }
        let line = lines.line();
        let number = line.number;
        let mut found = |code, message| sink(Deviation::at(code, number, 1, message));
        match line.bytes.trim_ascii() {
            _ if line.too_long => {}
            [] => found(&codes::BLANK_LINE, format_args!("a blank line above the data")),
            [b'#', ..] => {
                header.comments += 1;
                if header_lines > 0 {
                    found(
                        &codes::COMMENT_IN_DATA,
                        format_args!("a comment among the headers"),
                    );
                }
            }
            bytes if end_of_data(bytes).is_some() => return no_parameters(number, "END_DATA"),
            _ if header.kind == Kind::Bottle => return Ok(header_lines),
            _ => match header::header_line(line.bytes, number, sink) {
                HeaderOr::Parameters => return Ok(header_lines),
                HeaderOr::Header(line) => {
                    header.headers.push(line);
                    header_lines += 1;
                }
                HeaderOr::Neither => {
                    header_lines += 1;
                    let message = format_args!("expected `NAME = VALUE` or parameters");
                    sink(Deviation::at(&codes::HEADER_FORM, number, 1, message));
                }
            },
        }
    }
}

/// Goes to the line of units, past what should stand above the parameters.
fn to_units<R: Read>(lines: &mut Lines<R>, sink: Sink<'_>) -> io::Result<bool> {
    while advance(lines, sink)? {
        let line = lines.line();
        let (code, message) = match line.bytes.trim_ascii().first() {
            _ if line.too_long => continue,
            None => (
                &codes::BLANK_LINE,
                format_args!("a blank line below the parameters"),
            ),
            Some(b'#') => (
                &codes::COMMENT_IN_DATA,
                format_args!("a comment below the parameters"),
            ),
            Some(_) => return Ok(true),
        };
        sink(Deviation::at(code, line.number, 1, message));
    }
    Ok(false)
}

/// Whether the line is END_DATA, and how it deviates.
fn end_of_data(line: &[u8]) -> Option<Option<&'static Code>> {
    if line == b"END_DATA" {
        return Some(None);
    }
    let (word, rest) = line.trim_ascii().split_at_checked(8)?;
    if !word.eq_ignore_ascii_case(b"END_DATA") && !word.eq_ignore_ascii_case(b"END DATA") {
        return None;
    }
    if rest.trim_ascii().is_empty() {
        Some(Some(&codes::END_DATA_FORM))
    } else if rest
        .iter()
        .all(|byte| *byte == b',' || byte.is_ascii_whitespace())
    {
        Some(Some(&codes::TRAILING_COMMA))
    } else {
        None
    }
}
