//! A number as documents write it.

use std::borrow::Cow;

use order_free_stats::Value;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number; an integer beyond 2^53 is written as text, because JSON readers would round it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scalar {
    /// A finite number.
    Number(f64),
    /// An integer that `f64` cannot represent exactly.
    Wide(i128),
}

impl Scalar {
    /// The nearest `f64`; exact for a number.
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

impl From<Value> for Scalar {
    fn from(value: Value) -> Self {
        match value {
            // Adding 0 turns −0 into 0.
            Value::Number(number) => Scalar::Number(number + 0.0),
            Value::Integer(integer) => Scalar::Wide(integer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_beyond_f64_are_written_as_text() {
        let wide = Scalar::from(Value::of_integer(9_007_199_254_740_993));
        let json = serde_json::to_string(&wide).unwrap();
        assert_eq!(json, "\"9007199254740993\"");
        assert_eq!(serde_json::from_str::<Scalar>(&json).unwrap(), wide);
        assert_eq!(Scalar::from(Value::Number(-0.0)).to_string(), "0");
        assert_eq!(
            serde_json::from_str::<Scalar>("2.5").unwrap(),
            Scalar::Number(2.5)
        );
    }
}
