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
    /// Whether a finite number that occurs `count` times may stand for a missing value and was kept apart.
    #[inline]
    pub(super) fn take(&mut self, number: Number, at: (u64, u64), count: u64) -> bool {
        self.is_suspect
            .is_some_and(|is_suspect| is_suspect(number.as_f64()))
            && self.keep(number, at, count)
    }

    #[cold]
    fn keep(&mut self, number: Number, first: (u64, u64), count: u64) -> bool {
        let value = number.as_f64();
        if let Some(known) = self.found.iter_mut().find(|known| known.value == value) {
            known.count += count;
            return true;
        }
        if self.found.len() == MOST {
            return false;
        }
        self.found.push(Apart {
            value,
            count,
            first,
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
            into.push_value(apart.number, None, apart.count);
            false
        });
    }
}
