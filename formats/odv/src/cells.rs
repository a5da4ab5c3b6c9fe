//! The cells of a line: parted, read and held against their flags.

use crate::column::{Column, Kind};
use crate::deviation::{Sink, codes, report};
use crate::header::{Header, trim};
use crate::lines::text;
use crate::scheme::Scheme;
use crate::time::{Form, Time};

/// What ODV writes where there is no value.
const FILL: f64 = 1e10;

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A number; NaN and infinities too.
    Number(f64),
    /// A text.
    Text,
    /// A date, or a date with a time of day.
    Time,
    /// Nothing, or a spelling of it.
    Missing,
    /// No value of the column's kind.
    Invalid,
}

/// A line's cells, and the values of its columns.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    /// Start and end in the line; columns beyond its last cell are empty.
    ranges: Vec<(usize, usize)>,
    /// Of metadata those of the station.
    pub(crate) values: Vec<Value>,
    /// Times of the line, as [`Value::Time`] has them: column and text.
    times: Vec<(usize, String)>,
}

impl Cells {
    pub(crate) fn new(columns: usize) -> Self {
        Cells {
            ranges: vec![(0, 0); columns],
            values: vec![Value::Missing; columns],
            times: Vec::new(),
        }
    }

    /// Finds the cells of a line.
    pub(crate) fn part(&mut self, (line, number): (&[u8], u64), separator: u8, sink: Sink<'_>) {
        let columns = self.ranges.len();
        self.times.clear();
        let (mut at, mut found, mut surplus) = (0, 0, None);
        for cell in line.split(|byte| *byte == separator) {
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
            *range = (line.len(), line.len());
        }
        if found < columns || surplus.is_some() {
            let message = format_args!("{found} cells, and there are {columns} columns");
            let at = surplus.unwrap_or(line.len()) as u64 + 1;
            report(sink, &codes::RAGGED_ROW, None, (number, at), message);
        }
    }

    /// A cell as it stands in the line.
    pub(crate) fn raw<'a>(&self, line: &'a [u8], column: usize) -> &'a [u8] {
        let (start, end) = self.ranges[column];
        &line[start..end]
    }

    /// A cell; of times as [`Value::Time`] has them.
    pub(crate) fn cell<'a>(&'a self, line: &'a [u8], column: usize) -> &'a [u8] {
        let time = self.times.iter().find(|(of, _)| *of == column);
        time.map_or_else(|| self.raw(line, column), |(_, time)| time.as_bytes())
    }

    /// Where a cell stands, byte from 1.
    pub(crate) fn at(&self, column: usize) -> u64 {
        self.ranges[column].0 as u64 + 1
    }

    /// Reads the cells of the chosen columns, and holds them against their flags.
    pub(crate) fn read(
        &mut self,
        (line, number): (&[u8], u64),
        header: &Header,
        is_chosen: impl Fn(&Column) -> bool,
        sink: Sink<'_>,
    ) {
        for (index, column) in header.columns.iter().enumerate() {
            if !is_chosen(column) || column.role == crate::Role::Flag {
                continue;
            }
            let (cell, at) = (self.raw(line, index), (number, self.at(index)));
            let value = match header.says_missing(cell) {
                true => Value::Missing,
                false => self.value(index, column, cell, at, sink),
            };
            self.values[index] = value;
            if let Some(flag) = column.flag {
                let (name, at) = (&column.name, (number, self.at(flag)));
                let scheme = header.columns[flag].scheme.as_deref().and_then(Scheme::of);
                check_flag(name, value, self.raw(line, flag), scheme, at, sink);
            }
        }
    }

    fn value(&mut self, index: usize, column: &Column, cell: &[u8], at: (u64, u64), sink: Sink<'_>) -> Value {
        match column.kind {
            Kind::Text => Value::Text,
            Kind::Number => number(cell, column, at, sink),
            Kind::Time => match time(cell, column, at, sink) {
                Some(time) => {
                    self.times.push((index, time));
                    Value::Time
                }
                None => Value::Invalid,
            },
        }
    }
}

impl Header {
    fn says_missing(&self, cell: &[u8]) -> bool {
        cell.is_empty() || self.missing_values.iter().any(|spelling| spelling == cell)
    }
}

fn number(cell: &[u8], column: &Column, at: (u64, u64), sink: Sink<'_>) -> Value {
    let name = Some(column.name.as_str());
    let shown = cell[..cell.len().min(40)].escape_ascii();
    let number = fast_float2::parse::<f64, _>(cell).ok().or_else(|| {
        let number = with_decimal_comma(cell)?;
        report(
            sink,
            &codes::DECIMAL_COMMA,
            name,
            at,
            format_args!("`{shown}` was read as {number}"),
        );
        Some(number)
    });
    match number {
        Some(number) if number.abs() == FILL => {
            report(
                sink,
                &codes::FILL_VALUE,
                name,
                at,
                format_args!("`{shown}` is no value"),
            );
            Value::Missing
        }
        Some(number) => Value::Number(number),
        None => {
            report(
                sink,
                &codes::BAD_NUMBER,
                name,
                at,
                format_args!("`{shown}` is no number"),
            );
            Value::Invalid
        }
    }
}

/// `12,5`: one comma, and no point.
fn with_decimal_comma(cell: &[u8]) -> Option<f64> {
    let comma = cell.iter().position(|byte| *byte == b',')?;
    if cell.contains(&b'.') || cell[comma + 1..].contains(&b',') {
        return None;
    }
    let mut with_point = cell.to_vec();
    with_point[comma] = b'.';
    fast_float2::parse(&with_point).ok()
}

pub(crate) fn time(cell: &[u8], column: &Column, at: (u64, u64), sink: Sink<'_>) -> Option<String> {
    known(
        column.form.unwrap_or(Form::Iso).read(&text(cell)),
        cell,
        column,
        at,
        sink,
    )
}

/// The time, where it is known; else a report.
pub(crate) fn known(
    time: Time,
    cell: &[u8],
    column: &Column,
    at: (u64, u64),
    sink: Sink<'_>,
) -> Option<String> {
    let shown = cell[..cell.len().min(40)].escape_ascii();
    let name = Some(column.name.as_str());
    match time {
        Time::Known(time) => return Some(time),
        Time::Coarse => report(
            sink,
            &codes::TIME_PRECISION,
            name,
            at,
            format_args!("`{shown}` has no day"),
        ),
        Time::Bad => report(
            sink,
            &codes::BAD_TIME,
            name,
            at,
            format_args!("`{shown}` is no time"),
        ),
    }
    None
}

fn check_flag(
    name: &str,
    value: Value,
    flag: &[u8],
    scheme: Option<&Scheme>,
    at: (u64, u64),
    sink: Sink<'_>,
) {
    let Some(scheme) = scheme.filter(|_| !flag.is_empty()) else {
        return;
    };
    let is_missing = value == Value::Missing;
    let code = match () {
        () if !scheme.has(flag) => &codes::FLAG_VALUE,
        () if !is_missing && scheme.says_missing(flag) => &codes::FLAGGED_MISSING,
        () if is_missing && scheme.says_value(flag) => &codes::MISSING_FLAGGED,
        () => return,
    };
    let (shown, what) = (
        flag[..flag.len().min(40)].escape_ascii(),
        ["a value", "no value"][usize::from(is_missing)],
    );
    let message = format_args!("flag `{shown}` of {} stands beside {what}", scheme.name);
    report(sink, code, Some(name), at, message);
}
