//! `data-review export`

use std::process::ExitCode;

use data_review_core::percent_encode_controls;
use data_review_core::store::Store;
use data_review_store_sqlite::SqliteStore;

use crate::args::{Export, Tables};
use crate::exit::End;
use crate::{export, output, wording};

pub(super) fn run(args: &Export) -> End {
    write(&SqliteStore::open_existing(&args.db.path)?, &args.tables)
}

/// Exports a store.
pub(crate) fn write(store: &dyn Store, tables: &Tables) -> End {
    for written in export::export(store, tables.format, tables.raw, &tables.out)? {
        let path = written.path.to_string_lossy();
        let rows = wording::plural(written.rows, "row");
        output::say(&format!("{}: {rows}", percent_encode_controls(&path)));
    }
    Ok(ExitCode::SUCCESS)
}
