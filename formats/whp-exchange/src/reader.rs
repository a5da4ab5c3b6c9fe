//! The reader: from bytes to rows.

use std::io::{self, Read};

use text_format::{Code, Deviation, Line, LineChecks, LineEnd, LineEnds, Lines, Place, Sink};

use crate::cast::{Casts, DataLine};
use crate::cells::Cells;
use crate::codes;
use crate::columns::{self, TableLine};
use crate::header::{self, Header, HeaderOr};
use crate::kind::Kind;
use crate::row::Row;

/// Most bytes of all headers of a cast; real casts have a few hundred.
const MOST_HEADER_BYTES: usize = 4 << 20;

const CHECKS: LineChecks = LineChecks {
    too_long: &codes::LINE_TOO_LONG,
    not_utf8: &codes::NOT_UTF8,
};

/// Why a file cannot be read as an Exchange file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The source failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is not an Exchange file.
    #[error("line {line}: expected `BOTTLE,` or `CTD,`, found `{found}`")]
    NotExchange {
        /// Number of the line, from 1.
        line: u64,
        /// The beginning of the line.
        found: String,
    },
    /// The table has more columns than the limit.
    #[error("line {line}: {found} columns, the limit is {limit}")]
    TooManyColumns {
        /// Number of the line of parameters, from 1.
        line: u64,
        /// Number of columns of the file.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// The headers are longer than the limit.
    #[error("line {line}: the headers are longer than {limit} bytes")]
    HeaderTooLong {
        /// Number of the line that exceeds the limit, from 1.
        line: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// The line of parameters is missing.
    #[error("line {line}: expected the line of parameters, found {found}")]
    NoParameters {
        /// Number of the line that should have them, from 1.
        line: u64,
        /// What is there instead.
        found: &'static str,
    },
}

/// Builds a [`Reader`] with limits of your own.
///
/// ```
/// use whp_exchange::{Error, ReaderBuilder};
///
/// let file = "BOTTLE,20240101SIOCCHABC\nEXPOCODE,STNNBR,CASTNO\n,,\nEND_DATA\n";
/// let narrow = ReaderBuilder::new().most_columns(2).from_reader(file.as_bytes(), &mut |_| {});
/// assert!(matches!(narrow, Err(Error::TooManyColumns { line: 2, found: 3, limit: 2 })));
/// ```
#[derive(Debug, Clone)]
pub struct ReaderBuilder {
    longest_line: usize,
    most_columns: usize,
}

impl Default for ReaderBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl ReaderBuilder {
    /// A builder with the default limits: lines of 1 MiB, and 20,000 columns.
    #[must_use]
    pub fn new() -> Self {
        ReaderBuilder {
            longest_line: text_format::DEFAULT_LIMIT,
            most_columns: 20_000,
        }
    }

    /// Sets the length of the longest line that is read, in bytes without the line end. A longer line is skipped and
    /// reported.
    #[must_use]
    pub fn longest_line(self, bytes: usize) -> Self {
        ReaderBuilder {
            longest_line: bytes,
            ..self
        }
    }

    /// Sets the largest number of columns; real files have a few hundred at most. With more of them,
    /// [`from_reader`](Self::from_reader) returns [`Error::TooManyColumns`].
    #[must_use]
    pub fn most_columns(self, columns: usize) -> Self {
        ReaderBuilder {
            most_columns: columns,
            ..self
        }
    }

    /// Makes a reader, which reads everything above the data at once. Deviations from the format go to the sink.
    ///
    /// # Errors
    /// When the source fails, when it is not an Exchange file with parameters, or when it exceeds a limit.
    pub fn from_reader<R: Read>(&self, source: R, sink: Sink<'_>) -> Result<Reader<R>, Error> {
        let mut lines = Lines::with_limit(source, self.longest_line);
        let (kind, stamp) = read_first_line(&mut lines, sink)?;
        let mut header = Header {
            kind,
            stamp,
            comments: 0,
            headers: Vec::new(),
            columns: Vec::new(),
        };
        let header_lines = read_headers(&mut lines, &mut header, sink)?;
        let line = lines.line();
        let (parameters, number) = (line.bytes.to_vec(), line.number);
        let found = memchr::memchr_iter(b',', &parameters).count() + 1;
        if found > self.most_columns {
            let limit = self.most_columns;
            return Err(Error::TooManyColumns {
                line: number,
                found,
                limit,
            });
        }
        if kind == Kind::Ctd {
            header::check(&header.headers, header_lines, number, sink);
        }
        let parameters = TableLine {
            bytes: &parameters,
            number,
        };
        let (columns, is_held) = read_table_head(&mut lines, kind, parameters, sink)?;
        header.columns = columns;
        let casts = Casts::new(&header, sink);
        let cells = Cells::new(&header.columns);
        Ok(Reader {
            lines,
            header,
            cells,
            casts,
            is_held,
            has_ended: false,
            rows: 0,
            first_row: 0,
        })
    }
}

/// Reads the rows of an Exchange file. Deviations go to the sink that each call receives, in the order of the file.
///
/// ```
/// use whp_exchange::{Reader, Value};
///
/// let file = "CTD,20240101SIOCCHABC\nNUMBER_HEADERS = 2\nCASTNO = 1\nCTDPRS,CTDTMP\nDBAR,ITS-90\n1.0,9.5\n3.0,-999\nEND_DATA\n";
/// let mut reader = Reader::new(file.as_bytes(), &mut |_| {})?;
/// assert_eq!(reader.header().value("CASTNO"), Some("1"));
/// let mut temperatures = Vec::new();
/// while let Some(row) = reader.next_row(&mut |deviation| println!("{deviation}"))? {
///     temperatures.push(row.value(1));
/// }
/// assert_eq!(temperatures, [Value::Number(9.5), Value::Fill]);
/// assert_eq!((reader.rows(), reader.casts()), (2, 1));
/// # Ok::<(), whp_exchange::Error>(())
/// ```
pub struct Reader<R> {
    lines: Lines<R>,
    header: Header,
    cells: Cells,
    casts: Casts,
    /// Whether the current line is already data: it is in the place of the units.
    is_held: bool,
    has_ended: bool,
    rows: u64,
    /// Number of the line of the first row.
    first_row: u64,
}

impl<R: Read> Reader<R> {
    /// Makes a reader with the default limits of [`ReaderBuilder::new`], which reads everything above the data at once.
    ///
    /// # Errors
    /// Those of [`ReaderBuilder::from_reader`].
    pub fn new(source: R, sink: Sink<'_>) -> Result<Self, Error> {
        ReaderBuilder::new().from_reader(source, sink)
    }

    /// Everything above the data: stamp, headers and columns.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Number of rows that [`Self::next_row`] has returned so far, including ragged ones.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Number of distinct casts so far (EXPOCODE, STNNBR and CASTNO); always 1 in a CTD file.
    pub fn casts(&self) -> u64 {
        self.casts.count()
    }

    /// Numbers of line ends in the lines so far.
    pub fn line_ends(&self) -> LineEnds {
        self.lines.ends()
    }

    /// Reads the next data line, which borrows from the reader; `None` after END_DATA, or at the end of a file without
    /// it.
    ///
    /// A last line that is cut off, with fewer cells than columns, is not returned.
    ///
    /// # Errors
    /// When the source fails.
    pub fn next_row(&mut self, sink: Sink<'_>) -> io::Result<Option<Row<'_>>> {
        if self.has_ended || !self.find_row(sink)? {
            return Ok(None);
        }
        self.rows += 1;
        let line = self.lines.line();
        if self.rows == 1 {
            self.first_row = line.number;
        }
        let columns = self.header.columns.as_slice();
        let is_whole = self.cells.read(line, columns, sink);
        let data = DataLine {
            line,
            cells: &self.cells,
            columns,
        };
        let cast_changed = if is_whole {
            self.casts.add(data, sink)
        } else {
            let sink = &mut |deviation: Deviation<'_>| sink(deviation.caused_by(&codes::RAGGED_ROW));
            self.casts.add(data, sink)
        };
        Ok(Some(Row {
            line: line.number,
            text: line.bytes,
            cells: &self.cells,
            columns,
            cast: &self.casts.cast,
            cast_at: self.casts.at,
            cast_changed,
            is_ragged: !is_whole,
        }))
    }

    /// Moves to the next data line; returns false at the end of the data.
    fn find_row(&mut self, sink: Sink<'_>) -> io::Result<bool> {
        loop {
            if !std::mem::take(&mut self.is_held) && !advance(&mut self.lines, sink)? {
                self.end_without_mark(None, sink);
                return Ok(false);
            }
            let line = self.lines.line();
            if line.is_too_long {
                continue;
            }
            if let Some(deviates) = end_of_data(line.bytes) {
                let number = line.number;
                if let Some(code) = deviates {
                    let message = format_args!("expected END_DATA alone on its line");
                    sink(Deviation::new(code, line.place(0), message));
                }
                self.end(number, None, sink);
                self.skip_text(sink)?;
                return Ok(false);
            }
            let (code, message) = match line.bytes.trim_ascii().first() {
                None => (&codes::BLANK_LINE, format_args!("a blank line among the data")),
                Some(b'#') => (&codes::COMMENT_IN_DATA, format_args!("a comment among the data")),
                Some(_) => {
                    let cells = memchr::memchr_iter(b',', line.bytes).count() + 1;
                    let is_cut = line.end == LineEnd::EndOfFile && cells < self.header.columns.len();
                    if is_cut {
                        self.end_without_mark(Some(cells), sink);
                    }
                    return Ok(!is_cut);
                }
            };
            sink(Deviation::new(code, line.place(0), message));
        }
    }

    /// Reports a file that ends without END_DATA: within a row after `cells` cells, or after a complete line.
    fn end_without_mark(&mut self, cells: Option<usize>, sink: Sink<'_>) {
        let line = self.lines.line();
        let (number, place) = (line.number, line.place(line.bytes.len()));
        let columns = self.header.columns.len();
        let mut report = |message| sink(Deviation::new(&codes::END_DATA_MISSING, place, message));
        match cells {
            Some(cells) => report(format_args!(
                "the file is cut off within line {number}, after {cells} of {columns} cells; the line was skipped"
            )),
            None if self.rows == 0 => report(format_args!("the file ends without data and END_DATA")),
            None => report(format_args!("the file ends after line {number} without END_DATA")),
        }
        self.end(number, Some(&codes::END_DATA_MISSING), sink);
    }

    /// Reports what only the end of the data shows; `cause` says why the data end early, if they do.
    fn end(&mut self, line: u64, cause: Option<&'static Code>, sink: Sink<'_>) {
        self.has_ended = true;
        if self.rows > 0 {
            self.cells
                .report_shifts(self.first_row, &self.header.columns, sink);
        }
        if self.rows == 0 {
            let message = format_args!("there is no data line");
            let deviation = Deviation::new(&codes::NO_DATA, Place::line(line, 1), message);
            sink(match cause {
                Some(cause) => deviation.caused_by(cause),
                None => deviation,
            });
        }
    }

    /// Skips the free text after END_DATA, which must be UTF-8. Another appended file would otherwise be lost silently.
    fn skip_text(&mut self, sink: Sink<'_>) -> io::Result<()> {
        while self.lines.advance()? {
            let line = self.lines.line();
            if let Some(at) = text_format::first_invalid_utf8(line.bytes) {
                let message = format_args!("byte {:#04x} is not UTF-8", line.bytes[at]);
                sink(Deviation::new(&codes::NOT_UTF8, line.place(at), message));
            }
            if header::sniff(line.bytes).is_some() && header::sniff_misspelt(line.bytes).is_some() {
                let message = format_args!("another file begins after END_DATA; it was not read");
                sink(Deviation::new(&codes::FILE_BEHIND_END, line.place(0), message));
            }
        }
        Ok(())
    }
}

/// Moves to the next line, and checks its bytes.
fn advance<R: Read>(lines: &mut Lines<R>, sink: Sink<'_>) -> io::Result<bool> {
    let is_first = lines.line().number == 0;
    if !lines.advance_checked(&CHECKS, sink)? {
        return Ok(false);
    }
    let line = lines.line();
    if is_first && lines.has_byte_order_mark() {
        let message = format_args!("the file begins with a byte order mark");
        sink(Deviation::new(&codes::BYTE_ORDER_MARK, line.place(0), message));
    }
    if matches!(line.end, LineEnd::Cr | LineEnd::CrLf) {
        let message = format_args!("the line ends with a carriage return");
        let place = line.place(line.bytes.len());
        sink(Deviation::new(&codes::CARRIAGE_RETURN, place, message));
    }
    Ok(true)
}

/// Moves to the first line that is not blank; returns the kind of file and its stamp.
fn read_first_line<R: Read>(lines: &mut Lines<R>, sink: Sink<'_>) -> Result<(Kind, String), Error> {
    let not_exchange = |line: Line<'_>| Error::NotExchange {
        line: line.number.max(1),
        found: line.bytes[..line.bytes.len().min(32)].escape_ascii().to_string(),
    };
    loop {
        let is_there = advance(lines, sink)?;
        let line = lines.line();
        if !is_there || line.is_too_long {
            return Err(not_exchange(line));
        }
        if !line.is_blank() {
            break;
        }
        let message = format_args!("a blank line above the data");
        sink(Deviation::new(&codes::BLANK_LINE, line.place(0), message));
    }
    let line = lines.line();
    let kind = header::sniff(line.bytes).or_else(|| {
        let kind = header::sniff_misspelt(line.bytes)?;
        let message = format_args!("expected `{},` at the beginning of the line", kind.word());
        sink(Deviation::new(&codes::FILE_IDENTIFIER, line.place(0), message));
        Some(kind)
    });
    let kind = kind.ok_or_else(|| not_exchange(line))?;
    Ok((kind, header::stamp(line, kind, sink)))
}

/// Moves to the line of parameters, past comments and headers; returns the number of header lines.
fn read_headers<R: Read>(lines: &mut Lines<R>, header: &mut Header, sink: Sink<'_>) -> Result<usize, Error> {
    let no_parameters = |line, found| Err(Error::NoParameters { line, found });
    let (mut header_lines, mut header_bytes) = (0, 0);
    loop {
        if !advance(lines, sink)? {
            return no_parameters(lines.line().number, "the end of the file");
        }
        let line = lines.line();
        let mut report = |code, message| sink(Deviation::new(code, line.place(0), message));
        match line.bytes.trim_ascii() {
            _ if line.is_too_long => {}
            [] => report(&codes::BLANK_LINE, format_args!("a blank line above the data")),
            [b'#', ..] => {
                header.comments += 1;
                if header_lines > 0 {
                    report(
                        &codes::COMMENT_IN_DATA,
                        format_args!("a comment among the headers"),
                    );
                }
            }
            bytes if end_of_data(bytes).is_some() => return no_parameters(line.number, "END_DATA"),
            _ if header.kind == Kind::Bottle => return Ok(header_lines),
            _ => {
                match header::header_line(line.bytes, line.number, sink) {
                    HeaderOr::Parameters => return Ok(header_lines),
                    HeaderOr::Header(line) => header.headers.push(line),
                    HeaderOr::Neither => {
                        let message = format_args!("expected `NAME = VALUE` or parameters");
                        sink(Deviation::new(&codes::HEADER_FORM, line.place(0), message));
                    }
                }
                header_lines += 1;
                // The parts of a header take memory, too.
                header_bytes += line.bytes.len() + size_of::<header::HeaderLine>();
                if header_bytes > MOST_HEADER_BYTES {
                    let limit = MOST_HEADER_BYTES;
                    return Err(Error::HeaderTooLong {
                        line: line.number,
                        limit,
                    });
                }
            }
        }
    }
}

/// Reads the line of units, and makes the columns; also returns whether that line contains data instead.
fn read_table_head<R: Read>(
    lines: &mut Lines<R>,
    kind: Kind,
    parameters: TableLine<'_>,
    sink: Sink<'_>,
) -> io::Result<(Vec<columns::Column>, bool)> {
    if !find_units(lines, sink)? {
        return Ok((columns::read(kind, parameters, None, sink), false));
    }
    let line = lines.line();
    if columns::is_data(line.bytes) || end_of_data(line.bytes).is_some() {
        let message = format_args!("expected units, found data");
        sink(Deviation::new(&codes::UNIT_LINE_MISSING, line.place(0), message));
        return Ok((columns::read(kind, parameters, None, sink), true));
    }
    let units = TableLine {
        bytes: line.bytes,
        number: line.number,
    };
    let columns = if line.end == LineEnd::EndOfFile {
        // The file ends within the units, which explains any further deviation.
        let sink = &mut |deviation: Deviation<'_>| {
            let is_of_units = matches!(deviation.place, Place::Line { line, .. } if line == units.number);
            sink(match is_of_units {
                true => deviation.caused_by(&codes::END_DATA_MISSING),
                false => deviation,
            });
        };
        columns::read(kind, parameters, Some(units), sink)
    } else {
        columns::read(kind, parameters, Some(units), sink)
    };
    Ok((columns, false))
}

/// Moves to the line of units, past blank lines and comments; returns false at the end of the file.
fn find_units<R: Read>(lines: &mut Lines<R>, sink: Sink<'_>) -> io::Result<bool> {
    while advance(lines, sink)? {
        let line = lines.line();
        let (code, message) = match line.bytes.trim_ascii().first() {
            _ if line.is_too_long => continue,
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
        sink(Deviation::new(code, line.place(0), message));
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
