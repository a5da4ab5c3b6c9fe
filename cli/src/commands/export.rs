//! `data-review export`

use std::path::Path;
use std::process::ExitCode;

use data_review_core::percent_encode_controls;
use data_review_core::store::Store;

use crate::args::{Export, Tables};
use crate::config::{Rules, Settings};
use crate::error::CliError;
use crate::exit::End;
use crate::{export, output, store, wording};

pub(super) fn run(args: &Export, settings: &Settings) -> End {
    let store = store::to_read(&settings.store(&args.db))?;
    write(&store, &args.tables, &settings.rules)
}

/// Exports a store.
pub(crate) fn write(store: &dyn Store, tables: &Tables, rules: &Rules) -> End {
    let export = export::Export {
        format: tables.format,
        raw: tables.raw,
        tables: &tables.table,
        rules,
    };
    if tables.out == Path::new("-") {
        if tables.table.len() != 1 {
            return Err(CliError::Usage(
                "--out -: standard output takes one table; name it with --table, such as --table findings"
                    .to_owned(),
            ));
        }
        export.to_output(store)?;
        return Ok(ExitCode::SUCCESS);
    }
    for written in export.to_directory(store, &tables.out)? {
        let path = written.path.to_string_lossy();
        let rows = wording::plural(written.rows, "row");
        output::say(&format!("{}: {rows}", percent_encode_controls(&path)));
    }
    Ok(ExitCode::SUCCESS)
}
