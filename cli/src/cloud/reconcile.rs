//! `data-review cloud reconcile`

mod counters;
mod unlisted;

use std::io::Write;
use std::process::ExitCode;

use data_review_aws::message::LookRequest;
use data_review_aws::object::{self, Listed};
use data_review_aws::{RowCounts, queue};
use data_review_core::Outcome;
use data_review_core::pipeline::OutcomeRow;

use super::connection::Connection;
use crate::args::cloud::Reconcile;
use crate::error::CliError;
use crate::exit::{End, PROBLEMS};
use crate::output;
use crate::table::{Column, Table};
use crate::wording;
use unlisted::KeyPartitions;

/// Differences, or keys to ask S3 about, that are in memory at a time.
const CHUNK: usize = 1000;

/// How the table differs from the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Difference {
    /// An object has no outcome.
    Missing,
    /// The outcome of an object is that of another version.
    Stale,
    /// An object exists, but its outcome is gone.
    Back,
    /// An object does not exist, but its outcome is not gone.
    Gone,
}

impl Difference {
    fn as_str(self) -> &'static str {
        match self {
            Difference::Missing => "the object has no outcome",
            Difference::Stale => "the outcome is of another version",
            Difference::Back => "the outcome is gone, but the object exists",
            Difference::Gone => "the object is deleted, but its outcome is not gone",
        }
    }
}

pub(super) fn run(cloud: &Connection, args: &Reconcile) -> End {
    let before = cloud.wait(cloud.store.counters())?;
    let mut report = Report::new(cloud, args.redrive);
    let mut keys = KeyPartitions::create()?;
    let Compared { objects, archived } = compare_listing(cloud, &args.prefix, &mut keys, &mut report)?;
    let counts = scan(cloud, &args.prefix, &mut keys)?;
    gone(cloud, keys, &mut report)?;
    let differences = report.end()?;
    let objects = wording::plural(objects, "object");
    if archived > 0 {
        let archived = wording::plural(archived, "archived object");
        output::say(&format!(
            "{archived} not compared: S3 returns an archived object only after it is restored"
        ));
    }
    if differences == 0 {
        output::say(&format!("{objects}: no difference"));
    } else {
        let count = wording::plural(differences, "difference");
        output::say(&format!("{objects}: {count}"));
        output::say(match args.redrive {
            true => "each is reviewed again; `data-review cloud status --wait` shows the progress",
            false => {
                "objects whose review is still running differ, too; `data-review cloud reconcile --redrive` has each reviewed again"
            }
        });
    }
    let proven = counters::prove(cloud, &before, &counts, args.rebuild_counters)?;
    match differences == 0 && proven {
        true => Ok(ExitCode::SUCCESS),
        false => Ok(ExitCode::from(PROBLEMS)),
    }
}

/// Writes the differences, and has each reviewed again if the user wants it. It holds no more than [`CHUNK`] of them.
struct Report<'c> {
    cloud: &'c Connection,
    redrive: bool,
    found: u64,
    held: Vec<(String, Difference)>,
}

impl<'c> Report<'c> {
    fn new(cloud: &'c Connection, redrive: bool) -> Self {
        Report {
            cloud,
            redrive,
            found: 0,
            held: Vec::new(),
        }
    }

    fn add(&mut self, key: String, difference: Difference) -> Result<(), CliError> {
        self.found += 1;
        self.held.push((key, difference));
        match self.held.len() {
            CHUNK => self.flush(),
            _ => Ok(()),
        }
    }

    /// A table of the differences that are held, in the order of their keys.
    fn flush(&mut self) -> Result<(), CliError> {
        self.held.sort_unstable();
        let mut table = Table::new(&[Column::path("file"), Column::words("difference")]);
        for (key, difference) in &self.held {
            table.row([key.as_str(), difference.as_str()]);
        }
        let mut out = output::text();
        table.write(&mut out, output::width())?;
        out.flush()?;
        let keys = self.held.drain(..).map(|(key, _)| key);
        let looks: Vec<_> = keys.map(|key| LookRequest { key, size: None }).collect();
        if self.redrive {
            let Connection { clients, outputs, .. } = self.cloud;
            let sent = queue::send_look_requests(clients, &outputs.intake_queue_url, &looks, false);
            self.cloud.wait(sent)?;
        }
        Ok(())
    }

    /// Writes what is held; returns the number of all differences.
    fn end(mut self) -> Result<u64, CliError> {
        if !self.held.is_empty() {
            self.flush()?;
        }
        Ok(self.found)
    }
}

/// What was listed.
#[derive(Default)]
struct Compared {
    objects: u64,
    archived: u64,
}

/// Lists the bucket page by page, and compares each with its rows.
fn compare_listing(
    cloud: &Connection,
    prefix: &str,
    listed: &mut KeyPartitions,
    report: &mut Report<'_>,
) -> Result<Compared, CliError> {
    let mut compared = Compared::default();
    let mut after: Option<String> = None;
    loop {
        let bucket = &cloud.outputs.data_bucket;
        let page = cloud.wait(object::list(&cloud.clients, bucket, prefix, after.as_deref()))?;
        let keys: Vec<&str> = page.objects.iter().map(|object| object.key.as_str()).collect();
        let rows = cloud.wait(cloud.store.read_rows(&keys))?;
        for (object, row) in page.objects.iter().zip(&rows) {
            compared.objects += 1;
            compared.archived += u64::from(object.archive.is_some());
            listed.list(&object.key)?;
            if let Some(difference) = compare(object, row.as_ref()) {
                report.add(object.key.clone(), difference)?;
            }
        }
        after = page.objects.into_iter().next_back().map(|object| object.key);
        if !page.more {
            return Ok(compared);
        }
    }
}

/// How the row of a listed object differs from it. An archived object needs no row.
fn compare(object: &Listed, row: Option<&OutcomeRow>) -> Option<Difference> {
    match row {
        _ if object.archive.is_some() => None,
        None => Some(Difference::Missing),
        Some(row) if row.outcome == Outcome::Gone => Some(Difference::Back),
        Some(row) if row.stamp.as_ref() != Some(&object.stamp) => Some(Difference::Stale),
        Some(_) => None,
    }
}

/// Reads the whole table: adds the keys with the prefix whose rows say that the object exists, and counts all rows.
fn scan(cloud: &Connection, prefix: &str, keys: &mut KeyPartitions) -> Result<RowCounts, CliError> {
    let mut counts = RowCounts::new();
    cloud.wait(cloud.store.scan_rows(|row| {
        if row.group.outcome != Outcome::Gone && row.key.starts_with(prefix) {
            keys.add_row(&row.key)?;
        }
        *counts.entry(row.group).or_default() += 1;
        Ok::<_, CliError>(())
    }))?;
    Ok(counts)
}

/// Reports keys whose row says that the object exists, although it does not.
fn gone(cloud: &Connection, keys: KeyPartitions, report: &mut Report<'_>) -> Result<(), CliError> {
    let mut unlisted = Vec::new();
    let mut check = |unlisted: &mut Vec<String>| -> Result<(), CliError> {
        // An object that was added since the listing exists.
        let bucket = &cloud.outputs.data_bucket;
        let missing = cloud.wait(object::missing(&cloud.clients, bucket, std::mem::take(unlisted)))?;
        missing
            .into_iter()
            .try_for_each(|key| report.add(key, Difference::Gone))
    };
    keys.visit_unlisted(|key| {
        unlisted.push(key);
        match unlisted.len() {
            CHUNK => check(&mut unlisted),
            _ => Ok(()),
        }
    })?;
    check(&mut unlisted)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn row(stamp: &str, outcome: Outcome) -> OutcomeRow {
        OutcomeRow {
            token: "t".to_owned(),
            stamp: Some(stamp.to_owned()),
            sha256: None,
            outcome,
            transient: false,
            recipe: None,
            registry: String::new(),
            letter: None,
        }
    }

    #[test]
    fn each_difference_is_named_and_what_agrees_is_not() {
        let listed = |key: &str| Listed {
            key: key.to_owned(),
            size: 1,
            stamp: "new".to_owned(),
            archive: key.starts_with("archived").then(|| "GLACIER".to_owned()),
        };
        let objects = ["agrees", "archived", "back", "failed", "missing", "stale"].map(listed);
        let rows = [
            ("agrees", row("new", Outcome::Reviewed)),
            ("back", row("new", Outcome::Gone)),
            ("failed", row("new", Outcome::Failed)),
            ("stale", row("old", Outcome::Reviewed)),
        ];
        let rows = BTreeMap::from(rows);
        let found = objects.iter().filter_map(|object| {
            let difference = compare(object, rows.get(object.key.as_str()))?;
            Some((object.key.as_str(), difference))
        });
        let expected = [
            ("back", Difference::Back),
            ("missing", Difference::Missing),
            ("stale", Difference::Stale),
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}
