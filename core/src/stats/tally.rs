//! Counters by a short text: flags, spellings of a missing value.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Texts kept apart; the rest is counted together.
const MOST: usize = 200;
/// Under this name.
const OTHER: &str = "(other)";
/// Longest text shown, in bytes.
const LONGEST: usize = 64;

/// Few different texts, so that a search from the last hit beats a map; in the order of their first occurrence.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Tally<T> {
    entries: Vec<(Box<[u8]>, T)>,
    other: Option<Box<T>>,
    #[serde(skip)]
    last: usize,
}

impl<T: Default> Tally<T> {
    /// The counter of `text`, made if need be.
    pub(super) fn at(&mut self, text: &[u8]) -> &mut T {
        let text = &text[..text.len().min(4 * LONGEST)];
        if self
            .entries
            .get(self.last)
            .is_none_or(|(held, _)| !same(held, text))
        {
            match self.entries.iter().position(|(held, _)| same(held, text)) {
                Some(at) => self.last = at,
                None if self.entries.len() < MOST => {
                    self.last = self.entries.len();
                    self.entries.push((text.into(), T::default()));
                }
                None => return self.other.get_or_insert_default(),
            }
        }
        &mut self.entries[self.last].1
    }

    pub(super) fn merge(&mut self, later: &Self, add: impl Fn(&mut T, &T)) {
        for (text, more) in &later.entries {
            add(self.at(text), more);
        }
        if let Some(more) = &later.other {
            add(self.other.get_or_insert_default(), more);
        }
    }

    /// Texts with their counters, those beyond the cap left out.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&[u8], &T)> {
        self.entries.iter().map(|(text, value)| (&**text, value))
    }

    /// By text; two texts that are shown alike (they differ beyond the cap) are added up.
    pub(super) fn summary<U>(&self, show: impl Fn(&T) -> U, add: impl Fn(&mut T, &T)) -> BTreeMap<String, U> {
        let mut shown: BTreeMap<String, T> = BTreeMap::new();
        let other = self.other.iter().map(|value| (OTHER.to_owned(), &**value));
        let entries = self
            .entries
            .iter()
            .map(|(text, value)| (crate::printable(text, LONGEST), value));
        for (text, value) in entries.chain(other) {
            add(shown.entry(text).or_default(), value);
        }
        shown
            .into_iter()
            .map(|(text, value)| (text, show(&value)))
            .collect()
    }
}

/// A flag is mostly one character, for which a call would cost more than the comparison.
fn same(held: &[u8], text: &[u8]) -> bool {
    match (held, text) {
        ([held], [text]) => held == text,
        _ => held == text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounded_and_lossless_in_total() {
        let mut tally = Tally::<u64>::default();
        for i in 0..1000 {
            *tally.at(format!("{i}").as_bytes()) += 1;
        }
        *tally.at(b"\xff") += 1;
        let summary = tally.summary(|n| *n, |a, b| *a += b);
        assert_eq!(summary.len(), MOST + 1);
        assert_eq!(summary.values().sum::<u64>(), 1001);
        assert_eq!(summary[OTHER], 801);
    }
}
