//! An [`Accumulator`] fed from the cells of a text table, with a type that is known or found out.

use super::apart::{Apart, Suspects};
use super::{Accumulator, Dtype, EXACT};
use crate::Instant;

/// Cells are held back until so many bytes of them wait for the type.
const MOST_WAITING: usize = 256 << 10;

/// How a cell was classified.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// A finite number.
    Number(f64),
    /// A valid value that is not a number: a text, a time or a truth value.
    Text,
    /// A missing value: an empty cell, or a word for a missing value.
    Missing,
    /// A cell that does not have the type of the column.
    Invalid,
    /// NaN or an infinity.
    NonFinite,
    /// The type is not determined yet; if the cell is invalid, [`Column::take_invalid`] returns it later.
    Waiting,
}

/// A cell that turned out to be invalid after it was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidCell {
    /// Line and column of the cell, as the caller gave them.
    pub at: (u64, u64),
    /// The text of the cell, trimmed.
    pub text: Vec<u8>,
}

/// One column of a table.
///
/// Without a known type, it is found out from the first 1,024 cells that are not missing: numbers, times or booleans
/// if nine in ten of them are, else text. From then on the type is fixed, and what does not fit it is counted as invalid. Push
/// every cell in order, then call [`finish`](Self::finish).
#[derive(Debug, Clone)]
pub struct Column {
    decided: bool,
    decide_after: usize,
    /// Of the part that is being read.
    accumulator: Accumulator,
    /// Of the parts before it.
    earlier: Option<Box<Accumulator>>,
    missing_words: &'static [&'static str],
    words: Words,
    waiting: Waiting,
    invalid: Vec<InvalidCell>,
    suspects: Suspects,
    repeated: Repeated,
}

/// The last value, and how often it came again since it was added: stations, dates and flags are the same in many rows, and
/// comparing a cell with the last one takes a fraction of the time of reading it.
#[derive(Debug, Clone, Default)]
struct Repeated {
    cell: Vec<u8>,
    /// What the cell came to; `None` without a last value.
    answer: Option<Cell>,
    /// Cells that have not been added yet.
    count: u64,
}

/// Words for a missing value that came before the type is known: a column of text has them as values.
#[derive(Debug, Clone, Default)]
struct Words {
    /// In the order of their first occurrence.
    counts: Vec<(Box<[u8]>, u64)>,
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
    /// A column with this type, or (`None`) with a type that the cells determine.
    pub fn new(dtype: Option<Dtype>) -> Self {
        Column {
            decided: dtype.is_some(),
            decide_after: EXACT,
            accumulator: Accumulator::new(dtype.unwrap_or(Dtype::Text), false),
            earlier: None,
            missing_words: &[],
            words: Words::default(),
            waiting: Waiting::default(),
            invalid: Vec::new(),
            suspects: Suspects::default(),
            repeated: Repeated::default(),
        }
    }

    /// Sets words that stand for a missing value; ASCII case is ignored. They have no part in determining the type. In a
    /// column of text they are values, but a column whose type is to be determined and that holds nothing else is all missing.
    ///
    /// For columns without flags: until the type is determined, the flag of such a cell is dropped.
    #[must_use]
    pub fn missing_words(mut self, words: &'static [&'static str]) -> Self {
        self.missing_words = words;
        self
    }

    /// Determines the type after fewer cells than [`EXACT`](super::EXACT): a table with very many columns cannot keep
    /// 1,024 cells of each.
    #[must_use]
    pub fn decide_after(mut self, cells: usize) -> Self {
        self.decide_after = cells.clamp(1, EXACT);
        self
    }

    /// Keeps apart the finite numbers for which `is_suspect` holds, because they may stand for a missing value: at
    /// most six different ones. [`Self::finish`] adds them to the others, and [`Self::leave_out`] leaves some of
    /// them out. For columns without flags.
    #[must_use]
    pub fn keep_apart(mut self, is_suspect: fn(f64) -> bool) -> Self {
        self.suspects.is_suspect = Some(is_suspect);
        self
    }

    /// The numbers that are kept apart, in the order of their first occurrence; empty after [`Self::finish`].
    pub fn apart(&self) -> &[Apart] {
        self.suspects.found()
    }

    /// Ends a part: further cells are collected separately and merged. A part without a determined type continues.
    pub fn end_part(&mut self) {
        self.add_repeated();
        if !self.decided || self.accumulator.total() == 0 {
            return;
        }
        let next = Accumulator::new(self.accumulator.dtype(), false);
        let mut part = std::mem::replace(&mut self.accumulator, next);
        part.flush();
        match &mut self.earlier {
            Some(earlier) => earlier.merge(&part),
            None => self.earlier = Some(Box::new(part)),
        }
    }

    /// The type of the column; `None` before it is determined.
    pub fn dtype(&self) -> Option<Dtype> {
        self.decided.then(|| self.accumulator.dtype())
    }

    /// Adds a cell, with its flag if it has one, and returns how it was classified. ASCII whitespace around the cell is removed;
    /// an empty cell is missing.
    ///
    /// Before the type is determined, the answer is [`Cell::Waiting`], or [`Cell::Missing`] for an empty cell and for one of the
    /// words for missing values, even if the column turns out to be text and the word a value. A waiting cell that turns out to
    /// be invalid is returned by [`Self::take_invalid`] with `at`, its line and column.
    pub fn push(&mut self, cell: &[u8], flag: Option<&[u8]>, at: (u64, u64)) -> Cell {
        let cell = cell.trim_ascii();
        if let (Some(answer), None) = (self.repeated.answer, flag)
            && self.repeated.is(cell)
        {
            self.repeated.count += 1;
            return answer;
        }
        if cell.is_empty() {
            self.accumulator.push_missing(cell, flag);
            return Cell::Missing;
        }
        if self.decided {
            self.add_repeated();
            let answer = self.add(cell, flag, at, 1);
            if flag.is_none() {
                self.repeated.keep(cell, answer);
            }
            return answer;
        }
        if is_word(cell, self.missing_words) {
            self.words.push(cell);
            return Cell::Missing;
        }
        let waiting = &mut self.waiting;
        waiting.bytes.extend_from_slice(cell);
        let cell_end = waiting.bytes.len();
        let flag_end = flag.map(|flag| {
            waiting.bytes.extend_from_slice(flag);
            waiting.bytes.len()
        });
        waiting.cells.push((cell_end, flag_end, at));
        if waiting.cells.len() >= self.decide_after || waiting.bytes.len() >= MOST_WAITING {
            self.decide();
        }
        Cell::Waiting
    }

    /// Adds a missing cell with a spelling, such as `-999`.
    pub fn push_missing(&mut self, spelling: &[u8], flag: Option<&[u8]>) {
        self.accumulator.push_missing(spelling, flag);
    }

    /// The cells that turned out to be invalid when the type was determined. Call it again after [`Self::finish`].
    pub fn take_invalid(&mut self) -> Vec<InvalidCell> {
        std::mem::take(&mut self.invalid)
    }

    /// Determines the type, and returns the statistics of all values.
    pub fn finish(&mut self) -> &Accumulator {
        self.settle();
        let all = self.earlier.as_deref_mut().unwrap_or(&mut self.accumulator);
        self.suspects.release(all, |_| true);
        all.settle();
        all
    }

    /// Determines the type, and returns the statistics without the numbers that are kept apart.
    pub fn settle(&mut self) -> &Accumulator {
        if !self.decided {
            self.decide();
        }
        self.end_part();
        let others = self.earlier.as_deref_mut().unwrap_or(&mut self.accumulator);
        others.settle();
        others
    }

    /// Determines the type, and returns the statistics without those numbers of [`keep_apart`](Self::keep_apart) for which
    /// `is_left_out` holds, or `None` if it holds for none; another call counts from all of them again. [`Self::finish`] still
    /// returns the statistics of all values.
    pub fn leave_out(&mut self, is_left_out: impl Fn(f64) -> bool) -> Option<Accumulator> {
        self.settle();
        let others = self.earlier.as_deref_mut().unwrap_or(&mut self.accumulator);
        self.suspects.release(others, |value| !is_left_out(value));
        others.settle();
        (!self.suspects.found().is_empty()).then(|| others.clone())
    }

    /// Adds the cells that equal the last value.
    #[inline]
    fn add_repeated(&mut self) {
        if self.repeated.count > 0 {
            let repeated = std::mem::take(&mut self.repeated);
            // Its first occurrence has been seen.
            self.add(&repeated.cell, None, (0, 0), repeated.count);
            self.repeated.cell = repeated.cell;
        }
    }

    /// Adds a cell to a column of a known type, `count` times: more than once only if it is a value without a flag.
    #[inline]
    fn add(&mut self, cell: &[u8], flag: Option<&[u8]>, at: (u64, u64), count: u64) -> Cell {
        let fits = match self.accumulator.dtype() {
            Dtype::Text => true,
            Dtype::Time => is_time(cell),
            Dtype::Boolean => is_boolean(cell),
            Dtype::Integer | Dtype::Decimal => return self.add_number(cell, flag, at, count),
        };
        if !fits {
            return self.add_no_value(cell, flag);
        }
        self.accumulator.push_text_many(cell, flag, count);
        Cell::Text
    }

    #[inline]
    fn add_number(&mut self, cell: &[u8], flag: Option<&[u8]>, at: (u64, u64), count: u64) -> Cell {
        match number(cell) {
            Some(number) if number.as_f64().is_finite() => {
                let value = number.as_f64();
                if !self.suspects.take(number, at, count) {
                    self.accumulator.push_value(number, flag, count);
                }
                if let Number::Decimal(_) = number {
                    self.accumulator.call(Dtype::Decimal);
                }
                Cell::Number(value)
            }
            Some(Number::Decimal(value)) if !is_word(cell, self.missing_words) => {
                self.accumulator.push_number(value, flag);
                Cell::NonFinite
            }
            _ => self.add_no_value(cell, flag),
        }
    }

    fn add_no_value(&mut self, cell: &[u8], flag: Option<&[u8]>) -> Cell {
        if is_word(cell, self.missing_words) {
            self.accumulator.push_missing(cell, flag);
            return Cell::Missing;
        }
        self.accumulator.push_invalid(flag);
        Cell::Invalid
    }

    fn decide(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let words = std::mem::take(&mut self.words);
        let dtype = type_of(waiting.iter().map(|(cell, ..)| cell), |value| {
            self.suspects
                .is_suspect
                .is_some_and(|is_suspect| is_suspect(value))
        });
        self.accumulator.call(dtype);
        self.decided = true;
        let words_are_values = dtype == Dtype::Text && !waiting.cells.is_empty();
        words.add_to(&mut self.accumulator, words_are_values);
        for (cell, flag, at) in waiting.iter() {
            if self.add(cell, flag, at, 1) == Cell::Invalid {
                self.invalid.push(InvalidCell {
                    at,
                    text: cell.to_vec(),
                });
            }
        }
    }
}

impl Repeated {
    /// The longest cell that is compared.
    const LONGEST: usize = 64;

    /// Whether a cell is the last value. The last bytes of different numbers nearly always differ, and comparing them first
    /// saves a call.
    #[inline]
    fn is(&self, cell: &[u8]) -> bool {
        match (cell, &self.cell[..]) {
            ([one], [other]) => one == other,
            ([.., one], [.., other]) => one == other && cell == self.cell,
            _ => false,
        }
    }

    #[inline]
    fn keep(&mut self, cell: &[u8], answer: Cell) {
        let is_value = matches!(answer, Cell::Number(_) | Cell::Text) && cell.len() <= Self::LONGEST;
        self.answer = is_value.then_some(answer);
        if is_value {
            self.cell.clear();
            self.cell.extend_from_slice(cell);
        }
    }
}

impl Words {
    fn push(&mut self, word: &[u8]) {
        match self.counts.iter_mut().find(|(held, _)| **held == *word) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((word.into(), 1)),
        }
    }

    fn add_to(&self, accumulator: &mut Accumulator, as_values: bool) {
        for (word, count) in &self.counts {
            match as_values {
                true => accumulator.push_text_many(word, None, *count),
                false => accumulator.push_missing_many(word, None, *count),
            }
        }
    }
}

/// Whether a trimmed cell is one of `words`, in any case.
fn is_word(cell: &[u8], words: &[&str]) -> bool {
    words
        .iter()
        .any(|word| cell.eq_ignore_ascii_case(word.as_bytes()))
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

/// The type that nine in ten of the cells have. Numbers that may stand for a missing value say something only where every cell
/// is a number: a column of texts has them, too.
fn type_of<'a>(cells: impl Iterator<Item = &'a [u8]>, is_suspect: impl Fn(f64) -> bool) -> Dtype {
    let (mut all, mut numbers, mut decimals, mut times, mut booleans, mut suspects) = (0, 0, 0, 0, 0, 0);
    for cell in cells {
        all += 1;
        match number(cell) {
            Some(number) => {
                numbers += 1;
                decimals += usize::from(matches!(number, Number::Decimal(_)));
                suspects += usize::from(is_suspect(number.as_f64()));
            }
            None if is_time(cell) => times += 1,
            None if is_boolean(cell) => booleans += 1,
            None => {}
        }
    }
    if numbers < all {
        (all, numbers) = (all - suspects, numbers - suspects);
    }
    let most = |n: usize| n > 0 && n * 10 >= all * 9;
    match () {
        () if most(numbers) && decimals == 0 => Dtype::Integer,
        () if most(numbers) => Dtype::Decimal,
        () if most(times) => Dtype::Time,
        () if most(booleans) => Dtype::Boolean,
        () => Dtype::Text,
    }
}

/// A number in a text, exact if it is an integer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// An integer: digits with or without a sign.
    Integer(i128),
    /// A number with a point or an exponent; also NaN, infinities, and integers beyond `i128`.
    Decimal(f64),
}

impl Number {
    /// The number, rounded if it is an integer beyond 2^53.
    #[inline]
    pub fn as_f64(self) -> f64 {
        match self {
            // A conversion from 128 bits is a call.
            Number::Integer(integer) => match i64::try_from(integer) {
                Ok(short) => short as f64,
                Err(_) => integer as f64,
            },
            Number::Decimal(value) => value,
        }
    }
}

/// Parses a trimmed cell as a number: sign, digits, point, exponent; `nan`, `inf` and `infinity` in any case. `None`
/// for other text.
pub fn number(cell: &[u8]) -> Option<Number> {
    short_number(cell).or_else(|| any_number(cell))
}

/// Nearly every cell: up to 15 digits with at most one point, in one pass. An integer of 15 digits is exact as `f64`, and
/// so is the power of ten, so that one division rounds as it should (Clinger 1990). Against the general parser this took
/// a tenth off the whole review of a large table.
fn short_number(cell: &[u8]) -> Option<Number> {
    let (is_negative, digits) = match cell {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    if !(1..=16).contains(&digits.len()) {
        return None;
    }
    let mut mantissa = 0u64;
    let mut point = None;
    for (at, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    match point {
        None if digits.len() > 15 => None,
        None => {
            let value = i128::from(mantissa);
            Some(Number::Integer(if is_negative { -value } else { value }))
        }
        Some(_) if digits.len() == 1 => None,
        Some(at) => {
            let value = mantissa as f64 / POWERS[digits.len() - at - 1];
            Some(Number::Decimal(if is_negative { -value } else { value }))
        }
    }
}

/// All powers of ten that a cell of 15 digits may have behind its point.
const POWERS: [f64; 16] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

fn any_number(cell: &[u8]) -> Option<Number> {
    let digits = cell
        .strip_prefix(b"-")
        .or_else(|| cell.strip_prefix(b"+"))
        .unwrap_or(cell);
    if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) {
        // The longest integers that cannot overflow are read here; the rest by the general parser.
        if digits.len() <= 38 {
            // 128 bits only where 64 are too few: they are slow, and most integers are short.
            let (high, low) = digits.split_at(digits.len().saturating_sub(18));
            let fold = |part: &[u8]| {
                part.iter()
                    .fold(0u64, |value, digit| value * 10 + u64::from(digit - b'0'))
            };
            let mut value = i128::from(fold(low));
            if !high.is_empty() {
                let (top, middle) = high.split_at(high.len().saturating_sub(18));
                let upper = i128::from(fold(top)) * 10i128.pow(18) + i128::from(fold(middle));
                value += upper * 10i128.pow(18);
            }
            return Some(Number::Integer(if cell[0] == b'-' { -value } else { value }));
        }
    }
    fast_float2::parse::<f64, _>(cell).ok().map(Number::Decimal)
}

/// Whether a trimmed cell is an ISO 8601 date, or a date with at least hours and minutes, in UTC or without a zone. Dates that
/// the calendar lacks, such as 29 February 2022, are not.
pub fn is_time(cell: &[u8]) -> bool {
    let is_date = matches!(cell, [y, _, _, _, b'-', _, _, b'-', _, _, ..] if y.is_ascii_digit());
    let is_clock = match cell.get(10..) {
        None | Some([]) => true,
        Some([b'T' | b' ', _, _, b':', _, _, rest @ ..]) => {
            let is_digit = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b':' | b'.');
            rest.strip_suffix(b"Z").unwrap_or(rest).iter().all(is_digit)
        }
        Some(_) => false,
    };
    is_date && is_clock && std::str::from_utf8(cell).is_ok_and(|text| Instant::parse(text).is_some())
}

fn is_boolean(cell: &[u8]) -> bool {
    ["true", "false", "yes", "no"]
        .iter()
        .any(|word| cell.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests;
