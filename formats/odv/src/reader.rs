//! From bytes to rows.

use std::io::{self, Read};

use crate::cells::{Cells, Value};
use crate::column::MOST_COLUMNS;
use crate::comments::Comments;
use crate::deviation::{Deviation, Sink, codes, report};
use crate::header::{Header, Refusal};
use crate::lines::{LONGEST_LINE, Lines, text};
use crate::station::{Station, Stations};

/// Why nothing can be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The source failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// There is nothing but comments.
    #[error("there is no line of column labels")]
    NoLabels,
    /// The labels are those of another kind of table.
    #[error("line {line} names neither `Cruise` nor `Station`, as the labels of ODV do")]
    NotOdv {
        /// Where labels should be.
        line: u64,
    },
    /// It has more columns than are read.
    #[error("line {line} has {found} columns, the limit is {MOST_COLUMNS}")]
    TooManyColumns {
        /// Where the labels are.
        line: u64,
        /// Columns.
        found: usize,
    },
}

/// Reads rows. Deviations go to the sink that is given with each call, in the file's order.
pub struct Reader<R> {
    lines: Lines<R>,
    header: Header,
    /// As they stand in the file.
    labels: Vec<u8>,
    cells: Cells,
    stations: Stations,
}

/// One line of data, borrowed from the reader.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    line: &'a [u8],
    header: &'a Header,
    cells: &'a Cells,
    station: &'a Station,
    begins_station: bool,
}

impl<R: Read> Reader<R> {
    /// Reads comments and labels.
    ///
    /// # Errors
    /// When the source fails, or there are no labels of ODV's.
    pub fn new(source: R, sink: &mut dyn FnMut(Deviation<'_>)) -> Result<Self, Error> {
        let mut lines = Lines::new(source);
        let mut comments = Comments::default();
        loop {
            if !advance(&mut lines, sink)? {
                return Err(Error::NoLabels);
            }
            match lines.line() {
                comment if comment.starts_with(b"//") => comments.line(&text(comment), lines.number()),
                line if line.trim_ascii().is_empty() => {}
                _ => break,
            }
        }
        let line = lines.number();
        let header = Header::read((lines.line(), line), comments, sink).map_err(|refusal| match refusal {
            Refusal::NoStations => Error::NotOdv { line },
            Refusal::TooMany(found) => Error::TooManyColumns { line, found },
        })?;
        Ok(Reader {
            cells: Cells::new(header.columns.len()),
            labels: lines.line().to_vec(),
            stations: Stations::default(),
            lines,
            header,
        })
    }

    /// Comments and labels.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Stations so far.
    pub fn stations(&self) -> u64 {
        self.stations.current.number
    }

    /// Reads the next row; none at the end.
    ///
    /// # Errors
    /// When the source fails.
    pub fn next_row(&mut self, sink: &mut dyn FnMut(Deviation<'_>)) -> io::Result<Option<Row<'_>>> {
        loop {
            if !advance(&mut self.lines, sink)? {
                return Ok(None);
            }
            match self.lines.line() {
                line if line.starts_with(b"//") || line.trim_ascii().is_empty() => {}
                line if line == self.labels => {
                    let message = format_args!("the labels of line {} again", self.header.line);
                    report(
                        sink,
                        &codes::LABELS_REPEATED,
                        None,
                        (self.lines.number(), 1),
                        message,
                    );
                }
                _ => break,
            }
        }
        let at = (self.lines.line(), self.lines.number());
        let (header, cells) = (&self.header, &mut self.cells);
        cells.part(at, header.separator, sink);
        let begins_station = self.stations.take(at, header, cells, sink);
        cells.read(at, header, |column| !column.is_metadata, sink);
        Ok(Some(Row {
            line: at.0,
            header,
            cells,
            station: &self.stations.current,
            begins_station,
        }))
    }
}

impl<'a> Row<'a> {
    /// Whether it is the first line of its station.
    pub fn begins_station(&self) -> bool {
        self.begins_station
    }

    /// The station that it belongs to.
    pub fn station(&self) -> &'a Station {
        self.station
    }

    /// What a column says; metadata are those of the station.
    ///
    /// # Panics
    /// Where there is no such column.
    pub fn value(&self, column: usize) -> Value {
        self.cells.values[column]
    }

    /// How a cell is spelt, without quotes and white space around it. Times of samples are `YYYY-MM-DD` or
    /// `YYYY-MM-DDTHH:MM:SS`; [`Station::time`] has that of the station.
    ///
    /// # Panics
    /// Where there is no such column.
    pub fn cell(&self, column: usize) -> &'a [u8] {
        match self.header.columns[column].is_metadata {
            true => &self.station.cells[column],
            false => self.cells.cell(self.line, column),
        }
    }

    /// The flag of a variable, where it has flags; empty where none is given.
    ///
    /// # Panics
    /// Where there is no such column.
    pub fn flag(&self, column: usize) -> Option<&'a [u8]> {
        self.header.columns[column].flag.map(|flag| self.cell(flag))
    }

    /// How many bytes the line has.
    pub fn bytes(&self) -> usize {
        self.line.len()
    }
}

/// Goes to the next line, and looks at its bytes.
fn advance<R: Read>(lines: &mut Lines<R>, sink: Sink<'_>) -> io::Result<bool> {
    if !lines.advance()? {
        return Ok(false);
    }
    let number = lines.number();
    if lines.too_long() {
        let message = format_args!("the line is longer than {LONGEST_LINE} bytes, and left out");
        report(sink, &codes::LINE_TOO_LONG, None, (number, 1), message);
    }
    if let Err(error) = std::str::from_utf8(lines.line()) {
        let at = error.valid_up_to();
        let message = format_args!("byte {:#04x} is not UTF-8", lines.line()[at]);
        report(sink, &codes::NOT_UTF8, None, (number, at as u64 + 1), message);
    }
    Ok(true)
}
