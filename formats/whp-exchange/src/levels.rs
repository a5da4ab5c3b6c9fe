//! The pressure levels that a cast had so far, to find repeated ones.

use std::collections::HashSet;

/// The pressure levels so far. In nearly every cast each level is greater than all before it, and the set is not
/// needed: looking up each level took 6 % of the review of an archive.
#[derive(Default)]
pub(crate) struct Levels {
    rising: Vec<f64>,
    others: HashSet<u64>,
    last: Option<f64>,
}

impl Levels {
    /// The level that was added last.
    pub(crate) fn last(&self) -> Option<f64> {
        self.last
    }

    /// Adds a finite level; returns whether it was there before.
    pub(crate) fn add(&mut self, value: f64) -> bool {
        // -0 and 0 are the same level.
        let value = value + 0.0;
        self.last = Some(value);
        if self.rising.last().is_none_or(|last| *last < value) {
            self.rising.push(value);
            return false;
        }
        let is_known = self
            .rising
            .binary_search_by(|level| level.total_cmp(&value))
            .is_ok();
        is_known || !self.others.insert(value.to_bits())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn levels_are_found_again_as_in_a_set(values in prop::collection::vec(-5i8..20, 0..60)) {
            let (mut levels, mut set) = (Levels::default(), HashSet::new());
            for value in values {
                prop_assert_eq!(levels.add(f64::from(value)), !set.insert(value));
                prop_assert_eq!(levels.last(), Some(f64::from(value)));
            }
        }
    }
}
