//! `data-review export`

use std::process::ExitCode;

use data_review_core::percent_encode_controls;
use data_review_store_sqlite::SqliteStore;

use super::End;
use crate::args::Export;
use crate::{export, output, wording};

pub(super) fn run(args: &Export) -> End {
    let store = SqliteStore::open_existing(&args.db.path)?;
    for written in export::export(&store, args.format, args.raw, &args.out)? {
        let path = written.path.to_string_lossy();
        let rows = wording::plural(written.rows, "row");
        output::say(&format!("{}: {rows}", percent_encode_controls(&path)));
    }
    Ok(ExitCode::SUCCESS)
}
