//! Data lines: split, classified, held against flags and ranges.

use std::fmt;

use memchr::memchr_iter;

use crate::cast::Cast;
use crate::cell::{self, Spelling, Value, Written};
use crate::columns::{Column, Role};
use crate::deviation::{Code, Deviation, Sink, codes};
use crate::flags::Meaning;
use crate::vocabulary::DataType;

/// One data line, borrowed from the reader.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub(crate) line: u64,
    pub(crate) text: &'a [u8],
    pub(crate) cells: &'a Cells,
    pub(crate) columns: &'a [Column],
    pub(crate) cast: &'a Cast,
    pub(crate) cast_changed: bool,
}

impl<'a> Row<'a> {
    /// Line, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Bytes of the line, without its end.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether the line has no bytes; a data line has some.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The cell of a column, trimmed.
    pub fn cell(&self, column: usize) -> &'a [u8] {
        self.cells.text(self.text, column)
    }

    /// Byte at which the cell begins, from 1.
    pub fn place(&self, column: usize) -> u64 {
        u64::from(self.cells.spans[column].0) + 1
    }

    /// What the cell says.
    pub fn value(&self, column: usize) -> Value {
        self.cells.values[column]
    }

    /// The flag on a parameter's cell, trimmed; none where it has no flag column.
    pub fn flag(&self, column: usize) -> Option<&'a [u8]> {
        match self.columns[column].role {
            Role::Parameter { flag } => flag.map(|flag| self.cell(flag)),
            Role::Flag { .. } => None,
        }
    }

    /// The cast that the line belongs to.
    pub fn cast(&self) -> &'a Cast {
        self.cast
    }

    /// Whether [`Self::cast`] says anything else than on the line before.
    pub fn cast_changed(&self) -> bool {
        self.cast_changed
    }
}

/// The cells of the current line. Their memory is used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    /// Of the trimmed cells: first byte and the one after the last.
    spans: Vec<(u32, u32)>,
    values: Vec<Value>,
    /// Decimals of a column's first number.
    decimals: Vec<Option<u8>>,
}

/// Where a line's deviations are, and where they go.
struct Place<'a, 's> {
    line: u64,
    cells: &'a [(u32, u32)],
    columns: &'a [Column],
    sink: Sink<'s>,
}

impl Place<'_, '_> {
    fn found(&mut self, code: &'static Code, at: usize, subject: &str, message: fmt::Arguments<'_>) {
        let column = u64::from(self.cells[at].0) + 1;
        let field = Some(self.columns[at].name.as_str());
        (self.sink)(Deviation {
            subject: Some(subject),
            field,
            ..Deviation::at(code, self.line, column, message)
        });
    }
}

impl Cells {
    pub(crate) fn new(columns: usize) -> Self {
        Cells {
            spans: Vec::with_capacity(columns),
            values: vec![Value::Blank; columns],
            decimals: vec![None; columns],
        }
    }

    pub(crate) fn text<'t>(&self, line: &'t [u8], column: usize) -> &'t [u8] {
        let (start, end) = self.spans[column];
        &line[start as usize..end as usize]
    }

    pub(crate) fn value(&self, column: usize) -> Value {
        self.values[column]
    }

    pub(crate) fn column(&self, column: usize) -> u64 {
        u64::from(self.spans[column].0) + 1
    }

    /// Splits and classifies a line.
    pub(crate) fn read(&mut self, line: u64, text: &[u8], columns: &[Column], sink: Sink<'_>) {
        check_characters(line, text, columns, sink);
        self.split(line, text, columns.len(), sink);
        let mut place = Place {
            line,
            cells: &self.spans,
            columns,
            sink,
        };
        for (at, column) in columns.iter().enumerate() {
            let (start, end) = self.spans[at];
            let cell = &text[start as usize..end as usize];
            self.values[at] = match column.role {
                Role::Flag { .. } => Value::Text,
                Role::Parameter { flag } => {
                    let meaning = flag
                        .filter(|_| column.scheme.is_some())
                        .map_or(Meaning::None, |flag| {
                            let (start, end) = place.cells[flag];
                            flag_meaning(&text[start as usize..end as usize], flag, column, &mut place)
                        });
                    let value = classify(cell, at, column, meaning, &mut self.decimals[at], &mut place);
                    agree(value, cell, meaning, at, column, &mut place);
                    value
                }
            };
        }
    }

    fn split(&mut self, line: u64, text: &[u8], columns: usize, sink: Sink<'_>) {
        self.spans.clear();
        let mut start = 0;
        for end in memchr_iter(b',', text).chain([text.len()]) {
            self.spans.push(trim(text, start, end));
            start = end + 1;
        }
        let found = self.spans.len();
        if found == columns {
            return;
        }
        let end = text.len() as u32;
        if found < columns {
            let message = format_args!("{found} cells for {columns} parameters");
            sink(Deviation::at(
                &codes::RAGGED_ROW,
                line,
                u64::from(end) + 1,
                message,
            ));
            self.spans.resize(columns, (end, end));
            return;
        }
        let surplus = &self.spans[columns..];
        let column = u64::from(surplus[0].0) + 1;
        if surplus.iter().all(|(start, end)| start == end) {
            let message = format_args!("a data line ends with a comma");
            sink(Deviation::at(&codes::TRAILING_COMMA, line, column, message));
        } else {
            let message = format_args!("{found} cells for {columns} parameters");
            sink(Deviation::at(&codes::RAGGED_ROW, line, column, message));
        }
        self.spans.truncate(columns);
    }
}

/// Looks for bytes that data lines must not have; one finding a cell.
fn check_characters(line: u64, text: &[u8], columns: &[Column], sink: Sink<'_>) {
    let is_odd = |byte: &u8| !(0x20..0x80).contains(byte);
    // Without a branch in its body the compiler makes this a vectorised loop; nearly every line ends here.
    if !text.iter().fold(false, |odd, byte| odd | is_odd(byte)) {
        return;
    }
    let mut start = 0;
    for (at, cell) in text.split(|byte| *byte == b',').enumerate() {
        if let Some(odd) = cell.iter().position(is_odd) {
            let column = (start + odd) as u64 + 1;
            let message = format_args!("byte {:#04x} in a data line", cell[odd]);
            let deviation = Deviation::at(&codes::FORBIDDEN_CHARACTER, line, column, message);
            match columns.get(at) {
                Some(column) => sink(deviation.on(&column.name)),
                None => sink(deviation),
            }
        }
        start += cell.len() + 1;
    }
}

fn trim(text: &[u8], mut start: usize, mut end: usize) -> (u32, u32) {
    while start < end && text[start].is_ascii_whitespace() {
        start += 1;
    }
    while start < end && text[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    // Lines are capped far below 4 GiB.
    (start as u32, end as u32)
}

fn flag_meaning(flag: &[u8], at: usize, column: &Column, place: &mut Place<'_, '_>) -> Meaning {
    let name = column.name.as_str();
    let shown = || String::from_utf8_lossy(&flag[..flag.len().min(40)]);
    let meaning = match (flag, column.scheme) {
        ([digit], Some(scheme)) => scheme.meaning(*digit),
        _ => Meaning::Bad,
    };
    match meaning {
        Meaning::Fill | Meaning::Value | Meaning::None => {}
        Meaning::NoFlag => place.found(&codes::FLAG_ZERO, at, name, format_args!("{name} has flag 0")),
        Meaning::Unused => {
            place.found(
                &codes::FLAG_UNUSED,
                at,
                name,
                format_args!("{name} has flag {}, which its scheme does not use", shown()),
            );
        }
        Meaning::Bad if flag.is_empty() => place.found(
            &codes::FLAG_BLANK,
            at,
            name,
            format_args!("{name} has an empty flag"),
        ),
        Meaning::Bad if cell::spelling(flag) != Spelling::Ordinary => {
            place.found(
                &codes::FLAG_FILL,
                at,
                name,
                format_args!("{name} has flag {}", shown()),
            );
        }
        Meaning::Bad => place.found(
            &codes::FLAG_BAD,
            at,
            name,
            format_args!("{name} has flag `{}`, which is no code", shown()),
        ),
    }
    meaning
}

fn classify(
    cell: &[u8],
    at: usize,
    column: &Column,
    flag: Meaning,
    decimals: &mut Option<u8>,
    place: &mut Place<'_, '_>,
) -> Value {
    let name = column.name.as_str();
    if cell.is_empty() {
        let code = if column.required {
            &codes::KEY_PARTIAL
        } else {
            &codes::BLANK_CELL
        };
        place.found(code, at, name, format_args!("{name} is empty"));
        return Value::Blank;
    }
    let spelling = cell::spelling(cell);
    if spelling != Spelling::Ordinary && is_fill(cell, spelling, at, column, flag, place) {
        if column.required {
            place.found(&codes::KEY_PARTIAL, at, name, format_args!("{name} is missing"));
        }
        return Value::Fill;
    }
    let data_type = column.data_type();
    if data_type == Some(DataType::String) {
        if cell[0] == b'"' {
            let message = format_args!("{name} is quoted; the quotes count as part of it");
            place.found(&codes::QUOTED_CELL, at, name, message);
        }
        return Value::Text;
    }
    let shown = || String::from_utf8_lossy(&cell[..cell.len().min(40)]);
    let number = match cell::number(cell) {
        Written::Plain(number, written) => {
            if *decimals.get_or_insert(written) != written {
                let first = decimals.unwrap_or_default();
                place.found(
                    &codes::PRECISION_VARIES,
                    at,
                    name,
                    format_args!("{name} has {written} decimals after {first} before"),
                );
            }
            number
        }
        Written::Oddly(number) if data_type.is_some() && !number.is_finite() => {
            let message = format_args!("{name} is `{}`, which is no finite number", shown());
            place.found(&codes::NOT_A_NUMBER, at, name, message);
            return Value::Number(number);
        }
        Written::Oddly(number) if data_type.is_some() => {
            place.found(
                &codes::NUMBER_FORM,
                at,
                name,
                format_args!("{name} is written `{}`", shown()),
            );
            number
        }
        Written::Oddly(number) => number,
        Written::No if data_type.is_some() => {
            place.found(
                &codes::NOT_A_NUMBER,
                at,
                name,
                format_args!("{name} is `{}`, which is no number", shown()),
            );
            return Value::Invalid;
        }
        Written::No => return Value::Text,
    };
    if let Some((min, max)) = column.range()
        && !(min..=max).contains(&number)
    {
        let code = if column.is_position() {
            &codes::POSITION_IMPOSSIBLE
        } else {
            &codes::OUT_OF_RANGE
        };
        place.found(
            code,
            at,
            name,
            format_args!("{name} is {}, expected is {min} to {max}", shown()),
        );
    }
    Value::Number(number)
}

/// Whether a cell that is spelt like a fill is one.
fn is_fill(
    cell: &[u8],
    spelling: Spelling,
    at: usize,
    column: &Column,
    flag: Meaning,
    place: &mut Place<'_, '_>,
) -> bool {
    let name = column.name.as_str();
    match spelling {
        Spelling::Ordinary => false,
        Spelling::Exact => true,
        Spelling::Padded => {
            place.found(
                &codes::PADDED_FILL,
                at,
                name,
                format_args!("{name} has a fill that is padded with zeros"),
            );
            true
        }
        // 9 degrees south or west is a place like any other.
        Spelling::Odd { .. } if column.is_position() => false,
        Spelling::Odd { padded } => {
            let value = fast_float2::parse(cell).unwrap_or(f64::NAN);
            let outside = column
                .range()
                .is_some_and(|(min, max)| !(min..=max).contains(&value));
            let is_missing = flag == Meaning::Fill || outside;
            // A padded one that may be a value is written as values are.
            if is_missing || !padded {
                let taken = if is_missing { "missing" } else { "a value" };
                let spelt = String::from_utf8_lossy(cell);
                let message = format_args!("{name} is {spelt}: taken as {taken}");
                place.found(&codes::ODD_FILL, at, &spelt, message);
            }
            is_missing
        }
    }
}

/// Holds a value against its flag.
fn agree(value: Value, cell: &[u8], flag: Meaning, at: usize, column: &Column, place: &mut Place<'_, '_>) {
    let name = column.name.as_str();
    let is_there = !matches!(value, Value::Fill | Value::Blank);
    match flag {
        Meaning::Fill if is_there => {
            let shown = String::from_utf8_lossy(&cell[..cell.len().min(40)]);
            place.found(
                &codes::VALUE_UNDER_FILL_FLAG,
                at,
                name,
                format_args!("{name} is {shown} under a flag that demands a fill"),
            );
        }
        Meaning::Value if !is_there => {
            place.found(
                &codes::FILL_UNDER_VALUE_FLAG,
                at,
                name,
                format_args!("{name} is missing under a flag that demands a value"),
            );
        }
        _ => {}
    }
}
