//! The items of the tables.

use data_review_core::pipeline::OutcomeRow;
use data_review_core::store::{Entry, FailureRecord};
use data_review_core::{Depth, Document, Failure, Outcome, Severity, TimeSpan, hex, printable};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::documents::address;

/// The most characters of the message of a failure in a row, because an item holds 400 KB. The document has the whole message.
const MESSAGE: usize = 8 << 10;

/// A row of the table of reviews.
#[derive(Debug, Serialize)]
pub(super) struct ReviewItem<'e> {
    key: &'e str,
    #[serde(flatten)]
    row: &'e OutcomeRow,
    /// The key of its document in the bucket of documents.
    document: String,
    /// The partition key of the index of problems; absent from rows without a problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    origin: &'e str,
    attempt: u32,
    at: &'e str,
    #[serde(flatten)]
    summary: Summary<'e>,
}

/// Fields for queries; the document has them, too.
#[derive(Debug, Serialize)]
struct Summary<'e> {
    handler: Option<&'e str>,
    kind: Option<String>,
    size: Option<u64>,
    observations: Option<u64>,
    profiles: Option<u64>,
    variables: usize,
    errors: usize,
    warnings: usize,
    time: Option<&'e TimeSpan>,
    boxes: Option<&'e [[f64; 4]]>,
    depth: Option<&'e Depth>,
    failure: Option<Failure>,
}

impl<'e> ReviewItem<'e> {
    pub(super) fn of(entry: &'e Entry) -> Self {
        let document = &entry.document;
        let key = document.file.key.as_str();
        ReviewItem {
            key,
            row: &entry.row,
            document: address(key, &entry.row.token),
            problem: problem(key, entry.row.outcome),
            origin: &entry.root,
            attempt: entry.attempt,
            at: &entry.at,
            summary: Summary::of(document),
        }
    }
}

impl<'e> Summary<'e> {
    fn of(document: &'e Document) -> Self {
        let coverage = &document.coverage;
        Summary {
            handler: document.handler.as_ref().map(|facts| facts.id.as_str()),
            kind: document
                .kind
                .as_deref()
                .map(|kind| printable(kind.as_bytes(), MESSAGE)),
            size: document.file.size,
            observations: document.observations,
            profiles: document.profiles,
            variables: document.variables.len(),
            errors: document.findings_of(Severity::Error),
            warnings: document.findings_of(Severity::Warning),
            time: coverage.time.as_ref(),
            boxes: coverage
                .boxes
                .as_deref()
                .filter(|boxes| storable(boxes.as_flattened())),
            depth: coverage
                .depth
                .as_ref()
                .filter(|depth| storable(&[depth.min, depth.max])),
            failure: document.failure.as_ref().map(shortened),
        }
    }
}

/// A line of the table of failures.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FailureItem {
    key: String,
    /// See [`line`].
    at: String,
    failure: Failure,
    handler: Option<String>,
    recipe: Option<String>,
    attempt: u32,
    log: Option<String>,
}

impl FailureItem {
    /// The line of a failed outcome.
    pub(super) fn of(entry: &Entry) -> Option<Self> {
        let document = &entry.document;
        Some(FailureItem {
            key: document.file.key.clone(),
            at: line(&entry.at, &entry.row.token),
            failure: shortened(document.failure.as_ref()?),
            handler: document.handler.as_ref().map(|facts| facts.id.clone()),
            recipe: document.provenance.recipe.clone(),
            attempt: entry.attempt,
            log: entry.log.clone(),
        })
    }

    /// A line without a row.
    pub(super) fn alone(record: &FailureRecord, token: &str) -> Self {
        FailureItem {
            key: record.key.clone(),
            at: line(&record.at, token),
            failure: shortened(&record.failure),
            handler: record.handler.clone(),
            recipe: record.recipe.clone(),
            attempt: record.attempt,
            log: record.log.clone(),
        }
    }

    /// Key, time and token.
    pub(super) fn order(&self) -> (&str, &str) {
        (&self.key, &self.at)
    }

    pub(super) fn into_record(self) -> FailureRecord {
        let at = self.at.split('#').next().unwrap_or_default().to_owned();
        FailureRecord {
            root: String::new(),
            key: self.key,
            failure: self.failure,
            handler: self.handler,
            recipe: self.recipe,
            attempt: self.attempt,
            at,
            log: self.log,
        }
    }
}

/// The sort key of a line: time, `#`, and a digest of the token, which may be longer than a sort key. A repeated write has the
/// same key.
fn line(at: &str, token: &str) -> String {
    format!("{at}#{}", &hex(&Sha256::digest(token))[..16])
}

fn shortened(failure: &Failure) -> Failure {
    Failure {
        message: printable(failure.message.as_bytes(), MESSAGE),
        ..failure.clone()
    }
}

/// Whether rows of this outcome are in the index of problems.
pub(super) fn is_problem(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Failed | Outcome::Unidentified)
}

/// Value of [`data_review_deployment::table::PROBLEM`]. It ends with one of sixteen digits, because a
/// partition of the index accepts 1,000 writes a second.
fn problem(key: &str, outcome: Outcome) -> Option<String> {
    is_problem(outcome).then(|| format!("{}#{}", outcome.as_str(), &hex(&Sha256::digest(key))[..1]))
}

/// All values of [`problem`] for an outcome.
pub(super) fn problem_shards(outcome: Outcome) -> [String; 16] {
    std::array::from_fn(|digit| format!("{}#{digit:x}", outcome.as_str()))
}

/// Whether DynamoDB can store all numbers: their magnitude must be between 10^-130 and 10^125.
fn storable(numbers: &[f64]) -> bool {
    numbers
        .iter()
        .all(|number| *number == 0.0 || (1e-125..1e125).contains(&number.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beyond_the_tables_stay_in_the_document() {
        assert!(storable(&[0.0, -180.0, 5e-324_f64.max(1e-100)]));
        assert!(!storable(&[1.0, 1e200]));
        assert!(!storable(&[5e-324]));
    }

    #[test]
    fn only_problems_are_in_the_index_and_they_are_spread() {
        assert_eq!(problem("a", Outcome::Reviewed), None);
        assert_eq!(problem("a", Outcome::Gone), None);
        assert_eq!(problem("a", Outcome::Failed).as_deref(), Some("failed#c"));
        let shards: std::collections::BTreeSet<_> = (0..1000)
            .map(|n| problem(&n.to_string(), Outcome::Unidentified))
            .collect();
        assert_eq!(shards.len(), 16);
        let all: std::collections::BTreeSet<_> = problem_shards(Outcome::Unidentified)
            .into_iter()
            .map(Some)
            .collect();
        assert_eq!(shards, all, "a shard that is not queried");
    }
}
