//! Everything about one variable.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::distinct::{Distinct, distinct_of};
use super::quantiles::Quantiles;
use super::tally::Tally;
use super::{EXACT, Moments, Scalar};
use crate::{FlagClass, Instant};

/// Longest text kept of a first or last value, in bytes.
const LONGEST_TEXT: usize = 256;

/// What the values of a text format are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dtype {
    /// Numbers.
    Decimal,
    /// Numbers that are all written as integers.
    Integer,
    /// Text.
    Text,
    /// Dates and times, in ISO 8601; ordered as moments.
    Time,
    /// True and false, as text.
    Boolean,
}

impl Dtype {
    /// As it is written in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Dtype::Decimal => "decimal",
            Dtype::Integer => "integer",
            Dtype::Text => "text",
            Dtype::Time => "time",
            Dtype::Boolean => "boolean",
        }
    }

    /// Whether values are numbers.
    pub fn is_numeric(self) -> bool {
        matches!(self, Dtype::Decimal | Dtype::Integer)
    }
}

/// Statistics of one variable. Values enter in the file's order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Accumulator {
    dtype: Dtype,
    total: u64,
    count: u64,
    invalid: u64,
    non_finite: u64,
    padding: u64,
    missing: Tally<u64>,
    moments: Moments,
    quantiles: Quantiles,
    distinct: Distinct,
    /// Whether `distinct` knows the numbers: while they are few, `quantiles` has them all, and a set beside it would cost
    /// more than everything else.
    distinct_has_numbers: bool,
    /// The last number that `distinct` was shown.
    #[serde(skip)]
    last_number: Option<f64>,
    first: Option<String>,
    last: Option<String>,
    flags: Option<Tally<FlagStatistics>>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct FlagStatistics {
    total: u64,
    /// Valid values; those of a text variable have no moments.
    count: u64,
    moments: Moments,
}

impl FlagStatistics {
    fn add(&mut self, more: &FlagStatistics) {
        self.total += more.total;
        self.count += more.count;
        self.moments.merge(&more.moments);
    }
}

/// What [`Accumulator::summary`] says; the statistical part of [`crate::Variable`].
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Type of the values.
    pub dtype: Dtype,
    /// All cells: `count + missing + invalid + non_finite + padding`.
    pub total: u64,
    /// Valid values.
    pub count: u64,
    /// Missing cells by how they are spelt.
    pub missing: BTreeMap<String, u64>,
    /// Cells that are no value of this type.
    pub invalid: u64,
    /// NaN and infinities.
    pub non_finite: u64,
    /// Cells that hold no observation.
    pub padding: u64,
    /// Least value; `None` for text.
    pub min: Option<Scalar>,
    /// Greatest value; `None` for text.
    pub max: Option<Scalar>,
    /// Mean; `None` for text.
    pub mean: Option<f64>,
    /// Standard deviation (population); `None` for text.
    pub std: Option<f64>,
    /// Quantiles by name; `None` for text.
    pub quantiles: Option<BTreeMap<String, f64>>,
    /// Distinct valid values.
    pub distinct: u64,
    /// First valid text in the file, or the earliest time; `None` for numbers.
    pub first: Option<String>,
    /// Last valid text in the file, or the latest time; `None` for numbers.
    pub last: Option<String>,
    /// By flag; `None` where the variable has no flags.
    pub flags: Option<BTreeMap<String, FlagSummary>>,
}

/// Statistics of the values that carry one flag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FlagSummary {
    /// What the flag says of a value; null where the flags' scheme is not known.
    pub class: Option<FlagClass>,
    /// Cells with this flag.
    pub total: u64,
    /// Valid values among them.
    pub count: u64,
    /// Least; null for text, or without a valid value.
    pub min: Option<Scalar>,
    /// Greatest.
    pub max: Option<Scalar>,
    /// Mean.
    pub mean: Option<f64>,
}

impl Accumulator {
    /// Nothing yet. `flagged` says that the variable has a flag column, though no cell may ever be flagged.
    pub fn new(dtype: Dtype, flagged: bool) -> Self {
        Accumulator {
            dtype,
            total: 0,
            count: 0,
            invalid: 0,
            non_finite: 0,
            padding: 0,
            missing: Tally::default(),
            moments: Moments::default(),
            quantiles: Quantiles::default(),
            distinct: Distinct::default(),
            distinct_has_numbers: false,
            last_number: None,
            first: None,
            last: None,
            flags: flagged.then(Tally::default),
        }
    }

    /// Type of the values.
    pub fn dtype(&self) -> Dtype {
        self.dtype
    }

    /// Says what the values are: before the first one, or when a decimal occurs among integers.
    pub(super) fn call(&mut self, dtype: Dtype) {
        debug_assert!(self.count == 0 || self.dtype.is_numeric() && dtype.is_numeric());
        self.dtype = dtype;
    }

    /// Cells so far.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Valid values so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// NaN and infinities so far.
    pub fn non_finite(&self) -> u64 {
        self.non_finite
    }

    /// By flag; `None` where the variable has no flags.
    pub fn flags(&self) -> Option<BTreeMap<String, FlagSummary>> {
        let flags = self.flags.as_ref()?;
        Some(flags.summary(FlagStatistics::summary, FlagStatistics::add))
    }

    /// Flags that `wanted` picks, in the order of their text, with the number and the moments of the valid values that carry
    /// them.
    pub(crate) fn of_flags(&self, wanted: impl Fn(&[u8]) -> bool) -> (Vec<String>, u64, Moments) {
        let mut all = FlagStatistics::default();
        let mut names = BTreeSet::new();
        for (flag, statistics) in self.flags.iter().flat_map(Tally::entries) {
            if wanted(flag) {
                names.insert(crate::printable(flag, LONGEST_TEXT));
                all.add(statistics);
            }
        }
        (names.into_iter().collect(), all.count, all.moments)
    }

    /// Least and greatest value so far.
    pub fn range(&self) -> Option<(Scalar, Scalar)> {
        self.moments.min().zip(self.moments.max())
    }

    /// Adds a number, with its flag.
    pub fn push_number(&mut self, value: f64, flag: Option<&[u8]>) {
        self.total += 1;
        if !value.is_finite() {
            self.non_finite += 1;
            self.flag(flag);
            return;
        }
        self.count += 1;
        self.moments.push(value);
        self.push_value(value);
        if let Some(statistics) = self.flag(flag) {
            statistics.count += 1;
            statistics.moments.push(value);
        }
    }

    /// Adds an integer of any size, with its flag.
    pub fn push_integer(&mut self, value: i128, flag: Option<&[u8]>) {
        // Conversions of 128 bits are calls; nearly every integer needs none of them, and is the same value as a number.
        if let Ok(short) = i32::try_from(value) {
            self.push_number(f64::from(short), flag);
            return;
        }
        self.total += 1;
        self.count += 1;
        self.moments.push_integer(value);
        // An integer that `f64` holds is the same value as that number written otherwise.
        if (value as f64) as i128 == value {
            self.push_value(value as f64);
        } else {
            self.let_distinct_have_numbers();
            self.quantiles.push(value as f64);
            self.distinct.push_integer(value);
        }
        if let Some(statistics) = self.flag(flag) {
            statistics.count += 1;
            statistics.moments.push_integer(value);
        }
    }

    fn push_value(&mut self, value: f64) {
        if !self.distinct_has_numbers && self.quantiles.exact().is_some_and(|values| values.len() == EXACT) {
            self.let_distinct_have_numbers();
        }
        self.quantiles.push(value);
        // A number that repeats the last one, as flags and levels do, is known already.
        if self.distinct_has_numbers && self.last_number.replace(value) != Some(value) {
            self.distinct.push_number(value);
        }
    }

    fn let_distinct_have_numbers(&mut self) {
        if std::mem::replace(&mut self.distinct_has_numbers, true) {
            return;
        }
        for value in self.quantiles.exact().unwrap_or_default() {
            self.distinct.push_number(*value);
        }
    }

    fn merge_values(&mut self, later: &Accumulator) {
        let together = |values: &[f64], more: &[f64]| values.len() + more.len() <= EXACT;
        let few = match (self.quantiles.exact(), later.quantiles.exact()) {
            (Some(values), Some(more)) => together(values, more) && !later.distinct_has_numbers,
            _ => false,
        };
        if !few {
            self.let_distinct_have_numbers();
        }
        if self.distinct_has_numbers && !later.distinct_has_numbers {
            for value in later.quantiles.exact().unwrap_or_default() {
                self.distinct.push_number(*value);
            }
        }
        self.distinct.merge(&later.distinct);
        self.quantiles.merge(&later.quantiles);
    }

    fn distinct(&self) -> u64 {
        let apart = match self.distinct_has_numbers {
            true => 0,
            false => self.quantiles.exact().map_or(0, distinct_of),
        };
        self.distinct.estimate() + apart
    }

    /// Adds a text, with its flag. White space around it is the caller's to trim.
    pub fn push_text(&mut self, text: &[u8], flag: Option<&[u8]>) {
        self.total += 1;
        self.count += 1;
        self.distinct.push_text(text);
        self.keep_ends(text);
        if let Some(statistics) = self.flag(flag) {
            statistics.count += 1;
        }
    }

    fn keep_ends(&mut self, text: &[u8]) {
        let by_time = self.dtype == Dtype::Time;
        let is_new = |held: &Option<String>, replaces: Ordering| match held {
            None => true,
            Some(held) => by_time && by_moment(text, held.as_bytes()) == replaces,
        };
        if is_new(&self.first, Ordering::Less) {
            self.first = Some(crate::printable(text, LONGEST_TEXT));
        }
        if !by_time || is_new(&self.last, Ordering::Greater) {
            // The last value of a long column is written often: reuse its memory where nothing needs escaping.
            match (std::str::from_utf8(text), &mut self.last) {
                (Ok(text), Some(last)) if text.len() <= LONGEST_TEXT => text.clone_into(last),
                (_, last) => *last = Some(crate::printable(text, LONGEST_TEXT)),
            }
        }
    }

    /// Adds a missing cell, with its spelling and flag.
    pub fn push_missing(&mut self, spelling: &[u8], flag: Option<&[u8]>) {
        self.push_missing_many(spelling, flag, 1);
    }

    /// Adds `cells` missing cells of one spelling and one flag.
    pub fn push_missing_many(&mut self, spelling: &[u8], flag: Option<&[u8]>, cells: u64) {
        self.total += cells;
        *self.missing.at(spelling) += cells;
        self.flag_many(flag, cells);
    }

    /// Adds `cells` cells of a padded array that hold no observation: neither missing nor flagged.
    pub fn push_padding(&mut self, cells: u64) {
        self.total += cells;
        self.padding += cells;
    }

    /// Adds a cell that is no value of this type, with its flag.
    pub fn push_invalid(&mut self, flag: Option<&[u8]>) {
        self.total += 1;
        self.invalid += 1;
        self.flag(flag);
    }

    fn flag(&mut self, flag: Option<&[u8]>) -> Option<&mut FlagStatistics> {
        self.flag_many(flag, 1)
    }

    fn flag_many(&mut self, flag: Option<&[u8]>, cells: u64) -> Option<&mut FlagStatistics> {
        let flag = flag?;
        let statistics = self.flags.get_or_insert_default().at(flag);
        statistics.total += cells;
        Some(statistics)
    }

    /// Adds everything of `later`, the part that follows in the file.
    pub fn merge(&mut self, later: &Accumulator) {
        if later.total == 0 && later.flags.is_none() {
            return;
        }
        if self.dtype == Dtype::Integer && later.dtype == Dtype::Decimal && later.count > 0 {
            self.dtype = Dtype::Decimal;
        }
        self.total += later.total;
        self.count += later.count;
        self.invalid += later.invalid;
        self.non_finite += later.non_finite;
        self.padding += later.padding;
        self.missing.merge(&later.missing, |a, b| *a += b);
        self.moments.merge(&later.moments);
        self.merge_values(later);
        for end in [&later.first, &later.last].into_iter().flatten() {
            self.keep_ends(end.as_bytes());
        }
        if let Some(flags) = &later.flags {
            self.flags
                .get_or_insert_default()
                .merge(flags, FlagStatistics::add);
        }
    }

    /// The figures.
    pub fn summary(&self) -> Summary {
        let numeric = self.dtype.is_numeric();
        Summary {
            dtype: self.dtype,
            total: self.total,
            count: self.count,
            missing: self.missing.summary(|n| *n, |a, b| *a += b),
            invalid: self.invalid,
            non_finite: self.non_finite,
            padding: self.padding,
            min: self.moments.min(),
            max: self.moments.max(),
            mean: self.moments.mean(),
            std: self.moments.std(),
            quantiles: if numeric { self.quantiles.summary() } else { None },
            distinct: self.distinct(),
            first: self.first.clone(),
            last: self.last.clone(),
            flags: self.flags(),
        }
    }
}

impl FlagStatistics {
    fn summary(&self) -> FlagSummary {
        FlagSummary {
            class: None,
            total: self.total,
            count: self.count,
            min: self.moments.min(),
            max: self.moments.max(),
            mean: self.moments.mean(),
        }
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
