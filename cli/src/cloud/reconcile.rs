//! `data-review cloud reconcile`

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use data_review_aws::message::LookRequest;
use data_review_aws::object::{self, Listed};
use data_review_aws::queue;
use data_review_core::Outcome;
use data_review_core::pipeline::OutcomeRow;

use super::connection::Connection;
use crate::args::cloud::Reconcile;
use crate::error::CliError;
use crate::exit::{End, PROBLEMS};
use crate::output;
use crate::table::{Column, Table};
use crate::wording;

/// How the table differs from the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    let Compared {
        mut differences,
        objects,
        archived,
        listed,
    } = compare_listing(cloud, &args.prefix)?;
    for key in gone(cloud, &args.prefix, &listed)? {
        differences.insert(key, Difference::Gone);
    }
    let objects = wording::plural(objects, "object");
    if archived > 0 {
        let archived = wording::plural(archived, "archived object");
        output::say(&format!(
            "{archived} not compared: S3 returns an archived object only after it is restored"
        ));
    }
    if differences.is_empty() {
        output::say(&format!("{objects}: no difference"));
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(&[Column::path("file"), Column::words("difference")]);
    for (key, difference) in &differences {
        table.row([key.as_str(), difference.as_str()]);
    }
    let mut out = output::text();
    table.write(&mut out, output::width())?;
    out.flush()?;
    let count = wording::plural(differences.len() as u64, "difference");
    output::say(&format!("{objects}: {count}"));
    if args.redrive {
        redrive(cloud, differences.keys())?;
        output::say("each is reviewed again; `data-review cloud status --wait` shows the progress");
    } else {
        output::say(
            "objects whose review is still running differ, too; `data-review cloud reconcile --redrive` has each reviewed again",
        );
    }
    Ok(ExitCode::from(PROBLEMS))
}

/// What the comparison of the bucket with the table came to.
#[derive(Default)]
struct Compared {
    differences: BTreeMap<String, Difference>,
    objects: u64,
    archived: u64,
    /// A digest of each listed key, sorted: eight bytes an object, because a bucket may hold 10^8.
    listed: Vec<u64>,
}

/// Lists the bucket page by page, and compares each with its rows.
fn compare_listing(cloud: &Connection, prefix: &str) -> Result<Compared, CliError> {
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
            compared.listed.push(digest(&object.key));
            if let Some(difference) = compare(object, row.as_ref()) {
                compared.differences.insert(object.key.clone(), difference);
            }
        }
        after = page.objects.into_iter().next_back().map(|object| object.key);
        if !page.more {
            compared.listed.sort_unstable();
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

/// Keys whose row says that the object exists, although it does not.
fn gone(cloud: &Connection, prefix: &str, listed: &[u64]) -> Result<Vec<String>, CliError> {
    let unlisted = Mutex::new(Vec::new());
    cloud.wait(cloud.store.visit_present(|key| {
        if key.starts_with(prefix) && listed.binary_search(&digest(&key)).is_err() {
            unlisted.lock().unwrap_or_else(PoisonError::into_inner).push(key);
        }
    }))?;
    let mut gone = unlisted.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut error = None;
    // An object that was added since the listing exists.
    gone.retain(|key| {
        let bucket = &cloud.outputs.data_bucket;
        let stamp = cloud.wait(object::stamp(&cloud.clients, bucket, key));
        match stamp {
            Ok(stamp) => stamp.is_none(),
            Err(failed) => {
                error.get_or_insert(failed);
                false
            }
        }
    });
    error.map_or(Ok(gone), |error| Err(error.into()))
}

fn digest(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

fn redrive<'k>(cloud: &Connection, keys: impl Iterator<Item = &'k String>) -> Result<(), CliError> {
    let looks: Vec<LookRequest> = keys
        .map(|key| LookRequest {
            key: key.clone(),
            size: None,
        })
        .collect();
    let intake = &cloud.outputs.intake_queue_url;
    cloud.wait(queue::send_look_requests(&cloud.clients, intake, &looks, false))?;
    Ok(())
}

#[cfg(test)]
mod tests {
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
