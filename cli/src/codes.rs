//! The codes of all handlers, and how often each occurs in a store.

use std::collections::BTreeMap;

use data_review_core::store::StoreError;
use data_review_core::{CORE_CODES, CodeInfo, Registry, Severity};
use data_review_store_sqlite::SqliteStore;
use serde::Serialize;

use crate::file_summary::FileSummary;
use crate::output;
use crate::table::{Cell, Column, Table};

/// A code and the handlers that report it; no handlers for codes of the core.
pub(crate) struct Code {
    /// What the code means.
    pub(crate) info: &'static CodeInfo,
    handlers: Vec<&'static str>,
}

/// All codes by name. Handlers that share a reader share its codes.
pub(crate) fn codes(registry: &Registry) -> BTreeMap<&'static str, Code> {
    let of_core = CORE_CODES.iter().map(|info| (info, None));
    let of_cards = registry
        .cards()
        .flat_map(|card| card.all_codes().map(|info| (info, Some(card.id))));
    let mut codes = BTreeMap::new();
    for (info, handler) in of_core.chain(of_cards) {
        let code = codes.entry(info.code).or_insert(Code {
            info,
            handlers: Vec::new(),
        });
        code.handlers.extend(handler);
    }
    codes
}

impl Code {
    /// The handlers that report it, in words.
    pub(crate) fn reporters(&self) -> String {
        if self.handlers.is_empty() {
            "every handler".to_owned()
        } else {
            self.handlers.join(", ")
        }
    }
}

/// Counts of findings by severity and code.
#[derive(Debug, Default)]
pub(crate) struct CodeCounts {
    by_code: BTreeMap<(Severity, String), (u64, u64)>,
    /// Findings that the configuration suppresses.
    pub(crate) suppressed: u64,
}

/// The counts of one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CodeCount {
    pub(crate) severity: Severity,
    pub(crate) code: String,
    /// Files with such a finding.
    pub(crate) files: u64,
    /// Occurrences in all of them.
    pub(crate) occurrences: u64,
    /// What the code says; null if this program does not know it.
    pub(crate) title: Option<&'static str>,
}

impl CodeCounts {
    /// Counts of a store whose findings are shown as documents state them.
    pub(crate) fn of(store: &SqliteStore) -> Result<Self, StoreError> {
        let counts = store.count_findings()?.into_iter();
        let counts = counts.map(|count| ((count.severity, count.code), (count.files, count.occurrences)));
        Ok(CodeCounts {
            by_code: counts.collect(),
            suppressed: 0,
        })
    }

    /// Adds the findings of a file.
    pub(crate) fn add(&mut self, file: &FileSummary) {
        self.suppressed += file.suppressed;
        let mut of_file: BTreeMap<(Severity, &str), u64> = BTreeMap::new();
        for finding in &file.row.findings {
            let count = of_file.entry((finding.severity, &finding.code)).or_default();
            *count = count.saturating_add(finding.count);
        }
        for ((severity, code), occurrences) in of_file {
            let counts = self.by_code.entry((severity, code.to_owned())).or_default();
            counts.0 += 1;
            counts.1 = counts.1.saturating_add(occurrences);
        }
    }

    /// The worst severity first, and of one severity the code of most files.
    pub(crate) fn sorted(&self, registry: &Registry) -> Vec<CodeCount> {
        let known = codes(registry);
        let mut counts: Vec<CodeCount> = self
            .by_code
            .iter()
            .map(|((severity, code), (files, occurrences))| CodeCount {
                severity: *severity,
                code: code.clone(),
                files: *files,
                occurrences: *occurrences,
                title: known.get(code.as_str()).map(|known| known.info.title),
            })
            .collect();
        counts.sort_by_key(|count| {
            (
                count.severity,
                std::cmp::Reverse((count.files, count.occurrences)),
            )
        });
        counts
    }
}

/// The counts as a table.
pub(crate) fn table(counts: &[CodeCount]) -> Table {
    let mut table = Table::new(&[
        Column::whole("severity"),
        Column::whole("code"),
        Column::number("files"),
        Column::number("occurrences").rank(2),
        Column::words("what it says").rank(1),
    ]);
    for count in counts {
        table.row([
            Cell::styled(count.severity.as_str(), output::of(count.severity)),
            Cell::from(&count.code),
            Cell::from(count.files.to_string()),
            Cell::from(count.occurrences.to_string()),
            Cell::from(count.title.unwrap_or_default()),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use data_review_core::Outcome;

    use super::*;
    use crate::config::Rules;
    use crate::file_summary::tests::{finding, row};

    #[test]
    fn files_and_occurrences_are_counted_and_the_worst_comes_first() {
        let mut counts = CodeCounts::default();
        for codes in [&["b", "b", "a"][..], &["a"], &["a"]] {
            let mut row = row("k", Outcome::Reviewed);
            row.findings = codes.iter().map(|code| finding(code, Severity::Info)).collect();
            row.findings.push(finding("z", Severity::Error));
            counts.add(&FileSummary::of(row, &Rules::default()));
        }
        let sorted = counts.sorted(&Registry::linked().unwrap());
        let brief: Vec<(&str, u64, u64)> = sorted
            .iter()
            .map(|count| (count.code.as_str(), count.files, count.occurrences))
            .collect();
        assert_eq!(brief, [("z", 3, 27), ("a", 3, 27), ("b", 1, 18)]);
    }
}
