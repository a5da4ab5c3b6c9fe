//! `data-review export`

use std::path::Path;
use std::process::ExitCode;

use data_review_core::percent_encode_controls;
use data_review_core::store::Store;
use data_review_store_sqlite::SqliteStore;

use crate::args::{Export, Tables};
use crate::config::{Rules, Settings};
use crate::error::CliError;
use crate::exit::End;
use crate::export::Format;
use crate::{export, output, store, wording};

pub(super) fn run(args: &Export, settings: &Settings) -> End {
    let store = store::to_read(&settings.store(&args.db))?;
    match args.tables.format.of_tables() {
        Some(format) => write(&store, &args.tables, format, &settings.rules),
        None => copy(&store, &args.tables),
    }
}

/// Exports a store as a store of its own.
pub(crate) fn copy(store: &SqliteStore, tables: &Tables) -> End {
    let out = tables.out.as_path();
    let refuse = |reason: String| Err(CliError::Usage(format!("--format sqlite: {reason}")));
    if !tables.table.is_empty() {
        return refuse("a store has all tables; leave out --table".to_owned());
    }
    if out == Path::new("-") || out.is_dir() {
        return refuse(format!(
            "--out names the file of the store, not {}",
            out.display()
        ));
    }
    if out.exists() {
        return refuse(format!("{} exists; name a new file with --out", out.display()));
    }
    store.copy_to(out)?;
    let path = percent_encode_controls(&out.to_string_lossy());
    output::say(&format!(
        "{path}: {}",
        wording::plural(store.all_keys()?.len() as u64, "file")
    ));
    Ok(ExitCode::SUCCESS)
}

/// Exports the tables of a store.
pub(crate) fn write(store: &dyn Store, tables: &Tables, format: Format, rules: &Rules) -> End {
    let export = export::Export {
        format,
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
