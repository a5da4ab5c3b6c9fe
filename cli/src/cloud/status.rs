//! `data-review cloud status`

use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use data_review_aws::{RowCounts, Sweep, queue};
use data_review_core::Outcome;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::connection::Connection;
use crate::args::cloud::Status;
use crate::error::CliError;
use crate::exit::End;
use crate::output;
use crate::table::{Column, Table};
use crate::wording;

/// The time between two queries.
const PAUSE: Duration = Duration::from_secs(2);
/// The counts of queues are approximate: all must be zero in this number of successive queries.
const EMPTY_QUERIES: u32 = 3;

#[derive(Serialize)]
struct QueueDepth {
    waiting: u64,
    under_way: u64,
}

#[derive(Serialize)]
struct State {
    outcomes: BTreeMap<&'static str, i64>,
    /// Outcomes of each handler.
    handlers: BTreeMap<String, BTreeMap<&'static str, i64>>,
    queues: BTreeMap<String, QueueDepth>,
    dead_letters: BTreeMap<String, u64>,
    /// Unfinished sweeps, and all of an unfinished inventory.
    sweeps: Vec<Sweep>,
    /// Objects that the last sweep of each prefix left out because they are archived.
    archived: BTreeMap<String, u64>,
    /// Why files of inventories could not be read.
    failed: Vec<String>,
}

/// What the sweeps of one prefix have done: a listing, or all files of an inventory.
struct Progress<'s> {
    prefix: &'s str,
    manifest: Option<&'s str>,
    began: &'s str,
    listed: u64,
    sent: u64,
    archived: u64,
}

impl<'s> Progress<'s> {
    fn of(sweeps: &'s [Sweep]) -> Vec<Self> {
        let mut all: BTreeMap<_, Progress<'_>> = BTreeMap::new();
        for sweep in sweeps {
            let manifest = sweep.inventory.as_ref().map(|file| file.manifest.as_str());
            let progress = all.entry((sweep.prefix(), manifest)).or_insert(Progress {
                prefix: sweep.prefix(),
                manifest,
                began: &sweep.began,
                listed: 0,
                sent: 0,
                archived: 0,
            });
            progress.listed += sweep.listed;
            progress.sent += sweep.sent;
            progress.archived += sweep.archived;
        }
        all.into_values().collect()
    }

    /// What is swept, for a person.
    fn name(&self) -> String {
        let by = self.manifest.map(|manifest| format!(" by {manifest}"));
        let name = format!("{}*{}", self.prefix, by.unwrap_or_default());
        data_review_core::percent_encode_controls(&name)
    }
}

pub(super) fn run(cloud: &Connection, args: &Status) -> End {
    if args.wait {
        drain(cloud)?;
    }
    let state = State::of(cloud)?;
    if args.json {
        let mut out = output::data();
        output::json_line(&mut out, &state)?;
        out.flush()?;
    } else {
        let mut out = output::text();
        state.write(&mut out)?;
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

impl State {
    fn of(cloud: &Connection) -> Result<Self, CliError> {
        let counts = counts(cloud)?;
        let all = [
            Outcome::Reviewed,
            Outcome::Failed,
            Outcome::Unidentified,
            Outcome::Gone,
        ];
        let count = |outcome: Outcome| {
            let groups = counts.iter().filter(|(group, _)| group.outcome == outcome);
            (outcome.as_str(), groups.map(|(_, files)| files).sum())
        };
        let mut handlers: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for (group, files) in &counts {
            if let Some(handler) = &group.handler {
                let outcomes = handlers.entry(handler.clone()).or_default();
                outcomes.insert(group.outcome.as_str(), *files);
            }
        }
        let mut dead_letters = BTreeMap::new();
        for (name, _, url) in cloud.outputs.queues() {
            let depth = cloud.wait(queue::depth(&cloud.clients, url))?;
            dead_letters.insert(name.to_owned(), depth.waiting + depth.received);
        }
        let mut sweeps = cloud.wait(cloud.sweeps.all())?;
        // Of a listing and an inventory with the same prefix, the later one counts.
        let mut swept = Progress::of(&sweeps);
        swept.sort_by(|a, b| a.began.cmp(b.began));
        let archived: BTreeMap<_, _> = swept
            .iter()
            .map(|sweep| (sweep.prefix.to_owned(), sweep.archived))
            .collect();
        let failed = sweeps.iter().filter_map(|sweep| sweep.failed.clone()).collect();
        let manifest = |sweep: &Sweep| sweep.inventory.as_ref().map(|file| file.manifest.clone());
        let unfinished = sweeps.iter().filter(|sweep| !sweep.done);
        let manifests: HashSet<String> = unfinished.filter_map(manifest).collect();
        sweeps.retain(|sweep| {
            !sweep.done || manifest(sweep).is_some_and(|manifest| manifests.contains(&manifest))
        });
        Ok(State {
            outcomes: all.into_iter().map(count).collect(),
            handlers,
            queues: depths(cloud)?,
            dead_letters,
            sweeps,
            archived: archived.into_iter().filter(|(_, files)| *files > 0).collect(),
            failed,
        })
    }

    fn write(self, out: &mut impl Write) -> Result<(), CliError> {
        let mut outcomes = Table::new(&[Column::words("outcome"), Column::number("files")]);
        for (outcome, files) in self.outcomes {
            outcomes.row([outcome, &files.to_string()]);
        }
        let mut handlers = Table::new(&[
            Column::words("handler"),
            Column::number("reviewed"),
            Column::number("failed"),
        ]);
        for (handler, files) in &self.handlers {
            let files = |outcome: Outcome| files.get(outcome.as_str()).copied().unwrap_or(0).to_string();
            handlers.row([handler, &files(Outcome::Reviewed), &files(Outcome::Failed)]);
        }
        let mut queues = Table::new(&[
            Column::words("queue"),
            Column::number("waiting"),
            Column::number("under way"),
            Column::number("dead letters"),
        ]);
        for (name, depth) in self.queues {
            let dead = self.dead_letters.get(&name).copied().unwrap_or(0);
            queues.row([
                name,
                depth.waiting.to_string(),
                depth.under_way.to_string(),
                dead.to_string(),
            ]);
        }
        let width = output::width();
        outcomes.write(out, width)?;
        writeln!(out)?;
        if !self.handlers.is_empty() {
            handlers.write(out, width)?;
            writeln!(out)?;
        }
        queues.write(out, width)?;
        for (prefix, archived) in &self.archived {
            let archived = wording::plural(*archived, "archived object");
            let prefix = data_review_core::percent_encode_controls(prefix);
            writeln!(
                out,
                "\n{archived} left out of the sweep of `{prefix}*`: reviewed after they are restored"
            )?;
        }
        for reason in &self.failed {
            let reason = data_review_core::percent_encode_controls(reason);
            writeln!(out, "\na file of an inventory was left out: {reason}")?;
        }
        if self.sweeps.is_empty() {
            return Ok(());
        }
        let mut sweeps = Table::new(&[
            Column::words("sweep in progress"),
            Column::number("listed"),
            Column::number("sent"),
            Column::number("archived"),
        ]);
        for sweep in Progress::of(&self.sweeps) {
            sweeps.row([
                sweep.name(),
                sweep.listed.to_string(),
                sweep.sent.to_string(),
                sweep.archived.to_string(),
            ]);
        }
        writeln!(out)?;
        sweeps.write(out, width)?;
        Ok(())
    }
}

/// The number of rows by outcome and handler: from the counters, or row by row where not every row is counted.
fn counts(cloud: &Connection) -> Result<RowCounts, CliError> {
    let counters = cloud.wait(cloud.store.counters())?;
    if counters.complete {
        return Ok(counters.counts);
    }
    output::say(
        "the whole table is read, because it has rows of a version without counters; \
         `data-review cloud reconcile --rebuild-counters` counts them once",
    );
    let mut counts = RowCounts::new();
    cloud.wait(cloud.store.scan_rows(|row| {
        *counts.entry(row.group).or_default() += 1;
        Ok::<_, CliError>(())
    }))?;
    Ok(counts)
}

fn depths(cloud: &Connection) -> Result<BTreeMap<String, QueueDepth>, CliError> {
    let mut depths = BTreeMap::new();
    for (name, url, _) in cloud.outputs.queues() {
        let depth = cloud.wait(queue::depth(&cloud.clients, url))?;
        let depth = QueueDepth {
            waiting: depth.waiting,
            under_way: depth.received,
        };
        depths.insert(name.to_owned(), depth);
    }
    Ok(depths)
}

/// The unfinished sweeps. Between two ticks of the schedule, the queues may be empty although a sweep is unfinished.
fn sweeps(cloud: &Connection) -> Result<Vec<Sweep>, CliError> {
    let mut sweeps = cloud.wait(cloud.sweeps.all())?;
    sweeps.retain(|sweep| !sweep.done);
    Ok(sweeps)
}

/// Waits until all sweeps are done and all queues are empty.
fn drain(cloud: &Connection) -> Result<(), CliError> {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos} of {len} messages done") {
        bar.set_style(style.progress_chars("━╸─"));
    }
    let (mut most, mut empty) = (0, 0);
    while empty < EMPTY_QUERIES {
        // Sweeps are queried first: their messages are in a queue before a sweep is done.
        let sweeping = !sweeps(cloud)?.is_empty();
        let left: u64 = depths(cloud)?
            .values()
            .map(|depth| depth.waiting + depth.under_way)
            .sum();
        most = most.max(left);
        bar.set_length(most);
        bar.set_position(most - left);
        empty = if left == 0 && !sweeping { empty + 1 } else { 0 };
        std::thread::sleep(PAUSE);
    }
    bar.finish_and_clear();
    Ok(())
}
