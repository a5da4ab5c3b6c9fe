//! An [`Accumulator`] fed from the cells of a text table, with a type that is known or found out.

use super::{Accumulator, Dtype, EXACT};

/// Cells are held back until so many bytes of them wait for the type.
const MOST_WAITING: usize = 256 << 10;

/// What a cell was taken for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// A finite number.
    Number(f64),
    /// A value that is no number: a text, a time, a truth.
    Text,
    /// Nothing.
    Missing,
    /// No value of the column's type.
    Invalid,
    /// NaN or an infinity.
    NonFinite,
    /// Not known yet; an invalid one comes back from [`Column::take_late`].
    Waiting,
}

/// A cell that turned out invalid after it was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// What the caller gave with it: line and column.
    pub at: (u64, u64),
    /// The cell.
    pub text: Vec<u8>,
}

/// One column of a table.
///
/// Without a known type, it is found out from the first 1,024 cells that are not missing: numbers, times or truths if
/// nine in ten of them are, else text. A column is then what it is; what does not fit is counted as invalid.
#[derive(Debug, Clone)]
pub struct Column {
    decided: bool,
    accumulator: Accumulator,
    waiting: Waiting,
    late: Vec<Late>,
}

/// Cells that wait for the type: end of the cell and of its flag in `bytes`, and where the cell stands.
#[derive(Debug, Clone, Default)]
struct Waiting {
    bytes: Vec<u8>,
    cells: Vec<(usize, Option<usize>, (u64, u64))>,
}

impl Default for Column {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Column {
    /// A column of a known type, or of one to be found out.
    pub fn new(dtype: Option<Dtype>) -> Self {
        Column {
            decided: dtype.is_some(),
            accumulator: Accumulator::new(dtype.unwrap_or(Dtype::Text), false),
            waiting: Waiting::default(),
            late: Vec::new(),
        }
    }

    /// The type, once it is known.
    pub fn dtype(&self) -> Option<Dtype> {
        self.decided.then(|| self.accumulator.dtype())
    }

    /// Adds a cell: white space around it is trimmed, and an empty one is missing. `at` (line, column) comes back with a
    /// cell that turns out invalid later.
    pub fn push(&mut self, cell: &[u8], flag: Option<&[u8]>, at: (u64, u64)) -> Cell {
        let cell = cell.trim_ascii();
        if cell.is_empty() {
            self.accumulator.push_missing(cell, flag);
            return Cell::Missing;
        }
        if self.decided {
            return add(&mut self.accumulator, cell, flag);
        }
        let waiting = &mut self.waiting;
        waiting.bytes.extend_from_slice(cell);
        let cell_end = waiting.bytes.len();
        let flag_end = flag.map(|flag| {
            waiting.bytes.extend_from_slice(flag);
            waiting.bytes.len()
        });
        waiting.cells.push((cell_end, flag_end, at));
        if waiting.cells.len() >= EXACT || waiting.bytes.len() >= MOST_WAITING {
            self.decide();
        }
        Cell::Waiting
    }

    /// Adds a missing cell that is spelt with characters.
    pub fn push_missing(&mut self, spelling: &[u8], flag: Option<&[u8]>) {
        self.accumulator.push_missing(spelling, flag);
    }

    /// Invalid cells that were found when the type became known; to be asked for after [`Self::finish`], too.
    pub fn take_late(&mut self) -> Vec<Late> {
        std::mem::take(&mut self.late)
    }

    /// Settles the type and gives access to the statistics.
    pub fn finish(&mut self) -> &Accumulator {
        if !self.decided {
            self.decide();
        }
        &self.accumulator
    }

    fn decide(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.accumulator
            .call(type_of(waiting.iter().map(|(cell, ..)| cell)));
        self.decided = true;
        for (cell, flag, at) in waiting.iter() {
            if add(&mut self.accumulator, cell, flag) == Cell::Invalid {
                self.late.push(Late {
                    at,
                    text: cell.to_vec(),
                });
            }
        }
    }
}

impl Waiting {
    /// Cells in order, with flag and place.
    fn iter(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>, (u64, u64))> {
        let mut start = 0;
        self.cells.iter().map(move |(cell_end, flag_end, at)| {
            let cell = &self.bytes[start..*cell_end];
            let flag = flag_end.map(|end| &self.bytes[*cell_end..end]);
            start = flag_end.unwrap_or(*cell_end);
            (cell, flag, *at)
        })
    }
}

/// The type that nine in ten of the cells have.
fn type_of<'a>(cells: impl Iterator<Item = &'a [u8]>) -> Dtype {
    let (mut all, mut numbers, mut decimals, mut times, mut truths) = (0, 0, 0, 0, 0);
    for cell in cells {
        all += 1;
        match number(cell) {
            Some(Number::Integer(_)) => numbers += 1,
            Some(Number::Decimal(_)) => {
                numbers += 1;
                decimals += 1;
            }
            None if is_time(cell) => times += 1,
            None if is_truth(cell) => truths += 1,
            None => {}
        }
    }
    let most = |n: usize| n > 0 && n * 10 >= all * 9;
    match () {
        () if most(numbers) && decimals == 0 => Dtype::Integer,
        () if most(numbers) => Dtype::Decimal,
        () if most(times) => Dtype::Time,
        () if most(truths) => Dtype::Boolean,
        () => Dtype::Text,
    }
}

fn add(accumulator: &mut Accumulator, cell: &[u8], flag: Option<&[u8]>) -> Cell {
    let fits = match accumulator.dtype() {
        Dtype::Text => true,
        Dtype::Time => is_time(cell),
        Dtype::Boolean => is_truth(cell),
        Dtype::Integer | Dtype::Decimal => {
            return match number(cell) {
                Some(Number::Integer(value)) => {
                    accumulator.push_integer(value, flag);
                    Cell::Number(value as f64)
                }
                Some(Number::Decimal(value)) => {
                    accumulator.push_number(value, flag);
                    if !value.is_finite() {
                        return Cell::NonFinite;
                    }
                    accumulator.call(Dtype::Decimal);
                    Cell::Number(value)
                }
                None => {
                    accumulator.push_invalid(flag);
                    Cell::Invalid
                }
            };
        }
    };
    if fits {
        accumulator.push_text(cell, flag);
        Cell::Text
    } else {
        accumulator.push_invalid(flag);
        Cell::Invalid
    }
}

/// A number as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Digits with or without a sign.
    Integer(i128),
    /// With a point or an exponent; also NaN and the infinities, and integers beyond `i128`.
    Decimal(f64),
}

/// Reads a trimmed cell as a number: sign, digits, point, exponent; `nan`, `inf` and `infinity` in any case.
pub fn number(cell: &[u8]) -> Option<Number> {
    let digits = cell
        .strip_prefix(b"-")
        .or_else(|| cell.strip_prefix(b"+"))
        .unwrap_or(cell);
    if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) {
        // The longest integers that cannot overflow are read here; the rest by the general parser.
        if digits.len() <= 38 {
            let value = digits
                .iter()
                .fold(0i128, |value, digit| value * 10 + i128::from(digit - b'0'));
            return Some(Number::Integer(if cell[0] == b'-' { -value } else { value }));
        }
    }
    fast_float2::parse::<f64, _>(cell).ok().map(Number::Decimal)
}

/// An ISO 8601 date, or a date with a time of day in UTC or without a zone: the order of such texts is that of time.
fn is_time(cell: &[u8]) -> bool {
    let digits = |from: usize, to: usize| {
        cell.get(from..to)
            .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let at = |index: usize, wanted: &[u8]| cell.get(index).is_some_and(|byte| wanted.contains(byte));
    let in_range = |from: usize, low: u8, high: u8| {
        digits(from, from + 2) && (low..=high).contains(&((cell[from] - b'0') * 10 + (cell[from + 1] - b'0')))
    };
    if !(digits(0, 4) && at(4, b"-") && in_range(5, 1, 12) && at(7, b"-") && in_range(8, 1, 31)) {
        return false;
    }
    if cell.len() == 10 {
        return true;
    }
    if !(at(10, b"T ") && in_range(11, 0, 24) && at(13, b":") && in_range(14, 0, 59)) {
        return false;
    }
    let mut rest = &cell[16..];
    if rest.first() == Some(&b':') {
        if !in_range(17, 0, 60) {
            return false;
        }
        rest = &cell[19..];
        if let Some(fraction) = rest.strip_prefix(b".") {
            let len = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if len == 0 {
                return false;
            }
            rest = &fraction[len..];
        }
    }
    matches!(rest, b"" | b"Z")
}

fn is_truth(cell: &[u8]) -> bool {
    ["true", "false", "yes", "no"]
        .iter()
        .any(|word| cell.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dtype(cells: &[&str]) -> Dtype {
        let mut column = Column::default();
        for cell in cells {
            column.push(cell.as_bytes(), None, (1, 1));
        }
        column.finish().dtype()
    }

    #[test]
    fn the_type_is_found_out() {
        assert_eq!(dtype(&["1", "-2", "+3", ""]), Dtype::Integer);
        assert_eq!(dtype(&["1", "2.5"]), Dtype::Decimal);
        assert_eq!(dtype(&["1", "nan"]), Dtype::Decimal);
        assert_eq!(
            dtype(&["2020-01-01", "2020-02-01T12:00:00Z", "2020-02-01 12:00"]),
            Dtype::Time
        );
        assert_eq!(dtype(&["true", "FALSE"]), Dtype::Boolean);
        assert_eq!(dtype(&["1", "2", "x"]), Dtype::Text);
        assert_eq!(dtype(&[]), Dtype::Text);
    }

    #[test]
    fn no_numbers_and_no_times() {
        for text in ["", "-", "+", ".", "1,5", "1e", "0x10", "1_000", "e5", "1 2"] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
        for text in [
            "2020-13-01",
            "2020-01-32",
            "2020-01-01T25:00",
            "2020-01-01T10:00+01:00",
            "20200101",
            "2020-01-01Tx",
        ] {
            assert!(!is_time(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn an_invalid_cell_comes_back_late_or_at_once() {
        let mut column = Column::default();
        for line in 1..=1024 {
            let cell: &[u8] = if line == 7 { b"oops" } else { b" 1.5 " };
            assert_eq!(column.push(cell, None, (line, 3)), Cell::Waiting);
        }
        assert_eq!(
            column.take_late(),
            [Late {
                at: (7, 3),
                text: b"oops".to_vec()
            }]
        );
        assert_eq!(column.push(b"again", None, (1025, 3)), Cell::Invalid);
        assert_eq!(column.push(b"2", None, (1026, 3)), Cell::Number(2.0));
        let summary = column.finish().summary();
        assert_eq!((summary.total, summary.count, summary.invalid), (1026, 1024, 2));
    }

    #[test]
    fn flags_wait_with_their_cells() {
        let mut column = Column::default();
        column.push(b"1", Some(b"2"), (1, 1));
        column.push(b"3", Some(b"3"), (2, 1));
        column.push(b"", Some(b"9"), (3, 1));
        let flags = column.finish().summary().flags.unwrap();
        assert_eq!(
            (flags["2"].mean, flags["3"].mean, flags["9"].total),
            (Some(1.0), Some(3.0), 1)
        );
    }

    #[test]
    fn integers_become_decimals_when_a_decimal_comes() {
        let mut column = Column::new(Some(Dtype::Integer));
        column.push(b"12345678901234567891", None, (1, 1));
        column.push(b"1.5", None, (2, 1));
        let summary = column.finish().summary();
        assert_eq!(summary.dtype, Dtype::Decimal);
        assert_eq!(summary.max.unwrap().to_string(), "12345678901234567891");
    }
}
