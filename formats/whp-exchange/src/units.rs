//! Units that are one column away from their parameters.

use crate::columns::{PlacedCell, base_of};
use crate::vocabulary::{is_listed_name, listed};

/// A shift of the line of units: from some column on, each unit is one column away from its parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shift {
    /// Index of the first column whose unit is shifted.
    pub(crate) from: usize,
    /// Whether the units are too far to the left, because a comma is missing.
    pub(crate) is_left: bool,
}

impl Shift {
    /// Index of the cell with the unit of column `at`.
    pub(crate) fn unit_of(self, at: usize) -> usize {
        match self.is_left {
            _ if at < self.from => at,
            true => at.saturating_sub(1),
            false => at + 1,
        }
    }

    /// Whether the unit under column `at` may belong to another column.
    pub(crate) fn covers(self, at: usize) -> bool {
        at + usize::from(self.is_left) >= self.from
    }
}

/// Least number of units that must fit better after a shift for it to be reported.
const FEWEST: usize = 2;

/// Finds the shift that makes the units fit their parameters; `None` if they fit as they are, or if no shift helps.
///
/// Only parameters that CCHDO lists with a unit count, and flag columns, which have none.
pub(crate) fn shift(names: &[PlacedCell<'_>], units: &[PlacedCell<'_>]) -> Option<Shift> {
    let unit = |at: usize| units.get(at).map_or("", |(unit, _)| *unit);
    let fits = |at: usize, unit_at: usize| fit(names[at].0, unit(unit_at));
    let as_they_stand: Vec<Fit> = (0..names.len()).map(|at| fits(at, at)).collect();
    let count = |fits: &[Fit], of: Fit| fits.iter().filter(|fit| **fit == of).count();
    let misfits = count(&as_they_stand, Fit::No);
    if misfits < FEWEST {
        return None;
    }
    let mut best: Option<(Score, Shift)> = None;
    for is_left in [true, false] {
        let moved: Vec<Fit> = (0..names.len())
            .map(|at| match is_left {
                true => at
                    .checked_sub(1)
                    .map_or(Fit::Unknown, |unit_at| fits(at, unit_at)),
                false => fits(at, at + 1),
            })
            .collect();
        // Columns before `from` as they are, the others shifted. One pass tries every `from`.
        let mut score = Score {
            right: count(&moved, Fit::Yes),
            wrong: count(&moved, Fit::No),
        };
        for from in 0..names.len() {
            let begins = moved[from] == Fit::Yes && as_they_stand[from] == Fit::No;
            let mut candidate = score;
            if is_left && from > 0 {
                // The unit under the previous column belongs to `from`.
                candidate.remove(as_they_stand[from - 1]);
            }
            if begins && best.is_none_or(|(most, _)| candidate.total() > most.total()) {
                best = Some((candidate, Shift { from, is_left }));
            }
            score.add(as_they_stand[from]);
            score.remove(moved[from]);
        }
    }
    let (score, shift) = best?;
    let is_clear = score.right >= count(&as_they_stand, Fit::Yes) + FEWEST && score.wrong * 4 <= misfits;
    is_clear.then_some(shift)
}

/// Number of units that fit, and of units that do not.
#[derive(Clone, Copy)]
struct Score {
    right: usize,
    wrong: usize,
}

impl Score {
    fn total(self) -> i64 {
        self.right as i64 - self.wrong as i64
    }

    fn add(&mut self, fit: Fit) {
        self.right += usize::from(fit == Fit::Yes);
        self.wrong += usize::from(fit == Fit::No);
    }

    fn remove(&mut self, fit: Fit) {
        self.right -= usize::from(fit == Fit::Yes);
        self.wrong -= usize::from(fit == Fit::No);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    No,
    /// The vocabulary does not decide it.
    Unknown,
}

fn fit(name: &str, unit: &str) -> Fit {
    let wanted = Some(unit).filter(|unit| !unit.is_empty());
    if base_of(name).is_some() {
        return match wanted {
            None => Fit::Unknown,
            Some(_) => Fit::No,
        };
    }
    match wanted {
        Some(unit) if listed(name, Some(unit)).is_some() => Fit::Yes,
        // Listed without a unit, and it has none. That is so for every key, and proves nothing.
        None if listed(name, None).is_some() => Fit::Unknown,
        _ if is_listed_name(name) => Fit::No,
        _ => Fit::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shift_of(names: &str, units: &str) -> Option<Shift> {
        fn placed(line: &str) -> Vec<PlacedCell<'_>> {
            line.split(',').map(|cell| (cell, 1)).collect()
        }
        shift(&placed(names), &placed(units))
    }

    const NAMES: &str = "EXPOCODE,STNNBR,CTDPRS,CTDTMP,CTDSAL,CTDSAL_FLAG_W,OXYGEN,OXYGEN_FLAG_W,NITRAT";

    #[test]
    fn units_that_fit_are_not_shifted() {
        assert_eq!(shift_of(NAMES, ",,DBAR,ITS-90,PSS-78,,UMOL/KG,,UMOL/KG"), None);
        assert_eq!(shift_of(NAMES, ""), None);
        // One wrong unit is not a shift.
        assert_eq!(shift_of(NAMES, ",,DBAR,ITS-90,PSS-78,,ML/KG,,UMOL/KG"), None);
        assert_eq!(shift_of(NAMES, ",,PSI,K,PPT,,ML,,PPM"), None);
    }

    #[test]
    fn a_missing_comma_moves_units_to_the_left_and_a_surplus_one_to_the_right() {
        let left = |from| Some(Shift { from, is_left: true });
        let right = |from| Some(Shift { from, is_left: false });
        assert_eq!(shift_of(NAMES, ",DBAR,ITS-90,PSS-78,,UMOL/KG,,UMOL/KG"), left(2));
        assert_eq!(
            shift_of(NAMES, ",,,DBAR,ITS-90,PSS-78,,UMOL/KG,,UMOL/KG"),
            right(2)
        );
        assert_eq!(shift_of(NAMES, ",,DBAR,ITS-90,PSS-78,UMOL/KG,,UMOL/KG"), left(6));
        assert_eq!(
            shift_of(NAMES, ",,DBAR,ITS-90,PSS-78,,,UMOL/KG,,UMOL/KG"),
            right(6)
        );
    }

    #[test]
    fn two_units_are_enough() {
        let names = "EXPOCODE,STNNBR,CASTNO,SAMPNO,DATE,TIME,LATITUDE,LONGITUDE,CTDPRS,OXYGEN,OXYGEN_FLAG_W";
        let left = Shift {
            from: 8,
            is_left: true,
        };
        assert_eq!(shift_of(names, ",,,,,,,DBAR,UMOL/KG,"), Some(left));
    }

    #[test]
    fn a_shift_covers_the_columns_whose_units_moved() {
        let left = Shift {
            from: 2,
            is_left: true,
        };
        assert_eq!(
            (left.unit_of(1), left.unit_of(2), left.covers(0), left.covers(1)),
            (1, 1, false, true)
        );
        let right = Shift {
            from: 2,
            is_left: false,
        };
        assert_eq!(
            (
                right.unit_of(1),
                right.unit_of(2),
                right.covers(1),
                right.covers(2)
            ),
            (1, 3, false, true)
        );
    }
}
