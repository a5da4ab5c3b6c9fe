//! The verdict of a handler on a file, from the beginning and the end of it.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How sure a handler is that a file is of its format. The order is from the least to the most sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The file is not of this format.
    No,
    /// Nothing contradicts the format, and nothing proves it.
    Maybe,
    /// The content has the structure of the format.
    Likely,
    /// The content has the signature of the format.
    Certain,
}

impl Confidence {
    /// The confidence as documents write it: `no`, `maybe`, `likely` or `certain`.
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
///
/// ```
/// use data_review_core::{Confidence, Verdict};
///
/// let verdict = Verdict::certain("starts with `BOTTLE,`");
/// assert!(verdict.confidence > Confidence::Likely);
/// assert_eq!(verdict.because, "starts with `BOTTLE,`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How sure the handler is.
    pub confidence: Confidence,
    /// The reason, for people: "starts with `BOTTLE,`".
    pub because: Cow<'static, str>,
}

impl Verdict {
    /// The file is not of this format; `because` says why not.
    pub fn no(because: impl Into<Cow<'static, str>>) -> Self {
        Verdict {
            confidence: Confidence::No,
            because: because.into(),
        }
    }

    /// Nothing contradicts the format, but nothing proves it either.
    pub fn maybe(because: impl Into<Cow<'static, str>>) -> Self {
        Verdict {
            confidence: Confidence::Maybe,
            because: because.into(),
        }
    }

    /// The content has the structure of the format, but no signature.
    pub fn likely(because: impl Into<Cow<'static, str>>) -> Self {
        Verdict {
            confidence: Confidence::Likely,
            because: because.into(),
        }
    }

    /// The content has the signature of the format.
    pub fn certain(because: impl Into<Cow<'static, str>>) -> Self {
        Verdict {
            confidence: Confidence::Certain,
            because: because.into(),
        }
    }
}
