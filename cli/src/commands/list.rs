//! `data-review list`

use std::io::Write;
use std::ops::ControlFlow;
use std::process::ExitCode;

use data_review_core::store::Store;
use data_review_store_sqlite::SqliteStore;

use crate::args::List;
use crate::error::CliError;
use crate::exit::End;
use crate::glance::Glance;
use crate::output;

pub(super) fn run(args: &List) -> End {
    let store = SqliteStore::open_existing(&args.db.path)?;
    if args.json {
        let mut out = output::data();
        each(&store, |_, document| Ok(writeln!(out, "{document}")?))?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Glance::table();
    each(&store, |key, document| {
        table.row(Glance::of(key, document)?.cells());
        Ok(())
    })?;
    if table.is_empty() {
        output::say("the store is empty; run `data-review review PATH` first");
    } else {
        let mut out = output::text();
        write!(out, "{}", table.render(output::width()))?;
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Calls `take` for every document until it fails.
fn each(store: &dyn Store, mut take: impl FnMut(&str, &str) -> Result<(), CliError>) -> Result<(), CliError> {
    let mut result = Ok(());
    store.documents(&mut |object, document| {
        result = take(object.key, document);
        if result.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })?;
    result
}
