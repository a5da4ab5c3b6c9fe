//! All current outcomes as four tables: files, variables, findings and failures, and a fifth that explains their columns.
//!
//! An export reads any [`Store`].

mod cell;
mod columns;
mod rows;
mod sink;

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use data_review_core::Document;
use data_review_core::store::{ObjectId, Store, StoreError};

use crate::args::Format;
use columns::{Column, TABLES};
use sink::Sink;

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The directory, or a file in it, cannot be written.
    #[error("cannot write {}: {error}; check --out", path.display())]
    Write { path: PathBuf, error: io::Error },
    /// A document was written by another version.
    #[error("the document of `{key}` cannot be read: {reason}; review the file again with --force")]
    Document { key: String, reason: serde_json::Error },
}

/// A table that was written.
#[derive(Debug)]
pub(crate) struct Written {
    /// Its path.
    pub(crate) path: PathBuf,
    /// The number of rows, without the header.
    pub(crate) rows: u64,
}

/// Writes the tables into `dir`, in the order of [`TABLES`].
///
/// Each table is written to a temporary file, and renamed when all are complete, so that no reader sees half a table. With
/// `raw`, CSV text is written unchanged, even if a spreadsheet would run it as a formula.
///
/// # Errors
/// If the store cannot be read, or the directory cannot be written.
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

/// The tables that are filled from documents.
struct Sinks {
    files: Sink,
    variables: Sink,
    findings: Sink,
}

fn documents(store: &dyn Store, sinks: &mut Sinks) -> Result<(), ExportError> {
    let mut result = Ok(());
    store.documents(&mut |object, json| {
        result = document(object, json, sinks);
        if result.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })?;
    result
}

fn document(object: ObjectId<'_>, json: &str, sinks: &mut Sinks) -> Result<(), ExportError> {
    let document: Document = serde_json::from_str(json).map_err(|reason| ExportError::Document {
        key: object.key.to_owned(),
        reason,
    })?;
    sinks.files.row(&rows::file(object.root, &document))?;
    for (variable, position) in document.variables.iter().zip(1..) {
        sinks.variables.row(&rows::variable(object, position, variable))?;
    }
    for finding in &document.findings {
        sinks.findings.row(&rows::finding(object, finding))?;
    }
    Ok(())
}
