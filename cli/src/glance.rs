//! The parts of a document that the table of files shows, and that the exit code depends on.

use data_review_core::{Coverage, Failure, Outcome, Severity};
use serde::Deserialize;

use crate::error::CliError;
use crate::table::Table;
use crate::wording;

/// The parts of a document. The rest, above all the variables, is skipped while it is read.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Glance {
    file: Key,
    outcome: Outcome,
    kind: Option<String>,
    observations: Option<u64>,
    profiles: Option<u64>,
    coverage: Coverage,
    findings: Vec<Weight>,
    failure: Option<Failure>,
}

#[derive(Debug, Clone, Deserialize)]
struct Key {
    key: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Weight {
    severity: Severity,
}

/// The most characters of a reason in the table.
const REASON: usize = 160;

impl Glance {
    /// Reads a stored document.
    pub(crate) fn of(key: &str, document: &str) -> Result<Self, CliError> {
        serde_json::from_str(document).map_err(|reason| CliError::Document {
            key: key.to_owned(),
            reason,
        })
    }

    /// The key of the file.
    pub(crate) fn key(&self) -> &str {
        &self.file.key
    }

    /// Whether the file has a review, or is gone and needs none.
    pub(crate) fn has_review(&self) -> bool {
        !matches!(self.outcome, Outcome::Failed | Outcome::Unidentified)
    }

    /// A rank for sorting: 0 for a clean review or a deleted file, then warnings, errors, and no review.
    pub(crate) fn badness(&self) -> u8 {
        if !self.has_review() {
            3
        } else if self.has(Severity::Error) {
            2
        } else {
            u8::from(self.has(Severity::Warning))
        }
    }

    /// Whether it has a finding of this severity.
    fn has(&self, severity: Severity) -> bool {
        self.severities().any(|found| found == severity)
    }

    /// The severities of its findings.
    pub(crate) fn severities(&self) -> impl Iterator<Item = Severity> + '_ {
        self.findings.iter().map(|finding| finding.severity)
    }

    /// An empty table for [`Self::cells`].
    pub(crate) fn table() -> Table {
        Table::new(&[
            "file",
            "kind",
            ">rows",
            ">profiles",
            "time",
            "where",
            "findings",
            "outcome",
        ])
    }

    /// Its row of the table.
    pub(crate) fn cells(&self) -> [String; 8] {
        [
            self.file.key.clone(),
            self.kind.clone().unwrap_or_default(),
            wording::count(self.observations),
            wording::count(self.profiles),
            self.coverage.time.as_ref().map(wording::days).unwrap_or_default(),
            wording::area(&self.coverage),
            self.weights(),
            self.ending(),
        ]
    }

    /// `2 errors 3 warnings`.
    fn weights(&self) -> String {
        let of = |severity| self.severities().filter(|found| *found == severity).count() as u64;
        [Severity::Error, Severity::Warning]
            .into_iter()
            .map(|severity| (of(severity), severity))
            .filter(|(count, _)| *count > 0)
            .map(|(count, severity)| wording::plural(count, severity.as_str()))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn ending(&self) -> String {
        let Some(failure) = &self.failure else {
            return self.outcome.as_str().to_owned();
        };
        let reason = data_review_core::printable(failure.message.as_bytes(), REASON);
        match self.outcome {
            Outcome::Failed => format!("failed: {}: {reason}", failure.class.as_str()),
            outcome => format!("{}: {reason}", outcome.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use data_review_core::{Class, CodeInfo, Document, FileFacts, Finding, Instant, Stage, TimeSpan};

    use super::*;

    fn document(outcome: Outcome, failure: Option<Failure>) -> Document {
        let file = FileFacts {
            key: "a/b.csv".to_owned(),
            size: Some(1),
            sha256: None,
        };
        Document::without_handler(file, outcome, failure)
    }

    fn glance(document: &Document) -> Glance {
        Glance::of("a/b.csv", &document.to_canonical_json()).unwrap()
    }

    fn finding(severity: Severity) -> Finding {
        Finding::new(&CodeInfo::new("x", severity, ""), None, "").times(9)
    }

    #[test]
    fn a_review_is_counts_coverage_and_findings() {
        let mut document = document(Outcome::Reviewed, None);
        document.kind = Some("WHP bottle".to_owned());
        document.observations = Some(36);
        document.profiles = Some(2);
        document.coverage.time = Some(TimeSpan {
            first: Instant::date(2015, 8, 9).unwrap(),
            last: Instant::date(2015, 8, 10).unwrap(),
        });
        document.coverage.boxes = Some(vec![[1.0, 2.0, 1.0, 2.0]]);
        document.findings = [
            Severity::Error,
            Severity::Warning,
            Severity::Warning,
            Severity::Info,
        ]
        .map(finding)
        .to_vec();
        let glance = glance(&document);
        assert_eq!(
            glance.cells(),
            [
                "a/b.csv",
                "WHP bottle",
                "36",
                "2",
                "2015-08-09 … 2015-08-10",
                "2.00°N 1.00°E",
                "1 error 2 warnings",
                "reviewed"
            ]
        );
        assert_eq!(glance.badness(), 2);
    }

    #[test]
    fn a_failure_says_its_class_and_reason() {
        let failure = Failure::new(Stage::Review, Class::Corrupt, "no row");
        let failed = glance(&document(Outcome::Failed, Some(failure.clone())));
        assert_eq!(failed.cells()[7], "failed: corrupt: no row");
        let unidentified = glance(&document(Outcome::Unidentified, Some(failure)));
        assert_eq!(unidentified.cells()[7], "unidentified: no row");
        assert_eq!((failed.badness(), unidentified.badness()), (3, 3));
        assert_eq!(glance(&document(Outcome::Gone, None)).badness(), 0);
    }

    #[test]
    fn a_document_of_another_form_names_its_key_and_the_mend() {
        let error = Glance::of("k", "{}").unwrap_err().to_string();
        assert!(error.contains("`k`") && error.contains("--force"), "{error}");
    }
}
