//! The reader: from bytes to rows.

use std::io::{self, Read};

use text_format::{Deviation, Sink, decode, report};

use crate::comments::Comments;
use crate::deviation::codes;
use crate::header::{Draft, Header, Refusal};
use crate::lines::Source;
use crate::row::{Cells, Outcome, Row};
use crate::station::Stations;

/// Default limit on the length of a line, in bytes: 1 MiB, enough for thousands of labels.
pub const LONGEST_LINE: usize = 1 << 20;
/// Default limit on the number of columns; a compilation of trace elements has some thousands.
pub const MOST_COLUMNS: usize = 8192;

/// Limits of the look ahead that distinguishes texts from numbers: rows, and bytes in all.
const AHEAD: (usize, usize) = (20, 1 << 20);

/// Why a file cannot be read as an ODV spreadsheet.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The source failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file contains only comments.
    #[error("there is no line of column labels")]
    NoLabels,
    /// The first line below the comments has neither of the labels `Cruise` and `Station`: it is another kind of table.
    #[error("line {line} has neither the label `Cruise` nor `Station`, as ODV spreadsheets have")]
    NotOdv {
        /// Number of the line that should have the labels, from 1.
        line: u64,
    },
    /// The line of labels has more columns than the limit.
    #[error("line {line} has {found} columns, the limit is {limit}")]
    TooManyColumns {
        /// Number of the line of labels, from 1.
        line: u64,
        /// Number of columns in the file.
        found: usize,
        /// The limit.
        limit: usize,
    },
}

/// Builds a [`Reader`] with limits of your own.
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
    /// A builder with the default limits [`LONGEST_LINE`] and [`MOST_COLUMNS`].
    #[must_use]
    pub fn new() -> Self {
        ReaderBuilder {
            longest_line: LONGEST_LINE,
            most_columns: MOST_COLUMNS,
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

    /// Makes a reader, which reads the comments and the labels at once. Deviations from the format go to the sink.
    ///
    /// # Errors
    /// When the source fails, when the labels are missing or not those of ODV, or when there are too many columns.
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

/// Reads the rows of a spreadsheet. Deviations go to the sink that each call receives, in the order of the file.
#[derive(Debug)]
pub struct Reader<R> {
    source: Source<R>,
    header: Header,
    /// The line of labels as the file contains it.
    labels: Vec<u8>,
    cells: Cells,
    stations: Stations,
    is_truncated: bool,
}

impl<R: Read> Reader<R> {
    /// Makes a reader with the default limits, which reads the comments and the labels at once.
    ///
    /// # Errors
    /// Those of [`ReaderBuilder::from_reader`].
    pub fn new(source: R, sink: Sink<'_>) -> Result<Self, Error> {
        ReaderBuilder::new().from_reader(source, sink)
    }

    /// The comments and the labels.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Number of stations in the rows that were read so far.
    pub fn stations(&self) -> u64 {
        self.stations.current.number
    }

    /// Whether the file ends within a row. Known when [`Self::next_row`] has returned `None`.
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    /// Reads the next row, which borrows from the reader; `None` at the end of the file.
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
                // DOS marked the end of a text file with the byte 0x1A.
                _ if line.bytes.trim_ascii() == b"\x1A" => {}
                _ if line.bytes == self.labels => {
                    let message = format_args!("the line repeats the labels of line {}", self.header.line);
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
