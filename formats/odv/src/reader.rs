//! From bytes to rows.

use std::io::{self, Read};

use text_format::{Deviation, Sink, decode, report};

use crate::comments::Comments;
use crate::deviation::codes;
use crate::header::{Draft, Header, Refusal};
use crate::lines::Source;
use crate::row::{Cells, Outcome, Row};
use crate::station::Stations;

/// Longest line that is read by default, in bytes: thousands of labels.
pub const LONGEST_LINE: usize = 1 << 20;
/// Most columns that are read by default: a compilation of trace elements has some thousands.
pub const MOST_COLUMNS: usize = 8192;

/// Rows that are looked at ahead, to tell texts from numbers, and the bytes that they may have together.
const AHEAD: (usize, usize) = (20, 1 << 20);

/// Why nothing can be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The source failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// There is nothing but comments.
    #[error("there is no line of column labels")]
    NoLabels,
    /// The labels are those of another kind of table.
    #[error("line {line} has neither the label `Cruise` nor `Station`, as ODV spreadsheets have")]
    NotOdv {
        /// Where labels should be.
        line: u64,
    },
    /// There are more columns than are read.
    #[error("line {line} has {found} columns, the limit is {limit}")]
    TooManyColumns {
        /// Where the labels are.
        line: u64,
        /// Number of columns.
        found: usize,
        /// Most columns that are read.
        limit: usize,
    },
}

/// Makes a [`Reader`] with limits of your own.
///
/// ```
/// use odv_spreadsheet::{Error, ReaderBuilder};
///
/// let file = "Cruise\tStation\tDepth [m]\tTemp [degC]\n";
/// let reader = ReaderBuilder::new().most_columns(3).from_reader(file.as_bytes(), &mut |_| {});
/// assert!(matches!(reader, Err(Error::TooManyColumns { found: 4, limit: 3, .. })));
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
    /// The default limits: [`LONGEST_LINE`] and [`MOST_COLUMNS`].
    #[must_use]
    pub fn new() -> Self {
        ReaderBuilder {
            longest_line: LONGEST_LINE,
            most_columns: MOST_COLUMNS,
        }
    }

    /// Longest line that is read, in bytes without its end; a longer one is left out and reported.
    #[must_use]
    pub fn longest_line(self, longest_line: usize) -> Self {
        ReaderBuilder { longest_line, ..self }
    }

    /// Most columns that are read; a file with more is an error.
    #[must_use]
    pub fn most_columns(self, most_columns: usize) -> Self {
        ReaderBuilder { most_columns, ..self }
    }

    /// Reads comments and labels; what deviates from the format goes to the sink.
    ///
    /// # Errors
    /// When the source fails, or there are no labels of ODV's, or too many.
    pub fn from_reader<R: Read>(&self, source: R, sink: Sink<'_>) -> Result<Reader<R>, Error> {
        let mut source = Source::new(source, self.longest_line);
        let mut comments = Comments::default();
        loop {
            if !source.advance(sink)? {
                return Err(Error::NoLabels);
            }
            match source.line() {
                line if line.is_comment() => comments.line(&decode(line.bytes), line.number),
                line if line.is_blank() => {}
                _ => break,
            }
        }
        let line = source.line().number;
        let labels = source.line().bytes.to_vec();
        let limit = self.most_columns;
        let draft = Draft::read((&labels, line), comments, limit, sink);
        let mut draft = draft.map_err(|refusal| match refusal {
            Refusal::NoStations => Error::NotOdv { line },
            Refusal::TooMany(found) => Error::TooManyColumns { line, found, limit },
        })?;
        if draft.is_undecided() {
            source.look_ahead(AHEAD.0, AHEAD.1, sink)?;
            draft.decide(source.ahead());
        }
        let header = draft.finish(sink);
        Ok(Reader {
            cells: Cells::new(header.columns.len()),
            labels,
            stations: Stations::default(),
            source,
            is_truncated: false,
            header,
        })
    }
}

/// Reads rows. Deviations go to the sink that is given with each call, in the file's order.
#[derive(Debug)]
pub struct Reader<R> {
    source: Source<R>,
    header: Header,
    /// The line of labels as it stands in the file.
    labels: Vec<u8>,
    cells: Cells,
    stations: Stations,
    is_truncated: bool,
}

impl<R: Read> Reader<R> {
    /// Reads comments and labels, with the default limits.
    ///
    /// # Errors
    /// Those of [`ReaderBuilder::from_reader`].
    pub fn new(source: R, sink: Sink<'_>) -> Result<Self, Error> {
        ReaderBuilder::new().from_reader(source, sink)
    }

    /// Comments and labels.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Number of stations that were read so far.
    pub fn stations(&self) -> u64 {
        self.stations.current.number
    }

    /// Whether the file breaks off within a row. Known once [`Self::next_row`] came to the end.
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    /// Reads the next row; `None` at the end.
    ///
    /// # Errors
    /// When the source fails.
    pub fn next_row(&mut self, sink: &mut dyn FnMut(Deviation<'_>)) -> io::Result<Option<Row<'_>>> {
        loop {
            if self.is_truncated || !self.source.advance(sink)? {
                return Ok(None);
            }
            let line = self.source.line();
            match line {
                _ if line.is_comment() || line.is_blank() => {}
                // DOS marked the end of a text with the byte 0x1A.
                _ if line.bytes.trim_ascii() == b"\x1A" => {}
                _ if line.bytes == self.labels => {
                    let message = format_args!("the labels of line {} again", self.header.line);
                    report(sink, &codes::LABELS_REPEATED, None, line.place(0), message);
                }
                _ => break,
            }
        }
        let line = self.source.line();
        let (header, cells) = (&self.header, &mut self.cells);
        if cells.split(line, header.separator, sink) == Outcome::Cut {
            self.is_truncated = true;
            return Ok(None);
        }
        let begins_station = self.stations.push(line, header, cells, sink);
        cells.read(line, header, |column| !column.is_metadata, sink);
        Ok(Some(Row {
            line: line.bytes,
            header,
            cells,
            station: &self.stations.current,
            begins_station,
        }))
    }
}
