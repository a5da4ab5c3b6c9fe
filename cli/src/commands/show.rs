//! `data-review show`

mod find;
mod view;

use std::io::Write;
use std::process::ExitCode;

use data_review_core::{Document, Registry};
use data_review_store_sqlite::SqliteStore;

use crate::args::Show;
use crate::error::CliError;
use crate::exit::End;
use crate::output;

pub(super) fn run(args: &Show) -> End {
    let store = SqliteStore::open_existing(&args.db.path)?;
    let (key, json) = find::document(&store, &args.file)?;
    if args.json {
        let mut out = output::data();
        writeln!(out, "{json}")?;
        out.flush()?;
    } else {
        let document: Document =
            serde_json::from_str(&json).map_err(|reason| CliError::Document { key, reason })?;
        let codes = super::explain::codes(&Registry::linked()?);
        let mut out = output::text();
        view::write(&mut out, &document, &codes, output::width())?;
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}
