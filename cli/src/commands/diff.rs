//! `data-review diff`, and what `data-review review --diff` prints.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;

use data_review_core::{Outcome, Severity, percent_encode_controls};
use data_review_store_sqlite::{FilePair, FileRow, FindingRow, SqliteStore};
use serde::Serialize;

use crate::args::Diff;
use crate::config::{Rules, Settings};
use crate::error::CliError;
use crate::exit::{End, PROBLEMS};
use crate::file_summary::FileSummary;
use crate::output::{self, BAD, HEADING, styled};
use crate::store;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Fate {
    Added,
    Gone,
    Changed,
}

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Change {
    New,
    Fixed,
    Changed,
}

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FileChange {
    /// Name of the root; null if both stores have one root at most, which need not be the same.
    root: Option<Box<str>>,
    key: Box<str>,
    pub(crate) file: Fate,
    /// Whether the content differs.
    content_changed: bool,
    /// Whether the recipe differs: the versions and limits that a document depends on besides the content.
    recipe_changed: bool,
    /// The outcomes before and after; null for none.
    before: Option<&'static str>,
    after: Option<&'static str>,
    findings: Vec<FindingChange>,
}

/// A finding that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FindingChange {
    finding: Change,
    code: String,
    subject: Option<String>,
    /// Severity and count before and after; null where there is no finding.
    before: Option<Extent>,
    after: Option<Extent>,
}

/// How serious a finding is, and how often it occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Extent {
    severity: Severity,
    count: u64,
}

/// The numbers at the end.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    files: BTreeMap<Fate, u64>,
    findings: BTreeMap<Change, u64>,
    unchanged: u64,
    is_worse: bool,
}

pub(super) fn run(args: &Diff, settings: &Settings) -> End {
    let old = store::to_read(&args.old)?;
    let new = store::to_read(&args.new)?;
    let is_worse = compare(&old, &new, &settings.rules, args.json)?;
    Ok(match is_worse {
        true => ExitCode::from(PROBLEMS),
        false => ExitCode::SUCCESS,
    })
}

/// Prints what differs between two stores, and returns whether a finding is new or worse, or a file lost its review.
pub(super) fn compare(
    old: &SqliteStore,
    new: &SqliteStore,
    rules: &Rules,
    json: bool,
) -> Result<bool, CliError> {
    let mut out: Box<dyn Write> = match json {
        true => Box::new(output::data()),
        false => Box::new(output::text()),
    };
    let totals = visit_changes(old, new, rules, &mut |change| match json {
        true => output::json_line(&mut out, &change),
        false => write(&mut out, &change),
    })?;
    out.flush()?;
    output::say(&totals.sentence());
    Ok(totals.is_worse)
}

/// Calls `visit` with every file that differs between two stores, by root and key, and counts them.
pub(crate) fn visit_changes(
    old: &SqliteStore,
    new: &SqliteStore,
    rules: &Rules,
    visit: &mut dyn FnMut(FileChange) -> io::Result<()>,
) -> Result<Totals, CliError> {
    // Files of different roots are different files.
    let by_root = old.roots()?.len() > 1 || new.roots()?.len() > 1;
    let mut totals = Totals::default();
    let mut result = Ok(());
    let same = new.differences_from(old, &mut |FilePair { before, after }| {
        let shown = |row: Option<FileRow>| row.map(|row| FileSummary::of(row, rules).row);
        let change = change(shown(before).as_ref(), shown(after).as_ref(), by_root);
        totals.add(change.as_ref());
        result = change.map_or(Ok(()), &mut *visit);
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    result?;
    totals.unchanged += same;
    Ok(totals)
}

/// The difference of a file; `None` if there is none.
fn change(before: Option<&FileRow>, after: Option<&FileRow>, by_root: bool) -> Option<FileChange> {
    let either = after.or(before)?;
    let there = |file: &&FileRow| file.outcome != Outcome::Gone;
    let (earlier, later) = (before.filter(there), after.filter(there));
    let file = match (earlier, later) {
        (None, None) => return None,
        (None, Some(_)) => Fate::Added,
        (Some(_), None) => Fate::Gone,
        (Some(_), Some(_)) => Fate::Changed,
    };
    let findings = match (earlier, later) {
        (_, None) => Vec::new(),
        (earlier, Some(later)) => {
            finding_changes(earlier.map_or(&[], |earlier| &earlier.findings), &later.findings)
        }
    };
    let outcome = |file: Option<&FileRow>| Some(file?.outcome.as_str());
    let both = earlier.zip(later);
    let change = FileChange {
        root: by_root.then(|| either.root.as_str().into()),
        key: either.key.as_str().into(),
        file,
        content_changed: both.is_some_and(|(before, after)| before.sha256 != after.sha256),
        recipe_changed: both.is_some_and(|(before, after)| before.recipe != after.recipe),
        before: outcome(before),
        after: outcome(after),
        findings,
    };
    let is_same = file == Fate::Changed
        && !change.content_changed
        && !change.recipe_changed
        && change.before == change.after
        && change.findings.is_empty();
    (!is_same).then_some(change)
}

/// The findings that differ, by code and subject.
fn finding_changes(before: &[FindingRow], after: &[FindingRow]) -> Vec<FindingChange> {
    let extents = |findings: &[FindingRow]| {
        let findings = findings.iter();
        let named = findings.map(|finding| {
            let extent = Extent {
                severity: finding.severity,
                count: finding.count,
            };
            ((finding.code.clone(), finding.subject.clone()), extent)
        });
        named.collect::<BTreeMap<_, _>>()
    };
    let (before, mut after) = (extents(before), extents(after));
    let mut changes = Vec::new();
    for (name, before) in before {
        match after.remove(&name) {
            None => changes.push((Change::Fixed, name, Some(before), None)),
            Some(after) if after != before => {
                changes.push((Change::Changed, name, Some(before), Some(after)))
            }
            Some(_) => {}
        }
    }
    changes.extend(
        after
            .into_iter()
            .map(|(name, after)| (Change::New, name, None, Some(after))),
    );
    changes.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let change = |(finding, (code, subject), before, after)| FindingChange {
        finding,
        code,
        subject,
        before,
        after,
    };
    changes.into_iter().map(change).collect()
}

impl FindingChange {
    /// Whether it is new, more serious or more frequent; an info never makes a file worse.
    fn is_worse(&self) -> bool {
        let Some(after) = self.after.filter(|after| after.severity != Severity::Info) else {
            return false;
        };
        self.before
            .is_none_or(|before| after.severity < before.severity || after.count > before.count)
    }
}

impl Totals {
    fn add(&mut self, change: Option<&FileChange>) {
        let Some(change) = change else {
            self.unchanged += 1;
            return;
        };
        *self.files.entry(change.file).or_default() += 1;
        for finding in &change.findings {
            *self.findings.entry(finding.finding).or_default() += 1;
            self.is_worse |= finding.is_worse();
        }
        let reviewed = Outcome::Reviewed.as_str();
        let is_lost =
            change.file == Fate::Changed && change.before == Some(reviewed) && change.after != Some(reviewed);
        let is_unreviewed = change.file == Fate::Added && change.after != Some(reviewed);
        self.is_worse |= is_lost || is_unreviewed;
    }

    /// The numbers in words.
    pub(crate) fn sentence(&self) -> String {
        let files = |fate| self.files.get(&fate).copied().unwrap_or_default();
        let findings = |change| self.findings.get(&change).copied().unwrap_or_default();
        format!(
            "files: {} added, {} gone, {} changed, {} the same · findings: {} new, {} fixed, {} changed",
            files(Fate::Added),
            files(Fate::Gone),
            files(Fate::Changed),
            self.unchanged,
            findings(Change::New),
            findings(Change::Fixed),
            findings(Change::Changed),
        )
    }
}

fn write(out: &mut impl Write, change: &FileChange) -> io::Result<()> {
    let width = output::width().map_or(usize::MAX, usize::from);
    let key = percent_encode_controls(&change.key);
    let what = match change.file {
        Fate::Added => "added".to_owned(),
        Fate::Gone => "gone".to_owned(),
        Fate::Changed => match (change.content_changed, change.recipe_changed) {
            (true, true) => "content and recipe changed".to_owned(),
            (true, false) => "content changed".to_owned(),
            (false, true) => "recipe changed".to_owned(),
            (false, false) => "findings changed".to_owned(),
        },
    };
    let room = width.saturating_sub(what.len() + 2);
    writeln!(
        out,
        "{}: {what}",
        styled(HEADING, &crate::table::elide(&key, room))
    )?;
    if let (Some(before), Some(after)) = (change.before, change.after)
        && before != after
        && change.file == Fate::Changed
    {
        writeln!(out, "  was {before}, is {}", styled(BAD, after))?;
    }
    for finding in &change.findings {
        let extent = |extent: Extent| format!("{} × {}", extent.severity.as_str(), extent.count);
        let severity = finding
            .after
            .or(finding.before)
            .map_or(Severity::Info, |extent| extent.severity);
        let (sign, how) = match (finding.finding, finding.before, finding.after) {
            (Change::New, _, Some(after)) => ("+", extent(after)),
            (Change::Fixed, Some(before), _) => ("-", extent(before)),
            (_, Some(before), Some(after)) => ("~", format!("{}, was {}", extent(after), extent(before))),
            _ => ("~", String::new()),
        };
        let subject = finding
            .subject
            .as_deref()
            .map(|subject| format!(" {subject}"))
            .unwrap_or_default();
        let name = percent_encode_controls(&format!("{}{subject}", finding.code));
        let room = width.saturating_sub(how.chars().count() + 6);
        let line = format!("{sign} {}: {how}", crate::table::elide(&name, room));
        writeln!(out, "  {}", styled(output::of(severity), &line))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file_summary::tests::{finding, row};

    fn file(outcome: Outcome, sha256: &str, findings: &[(&str, Severity)]) -> FileRow {
        let mut row = row("k", outcome);
        row.sha256 = Some(sha256.to_owned());
        row.findings = findings
            .iter()
            .map(|(code, severity)| finding(code, *severity))
            .collect();
        row
    }

    fn totals(before: Option<FileRow>, after: Option<FileRow>) -> (String, bool) {
        let mut totals = Totals::default();
        totals.add(change(before.as_ref(), after.as_ref(), false).as_ref());
        (totals.sentence(), totals.is_worse)
    }

    #[test]
    fn new_and_fixed_findings_are_counted_and_only_new_problems_are_worse() {
        use Outcome::{Failed, Gone, Reviewed};
        let old = || Some(file(Reviewed, "1", &[("a", Severity::Warning)]));
        let (sentence, is_worse) = totals(old(), Some(file(Reviewed, "2", &[("b", Severity::Info)])));
        assert!(
            sentence.contains("1 changed, 0 the same · findings: 1 new, 1 fixed"),
            "{sentence}"
        );
        assert!(!is_worse);
        for (after, expected) in [
            (file(Reviewed, "1", &[("a", Severity::Warning)]), false),
            (file(Reviewed, "1", &[("a", Severity::Error)]), true),
            (
                file(Reviewed, "1", &[("a", Severity::Warning), ("b", Severity::Error)]),
                true,
            ),
            (file(Failed, "1", &[]), true),
            (file(Gone, "1", &[]), false),
        ] {
            assert_eq!(totals(old(), Some(after)).1, expected);
        }
        assert!(totals(old(), None).0.contains("1 gone"));
        assert!(totals(None, old()).0.contains("1 added"));
        assert!(totals(Some(file(Gone, "1", &[])), old()).0.contains("1 added"));
        assert!(totals(old(), old()).0.contains("1 the same"));
    }
}
