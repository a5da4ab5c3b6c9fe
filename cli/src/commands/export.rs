//! `data-review export`

#[cfg(feature = "exports")]
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use data_review_core::percent_encode_controls;
use data_review_core::store::Store;
use data_review_store_sqlite::SqliteStore;

use crate::args::{Export, FormatName, Tables};
use crate::config::{Rules, Settings};
use crate::error::CliError;
use crate::exit::End;
#[cfg(feature = "exports")]
use crate::export::Archive;
use crate::export::Format;
#[cfg(feature = "exports")]
use crate::export::address::{Addresses, Site};
use crate::{export, output, store, wording};

pub(super) fn run(args: &Export, settings: &Settings) -> End {
    let store = store::to_read(&settings.store(&args.db))?;
    match form(&args.tables)? {
        Form::Tables(format) => write(&store, &args.tables, format, &settings.rules),
        Form::Store => copy(&store, &args.tables),
        #[cfg(feature = "exports")]
        Form::Catalogue(catalogue) => {
            let roots = store.roots()?;
            let title = match &roots[..] {
                [root] => root
                    .name
                    .rsplit('/')
                    .find(|part| !part.is_empty())
                    .unwrap_or("archive")
                    .to_owned(),
                _ => "archive".to_owned(),
            };
            let sites = roots
                .into_iter()
                .filter_map(|root| Some((root.name.clone(), Site::of(root)?)));
            describe(
                &store,
                &args.tables,
                catalogue,
                sites.collect(),
                &title,
                &settings.rules,
            )
        }
    }
}

/// What an export writes.
pub(crate) enum Form {
    /// Tables, one file each.
    Tables(Format),
    /// A store.
    Store,
    /// A description of the archive in a directory.
    #[cfg(feature = "exports")]
    Catalogue(Catalogue),
}

/// Descriptions of an archive.
#[cfg(feature = "exports")]
#[derive(Debug, Clone, Copy)]
pub(crate) enum Catalogue {
    Stac,
    Erddap,
    Jsonld,
}

/// Formats that take a title and a base URL, in words.
const CATALOGUES: &str = "stac, erddap and jsonld";

/// What the arguments ask for.
///
/// # Errors
/// If this build does not have the format, or the format does not take an option.
pub(crate) fn form(tables: &Tables) -> Result<Form, CliError> {
    let format = tables.format;
    let is_catalogue = matches!(format, FormatName::Stac | FormatName::Erddap | FormatName::Jsonld);
    for (option, is_given, is_taken, takers) in [
        ("--title", tables.title.is_some(), is_catalogue, CATALOGUES),
        ("--base-url", tables.base_url.is_some(), is_catalogue, CATALOGUES),
        ("--raw", tables.raw, format == FormatName::Csv, "csv"),
    ] {
        if is_given && !is_taken {
            return Err(CliError::Usage(format!(
                "{option}: --format {} does not take it; {option} is for {takers}",
                format.name()
            )));
        }
    }
    match tables.format {
        FormatName::Csv => Ok(Form::Tables(Format::Csv)),
        FormatName::Json => Ok(Form::Tables(Format::Json)),
        FormatName::Sqlite => Ok(Form::Store),
        #[cfg(feature = "exports")]
        FormatName::Parquet => Ok(Form::Tables(Format::Parquet)),
        #[cfg(feature = "exports")]
        FormatName::Stac => Ok(Form::Catalogue(Catalogue::Stac)),
        #[cfg(feature = "exports")]
        FormatName::Erddap => Ok(Form::Catalogue(Catalogue::Erddap)),
        #[cfg(feature = "exports")]
        FormatName::Jsonld => Ok(Form::Catalogue(Catalogue::Jsonld)),
        #[cfg(not(feature = "exports"))]
        FormatName::Parquet | FormatName::Stac | FormatName::Erddap | FormatName::Jsonld => {
            Err(CliError::Usage(
                "this build does not write this format; build it with `cargo build --release --package \
                 data-review-cli --features exports`"
                    .to_owned(),
            ))
        }
    }
}

/// Exports a description of the archive. `title` is used unless the user names one.
#[cfg(feature = "exports")]
pub(crate) fn describe(
    store: &dyn Store,
    args: &Tables,
    catalogue: Catalogue,
    roots: BTreeMap<String, Site>,
    title: &str,
    rules: &Rules,
) -> End {
    let refuse = |reason: &str| Err(CliError::Usage(reason.to_owned()));
    if args.out == Path::new("-") {
        return refuse("--out names a new directory; standard output takes csv or json");
    }
    if !args.table.is_empty() {
        return refuse("--table: this format has no tables; leave out --table");
    }
    if args.base_url.is_some() && roots.len() > 1 {
        return refuse("--base-url: the store has several roots, which cannot all be below one URL");
    }
    let addresses = Addresses {
        base: args.base_url.clone(),
        roots,
    };
    let archive = Archive {
        store,
        rules,
        addresses: &addresses,
        title: args.title.as_deref().unwrap_or(title),
    };
    let out = &args.out;
    let files = |count| wording::plural(count, "file");
    let said = match catalogue {
        Catalogue::Stac => {
            let written = export::stac::write(&archive, out)?;
            let mut said = wording::plural(written.items, "item");
            if written.without_place > 0 {
                let count = written.without_place;
                said += &format!(", {count} without a place and not in items.parquet");
            }
            if written.without_time > 0 {
                let count = files(written.without_time);
                said += &format!("; {count} without a time left out");
            }
            said
        }
        Catalogue::Erddap => {
            let written = export::erddap::write(&archive, out)?;
            let datasets = wording::plural(written.datasets, "dataset");
            let mut said = format!("{datasets} of {}", files(written.files));
            let reasons = written.left_out.iter();
            let reasons: Vec<String> = reasons.map(|(reason, count)| reason.say(*count)).collect();
            if !reasons.is_empty() {
                said += &format!("; left out: {}", reasons.join(", "));
            }
            said
        }
        Catalogue::Jsonld => {
            let written = export::jsonld::write(&archive, out)?;
            let variables = wording::plural(written.variables, "variable");
            let left_out = match (written.files_left_out, written.variables_left_out) {
                (0, 0) => String::new(),
                (of_files, 0) => format!("; {} not listed", files(of_files)),
                (of_files, count) => {
                    let count = wording::plural(count, "variable");
                    format!("; {} not listed, {count} not described", files(of_files))
                }
            };
            format!("{}, {variables}{left_out}", files(written.files))
        }
    };
    output::say(&format!(
        "{}: {said}",
        percent_encode_controls(&out.to_string_lossy())
    ));
    Ok(ExitCode::SUCCESS)
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
        if tables.format == FormatName::Parquet {
            return Err(CliError::Usage(
                "--format parquet: --out names a directory; standard output takes csv or json".to_owned(),
            ));
        }
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
