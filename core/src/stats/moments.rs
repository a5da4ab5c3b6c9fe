//! Count, extremes, mean and standard deviation.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Integers up to this magnitude are exact as `f64`.
const EXACT_INTEGER: i128 = 1 << 53;

/// Moments by Welford's update and Chan, Golub and LeVeque's merge (1979): stable for any order and any mean.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    count: u64,
    mean: f64,
    /// Sum of the squared distances from the mean.
    m2: f64,
    min: f64,
    max: f64,
    /// Least and greatest of the integers that `f64` cannot hold.
    wide: Option<(i128, i128)>,
}

impl Moments {
    /// Adds a finite value.
    pub fn push(&mut self, value: f64) {
        debug_assert!(value.is_finite());
        if self.count == 0 {
            (self.min, self.max) = (value, value);
        } else {
            self.min = self.min.min(value);
            self.max = self.max.max(value);
        }
        self.count += 1;
        let delta = value - self.mean;
        self.mean += delta / self.count as f64;
        self.m2 += delta * (value - self.mean);
    }

    /// Adds an integer of any size; extremes stay exact.
    pub fn push_integer(&mut self, value: i128) {
        self.push(value as f64);
        if !(-EXACT_INTEGER..=EXACT_INTEGER).contains(&value) {
            self.widen(value, value);
        }
    }

    fn widen(&mut self, low: i128, high: i128) {
        let (min, max) = self.wide.get_or_insert((low, high));
        (*min, *max) = ((*min).min(low), (*max).max(high));
    }

    /// Adds all values of `later`.
    pub fn merge(&mut self, later: &Moments) {
        if later.count == 0 {
            return;
        }
        if self.count == 0 {
            self.clone_from(later);
            return;
        }
        let (n, m) = (self.count as f64, later.count as f64);
        let delta = later.mean - self.mean;
        self.mean += delta * (m / (n + m));
        self.m2 += later.m2 + delta * delta * (n * m / (n + m));
        self.count += later.count;
        self.min = self.min.min(later.min);
        self.max = self.max.max(later.max);
        if let Some((low, high)) = later.wide {
            self.widen(low, high);
        }
    }

    /// Number of values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Least value.
    pub fn min(&self) -> Option<Scalar> {
        self.extreme(self.min, self.wide.map(|(low, _)| low))
    }

    /// Greatest value.
    pub fn max(&self) -> Option<Scalar> {
        self.extreme(self.max, self.wide.map(|(_, high)| high))
    }

    fn extreme(&self, value: f64, wide: Option<i128>) -> Option<Scalar> {
        match wide {
            _ if self.count == 0 => None,
            Some(wide) if wide as f64 == value => Some(Scalar::Wide(wide)),
            // Adding 0 turns −0 into 0.
            _ => Some(Scalar::Number(value + 0.0)),
        }
    }

    /// Arithmetic mean.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0 && self.mean.is_finite()).then_some(self.mean + 0.0)
    }

    /// Standard deviation of the population.
    pub fn std(&self) -> Option<f64> {
        let std = (self.m2 / self.count as f64).sqrt();
        (self.count > 0 && std.is_finite()).then_some(std)
    }
}

/// A number; an integer beyond 2^53 is written as text, because JSON readers would round it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scalar {
    /// A finite number.
    Number(f64),
    /// An integer that `f64` cannot hold.
    Wide(i128),
}

impl Scalar {
    /// The nearest `f64`.
    pub fn as_f64(self) -> f64 {
        match self {
            Scalar::Number(value) => value,
            Scalar::Wide(value) => value as f64,
        }
    }
}

impl std::fmt::Display for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Scalar::Number(value) => value.fmt(f),
            Scalar::Wide(value) => value.fmt(f),
        }
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Scalar::Number(value) => serializer.serialize_f64(*value),
            Scalar::Wide(value) => serializer.collect_str(value),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(f64),
            Text(String),
        }
        match Either::deserialize(deserializer)? {
            Either::Number(value) => Ok(Scalar::Number(value)),
            Either::Text(text) => text.parse().map(Scalar::Wide).map_err(serde::de::Error::custom),
        }
    }
}

impl JsonSchema for Scalar {
    fn schema_name() -> Cow<'static, str> {
        "Scalar".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number; an integer beyond 2^53 is written as text, because JSON readers would round it.",
            "anyOf": [{ "type": "number" }, { "type": "string", "pattern": "^-?[0-9]+$" }]
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[f64]) -> Moments {
        let mut moments = Moments::default();
        values.iter().for_each(|value| moments.push(*value));
        moments
    }

    proptest! {
        #[test]
        fn merged_is_from_scratch(values in prop::collection::vec(-1e6..1e6f64, 1..200), cut in 0usize..200) {
            let cut = cut.min(values.len());
            let mut merged = of(&values[..cut]);
            merged.merge(&of(&values[cut..]));
            let whole = of(&values);
            prop_assert_eq!((merged.count(), merged.min(), merged.max()), (whole.count(), whole.min(), whole.max()));
            let scale = values.iter().fold(1.0f64, |a, v| a.max(v.abs()));
            prop_assert!((merged.mean().unwrap() - whole.mean().unwrap()).abs() <= 1e-12 * scale);
            prop_assert!((merged.std().unwrap() - whole.std().unwrap()).abs() <= 1e-9 * scale);
        }

        #[test]
        fn against_two_passes(values in prop::collection::vec(1e6..1.0001e6f64, 1..300)) {
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let std = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt();
            let moments = of(&values);
            prop_assert!((moments.mean().unwrap() - mean).abs() <= 1e-9 * 1e6);
            prop_assert!((moments.std().unwrap() - std).abs() <= 1e-6);
        }
    }

    #[test]
    fn huge_integers_stay_exact() {
        let mut moments = Moments::default();
        moments.push_integer(9_007_199_254_740_993);
        moments.push_integer(7);
        assert_eq!(moments.max(), Some(Scalar::Wide(9_007_199_254_740_993)));
        assert_eq!(moments.min(), Some(Scalar::Number(7.0)));
        assert_eq!(
            serde_json::to_string(&moments.max()).unwrap(),
            "\"9007199254740993\""
        );
        moments.push(1e300);
        assert_eq!(moments.max(), Some(Scalar::Number(1e300)));
    }

    #[test]
    fn minus_zero_is_zero_and_nothing_is_null() {
        assert_eq!(of(&[-0.0]).min().unwrap().to_string(), "0");
        assert_eq!((of(&[]).min(), of(&[]).mean(), of(&[]).std()), (None, None, None));
        assert_eq!(
            of(&[f64::MAX, f64::MIN]).std(),
            None,
            "an overflow is not a number"
        );
    }
}
