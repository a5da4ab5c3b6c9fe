//! All current outcomes as four tables: files, variables, findings and failures, and a fifth that explains their columns.
//!
//! Needs nothing but a [`Store`], so that any store can be exported.

mod cell;
mod columns;
mod rows;
mod sink;

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use data_review_core::Document;
use data_review_core::store::{Store, StoreError};

use crate::args::Format;
use columns::{Column, TABLES};
use sink::Sink;

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The directory or a file in it.
    #[error("cannot write {}: {error}; check --out", path.display())]
    Write { path: PathBuf, error: io::Error },
    /// A document of another form.
    #[error("the document of `{key}` cannot be read: {reason}; review the file again with --force")]
    Document { key: String, reason: serde_json::Error },
}

/// A table that was written.
#[derive(Debug)]
pub(crate) struct Written {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Rows without the header.
    pub(crate) rows: u64,
}

/// Writes the tables into `dir`, in the order of [`TABLES`].
///
/// Each is written aside and put into its place when all are complete, so that nobody reads half a table. `raw` leaves CSV
/// text as it is even where a spreadsheet would take it for a formula.
///
/// # Errors
/// When the store cannot be read or the directory not written.
pub(crate) fn export(
    store: &dyn Store,
    format: Format,
    raw: bool,
    dir: &Path,
) -> Result<Vec<Written>, ExportError> {
    std::fs::create_dir_all(dir).map_err(|error| ExportError::Write {
        path: dir.to_owned(),
        error,
    })?;
    let sink = |table: &(&str, &'static [Column])| Sink::new(dir, table.0, table.1, format, raw);
    let [files, variables, findings, failures, explained] = &TABLES;
    let mut sinks = Sinks {
        files: sink(files)?,
        variables: sink(variables)?,
        findings: sink(findings)?,
    };
    documents(store, &mut sinks)?;
    let mut log = sink(failures)?;
    for record in store.failures(None)? {
        log.row(&rows::failure(&record))?;
    }
    let mut dictionary = sink(explained)?;
    for (table, columns) in &TABLES {
        for column in *columns {
            dictionary.row(&rows::column(table, column))?;
        }
    }
    let complete = [sinks.files, sinks.variables, sinks.findings, log, dictionary];
    let complete: Vec<_> = complete
        .into_iter()
        .map(Sink::complete)
        .collect::<Result<_, _>>()?;
    complete.into_iter().map(sink::Complete::put).collect()
}

/// The tables that documents fill.
struct Sinks {
    files: Sink,
    variables: Sink,
    findings: Sink,
}

fn documents(store: &dyn Store, sinks: &mut Sinks) -> Result<(), ExportError> {
    let mut result = Ok(());
    store.documents(&mut |key, json| {
        result = document(key, json, sinks);
        if result.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })?;
    result
}

fn document(key: &str, json: &str, sinks: &mut Sinks) -> Result<(), ExportError> {
    let document: Document = serde_json::from_str(json).map_err(|reason| ExportError::Document {
        key: key.to_owned(),
        reason,
    })?;
    sinks.files.row(&rows::file(&document))?;
    for (variable, position) in document.variables.iter().zip(1..) {
        sinks.variables.row(&rows::variable(key, position, variable))?;
    }
    for finding in &document.findings {
        sinks.findings.row(&rows::finding(key, finding))?;
    }
    Ok(())
}
