//! Reads a file from its stamp to its END_DATA.

use std::fmt;
use std::io::{self, Read};

use crate::cast::{Casts, Line as DataLine};
use crate::columns;
use crate::deviation::{Code, Deviation, Sink, codes};
use crate::header::{self, Header, HeaderOr, Kind};
use crate::lines::Lines;
use crate::row::{Cells, Row};

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
        to_parameters(&mut lines, &mut header, sink)?;
        let line = lines.line();
        let (parameters, number) = (line.bytes.to_vec(), line.number);
        let found = memchr::memchr_iter(b',', &parameters).count() + 1;
        if found > MOST_COLUMNS {
            return Err(Error::TooManyColumns { line: number, found });
        }
        if kind == Kind::Ctd {
            header::check(&header.headers, number, sink);
        }
        let mut hold = false;
        let mut units = None;
        if advance(&mut lines, sink)? {
            let line = lines.line();
            if columns::is_data(line.bytes) || end_of_data(line.bytes).is_some() {
                hold = true;
                let message = format_args!("expected units, found data");
                sink(Deviation {
                    code: &codes::UNIT_LINE_MISSING,
                    subject: None,
                    line: line.number,
                    column: 1,
                    field: None,
                    message,
                });
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
            if self.rows == 0 {
                let line = self.lines.line().number;
                sink(Deviation {
                    code: &codes::NO_DATA,
                    subject: None,
                    line,
                    column: 1,
                    field: None,
                    message: format_args!("there is no data line"),
                });
            }
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
                self.ended = true;
                let line = self.lines.line();
                let (line, column) = (line.number, line.bytes.len() as u64 + 1);
                let message = format_args!("the file ends without END_DATA");
                sink(Deviation {
                    code: &codes::END_DATA_MISSING,
                    subject: None,
                    line,
                    column,
                    field: None,
                    message,
                });
                return Ok(false);
            }
            let line = self.lines.line();
            if line.too_long {
                continue;
            }
            if let Some(rest) = end_of_data(line.bytes) {
                self.ended = true;
                if let Some(code) = rest {
                    let message = format_args!("END_DATA does not stand alone on its line");
                    sink(Deviation {
                        code,
                        subject: None,
                        line: line.number,
                        column: 1,
                        field: None,
                        message,
                    });
                }
                // What follows is free text, but still UTF-8.
                while advance(&mut self.lines, sink)? {}
                return Ok(false);
            }
            let (code, message) = match line.bytes.trim_ascii().first() {
                None => (&codes::BLANK_LINE, format_args!("a blank line among the data")),
                Some(b'#') => (&codes::COMMENT_IN_DATA, format_args!("a comment among the data")),
                Some(_) => return Ok(true),
            };
            sink(Deviation {
                code,
                subject: None,
                line: line.number,
                column: 1,
                field: None,
                message,
            });
        }
    }
}

/// Goes to the next line, and looks at its bytes.
fn advance<R: Read>(lines: &mut Lines<R>, sink: Sink<'_>) -> io::Result<bool> {
    if !lines.advance()? {
        return Ok(false);
    }
    let line = lines.line();
    let mut found = |code, column: usize, message: fmt::Arguments<'_>| {
        sink(Deviation {
            code,
            subject: None,
            line: line.number,
            column: column as u64,
            field: None,
            message,
        });
    };
    if line.too_long {
        found(
            &codes::LINE_TOO_LONG,
            1,
            format_args!("the line is longer than {LONGEST_LINE} bytes, and left out"),
        );
    }
    if line.carriage_return {
        found(
            &codes::CARRIAGE_RETURN,
            line.bytes.len() + 1,
            format_args!("the line ends with a carriage return"),
        );
    }
    if !line.bytes.is_ascii()
        && let Err(error) = std::str::from_utf8(line.bytes)
    {
        let at = error.valid_up_to();
        found(
            &codes::NOT_UTF8,
            at + 1,
            format_args!("byte {:#04x} is not UTF-8", line.bytes[at]),
        );
    }
    Ok(true)
}

fn first_line<R: Read>(lines: &mut Lines<R>, sink: Sink<'_>) -> Result<(Kind, String), Error> {
    let not_exchange = |bytes: &[u8]| Error::NotExchange {
        found: bytes[..bytes.len().min(32)].escape_ascii().to_string(),
    };
    if !advance(lines, sink)? {
        return Err(not_exchange(b""));
    }
    let mut bytes = lines.line().bytes;
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        bytes = rest;
        let message = format_args!("the file begins with a byte order mark");
        sink(Deviation {
            code: &codes::BYTE_ORDER_MARK,
            subject: None,
            line: 1,
            column: 1,
            field: None,
            message,
        });
    }
    let kind = header::sniff(bytes).ok_or_else(|| not_exchange(bytes))?;
    Ok((kind, header::stamp(bytes, kind, sink)))
}

/// Goes to the line of parameters, past comments and headers.
fn to_parameters<R: Read>(lines: &mut Lines<R>, header: &mut Header, sink: Sink<'_>) -> Result<(), Error> {
    let no_parameters = |line, found| Err(Error::NoParameters { line, found });
    loop {
        if !advance(lines, sink)? {
            return no_parameters(lines.line().number, "the end of the file");
        }
        let line = lines.line();
        let number = line.number;
        let mut found = |code: &'static Code, message: fmt::Arguments<'_>| {
            sink(Deviation {
                code,
                subject: None,
                line: number,
                column: 1,
                field: None,
                message,
            });
        };
        match line.bytes.trim_ascii() {
            _ if line.too_long => {}
            [] => found(&codes::BLANK_LINE, format_args!("a blank line above the data")),
            [b'#', ..] => header.comments += 1,
            bytes if end_of_data(bytes).is_some() => return no_parameters(number, "END_DATA"),
            _ if header.kind == Kind::Bottle => return Ok(()),
            _ => match header::header_line(line.bytes, number, sink) {
                HeaderOr::Header(line) => header.headers.push(line),
                HeaderOr::Parameters => return Ok(()),
                HeaderOr::Neither => {
                    let message = format_args!("expected `NAME = VALUE` or parameters");
                    sink(Deviation {
                        code: &codes::HEADER_FORM,
                        subject: None,
                        line: number,
                        column: 1,
                        field: None,
                        message,
                    });
                }
            },
        }
    }
}

/// Whether the line is END_DATA, and how it deviates.
fn end_of_data(line: &[u8]) -> Option<Option<&'static Code>> {
    if line == b"END_DATA" {
        return Some(None);
    }
    let rest = line.trim_ascii().strip_prefix(b"END_DATA")?;
    let only = |wanted: fn(&u8) -> bool| rest.iter().all(wanted);
    if only(|byte| byte.is_ascii_whitespace()) {
        Some(Some(&codes::END_DATA_FORM))
    } else if only(|byte| *byte == b',' || byte.is_ascii_whitespace()) {
        Some(Some(&codes::TRAILING_COMMA))
    } else {
        None
    }
}
