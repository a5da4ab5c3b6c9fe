//! `data-review cloud status`

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use data_review_aws::{Sweep, queue};
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
    outcomes: BTreeMap<&'static str, u64>,
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
        let counts = cloud.wait(cloud.store.counts())?;
        let all = [
            Outcome::Reviewed,
            Outcome::Failed,
            Outcome::Unidentified,
            Outcome::Gone,
        ];
        let count = |outcome: Outcome| (outcome.as_str(), counts.get(&outcome).copied().unwrap_or(0));
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
            sweeps.row([
                format!("{prefix}*"),
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
