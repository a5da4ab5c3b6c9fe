//! `data-review diff`, and what `data-review review --diff` prints.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::rc::Rc;

use data_review_core::{Outcome, Severity, percent_encode_controls};
use data_review_store_sqlite::{FileOrder, FileQuery, FileRow, FindingRow, SqliteStore};
use serde::Serialize;

use crate::args::Diff;
use crate::config::{Rules, Settings};
use crate::error::CliError;
use crate::exit::{End, PROBLEMS};
use crate::glance::Glance;
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

/// What is compared of a file. Of a large store all are held in memory.
#[derive(Debug, Clone)]
struct Brief {
    /// Name of the root; empty if roots are not compared.
    root: Rc<str>,
    key: Box<str>,
    outcome: Outcome,
    sha256: Option<Box<str>>,
    recipe: Option<Rc<str>>,
    /// A digest of the findings, which are read again if they differ.
    digest: u64,
}

impl Brief {
    /// By what files of two stores are compared.
    fn name(&self) -> (&str, &str) {
        (&self.root, &self.key)
    }
}

/// Digests of recipes and names of roots: there are few.
#[derive(Debug, Default)]
struct Names {
    known: Vec<Rc<str>>,
    /// Whether files of different roots are different files.
    by_root: bool,
}

impl Names {
    fn shared(&mut self, digest: String) -> Rc<str> {
        if let Some(known) = self.known.iter().find(|known| ***known == *digest) {
            return Rc::clone(known);
        }
        let digest: Rc<str> = digest.into();
        self.known.push(Rc::clone(&digest));
        digest
    }

    /// The file.
    fn brief(&mut self, row: FileRow, rules: &Rules) -> Brief {
        self.brief_with_findings(row, rules).0
    }

    /// The file, and its findings as the rules show them.
    fn brief_with_findings(&mut self, row: FileRow, rules: &Rules) -> (Brief, Vec<FindingRow>) {
        let row = Glance::of(row, rules).row;
        let root = if self.by_root { row.root } else { String::new() };
        let brief = Brief {
            root: self.shared(root),
            key: row.key.into(),
            outcome: row.outcome,
            sha256: row.sha256.map(Into::into),
            recipe: row.recipe.map(|digest| self.shared(digest)),
            digest: digest(&row.findings),
        };
        (brief, row.findings)
    }
}

/// The same for equal findings in the same order, in this process.
fn digest(findings: &[FindingRow]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for finding in findings {
        let FindingRow {
            code,
            severity,
            subject,
            count,
        } = finding;
        (code, severity, subject, count).hash(&mut hasher);
    }
    hasher.finish()
}

/// The findings of one file.
fn of_file(store: &SqliteStore, file: &Brief, rules: &Rules) -> Result<Vec<FindingRow>, CliError> {
    let query = FileQuery {
        key: Some(file.key.to_string()),
        findings: true,
        ..FileQuery::default()
    };
    let mut findings = Vec::new();
    store.visit_files(&query, &mut |row| {
        if file.root.is_empty() || *file.root == *row.root {
            findings = Glance::of(row, rules).row.findings;
        }
        ControlFlow::Continue(())
    })?;
    Ok(findings)
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
    let query = FileQuery {
        findings: true,
        order: FileOrder::Root,
        ..FileQuery::default()
    };
    let mut names = Names {
        known: Vec::new(),
        by_root: old.roots()?.len() > 1 || new.roots()?.len() > 1,
    };
    let mut before = Vec::new();
    old.visit_files(&query, &mut |row| {
        before.push(names.brief(row, rules));
        ControlFlow::Continue(())
    })?;
    let mut totals = Totals::default();
    let mut add = |change: Option<FileChange>| {
        totals.add(change.as_ref());
        change.map_or(Ok(()), &mut *visit)
    };
    // Both are in the order of roots and keys.
    let mut before = before.into_iter().peekable();
    let mut result: Result<(), CliError> = Ok(());
    new.visit_files(&query, &mut |row| {
        let (after, findings) = names.brief_with_findings(row, rules);
        result = (|| {
            while let Some(gone) = before.next_if(|before| before.name() < after.name()) {
                add(change(Some(&gone), None, Vec::new()))?;
            }
            let before = before.next_if(|before| before.name() == after.name());
            let earlier = before.as_ref().filter(|before| before.outcome != Outcome::Gone);
            let changes = match earlier {
                _ if after.outcome == Outcome::Gone => Vec::new(),
                None => finding_changes(&[], &findings),
                Some(before) if before.digest == after.digest => Vec::new(),
                Some(before) => finding_changes(&of_file(old, before, rules)?, &findings),
            };
            Ok(add(change(before.as_ref(), Some(&after), changes))?)
        })();
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    result?;
    for gone in before {
        add(change(Some(&gone), None, Vec::new()))?;
    }
    Ok(totals)
}

/// The difference of a file; `None` if there is none.
fn change(before: Option<&Brief>, after: Option<&Brief>, findings: Vec<FindingChange>) -> Option<FileChange> {
    let there = |file: Option<&Brief>| file.is_some_and(|file| file.outcome != Outcome::Gone);
    let fate = match (there(before), there(after)) {
        (false, false) => return None,
        (false, true) => Fate::Added,
        (true, false) => Fate::Gone,
        (true, true) => Fate::Changed,
    };
    let outcome = |file: Option<&Brief>| Some(file?.outcome.as_str());
    let both = before.zip(after).filter(|_| fate == Fate::Changed);
    let change = FileChange {
        root: Some(&*before.or(after)?.root)
            .filter(|root| !root.is_empty())
            .map(Into::into),
        key: before.or(after)?.key.clone(),
        file: fate,
        content_changed: both.is_some_and(|(before, after)| before.sha256 != after.sha256),
        recipe_changed: both.is_some_and(|(before, after)| before.recipe != after.recipe),
        before: outcome(before),
        after: outcome(after),
        findings,
    };
    let is_same = fate == Fate::Changed
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
    use crate::glance::tests::{finding, row};

    type File = (Brief, Vec<FindingRow>);

    fn file(outcome: Outcome, sha256: &str, findings: &[(&str, Severity)]) -> File {
        let mut row = row("k", outcome);
        row.sha256 = Some(sha256.to_owned());
        row.findings = findings
            .iter()
            .map(|(code, severity)| finding(code, *severity))
            .collect();
        Names::default().brief_with_findings(row, &Rules::default())
    }

    fn totals(before: Option<File>, after: Option<File>) -> (String, bool) {
        let findings = |file: &Option<File>| match file {
            Some((brief, findings)) if brief.outcome != Outcome::Gone => findings.clone(),
            _ => Vec::new(),
        };
        let is_there = after
            .as_ref()
            .is_some_and(|(brief, _)| brief.outcome != Outcome::Gone);
        let changes = match is_there {
            true => finding_changes(&findings(&before), &findings(&after)),
            false => Vec::new(),
        };
        let change = change(
            before.as_ref().map(|file| &file.0),
            after.as_ref().map(|file| &file.0),
            changes,
        );
        let mut totals = Totals::default();
        totals.add(change.as_ref());
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
