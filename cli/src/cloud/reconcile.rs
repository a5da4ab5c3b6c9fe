//! `data-review cloud reconcile`

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

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
use crate::table::Table;
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
    // The bucket is listed first: an object that is added in between is not listed, or listed and has its outcome.
    let listed = list(cloud, &args.prefix)?;
    let mut rows = cloud.wait(cloud.store.all_rows())?;
    rows.retain(|key, _| key.starts_with(&args.prefix));
    let differences = compare(&listed, &rows);
    let objects = wording::plural(listed.len() as u64, "object");
    if differences.is_empty() {
        output::say(&format!("{objects}: no difference"));
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(&["file", "difference"]);
    for (key, difference) in &differences {
        table.row([key.as_str(), difference.as_str()]);
    }
    let mut out = output::text();
    write!(out, "{}", table.render(output::width()))?;
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

fn list(cloud: &Connection, prefix: &str) -> Result<Vec<Listed>, CliError> {
    let mut all: Vec<Listed> = Vec::new();
    loop {
        let after = all.last().map(|last| last.key.clone());
        let bucket = &cloud.outputs.data_bucket;
        let page = cloud.wait(object::list(&cloud.clients, bucket, prefix, after.as_deref()))?;
        all.extend(page.objects);
        if !page.more {
            return Ok(all);
        }
    }
}

fn compare(listed: &[Listed], rows: &BTreeMap<String, OutcomeRow>) -> BTreeMap<String, Difference> {
    let mut differences: BTreeMap<String, Difference> = rows
        .iter()
        .filter(|(_, row)| row.outcome != Outcome::Gone)
        .map(|(key, _)| (key.clone(), Difference::Gone))
        .collect();
    for object in listed {
        differences.remove(&object.key);
        let difference = match rows.get(&object.key) {
            None => Difference::Missing,
            Some(row) if row.outcome == Outcome::Gone => Difference::Back,
            Some(row) if row.stamp.as_ref() != Some(&object.stamp) => Difference::Stale,
            Some(_) => continue,
        };
        differences.insert(object.key.clone(), difference);
    }
    differences
}

fn redrive<'k>(cloud: &Connection, keys: impl Iterator<Item = &'k String>) -> Result<(), CliError> {
    let looks: Vec<LookRequest> = keys
        .map(|key| LookRequest {
            key: key.clone(),
            size: None,
        })
        .collect();
    let intake = &cloud.outputs.intake_queue_url;
    cloud.wait(queue::send_looks(&cloud.clients, intake, &looks, false))?;
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
        };
        let objects = ["agrees", "back", "failed", "missing", "stale"].map(listed);
        let rows = [
            ("agrees", row("new", Outcome::Reviewed)),
            ("back", row("new", Outcome::Gone)),
            ("failed", row("new", Outcome::Failed)),
            ("gone", row("old", Outcome::Reviewed)),
            ("long gone", row("old", Outcome::Gone)),
            ("stale", row("old", Outcome::Reviewed)),
        ];
        let rows = rows.into_iter().map(|(key, row)| (key.to_owned(), row)).collect();
        let found = compare(&objects, &rows);
        let expected = [
            ("back", Difference::Back),
            ("gone", Difference::Gone),
            ("missing", Difference::Missing),
            ("stale", Difference::Stale),
        ];
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            expected.map(|(key, difference)| (key.to_owned(), difference))
        );
    }
}
