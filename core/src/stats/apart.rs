//! Numbers of a column that may stand for a missing value, kept apart until all cells are known.

use super::{Accumulator, Number};

/// Different numbers that are kept apart, at most; further ones are ordinary values.
const MOST: usize = 6;

/// A number that may stand for a missing value, with the number of its occurrences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Apart {
    /// The number, which is finite.
    pub value: f64,
    /// Number of its occurrences, at least 1.
    pub count: u64,
    /// Line and column of its first occurrence, as the caller gave them.
    pub first: (u64, u64),
    number: Number,
}

/// The numbers that a column keeps apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Suspects {
    pub(super) is_suspect: Option<fn(f64) -> bool>,
    found: Vec<Apart>,
}

impl Suspects {
    /// Whether a number, `value` as `f64`, may stand for a missing value and was kept apart.
    #[inline]
    pub(super) fn take(&mut self, number: Number, value: f64, at: (u64, u64)) -> bool {
        self.is_suspect.is_some_and(|is_suspect| is_suspect(value)) && self.keep(number, value, at)
    }

    #[cold]
    fn keep(&mut self, number: Number, value: f64, at: (u64, u64)) -> bool {
        if let Some(known) = self.found.iter_mut().find(|known| known.value == value) {
            known.count += 1;
            return true;
        }
        if self.found.len() == MOST {
            return false;
        }
        self.found.push(Apart {
            value,
            count: 1,
            first: at,
            number,
        });
        true
    }

    /// In the order of their first occurrence.
    pub(super) fn found(&self) -> &[Apart] {
        &self.found
    }

    /// Moves numbers that `wanted` picks to the other values.
    pub(super) fn release(&mut self, into: &mut Accumulator, wanted: impl Fn(f64) -> bool) {
        self.found.retain(|apart| {
            if !wanted(apart.value) {
                return true;
            }
            for _ in 0..apart.count {
                match apart.number {
                    Number::Integer(value) => into.push_integer(value, None),
                    Number::Decimal(value) => into.push_number(value, None),
                }
            }
            false
        });
    }
}
