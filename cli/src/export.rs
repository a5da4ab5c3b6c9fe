//! All current outcomes as six tables: files, casts, variables, flags, findings and failures, and a seventh that explains their
//! columns.
//!
//! An export reads any [`Store`].

#[cfg(feature = "exports")]
pub(crate) mod address;
mod cell;
mod columns;
#[cfg(feature = "exports")]
pub(crate) mod erddap;
#[cfg(feature = "exports")]
mod geometry;
#[cfg(feature = "exports")]
mod items;
#[cfg(feature = "exports")]
pub(crate) mod jsonld;
#[cfg(feature = "exports")]
mod parquet;
#[cfg(feature = "exports")]
mod row_group;
mod rows;
mod sink;
#[cfg(feature = "exports")]
mod sorter;
#[cfg(feature = "exports")]
pub(crate) mod stac;

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

#[cfg(feature = "exports")]
use data_review_core::Outcome;
use data_review_core::store::{ObjectId, Store, StoreError};
use data_review_core::{Cast, Coverage, Document, TimeSpan};

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
    /// Parquet: typed columns, compressed and sorted.
    #[cfg(feature = "exports")]
    Parquet,
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
    /// The output exists already.
    #[cfg(feature = "exports")]
    #[error("{} exists; name a new directory with --out", .0.display())]
    Exists(PathBuf),
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
        let sinks = self.write(store, |name, columns| {
            Sink::to_output(name, columns, self.format, self.raw)
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
        let [files, casts, variables, flags, findings, failures, columns] = &mut sinks[..] else {
            return Ok(Vec::new());
        };
        let of_documents = [files, casts, variables, flags, findings];
        if of_documents.iter().any(|sink| sink.is_some()) {
            documents(store, self.rules, of_documents)?;
        }
        if let Some(failures) = failures {
            for record in store.failures(None)? {
                failures.row(&rows::failure(&record), None)?;
            }
        }
        if let Some(sink) = columns {
            for (table, columns) in &TABLES {
                for column in *columns {
                    sink.row(&rows::column(table, column), None)?;
                }
            }
        }
        Ok(sinks.into_iter().flatten().collect())
    }
}

fn documents(
    store: &dyn Store,
    rules: &Rules,
    [files, casts, variables, flags, findings]: [&mut Option<Sink>; 5],
) -> Result<(), ExportError> {
    visit(store, rules, &mut |object, document| {
        let coverage: Option<&Coverage> = Some(&document.coverage);
        if let Some(files) = files {
            files.row(&rows::file(object.root, document), coverage)?;
        }
        if let Some(casts) = casts {
            for (cast, position) in document.casts.iter().zip(1..) {
                let coverage = coverage_of(cast);
                casts.row(&rows::cast(object, position, cast), Some(&coverage))?;
            }
        }
        for (variable, position) in document.variables.iter().zip(1..) {
            if let Some(variables) = variables {
                variables.row(&rows::variable(object, position, variable), coverage)?;
            }
            if let Some(flags) = flags {
                for row in rows::flags(object, position, variable) {
                    flags.row(&row, coverage)?;
                }
            }
        }
        if let Some(findings) = findings {
            for finding in &document.findings {
                findings.row(&rows::finding(object, finding), coverage)?;
            }
        }
        Ok(())
    })
}

/// The time and the place of a cast.
fn coverage_of(cast: &Cast) -> Coverage {
    let place = cast.longitude.zip(cast.latitude);
    Coverage {
        time: cast.time.map(|time| TimeSpan {
            first: time,
            last: time,
        }),
        boxes: place.map(|(longitude, latitude)| vec![[longitude, latitude, longitude, latitude]]),
        ..Coverage::default()
    }
}

/// Calls `visit` with every current document, with the findings that the configuration shows, in the order of the store.
fn visit(
    store: &dyn Store,
    rules: &Rules,
    visit: &mut dyn FnMut(ObjectId<'_>, &Document) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let mut read = |object: ObjectId<'_>, json: &str| {
        let mut document: Document = serde_json::from_str(json).map_err(|reason| ExportError::Document {
            key: object.key.to_owned(),
            reason,
        })?;
        rules.apply(&mut document);
        visit(object, &document)
    };
    let mut result = Ok(());
    store.documents(&mut |object, json| {
        result = read(object, json);
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    result
}

/// An archive, as catalogues describe it.
#[cfg(feature = "exports")]
pub(crate) struct Archive<'a> {
    pub(crate) store: &'a dyn Store,
    /// Which findings are counted.
    pub(crate) rules: &'a Rules,
    /// Where its files are.
    pub(crate) addresses: &'a address::Addresses,
    pub(crate) title: &'a str,
}

#[cfg(feature = "exports")]
impl Archive<'_> {
    /// Calls `add` with the document of every reviewed file, in the order of the store.
    fn reviewed(
        &self,
        add: &mut dyn FnMut(ObjectId<'_>, &Document) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        visit(
            self.store,
            self.rules,
            &mut |object, document| match document.outcome {
                Outcome::Reviewed => add(object, document),
                _ => Ok(()),
            },
        )
    }
}

/// A new directory that is filled beside its place, so that nobody sees half of it.
#[cfg(feature = "exports")]
pub(crate) struct Folder {
    directory: tempfile::TempDir,
    out: PathBuf,
}

#[cfg(feature = "exports")]
impl Folder {
    /// An empty directory that will be `out`, which must not exist.
    fn beside(out: &Path) -> Result<Self, ExportError> {
        use std::os::unix::fs::PermissionsExt;

        if out.symlink_metadata().is_ok() {
            return Err(ExportError::Exists(out.to_owned()));
        }
        let parent = match out.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let created = || {
            std::fs::create_dir_all(parent)?;
            tempfile::Builder::new()
                .prefix(".data-review-")
                .permissions(std::fs::Permissions::from_mode(0o777))
                .tempdir_in(parent)
        };
        let directory = created().map_err(|error| ExportError::Write {
            path: out.to_owned(),
            error,
        })?;
        Ok(Folder {
            directory,
            out: out.to_owned(),
        })
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Puts the directory into its place.
    fn put(self) -> Result<(), ExportError> {
        let Folder { directory, out } = self;
        let renamed = std::fs::rename(directory.path(), &out);
        renamed.map_err(|error| ExportError::Write { path: out, error })?;
        // Nothing is left to delete.
        let _ = directory.keep();
        Ok(())
    }

    /// A new file in the directory.
    fn create(&self, name: &str) -> Result<std::fs::File, ExportError> {
        let path = self.path().join(name);
        std::fs::File::create(&path).map_err(|error| ExportError::Write { path, error })
    }

    /// Writes a file below the directory.
    fn file(
        &self,
        name: &str,
        content: impl FnOnce(&mut io::BufWriter<std::fs::File>) -> io::Result<()>,
    ) -> Result<(), ExportError> {
        use io::Write;

        let path = self.path().join(name);
        let write = || {
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            let mut out = io::BufWriter::new(std::fs::File::create(&path)?);
            content(&mut out)?;
            out.flush()
        };
        write().map_err(|error| ExportError::Write {
            path: path.clone(),
            error,
        })
    }

    /// Writes a JSON file below the directory. A `<` is escaped, so that a page can hold the text in a `<script>`.
    fn json(&self, name: &str, value: &serde_json::Value) -> Result<(), ExportError> {
        use io::Write;

        self.file(name, |out| {
            let text = serde_json::to_string_pretty(value)?.replace('<', "\\u003c");
            writeln!(out, "{text}")
        })
    }
}
