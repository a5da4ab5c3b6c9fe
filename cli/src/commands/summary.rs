//! `data-review summary`

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::ControlFlow;
use std::process::ExitCode;

use data_review_core::{
    Document, FlagClass, Outcome, Registry, RollUp, RolledUp, Severity, Variable, normalised_name,
    percent_encode_controls,
};
use data_review_store_sqlite::{FileQuery, GroupQuery, GroupedFile, GroupedReview, Grouping, SqliteStore};
use serde::Serialize;

use super::show::variable_tables;
use crate::args::{By, Summary, SummaryWhat};
use crate::codes::{self, CodeCounts};
use crate::config::{Rules, Settings};
use crate::error::CliError;
use crate::exit::End;
use crate::file_summary::FileSummary;
use crate::output::{self, BAD, ODD};
use crate::table::{Cell, Column, Table};
use crate::{store, wording};

/// The files of a group.
#[derive(Debug, Default, Serialize)]
struct Group {
    name: String,
    /// The handler, if files of different handlers are different groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    handler: Option<String>,
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
    /// Coverage and statistics, if they are merged.
    #[serde(flatten)]
    merged: Option<Merged>,
}

/// Coverage and statistics of a group.
#[derive(Debug, Serialize)]
struct Merged {
    /// Cells of all variables by the class of their flags.
    flags: BTreeMap<&'static str, u64>,
    #[serde(flatten)]
    rolled_up: RolledUp,
}

pub(super) fn run(args: &Summary, settings: &Settings) -> End {
    let store = store::to_read(&settings.store(&args.db))?;
    summarise(&store, &args.what, settings)
}

/// Summarises a store.
pub(crate) fn summarise(store: &SqliteStore, args: &SummaryWhat, settings: &Settings) -> End {
    if args.by == By::Code && (args.variables || args.group.is_some()) {
        let message =
            "--group and --variables are about files; choose what these are grouped by, such as --by cruise";
        return Err(CliError::Usage(message.to_owned()));
    }
    let suppressed = match args.by {
        By::Code => by_code(store, settings, args.json)?,
        by => by_group(store, settings, args, grouping(by))?,
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
            visit(store, &settings.rules, true, &mut |file| counts.add(&file))?;
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

/// What the files of a store are grouped by; files are not grouped by codes.
fn grouping(by: By) -> Grouping {
    match by {
        By::Code | By::Kind => Grouping::Kind,
        By::Handler => Grouping::Handler,
        By::Folder => Grouping::Folder,
        By::Cruise => Grouping::Cruise,
        By::Platform => Grouping::Platform,
        By::Month => Grouping::Month,
    }
}

/// Whether the files of each handler are a group of their own, because those of several describe the same casts.
fn is_by_handler(by: By) -> bool {
    matches!(by, By::Cruise | By::Platform | By::Month)
}

fn shows_variables(args: &SummaryWhat) -> bool {
    args.variables || args.group.is_some()
}

fn by_group(
    store: &SqliteStore,
    settings: &Settings,
    args: &SummaryWhat,
    by: Grouping,
) -> Result<u64, CliError> {
    let rules = &settings.rules;
    let query = GroupQuery {
        by,
        findings: !rules.is_empty(),
        reviews: is_by_handler(args.by) || shows_variables(args),
    };
    let mut groups = Groups::new(args);
    let mut suppressed = 0;
    let mut result = Ok(());
    store.visit_groups(&query, &mut |file| {
        let GroupedFile { group, row, review } = file;
        let file = FileSummary::of(row, rules);
        suppressed += file.suppressed;
        result = groups.add(group, &file, review);
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    result?;
    groups.finish()?;
    Ok(suppressed)
}

/// Adds files group by group. Only the statistics of the current group are in memory.
struct Groups<'a> {
    args: &'a SummaryWhat,
    /// The only group that is shown.
    asked: Option<String>,
    current: Option<(Group, RollUp)>,
    /// Groups of files that belong to none.
    nameless: BTreeMap<(String, Option<String>), Group>,
    /// Complete groups, unless they are printed at once.
    complete: Vec<Group>,
    /// Files whose statistics an older program wrote.
    not_merged: u64,
    out: Box<dyn Write>,
}

impl<'a> Groups<'a> {
    fn new(args: &'a SummaryWhat) -> Self {
        let normal = |asked: &String| match args.by {
            By::Cruise | By::Platform if !asked.starts_with('(') => normalised_name(asked),
            _ => asked.clone(),
        };
        Groups {
            args,
            asked: args.group.as_ref().map(normal),
            current: None,
            nameless: BTreeMap::new(),
            complete: Vec::new(),
            not_merged: 0,
            out: match args.json {
                true => Box::new(output::data()),
                false => Box::new(output::text()),
            },
        }
    }

    fn add(
        &mut self,
        name: Option<String>,
        file: &FileSummary,
        review: Option<GroupedReview>,
    ) -> Result<(), CliError> {
        let by = self.args.by;
        let handler = file.row.handler.clone().filter(|_| is_by_handler(by));
        let asked = self.asked.as_deref();
        let Some(name) = name else {
            let name = match is_by_handler(by) {
                true => "(none)".to_owned(),
                false => format!("({})", file.row.outcome.as_str()),
            };
            if asked.is_none_or(|asked| asked == name) {
                let group = self.nameless.entry((name, handler)).or_default();
                group.add(file);
            }
            return Ok(());
        };
        if asked.is_some_and(|asked| asked != name) {
            return Ok(());
        }
        let is_current = |(current, _): &(Group, RollUp)| current.name == name && current.handler == handler;
        if !self.current.as_ref().is_some_and(is_current) {
            self.complete()?;
        }
        let (group, roll_up) = self.current.get_or_insert_with(|| {
            let group = Group {
                name,
                handler,
                ..Group::default()
            };
            (group, RollUp::default())
        });
        group.add(file);
        let Some(GroupedReview { document, states }) = review else {
            return Ok(());
        };
        let document: Document = serde_json::from_str(&document).map_err(|reason| CliError::Document {
            key: file.row.key.clone(),
            reason,
        })?;
        let is_merged = states.is_some_and(|states| roll_up.add(&document, &states).is_ok());
        self.not_merged += u64::from(!is_merged && file.row.outcome == Outcome::Reviewed);
        Ok(())
    }

    /// Ends the current group.
    fn complete(&mut self) -> Result<(), CliError> {
        let Some((mut group, roll_up)) = self.current.take() else {
            return Ok(());
        };
        let args = self.args;
        if is_by_handler(args.by) || shows_variables(args) {
            let rolled_up = roll_up.finish();
            let classes = FlagClass::ALL.map(|class| (class.as_str(), rolled_up.cells_of_class(class)));
            group.merged = Some(Merged {
                flags: classes.into(),
                rolled_up,
            });
        }
        if args.json {
            output::json_line(&mut self.out, &group)?;
            return Ok(());
        }
        if let Some(merged) = &mut group.merged
            && !shows_variables(args)
        {
            // They are not shown.
            merged.rolled_up.variables = Vec::new();
        }
        self.complete.push(group);
        Ok(())
    }

    /// Ends the last group, and prints what is not printed yet.
    fn finish(mut self) -> Result<(), CliError> {
        self.complete()?;
        for ((name, handler), group) in std::mem::take(&mut self.nameless) {
            self.current = Some((
                Group {
                    name,
                    handler,
                    ..group
                },
                RollUp::default(),
            ));
            self.complete()?;
        }
        let by = self.args.by;
        if matches!(by, By::Kind | By::Handler) {
            self.complete.sort_by_key(|group| std::cmp::Reverse(group.files));
        }
        let width = output::width();
        if !self.args.json && !self.complete.is_empty() {
            table(&self.complete, by).write(&mut self.out, width)?;
        }
        for group in &self.complete {
            let merged = group.merged.iter().flat_map(|merged| &merged.rolled_up.variables);
            let variables: Vec<&Variable> = merged.collect();
            if !variables.is_empty() {
                let name = [Some(&group.name), group.handler.as_ref()];
                let name = name
                    .into_iter()
                    .flatten()
                    .map(|name| percent_encode_controls(name));
                let name = name.collect::<Vec<_>>().join(" · ");
                writeln!(self.out, "\n{}", output::styled(output::HEADING, &name))?;
                variable_tables(&mut self.out, &variables, width)?;
            }
        }
        self.out.flush()?;
        if let (Some(asked), true) = (&self.args.group, self.complete.is_empty() && !self.args.json) {
            output::say(&format!(
                "no file belongs to `{}`",
                percent_encode_controls(asked)
            ));
        }
        if self.not_merged > 0 {
            output::say(&format!(
                "the statistics of {} were written by an older version; `data-review review --force` brings them up to date",
                wording::plural(self.not_merged, "file")
            ));
        }
        Ok(())
    }
}

/// Calls `take` for every file that is not gone.
fn visit(
    store: &SqliteStore,
    rules: &Rules,
    findings: bool,
    take: &mut dyn FnMut(FileSummary),
) -> Result<(), CliError> {
    let query = FileQuery {
        outcomes: vec![Outcome::Reviewed, Outcome::Failed, Outcome::Unidentified],
        findings,
        ..FileQuery::default()
    };
    store.visit_files(&query, &mut |row| {
        take(FileSummary::of(row, rules));
        ControlFlow::Continue(())
    })?;
    Ok(())
}

impl Group {
    fn add(&mut self, file: &FileSummary) {
        let row = &file.row;
        let sum = |sum: &mut u64, more: Option<u64>| *sum = sum.saturating_add(more.unwrap_or(0));
        self.files += 1;
        sum(&mut self.bytes, row.size);
        sum(&mut self.rows, row.observations);
        sum(&mut self.profiles, row.profiles);
        self.without_review += u64::from(!file.has_review());
        let (errors, warnings) = (file.count(Severity::Error), file.count(Severity::Warning));
        self.with_errors += u64::from(errors > 0);
        self.with_warnings += u64::from(errors == 0 && warnings > 0);
    }
}

fn table(groups: &[Group], by: By) -> Table {
    let name = match by {
        By::Folder => Column::path("folder"),
        By::Handler => Column::words("handler"),
        By::Kind | By::Code => Column::words("kind"),
        By::Cruise => Column::path("cruise"),
        By::Platform => Column::path("platform"),
        By::Month => Column::whole("month"),
    };
    let is_merged = groups.iter().any(|group| group.merged.is_some());
    let mut columns = vec![name];
    if is_by_handler(by) {
        columns.push(Column::whole("handler"));
    }
    columns.extend([
        Column::number("files"),
        Column::whole("size").rank(7),
        Column::number("no review"),
        Column::number("with errors").rank(6),
        Column::number("with warnings").rank(8),
        Column::number("rows").rank(2),
        Column::number("profiles").rank(4),
    ]);
    if is_merged {
        columns.extend([
            Column::whole("time").rank(1),
            Column::whole("where").rank(3),
            Column::whole("depth").rank(5),
            Column::number("questionable").rank(10),
            Column::number("bad").rank(9),
        ]);
    }
    let mut table = Table::new(&columns);
    let nonzero = |count: u64, style| match count {
        0 => Cell::from(""),
        count => Cell::styled(count.to_string(), style),
    };
    let plain = anstyle::Style::new();
    for group in groups {
        let mut cells = vec![Cell::from(&group.name)];
        if is_by_handler(by) {
            cells.push(Cell::from(group.handler.as_deref().unwrap_or_default()));
        }
        cells.extend([
            Cell::from(group.files.to_string()),
            Cell::from(wording::bytes(group.bytes)),
            nonzero(group.without_review, BAD),
            nonzero(group.with_errors, BAD),
            nonzero(group.with_warnings, ODD),
            nonzero(group.rows, plain),
            nonzero(group.profiles, plain),
        ]);
        if let Some(Merged { flags, rolled_up }) = &group.merged {
            let time = rolled_up
                .time
                .map(|time| (time.first.to_string(), time.last.to_string()));
            let depths: Vec<String> = rolled_up.depths.iter().map(wording::depth).collect();
            cells.extend([
                Cell::from(
                    time.map(|(first, last)| wording::days(&first, &last))
                        .unwrap_or_default(),
                ),
                Cell::from(rolled_up.edges.map(wording::area).unwrap_or_default()),
                Cell::from(depths.join(", ")),
                nonzero(flags[FlagClass::Questionable.as_str()], ODD),
                nonzero(flags[FlagClass::Bad.as_str()], BAD),
            ]);
        }
        table.row(cells);
    }
    table
}
