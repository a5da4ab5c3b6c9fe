//! Counts by a key of 64 bits.

use crate::hash::Seed;

/// A key with its number of occurrences; an empty slot has none.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    key: u64,
    count: u64,
}

/// A hash table with open addressing: a third of the time of the general one of the standard library, of which the counts
/// of every value are the hottest use.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    slots: Vec<Slot>,
    /// Occupied slots, at most three quarters.
    len: usize,
    /// 64 minus the logarithm of the number of slots.
    down: u32,
    seed: Seed,
}

const FIRST_SLOTS: usize = 16;

impl Default for Table {
    fn default() -> Self {
        Table {
            slots: Vec::new(),
            len: 0,
            down: 0,
            seed: Seed::get(),
        }
    }
}

impl Table {
    /// A table that holds `len` keys without growing.
    pub(crate) fn with_room(len: usize) -> Self {
        let mut table = Table::default();
        if len > 0 {
            table.resize((len * 4 / 3 + 1).next_power_of_two().max(FIRST_SLOTS));
        }
        table
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Adds `count`, at least 1, to the count of a key; returns whether the key is new.
    #[inline]
    pub(crate) fn add(&mut self, key: u64, count: u64) -> bool {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = (self.seed.hash(key) >> self.down) as usize;
        // No slot is found in an empty table.
        while let Some(slot) = self.slots.get_mut(at & mask) {
            if slot.count == 0 {
                break;
            }
            if slot.key == key {
                slot.count = slot.count.saturating_add(count);
                return false;
            }
            at += 1;
        }
        self.insert(at & mask, Slot { key, count });
        true
    }

    /// Puts a new key into the empty slot `at`, if there are slots.
    #[inline(never)]
    fn insert(&mut self, at: usize, new: Slot) {
        let Some(slot) = self.slots.get_mut(at) else {
            self.resize(FIRST_SLOTS);
            self.add(new.key, new.count);
            return;
        };
        *slot = new;
        self.len += 1;
        if self.len * 4 > self.slots.len() * 3 {
            // Small tables grow in larger steps: most variables have few values.
            let factor = if self.slots.len() < 256 { 4 } else { 2 };
            self.resize(self.slots.len() * factor);
        }
    }

    #[cold]
    fn resize(&mut self, slots: usize) {
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); slots]);
        self.down = 64 - slots.trailing_zeros();
        self.len = 0;
        for slot in old.into_iter().filter(|slot| slot.count > 0) {
            self.add(slot.key, slot.count);
        }
    }

    /// Keys with their counts, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, u64)> {
        let occupied = self.slots.iter().filter(|slot| slot.count > 0);
        occupied.map(|slot| (slot.key, slot.count))
    }

    /// Keys as signed numbers, sorted, with their counts.
    pub(crate) fn sorted(&self) -> Vec<(i64, u64)> {
        let mut entries = Vec::with_capacity(self.len);
        entries.extend(self.iter().map(|(key, count)| (key as i64, count)));
        sort(&mut entries);
        entries
    }
}

/// Sorts entries by their keys, which differ: many by one byte of the bits in which they differ after the other, the last ones
/// first.
fn sort(entries: &mut Vec<(i64, u64)>) {
    const FEW: usize = 256;
    if entries.len() < FEW {
        entries.sort_unstable_by_key(|(key, _)| *key);
        return;
    }
    // With the first bit changed, keys without a sign have the order of those with one.
    let unsigned = |key: i64| key as u64 ^ 1 << 63;
    let first = unsigned(entries[0].0);
    let different = entries
        .iter()
        .fold(0, |all, (key, _)| all | (unsigned(*key) ^ first));
    let mut sorted = vec![(0, 0); entries.len()];
    let mut shift = different.trailing_zeros();
    while shift < 64 && different >> shift != 0 {
        let digit = |key: i64| (unsigned(key) >> shift) as usize & 0xFF;
        let mut places = [0usize; 256];
        for (key, _) in entries.iter() {
            places[digit(*key)] += 1;
        }
        let mut sum = 0;
        for place in &mut places {
            sum += std::mem::replace(place, sum);
        }
        for (key, count) in entries.iter() {
            let place = &mut places[digit(*key)];
            sorted[*place] = (*key, *count);
            *place += 1;
        }
        std::mem::swap(entries, &mut sorted);
        shift += 8;
    }
}

impl FromIterator<(u64, u64)> for Table {
    fn from_iter<I: IntoIterator<Item = (u64, u64)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let mut table = Table::with_room(entries.size_hint().0);
        for (key, count) in entries {
            table.add(key, count);
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_entries_are_sorted_as_few_are() {
        for (step, shift) in [(1, 0), (7, 3), (0x9e37_79b9_7f4a_7c15, 0), (0x1_0001, 40)] {
            let keys = (0..1000u64).map(|at| (at.wrapping_mul(step).rotate_left(17) << shift) as i64);
            let mut entries: Vec<(i64, u64)> = keys.zip(0..).collect();
            let mut expected = entries.clone();
            expected.sort_unstable();
            sort(&mut entries);
            assert_eq!(entries, expected, "{step} {shift}");
        }
    }

    #[test]
    fn counts_are_kept_while_it_grows() {
        let mut table = Table::default();
        for round in 0..3u64 {
            for key in 0..5_000u64 {
                table.add(key << 20, 1 + round % 2);
            }
        }
        assert_eq!(table.len(), 5_000);
        let sorted = table.sorted();
        assert!(sorted.iter().all(|(_, count)| *count == 4));
        assert_eq!(sorted[4_999].0, 4_999 << 20);
    }
}
