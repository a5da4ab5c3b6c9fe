//! `data-review cloud status`

use std::collections::BTreeMap;
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
    /// Unfinished sweeps.
    sweeps: Vec<Sweep>,
    /// Objects that the last sweep of each prefix left out because they are archived.
    archived: BTreeMap<String, u64>,
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
        let archived = sweeps.iter().filter(|sweep| sweep.archived > 0);
        let archived = archived.map(|sweep| (sweep.prefix().to_owned(), sweep.archived));
        let archived = archived.collect();
        sweeps.retain(|sweep| !sweep.done);
        Ok(State {
            outcomes: all.into_iter().map(count).collect(),
            handlers,
            queues: depths(cloud)?,
            dead_letters,
            sweeps,
            archived,
        })
    }

    fn write(self, out: &mut impl Write) -> Result<(), CliError> {
        let mut outcomes = Table::new(&[Column::words("outcome"), Column::number("files")]);
        for (outcome, files) in self.outcomes {
            outcomes.row([outcome, &files.to_string()]);
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
        queues.write(out, width)?;
        for (prefix, archived) in &self.archived {
            let archived = wording::plural(*archived, "archived object");
            let prefix = data_review_core::percent_encode_controls(prefix);
            writeln!(
                out,
                "\n{archived} left out of the sweep of `{prefix}*`: reviewed after they are restored"
            )?;
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
        for sweep in self.sweeps {
            let prefix = data_review_core::percent_encode_controls(sweep.prefix());
            handlers,
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

        let mut handlers = Table::new(&[
            Column::words("handler"),
            Column::number("reviewed"),
            Column::number("failed"),
        ]);
        for (handler, files) in &self.handlers {
            let files = |outcome: Outcome| files.get(outcome.as_str()).copied().unwrap_or(0).to_string();
            handlers.row([handler, &files(Outcome::Reviewed), &files(Outcome::Failed)]);
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
        if !self.handlers.is_empty() {
            handlers.write(out, width)?;
            writeln!(out)?;
        }
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

