//! `data-review show`

mod find;
mod view;

use std::io::Write;
use std::process::ExitCode;

use data_review_core::{Document, Registry};
use data_review_store_sqlite::SqliteStore;

use crate::args::{Show, ShowWhat};
use crate::config::Settings;
use crate::error::CliError;
use crate::exit::End;
use crate::{output, store, wording};
use view::View;
pub(super) use view::tables as variable_tables;

/// The most equal files that are named.
const EQUALS: u32 = 5;

pub(super) fn run(args: &Show, settings: &Settings) -> End {
    let store = store::to_read(&settings.store(&args.db))?;
    show(&store, &args.what, settings)
}

/// Shows a file of a store.
pub(crate) fn show(store: &SqliteStore, args: &ShowWhat, settings: &Settings) -> End {
    let (root, key, json) = find::document(store, &args.file)?;
    if args.json {
        let mut out = output::data();
        writeln!(out, "{json}")?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut document: Document = serde_json::from_str(&json).map_err(|reason| CliError::Document {
        key: key.clone(),
        reason,
    })?;
    let suppressed = settings.rules.apply(&mut document);
    document
        .findings
        .retain(|finding| args.severity.admits(finding.severity));
    check_variables(args, &document)?;
    let equals = match &document.file.sha256 {
        Some(sha256) => store.keys_with_content(sha256, EQUALS + 1)?,
        None => Vec::new(),
    };
    let codes = crate::codes::codes(&Registry::linked()?);
    let view = View {
        document: &document,
        equals: others(equals, &root, &key),
        codes: &codes,
        width: output::width(),
        only_findings: args.findings,
        variables: &args.variable,
        is_verbose: output::is_verbose(),
    };
    let mut text = Vec::new();
    view.write(&mut text)?;
    output::page(&String::from_utf8_lossy(&text))?;
    super::summary::tell_suppressed(suppressed, settings);
    Ok(ExitCode::SUCCESS)
}

/// The other files of a list, by key; with their roots where that is another.
fn others(files: Vec<(String, String)>, root: &str, key: &str) -> Vec<String> {
    let others = files
        .into_iter()
        .filter(|file| (file.0.as_str(), file.1.as_str()) != (root, key));
    let named = others.map(|(other, key)| {
        if other == root {
            key
        } else {
            format!("{other}/{key}")
        }
    });
    named.collect()
}

/// Refuses the name of a variable that the file does not have.
fn check_variables(args: &ShowWhat, document: &Document) -> Result<(), CliError> {
    for asked in &args.variable {
        let mut names = document.variables.iter().map(|variable| variable.name.as_str());
        if names.clone().any(|name| view::is_named(name, asked)) {
            continue;
        }
        let hint = wording::hint(asked, names.by_ref(), || {
            format!("`data-review show {}` lists them", document.file.key)
        });
        return Err(CliError::Usage(format!(
            "`{}` has no variable `{asked}`; {hint}",
            document.file.key
        )));
    }
    Ok(())
}
