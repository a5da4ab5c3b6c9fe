//! The review document: one per object, canonical JSON (RFC 8785), the same bytes wherever it is made.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::{FlagSummary, FrequentValue, Scalar};
use crate::{
    Candidate, CheckState, Class, Confidence, Coverage, Failure, Finding, Identification, Identified, Recipe,
    Review,
};

/// Version of the document's form.
pub const SCHEMA: u32 = 0;

/// The one current outcome that every listed object ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It was read and has an aggregate.
    Reviewed,
    /// It has a reason instead.
    Failed,
    /// No handler knows it.
    Unidentified,
    /// It was there once.
    Gone,
}

impl Outcome {
    /// As it is written in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Reviewed => "reviewed",
            Outcome::Failed => "failed",
            Outcome::Unidentified => "unidentified",
            Outcome::Gone => "gone",
        }
    }
}

/// What Data Review says of one object. Every key is always present; null where it does not apply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// Version of this form.
    pub schema: u32,
    /// The object.
    pub file: FileFacts,
    /// How it ended.
    pub outcome: Outcome,
    /// What the review found it to be: "WHP bottle".
    pub kind: Option<String>,
    /// Who reviewed it, and why.
    pub handler: Option<HandlerFacts>,
    /// Data rows, or what the handler's card says.
    pub observations: Option<u64>,
    /// Profiles; null where there are none.
    pub profiles: Option<u64>,
    /// Where and when.
    pub coverage: Coverage,
    /// Identifying attributes, such as `expocode`; a list each, in the file's order.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Variables, in the file's order.
    pub variables: Vec<Variable>,
    /// Everything wrong or odd: errors first, then by code and subject.
    pub findings: Vec<Finding>,
    /// State of every check the handler owns.
    pub checks: BTreeMap<String, CheckState>,
    /// Why there is no review.
    pub failure: Option<Failure>,
    /// What it was made with.
    pub provenance: Provenance,
}

/// The object itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileFacts {
    /// Its key: `/`-separated, bytes that are not UTF-8 percent-encoded.
    pub key: String,
    /// Its length in bytes; null where it could not be read.
    pub size: Option<u64>,
    /// SHA-256 of its bytes, in hexadecimal; null where they could not be read.
    pub sha256: Option<String>,
}

/// The handler and its verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HandlerFacts {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// How sure it was that the file is its own.
    pub verdict: Confidence,
    /// Why.
    pub because: String,
    /// Other handlers that did not say no, surest first.
    pub runners_up: Vec<Candidate>,
}

/// One variable: a column, or an array of any rank. `total = count + missing + invalid + non_finite + padding`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Variable {
    /// As the file writes it.
    pub name: String,
    /// As the file writes it.
    pub unit: Option<String>,
    /// Its name in the handler's vocabulary.
    pub canonical: Option<String>,
    /// Its CF standard name.
    pub standard_name: Option<String>,
    /// What it measures, under the name that [`crate::quantity`] gives to all spellings of it; null where that is not known.
    pub quantity: Option<String>,
    /// Column of a table, from 1.
    pub column: Option<u64>,
    /// `decimal`, `integer`, `text`, `time`, `boolean` of a text format; the stored type of a binary one.
    pub dtype: String,
    /// Length per dimension.
    pub shape: Vec<u64>,
    /// Names of the dimensions, where the format has them.
    pub dimensions: Option<Vec<String>>,
    /// All cells.
    pub total: u64,
    /// Valid values.
    pub count: u64,
    /// Missing cells by how they are spelt, or by the attribute that says so.
    pub missing: BTreeMap<String, u64>,
    /// Text in a number column.
    pub invalid: u64,
    /// NaN and infinities.
    pub non_finite: u64,
    /// Cells of a padded array that hold no observation, such as those below the last level of a profile; they have no flag.
    #[serde(default)]
    #[schemars(required)]
    pub padding: u64,
    /// Least valid value, whatever its flag; integers beyond 2^53 as text.
    pub min: Option<Scalar>,
    /// Greatest valid value, whatever its flag.
    pub max: Option<Scalar>,
    /// Mean of the valid values.
    pub mean: Option<f64>,
    /// Their standard deviation (population).
    pub std: Option<f64>,
    /// Quantiles 0.05, 0.25, 0.5, 0.75, 0.95, interpolated between two values; exact up to 4,096 distinct values.
    pub quantiles: Option<BTreeMap<String, f64>>,
    /// Least and greatest value that each quantile may have; null where all are exact.
    pub quantile_bounds: Option<BTreeMap<String, [f64; 2]>>,
    /// Distinct valid values.
    pub distinct: u64,
    /// Whether `distinct` is exact, as it is up to 4,096 numbers or 1,024 texts; else it is an estimate with a standard error of
    /// 3 %.
    #[serde(default)]
    #[schemars(required)]
    pub distinct_exact: bool,
    /// The most frequent valid values, at most five: those that occur twice, and as one of twenty values.
    #[serde(default)]
    #[schemars(required)]
    pub frequent: Vec<FrequentValue>,
    /// The least valid text (`A2` before `A10`), or the earliest time; null for numbers.
    pub first: Option<String>,
    /// The greatest valid text, or the latest time; null for numbers.
    pub last: Option<String>,
    /// By flag; null where the variable has no flag column.
    pub flags: Option<BTreeMap<String, FlagSummary>>,
    /// Scheme of the flags, such as `Argo`; null where it is not known, or without flags.
    pub flag_scheme: Option<String>,
    /// Statistics over the valid values whose flags are good, or, of a variable without flags, over those that do not stand for a
    /// missing value. Null without a flag of a known scheme and without such a value.
    pub good: Option<GoodValues>,
}

/// Statistics over the valid values of one variable whose flags are of class good, or that do not stand for a missing value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GoodValues {
    /// The flags of class good that occur.
    pub flags: Vec<String>,
    /// Numbers that stand for a missing value (fills) and are left out, ascending; empty of a variable with flags.
    #[serde(default)]
    #[schemars(required)]
    pub left_out: Vec<f64>,
    /// Valid values with one of these flags, or other than those left out.
    pub count: u64,
    /// Least of them; null for text, or without a value.
    pub min: Option<Scalar>,
    /// Greatest of them.
    pub max: Option<Scalar>,
    /// Their mean.
    pub mean: Option<f64>,
    /// Their standard deviation (population).
    pub std: Option<f64>,
    /// Their quantiles, as those of all values.
    pub quantiles: Option<BTreeMap<String, f64>>,
    /// Bounds of their quantiles; null where all are exact.
    pub quantile_bounds: Option<BTreeMap<String, [f64; 2]>>,
}

/// What the document was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// This program and its version.
    pub tool: String,
    /// Handler and version.
    pub handler: Option<String>,
    /// Reader and version.
    pub reader: Option<String>,
    /// Vocabulary and version.
    pub vocabulary: Option<String>,
    /// Digest of all that the document depends on.
    pub recipe: Option<String>,
}

impl Document {
    /// The document of an object that has no handler: unidentified, ambiguous, unreadable or gone.
    pub fn without_handler(file: FileFacts, outcome: Outcome, failure: Option<Failure>) -> Self {
        Document {
            schema: SCHEMA,
            file,
            outcome,
            kind: None,
            handler: None,
            observations: None,
            profiles: None,
            coverage: Coverage::default(),
            attributes: BTreeMap::new(),
            variables: Vec::new(),
            findings: Vec::new(),
            checks: BTreeMap::new(),
            failure,
            provenance: Provenance {
                tool: format!("data-review {}", crate::VERSION),
                handler: None,
                reader: None,
                vocabulary: None,
                recipe: None,
            },
        }
    }

    /// The document of an object that is not identified; `None` where it is.
    pub fn unidentified(file: FileFacts, identification: &Identification) -> Option<Self> {
        let failure = identification.failure()?;
        let outcome = match failure.class {
            Class::Unidentified => Outcome::Unidentified,
            _ => Outcome::Failed,
        };
        Some(Self::without_handler(file, outcome, Some(failure)))
    }

    /// The document of an object whose handler was called: `review` is what it found, `failure` why it is no aggregate.
    pub fn handled(
        file: FileFacts,
        identified: &Identified,
        version: u32,
        recipe: &Recipe,
        review: Review,
        failure: Option<Failure>,
    ) -> Self {
        let outcome = if failure.is_some() {
            Outcome::Failed
        } else {
            Outcome::Reviewed
        };
        let mut document = Self::without_handler(file, outcome, failure);
        document.kind = review.kind;
        document.handler = Some(HandlerFacts {
            id: identified.winner.id.clone(),
            version,
            verdict: identified.winner.verdict,
            because: identified.winner.because.clone(),
            runners_up: identified.runners_up.clone(),
        });
        document.observations = review.observations;
        document.profiles = review.profiles;
        document.coverage = review.coverage;
        document.attributes = review.attributes;
        document.variables = review.variables;
        document.checks = review.checks;
        let mut findings = crate::FindingSet::default();
        for finding in review
            .findings
            .into_iter()
            .chain(identified.contradiction.clone())
        {
            findings.absorb(finding);
        }
        for code in crate::CORE_CODES {
            let state = if findings.has(code.code) {
                CheckState::Failed
            } else {
                CheckState::Passed
            };
            document.checks.insert(code.code.to_owned(), state);
        }
        document.findings = findings.into_sorted();
        document.provenance.handler = Some(recipe.handler.to_string());
        document.provenance.reader = Some(recipe.reader.clone());
        document.provenance.vocabulary = recipe.vocabulary.clone();
        document.provenance.recipe = Some(recipe.digest());
        document
    }

    /// Canonical JSON (RFC 8785): keys sorted, shortest numbers, no white space, no line end.
    pub fn to_canonical_json(&self) -> String {
        serde_json_canonicalizer::to_string(self).expect("a document has string keys and finite numbers only")
    }
}

/// The JSON Schema (2020-12) of a document.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(Document).to_value()
}
