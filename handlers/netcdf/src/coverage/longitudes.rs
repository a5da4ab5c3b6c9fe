//! Whether the longitudes of a grid go round the earth.

use std::collections::BTreeSet;

/// Resolution of longitudes: a hundred-thousandth of a degree, about a metre.
const STEPS_PER_DEGREE: f64 = 1e5;
const TURN: i64 = 360 * STEPS_PER_DEGREE as i64;
/// Most longitudes that are kept. Grids with more points are distinguished from sections by the first ones.
const MOST: usize = 1 << 20;
/// Least number of longitudes of a grid round the earth.
const FEWEST: usize = 4;
/// Least number of cells round the earth in a curvilinear grid: with fewer, nothing shows whether the grid goes round.
const FEWEST_CELLS: u64 = 36;
/// Largest difference of the steps of a grid in single precision, in degrees.
const TOLERANCE: f64 = 2e-3;

/// The distinct longitudes of a grid.
#[derive(Debug, Default)]
pub(super) struct Longitudes {
    steps: BTreeSet<i64>,
}

impl Longitudes {
    pub(super) fn add(&mut self, longitude: f64) {
        if self.steps.len() < MOST {
            let step = (longitude * STEPS_PER_DEGREE).round() as i64;
            self.steps.insert(step.rem_euclid(TURN));
        }
    }

    /// Whether they are evenly spaced, without a wider gap anywhere round the earth: 0 to 359 by 1, for example.
    pub(super) fn are_evenly_round(&self) -> bool {
        let count = self.distinct();
        count >= FEWEST && self.widest_gap() <= 360.0 / count as f64 * 1.02 + TOLERANCE
    }

    /// Whether no gap is wider than one and a half of `cells` cells round the earth.
    pub(super) fn have_no_gap(&self, cells: u64) -> bool {
        cells >= FEWEST_CELLS && self.distinct() >= FEWEST && self.widest_gap() <= 540.0 / cells as f64
    }

    /// Number of longitudes that differ by more than the tolerance. Both ends of a turn count as one.
    fn distinct(&self) -> usize {
        let gaps = self.gaps();
        gaps.filter(|gap| *gap > TOLERANCE).count()
    }

    fn widest_gap(&self) -> f64 {
        self.gaps().fold(0.0, f64::max)
    }

    /// Gaps between neighbouring longitudes round the earth, in degrees.
    fn gaps(&self) -> impl Iterator<Item = f64> {
        let next = self
            .steps
            .iter()
            .skip(1)
            .copied()
            .chain(self.steps.first().map(|first| first + TURN));
        let pairs = self.steps.iter().zip(next);
        pairs.map(|(here, next)| (next - here) as f64 / STEPS_PER_DEGREE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(longitudes: impl IntoIterator<Item = f64>) -> Longitudes {
        let mut all = Longitudes::default();
        longitudes.into_iter().for_each(|longitude| all.add(longitude));
        all
    }

    #[test]
    fn grids_round_the_earth() {
        assert!(all((0..360).map(f64::from)).are_evenly_round());
        assert!(all((0..=360).map(f64::from)).are_evenly_round(), "both ends");
        assert!(all((0..4500).map(|at| -179.96 + 0.08 * f64::from(at))).are_evenly_round());
        let single = (0..4500).map(|at| f64::from(-179.96_f32 + 0.08_f32 * at as f32));
        assert!(all(single).are_evenly_round());
        assert!(all([0.0, 90.0, 180.0, 270.0]).are_evenly_round());
        assert!(
            all((0..1440).map(|at| 20.125 + 0.25 * f64::from(at))).are_evenly_round(),
            "20 to 380"
        );
    }

    #[test]
    fn sections_and_stations_do_not() {
        assert!(!all((0..350).map(f64::from)).are_evenly_round());
        assert!(
            !all((0..359).map(f64::from)).are_evenly_round(),
            "one cell is missing"
        );
        assert!(!all([0.0, 180.0]).are_evenly_round());
        assert!(!all([10.0]).are_evenly_round());
        assert!(!all([]).are_evenly_round());
    }

    #[test]
    fn curvilinear_grids() {
        let tripolar = (0..360).flat_map(|x| (0..10).map(move |y| f64::from(x) + 0.07 * f64::from(y)));
        assert!(all(tripolar).have_no_gap(360));
        assert!(!all((0..300).map(f64::from)).have_no_gap(300));
        assert!(!all([0.5, 60.5, 160.5, 260.5]).have_no_gap(4), "too few to tell");
    }
}
