//! A file as one line of a table, and what the exit code depends on.

use std::collections::HashMap;

use data_review_core::store::{Root, StoreError};
use data_review_core::{Outcome, Severity, printable};
use data_review_engine::{is_remote, path_of};
use data_review_store_sqlite::{FileRow, SqliteStore};
use url::Url;

use crate::config::Rules;
use crate::output::{self, BAD, ODD};
use crate::table::{Cell, Column};
use crate::wording;

/// A file of the store, with its findings as the configuration shows them.
#[derive(Debug, Clone)]
pub(crate) struct FileSummary {
    /// The file.
    pub(crate) row: FileRow,
    /// Findings that the configuration suppresses.
    pub(crate) suppressed: u64,
}

/// The most characters of a reason in a table.
const REASON: usize = 160;

impl FileSummary {
    /// Judges the findings of a row, which must have been read if there are rules.
    pub(crate) fn of(mut row: FileRow, rules: &Rules) -> Self {
        let mut suppressed = 0;
        if !rules.is_empty() {
            suppressed = rules.retain(&row.key, &mut row.findings, |finding| {
                (&finding.code, &mut finding.severity)
            });
            row.counts = [0; 3];
            for finding in &row.findings {
                row.counts[finding.severity as usize] += 1;
            }
        }
        FileSummary { row, suppressed }
    }

    /// Whether the file has a review, or is gone and needs none.
    pub(crate) fn has_review(&self) -> bool {
        !matches!(self.row.outcome, Outcome::Failed | Outcome::Unidentified)
    }

    /// Number of findings of a severity.
    pub(crate) fn count(&self, severity: Severity) -> u64 {
        self.row.counts[severity as usize]
    }

    /// The severities that occur.
    pub(crate) fn severities(&self) -> impl Iterator<Item = Severity> + '_ {
        let all = [Severity::Error, Severity::Warning, Severity::Info];
        all.into_iter().filter(|severity| self.count(*severity) > 0)
    }

    /// A key for sorting, the greatest first: no review, then the numbers of errors and warnings.
    pub(crate) fn rank(&self) -> (bool, u64, u64) {
        let (errors, warnings) = (self.count(Severity::Error), self.count(Severity::Warning));
        (!self.has_review(), errors, warnings)
    }

    /// Whether it has neither problems nor a missing review.
    pub(crate) fn is_clean(&self) -> bool {
        self.rank() == (false, 0, 0)
    }

    /// The columns of [`Self::cells`].
    pub(crate) const COLUMNS: [Column; 8] = [
        Column::path("file"),
        Column::words("kind").rank(1),
        Column::number("rows").rank(2),
        Column::number("profiles").rank(4),
        Column::whole("time").rank(3),
        Column::whole("where").rank(5),
        Column::whole("findings"),
        Column::words("outcome"),
    ];

    /// Its row of the table; the key is a link where the file can be opened.
    pub(crate) fn cells(&self, links: &Links) -> Vec<Cell> {
        let row = &self.row;
        let style = match self.severities().next() {
            Some(Severity::Error) => BAD,
            Some(Severity::Warning) => ODD,
            _ => anstyle::Style::new(),
        };
        let time = row.time.as_ref();
        let outcome = match self.has_review() {
            true => Cell::from(self.ending()),
            false => Cell::styled(self.ending(), BAD),
        };
        vec![
            Cell::from(&row.key).linked(links.of(&row.root, &row.key)),
            Cell::from(row.kind.as_deref().unwrap_or_default()),
            Cell::from(wording::count(row.observations)),
            Cell::from(wording::count(row.profiles)),
            Cell::from(
                time.map(|(first, last)| wording::days(first, last))
                    .unwrap_or_default(),
            ),
            Cell::from(row.edges.map(wording::area).unwrap_or_default()),
            Cell::styled(self.problems(), style),
            outcome,
        ]
    }

    /// `2 errors 3 warnings`.
    pub(crate) fn problems(&self) -> String {
        [Severity::Error, Severity::Warning]
            .into_iter()
            .map(|severity| (self.count(severity), severity))
            .filter(|(count, _)| *count > 0)
            .map(|(count, severity)| wording::plural(count, severity.as_str()))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn ending(&self) -> String {
        let outcome = self.row.outcome;
        let Some((class, message)) = &self.row.failure else {
            return outcome.as_str().to_owned();
        };
        let reason = printable(message.as_bytes(), REASON);
        match outcome {
            Outcome::Failed => format!("failed: {class}: {reason}"),
            outcome => format!("{}: {reason}", outcome.as_str()),
        }
    }
}

/// What keys lead to: files of this machine, and addresses of web servers.
#[derive(Debug, Default)]
pub(crate) struct Links {
    /// By name; none where the terminal shows no links.
    roots: HashMap<String, Root>,
}

impl Links {
    /// To the files of a store.
    pub(crate) fn to(store: &SqliteStore) -> Result<Self, StoreError> {
        if !output::shows_links() {
            return Ok(Links::default());
        }
        let roots = store.roots()?.into_iter().filter(|root| !root.place.is_empty());
        Ok(Links {
            roots: roots.map(|root| (root.name.clone(), root)).collect(),
        })
    }

    fn of(&self, root: &str, key: &str) -> Option<Url> {
        let path = path_of(self.roots.get(root)?, key);
        match is_remote(&path) {
            true => Url::parse(path.to_str()?).ok().filter(|url| url.scheme() != "s3"),
            false => Url::from_file_path(path).ok(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use data_review_store_sqlite::FindingRow;

    use super::*;

    /// A row without content.
    pub(crate) fn row(key: &str, outcome: Outcome) -> FileRow {
        FileRow {
            root: String::new(),
            key: key.to_owned(),
            outcome,
            kind: None,
            handler: None,
            size: None,
            sha256: None,
            observations: None,
            profiles: None,
            time: None,
            edges: None,
            failure: None,
            at: "2026-01-01T00:00:00Z".to_owned(),
            recipe: None,
            counts: [0; 3],
            findings: Vec::new(),
        }
    }

    /// A finding without a subject.
    pub(crate) fn finding(code: &str, severity: Severity) -> FindingRow {
        FindingRow {
            code: code.to_owned(),
            severity,
            subject: None,
            count: 9,
        }
    }

    fn texts(file: &FileSummary) -> Vec<String> {
        file.cells(&Links::default())
            .iter()
            .map(|cell| cell.text().to_owned())
            .collect()
    }

    #[test]
    fn a_review_is_counts_coverage_and_findings() {
        let row = FileRow {
            kind: Some("WHP bottle".to_owned()),
            observations: Some(36),
            profiles: Some(2),
            time: Some(("2015-08-09".to_owned(), "2015-08-10T01:00:00Z".to_owned())),
            edges: Some([1.0, 2.0, 1.0, 2.0]),
            counts: [1, 2, 1],
            ..row("a/b.csv", Outcome::Reviewed)
        };
        let file = FileSummary::of(row, &Rules::default());
        assert_eq!(
            texts(&file),
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
        assert_eq!(file.rank(), (false, 1, 2));
    }

    #[test]
    fn a_failure_says_its_class_and_reason() {
        let failed = |outcome| {
            let failure = Some(("corrupt".to_owned(), "no row".to_owned()));
            let row = FileRow {
                failure,
                ..row("k", outcome)
            };
            FileSummary::of(row, &Rules::default())
        };
        assert_eq!(texts(&failed(Outcome::Failed))[7], "failed: corrupt: no row");
        assert_eq!(texts(&failed(Outcome::Unidentified))[7], "unidentified: no row");
        assert!(failed(Outcome::Failed).rank() > failed(Outcome::Reviewed).rank());
        assert!(FileSummary::of(row("k", Outcome::Gone), &Rules::default()).is_clean());
    }
}
