//! A scan: its cells, parted and classified.

use std::io::Write;

use crate::column::Column;
use crate::deviation::{Place, Sink, codes, report};

/// Characters of a column.
const WIDTH: usize = 11;

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A number; NaN and infinities too.
    Number(f64),
    /// The header's `bad_flag`: no value, or in the column `flag` the mark of a bad scan.
    BadFlag,
    /// The row is too short.
    Missing,
    /// No number.
    Invalid,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    start: usize,
    end: usize,
    value: Value,
}

/// One scan, borrowed from the reader.
#[derive(Debug, Clone, Copy)]
pub struct Scan<'a> {
    cells: &'a Cells,
    text: &'a [u8],
}

impl Scan<'_> {
    /// What a column says.
    ///
    /// # Panics
    /// Where there is no such column.
    pub fn value(&self, column: usize) -> Value {
        self.cells.cells[column].value
    }

    /// How it is spelt; numbers of binary data as Rust writes them with an exponent.
    ///
    /// # Panics
    /// Where there is no such column.
    pub fn cell(&self, column: usize) -> &[u8] {
        let cell = self.cells.cells[column];
        &self.text[cell.start..cell.end]
    }

    /// How many bytes its text has.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }
}

/// The cells of the current scan.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    cells: Vec<Cell>,
    /// Of a binary scan, as text.
    spelt: Vec<u8>,
}

impl Cells {
    pub(crate) fn scan<'a>(&'a self, line: Option<&'a [u8]>) -> Scan<'a> {
        Scan {
            cells: self,
            text: line.unwrap_or(&self.spelt),
        }
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = Value> {
        self.cells.iter().map(|cell| cell.value)
    }

    /// Parts and reads a line of ascii data.
    pub(crate) fn ascii(
        &mut self,
        (line, number): (&[u8], u64),
        columns: &[Column],
        bad_flag: f64,
        sink: Sink<'_>,
    ) {
        let found = self.part_at_blanks(line, columns.len());
        if found < columns.len()
            && let Some(touch) = self.part_at_width(line, columns.len())
        {
            let message = format_args!("{found} numbers in {} columns", columns.len());
            let place = Place::Text(number, touch as u64 + 1);
            report(sink, &codes::COLUMNS_RUN_TOGETHER, None, place, message);
        } else if found != columns.len() {
            let at = match self.cells.last() {
                Some(last) if found > columns.len() => last.end,
                _ => line.len(),
            };
            let message = format_args!("{found} cells, and there are {} columns", columns.len());
            let place = Place::Text(number, at as u64 + 1);
            report(sink, &codes::RAGGED_ROW, None, place, message);
        }
        for (cell, column) in self.cells.iter_mut().zip(columns) {
            let text = &line[cell.start..cell.end];
            if text.is_empty() {
                continue;
            }
            let place = Place::Text(number, cell.start as u64 + 1);
            match fast_float2::parse(text) {
                Ok(value) => cell.value = classify(value, value == bad_flag, column, place, sink),
                Err(_) => {
                    cell.value = Value::Invalid;
                    let text = text[..text.len().min(40)].escape_ascii();
                    let message = format_args!("`{text}` is no number");
                    report(sink, &codes::BAD_NUMBER, Some(&column.name), place, message);
                }
            }
        }
    }

    /// Makes a cell of every word up to `columns`, and empty ones beyond the last; returns the number of words.
    fn part_at_blanks(&mut self, line: &[u8], columns: usize) -> usize {
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

    /// Parts at every 11th character, where that gives numbers only; returns where the first two touch.
    fn part_at_width(&mut self, line: &[u8], columns: usize) -> Option<usize> {
        let line = line.trim_ascii_end();
        let parted = (0..columns).map(|at| {
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
        let parted: Option<Vec<Cell>> = parted.collect();
        self.cells = parted?;
        let mut pairs = self.cells.windows(2);
        pairs
            .find(|pair| pair[0].end == pair[1].start)
            .map(|pair| pair[1].start)
    }

    /// Reads a row of binary data, which may hold fewer columns than there are.
    pub(crate) fn binary(
        &mut self,
        (row, at): (&[u8], u64),
        columns: &[Column],
        bad_flag: f64,
        sink: Sink<'_>,
    ) {
        self.cells.clear();
        self.spelt.clear();
        let (floats, _) = row.as_chunks::<4>();
        for ((float, column), place) in floats.iter().zip(columns).zip((at..).step_by(4)) {
            let float = f32::from_le_bytes(*float);
            let start = self.spelt.len();
            // Writing to memory cannot fail.
            let _ = write!(self.spelt, "{float:e}");
            let is_bad = float == bad_flag as f32;
            let value = classify(f64::from(float), is_bad, column, Place::Byte(place), sink);
            self.cells.push(Cell {
                start,
                end: self.spelt.len(),
                value,
            });
        }
        let end = self.spelt.len();
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
