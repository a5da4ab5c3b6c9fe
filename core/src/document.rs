//! The review document: one per object, canonical JSON (RFC 8785), the same bytes wherever it is made.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::{FlagSummary, FrequentValue, Scalar};
use crate::{
    Candidate, Cast, CheckState, Class, Compression, Confidence, Coverage, Failure, Finding, FlagClass,
    Identification, Identified, Recipe, Review, Severity,
};

/// Version of the document's schema. It is part of every recipe, and of every document.
pub const SCHEMA: u32 = 0;

/// How the last look at an object ended. Every listed object has exactly one outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// A handler reviewed the file, and the document has statistics.
    Reviewed,
    /// The file has no review; `failure` gives the reason.
    Failed,
    /// No handler recognises the file.
    Unidentified,
    /// The object was listed earlier, and was deleted since.
    Gone,
}

impl Outcome {
    /// The outcome as documents write it: `reviewed`, `failed`, `unidentified` or `gone`.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Reviewed => "reviewed",
            Outcome::Failed => "failed",
            Outcome::Unidentified => "unidentified",
            Outcome::Gone => "gone",
        }
    }
}

/// The result of reviewing one object. A key is always present in JSON, and null if it does not apply, unless its description
/// says when it is absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// Version of the schema, [`SCHEMA`].
    pub schema: u32,
    /// The object that was reviewed.
    pub file: FileFacts,
    /// How the look at the object ended.
    pub outcome: Outcome,
    /// What the review found the file to be, such as "WHP bottle"; null without a review.
    pub kind: Option<String>,
    /// The handler that reviewed the file, and its verdict; null without a handler.
    pub handler: Option<HandlerFacts>,
    /// Number of observations, as the handler's card defines them: data rows, for most formats.
    pub observations: Option<u64>,
    /// Number of profiles, casts or stations; null for a file without profiles.
    pub profiles: Option<u64>,
    /// The casts of the file, in its order, at most [`crate::MOST_CASTS`]. Absent if there are none, or the review cannot
    /// distinguish them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub casts: Vec<Cast>,
    /// Number of profiles that `casts` does not list. Absent if it lists all of them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub casts_left_out: u64,
    /// Where and when the data were observed.
    pub coverage: Coverage,
    /// Identifying attributes, such as `expocode`, each with its distinct values in the order of the file.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Variables with their statistics, in the order of the file.
    pub variables: Vec<Variable>,
    /// Everything that is wrong or notable, in the order of [`crate::FindingSet::into_sorted`]: errors first.
    pub findings: Vec<Finding>,
    /// State of every check: the codes on the handler's card, and those of the core.
    pub checks: BTreeMap<String, CheckState>,
    /// Why there is no review; null for a reviewed file.
    pub failure: Option<Failure>,
    /// The versions that the document was made with.
    pub provenance: Provenance,
}

/// The object that a document describes: its key, length and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileFacts {
    /// Key of the object: `/`-separated, with percent-encoded bytes if they are not UTF-8.
    pub key: String,
    /// Length in bytes; null if the object could not be read.
    pub size: Option<u64>,
    /// SHA-256 of the bytes, in hexadecimal; null if they were not read as a whole.
    pub sha256: Option<String>,
    /// How the object is compressed as a whole. The review is then that of its content, whereas key, length and digest
    /// are those of the object. Absent for an object that is not compressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<Compression>,
}

/// The handler of a file, and its verdict on the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HandlerFacts {
    /// Id of the handler, as on its card.
    pub id: String,
    /// Version of the handler, as on its card.
    pub version: u32,
    /// How sure the handler was that the file is of its format.
    pub verdict: Confidence,
    /// The reason for the verdict, in words.
    pub because: String,
    /// The other handlers that recognised the file, the most confident first.
    pub runners_up: Vec<Candidate>,
}

/// One variable: a column, or an array of any rank. `total = count + missing + invalid + non_finite + padding`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Variable {
    /// Name as the file writes it.
    pub name: String,
    /// Unit as the file writes it; null if the file states none.
    pub unit: Option<String>,
    /// Name in the vocabulary of the handler; null if the vocabulary does not have it.
    pub canonical: Option<String>,
    /// CF standard name; null if it is not known.
    pub standard_name: Option<String>,
    /// The quantity that it measures, with one name for all spellings ([`crate::quantity`]); null if it is not known.
    pub quantity: Option<String>,
    /// Number of the column in a table, from 1; null for arrays.
    pub column: Option<u64>,
    /// `decimal`, `integer`, `text`, `time`, `boolean` of a text format; the stored type of a binary one.
    pub dtype: String,
    /// Length of each dimension; for a column of a table, its number of cells.
    pub shape: Vec<u64>,
    /// Names of the dimensions; null if the format has none.
    pub dimensions: Option<Vec<String>>,
    /// Number of all cells.
    pub total: u64,
    /// Number of valid values, whatever their flags are.
    pub count: u64,
    /// Number of missing cells, by their spelling or by the attribute that declares them missing.
    pub missing: BTreeMap<String, u64>,
    /// Number of cells that do not have the type of the variable, such as text in a column of numbers.
    pub invalid: u64,
    /// Number of cells that are NaN or infinite; they are not used in the statistics.
    pub non_finite: u64,
    /// Number of cells of a padded array without an observation, such as those below the last level of a profile; they
    /// have no flag.
    #[serde(default)]
    #[schemars(required)]
    pub padding: u64,
    /// Least valid value, whatever its flag; integers beyond 2^53 as text.
    pub min: Option<Scalar>,
    /// Greatest valid value, whatever its flag; null for text.
    pub max: Option<Scalar>,
    /// Mean of the valid values; null for text, or without a value.
    pub mean: Option<f64>,
    /// Standard deviation of the valid values as a population; null for text, or without a value.
    pub std: Option<f64>,
    /// Quantiles 0.05, 0.25, 0.5, 0.75, 0.95, interpolated between two values; exact up to 4,096 distinct values.
    pub quantiles: Option<BTreeMap<String, f64>>,
    /// Least and greatest value that each quantile may have; null if all quantiles are exact.
    pub quantile_bounds: Option<BTreeMap<String, [f64; 2]>>,
    /// Number of distinct valid values; an estimate if `distinct_exact` is false.
    pub distinct: u64,
    /// Whether `distinct` is exact, as it is up to 4,096 numbers or 1,024 texts. Otherwise it is an estimate with a
    /// standard error of 3 %.
    #[serde(default)]
    #[schemars(required)]
    pub distinct_exact: bool,
    /// The most frequent valid values, at most five: those that occur at least twice and make up a twentieth of all
    /// values.
    #[serde(default)]
    #[schemars(required)]
    pub frequent: Vec<FrequentValue>,
    /// The least valid text (`A2` before `A10`), or the earliest time; null for numbers.
    pub first: Option<String>,
    /// The greatest valid text, or the latest time; null for numbers.
    pub last: Option<String>,
    /// Statistics by flag; null for a variable without flags.
    pub flags: Option<BTreeMap<String, FlagSummary>>,
    /// Scheme of the flags, such as `Argo`; null if it is not known, or without flags.
    pub flag_scheme: Option<String>,
    /// Statistics over the valid values whose flags are good, or in a variable without flags over those that do not
    /// stand for a missing value. Null if the scheme of the flags is not known, and if a variable without flags has no such value.
    pub good: Option<GoodValues>,
}

/// Statistics over the valid values of one variable with flags of class good, or in a variable without flags over
/// those that do not stand for a missing value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GoodValues {
    /// The flags of class good that occur in the variable.
    pub flags: Vec<String>,
    /// Numbers that stand for a missing value (fills) and are left out, ascending; empty for a variable with flags.
    #[serde(default)]
    #[schemars(required)]
    pub left_out: Vec<f64>,
    /// Number of valid values with one of these flags, or of those that are not left out.
    pub count: u64,
    /// Least of these values; null for text, or without a value.
    pub min: Option<Scalar>,
    /// Greatest of these values; null for text, or without a value.
    pub max: Option<Scalar>,
    /// Mean of these values; null for text, or without a value.
    pub mean: Option<f64>,
    /// Standard deviation of these values as a population; null for text, or without a value.
    pub std: Option<f64>,
    /// Quantiles of these values, computed as those of all values.
    pub quantiles: Option<BTreeMap<String, f64>>,
    /// Bounds of the quantiles of these values; null if all quantiles are exact.
    pub quantile_bounds: Option<BTreeMap<String, [f64; 2]>>,
}

/// The program and the versions that a document was made with. A change of them is a reason to review again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// Name and version of this program.
    pub tool: String,
    /// Id and version of the handler, such as `bottle 3`; null if none was called.
    pub handler: Option<String>,
    /// Name and version of the parser; null if no handler was called.
    pub reader: Option<String>,
    /// Name and version of the vocabulary; null without one.
    pub vocabulary: Option<String>,
    /// Digest of the recipe ([`Recipe::digest`]); null if no handler was called.
    pub recipe: Option<String>,
}

impl Variable {
    /// Number of cells whose flags are of a class; `None` without flags, or where their scheme is not known, so that no flag has a
    /// class.
    pub fn cells_of_class(&self, class: FlagClass) -> Option<u64> {
        let flags = self.flags.as_ref().filter(|_| self.flag_scheme.is_some())?;
        let of_class = flags.values().filter(|figures| figures.class == Some(class));
        Some(of_class.fold(0, |sum: u64, figures| sum.saturating_add(figures.total)))
    }
}

impl Document {
    /// Number of findings of a severity; each may occur many times.
    pub fn findings_of(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }

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
            casts: Vec::new(),
            casts_left_out: 0,
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

    /// The document of an object that no handler recognises, or several equally well; `None` if it is identified.
    pub fn unidentified(file: FileFacts, identification: &Identification) -> Option<Self> {
        let failure = identification.failure()?;
        let outcome = match failure.class {
            Class::Unidentified => Outcome::Unidentified,
            _ => Outcome::Failed,
        };
        Some(Self::without_handler(file, outcome, Some(failure)))
    }

    /// The document of an object whose handler was called, from its `review`; `failure` says why the review failed, if
    /// it did.
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
        document.casts = review.casts;
        document.casts_left_out = review.casts_left_out;
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
        crate::canonical::to_string(self).expect("a document has string keys only")
    }
}

/// Whether a count is 0, so that it is left out.
pub(crate) fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// The JSON Schema (draft 2020-12) of a document, as `data-review schema` prints it.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(Document).to_value()
}
