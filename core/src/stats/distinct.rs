//! Distinct values: exact up to [`EXACT`], by HyperLogLog above.

use std::collections::{BTreeSet, HashSet};

use datasketches::hll::{HllSketch, HllType, HllUnion};
use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{EXACT, state};

/// 4,096 registers of a byte: a standard error of 1.04 / √4096 = 1.6 %.
const LG_K: u8 = 12;
/// A column of so many distinct numbers will probably have all that are kept.
const MANY: usize = 112;
/// A longer text counts by its SHA-256.
const LONGEST_KEY: usize = 64;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Distinct {
    Exact(Keys),
    #[serde(with = "state::sketch")]
    Sketch(Box<HllSketch>),
}

/// At most [`EXACT`] of them, so that nobody can make a fixed hash slow.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Keys {
    /// Bits of numbers, which need no memory of their own.
    #[serde(serialize_with = "sorted")]
    numbers: HashSet<u64, FixedState>,
    /// Texts, and integers that `f64` cannot hold.
    #[serde(serialize_with = "sorted")]
    others: HashSet<Box<[u8]>, FixedState>,
}

/// The same keys are the same bytes.
fn sorted<K: Ord + Serialize, S: serde::Serializer>(
    keys: &HashSet<K, FixedState>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    keys.iter().collect::<BTreeSet<_>>().serialize(serializer)
}

impl Keys {
    fn len(&self) -> usize {
        self.numbers.len() + self.others.len()
    }

    /// The sketch does not depend on the order of its updates.
    fn to_sketch(&self) -> HllSketch {
        let mut sketch = HllSketch::new(LG_K, HllType::Hll8).expect("lg k lies between 4 and 21");
        for bits in &self.numbers {
            sketch.update(&bits.to_be_bytes()[..]);
        }
        for key in &self.others {
            sketch.update(&**key);
        }
        sketch
    }
}

impl Default for Distinct {
    fn default() -> Self {
        Distinct::Exact(Keys::default())
    }
}

/// −0 and 0 are one value.
fn bits(value: f64) -> u64 {
    (value + 0.0).to_bits()
}

/// Distinct values among a few numbers.
pub(super) fn distinct_of(values: &[f64]) -> u64 {
    let mut keys: Vec<u64> = values.iter().copied().map(bits).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.len() as u64
}

impl Distinct {
    pub(super) fn push_number(&mut self, value: f64) {
        self.push_bits(bits(value));
    }

    fn push_bits(&mut self, bits: u64) {
        match self {
            Distinct::Exact(keys) => {
                // One growth instead of five, where many values are to be expected.
                if keys.numbers.len() == MANY {
                    keys.numbers.reserve(EXACT);
                }
                if keys.numbers.insert(bits) {
                    self.shrink();
                }
            }
            Distinct::Sketch(sketch) => sketch.update(&bits.to_be_bytes()[..]),
        }
    }

    pub(super) fn push_integer(&mut self, value: i128) {
        self.push(&value.to_be_bytes());
    }

    pub(super) fn push_text(&mut self, text: &[u8]) {
        if text.len() > LONGEST_KEY {
            self.push(&Sha256::digest(text))
        } else {
            self.push(text)
        }
    }

    fn push(&mut self, key: &[u8]) {
        match self {
            Distinct::Exact(keys) => {
                if !keys.others.contains(key) {
                    keys.others.insert(key.into());
                    self.shrink();
                }
            }
            Distinct::Sketch(sketch) => sketch.update(key),
        }
    }

    /// Becomes a sketch once it holds too many keys.
    fn shrink(&mut self) {
        if let Distinct::Exact(keys) = self
            && keys.len() > EXACT
        {
            *self = Distinct::Sketch(Box::new(keys.to_sketch()));
        }
    }

    pub(super) fn merge(&mut self, later: &Distinct) {
        match (&mut *self, later) {
            (_, Distinct::Exact(more)) => {
                more.numbers.iter().for_each(|bits| self.push_bits(*bits));
                more.others.iter().for_each(|key| self.push(key));
            }
            (Distinct::Exact(keys), Distinct::Sketch(more)) => {
                *self = Distinct::Sketch(union(&keys.to_sketch(), more));
            }
            (Distinct::Sketch(sketch), Distinct::Sketch(more)) => *sketch = union(sketch, more),
        }
    }

    /// The number of distinct values. The composite estimate does not depend on the order of updates; the default one
    /// (HIP) does.
    pub(super) fn estimate(&self) -> u64 {
        match self {
            Distinct::Exact(keys) => keys.len() as u64,
            Distinct::Sketch(sketch) => sketch.composite_estimate().round() as u64,
        }
    }
}

fn union(one: &HllSketch, other: &HllSketch) -> Box<HllSketch> {
    let mut union = HllUnion::new(LG_K).expect("lg k lies between 4 and 21");
    union.update(one);
    union.update(other);
    Box::new(union.to_sketch(HllType::Hll8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(range: std::ops::Range<u32>) -> Distinct {
        let mut distinct = Distinct::default();
        range.for_each(|n| distinct.push_number(f64::from(n)));
        distinct
    }

    #[test]
    fn exact_then_within_three_per_cent() {
        assert_eq!(numbers(0..1024).estimate(), 1024);
        for n in [1_100u32, 5_000, 100_000] {
            let error = (numbers(0..n).estimate() as f64 / f64::from(n) - 1.0).abs();
            assert!(error < 0.03, "{n}: {error}");
        }
    }

    #[test]
    fn merged_in_any_cut_is_the_same_estimate() {
        let whole = numbers(0..20_000).estimate();
        for cut in [10, 1_000, 1_500, 19_990] {
            let mut merged = numbers(0..cut);
            merged.merge(&numbers(cut..20_000));
            assert_eq!(merged.estimate(), whole, "cut at {cut}");
        }
    }

    #[test]
    fn zeros_are_one_and_long_texts_differ() {
        let mut distinct = Distinct::default();
        distinct.push_number(0.0);
        distinct.push_number(-0.0);
        assert_eq!(distinct.estimate(), 1);
        let mut distinct = Distinct::default();
        distinct.push_text(&[b'x'; 100]);
        distinct.push_text(&[b'x'; 101]);
        assert_eq!(distinct.estimate(), 2);
    }
}
