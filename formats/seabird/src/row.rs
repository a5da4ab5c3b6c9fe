//! A scan: its cells, split and classified.

use std::io::Write;

use text_format::{Line, LineEnd, Place, Sink, report};

use crate::column::Column;
use crate::deviation::codes;
use crate::header::counted;

/// Characters of a column in ascii data.
const WIDTH: usize = 11;

/// The value of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A number, including NaN and infinities.
    Number(f64),
    /// The `bad_flag` of the header: a missing value, or in the column `flag` the mark of a bad scan.
    BadFlag,
    /// A missing cell: the row is too short.
    Missing,
    /// A cell that is not a number.
    Invalid,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    start: usize,
    end: usize,
    value: Value,
}

/// One scan, borrowed from the [`Reader`](crate::Reader).
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    cells: &'a Cells,
    text: &'a [u8],
    start: Place,
}

impl Row<'_> {
    /// The value of a column, whose index counts from 0.
    ///
    /// # Panics
    /// When there is no such column.
    #[must_use]
    pub fn value(&self, column: usize) -> Value {
        self.cells.cells[column].value
    }

    /// The text of a cell. Numbers of binary data are written with an exponent: `1.5e0`. The index of the column counts
    /// from 0.
    ///
    /// # Panics
    /// When there is no such column.
    #[must_use]
    pub fn cell(&self, column: usize) -> &[u8] {
        let cell = self.cells.cells[column];
        &self.text[cell.start..cell.end]
    }

    /// Whether the column `flag` marks the scan as bad; false if the data have no such column.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        self.cells.is_bad
    }

    /// Place of the first byte of a cell: line and column, or the offset in binary data. The index of the column counts
    /// from 0.
    ///
    /// # Panics
    /// When there is no such column.
    #[must_use]
    pub fn place(&self, column: usize) -> Place {
        match self.start {
            Place::Line { line, .. } => Place::line(line, self.cells.cells[column].start as u64 + 1),
            Place::Byte(byte) => Place::Byte(byte + 4 * column as u64),
            other => other,
        }
    }

    /// Length of the text of the scan in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.text.len()
    }
}

/// What a line of ascii data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A scan.
    Row,
    /// A line of text.
    Words,
    /// The beginning of a scan, at the end of the file.
    Cut,
}

/// The cells of the current scan.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    cells: Vec<Cell>,
    is_bad: bool,
    /// Length of all lines so far, if it is the same.
    width: Width,
    /// The text of a binary scan.
    spelled: Vec<u8>,
}

/// Length of the lines of the data.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Width {
    #[default]
    Unknown,
    All(usize),
    Differs,
}

impl Cells {
    /// The row of a line, or of binary data.
    pub(crate) fn row<'a>(&'a self, line: Option<&'a [u8]>, start: Place) -> Row<'a> {
        Row {
            cells: self,
            text: line.unwrap_or(&self.spelled),
            start,
        }
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = Value> {
        self.cells.iter().map(|cell| cell.value)
    }

    pub(crate) fn is_bad(&self) -> bool {
        self.is_bad
    }

    /// Splits and parses a line of ascii data.
    pub(crate) fn ascii(
        &mut self,
        line: Line<'_>,
        columns: &[Column],
        bad_flag: f64,
        sink: Sink<'_>,
    ) -> Outcome {
        let bytes = line.bytes;
        let found = self.split_at_blanks(bytes, columns.len());
        let is_number = |cell: &Cell| fast_float2::parse::<f64, _>(&bytes[cell.start..cell.end]).is_ok();
        let filled = found.min(columns.len());
        if found > 1 && !self.cells[..filled].iter().any(is_number) {
            let message = format_args!("the line has {} but no number", counted(found as u64, "word"));
            report(sink, &codes::TEXT_ROW, None, line.place(0), message);
            return Outcome::Words;
        }
        if found < columns.len()
            && let Some(touch) = self.split_at_width(bytes, columns.len())
        {
            let message = format_args!("{} in {} columns", counted(found as u64, "word"), columns.len());
            report(
                sink,
                &codes::COLUMNS_RUN_TOGETHER,
                None,
                line.place(touch),
                message,
            );
        } else if self.is_cut(line, found < columns.len()) {
            let all = counted(columns.len() as u64, "cell");
            let message = format_args!("the last row ends within cell {found} of {all}");
            report(sink, &codes::TRUNCATED, None, line.place(bytes.len()), message);
            return Outcome::Cut;
        } else if found != columns.len() {
            let at = match self.cells.last() {
                Some(last) if found > columns.len() => last.end,
                _ => bytes.len(),
            };
            let message = format_args!(
                "expected {}, found {found}",
                counted(columns.len() as u64, "cell")
            );
            report(sink, &codes::RAGGED_ROW, None, line.place(at), message);
        }
        self.is_bad = false;
        for (cell, column) in self.cells.iter_mut().zip(columns) {
            let text = &bytes[cell.start..cell.end];
            if text.is_empty() {
                continue;
            }
            let place = line.place(cell.start);
            match fast_float2::parse(text) {
                Ok(value) => cell.value = classify(value, value == bad_flag, column, place, sink),
                Err(_) => {
                    cell.value = Value::Invalid;
                    let text = text[..text.len().min(40)].escape_ascii();
                    let message = format_args!("`{text}` is not a number");
                    report(sink, &codes::BAD_NUMBER, Some(&column.name), place, message);
                }
            }
            self.is_bad |= column.is_flag() && cell.value == Value::BadFlag;
        }
        Outcome::Row
    }

    /// Whether the file ends within this row: it is the last line, it has no line end, and it lacks cells, or
    /// characters that all other lines have.
    fn is_cut(&mut self, line: Line<'_>, lacks_cells: bool) -> bool {
        let length = line.bytes.len();
        let is_shorter = matches!(self.width, Width::All(width) if length < width);
        self.width = match self.width {
            Width::Unknown => Width::All(length),
            Width::All(width) if width == length => self.width,
            _ => Width::Differs,
        };
        line.end == LineEnd::EndOfFile && (lacks_cells || is_shorter)
    }

    /// Splits a line at blanks into at most `columns` cells; missing cells are empty. Returns the number of words.
    fn split_at_blanks(&mut self, line: &[u8], columns: usize) -> usize {
        self.cells.clear();
        let (mut at, mut found) = (0, 0);
        for word in line.split(u8::is_ascii_whitespace) {
            if !word.is_empty() {
                found += 1;
                if found <= columns {
                    self.cells.push(Cell::missing(at, at + word.len()));
                }
            }
            at += word.len() + 1;
        }
        self.cells.resize(columns, Cell::missing(line.len(), line.len()));
        found
    }

    /// Splits a line at every 11th character, if that gives only numbers; returns the position at which the first two
    /// of them touch.
    fn split_at_width(&mut self, line: &[u8], columns: usize) -> Option<usize> {
        let line = line.trim_ascii_end();
        let cells = (0..columns).map(|at| {
            let from = at * WIDTH;
            let to = if at + 1 == columns {
                line.len()
            } else {
                from + WIDTH
            };
            let chunk = line.get(from..to)?;
            let start = from + chunk.len() - chunk.trim_ascii_start().len();
            let cell = Cell::missing(start, from + chunk.trim_ascii_end().len());
            let is_number = fast_float2::parse::<f64, _>(chunk.trim_ascii()).is_ok();
            is_number.then_some(cell)
        });
        let cells: Option<Vec<Cell>> = cells.collect();
        self.cells = cells?;
        let mut pairs = self.cells.windows(2);
        pairs
            .find(|pair| pair[0].end == pair[1].start)
            .map(|pair| pair[1].start)
    }

    /// Parses a row of binary data that begins at the offset `at` in the file, and may have fewer columns than
    /// expected.
    pub(crate) fn binary(
        &mut self,
        (row, at): (&[u8], u64),
        columns: &[Column],
        bad_flag: f64,
        sink: Sink<'_>,
    ) {
        self.cells.clear();
        self.spelled.clear();
        self.is_bad = false;
        let (floats, _) = row.as_chunks::<4>();
        for ((float, column), place) in floats.iter().zip(columns).zip((at..).step_by(4)) {
            let float = f32::from_le_bytes(*float);
            let start = self.spelled.len();
            // Writing to memory cannot fail.
            let _ = write!(self.spelled, "{float:e}");
            let is_bad = float == bad_flag as f32;
            let value = classify(f64::from(float), is_bad, column, Place::Byte(place), sink);
            self.is_bad |= column.is_flag() && value == Value::BadFlag;
            self.cells.push(Cell {
                start,
                end: self.spelled.len(),
                value,
            });
        }
        let end = self.spelled.len();
        self.cells.resize(columns.len(), Cell::missing(end, end));
    }
}

impl Cell {
    fn missing(start: usize, end: usize) -> Self {
        let value = Value::Missing;
        Cell { start, end, value }
    }
}

fn classify(value: f64, is_bad: bool, column: &Column, place: Place, sink: Sink<'_>) -> Value {
    if !is_bad {
        return Value::Number(value);
    }
    if !column.is_flag() {
        let message = format_args!("{} is the bad flag, not a value", column.name);
        report(sink, &codes::BAD_FLAG_VALUE, Some(&column.name), place, message);
    }
    Value::BadFlag
}
