//! What a handler says when it is shown the beginning and the end of a file.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How sure a handler is that a file is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Not mine.
    No,
    /// Nothing speaks against it.
    Maybe,
    /// It has the shape.
    Likely,
    /// It has the signature.
    Certain,
}

impl Confidence {
    /// As it is written in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::No => "no",
            Confidence::Maybe => "maybe",
            Confidence::Likely => "likely",
            Confidence::Certain => "certain",
        }
    }
}

/// A confidence with its reason in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How sure.
    pub confidence: Confidence,
    /// Why, for a person: "starts with `BOTTLE,`".
    pub because: Cow<'static, str>,
}

impl Verdict {
    /// Not mine, and why not.
    pub fn no(because: impl Into<Cow<'static, str>>) -> Self {
        Verdict {
            confidence: Confidence::No,
            because: because.into(),
        }
    }

    /// Nothing speaks against it.
    pub fn maybe(because: impl Into<Cow<'static, str>>) -> Self {
        Verdict {
            confidence: Confidence::Maybe,
            because: because.into(),
        }
    }

    /// It has the shape.
    pub fn likely(because: impl Into<Cow<'static, str>>) -> Self {
        Verdict {
            confidence: Confidence::Likely,
            because: because.into(),
        }
    }

    /// It has the signature.
    pub fn certain(because: impl Into<Cow<'static, str>>) -> Self {
        Verdict {
            confidence: Confidence::Certain,
            because: because.into(),
        }
    }
}
