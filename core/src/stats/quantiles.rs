//! Quantiles: exact up to [`EXACT`] values, by t-digest above.

use std::collections::BTreeMap;

use datasketches::tdigest::TDigestMut;
use serde::{Deserialize, Serialize};

use super::{EXACT, state};

/// Which quantiles are reported, as they are called in the document.
const RANKS: [(&str, f64); 5] = [
    ("0.05", 0.05),
    ("0.25", 0.25),
    ("0.5", 0.5),
    ("0.75", 0.75),
    ("0.95", 0.95),
];
/// Compression: about 400 centroids, a rank error well under one per cent.
const K: u16 = 200;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Quantiles {
    Exact(Vec<f64>),
    #[serde(with = "state::digest")]
    Digest(Box<TDigestMut>),
}

impl Default for Quantiles {
    fn default() -> Self {
        Quantiles::Exact(Vec::new())
    }
}

impl Quantiles {
    /// All values there are, while they are few.
    pub(super) fn exact(&self) -> Option<&[f64]> {
        match self {
            Quantiles::Exact(values) => Some(values),
            Quantiles::Digest(_) => None,
        }
    }

    /// Adds a finite value.
    pub(super) fn push(&mut self, value: f64) {
        match self {
            Quantiles::Exact(values) if values.len() < EXACT => values.push(value),
            Quantiles::Exact(_) => self.digest().update(value),
            Quantiles::Digest(digest) => digest.update(value),
        }
    }

    /// Adds all values of `later`. The bytes of a digest depend on the order, so parts are merged in the file's order.
    pub(super) fn merge(&mut self, later: &Quantiles) {
        match (&mut *self, later) {
            (Quantiles::Exact(values), Quantiles::Exact(more)) if values.len() + more.len() <= EXACT => {
                values.extend(more);
            }
            (_, Quantiles::Exact(more)) => {
                let digest = self.digest();
                more.iter().for_each(|value| digest.update(*value));
            }
            (_, Quantiles::Digest(more)) => self.digest().merge(more),
        }
    }

    fn digest(&mut self) -> &mut TDigestMut {
        if let Quantiles::Exact(values) = self {
            let mut digest = Box::new(TDigestMut::new(K).expect("k is at least 10"));
            values.iter().for_each(|value| digest.update(*value));
            *self = Quantiles::Digest(digest);
        }
        match self {
            Quantiles::Digest(digest) => digest,
            Quantiles::Exact(_) => unreachable!("it was made a digest above"),
        }
    }

    /// The reported quantiles; `None` where there is no value.
    pub(super) fn summary(&self) -> Option<BTreeMap<String, f64>> {
        let quantile: Box<dyn FnMut(f64) -> Option<f64>> = match self {
            Quantiles::Exact(values) => {
                let mut sorted = values.clone();
                sorted.sort_by(f64::total_cmp);
                Box::new(move |rank| interpolated(&sorted, rank))
            }
            Quantiles::Digest(digest) => {
                let mut digest = digest.clone();
                Box::new(move |rank| digest.quantile(rank).ok().flatten().map(six_digits))
            }
        };
        let ranks = RANKS.iter().map(|(_, rank)| *rank);
        let values: Option<Vec<f64>> = ranks.map(quantile).collect();
        Some(
            RANKS
                .iter()
                .zip(values?)
                .map(|((name, _), value)| ((*name).to_owned(), value + 0.0))
                .collect(),
        )
    }
}

/// Linear interpolation between the two neighbours, as numpy does by default (Hyndman and Fan 1996, type 7).
fn interpolated(sorted: &[f64], rank: f64) -> Option<f64> {
    let at = rank * (sorted.len().checked_sub(1)?) as f64;
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    let share = at - at.floor();
    // numpy's form of the interpolation: exact at both ends.
    let value = if share < 0.5 {
        below + (above - below) * share
    } else {
        above - (above - below) * (1.0 - share)
    };
    value.is_finite().then_some(value)
}

/// A sketch's digits beyond the sixth are noise, and would differ between machines.
fn six_digits(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl IntoIterator<Item = f64>) -> Quantiles {
        let mut quantiles = Quantiles::default();
        values.into_iter().for_each(|value| quantiles.push(value));
        quantiles
    }

    #[test]
    fn few_values_are_interpolated_as_numpy_does() {
        // numpy.quantile([1, 2, 3, 4], [0.05, 0.25, 0.5, 0.75, 0.95])
        let summary = of([4.0, 1.0, 3.0, 2.0]).summary().unwrap();
        let values: Vec<f64> = summary.into_values().collect();
        assert_eq!(values, [1.15, 1.75, 2.5, 3.25, 3.8499999999999996]);
        assert_eq!(of([]).summary(), None);
    }

    #[test]
    fn many_values_are_within_one_per_cent_of_rank() {
        // A permutation of 0..100003.
        let n = 100_003u64;
        let summary = of((0..n).map(|i| (i * 48_271 % n) as f64)).summary().unwrap();
        for (name, rank) in RANKS {
            let error = (summary[name] / n as f64 - rank).abs();
            assert!(error < 0.005, "{name}: {error}");
        }
    }

    #[test]
    fn parts_merge_to_the_exact_figure_while_they_fit() {
        let mut merged = of((0..500).map(f64::from));
        merged.merge(&of((500..1024).map(f64::from)));
        assert_eq!(merged.summary(), of((0..1024).map(f64::from)).summary());
        merged.merge(&of([1024.0]));
        assert!(matches!(merged, Quantiles::Digest(_)));
    }
}
