//! Compressed and ragged arrays (CF 1.12, 8.2 and chapter 9).

use array_file::{Type, Variable};

use super::{Checked, MOST_WORDS, codes, text};
use crate::coordinates::{Axis, axis};
use crate::observations::geometry;
use crate::rules::values;

/// The coordinates that an observation of a feature has (CF 1.12, 9.1).
const OF_FEATURES: [(Axis, &str); 3] = [
    (Axis::Time, "time"),
    (Axis::Latitude, "latitude"),
    (Axis::Longitude, "longitude"),
];

impl Checked<'_, '_> {
    /// CF 1.12, 8.2: indices of the points that are kept.
    pub(super) fn compression(&mut self, variable: &Variable) {
        let said = text(variable, "compress");
        if said.is_empty() {
            return;
        }
        if !matches!(variable.of, Type::Integer { .. }) {
            let what = format!("`compress` belongs to integers, and the type is {}", variable.of);
            self.found(&codes::COMPRESS, variable, "compress", what);
        }
        if variable.shape.len() != 1 {
            let what = format!(
                "an index of points has one dimension, and not {}",
                variable.shape.len()
            );
            self.found(&codes::COMPRESS, variable, "compress", what);
            return;
        }
        let mut lengths = said
            .split_whitespace()
            .take(MOST_WORDS)
            .map(|name| self.length(name));
        let points = lengths.try_fold(1u64, |product, length| product.checked_mul(length?));
        let Some((points, indices)) = points.and_then(|points| Some((points, values(self.file, variable)?)))
        else {
            return;
        };
        let is_outside = |index: &&f64| **index < 0.0 || **index >= points as f64;
        // Files without values hold a fill value everywhere.
        let has_values = indices.iter().any(|index| !is_outside(&index));
        if let Some(outside) = indices.iter().find(is_outside).filter(|_| has_values) {
            let what = format!("has the index {outside}; the dimensions {said} have {points} points");
            self.found(&codes::COMPRESS, variable, "compress", what);
        }
    }

    /// CF 1.12, 9.3: sizes and indices of ragged arrays.
    pub(super) fn ragged(&mut self, variable: &Variable) {
        for (attribute, is_count) in [("sample_dimension", true), ("instance_dimension", false)] {
            let said = text(variable, attribute);
            if said.is_empty() {
                continue;
            }
            self.has_ragged = true;
            if !matches!(variable.of, Type::Integer { .. }) {
                let what = format!(
                    "`{attribute}` belongs to integers, and the type is {}",
                    variable.of
                );
                self.found(&codes::RAGGED, variable, attribute, what);
                continue;
            }
            let (Some(length), Some(all)) = (self.length(said), values(self.file, variable)) else {
                continue;
            };
            // Cells without a feature hold a fill value or -1.
            let fills = ["_FillValue", "missing_value"].iter().flat_map(|name| {
                let numbers = variable.attribute(name).map(|attribute| attribute.numbers());
                numbers.unwrap_or_default()
            });
            let fills: Vec<f64> = fills.collect();
            let mut used = all
                .iter()
                .filter(|value| !fills.contains(value) && **value >= 0.0);
            if is_count {
                let sum: f64 = used.sum();
                if sum > length as f64 {
                    let what =
                        format!("its counts add up to {sum}; the dimension {said} has {length} elements");
                    self.found(&codes::RAGGED, variable, attribute, what);
                }
            } else if let Some(outside) = used.find(|index| **index >= length as f64)
                // Files without values hold the default fill value.
                && all.iter().any(|index| *index < length as f64)
            {
                let what = format!("has the index {outside}; the dimension {said} has {length} elements");
                self.found(&codes::RAGGED, variable, attribute, what);
            }
        }
    }

    /// CF 1.12, 9.1: features have a time, a latitude and a longitude.
    pub(super) fn features(&mut self, variables: &[&Variable]) {
        let Some(geometry) = geometry(self.file).filter(|_| self.is_declared) else {
            return;
        };
        self.has_features = true;
        let lacking = OF_FEATURES
            .iter()
            .find(|(kind, _)| !variables.iter().any(|variable| axis(variable) == Some(*kind)));
        if let Some((_, name)) = lacking {
            self.noted_file(
                &codes::FEATURE,
                ":featureType",
                format!("featureType is {geometry}, but no variable is a {name}"),
            );
        }
    }

    /// The length of a dimension of any group.
    fn length(&self, name: &str) -> Option<u64> {
        self.dimensions.get(name).copied()
    }
}
