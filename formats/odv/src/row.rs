//! The cells of a row: split, parsed and compared with their flags.

use text_format::{Civil, Place, Sink, decode, report};

use crate::column::{Column, Kind, Role};
use crate::deviation::codes;
use crate::header::{Header, counted, trim};
use crate::lines::Line;
use crate::scheme::Scheme;
use crate::station::Station;
use crate::time::{Form, Time};

/// The number that ODV writes for a missing value, with either sign.
const FILL: f64 = 1e10;

/// The value of a cell, according to its column.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A finite or infinite number; NaN is a missing value.
    Number(f64),
    /// A text; [`Row::cell`] returns it.
    Text,
    /// A date, with or without a time of day; [`Row::time`] returns it.
    Time,
    /// An empty cell, or a spelling of a missing value.
    Missing,
    /// A cell that does not fit its column, such as a text in a column of numbers.
    Invalid,
}

/// One row of data, borrowed from the [`Reader`](crate::Reader).
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub(crate) line: &'a [u8],
    pub(crate) header: &'a Header,
    pub(crate) cells: &'a Cells,
    pub(crate) station: &'a Station,
    pub(crate) begins_station: bool,
}

impl<'a> Row<'a> {
    /// Whether this is the first row of its station.
    #[must_use]
    pub fn begins_station(&self) -> bool {
        self.begins_station
    }

    /// The station that the row belongs to.
    #[must_use]
    pub fn station(&self) -> &'a Station {
        self.station
    }

    /// The value of a column, whose index counts from 0. The value of a column of metadata is that of the station.
    ///
    /// # Panics
    /// When there is no such column.
    #[must_use]
    pub fn value(&self, column: usize) -> Value {
        self.cells.values[column]
    }

    /// The text of a cell, without enclosing quotes and white space. The index of the column counts from 0.
    ///
    /// # Panics
    /// When there is no such column.
    #[must_use]
    pub fn cell(&self, column: usize) -> &'a [u8] {
        match self.header.columns[column].is_metadata {
            true => &self.station.cells[column],
            false => self.cells.raw(self.line, column),
        }
    }

    /// The time in a column of times or of Julian days, without a zone; `None` if the cell has none.
    ///
    /// In a column of metadata it is that of the station. [`Station::time`] combines date and time of day.
    ///
    /// # Panics
    /// When there is no such column.
    #[must_use]
    pub fn time(&self, column: usize) -> Option<Civil> {
        self.cells.times[column]
    }

    /// The flag of a variable: its own, or that of the sample. Empty if the cell is empty, `None` if the file has no
    /// flags for the variable.
    ///
    /// # Panics
    /// When there is no such column.
    #[must_use]
    pub fn flag(&self, column: usize) -> Option<&'a [u8]> {
        self.header.flag_of(column).map(|flag| self.cell(flag))
    }

    /// The flag of the sample as a whole; `None` if the file has no such column.
    #[must_use]
    pub fn sample_flag(&self) -> Option<&'a [u8]> {
        self.header.sample_flag.map(|flag| self.cell(flag))
    }

    /// Length of the line in bytes, without the line end.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.line.len()
    }
}

/// What a line of data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Row,
    /// The beginning of a row, at the end of the file.
    Cut,
}

/// The cells of a line, and the values of the columns.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    /// Start and end of each cell in the line; columns after the last cell are empty.
    ranges: Vec<(usize, usize)>,
    /// The values of the columns; those of metadata are of the station.
    pub(crate) values: Vec<Value>,
    /// Times in the line, by column.
    times: Vec<Option<Civil>>,
    /// Whether all rows so far had as many cells as there are columns.
    all_full: bool,
    rows: u64,
}

impl Cells {
    pub(crate) fn new(columns: usize) -> Self {
        Cells {
            ranges: vec![(0, 0); columns],
            values: vec![Value::Missing; columns],
            times: vec![None; columns],
            all_full: true,
            rows: 0,
        }
    }

    /// Splits a line into cells.
    pub(crate) fn split(&mut self, line: Line<'_>, separator: u8, sink: Sink<'_>) -> Outcome {
        let columns = self.ranges.len();
        let (mut at, mut found, mut surplus) = (0, 0, None);
        for cell in line.bytes.split(|byte| *byte == separator) {
            let inner = trim(cell);
            let start = at + (inner.as_ptr() as usize - cell.as_ptr() as usize);
            match self.ranges.get_mut(found) {
                Some(range) => *range = (start, start + inner.len()),
                None if !inner.is_empty() => surplus = surplus.or(Some(start)),
                None => {}
            }
            found += 1;
            at += cell.len() + 1;
        }
        for range in self.ranges.iter_mut().skip(found) {
            *range = (line.bytes.len(), line.bytes.len());
        }
        if found < columns && line.is_unended && self.all_full && self.rows > 0 {
            let message = format_args!("the last row ends after {found} of {}", counted(columns, "cell"));
            report(
                sink,
                &codes::TRUNCATED,
                None,
                line.place(line.bytes.len()),
                message,
            );
            return Outcome::Cut;
        }
        if found < columns || surplus.is_some() {
            self.all_full = false;
            let message = format_args!("expected {}, found {found}", counted(columns, "cell"));
            let at = surplus.unwrap_or(line.bytes.len());
            report(sink, &codes::RAGGED_ROW, None, line.place(at), message);
        }
        self.rows += 1;
        Outcome::Row
    }

    /// The bytes of a cell in the line.
    pub(crate) fn raw<'a>(&self, line: &'a [u8], column: usize) -> &'a [u8] {
        let (start, end) = self.ranges[column];
        &line[start..end]
    }

    /// Index of the first byte of a cell in the line, from 0.
    pub(crate) fn at(&self, column: usize) -> usize {
        self.ranges[column].0
    }

    /// Parses the cells of the selected columns, and compares them with their flags.
    pub(crate) fn read(
        &mut self,
        line: Line<'_>,
        header: &Header,
        is_chosen: impl Fn(&Column) -> bool,
        sink: Sink<'_>,
    ) {
        for (index, column) in header.columns.iter().enumerate() {
            if !is_chosen(column) || column.role == Role::Flag {
                continue;
            }
            let (cell, place) = (self.raw(line.bytes, index), line.place(self.at(index)));
            self.times[index] = None;
            let value = match header.says_missing(cell) {
                true => Value::Missing,
                false => self.value(index, column, cell, header, place, sink),
            };
            self.values[index] = value;
            if let Some(flag) = column.flag {
                let (name, place) = (&column.name, line.place(self.at(flag)));
                let scheme = header.columns[flag].scheme.as_deref().and_then(Scheme::named);
                check_flag(name, value, self.raw(line.bytes, flag), scheme, place, sink);
            }
        }
    }

    fn value(
        &mut self,
        index: usize,
        column: &Column,
        cell: &[u8],
        header: &Header,
        place: Place,
        sink: Sink<'_>,
    ) -> Value {
        match column.kind {
            Kind::Text => Value::Text,
            Kind::Number => {
                let value = number(cell, column, header, place, sink);
                if let (Some(form @ Form::JulianDay), Value::Number(_)) = (column.form, value)
                    && let Time::Known(time) = form.read(&decode(cell))
                {
                    self.times[index] = Some(time);
                }
                value
            }
            Kind::Time => match time(cell, column, place, sink) {
                Some(time) => {
                    self.times[index] = Some(time);
                    Value::Time
                }
                None => Value::Invalid,
            },
        }
    }
}

impl Header {
    fn says_missing(&self, cell: &[u8]) -> bool {
        cell.is_empty()
            || self
                .missing_values
                .iter()
                .any(|missing| missing.spelling.as_bytes() == cell)
    }
}

/// Whether a cell is a number, with a decimal point or comma.
pub(crate) fn is_number(cell: &[u8]) -> bool {
    fast_float2::parse::<f64, _>(cell).is_ok() || with_decimal_comma(cell).is_some()
}

fn number(cell: &[u8], column: &Column, header: &Header, place: Place, sink: Sink<'_>) -> Value {
    let name = Some(column.name.as_str());
    let shown = cell[..cell.len().min(40)].escape_ascii();
    let number = fast_float2::parse::<f64, _>(cell).ok().or_else(|| {
        let number = with_decimal_comma(cell)?;
        let message = format_args!("`{shown}` was read as {number}");
        report(sink, &codes::DECIMAL_COMMA, name, place, message);
        Some(number)
    });
    match number {
        Some(number) if number.is_nan() => Value::Missing,
        Some(number)
            if header
                .missing_values
                .iter()
                .any(|missing| missing.number == Some(number)) =>
        {
            Value::Missing
        }
        Some(number) if number.abs() == FILL => {
            report(
                sink,
                &codes::FILL_VALUE,
                name,
                place,
                format_args!("`{shown}` means a missing value"),
            );
            Value::Missing
        }
        Some(number) => Value::Number(number),
        None => {
            report(
                sink,
                &codes::BAD_NUMBER,
                name,
                place,
                format_args!("`{shown}` is not a number"),
            );
            Value::Invalid
        }
    }
}

/// The number of a cell such as `12,5`, with one comma and no point.
fn with_decimal_comma(cell: &[u8]) -> Option<f64> {
    let comma = cell.iter().position(|byte| *byte == b',')?;
    if cell.contains(&b'.') || cell[comma + 1..].contains(&b',') {
        return None;
    }
    let mut with_point = cell.to_vec();
    with_point[comma] = b'.';
    fast_float2::parse(&with_point).ok()
}

pub(crate) fn time(cell: &[u8], column: &Column, place: Place, sink: Sink<'_>) -> Option<Civil> {
    let form = column.form.unwrap_or(Form::Iso);
    known(form.read(&decode(cell)), cell, column, place, sink)
}

/// The time, if it is valid; an invalid one is reported.
pub(crate) fn known(time: Time, cell: &[u8], column: &Column, place: Place, sink: Sink<'_>) -> Option<Civil> {
    let shown = cell[..cell.len().min(40)].escape_ascii();
    let name = Some(column.name.as_str());
    match time {
        Time::Known(time) => return Some(time),
        Time::Coarse => {
            report(
                sink,
                &codes::TIME_PRECISION,
                name,
                place,
                format_args!("`{shown}` has no day"),
            );
        }
        Time::Bad => {
            let message = format_args!("`{shown}` is not a valid time of the form `{}`", column.name);
            report(sink, &codes::BAD_TIME, name, place, message);
        }
    }
    None
}

fn check_flag(name: &str, value: Value, flag: &[u8], scheme: Option<&Scheme>, place: Place, sink: Sink<'_>) {
    let Some(scheme) = scheme.filter(|_| !flag.is_empty()) else {
        return;
    };
    let is_missing = value == Value::Missing;
    let shown = flag[..flag.len().min(40)].escape_ascii();
    if !scheme.has(flag) {
        let message = format_args!("{} has no flag `{shown}`", scheme.name);
        report(sink, &codes::FLAG_VALUE, Some(name), place, message);
    } else if !is_missing && scheme.says_missing(flag) {
        let message = format_args!(
            "{name} has a value, but flag `{shown}` of {} means a missing one",
            scheme.name
        );
        report(sink, &codes::FLAGGED_MISSING, Some(name), place, message);
    } else if is_missing && scheme.says_value(flag) {
        let message = format_args!(
            "{name} has no value, but flag `{shown}` of {} says that there is one",
            scheme.name
        );
        report(sink, &codes::MISSING_FLAGGED, Some(name), place, message);
    }
}
