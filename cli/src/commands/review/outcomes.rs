//! The output at the end of a run: a table of files, or their documents.

use std::collections::HashSet;
use std::io::Write;
use std::ops::ControlFlow;

use data_review_core::store::ObjectId;
use data_review_core::{Registry, Severity};
use data_review_engine::{Listing, RunCounts};
use data_review_store_sqlite::{FileQuery, SqliteStore};

use crate::args::FailOn;
use crate::codes::{self, CodeCounts};
use crate::config::Rules;
use crate::error::CliError;
use crate::file_summary::{FileSummary, Links};
use crate::output::{self, BAD, HEADING, ODD, styled};
use crate::table::Table;
use crate::wording;

/// The most rows of a table that is shown completely; a longer one shows only files with problems.
const LINES: usize = 60;
/// The most codes of the summary.
const CODES: usize = 20;

/// The current outcomes of the files of a listing, whenever they were reached.
#[derive(Default)]
pub(super) struct Outcomes {
    lines: Lines,
    links: Links,
    /// Findings by code.
    pub(super) codes: CodeCounts,
    /// Files that failed or are unidentified.
    pub(super) without_review: u64,
    /// Files by their worst finding, in the order of severities.
    by_worst: [u64; 3],
}

impl Outcomes {
    /// Reads the outcomes of the files of the listing, and of files that are gone since the last run.
    pub(super) fn read(
        listing: &Listing,
        gone: &[(String, String)],
        store: &SqliteStore,
        rules: &Rules,
    ) -> Result<Self, CliError> {
        let mut outcomes = Outcomes {
            links: Links::to(store)?,
            ..Outcomes::default()
        };
        let gone: HashSet<ObjectId<'_>> = gone.iter().map(|(root, key)| ObjectId { root, key }).collect();
        let is_wanted =
            |object: ObjectId<'_>| listing.contains(object.root, object.key) || gone.contains(&object);
        let query = FileQuery {
            findings: true,
            ..FileQuery::default()
        };
        store.visit_wanted_files(&query, &is_wanted, &mut |row| {
            outcomes.add(FileSummary::of(row, rules));
            ControlFlow::Continue(())
        })?;
        Ok(outcomes)
    }

    fn add(&mut self, mut file: FileSummary) {
        self.without_review += u64::from(!file.has_review());
        if let Some(worst) = file.severities().next() {
            self.by_worst[worst as usize] += 1;
        }
        self.codes.add(&file);
        file.row.findings = Vec::new();
        self.lines.push(file);
    }

    /// How many files have a finding that makes the run fail.
    pub(super) fn files_that_meet(&self, fail_on: FailOn) -> u64 {
        let all = [Severity::Error, Severity::Warning, Severity::Info];
        let met = all.into_iter().filter(|severity| fail_on.is_met_by(*severity));
        met.map(|severity| self.by_worst[severity as usize]).sum()
    }

    /// Writes the table of files, and how often each code occurs.
    pub(super) fn write(&mut self, registry: &Registry) -> Result<(), CliError> {
        let mut counts = self.codes.sorted(registry);
        std::mem::take(&mut self.lines).show(&self.links)?;
        if counts.is_empty() {
            return Ok(());
        }
        let more = counts.len().saturating_sub(CODES) as u64;
        counts.truncate(CODES);
        let mut out = output::text();
        writeln!(out)?;
        codes::table(&counts).write(&mut out, output::width())?;
        out.flush()?;
        drop(out);
        if more > 0 {
            let more = wording::plural(more, "more code");
            output::say(&format!("and {more}; `data-review summary` shows all"));
        }
        Ok(())
    }
}

/// The lines of the table: all of them while they are few, else those with problems. It never holds many, however many files
/// there are.
#[derive(Default)]
struct Lines {
    files: Vec<FileSummary>,
    /// Lines that were pushed.
    all: usize,
}

impl Lines {
    fn push(&mut self, file: FileSummary) {
        self.all += 1;
        self.files.push(file);
        if self.files.len() > 2 * LINES {
            self.keep_the_worst();
        }
    }

    /// Without those that have no problem, and of the rest at most [`LINES`], the worst and of those the first.
    fn keep_the_worst(&mut self) {
        self.files.retain(|file| !file.is_clean());
        self.files.sort_by_key(|file| std::cmp::Reverse(file.rank()));
        self.files.truncate(LINES);
    }

    /// In the order of the keys, and how many are left out.
    fn shorten(mut self) -> (Vec<FileSummary>, usize) {
        if self.all > LINES {
            self.keep_the_worst();
        }
        self.files.sort_by(|a, b| a.row.key.cmp(&b.row.key));
        let left_out = self.all - self.files.len();
        (self.files, left_out)
    }

    fn show(self, links: &Links) -> Result<(), CliError> {
        let (files, left_out) = self.shorten();
        let mut table = Table::new(&FileSummary::COLUMNS);
        for file in &files {
            table.row(file.cells(links));
        }
        let mut out = output::text();
        if !table.is_empty() {
            table.write(&mut out, output::width())?;
        }
        out.flush()?;
        drop(out);
        if left_out > 0 {
            let more = wording::plural(left_out as u64, "more file");
            output::say(&format!("and {more}; `data-review list` shows all"));
        }
        Ok(())
    }
}

/// The last line: what was done, and how fast.
pub(super) fn summary(tally: &RunCounts, seconds: f64) -> String {
    let part = |count: u64, name: &str, style| {
        let text = format!("{count} {name}");
        if count == 0 { text } else { styled(style, &text) }
    };
    let mut parts = vec![
        part(tally.reviewed, "reviewed", HEADING),
        part(tally.failed, "failed", BAD),
        part(tally.unidentified, "unidentified", BAD),
        part(tally.gone, "gone", ODD),
        part(tally.unchanged, "unchanged", HEADING),
    ];
    if tally.given_up > 0 {
        parts.push(part(tally.given_up, "given up", BAD));
    }
    let mut summary = format!(
        "{} · {} in {seconds:.1} s",
        parts.join(", "),
        wording::plural(tally.files, "file")
    );
    if tally.bytes_fetched > 0 {
        let megabytes = tally.bytes_fetched as f64 / 1e6;
        summary.push_str(&format!(", {megabytes:.1} MB fetched"));
    }
    // An unchanged file takes no time worth a rate.
    let worked = tally.reviewed + tally.failed + tally.unidentified;
    if worked == 0 {
        return summary;
    }
    let seconds = seconds.max(1e-3);
    format!(
        "{summary}: {:.1} files/s, {:.1} MB/s",
        worked as f64 / seconds,
        tally.bytes as f64 / 1e6 / seconds,
    )
}

#[cfg(test)]
mod tests {
    use data_review_core::Outcome;

    use super::*;
    use crate::file_summary::tests::row;

    fn file(number: usize, outcome: Outcome) -> FileSummary {
        FileSummary::of(row(&format!("{number:03}"), outcome), &Rules::default())
    }

    fn lines(files: impl Iterator<Item = FileSummary>) -> Lines {
        let mut lines = Lines::default();
        for file in files {
            lines.push(file);
            assert!(lines.files.len() <= 2 * LINES, "it holds {}", lines.files.len());
        }
        lines
    }

    #[test]
    fn a_short_table_is_whole() {
        let (shown, left_out) = lines((0..LINES).map(|n| file(n, Outcome::Reviewed))).shorten();
        assert_eq!((shown.len(), left_out), (LINES, 0));
    }

    #[test]
    fn a_long_table_shows_problems_in_the_order_of_the_keys() {
        let outcome = |n| match n % 50 {
            7 => Outcome::Failed,
            _ => Outcome::Reviewed,
        };
        for (all, problems) in [(80, vec!["007", "057"]), (150, vec!["007", "057", "107"])] {
            let (shown, left_out) = lines((0..all).rev().map(|n| file(n, outcome(n)))).shorten();
            let keys: Vec<&str> = shown.iter().map(|file| file.row.key.as_str()).collect();
            assert_eq!((left_out, keys), (all - problems.len(), problems));
        }
    }

    #[test]
    fn even_problems_are_only_so_many() {
        let (shown, left_out) = lines((0..500).map(|n| file(n, Outcome::Failed))).shorten();
        assert_eq!((shown.len(), left_out), (LINES, 500 - LINES));
        let (first, last) = (shown[0].row.key.as_str(), shown[LINES - 1].row.key.as_str());
        assert_eq!((first, last), ("000", "059"), "the first of equally bad ones");
    }

    #[test]
    fn the_summary_counts_everything() {
        let tally = RunCounts {
            reviewed: 2,
            failed: 1,
            unchanged: 7,
            files: 10,
            bytes: 5_000_000,
            ..RunCounts::default()
        };
        let text = anstream::adapter::strip_str(&summary(&tally, 2.0)).to_string();
        assert_eq!(
            text,
            "2 reviewed, 1 failed, 0 unidentified, 0 gone, 7 unchanged · 10 files in 2.0 s: 1.5 files/s, 2.5 MB/s"
        );
    }
}
