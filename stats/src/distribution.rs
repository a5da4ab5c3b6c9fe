//! The state of a set of numbers.

use std::borrow::Cow;

use crate::code::{DecodeError, Problem, Reader, Writer};
use crate::number::Number;
use crate::read::{Cell, Reading};
use crate::sample::{Sample, Wide, read_counts, read_wide, write_counts, write_wide};
use crate::sums::Sums;
use crate::table::Table;
use crate::{Value, pattern};

/// Distinct numbers up to which a distribution is exact, unless another number is asked for.
pub const DEFAULT_LIMIT: usize = 4096;
/// The least limit; a smaller one is raised to it.
pub const LEAST_LIMIT: usize = 16;
/// The greatest limit; a greater one is lowered to it.
pub const GREATEST_LIMIT: usize = 1 << 20;

/// Form of the encoded state.
const FORM: u8 = 1;
/// Runs that are worked off together.
const BATCH: usize = 256;
/// Slices shorter than this are pushed value by value.
const SHORT: usize = 8;

/// What a state has, as bits of its second byte.
mod has {
    pub(super) const NON_FINITE: u8 = 1;
    pub(super) const ZEROS: u8 = 2;
    pub(super) const WIDE: u8 = 4;
    pub(super) const BUCKETS: u8 = 8;
}

/// Count, extremes, sums, quantiles, distinct and frequent values of a set of numbers, in bounded memory.
///
/// The state is a function of the values with their multiplicities: neither the order of the calls, nor how values are split
/// into slices, nor the tree of merges can be seen in [`Self::encode`] or in any figure. −0 is 0. NaN and infinities are
/// counted and are in no other figure.
///
/// ```
/// use order_free_stats::{Distribution, Value};
///
/// let mut all = Distribution::default();
/// all.push(&[4.0f32, 1.0, 3.0, 2.0]);
/// let read = all.read();
/// assert_eq!(read.mean(), Some(2.5));
/// assert_eq!(read.quantile(0.25).unwrap().value, 1.75);
///
/// let (mut one, mut other) = (Distribution::default(), Distribution::default());
/// one.push(&[3.0f64, 1.0]);
/// other.push(&[2i8, 4]);
/// one.merge(&other);
/// assert_eq!(one.encode(), all.encode());
/// ```
#[derive(Debug, Clone)]
pub struct Distribution {
    /// Most distinct prefixes of the settled state.
    limit: u32,
    /// Bits of the patterns that are cut off.
    shift: u8,
    /// Prefixes of the finite numbers but zero. It may hold half as many again as the limit.
    table: Table,
    zeros: u64,
    /// NaN, infinity, negative infinity.
    non_finite: [u64; 3],
    /// Integers that `f64` does not hold, while `shift` is 0; they count towards the limit.
    wide: Option<Box<Wide>>,
    /// What the table cannot tell once `shift` is not 0.
    rest: Option<Box<Rest>>,
}

#[derive(Debug, Clone)]
struct Rest {
    /// Number of integers that `f64` does not hold, of any value.
    wide: u64,
    sums: Sums,
    sample: Sample,
    min: Value,
    max: Value,
}

impl Default for Distribution {
    fn default() -> Self {
        Self::with_limit(DEFAULT_LIMIT)
    }
}

impl Distribution {
    /// An empty distribution that is exact up to `limit` distinct numbers other than 0; at least [`LEAST_LIMIT`] and at most
    /// [`GREATEST_LIMIT`].
    ///
    /// It takes up to 40 bytes for each of them: 163 kB under [`DEFAULT_LIMIT`], and twice as much for a moment. A smaller limit
    /// serves a table of very many columns.
    pub fn with_limit(limit: usize) -> Self {
        Distribution {
            limit: limit.clamp(LEAST_LIMIT, GREATEST_LIMIT) as u32,
            shift: 0,
            table: Table::default(),
            zeros: 0,
            non_finite: [0; 3],
            wide: None,
            rest: None,
        }
    }

    /// The number of distinct finite values other than 0 up to which it is exact.
    pub fn limit(&self) -> usize {
        self.limit as usize
    }

    /// Lowers the limit; a greater one than the present changes nothing.
    pub fn lower_limit(&mut self, limit: usize) {
        let limit = limit.clamp(LEAST_LIMIT, GREATEST_LIMIT) as u32;
        if limit < self.limit {
            self.limit = limit;
            if let Some(rest) = &mut self.rest {
                rest.sample.limit(sample_of(limit));
            }
            if self.occupied() > self.most() {
                self.collapse();
            }
        }
    }

    /// Whether nothing was pushed.
    pub fn is_empty(&self) -> bool {
        self.non_finite == [0; 3] && self.zeros == 0 && self.occupied() == 0
    }

    /// Adds the values of a slice. Runs of equal values cost as much as one.
    pub fn push<T: Number>(&mut self, values: &[T]) {
        if T::IS_INTEGER && self.push_dense(values) {
            return;
        }
        if values.len() < SHORT {
            for value in values {
                match value.exact() {
                    Some(number) => self.push_many(number, 1),
                    None => self.push_integer(value.integer(), 1),
                }
            }
            return;
        }
        let Some((first, rest)) = values.split_first() else {
            return;
        };
        let mut runs = Runs::default();
        let (mut last, mut count) = (*first, 1);
        for value in rest {
            if value.is_same(last) {
                count += 1;
            } else {
                runs.add_element(last, count, self);
                (last, count) = (*value, 1);
            }
        }
        runs.add_element(last, count, self);
        runs.flush(self);
    }

    /// Counts integers that lie close together in an array; returns whether they do.
    fn push_dense<T: Number>(&mut self, values: &[T]) -> bool {
        const MOST: usize = 1 << 16;
        if values.len() < 4 * SHORT {
            return false;
        }
        let mut counts: Vec<u32> = Vec::new();
        // A `u32` holds the counts of one part.
        for part in values.chunks(1 << 24) {
            let first = part[0];
            let (mut least, mut greatest) = (first, first);
            for value in part {
                least = if *value < least { *value } else { least };
                greatest = if *value > greatest { *value } else { greatest };
            }
            let range = least.short().zip(greatest.short());
            let width = range.and_then(|(low, high)| usize::try_from(high - low + 1).ok());
            match (range, width) {
                (Some((low, _)), Some(width)) if width <= MOST && width <= 4 * part.len() => {
                    // Equal neighbours are counted in different lanes, which do not wait for each other.
                    let lanes = if width <= 256 { 4 } else { 1 };
                    counts.clear();
                    counts.resize(width * lanes, 0);
                    for (at, value) in part.iter().enumerate() {
                        let place = (value.integer() as i64 - low) as usize;
                        counts[place * lanes + at % lanes] += 1;
                    }
                    let mut runs = Runs::default();
                    for (place, counts) in counts.chunks_exact(lanes).enumerate() {
                        let count: u64 = counts.iter().map(|count| u64::from(*count)).sum();
                        if count > 0 {
                            runs.add((low + place as i64) as f64, count, self);
                        }
                    }
                    runs.flush(self);
                }
                _ if part.len() == values.len() => return false,
                _ => part.chunks(1 << 12).for_each(|part| self.push(part)),
            }
        }
        true
    }

    /// Adds a number `count` times.
    ///
    /// ```
    /// use order_free_stats::Distribution;
    /// let (mut many, mut all) = (Distribution::default(), Distribution::default());
    /// many.push_many(0.5, 3);
    /// all.push(&[0.5, 0.5, 0.5]);
    /// assert_eq!(many.encode(), all.encode());
    /// ```
    pub fn push_many(&mut self, number: f64, count: u64) {
        let bits = number.to_bits();
        match pattern::are_of_table(bits) {
            _ if count == 0 => {}
            true => self.push_runs(&[bits], &[count]),
            false => self.push_odd(number, count),
        }
    }

    /// Adds an integer of any size `count` times. One that `f64` does not hold stays exact in sums and extremes, and, while the
    /// state is exact, as a value.
    ///
    /// ```
    /// use order_free_stats::{Distribution, Value};
    /// let mut ids = Distribution::default();
    /// ids.push(&[u64::MAX, u64::MAX - 1]);
    /// ids.push_integer(1 << 100, 1);
    /// assert_eq!(ids.read().min(), Some(Value::Integer(i128::from(u64::MAX) - 1)));
    /// assert_eq!(ids.read().distinct().count, 3);
    /// ```
    pub fn push_integer(&mut self, integer: i128, count: u64) {
        if let Some(number) = crate::number::exact(integer) {
            self.push_many(number, count);
            return;
        }
        if count == 0 {
            return;
        }
        match &mut self.rest {
            None => {
                let held = self.wide.get_or_insert_default().entry(integer).or_default();
                *held = held.saturating_add(count);
            }
            Some(rest) => {
                rest.add_integer(integer, count);
                let key = pattern::of(integer as f64) >> self.shift;
                self.table.add(key as u64, count);
            }
        }
        self.collapse_if_large();
    }

    /// Adds runs of finite numbers other than 0, given by their bits.
    fn push_runs(&mut self, numbers: &[u64], counts: &[u64]) {
        // The first collapse takes all that was counted until then into the rest.
        let mut first = if self.rest.is_some() { 0 } else { numbers.len() };
        for (at, (number, count)) in numbers.iter().zip(counts).enumerate() {
            let key = (pattern::of_bits(*number) >> self.shift) as u64;
            if self.table.add(key, *count) && self.occupied() > self.most() {
                let was_exact = self.rest.is_none();
                self.collapse();
                if was_exact {
                    first = at + 1;
                }
            }
        }
        if let Some(rest) = &mut self.rest {
            rest.add(&numbers[first..], &counts[first..]);
        }
    }

    #[inline(never)]
    fn push_odd(&mut self, number: f64, count: u64) {
        let counter = match number {
            0.0 => &mut self.zeros,
            f64::INFINITY => &mut self.non_finite[1],
            f64::NEG_INFINITY => &mut self.non_finite[2],
            number if number.is_nan() => &mut self.non_finite[0],
            _ => return,
        };
        *counter = counter.saturating_add(count);
    }

    /// Distinct prefixes, and integers that `f64` does not hold.
    fn occupied(&self) -> usize {
        self.table.len() + self.wide.as_ref().map_or(0, |wide| wide.len())
    }

    /// How many there may be until the next collapse.
    fn most(&self) -> usize {
        self.limit as usize * 3 / 2
    }

    fn collapse_if_large(&mut self) {
        if self.occupied() > self.most() {
            self.collapse();
        }
    }

    /// Cuts off as many bits as the limit demands, and at least one of an exact state.
    #[cold]
    #[inline(never)]
    fn collapse(&mut self) {
        let (sorted, least) = match self.leave_exact() {
            Some(sorted) => (sorted, 1),
            None => (self.table.sorted(), 0),
        };
        let more = pattern::least_shift(&sorted, self.limit as usize);
        self.shift_by(&sorted, more.max(least));
    }

    fn shift_by(&mut self, sorted: &[(i64, u64)], more: u8) {
        if more == 0 {
            return;
        }
        self.shift += more;
        let mut table = Table::with_room(self.limit as usize * 3 / 2);
        for (key, count) in pattern::cut(sorted, more) {
            table.add(key as u64, count);
        }
        self.table = table;
    }

    /// Makes what the table will not be able to tell. Returns its entries, sorted, with those of integers; the caller has to cut off
    /// a bit of them. `None` if the state was not exact.
    fn leave_exact(&mut self) -> Option<Vec<(i64, u64)>> {
        if self.rest.is_some() {
            return None;
        }
        let mut sorted = self.table.sorted();
        let mut rest = Rest::new(self.limit);
        let numbers = sorted.iter().map(|(key, _)| pattern::number(*key).to_bits());
        let numbers: Vec<u64> = numbers.collect();
        let counts: Vec<u64> = sorted.iter().map(|(_, count)| *count).collect();
        rest.add(&numbers, &counts);
        if let Some(wide) = self.wide.take() {
            for (integer, count) in *wide {
                rest.add_integer(integer, count);
                sorted.push((pattern::of(integer as f64), count));
            }
            sorted.sort_unstable();
        }
        self.rest = Some(Box::new(rest));
        Some(sorted)
    }

    /// The state without slack, which is a function of the set, with the sorted entries of its table; of the state itself the table
    /// has no meaning.
    fn settled(&self) -> (Cow<'_, Self>, Vec<(i64, u64)>) {
        let is_settled = self.occupied() <= self.limit as usize;
        let sample_is_settled = self.rest.as_ref().is_none_or(|rest| rest.sample.is_settled());
        if is_settled && sample_is_settled {
            return (Cow::Borrowed(self), self.table.sorted());
        }
        if self.rest.is_none() {
            let mut settled = self.clone();
            settled.settle();
            let sorted = settled.table.sorted();
            return (Cow::Owned(settled), sorted);
        }
        let mut sorted = self.table.sorted();
        let more = pattern::least_shift(&sorted, self.limit as usize);
        if more > 0 {
            sorted = pattern::cut(&sorted, more).collect();
        }
        let mut settled = Distribution {
            limit: self.limit,
            shift: self.shift + more,
            table: Table::default(),
            zeros: self.zeros,
            non_finite: self.non_finite,
            wide: self.wide.clone(),
            rest: self.rest.clone(),
        };
        if let Some(rest) = &mut settled.rest {
            rest.sample.settle();
        }
        (Cow::Owned(settled), sorted)
    }

    /// Takes the form of [`Self::settled`].
    pub(crate) fn settle(&mut self) {
        if self.occupied() > self.limit as usize {
            self.collapse();
        }
        if let Some(rest) = &mut self.rest {
            rest.sample.settle();
        }
    }

    /// Adds everything of another distribution. Commutative and associative; the result has the smaller limit of the two.
    pub fn merge(&mut self, other: &Distribution) {
        self.lower_limit(other.limit as usize);
        self.zeros = self.zeros.saturating_add(other.zeros);
        for (held, more) in self.non_finite.iter_mut().zip(other.non_finite) {
            *held = held.saturating_add(more);
        }
        let Some(theirs) = &other.rest else {
            for (key, count) in other.table.iter() {
                self.push_many(pattern::number(key as i64), count);
            }
            for (integer, count) in other.wide.iter().flat_map(|wide| wide.iter()) {
                self.push_integer(*integer, *count);
            }
            return;
        };
        // The shift of the other is at least 1.
        let sorted = self.leave_exact();
        if self.shift < other.shift {
            let sorted = sorted.unwrap_or_else(|| self.table.sorted());
            self.shift_by(&sorted, other.shift - self.shift);
        }
        if let Some(rest) = &mut self.rest {
            rest.merge(theirs);
        }
        for (key, count) in other.table.iter() {
            // A collapse on the way cuts off more bits.
            let key = key as i64 >> (self.shift - other.shift);
            self.table.add(key as u64, count);
            self.collapse_if_large();
        }
    }

    /// Least and greatest value, without the cost of [`Self::read`].
    ///
    /// ```
    /// use order_free_stats::{Distribution, Value};
    /// let mut numbers = Distribution::default();
    /// numbers.push(&[3u8, 0, 7]);
    /// assert_eq!(numbers.range(), Some((Value::Number(0.0), Value::Number(7.0))));
    /// ```
    pub fn range(&self) -> Option<(Value, Value)> {
        let mut range = None;
        let mut widen = |low: Value, high: Value| {
            let (min, max) = range.get_or_insert((low, high));
            (*min, *max) = ((*min).min(low), (*max).max(high));
        };
        if self.zeros > 0 {
            widen(Value::Number(0.0), Value::Number(0.0));
        }
        match &self.rest {
            Some(rest) if self.occupied() > 0 => widen(rest.min, rest.max),
            Some(_) => {}
            None => {
                let keys = self.table.iter().map(|(key, _)| key as i64);
                if let Some((min, max)) = keys.fold(None, |range: Option<(i64, i64)>, key| {
                    let (min, max) = range.unwrap_or((key, key));
                    Some((min.min(key), max.max(key)))
                }) {
                    widen(
                        Value::Number(pattern::number(min)),
                        Value::Number(pattern::number(max)),
                    );
                }
                for integer in self.wide.iter().flat_map(|wide| wide.keys()) {
                    widen(Value::Integer(*integer), Value::Integer(*integer));
                }
            }
        }
        range
    }

    /// Number of finite values, without the cost of [`Self::read`].
    ///
    /// ```
    /// use order_free_stats::Distribution;
    /// let mut numbers = Distribution::default();
    /// numbers.push(&[1.0, 0.0, 1.0, f64::NAN]);
    /// assert_eq!(numbers.count(), 3);
    /// ```
    pub fn count(&self) -> u64 {
        let wide = self.wide.iter().flat_map(|wide| wide.values().copied());
        let counts = self.table.iter().map(|(_, count)| count).chain(wide);
        counts.fold(self.zeros, u64::saturating_add)
    }

    /// Mean of the finite values as [`Reading::mean`], without the cost of [`Self::read`]; `None` without a value.
    ///
    /// ```
    /// use order_free_stats::Distribution;
    /// let mut numbers = Distribution::default();
    /// numbers.push(&[1.0, 0.0, 2.0, f64::NAN]);
    /// assert_eq!(numbers.mean(), Some(1.0));
    /// ```
    pub fn mean(&self) -> Option<f64> {
        let count = self.count();
        (count > 0).then(|| self.sums().totals().mean(count))
    }

    /// Sums of all finite values.
    fn sums(&self) -> Cow<'_, Sums> {
        if let Some(rest) = &self.rest {
            return Cow::Borrowed(&rest.sums);
        }
        let mut sums = Sums::default();
        for (key, count) in self.table.iter() {
            sums.add(pattern::number(key as i64).to_bits(), count);
        }
        for (integer, count) in self.wide.iter().flat_map(|wide| wide.iter()) {
            sums.add_integer(*integer, *count);
        }
        Cow::Owned(sums)
    }

    /// Gives access to the figures. Takes time proportional to the occupied part of the table; read once, ask often.
    pub fn read(&self) -> Reading {
        let (settled, sorted) = self.settled();
        let wide = settled.wide.as_ref().map_or(0, |wide| wide.len());
        let mut cells = Vec::with_capacity(sorted.len() + wide + 1);
        for (key, count) in sorted {
            let (low, high) = pattern::range(key, settled.shift);
            cells.push(Cell::new(pattern::number(low), pattern::number(high), count));
        }
        for (integer, count) in settled.wide.iter().flat_map(|wide| wide.iter()) {
            cells.push(Cell::of(Value::Integer(*integer), *count));
        }
        if settled.zeros > 0 {
            cells.push(Cell::of(Value::Number(0.0), settled.zeros));
        }
        if settled.wide.is_some() || settled.zeros > 0 {
            cells.sort_by_key(|cell| cell.low);
        }
        let mut reading = Reading::new(cells, settled.non_finite, settled.shift, settled.limit());
        reading.set_sums(&settled.sums());
        if let Some(rest) = &settled.rest {
            let (min, max) = (settled.with_zero(rest.min), settled.with_zero(rest.max));
            reading.set_extremes(min.0, max.1);
            reading.set_sample(rest.sample.sorted(), rest.sample.distinct(), rest.wide);
        }
        reading
    }

    /// An extreme and zero, if there are zeros: the lesser and the greater one.
    fn with_zero(&self, extreme: Value) -> (Value, Value) {
        match self.zeros {
            0 => (extreme, extreme),
            _ => (extreme.min(Value::Number(0.0)), extreme.max(Value::Number(0.0))),
        }
    }

    /// The state as bytes, to be merged later: 10 bytes for a constant, about 2 bytes for each distinct decimal of a
    /// measurement.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new(FORM);
        self.write(&mut out);
        out.finish()
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        let (this, sorted) = self.settled();
        let bit = |is_set: bool, bit: u8| if is_set { bit } else { 0 };
        let wide = match &this.rest {
            Some(rest) => rest.wide > 0,
            None => this.wide.is_some(),
        };
        out.byte(
            bit(this.non_finite != [0; 3], has::NON_FINITE)
                | bit(this.zeros > 0, has::ZEROS)
                | bit(wide, has::WIDE)
                | bit(this.rest.is_some(), has::BUCKETS),
        );
        out.number(u64::from(this.limit));
        if this.non_finite != [0; 3] {
            this.non_finite.iter().for_each(|count| out.number(*count));
        }
        if this.zeros > 0 {
            out.number(this.zeros);
        }
        match &this.rest {
            None => {
                write_counts(out, &sorted);
                if let Some(wide) = &this.wide {
                    write_wide(out, wide);
                }
            }
            Some(rest) => {
                out.byte(this.shift);
                out.keys(sorted.iter().map(|(key, _)| *key));
                sorted.iter().for_each(|(_, count)| out.number(*count));
                if rest.wide > 0 {
                    out.number(rest.wide);
                }
                rest.sums.write(out);
                write_value(out, rest.min);
                write_value(out, rest.max);
                rest.sample.write(out);
            }
        }
    }

    /// Reads what [`Self::encode`] wrote, on any machine. Takes memory in proportion to the number of bytes.
    ///
    /// ```
    /// use order_free_stats::{DecodeError, Distribution};
    /// let mut numbers = Distribution::default();
    /// numbers.push(&[1u8, 2, 3]);
    /// let state = numbers.encode();
    /// assert_eq!(Distribution::decode(&state)?.read().mean(), Some(2.0));
    /// assert!(matches!(Distribution::decode(&state[..5]), Err(DecodeError::Truncated { length: 5 })));
    /// # Ok::<(), DecodeError>(())
    /// ```
    ///
    /// # Errors
    /// If the bytes are of another form, cut, or damaged so that no set of values has this state. Damage that leads to the state
    /// of another set is not found; keep a checksum where that matters.
    pub fn decode(state: &[u8]) -> Result<Self, DecodeError> {
        Reader::all(state, FORM, Self::read_from)
    }

    pub(crate) fn read_from(reader: &mut Reader<'_>) -> Result<Self, Problem> {
        let parts = reader.byte()?;
        let limit = reader.number()?;
        if parts >= 16 || !(LEAST_LIMIT as u64..=GREATEST_LIMIT as u64).contains(&limit) {
            return Err(Problem::Limit);
        }
        let mut this = Distribution::with_limit(limit as usize);
        if parts & has::NON_FINITE != 0 {
            for count in &mut this.non_finite {
                *count = reader.number()?;
            }
            if this.non_finite == [0; 3] {
                return Err(Problem::Count);
            }
        }
        if parts & has::ZEROS != 0 {
            this.zeros = reader.count()?;
        }
        let has_wide = parts & has::WIDE != 0;
        let mut sum = this.zeros;
        let mut add = |more: u64| {
            sum = sum.checked_add(more).ok_or(Problem::Count)?;
            Ok(sum)
        };
        if parts & has::BUCKETS == 0 {
            let (entries, count) = read_counts(reader)?;
            add(count)?;
            this.table = entries.iter().map(|(key, count)| (*key as u64, *count)).collect();
            if has_wide {
                let (wide, count) = read_wide(reader)?;
                add(count)?;
                if wide.is_empty() {
                    return Err(Problem::Count);
                }
                this.wide = Some(Box::new(wide));
            }
        } else {
            this.shift = reader.byte()?;
            if !(1..64).contains(&this.shift) {
                return Err(Problem::Limit);
            }
            let keys = reader.keys()?;
            let reach = i64::MAX >> this.shift;
            if keys.is_empty() || keys.iter().any(|key| !(-reach - 1..=reach).contains(key)) {
                return Err(Problem::Key);
            }
            this.table = Table::with_room(keys.len());
            let mut buckets = 0;
            for key in &keys {
                let count = reader.count()?;
                buckets = add(count)?;
                this.table.add(*key as u64, count);
            }
            let wide = if has_wide { reader.count()? } else { 0 };
            let sums = Sums::read(reader, buckets)?;
            let (min, max) = (read_value(reader)?, read_value(reader)?);
            let has_prefix = |value: Value, key: i64| pattern::of(value.as_f64()) >> this.shift == key;
            if min > max
                || !has_prefix(min, keys[0])
                || !has_prefix(max, keys[keys.len() - 1])
                || wide > buckets
            {
                return Err(Problem::Extreme);
            }
            let sample = Sample::read(reader, sample_of(this.limit))?;
            this.rest = Some(Box::new(Rest {
                wide,
                sums,
                sample,
                min,
                max,
            }));
        }
        match this.occupied() <= this.limit() {
            true => Ok(this),
            false => Err(Problem::Limit),
        }
    }
}

/// Runs of equal numbers that are pushed together; they are in the table.
struct Runs {
    /// Their bits.
    numbers: [u64; BATCH],
    counts: [u64; BATCH],
    len: usize,
}

impl Default for Runs {
    fn default() -> Self {
        Runs {
            numbers: [0; BATCH],
            counts: [0; BATCH],
            len: 0,
        }
    }
}

impl Runs {
    #[inline]
    fn add_element<T: Number>(&mut self, element: T, count: u64, into: &mut Distribution) {
        match element.exact() {
            Some(number) => self.add(number, count, into),
            None => into.push_integer(element.integer(), count),
        }
    }

    #[inline]
    fn add(&mut self, number: f64, count: u64, into: &mut Distribution) {
        let bits = number.to_bits();
        if !pattern::are_of_table(bits) {
            into.push_odd(number, count);
            return;
        }
        let at = self.len % BATCH;
        (self.numbers[at], self.counts[at]) = (bits, count);
        self.len = at + 1;
        if self.len == BATCH {
            self.flush(into);
        }
    }

    #[inline(never)]
    fn flush(&mut self, into: &mut Distribution) {
        into.push_runs(&self.numbers[..self.len], &self.counts[..self.len]);
        self.len = 0;
    }
}

impl Rest {
    fn new(limit: u32) -> Self {
        Rest {
            wide: 0,
            sums: Sums::default(),
            sample: Sample::new(sample_of(limit)),
            min: Value::Number(f64::INFINITY),
            max: Value::Number(f64::NEG_INFINITY),
        }
    }

    /// Adds runs of finite numbers other than 0, given by their bits.
    fn add(&mut self, numbers: &[u64], counts: &[u64]) {
        for (number, count) in numbers.iter().zip(counts) {
            self.sums.add(*number, *count);
        }
        let (mut min, mut max) = (i64::MAX, i64::MIN);
        for (number, count) in numbers.iter().zip(counts) {
            let pattern = pattern::of_bits(*number);
            (min, max) = (min.min(pattern), max.max(pattern));
            self.sample.add(pattern, *count);
        }
        if min <= max {
            let number = |pattern| Value::Number(pattern::number(pattern));
            self.widen(number(min), number(max));
        }
    }

    fn add_integer(&mut self, integer: i128, count: u64) {
        self.wide = self.wide.saturating_add(count);
        self.sums.add_integer(integer, count);
        self.sample.add_integer(integer, count);
        self.widen(Value::Integer(integer), Value::Integer(integer));
    }

    fn widen(&mut self, min: Value, max: Value) {
        self.min = self.min.min(min);
        self.max = self.max.max(max);
    }

    fn merge(&mut self, other: &Rest) {
        self.wide = self.wide.saturating_add(other.wide);
        self.sums.merge(&other.sums);
        self.sample.merge(&other.sample);
        self.widen(other.min, other.max);
    }
}

/// Size of the sample of distinct values.
fn sample_of(limit: u32) -> usize {
    limit as usize / 4
}

fn write_value(out: &mut Writer, value: Value) {
    match value {
        Value::Number(number) => {
            out.byte(0);
            out.bytes(&number.to_bits().to_le_bytes());
        }
        Value::Integer(integer) => {
            out.byte(1);
            out.wide(integer);
        }
    }
}

fn read_value(reader: &mut Reader<'_>) -> Result<Value, Problem> {
    let value = match reader.byte()? {
        0 => {
            let bytes = reader.bytes(8)?;
            let bits = bytes.try_into().map_err(|_| Problem::Truncated)?;
            Value::Number(f64::from_bits(u64::from_le_bytes(bits)))
        }
        1 => Value::Integer(reader.wide()?),
        _ => return Err(Problem::Extreme),
    };
    let is_valid = match value {
        Value::Number(number) => number.is_finite() && number != 0.0,
        Value::Integer(integer) => crate::number::exact(integer).is_none(),
    };
    is_valid.then_some(value).ok_or(Problem::Extreme)
}
