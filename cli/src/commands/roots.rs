//! `data-review roots`

use std::io::Write;
use std::process::ExitCode;

use data_review_core::percent_encode_controls;
use data_review_core::store::{RootChange, Store};
use data_review_engine::is_root_name;
use data_review_store_sqlite::{RootSummary, SqliteStore};
use serde::Serialize;

use crate::args::{RootAction, RootList, Roots};
use crate::config::Settings;
use crate::error::CliError;
use crate::exit::End;
use crate::table::{Column, Table};
use crate::{output, store, wording};

/// A root, as JSON.
#[derive(Serialize)]
struct Line<'a> {
    root: &'a str,
    path: Option<&'a str>,
    prefix: &'a str,
    files: u64,
    gone: u64,
    latest: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn of(summary: &'a RootSummary) -> Self {
        let root = &summary.root;
        Line {
            root: &root.name,
            path: Some(root.place.as_str()).filter(|place| !place.is_empty()),
            prefix: &root.prefix,
            files: summary.files,
            gone: summary.gone,
            latest: summary.latest.as_deref(),
        }
    }
}

pub(super) fn run(args: &Roots, settings: &Settings) -> End {
    match &args.action {
        None => list(&args.list, settings),
        Some(RootAction::Rename { root, name, db }) => {
            let store = open(&settings.store(db))?;
            rename(&store, root, name)
        }
        Some(RootAction::Forget { root, db }) => {
            let store = open(&settings.store(db))?;
            forget(&store, root)
        }
    }
}

/// Opens a store that exists for a change.
fn open(path: &std::path::Path) -> Result<SqliteStore, CliError> {
    // An error says that there is no store, and no store is made.
    if !path.exists() {
        store::to_read(path)?;
    }
    store::to_write(path)
}

fn list(args: &RootList, settings: &Settings) -> End {
    let roots = store::to_read(&settings.store(&args.db))?.root_summaries()?;
    if args.json {
        let mut out = output::data();
        for summary in &roots {
            output::json_line(&mut out, &Line::of(summary))?;
        }
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    if roots.is_empty() {
        output::say("no roots; `data-review review PATH` makes one");
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(&[
        Column::path("root"),
        Column::path("path"),
        Column::number("files"),
        Column::number("gone").rank(1),
        Column::whole("latest outcome").rank(2),
    ]);
    for summary in &roots {
        let line = Line::of(summary);
        table.row([
            line.root,
            line.path.unwrap_or("not known"),
            &line.files.to_string(),
            &line.gone.to_string(),
            line.latest.unwrap_or_default(),
        ]);
    }
    let mut out = output::text();
    table.write(&mut out, output::width())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The root that the user means: by its name, or by a path to it.
fn find(store: &SqliteStore, asked: &str) -> Result<String, CliError> {
    let names: Vec<String> = store.roots()?.into_iter().map(|root| root.name).collect();
    let is_known = |name: &str| names.iter().any(|known| known == name);
    if is_known(asked) {
        return Ok(asked.to_owned());
    }
    // A relative path may name a root.
    let canonical = std::path::Path::new(asked).canonicalize();
    if let Ok(canonical) = canonical
        && let Some(path) = canonical.to_str()
        && is_known(path)
    {
        return Ok(path.to_owned());
    }
    let hint = wording::hint(asked, names.iter().map(String::as_str), || {
        "`data-review roots` shows all".to_owned()
    });
    Err(CliError::Usage(format!(
        "the store has no root `{asked}`; {hint}"
    )))
}

fn rename(store: &SqliteStore, asked: &str, name: &str) -> End {
    let from = find(store, asked)?;
    if !is_root_name(name) {
        let message =
            format!("invalid name of a root `{name}`: write a name without `/` and `=`, such as argo");
        return Err(CliError::Usage(message));
    }
    if store.roots()?.iter().any(|root| root.name == name) {
        return Err(CliError::Usage(format!(
            "the store has a root `{name}` already; choose another name"
        )));
    }
    store.change_roots(&[RootChange::Rename {
        from: from.clone(),
        to: name.to_owned(),
    }])?;
    let from = percent_encode_controls(&from);
    output::say(&format!("{from} is now {name}"));
    Ok(ExitCode::SUCCESS)
}

fn forget(store: &SqliteStore, asked: &str) -> End {
    let name = find(store, asked)?;
    let files = store.forget_root(&name)?.unwrap_or_default();
    let name = percent_encode_controls(&name);
    let files = wording::plural(files, "file");
    output::say(&format!("{name} is forgotten, with the outcomes of {files}"));
    Ok(ExitCode::SUCCESS)
}
