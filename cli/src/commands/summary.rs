//! `data-review summary`

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::ControlFlow;
use std::process::ExitCode;

use data_review_core::{Outcome, Registry, Severity};
use data_review_store_sqlite::{FileQuery, SqliteStore};
use serde::Serialize;

use crate::args::{By, Summary};
use crate::codes::{self, CodeCounts};
use crate::config::{Rules, Settings};
use crate::error::CliError;
use crate::exit::End;
use crate::glance::Glance;
use crate::output::{self, BAD, ODD};
use crate::table::{Cell, Column, Table};
use crate::{store, wording};

/// The files of a kind, a handler or a folder.
#[derive(Debug, Default, Serialize)]
struct Group {
    name: String,
    files: u64,
    bytes: u64,
    /// Files that failed or are unidentified.
    without_review: u64,
    rows: u64,
    profiles: u64,
    /// Files with an error.
    with_errors: u64,
    /// Files with a warning and no error.
    with_warnings: u64,
}

pub(super) fn run(args: &Summary, settings: &Settings) -> End {
    let store = store::to_read(&settings.store(&args.db))?;
    let suppressed = match args.by {
        By::Code => by_code(&store, settings, args.json)?,
        by => by_group(&store, settings, by, args.json)?,
    };
    tell_suppressed(suppressed, settings);
    Ok(ExitCode::SUCCESS)
}

/// Says how many findings the configuration suppresses, if it does.
pub(crate) fn tell_suppressed(count: u64, settings: &Settings) {
    if let (1.., Some(path)) = (count, &settings.path) {
        output::say(&format!(
            "{} suppressed by {}; --no-config shows all",
            wording::plural(count, "finding"),
            data_review_core::percent_encode_controls(&path.to_string_lossy())
        ));
    }
}

fn by_code(store: &SqliteStore, settings: &Settings, json: bool) -> Result<u64, CliError> {
    let counts = match settings.rules.is_empty() {
        true => CodeCounts::of(store)?,
        false => {
            let mut counts = CodeCounts::default();
            visit(store, &settings.rules, true, &mut |glance| counts.add(&glance))?;
            counts
        }
    };
    let sorted = counts.sorted(&Registry::linked()?);
    if json {
        let mut out = output::data();
        for count in &sorted {
            output::json_line(&mut out, count)?;
        }
        out.flush()?;
    } else if sorted.is_empty() {
        output::say("no findings");
    } else {
        let mut out = output::text();
        codes::table(&sorted).write(&mut out, output::width())?;
        out.flush()?;
    }
    Ok(counts.suppressed)
}

fn by_group(store: &SqliteStore, settings: &Settings, by: By, json: bool) -> Result<u64, CliError> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut suppressed = 0;
    let rules = &settings.rules;
    visit(store, rules, !rules.is_empty(), &mut |glance| {
        suppressed += glance.suppressed;
        let name = name(&glance, by);
        groups.entry(name).or_default().add(&glance);
    })?;
    let mut groups: Vec<Group> = groups
        .into_iter()
        .map(|(name, group)| Group { name, ..group })
        .collect();
    if by != By::Folder {
        groups.sort_by_key(|group| std::cmp::Reverse(group.files));
    }
    if json {
        let mut out = output::data();
        for group in &groups {
            output::json_line(&mut out, group)?;
        }
        out.flush()?;
    } else {
        let mut out = output::text();
        table(&groups, by).write(&mut out, output::width())?;
        out.flush()?;
    }
    Ok(suppressed)
}

/// Calls `take` for every file that is not gone.
fn visit(
    store: &SqliteStore,
    rules: &Rules,
    findings: bool,
    take: &mut dyn FnMut(Glance),
) -> Result<(), CliError> {
    let query = FileQuery {
        outcomes: vec![Outcome::Reviewed, Outcome::Failed, Outcome::Unidentified],
        findings,
        ..FileQuery::default()
    };
    store.visit_files(&query, &mut |row| {
        take(Glance::of(row, rules));
        ControlFlow::Continue(())
    })?;
    Ok(())
}

fn name(glance: &Glance, by: By) -> String {
    let row = &glance.row;
    let named = match by {
        By::Handler => row.handler.clone(),
        By::Folder => Some(
            row.key
                .rsplit_once('/')
                .map_or(".", |(folder, _)| folder)
                .to_owned(),
        ),
        By::Kind | By::Code => row.kind.clone().or_else(|| row.handler.clone()),
    };
    named.unwrap_or_else(|| format!("({})", row.outcome.as_str()))
}

impl Group {
    fn add(&mut self, glance: &Glance) {
        let row = &glance.row;
        let sum = |sum: &mut u64, more: Option<u64>| *sum = sum.saturating_add(more.unwrap_or(0));
        self.files += 1;
        sum(&mut self.bytes, row.size);
        sum(&mut self.rows, row.observations);
        sum(&mut self.profiles, row.profiles);
        self.without_review += u64::from(!glance.has_review());
        let (errors, warnings) = (glance.count(Severity::Error), glance.count(Severity::Warning));
        self.with_errors += u64::from(errors > 0);
        self.with_warnings += u64::from(errors == 0 && warnings > 0);
    }
}

fn table(groups: &[Group], by: By) -> Table {
    let name = match by {
        By::Folder => Column::path("folder"),
        By::Handler => Column::words("handler"),
        By::Kind | By::Code => Column::words("kind"),
    };
    let mut table = Table::new(&[
        name,
        Column::number("files"),
        Column::whole("size").rank(3),
        Column::number("no review"),
        Column::number("with errors"),
        Column::number("with warnings").rank(1),
        Column::number("rows").rank(2),
        Column::number("profiles").rank(4),
    ]);
    let nonzero = |count: u64, style| match count {
        0 => Cell::from(""),
        count => Cell::styled(count.to_string(), style),
    };
    for group in groups {
        table.row([
            Cell::from(&group.name),
            Cell::from(group.files.to_string()),
            Cell::from(wording::bytes(group.bytes)),
            nonzero(group.without_review, BAD),
            nonzero(group.with_errors, BAD),
            nonzero(group.with_warnings, ODD),
            nonzero(group.rows, anstyle::Style::new()),
            nonzero(group.profiles, anstyle::Style::new()),
        ]);
    }
    table
}
