//! The distinct values with the least hash, with their exact counts.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::Value;
use crate::code::{Problem, Reader, Writer};
use crate::hash::{mix, mix_wide, unmix};
use crate::table::Table;
use crate::{list, pattern};

/// Counts of integers that `f64` does not hold.
pub(crate) type Wide = HashMap<i128, u64, RandomState>;

/// The order that decides which values are kept: a number has a hash of its own; of integers with one hash, the least comes first.
type Rank = (u64, Option<i128>);

fn rank(integer: i128) -> Rank {
    (mix_wide(integer), Some(integer))
}

/// The `most` values of least rank among all that were added, and perhaps some more.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    most: usize,
    /// By the hash of their pattern.
    numbers: Table,
    wide: Wide,
    /// The greatest rank that may be among the least.
    cut: Rank,
}

impl Sample {
    pub(crate) fn new(most: usize) -> Self {
        Sample {
            most,
            numbers: Table::default(),
            wide: Wide::default(),
            cut: (u64::MAX, Some(i128::MAX)),
        }
    }

    #[inline]
    pub(crate) fn add(&mut self, pattern: i64, count: u64) {
        let hash = mix(pattern as u64);
        if hash <= self.cut.0 {
            self.keep(hash, count);
        }
    }

    #[inline(never)]
    fn keep(&mut self, hash: u64, count: u64) {
        if (hash, None) <= self.cut {
            self.numbers.add(hash, count);
            self.shrink_if_large();
        }
    }

    pub(crate) fn add_integer(&mut self, integer: i128, count: u64) {
        if rank(integer) <= self.cut {
            let held = self.wide.entry(integer).or_default();
            *held = held.saturating_add(count);
            self.shrink_if_large();
        }
    }

    fn len(&self) -> usize {
        self.numbers.len() + self.wide.len()
    }

    fn shrink_if_large(&mut self) {
        if self.len() > self.most + self.most / 2 {
            self.settle();
        }
    }

    /// Changes the number of values that are kept to a smaller one.
    pub(crate) fn limit(&mut self, most: usize) {
        self.most = self.most.min(most);
        self.settle();
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.len() <= self.most
    }

    /// Keeps exactly the values of least rank.
    pub(crate) fn settle(&mut self) {
        if self.is_settled() {
            return;
        }
        let mut ranks: Vec<Rank> = Vec::with_capacity(self.len());
        ranks.extend(self.numbers.iter().map(|(hash, _)| (hash, None)));
        ranks.extend(self.wide.keys().map(|integer| rank(*integer)));
        let (_, cut, _) = ranks.select_nth_unstable(self.most - 1);
        self.cut = *cut;
        let cut = self.cut;
        let mut kept = Table::with_room(self.most + self.most / 2);
        for (hash, count) in self.numbers.iter().filter(|(hash, _)| (*hash, None) <= cut) {
            kept.add(hash, count);
        }
        self.numbers = kept;
        self.wide.retain(|integer, _| rank(*integer) <= cut);
    }

    pub(crate) fn merge(&mut self, other: &Sample) {
        self.cut = self.cut.min(other.cut);
        for (hash, count) in other.numbers.iter() {
            self.keep(hash, count);
        }
        for (integer, count) in &other.wide {
            self.add_integer(*integer, *count);
        }
        // What is beyond the other's cut is not complete.
        let cut = self.cut;
        if self.numbers.iter().any(|(hash, _)| (hash, None) > cut) {
            self.numbers = self
                .numbers
                .iter()
                .filter(|(hash, _)| (*hash, None) <= cut)
                .collect();
        }
        self.wide.retain(|integer, _| rank(*integer) <= cut);
    }

    /// Values with their counts, sorted by the pattern of the number next to them.
    pub(crate) fn sorted(&self) -> Vec<(i64, Value, u64)> {
        let numbers = self.numbers.iter().map(|(hash, count)| {
            let pattern = unmix(hash) as i64;
            (pattern, Value::Number(pattern::number(pattern)), count)
        });
        let wide = self
            .wide
            .iter()
            .map(|(integer, count)| (pattern::of(*integer as f64), Value::Integer(*integer), *count));
        let mut all: Vec<_> = numbers.chain(wide).collect();
        all.sort_unstable();
        all
    }

    /// An estimate of the number of distinct values of which these are a sample: `(k − 1) / (greatest hash)`, the hashes
    /// taken as fractions (Bar-Yossef and others 2002, Beyer and others 2007).
    pub(crate) fn distinct(&self) -> u64 {
        let numbers = self.numbers.iter().map(|(hash, _)| hash);
        let wide = self.wide.keys().map(|integer| mix_wide(*integer));
        let greatest = numbers.chain(wide).max().unwrap_or(u64::MAX);
        let others = self.len().saturating_sub(1) as u128;
        let estimate = (others << 64) / (u128::from(greatest) + 1);
        u64::try_from(estimate).unwrap_or(u64::MAX)
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        let mut numbers: Vec<(i64, u64)> = self
            .numbers
            .iter()
            .map(|(hash, count)| (unmix(hash) as i64, count))
            .collect();
        numbers.sort_unstable();
        write_counts(out, &numbers);
        write_wide(out, &self.wide);
    }

    /// Reads a sample of `most` values.
    pub(crate) fn read(reader: &mut Reader<'_>, most: usize) -> Result<Self, Problem> {
        let mut sample = Sample::new(most);
        let (numbers, _) = read_counts(reader)?;
        sample.numbers = numbers
            .into_iter()
            .map(|(pattern, count)| (mix(pattern as u64), count))
            .collect();
        sample.wide = read_wide(reader)?.0;
        // A sample exists where more values differ than it holds.
        if sample.len() != most {
            return Err(Problem::Count);
        }
        let numbers = sample.numbers.iter().map(|(hash, _)| (hash, None));
        let wide = sample.wide.keys().map(|integer| rank(*integer));
        sample.cut = numbers.chain(wide).max().ok_or(Problem::Count)?;
        Ok(sample)
    }
}

/// Writes patterns of numbers, which increase, and their counts.
pub(crate) fn write_counts(out: &mut Writer, entries: &[(i64, u64)]) {
    let patterns: Vec<i64> = entries.iter().map(|(pattern, _)| *pattern).collect();
    list::write(out, &patterns);
    for (_, count) in entries {
        out.number(*count);
    }
}

/// Reads what [`write_counts`] wrote, with the sum of the counts.
pub(crate) fn read_counts(reader: &mut Reader<'_>) -> Result<(Vec<(i64, u64)>, u64), Problem> {
    let patterns = list::read(reader)?;
    let mut sum = 0u64;
    let mut entries = Vec::with_capacity(patterns.len());
    for pattern in patterns {
        let count = reader.count()?;
        sum = sum.checked_add(count).ok_or(Problem::Count)?;
        entries.push((pattern, count));
    }
    Ok((entries, sum))
}

pub(crate) fn write_wide(out: &mut Writer, wide: &Wide) {
    let mut entries: Vec<_> = wide.iter().collect();
    entries.sort_unstable();
    out.number(entries.len() as u64);
    for (integer, count) in entries {
        out.wide(*integer);
        out.number(*count);
    }
}

pub(crate) fn read_wide(reader: &mut Reader<'_>) -> Result<(Wide, u64), Problem> {
    let len = reader.len()?;
    let mut wide = Wide::default();
    let mut last = None;
    let mut sum = 0u64;
    for _ in 0..len {
        let integer = reader.wide()?;
        if last >= Some(integer) || crate::number::exact(integer).is_some() {
            return Err(Problem::Key);
        }
        last = Some(integer);
        let count = reader.count()?;
        sum = sum.checked_add(count).ok_or(Problem::Count)?;
        wide.insert(integer, count);
    }
    Ok((wide, sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_half_as_many_again_are_held() {
        let mut sample = Sample::new(100);
        for pattern in 0..10_000 {
            sample.add(pattern, 1);
            sample.add_integer((1 << 64) + i128::from(pattern), 1);
            assert!(sample.len() <= 150, "{}", sample.len());
        }
        assert!(sample.len() >= 100);
    }
}
