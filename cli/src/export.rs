//! All current outcomes as five tables: files, casts, variables, findings and failures, and a sixth that explains their columns.
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

use crate::config::Rules;
pub(crate) use cell::Cell;
use columns::{Column, TABLES};
use sink::Sink;

/// Formats of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Comma-separated values.
    Csv,
    /// One JSON object per line.
    Json,
}

/// Names of the tables.
pub(crate) fn table_names() -> [&'static str; TABLES.len()] {
    TABLES.map(|(name, _)| name)
}

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

/// What is exported, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Export<'a> {
    /// The format of the tables.
    pub(crate) format: Format,
    /// Whether CSV text is written unchanged, even if a spreadsheet would run it as a formula.
    pub(crate) raw: bool,
    /// The names of the tables; empty for all.
    pub(crate) tables: &'a [String],
    /// Which findings are written.
    pub(crate) rules: &'a Rules,
}

impl Export<'_> {
    /// Writes the tables into `dir`, in the order of [`TABLES`].
    ///
    /// Each table is written to a temporary file, and renamed when all are complete, so that no reader sees half a table.
    ///
    /// # Errors
    /// If the store cannot be read, or the directory cannot be written.
    pub(crate) fn to_directory(self, store: &dyn Store, dir: &Path) -> Result<Vec<Written>, ExportError> {
        std::fs::create_dir_all(dir).map_err(|error| ExportError::Write {
            path: dir.to_owned(),
            error,
        })?;
        let sinks = self.write(store, |name, columns| {
            Sink::in_directory(dir, name, columns, self.format, self.raw)
        })?;
        let complete: Vec<_> = sinks.into_iter().map(Sink::complete).collect::<Result<_, _>>()?;
        complete.into_iter().filter_map(sink::Complete::put).collect()
    }

    /// Writes the one table that is named to standard output, row by row.
    ///
    /// # Errors
    /// If the store cannot be read, or the output fails.
    pub(crate) fn to_output(self, store: &dyn Store) -> Result<(), ExportError> {
        let sinks = self.write(store, |_, columns| {
            Sink::to_output(columns, self.format, self.raw)
        })?;
        sinks.into_iter().try_for_each(|sink| sink.complete().map(drop))
    }

    /// Fills the tables, in the order of [`TABLES`].
    fn write(
        self,
        store: &dyn Store,
        sink: impl Fn(&'static str, &'static [Column]) -> Result<Sink, ExportError>,
    ) -> Result<Vec<Sink>, ExportError> {
        let wanted = |name: &str| self.tables.is_empty() || self.tables.iter().any(|table| table == name);
        let mut sinks: Vec<Option<Sink>> = TABLES
            .iter()
            .map(|(name, columns)| wanted(name).then(|| sink(name, columns)).transpose())
            .collect::<Result<_, _>>()?;
        let [files, casts, variables, findings, failures, columns] = &mut sinks[..] else {
            return Ok(Vec::new());
        };
        let of_documents = [files, casts, variables, findings];
        if of_documents.iter().any(|sink| sink.is_some()) {
            documents(store, self.rules, of_documents)?;
        }
        if let Some(failures) = failures {
            for record in store.failures(None)? {
                failures.row(&rows::failure(&record))?;
            }
        }
        if let Some(sink) = columns {
            for (table, columns) in &TABLES {
                for column in *columns {
                    sink.row(&rows::column(table, column))?;
                }
            }
        }
        Ok(sinks.into_iter().flatten().collect())
    }
}

fn documents(
    store: &dyn Store,
    rules: &Rules,
    [files, casts, variables, findings]: [&mut Option<Sink>; 4],
) -> Result<(), ExportError> {
    let mut write = |object: ObjectId<'_>, json: &str| -> Result<(), ExportError> {
        let mut document: Document = serde_json::from_str(json).map_err(|reason| ExportError::Document {
            key: object.key.to_owned(),
            reason,
        })?;
        rules.apply(&mut document);
        if let Some(files) = files {
            files.row(&rows::file(object.root, &document))?;
        }
        if let Some(casts) = casts {
            for (cast, position) in document.casts.iter().zip(1..) {
                casts.row(&rows::cast(object, position, cast))?;
            }
        }
        if let Some(variables) = variables {
            for (variable, position) in document.variables.iter().zip(1..) {
                variables.row(&rows::variable(object, position, variable))?;
            }
        }
        if let Some(findings) = findings {
            for finding in &document.findings {
                findings.row(&rows::finding(object, finding))?;
            }
        }
        Ok(())
    };
    let mut result = Ok(());
    store.documents(&mut |object, json| {
        result = write(object, json);
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    result
}
