//! `data-review cloud sweep --estimate`

use std::io::Write;
use std::process::ExitCode;

use data_review_aws::estimate::{Estimate, ObjectCount, Workload};
use data_review_aws::object;
use data_review_core::{Card, Registry};
use data_review_deployment::price;

use super::connection::Connection;
use crate::exit::End;
use crate::output;
use crate::table::{Column, Table};

pub(super) fn run(cloud: &Connection, prefix: &str) -> End {
    let registry = Registry::linked()?;
    let cards: Vec<&'static Card> = registry.cards().collect();
    let workload = list(cloud, prefix, &cards)?;
    let estimate = Estimate::of(&workload, &cards);
    let mut objects = Table::new(&[
        Column::words("handler, by name"),
        Column::number("objects"),
        Column::number("bytes"),
    ]);
    let mut row = |name: &str, group: &ObjectCount| {
        if group.objects > 0 {
            objects.row([name, &group.objects.to_string(), &group.bytes.to_string()]);
        }
    };
    for (id, group) in &workload.handlers {
        row(id, group);
    }
    row("none", &workload.unknown);
    row("archived, left out", &workload.archived);
    let mut dollars = Table::new(&[Column::words("paid for"), Column::number("US dollars")]);
    for (what, amount) in &estimate.dollars {
        dollars.row([*what, &format!("{amount:.2}")]);
    }
    dollars.row(["all", &format!("{:.2}", estimate.total())]);
    let width = output::width();
    let mut out = output::text();
    objects.write(&mut out, width)?;
    writeln!(out)?;
    dollars.write(&mut out, width)?;
    out.flush()?;
    output::say(&format!(
        "{:.1} hours, as long as {} takes; list prices of us-east-1, {}, arm64; unchanged files cost almost nothing",
        estimate.hours,
        estimate.slowest,
        price::DATE,
    ));
    Ok(ExitCode::SUCCESS)
}

/// Counts the objects, page by page; none is kept.
fn list(
    cloud: &Connection,
    prefix: &str,
    cards: &[&'static Card],
) -> Result<Workload, crate::error::CliError> {
    let mut workload = Workload::default();
    let mut after: Option<String> = None;
    loop {
        let bucket = &cloud.outputs.data_bucket;
        let page = cloud.wait(object::list(&cloud.clients, bucket, prefix, after.as_deref()))?;
        for object in &page.objects {
            workload.add(cards, object);
        }
        after = page.objects.into_iter().next_back().map(|object| object.key);
        if !page.more {
            return Ok(workload);
        }
    }
}
