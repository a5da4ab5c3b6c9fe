//! `data-review list`

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::Duration;

use data_review_core::store::Store;
use data_review_core::{Instant, Outcome, Severity};
use data_review_store_sqlite::{FileOrder, FileQuery, SqliteStore};

use crate::args::{List, ListWhat, Sort};
use crate::config::{Globs, Rules, Settings};
use crate::error::CliError;
use crate::exit::End;
use crate::export::Cell;
use crate::file_summary::{FileSummary, Links};
use crate::table::Measure;
use crate::{output, store};

/// What a list selects, compiled from the options.
struct Selection<'a> {
    args: &'a ListWhat,
    rules: &'a Rules,
    kind: Option<String>,
    globs: Option<Globs>,
    query: FileQuery,
}

/// What a pass over the store came to.
#[derive(Default)]
struct Seen {
    files: u64,
    shown: usize,
    suppressed: u64,
}

pub(super) fn run(args: &List, settings: &Settings) -> End {
    let store = store::to_read(&settings.store(&args.db))?;
    list(&store, &args.what, settings)
}

/// Lists the files of a store.
pub(crate) fn list(store: &SqliteStore, args: &ListWhat, settings: &Settings) -> End {
    let selection = Selection::new(args, &settings.rules)?;
    let seen = if args.json {
        json(store, &selection)?
    } else if args.csv {
        csv(store, &selection)?
    } else {
        table(store, &selection)?
    };
    if seen.files == 0 && !selection.is_narrow() {
        output::say("the store is empty; run `data-review review PATH` first");
    } else if seen.shown == 0 {
        output::say("no file matches");
    }
    super::summary::tell_suppressed(seen.suppressed, settings);
    Ok(ExitCode::SUCCESS)
}

impl<'a> Selection<'a> {
    fn new(args: &'a ListWhat, rules: &'a Rules) -> Result<Self, CliError> {
        let globs = match args.glob.is_empty() {
            true => None,
            false => {
                Some(Globs::new(&args.glob).map_err(|reason| CliError::Usage(format!("--glob: {reason}")))?)
            }
        };
        let order = match args.sort {
            Sort::Key | Sort::Problems => FileOrder::Key,
            Sort::Latest => FileOrder::Latest,
            Sort::Size => FileOrder::Size,
            Sort::Rows => FileOrder::Observations,
            Sort::Time => FileOrder::Time,
        };
        Ok(Selection {
            args,
            rules,
            kind: args.kind.as_ref().map(|kind| kind.to_lowercase()),
            globs,
            query: FileQuery {
                outcomes: args.outcome.iter().map(|name| Outcome::from(*name)).collect(),
                since: args.since.as_deref().map(since).transpose()?,
                order,
                findings: !rules.is_empty() || !args.code.is_empty(),
            },
        })
    }

    /// Whether it leaves files out.
    fn is_narrow(&self) -> bool {
        self.query.since.is_some() || !self.query.outcomes.is_empty()
    }

    fn admits(&self, file: &FileSummary) -> bool {
        let row = &file.row;
        let is_kind = |wanted: &String| {
            let names = row.kind.iter().chain(&row.handler);
            names.into_iter().any(|name| name.to_lowercase().contains(wanted))
        };
        let has = |severity: Severity, code: Option<&str>| {
            let level = self.args.severity;
            level.is_none_or(|level| level.admits(severity))
                && code.is_none_or(|code| {
                    self.args.code.is_empty() || self.args.code.iter().any(|c| c.eq_ignore_ascii_case(code))
                })
        };
        let has_finding = match (self.args.code.is_empty(), self.args.severity) {
            (true, None) => true,
            (true, Some(_)) => file.severities().any(|severity| has(severity, None)),
            (false, _) => row
                .findings
                .iter()
                .any(|finding| has(finding.severity, Some(&finding.code))),
        };
        has_finding
            && self.kind.as_ref().is_none_or(is_kind)
            && self.globs.as_ref().is_none_or(|globs| globs.matches(&row.key))
    }

    /// Calls `take` for every selected file, in the order of the list. Only a list by problems is held in memory.
    fn visit(
        &self,
        store: &SqliteStore,
        take: &mut dyn FnMut(&FileSummary) -> Result<(), CliError>,
    ) -> Result<Seen, CliError> {
        let limit = self.args.limit.unwrap_or(usize::MAX);
        let mut seen = Seen::default();
        let mut result = Ok(());
        let mut worst: Vec<FileSummary> = Vec::new();
        store.visit_files(&self.query, &mut |row| {
            seen.files += 1;
            let file = FileSummary::of(row, self.rules);
            if !self.admits(&file) {
                return ControlFlow::Continue(());
            }
            if self.args.sort == Sort::Problems {
                worst.push(file);
                if worst.len() > limit.saturating_mul(2).max(1000) {
                    keep_the_worst(&mut worst, limit);
                }
                return ControlFlow::Continue(());
            }
            if seen.shown == limit {
                return ControlFlow::Break(());
            }
            seen.shown += 1;
            seen.suppressed += file.suppressed;
            result = take(&file);
            match result {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        })?;
        result?;
        keep_the_worst(&mut worst, limit);
        for file in &worst {
            seen.shown += 1;
            seen.suppressed += file.suppressed;
            take(file)?;
        }
        Ok(seen)
    }
}

/// Sorts by problems; equal files stay in the order of their keys.
fn keep_the_worst(files: &mut Vec<FileSummary>, limit: usize) {
    files.sort_by_key(|file| std::cmp::Reverse(file.rank()));
    files.truncate(limit);
}

fn json(store: &SqliteStore, selection: &Selection<'_>) -> Result<Seen, CliError> {
    let mut out = output::data();
    let seen = selection.visit(store, &mut |file| {
        if let Some(document) = store.document(file.row.id())? {
            writeln!(out, "{document}")?;
        }
        Ok(())
    })?;
    out.flush()?;
    Ok(seen)
}

/// Two passes: the first measures the columns, so that a list of any length needs the memory of one row.
fn table(store: &SqliteStore, selection: &Selection<'_>) -> Result<Seen, CliError> {
    let links = Links::to(store)?;
    let mut measure = Measure::new(&FileSummary::COLUMNS);
    let seen = selection.visit(store, &mut |file| {
        measure.row(&file.cells(&links));
        Ok(())
    })?;
    if seen.shown == 0 {
        return Ok(seen);
    }
    let layout = measure.fit(output::width());
    let mut out = output::text();
    layout.header(&mut out)?;
    selection.visit(store, &mut |file| Ok(layout.row(&mut out, &file.cells(&links))?))?;
    out.flush()?;
    Ok(seen)
}

const CSV: [&str; 19] = [
    "root",
    "key",
    "outcome",
    "kind",
    "handler",
    "size",
    "rows",
    "profiles",
    "time_first",
    "time_last",
    "west",
    "south",
    "east",
    "north",
    "errors",
    "warnings",
    "infos",
    "recorded",
    "reason",
];

fn csv(store: &SqliteStore, selection: &Selection<'_>) -> Result<Seen, CliError> {
    let mut writer = csv::Writer::from_writer(output::data());
    writer.write_record(CSV).map_err(io::Error::from)?;
    let seen = selection.visit(store, &mut |file| {
        let row = &file.row;
        let edge = |at: usize| Cell::from(row.edges.map(|edges| edges[at]));
        let cells: [Cell<'_>; 19] = [
            (&row.root).into(),
            (&row.key).into(),
            row.outcome.as_str().into(),
            row.kind.as_ref().into(),
            row.handler.as_ref().into(),
            row.size.into(),
            row.observations.into(),
            row.profiles.into(),
            row.time.as_ref().map(|(first, _)| first).into(),
            row.time.as_ref().map(|(_, last)| last).into(),
            edge(0),
            edge(1),
            edge(2),
            edge(3),
            file.count(Severity::Error).into(),
            file.count(Severity::Warning).into(),
            file.count(Severity::Info).into(),
            (&row.at).into(),
            row.failure.as_ref().map(|(_, message)| message).into(),
        ];
        let fields = cells.iter().map(|cell| cell.to_csv(false).into_owned());
        Ok(writer.write_record(fields).map_err(io::Error::from)?)
    })?;
    writer.flush()?;
    Ok(seen)
}

/// A moment as the store writes it: `2026-11-29`, `2026-11-29T08:00:00Z`, or `7d`, `24h`, `30min` before now.
fn since(text: &str) -> Result<String, CliError> {
    let bad = || {
        CliError::Usage(format!(
            "--since: invalid time `{text}`; write a date (2026-11-29), a time in UTC (2026-11-29T08:00:00Z), or an age \
             such as 7d, 24h or 30min"
        ))
    };
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let second = match &text[digits.len()..] {
        "w" => 7 * 86_400,
        "d" => 86_400,
        "h" => 3600,
        "min" | "m" => 60,
        _ => return Instant::parse(text).map(stored).ok_or_else(bad),
    };
    let count: u64 = digits.parse().map_err(|_| bad())?;
    let age = Duration::from_secs(count.checked_mul(second).ok_or_else(bad)?);
    let then = now().checked_sub(age).ok_or_else(bad)?;
    let since_epoch = then.duration_since(std::time::UNIX_EPOCH).map_err(|_| bad())?;
    let then = Instant::from_unix_nanos(i128::from(since_epoch.as_secs()) * 1_000_000_000);
    then.map(stored).ok_or_else(bad)
}

/// Comparable with the times of the store, which have fractions of a second before their `Z`.
fn stored(time: Instant) -> String {
    time.to_string().trim_end_matches('Z').to_owned()
}

#[expect(clippy::disallowed_methods, reason = "an age is counted from now")]
fn now() -> std::time::SystemTime {
    std::time::SystemTime::now()
}
