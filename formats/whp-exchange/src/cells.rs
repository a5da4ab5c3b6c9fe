//! The cells of a data line: split, classified, and compared with flags and ranges.

use std::fmt;

use memchr::memchr_iter;
use text_format::{Code, Deviation, Line, Place, Sink};

use crate::codes;
use crate::columns::{Column, Role};
use crate::flags::{Meaning, Scheme};
use crate::shift::Shifts;
use crate::value::{self, Spelling, Value, Written};
use crate::vocabulary::DataType;

/// The cells of the current line. The memory is reused for the next line.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    /// For each trimmed cell, the index of its first byte and the index after its last byte.
    spans: Vec<(u32, u32)>,
    values: Vec<Value>,
    /// Number of decimals of the first number of each column.
    decimals: Vec<Option<u8>>,
    /// The range of each column, for which lists are searched.
    ranges: Vec<Option<(f64, f64)>>,
    shifts: Shifts,
}

/// One cell with its column and its flag.
#[derive(Clone, Copy)]
struct Cell<'a> {
    text: &'a [u8],
    place: Place,
    column: &'a Column,
    range: Option<(f64, f64)>,
    /// The flag and its place, if the column has flags that are interpreted.
    flag: Option<Flag<'a>>,
}

#[derive(Clone, Copy)]
struct Flag<'a> {
    text: &'a [u8],
    place: Place,
    scheme: Scheme,
    meaning: Meaning,
    /// Name of the flag column.
    name: &'a str,
}

impl<'a> Cell<'a> {
    fn name(self) -> &'a str {
        &self.column.name
    }

    fn shown(self) -> Shown<'a> {
        Shown(self.text)
    }

    fn report(self, code: &'static Code, sink: Sink<'_>, message: fmt::Arguments<'_>) {
        sink(Deviation::new(code, self.place, message).on(self.name()));
    }

    fn meaning(self) -> Option<Meaning> {
        self.flag.map(|flag| flag.meaning)
    }

    /// Whether the flag says that the value is questionable or bad, or that there is no value.
    fn is_doubtful(self) -> bool {
        matches!(self.meaning(), Some(Meaning::Doubtful | Meaning::Fill))
    }
}

/// A text as a message shows it: its first 40 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0[..self.0.len().min(40)]))
    }
}

impl Cells {
    pub(crate) fn new(columns: &[Column]) -> Self {
        Cells {
            spans: Vec::with_capacity(columns.len()),
            values: vec![Value::Blank; columns.len()],
            decimals: vec![None; columns.len()],
            ranges: columns.iter().map(Column::range).collect(),
            shifts: Shifts::new(columns),
        }
    }

    /// The trimmed cell of a column.
    pub(crate) fn text<'t>(&self, line: &'t [u8], column: usize) -> &'t [u8] {
        let (start, end) = self.spans[column];
        &line[start as usize..end as usize]
    }

    pub(crate) fn value(&self, column: usize) -> Value {
        self.values[column]
    }

    /// Byte at which the trimmed cell begins, from 1.
    pub(crate) fn column(&self, column: usize) -> u64 {
        u64::from(self.spans[column].0) + 1
    }

    /// Splits and classifies a line; returns whether it has the right number of cells.
    pub(crate) fn read(&mut self, line: Line<'_>, columns: &[Column], sink: Sink<'_>) -> bool {
        check_characters(line, columns, sink);
        let is_whole = self.split(line, columns.len(), sink);
        if is_whole {
            self.classify(line, columns, sink);
            let Cells {
                spans,
                values,
                shifts,
                ..
            } = self;
            shifts.add(columns, values, |column| {
                let (start, end) = spans[column];
                &line.bytes[start as usize..end as usize]
            });
        } else {
            // A missing or surplus cell explains every further deviation of the line.
            let sink = &mut |deviation: Deviation<'_>| sink(deviation.caused_by(&codes::RAGGED_ROW));
            self.classify(line, columns, sink);
        }
        is_whole
    }

    fn classify(&mut self, line: Line<'_>, columns: &[Column], sink: Sink<'_>) {
        for (at, column) in columns.iter().enumerate() {
            let text = self.text(line.bytes, at);
            self.values[at] = match column.role {
                Role::Flag { .. } => Value::Text,
                Role::Parameter { flag } => {
                    let flag = flag.zip(column.scheme()).map(|(flag, scheme)| {
                        let text = self.text(line.bytes, flag);
                        Flag {
                            text,
                            place: Place::line(line.number, self.column(flag)),
                            scheme,
                            meaning: scheme.meaning(text),
                            name: &columns[flag].name,
                        }
                    });
                    let place = Place::line(line.number, self.column(at));
                    let cell = Cell {
                        text,
                        place,
                        column,
                        range: self.ranges[at],
                        flag,
                    };
                    if let Some(flag) = flag {
                        check_flag(flag, cell, sink);
                    }
                    let value = classify(cell, &mut self.decimals[at], sink);
                    check_agreement(value, cell, sink);
                    value
                }
            };
        }
    }

    /// Splits a line into cells; returns whether there are as many as columns.
    fn split(&mut self, line: Line<'_>, columns: usize, sink: Sink<'_>) -> bool {
        let text = line.bytes;
        self.spans.clear();
        let mut start = 0;
        for end in memchr_iter(b',', text).chain([text.len()]) {
            self.spans.push(trim(text, start, end));
            start = end + 1;
        }
        let found = self.spans.len();
        if found == columns {
            return true;
        }
        if found < columns {
            let message = format_args!("{found} cells for {columns} parameters");
            sink(Deviation::new(
                &codes::RAGGED_ROW,
                line.place(text.len()),
                message,
            ));
            let end = text.len() as u32;
            self.spans.resize(columns, (end, end));
            return false;
        }
        let surplus = &self.spans[columns..];
        let place = line.place(surplus[0].0 as usize);
        let is_blank = surplus.iter().all(|(start, end)| start == end);
        if is_blank {
            let message = format_args!("a data line ends with a comma");
            sink(Deviation::new(&codes::TRAILING_COMMA, place, message));
        } else {
            let message = format_args!("{found} cells for {columns} parameters");
            sink(Deviation::new(&codes::RAGGED_ROW, place, message));
        }
        self.spans.truncate(columns);
        is_blank
    }

    /// Reports values and flags that are not in the columns of their parameters; `line` is the number of the first row.
    pub(crate) fn report_shifts(&self, line: u64, columns: &[Column], sink: Sink<'_>) {
        self.shifts.report(line, columns, sink);
    }
}

/// Looks for bytes that data lines must not contain, and reports the first one in each cell.
fn check_characters(line: Line<'_>, columns: &[Column], sink: Sink<'_>) {
    let is_odd = |byte: &u8| !(0x20..0x80).contains(byte);
    // Without a branch in its body the compiler vectorises this loop; nearly every line ends here.
    if !line.bytes.iter().fold(false, |odd, byte| odd | is_odd(byte)) {
        return;
    }
    let mut start = 0;
    for (at, cell) in line.bytes.split(|byte| *byte == b',').enumerate() {
        if let Some(odd) = cell.iter().position(is_odd) {
            let message = format_args!("byte {:#04x} in a data line", cell[odd]);
            let place = line.place(start + odd);
            let deviation = Deviation::new(&codes::FORBIDDEN_CHARACTER, place, message);
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
    // The limit on lines is far below 4 GiB.
    (start as u32, end as u32)
}

/// Reports a flag that does not belong to its scheme.
fn check_flag(flag: Flag<'_>, cell: Cell<'_>, sink: Sink<'_>) {
    let name = cell.name();
    let mut report = |code: &'static Code, message: fmt::Arguments<'_>| {
        sink(
            Deviation::new(code, flag.place, message)
                .subject(name)
                .field(flag.name),
        );
    };
    match flag.meaning {
        Meaning::Value | Meaning::Doubtful | Meaning::Fill | Meaning::Either => {}
        Meaning::Zero => report(&codes::FLAG_ZERO, format_args!("{name} has flag 0")),
        Meaning::Unused => report(
            &codes::FLAG_UNUSED,
            format_args!(
                "{name} has flag {}, which CTD flags do not have",
                Shown(flag.text)
            ),
        ),
        Meaning::Invalid if flag.text.is_empty() => {
            report(&codes::FLAG_BLANK, format_args!("{name} has an empty flag"));
        }
        Meaning::Invalid if value::spelling(flag.text) != Spelling::Ordinary => report(
            &codes::FLAG_FILL,
            format_args!("{name} has flag {}", Shown(flag.text)),
        ),
        Meaning::Invalid => report(
            &codes::FLAG_BAD,
            format_args!("{name} has flag `{}`, expected one digit", Shown(flag.text)),
        ),
    }
}

fn classify(cell: Cell<'_>, decimals: &mut Option<u8>, sink: Sink<'_>) -> Value {
    let (text, column, name) = (cell.text, cell.column, cell.name());
    if text.is_empty() {
        let code = if column.is_required {
            &codes::KEY_PARTIAL
        } else {
            &codes::BLANK_CELL
        };
        cell.report(code, sink, format_args!("{name} is empty"));
        return Value::Blank;
    }
    let spelling = value::spelling(text);
    if spelling != Spelling::Ordinary && is_fill(cell, spelling, sink) {
        if column.is_required {
            let message = format_args!("{name} has no value ({})", cell.shown());
            cell.report(&codes::KEY_PARTIAL, sink, message);
        }
        return Value::Fill;
    }
    let data_type = column.data_type();
    if data_type == Some(DataType::String) {
        if text[0] == b'"' {
            let message = format_args!("{name} is {}, quotes included", cell.shown());
            cell.report(&codes::QUOTED_CELL, sink, message);
        }
        return Value::Text;
    }
    let number = match value::number(text) {
        Written::Plain(number, written) => {
            let first = *decimals.get_or_insert(written);
            if first != written {
                let message = format_args!("{name} has {written} decimals after {first} before");
                cell.report(&codes::PRECISION_VARIES, sink, message);
            }
            number
        }
        // It is not known whether an unlisted parameter is numeric.
        Written::OtherForm(number) if data_type.is_none() => number,
        Written::Invalid if data_type.is_none() => return Value::Text,
        Written::OtherForm(number) if number.is_finite() => {
            let message = format_args!("{name} is written `{}`", cell.shown());
            cell.report(&codes::NUMBER_FORM, sink, message);
            number
        }
        Written::OtherForm(number) => {
            let message = format_args!("{name} is `{}`, expected a finite number", cell.shown());
            cell.report(&codes::NOT_A_NUMBER, sink, message);
            return Value::Number(number);
        }
        Written::Invalid => {
            let message = format_args!("{name} is `{}`, expected a number", cell.shown());
            cell.report(&codes::NOT_A_NUMBER, sink, message);
            return Value::Invalid;
        }
    };
    check_range(number, cell, sink);
    Value::Number(number)
}

/// Reports a value outside its range, except if its flag already says not to use it.
fn check_range(number: f64, cell: Cell<'_>, sink: Sink<'_>) {
    let Some((min, max)) = cell.range else {
        return;
    };
    if (min..=max).contains(&number) || cell.is_doubtful() {
        return;
    }
    let code = if cell.column.is_position() {
        &codes::POSITION_IMPOSSIBLE
    } else {
        &codes::OUT_OF_RANGE
    };
    let name = cell.name();
    let message = format_args!("{name} is {}, expected {min} to {max}", cell.shown());
    sink(
        Deviation::new(code, cell.place, message)
            .on(name)
            .outside(number, (min, max)),
    );
}

/// Whether a cell that is spelt like a fill value is one.
fn is_fill(cell: Cell<'_>, spelling: Spelling, sink: Sink<'_>) -> bool {
    let name = cell.name();
    match spelling {
        Spelling::Ordinary => false,
        Spelling::Exact => true,
        Spelling::Padded => {
            let message = format_args!("{name} has the fill value padded with zeros ({})", cell.shown());
            cell.report(&codes::PADDED_FILL, sink, message);
            true
        }
        // 9 degrees south or west is a valid position.
        Spelling::Unusual { .. } if cell.column.is_position() => false,
        Spelling::Unusual { padded } => {
            let number = fast_float2::parse(cell.text).unwrap_or(f64::NAN);
            let is_missing = cell.meaning() == Some(Meaning::Fill) || !cell.column.can_be(number);
            // A padded spelling that may be a value is written as values are.
            if is_missing || !padded {
                let meaning = if is_missing { "missing" } else { "a value" };
                let spelt = cell.shown().to_string();
                let message = format_args!("{name} is {spelt}, which was read as {meaning}");
                sink(
                    Deviation::new(&codes::UNUSUAL_FILL, cell.place, message)
                        .subject(&spelt)
                        .field(name),
                );
            }
            is_missing
        }
    }
}

/// Reports a value whose flag says that there is none, and a missing value whose flag says that there is one.
fn check_agreement(value: Value, cell: Cell<'_>, sink: Sink<'_>) {
    let Some(flag) = cell.flag else { return };
    let name = cell.name();
    let meant = || flag.scheme.describe(flag.text).unwrap_or("no meaning");
    let digit = Shown(flag.text);
    match flag.meaning {
        Meaning::Fill if !value.is_missing() => {
            let message = format_args!("{name} is {}, but flag {digit} means {}", cell.shown(), meant());
            cell.report(&codes::VALUE_UNDER_FILL_FLAG, sink, message);
        }
        Meaning::Value | Meaning::Doubtful if value.is_missing() => {
            let spelt = if cell.text.is_empty() {
                Shown(b"an empty cell")
            } else {
                cell.shown()
            };
            let message = format_args!(
                "{name} has no value ({spelt}), but flag {digit} ({}) says it was measured",
                meant()
            );
            cell.report(&codes::FILL_UNDER_VALUE_FLAG, sink, message);
        }
        _ => {}
    }
}
