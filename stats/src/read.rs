//! Figures of a distribution.

use crate::sums::{Sums, Totals};
use crate::{Value, pattern};

/// Values of a sample in a bucket from which on they say more of a place in it than its bounds.
const TELLING: usize = 8;

/// Numbers between two bounds, or of one value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cell {
    pub(crate) low: Value,
    pub(crate) high: Value,
    pub(crate) count: u64,
}

impl Cell {
    pub(crate) fn new(low: f64, high: f64, count: u64) -> Self {
        Cell {
            low: Value::Number(low),
            high: Value::Number(high),
            count,
        }
    }

    pub(crate) fn of(value: Value, count: u64) -> Self {
        Cell {
            low: value,
            high: value,
            count,
        }
    }
}

/// A quantile with its bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantile {
    /// The quantile, or an estimate of it between the bounds.
    pub value: f64,
    /// The quantile is not less than this.
    pub low: f64,
    /// The quantile is not greater than this.
    pub high: f64,
}

impl Quantile {
    /// Whether the value is exact: the bounds are the value.
    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }
}

/// A number of distinct values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distinct {
    /// The number, or an estimate of it between the bounds.
    pub count: u64,
    /// If the number is estimated, three standard errors of the estimate below it, but not less than what is certain.
    pub low: u64,
    /// If the number is estimated, three standard errors of the estimate above it, but not more than there are values.
    pub high: u64,
    /// Whether the number is exact.
    pub is_exact: bool,
}

impl Distinct {
    pub(crate) fn exact(count: u64) -> Self {
        Distinct {
            count,
            low: count,
            high: count,
            is_exact: true,
        }
    }

    /// An estimate from the `sample` values of least hash; between `least` and `most` values are certain.
    pub(crate) fn estimated(estimate: u64, sample: u64, least: u64, most: u64) -> Self {
        let most = most.max(least);
        let clamped = |count: u64| count.clamp(least, most);
        // The relative standard error is 1 / √(k − 2).
        let error = 3.0 / (sample.saturating_sub(2).max(1) as f64).sqrt();
        Distinct {
            count: clamped(estimate),
            low: clamped((estimate as f64 / (1.0 + error)) as u64),
            high: match error < 1.0 {
                true => clamped((estimate as f64 / (1.0 - error)) as u64),
                false => most,
            },
            is_exact: false,
        }
    }
}

/// A value with its number of occurrences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frequent {
    /// The value.
    pub value: Value,
    /// How often it occurs, exact.
    pub count: u64,
}

/// Counts of numbers in bins of equal width.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Lower bound of the first bin: the least value.
    pub low: f64,
    /// Upper bound of the last bin, which belongs to it: the greatest value.
    pub high: f64,
    /// Numbers in each bin.
    pub counts: Vec<u64>,
}

/// Figures of a [`Distribution`](crate::Distribution), sorted once to be asked often.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Sorted, and apart from each other.
    cells: Vec<Cell>,
    /// Numbers in the cells up to each.
    ends: Vec<u64>,
    non_finite: [u64; 3],
    shift: u8,
    limit: usize,
    totals: Totals,
    /// Values with their counts, sorted; they are all there are while the state is exact.
    sample: Vec<(i64, Value, u64)>,
    /// Of each cell the sampled values, as positions in `sample`.
    sampled: Vec<std::ops::Range<usize>>,
    estimate: u64,
    /// Number of integers that `f64` does not hold.
    wide: u64,
}

impl Reading {
    pub(crate) fn new(cells: Vec<Cell>, non_finite: [u64; 3], shift: u8, limit: usize) -> Self {
        let mut ends = Vec::with_capacity(cells.len());
        let mut end = 0u64;
        for cell in &cells {
            end = end.saturating_add(cell.count);
            ends.push(end);
        }
        let is_wide = |cell: &&Cell| matches!(cell.low, Value::Integer(_));
        let wide = cells.iter().filter(is_wide).map(|cell| cell.count);
        Reading {
            wide: wide.fold(0, u64::saturating_add),
            cells,
            ends,
            non_finite,
            shift,
            limit,
            totals: Totals::default(),
            sample: Vec::new(),
            sampled: Vec::new(),
            estimate: 0,
        }
    }

    pub(crate) fn set_sums(&mut self, sums: &Sums) {
        self.totals = sums.totals();
    }

    /// Narrows the outermost buckets.
    pub(crate) fn set_extremes(&mut self, min: Value, max: Value) {
        if let Some(first) = self.cells.first_mut() {
            first.low = min;
        }
        if let Some(last) = self.cells.last_mut() {
            last.high = max;
        }
    }

    pub(crate) fn set_sample(&mut self, sample: Vec<(i64, Value, u64)>, estimate: u64, wide: u64) {
        let mut at = 0;
        for cell in &self.cells {
            let from = at;
            // Zero is a cell of its own and is not sampled.
            if cell.low != Value::Number(0.0) || cell.high != Value::Number(0.0) {
                let high = pattern::of(cell.high.as_f64());
                at += sample[at..]
                    .iter()
                    .take_while(|(pattern, ..)| *pattern <= high)
                    .count();
            }
            self.sampled.push(from..at);
        }
        (self.sample, self.estimate, self.wide) = (sample, estimate, wide);
    }

    /// Number of finite values.
    pub fn count(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Number of NaN.
    pub fn nan(&self) -> u64 {
        self.non_finite[0]
    }

    /// Number of infinities of either sign.
    pub fn infinite(&self) -> u64 {
        self.non_finite[1].saturating_add(self.non_finite[2])
    }

    /// Number of zeros.
    pub fn zeros(&self) -> u64 {
        let zero = Value::Number(0.0);
        let cell = self
            .cells
            .iter()
            .find(|cell| cell.low == zero && cell.high == zero);
        cell.map_or(0, |cell| cell.count)
    }

    /// Number of integers beyond ±2^53 that `f64` does not hold. Quantiles take them as the `f64` next to them; extremes, mean,
    /// standard deviation and, while the state is exact, distinct values do not.
    pub fn rounded_integers(&self) -> u64 {
        self.wide
    }

    /// Whether quantiles, distinct and frequent values are exact, because there are at most
    /// [`limit`](crate::Distribution::limit) distinct finite values other than 0. Quantiles of integers that `f64` does not
    /// hold are rounded even so; see [`Self::rounded_integers`].
    pub fn is_exact(&self) -> bool {
        self.shift == 0
    }

    /// Low bits of the patterns that were cut off; 0 while the state is exact. From 46 on, which no measured variable reached,
    /// the values span so many scales that quantiles may be far off: see their bounds.
    pub fn shift(&self) -> u8 {
        self.shift
    }

    /// Least finite value, exact; `None` without any.
    pub fn min(&self) -> Option<Value> {
        self.cells.first().map(|cell| cell.low)
    }

    /// Greatest finite value, exact; `None` without any.
    pub fn max(&self) -> Option<Value> {
        self.cells.last().map(|cell| cell.high)
    }

    /// The `f64` nearest to the mean of the finite values; `None` without any.
    pub fn mean(&self) -> Option<f64> {
        let count = self.count();
        (count > 0).then(|| self.totals.mean(count))
    }

    /// The `f64` nearest to the population standard deviation (divisor n) of the finite values; `None` without any.
    pub fn std(&self) -> Option<f64> {
        let count = self.count();
        (count > 0).then(|| self.totals.std(count))
    }

    /// The quantile at a fraction between 0 and 1; `None` for any other fraction, and without values. Between two values it is interpolated, as numpy does
    /// (Hyndman and Fan 1996, type 7).
    ///
    /// ```
    /// use order_free_stats::Distribution;
    ///
    /// let mut few = Distribution::default();
    /// few.push(&[1u16, 2, 3, 4]);
    /// let median = few.read().quantile(0.5).unwrap();
    /// assert_eq!((median.value, median.is_exact()), (2.5, true));
    ///
    /// let mut many = Distribution::default();
    /// many.push(&(0..100_000).map(f64::from).collect::<Vec<_>>());
    /// let median = many.read().quantile(0.5).unwrap();
    /// assert!(median.low <= 49_999.5 && 49_999.5 <= median.high);
    /// assert!(median.high - median.low < 200.0);
    /// ```
    pub fn quantile(&self, fraction: f64) -> Option<Quantile> {
        let last = self.count().checked_sub(1)?;
        if !(0.0..=1.0).contains(&fraction) {
            return None;
        }
        let place = fraction * last as f64;
        let (below, above) = (place.floor() as u64, (place.ceil() as u64).min(last));
        let share = place - place.floor();
        let (below, above) = (self.at(below), self.at(above));
        if below.is_exact() && above.is_exact() || share == 0.0 {
            let value = |low: f64, high: f64| interpolated(low, high, share) + 0.0;
            return Some(Quantile {
                value: value(below.value, above.value),
                low: value(below.low, above.low),
                high: value(below.high, above.high),
            });
        }
        // Rounding may put an interpolated bound beyond the value that it bounds.
        let (min, max) = (self.cells.first()?.low.as_f64(), self.cells.last()?.high.as_f64());
        let low = interpolated(below.low, above.low, share).next_down().max(min);
        let high = interpolated(below.high, above.high, share).next_up().min(max);
        Some(Quantile {
            value: interpolated(below.value, above.value, share).clamp(low, high) + 0.0,
            low: low + 0.0,
            high: high + 0.0,
        })
    }

    /// The value at a rank, from 0.
    fn at(&self, rank: u64) -> Quantile {
        let at = self
            .ends
            .partition_point(|end| *end <= rank)
            .min(self.cells.len() - 1);
        let (cell, in_cell) = (self.cells[at], rank - (self.ends[at] - self.cells[at].count));
        let (low, high) = (cell.low.as_f64(), cell.high.as_f64());
        let exact = |value: f64| Quantile {
            value,
            low: value,
            high: value,
        };
        if low == high {
            return exact(low);
        }
        let sampled = self
            .sampled
            .get(at)
            .map_or(&[][..], |range| &self.sample[range.clone()]);
        let known: u64 = sampled.iter().map(|(_, _, count)| *count).sum();
        let place = (in_cell as f64 + 0.5) / cell.count as f64;
        let among_known = |place: f64| {
            let mut end = 0;
            let wanted = place * known as f64;
            let reached = |(_, _, count): &&(i64, Value, u64)| {
                end += count;
                end as f64 >= wanted
            };
            sampled.iter().find(reached).or(sampled.last())
        };
        match among_known(place) {
            Some((_, value, _)) if known == cell.count => exact(value.as_f64()),
            Some((_, value, _)) if sampled.len() >= TELLING => Quantile {
                value: value.as_f64().clamp(low, high),
                low,
                high,
            },
            _ => Quantile {
                value: interpolated(low, high, place).clamp(low, high),
                low,
                high,
            },
        }
    }

    /// The number of distinct finite values: exact up to the limit, above estimated from the values of least hash.
    ///
    /// ```
    /// use order_free_stats::Distribution;
    /// let mut numbers = Distribution::default();
    /// numbers.push(&(0..200_000u32).collect::<Vec<_>>());
    /// let distinct = numbers.read().distinct();
    /// assert!(!distinct.is_exact);
    /// assert!(distinct.low <= 200_000 && 200_000 <= distinct.high);
    /// ```
    pub fn distinct(&self) -> Distinct {
        match self.is_exact() {
            true => Distinct::exact(self.cells.len() as u64),
            false => Distinct::estimated(
                self.estimate.saturating_add(u64::from(self.zeros() > 0)),
                self.sample.len() as u64,
                self.limit as u64 + 1,
                self.count(),
            ),
        }
    }

    /// The most frequent values, at most `most`, the more frequent ones first and of equally frequent ones the lesser.
    ///
    /// Each is certain: no value that is missing here is more frequent than one of them. Where the state is not exact there may
    /// be fewer, or none.
    ///
    /// ```
    /// use order_free_stats::{Distribution, Frequent, Value};
    /// let mut flags = Distribution::default();
    /// flags.push(&[2u8, 2, 3, 2, 9, 9]);
    /// let frequent = flags.read().frequent(2);
    /// assert_eq!(frequent[0], Frequent { value: Value::Number(2.0), count: 3 });
    /// assert_eq!(frequent[1], Frequent { value: Value::Number(9.0), count: 2 });
    /// ```
    pub fn frequent(&self, most: usize) -> Vec<Frequent> {
        let mut all = Vec::new();
        // The most that a value of which nothing is known can have.
        let mut unknown = 0;
        for (at, cell) in self.cells.iter().enumerate() {
            if cell.low == cell.high {
                all.push(Frequent {
                    value: cell.low,
                    count: cell.count,
                });
                continue;
            }
            let sampled = self
                .sampled
                .get(at)
                .map_or(&[][..], |range| &self.sample[range.clone()]);
            let mut rest = cell.count;
            for (_, value, count) in sampled {
                rest = rest.saturating_sub(*count);
                all.push(Frequent {
                    value: *value,
                    count: *count,
                });
            }
            unknown = rest.max(unknown);
        }
        all.retain(|frequent| frequent.count >= unknown);
        let order =
            |one: &Frequent, other: &Frequent| other.count.cmp(&one.count).then(one.value.cmp(&other.value));
        // Few are asked for: the others need no order.
        if all.len() > most {
            all.select_nth_unstable_by(most, order);
            all.truncate(most);
        }
        all.sort_unstable_by(order);
        all
    }

    /// Counts in `bins` bins of equal width between the least and the greatest value, to be drawn. Values in a bucket are
    /// counted where its middle lies. `None` without values, or without bins.
    ///
    /// ```
    /// use order_free_stats::Distribution;
    /// let mut numbers = Distribution::default();
    /// numbers.push(&[0.0, 1.0, 1.5, 4.0]);
    /// assert_eq!(numbers.read().histogram(4).unwrap().counts, [1, 2, 0, 1]);
    /// ```
    pub fn histogram(&self, bins: usize) -> Option<Histogram> {
        let (low, high) = (self.min()?.as_f64(), self.max()?.as_f64());
        if bins == 0 {
            return None;
        }
        let mut counts = vec![0u64; bins];
        // Halves, because the width of the range may be more than a number can be.
        let width = high / 2.0 - low / 2.0;
        for cell in &self.cells {
            let middle = cell.low.as_f64() / 2.0 + cell.high.as_f64() / 2.0;
            let place = (middle / 2.0 - low / 2.0) / width;
            let bin = if width > 0.0 {
                (place * bins as f64) as usize
            } else {
                0
            };
            let count = &mut counts[bin.min(bins - 1)];
            *count = count.saturating_add(cell.count);
        }
        Some(Histogram { low, high, counts })
    }
}

/// Linear interpolation in the form of numpy, which is exact at both ends.
fn interpolated(below: f64, above: f64, share: f64) -> f64 {
    let width = above - below;
    match width.is_finite() {
        true if share < 0.5 => below + width * share,
        true => above - width * (1.0 - share),
        false => below * (1.0 - share) + above * share,
    }
}
