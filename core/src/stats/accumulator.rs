//! Everything about one variable.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use order_free_stats::{
    ByFlag, Counts, Distinct, Distribution, Flags, Histogram, Number, Reading, Texts, Value,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Scalar;
use super::batch::Batch;
use super::column::Number as ParsedNumber;
use crate::{FlagClass, Instant};

/// Longest text kept of a first or last value, in bytes.
const LONGEST_TEXT: usize = 256;
/// Longest text shown of a flag or a spelling, in bytes.
pub(crate) const LONGEST_KEY: usize = 64;
/// The name of all flags or spellings beyond those that are counted apart.
const OTHER: &str = "(other)";
/// Which quantiles are reported, as they are called in the document.
const RANKS: [(&str, f64); 5] = [
    ("0.05", 0.05),
    ("0.25", 0.25),
    ("0.5", 0.5),
    ("0.75", 0.75),
    ("0.95", 0.95),
];
/// Most frequent values in a document.
const MOST_FREQUENT: usize = 5;
/// A value is frequent if it is one of so many, and occurs twice.
const ONE_OF: u64 = 20;

/// Type of the values of a variable in a text format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dtype {
    /// Numbers, with or without a fraction.
    Decimal,
    /// Numbers that are all written as integers.
    Integer,
    /// Texts, ordered so that `A2` precedes `A10`.
    Text,
    /// Dates and times in ISO 8601, ordered as moments.
    Time,
    /// The words true, false, yes and no, in any case, kept as text.
    Boolean,
}

impl Dtype {
    /// The type as documents write it, such as `decimal`.
    pub fn as_str(self) -> &'static str {
        match self {
            Dtype::Decimal => "decimal",
            Dtype::Integer => "integer",
            Dtype::Text => "text",
            Dtype::Time => "time",
            Dtype::Boolean => "boolean",
        }
    }

    /// Whether the values are numbers: `Decimal` and `Integer`.
    pub fn is_numeric(self) -> bool {
        matches!(self, Dtype::Decimal | Dtype::Integer)
    }
}

/// Statistics of one variable. The order of the values does not matter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Accumulator {
    dtype: Dtype,
    total: u64,
    count: u64,
    invalid: u64,
    non_finite: u64,
    padding: u64,
    missing: Counts,
    numbers: ByFlag,
    #[serde(skip)]
    batch: Batch,
    texts: Option<Box<Texts>>,
    /// The earliest and the latest time; of moments written in several forms the least text.
    times: Option<(String, String)>,
    flags: Option<FlagCounts>,
}

/// Cells by their flag.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct FlagCounts {
    /// All cells.
    cells: Counts,
    /// Valid values that are no numbers.
    texts: Counts,
}

/// What was added with one flag.
#[derive(Default)]
struct FlagParts<'a> {
    cells: u64,
    /// Valid values that are no numbers.
    texts: u64,
    numbers: Vec<Cow<'a, Distribution>>,
}

/// The statistics of a variable, from [`Accumulator::summary`]: the statistical part of [`crate::Variable`].
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Type of the values.
    pub dtype: Dtype,
    /// Number of all cells: `count + missing + invalid + non_finite + padding`.
    pub total: u64,
    /// Number of valid values, whatever their flags are.
    pub count: u64,
    /// Number of missing cells, by their spelling.
    pub missing: BTreeMap<String, u64>,
    /// Number of cells that do not have the type of the variable.
    pub invalid: u64,
    /// Number of cells that are NaN or infinite.
    pub non_finite: u64,
    /// Number of cells of a padded array without an observation.
    pub padding: u64,
    /// Least value of a numeric variable; `None` for texts and times (see `first`), and without a valid number.
    pub min: Option<Scalar>,
    /// Greatest value; `None` as `min` is.
    pub max: Option<Scalar>,
    /// Mean; `None` as `min` is.
    pub mean: Option<f64>,
    /// Standard deviation (population); `None` as `min` is.
    pub std: Option<f64>,
    /// Quantiles `0.05`, `0.25`, `0.5`, `0.75` and `0.95`; `None` as `min` is.
    pub quantiles: Option<BTreeMap<String, f64>>,
    /// Least and greatest value that a quantile may have; `None` if all quantiles are exact, or there are none.
    pub quantile_bounds: Option<BTreeMap<String, [f64; 2]>>,
    /// Number of distinct valid values; an estimate if `distinct_exact` is false.
    pub distinct: u64,
    /// Whether `distinct` is exact, and not an estimate.
    pub distinct_exact: bool,
    /// The most frequent valid values, at most five.
    pub frequent: Vec<FrequentValue>,
    /// Least valid text, or the earliest time; `None` for numbers.
    pub first: Option<String>,
    /// Greatest valid text, or the latest time; `None` for numbers.
    pub last: Option<String>,
    /// Statistics by flag; `None` for a variable without flags.
    pub flags: Option<BTreeMap<String, FlagSummary>>,
}

/// Figures of a set of numbers; all are `None` without a number.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Numbers {
    pub(crate) min: Option<Scalar>,
    pub(crate) max: Option<Scalar>,
    pub(crate) mean: Option<f64>,
    pub(crate) std: Option<f64>,
    pub(crate) quantiles: Option<BTreeMap<String, f64>>,
    /// `None` if all quantiles are exact.
    pub(crate) quantile_bounds: Option<BTreeMap<String, [f64; 2]>>,
}

impl Numbers {
    fn of_summary(summary: &Summary) -> Self {
        Numbers {
            min: summary.min,
            max: summary.max,
            mean: summary.mean,
            std: summary.std,
            quantiles: summary.quantiles.clone(),
            quantile_bounds: summary.quantile_bounds.clone(),
        }
    }

    pub(crate) fn of(read: &Reading) -> Self {
        let quantiles = RANKS.map(|(name, fraction)| (name.to_owned(), read.quantile(fraction)));
        let quantiles = quantiles
            .into_iter()
            .map(|(name, quantile)| Some((name, quantile?)))
            .collect::<Option<Vec<_>>>();
        let is_exact = |(_, quantile): &(_, order_free_stats::Quantile)| quantile.is_exact();
        let inexact = quantiles
            .as_ref()
            .filter(|quantiles| !quantiles.iter().all(is_exact));
        Numbers {
            min: read.min().map(Scalar::from),
            max: read.max().map(Scalar::from),
            mean: read.mean(),
            std: read.std(),
            quantile_bounds: inexact.map(|quantiles| {
                let bounds = quantiles
                    .iter()
                    .map(|(name, of)| (name.clone(), [of.low, of.high]));
                bounds.collect()
            }),
            quantiles: quantiles
                .map(|quantiles| quantiles.into_iter().map(|(name, of)| (name, of.value)).collect()),
        }
    }
}

/// A frequent value: one that occurs at least twice and makes up a twentieth of all valid values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrequentValue {
    /// The value; a long text is cut.
    pub value: NumberOrText,
    /// Number of its occurrences.
    pub count: u64,
}

/// A number or a text. Integers beyond 2^53 are texts, because JSON readers would round them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum NumberOrText {
    /// A finite number.
    Number(f64),
    /// A text, a time, a truth value, or an integer beyond 2^53.
    Text(String),
}

/// Statistics of the values with one flag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FlagSummary {
    /// Class of the flag; null if the scheme of the flags is not known.
    pub class: Option<FlagClass>,
    /// Number of cells with this flag.
    pub total: u64,
    /// Number of valid values with this flag.
    pub count: u64,
    /// Least valid value with this flag; null for text, or without a value.
    pub min: Option<Scalar>,
    /// Greatest valid value with this flag; null for text, or without a value.
    pub max: Option<Scalar>,
    /// Mean of the valid values with this flag; null for text, or without a value.
    pub mean: Option<f64>,
}

impl Accumulator {
    /// An accumulator without values. `flagged` says whether the variable has a flag column, even if no cell is ever
    /// flagged.
    pub fn new(dtype: Dtype, flagged: bool) -> Self {
        Accumulator {
            dtype,
            total: 0,
            count: 0,
            invalid: 0,
            non_finite: 0,
            padding: 0,
            missing: Counts::default(),
            numbers: ByFlag::default(),
            batch: Batch::default(),
            texts: None,
            times: None,
            flags: flagged.then(FlagCounts::default),
        }
    }

    /// The type of the values, as given to [`Self::new`].
    pub fn dtype(&self) -> Dtype {
        self.dtype
    }

    /// Says what the values are: before the first one, or when a decimal occurs among integers.
    pub(super) fn call(&mut self, dtype: Dtype) {
        debug_assert!(self.count == 0 || self.dtype.is_numeric() && dtype.is_numeric());
        self.dtype = dtype;
    }

    /// Number of cells so far, including missing, invalid and padding.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Number of valid values so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Number of NaN and infinite cells so far.
    pub fn non_finite(&self) -> u64 {
        self.non_finite
    }

    /// Number of missing cells so far, by their spelling.
    ///
    /// ```
    /// use data_review_core::stats::{Accumulator, Dtype};
    ///
    /// let mut accumulator = Accumulator::new(Dtype::Decimal, false);
    /// accumulator.push_missing_many(b"-999", None, 2);
    /// assert_eq!(accumulator.missing()["-999"], 2);
    /// ```
    pub fn missing(&self) -> BTreeMap<String, u64> {
        let other = self.missing.other();
        let other = (other > 0).then(|| (OTHER.to_owned(), other));
        let spelt = self.missing.entries();
        let spelt = spelt.map(|(spelling, cells)| (crate::printable(spelling, LONGEST_KEY), cells));
        let mut missing = BTreeMap::new();
        for (spelling, cells) in spelt.chain(other) {
            *missing.entry(spelling).or_default() += cells;
        }
        missing
    }

    /// Statistics by flag so far; `None` for a variable without flags.
    pub fn flags(&self) -> Option<BTreeMap<String, FlagSummary>> {
        let this = self.flushed();
        let figures = |(
            name,
            FlagParts {
                cells,
                texts,
                numbers,
            },
        ): (_, FlagParts<'_>)| {
            // Nearly always there is one part, which need not be copied.
            let all = numbers.into_iter().reduce(|mut all, more| {
                all.to_mut().merge(&more);
                all
            });
            let all = all.unwrap_or_default();
            let range = all.range();
            let summary = FlagSummary {
                class: None,
                total: cells,
                count: texts + all.count(),
                min: range.map(|(min, _)| min.into()),
                max: range.map(|(_, max)| max.into()),
                mean: all.mean(),
            };
            (name, summary)
        };
        Some(this.parts_by_flag()?.into_iter().map(figures).collect())
    }

    /// Number of cells and of valid values by flag so far, as [`Self::flags`] has them, without the cost of the other
    /// figures; `None` for a variable without flags.
    ///
    /// ```
    /// use data_review_core::stats::{Accumulator, Dtype};
    ///
    /// let mut accumulator = Accumulator::new(Dtype::Decimal, true);
    /// accumulator.push_number(1.0, Some(b"2"));
    /// accumulator.push_missing(b"-999", Some(b"2"));
    /// assert_eq!(accumulator.flag_counts().unwrap()["2"], (2, 1));
    /// ```
    pub fn flag_counts(&self) -> Option<BTreeMap<String, (u64, u64)>> {
        let this = self.flushed();
        let counts = |(name, parts): (_, FlagParts<'_>)| {
            let numbers = parts.numbers.iter().map(|part| part.count());
            (name, (parts.cells, parts.texts + numbers.sum::<u64>()))
        };
        Some(this.parts_by_flag()?.into_iter().map(counts).collect())
    }

    /// The parts of each flag, as [`Self::flags`] names it, with an empty batch.
    fn parts_by_flag(&self) -> Option<BTreeMap<String, FlagParts<'_>>> {
        let flags = self.flags.as_ref()?;
        let mut shown: BTreeMap<String, FlagParts<'_>> = BTreeMap::new();
        let mut add = |name: String, cells: u64, texts: u64, numbers: Vec<_>| {
            let parts = shown.entry(name).or_default();
            parts.cells += cells;
            parts.texts += texts;
            parts.numbers.extend(numbers);
        };
        let texts: BTreeMap<&[u8], u64> = flags.texts.entries().collect();
        for (flag, cells) in flags.cells.entries() {
            let name = crate::printable(flag, LONGEST_KEY);
            let texts = texts.get(flag).copied().unwrap_or(0);
            let part = self.numbers.get(flag);
            let numbers = part.map(|part| Cow::Borrowed(part.values()));
            add(name, cells, texts, numbers.into_iter().collect());
        }
        if flags.cells.other() > 0 {
            let kept: BTreeSet<&[u8]> = flags.cells.entries().map(|(flag, _)| flag).collect();
            let lost = texts.iter().filter(|(flag, _)| !kept.contains(*flag));
            let texts = flags.texts.other() + lost.map(|(_, count)| count).sum::<u64>();
            let mut numbers = vec![Cow::Owned(self.numbers.merged(|flag| !kept.contains(flag)))];
            numbers.extend(self.numbers.other().map(|other| Cow::Borrowed(other.values())));
            add(OTHER.to_owned(), flags.cells.other(), texts, numbers);
        }
        Some(shown)
    }

    /// The flags that occur, as [`Self::flags`] names them; `None` for a variable without flags.
    ///
    /// ```
    /// use data_review_core::stats::{Accumulator, Dtype};
    ///
    /// let mut accumulator = Accumulator::new(Dtype::Decimal, true);
    /// accumulator.push_number(1.0, Some(b"2"));
    /// assert!(accumulator.flag_names().unwrap().contains("2"));
    /// ```
    pub fn flag_names(&self) -> Option<BTreeSet<String>> {
        let cells = &self.flags.as_ref()?.cells;
        let names = cells
            .entries()
            .map(|(flag, _)| crate::printable(flag, LONGEST_KEY));
        let other = (cells.other() > 0).then(|| OTHER.to_owned());
        Some(names.chain(other).collect())
    }

    /// Flags that `wanted` picks, in the order of their text, with the number of valid values that carry them and the figures of
    /// the numbers among these; `summary` is that of all values.
    pub(crate) fn of_flags(
        &self,
        wanted: impl Fn(&[u8]) -> bool,
        summary: &Summary,
    ) -> (Vec<String>, u64, Numbers) {
        let this = self.flushed();
        let mut names = BTreeSet::new();
        let mut texts = 0;
        if let Some(flags) = &this.flags {
            let cells = flags.cells.entries().filter(|(flag, _)| wanted(flag));
            names.extend(cells.map(|(flag, _)| crate::printable(flag, LONGEST_TEXT)));
            let counts = flags.texts.entries().filter(|(flag, _)| wanted(flag));
            texts += counts.map(|(_, count)| count).sum::<u64>();
        }
        let numbers = &this.numbers;
        let others = numbers.flags().filter(|(flag, _)| !wanted(flag));
        let mut others = others.map(|(_, part)| part).chain([numbers.unflagged()]);
        let are_all = self.dtype.is_numeric()
            && others.all(|part| part.values().is_empty())
            && numbers.other().is_none();
        // Nearly all values of nearly all variables are good, and their figures are known already.
        let (count, figures) = match are_all {
            true => {
                let counts = numbers.flags().map(|(_, part)| part.values().count());
                (counts.sum(), Numbers::of_summary(summary))
            }
            false => {
                let read = numbers.merged(wanted).read();
                (read.count(), Numbers::of(&read))
            }
        };
        (names.into_iter().collect(), texts + count, figures)
    }

    /// Counts of the numbers in `bins` bins of equal width, to be drawn: of those whose flag, as
    /// [`crate::GoodValues::flags`] writes it, is one of `flags`, or of all numbers if that is empty. `None` without a number.
    ///
    /// ```
    /// use data_review_core::stats::{Accumulator, Dtype};
    ///
    /// let mut accumulator = Accumulator::new(Dtype::Decimal, true);
    /// for (value, flag) in [(1.0, "2"), (2.0, "2"), (99.0, "4")] {
    ///     accumulator.push_number(value, Some(flag.as_bytes()));
    /// }
    /// let good = accumulator.histogram(2, &["2".to_owned()]).unwrap();
    /// assert_eq!((good.high, good.counts), (2.0, vec![1, 1]));
    /// assert_eq!(accumulator.histogram(2, &[]).unwrap().counts, [2, 1]);
    /// ```
    pub fn histogram(&self, bins: usize, flags: &[String]) -> Option<Histogram> {
        let this = self.flushed();
        let numbers = match flags {
            [] => this.numbers.read(),
            _ => this
                .numbers
                .merged(|flag| flags.contains(&crate::printable(flag, LONGEST_TEXT)))
                .read(),
        };
        numbers.histogram(bins)
    }

    /// Least and greatest number so far; `None` for text, or without a value.
    pub fn range(&self) -> Option<(Scalar, Scalar)> {
        let flagged = self.numbers.flags().map(|(_, part)| part);
        let parts = flagged
            .chain(self.numbers.other())
            .chain([self.numbers.unflagged()]);
        let ranges = parts.filter_map(|part| part.values().range());
        let waiting = self.batch.values().iter().filter(|value| value.is_finite());
        let waiting = waiting.map(|value| (Value::Number(*value), Value::Number(*value)));
        let range = ranges
            .chain(waiting)
            .reduce(|(min, max), (low, high)| (min.min(low), max.max(high)));
        range.map(|(min, max)| (min.into(), max.into()))
    }

    /// Adds a number, with its flag. NaN and infinities are counted separately.
    #[inline]
    pub fn push_number(&mut self, value: f64, flag: Option<&[u8]>) {
        self.total += 1;
        match value.is_finite() {
            true => self.count += 1,
            false => self.non_finite += 1,
        }
        self.batch.push(value, flag, &mut self.numbers);
        self.flag(flag, 1);
    }

    /// Adds the numbers of a slice, each with its flag: much faster than [`Self::push_number`] for each, with the same result.
    ///
    /// # Panics
    /// If there are not as many flags as values, or a code has no name.
    ///
    /// ```
    /// use data_review_core::stats::{Accumulator, Dtype, Flags};
    ///
    /// let mut salinity = Accumulator::new(Dtype::Decimal, true);
    /// let names: [&[u8]; 2] = [b"2", b"4"];
    /// salinity.push_numbers(&[34.5f32, 34.6, 99.9], Flags::Coded { codes: &[0, 0, 1], names: &names });
    /// let flags = salinity.flags().unwrap();
    /// assert_eq!((flags["2"].count, flags["4"].count), (2, 1));
    /// ```
    pub fn push_numbers<T: Number>(&mut self, values: &[T], flags: Flags<'_>) {
        let cells = values.len() as u64;
        let finite = values.iter().filter(|value| value.is_finite()).count() as u64;
        self.total += cells;
        self.count += finite;
        self.non_finite += cells - finite;
        self.numbers.push(values, flags);
        match flags {
            Flags::None => {}
            Flags::All(flag) => self.flag(Some(flag), cells),
            Flags::Bytes(flags) => {
                let mut counts = [0; 256];
                flags.iter().for_each(|flag| counts[usize::from(*flag)] += 1);
                for (flag, count) in (0..=u8::MAX).zip(counts).filter(|(_, count)| *count > 0) {
                    self.flag(Some(&[flag]), count);
                }
            }
            Flags::Coded { codes, names } => {
                let mut counts = vec![0; names.len()];
                codes.iter().for_each(|code| counts[usize::from(*code)] += 1);
                for (name, count) in names.iter().zip(counts).filter(|(_, count)| *count > 0) {
                    self.flag(Some(name), count);
                }
            }
        }
    }

    /// Adds a number without a flag `count` times; as [`Self::push_number`].
    ///
    /// ```
    /// use data_review_core::stats::{Accumulator, Dtype};
    ///
    /// let mut flags = Accumulator::new(Dtype::Integer, false);
    /// flags.push_number_many(2.0, 1_000);
    /// assert_eq!(flags.summary().mean, Some(2.0));
    /// assert_eq!(flags.total(), 1_000);
    /// ```
    pub fn push_number_many(&mut self, value: f64, count: u64) {
        self.total += count;
        match value.is_finite() {
            true => self.count += count,
            false => self.non_finite += count,
        }
        self.numbers.push_many(value, count);
    }

    /// Adds an integer of any size, with its flag.
    pub fn push_integer(&mut self, value: i128, flag: Option<&[u8]>) {
        const SHORT: std::ops::RangeInclusive<i64> = -(1 << 53)..=1 << 53;
        // Nearly every integer is a number that `f64` holds.
        match i64::try_from(value) {
            Ok(short) if SHORT.contains(&short) => self.push_number(short as f64, flag),
            _ => {
                self.total += 1;
                self.count += 1;
                self.numbers.push_integer(value, flag);
                self.flag(flag, 1);
            }
        }
    }

    /// Adds a finite number `count` times, each with the same flag.
    #[inline]
    pub(super) fn push_value(&mut self, number: ParsedNumber, flag: Option<&[u8]>, count: u64) {
        let is_exact = match number {
            ParsedNumber::Integer(integer) => integer.unsigned_abs() <= 1 << 53,
            ParsedNumber::Decimal(_) => true,
        };
        if count > 1 && flag.is_none() && is_exact {
            return self.push_number_many(number.as_f64(), count);
        }
        for _ in 0..count {
            match number {
                ParsedNumber::Integer(integer) => self.push_integer(integer, flag),
                ParsedNumber::Decimal(value) => self.push_number(value, flag),
            }
        }
    }

    /// Counts one cell that holds a text, trimmed by the caller; bytes that are not UTF-8 are escaped where they are shown. For an
    /// empty cell or a fill, call [`Self::push_missing`]. `flag` is the flag as written, `None` for a cell without one.
    pub fn push_text(&mut self, text: &[u8], flag: Option<&[u8]>) {
        self.push_text_many(text, flag, 1);
    }

    /// Adds a text `count` times, each with the same flag; as [`Self::push_text`].
    pub fn push_text_many(&mut self, text: &[u8], flag: Option<&[u8]>, count: u64) {
        if count == 0 {
            return;
        }
        self.total += count;
        self.count += count;
        self.texts.get_or_insert_default().push_many(text, count);
        if self.dtype == Dtype::Time {
            self.keep_times(text);
        }
        self.flag(flag, count);
        if let (Some(flag), Some(flags)) = (flag, &mut self.flags) {
            flags.texts.push(flag, count);
        }
    }

    fn keep_times(&mut self, text: &[u8]) {
        let shown = || crate::printable(text, LONGEST_TEXT);
        let Some((first, last)) = &mut self.times else {
            self.times = Some((shown(), shown()));
            return;
        };
        if by_moment(text, first.as_bytes()) == Ordering::Less {
            *first = shown();
        }
        if by_moment(text, last.as_bytes()) == Ordering::Greater {
            *last = shown();
        }
    }

    /// Adds a missing cell, with its spelling, or the reason why it is missing, and its flag.
    pub fn push_missing(&mut self, spelling: &[u8], flag: Option<&[u8]>) {
        self.push_missing_many(spelling, flag, 1);
    }

    /// Adds `cells` missing cells with the same spelling and flag.
    pub fn push_missing_many(&mut self, spelling: &[u8], flag: Option<&[u8]>, cells: u64) {
        self.total += cells;
        self.missing.push(spelling, cells);
        self.flag(flag, cells);
    }

    /// Adds `cells` cells of a padded array without an observation: neither missing nor flagged.
    pub fn push_padding(&mut self, cells: u64) {
        self.total += cells;
        self.padding += cells;
    }

    /// Adds a cell that does not have the type of the variable, with its flag.
    pub fn push_invalid(&mut self, flag: Option<&[u8]>) {
        self.total += 1;
        self.invalid += 1;
        self.flag(flag, 1);
    }

    fn flag(&mut self, flag: Option<&[u8]>, cells: u64) {
        if let Some(flag) = flag {
            self.flags.get_or_insert_default().cells.push(flag, cells);
        }
    }

    /// Takes the form in which the figures and the state are read. Nothing changes by it, but they are then read without a copy.
    pub fn settle(&mut self) {
        self.flush();
        self.numbers.settle();
    }

    /// Puts numbers that were pushed one by one where they belong.
    pub(super) fn flush(&mut self) {
        if !self.batch.is_empty() {
            self.batch.flush(&mut self.numbers);
        }
    }

    /// The same with an empty batch.
    pub(super) fn flushed(&self) -> Cow<'_, Self> {
        if self.batch.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut flushed = self.clone();
        flushed.flush();
        Cow::Owned(flushed)
    }

    /// Adds everything of another part of the variable. The order of the parts does not matter.
    pub fn merge(&mut self, other: &Accumulator) {
        if other.total == 0 && other.flags.is_none() {
            return;
        }
        if self.dtype == Dtype::Integer && other.dtype == Dtype::Decimal && other.count > 0 {
            self.dtype = Dtype::Decimal;
        }
        let other = other.flushed();
        self.total += other.total;
        self.count += other.count;
        self.invalid += other.invalid;
        self.non_finite += other.non_finite;
        self.padding += other.padding;
        self.missing.merge(&other.missing);
        self.numbers.merge(&other.numbers);
        if let Some(texts) = &other.texts {
            self.texts.get_or_insert_default().merge(texts);
        }
        if let Some((first, last)) = &other.times {
            self.keep_times(first.as_bytes());
            self.keep_times(last.as_bytes());
        }
        if let Some(flags) = &other.flags {
            let own = self.flags.get_or_insert_default();
            own.cells.merge(&flags.cells);
            own.texts.merge(&flags.texts);
        }
    }

    /// The statistics of everything that was added.
    pub fn summary(&self) -> Summary {
        let this = self.flushed();
        let read = this.numbers.read();
        let distinct = |of: Option<Distinct>| of.map_or((0, true), |of| (of.count, of.is_exact));
        let numbers = distinct((read.count() > 0).then(|| read.distinct()));
        let texts = distinct(this.texts.as_ref().map(|texts| texts.distinct()));
        let (first, last) = this.ends();
        let Numbers {
            min,
            max,
            mean,
            std,
            quantiles,
            quantile_bounds,
        } = match self.dtype.is_numeric() {
            true => Numbers::of(&read),
            false => Numbers::default(),
        };
        Summary {
            dtype: self.dtype,
            total: self.total,
            count: self.count,
            missing: self.missing(),
            invalid: self.invalid,
            non_finite: self.non_finite,
            padding: self.padding,
            frequent: this.frequent(&read),
            min,
            max,
            mean,
            std,
            quantiles,
            quantile_bounds,
            distinct: numbers.0 + texts.0,
            distinct_exact: numbers.1 && texts.1,
            first,
            last,
            flags: this.flags(),
        }
    }

    fn ends(&self) -> (Option<String>, Option<String>) {
        if let Some((first, last)) = &self.times {
            return (Some(first.clone()), Some(last.clone()));
        }
        let shown = |text: Option<&[u8]>| text.map(|text| crate::printable(text, LONGEST_TEXT));
        let texts = self.texts.as_deref();
        (
            shown(texts.and_then(Texts::least)),
            shown(texts.and_then(Texts::greatest)),
        )
    }

    fn frequent(&self, read: &Reading) -> Vec<FrequentValue> {
        let least = self.count.div_ceil(ONE_OF).max(2);
        let numbers = read.frequent(MOST_FREQUENT).into_iter().map(|of| FrequentValue {
            value: match Scalar::from(of.value) {
                Scalar::Number(number) => NumberOrText::Number(number),
                Scalar::Wide(integer) => NumberOrText::Text(integer.to_string()),
            },
            count: of.count,
        });
        let texts = self.texts.iter().flat_map(|texts| texts.frequent(MOST_FREQUENT));
        let texts = texts.map(|of| FrequentValue {
            value: NumberOrText::Text(crate::printable(of.text, LONGEST_KEY)),
            count: of.count,
        });
        numbers.chain(texts).filter(|of| of.count >= least).collect()
    }
}

/// The order of two times; a text that is not a time comes first. Of two texts for one moment the order is that of the texts,
/// so that parts may be merged in any order.
fn by_moment(text: &[u8], other: &[u8]) -> Ordering {
    let moment = |text: &[u8]| Instant::parse(std::str::from_utf8(text).ok()?);
    moment(text).cmp(&moment(other)).then_with(|| text.cmp(other))
}

#[cfg(test)]
mod tests;
