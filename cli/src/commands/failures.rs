//! `data-review failures`

use std::io::Write;
use std::process::ExitCode;

use data_review_core::store::{FailureRecord, Store};
use serde::Serialize;

use crate::args::Failures;
use crate::config::Settings;
use crate::exit::End;
use crate::table::{Column, Table};
use crate::{output, store, wording};

/// A line of the log, as JSON.
#[derive(Serialize)]
struct Line<'a> {
    root: &'a str,
    key: &'a str,
    at: &'a str,
    attempt: u32,
    stage: &'static str,
    class: &'static str,
    message: &'a str,
    place: Option<&'a data_review_core::Place>,
    handler: Option<&'a str>,
    recipe: Option<&'a str>,
    log: Option<&'a str>,
    next_step: &'static str,
}

impl<'a> Line<'a> {
    fn of(record: &'a FailureRecord) -> Self {
        Line {
            root: &record.root,
            key: &record.key,
            at: &record.at,
            attempt: record.attempt,
            stage: record.failure.stage.as_str(),
            class: record.failure.class.as_str(),
            message: &record.failure.message,
            place: record.failure.place.as_ref(),
            handler: record.handler.as_deref(),
            recipe: record.recipe.as_deref(),
            log: record.log.as_deref(),
            next_step: record.failure.next_step(),
        }
    }
}

pub(super) fn run(args: &Failures, settings: &Settings) -> End {
    show(&store::to_read(&settings.store(&args.db))?, args.json)
}

/// Shows the failure log of a store.
pub(crate) fn show(store: &dyn Store, json: bool) -> End {
    let records = store.failures(None)?;
    if json {
        let mut out = output::data();
        for record in &records {
            output::json_line(&mut out, &Line::of(record))?;
        }
        out.flush()?;
    } else if records.is_empty() {
        output::say("no failures");
    } else {
        let mut out = output::text();
        table(&records).write(&mut out, output::width())?;
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

fn table(records: &[FailureRecord]) -> Table {
    let mut table = Table::new(&[
        Column::path("file"),
        Column::whole("when").rank(3),
        Column::whole("stage").rank(4),
        Column::whole("class").rank(1),
        Column::whole("handler").rank(5),
        Column::words("reason"),
        Column::words("next step").rank(2),
    ]);
    for record in records {
        let line = Line::of(record);
        let reason = match line.place {
            Some(place) => format!("{} ({})", line.message, wording::place(place)),
            None => line.message.to_owned(),
        };
        table.row([
            line.key,
            line.at,
            line.stage,
            line.class,
            line.handler.unwrap_or_default(),
            &reason,
            line.next_step,
        ]);
    }
    table
}
