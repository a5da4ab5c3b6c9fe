//! A table on its way into a file.

use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use tempfile::NamedTempFile;

use super::cell::Cell;
use super::columns::Column;
use super::{ExportError, Written};
use crate::args::Format;

/// Takes rows of one table, in a file beside its place.
pub(super) struct Sink {
    path: PathBuf,
    columns: &'static [Column],
    form: Form,
    rows: u64,
}

enum Form {
    Csv {
        writer: Box<csv::Writer<NamedTempFile>>,
        raw: bool,
    },
    Json(BufWriter<NamedTempFile>),
}

/// A table that is whole, and not yet in its place.
pub(super) struct Complete {
    file: NamedTempFile,
    path: PathBuf,
    rows: u64,
}

impl Sink {
    /// An empty table `name` in `dir`.
    pub(super) fn new(
        dir: &Path,
        name: &str,
        columns: &'static [Column],
        format: Format,
        raw: bool,
    ) -> Result<Self, ExportError> {
        let ending = match format {
            Format::Csv => "csv",
            Format::Json => "jsonl",
        };
        let path = dir.join(format!("{name}.{ending}"));
        let file = aside(dir).map_err(|error| failed(&path, error))?;
        let form = match format {
            Format::Csv => Form::Csv {
                writer: Box::new(csv::Writer::from_writer(file)),
                raw,
            },
            Format::Json => Form::Json(BufWriter::new(file)),
        };
        let mut sink = Sink {
            path,
            columns,
            form,
            rows: 0,
        };
        if let Form::Csv { writer, .. } = &mut sink.form {
            let header = writer.write_record(columns.iter().map(|column| column.name));
            header.map_err(|error| failed(&sink.path, error.into()))?;
        }
        Ok(sink)
    }

    /// Adds a row: one cell per column.
    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        debug_assert_eq!(cells.len(), self.columns.len(), "{}", self.path.display());
        self.rows += 1;
        let written = match &mut self.form {
            Form::Csv { writer, raw } => writer
                .write_record(cells.iter().map(|cell| cell.to_csv(*raw).into_owned()))
                .map_err(io::Error::from),
            Form::Json(out) => {
                let names = self.columns.iter().map(|column| column.name.to_owned());
                let row: Map<String, Value> = names.zip(cells.iter().map(Cell::to_json)).collect();
                writeln!(out, "{}", Value::Object(row))
            }
        };
        written.map_err(|error| failed(&self.path, error))
    }

    /// Makes sure that all of it is on the disk.
    pub(super) fn complete(self) -> Result<Complete, ExportError> {
        let Sink { path, form, rows, .. } = self;
        let file = match form {
            Form::Csv { writer, .. } => writer.into_inner().map_err(|error| error.into_error()),
            Form::Json(out) => out.into_inner().map_err(|error| error.into_error()),
        };
        let synced = file.and_then(|file| file.as_file().sync_all().map(|()| file));
        let file = synced.map_err(|error| failed(&path, error))?;
        Ok(Complete { file, path, rows })
    }
}

impl Complete {
    /// Puts it into its place, over an earlier one.
    pub(super) fn put(self) -> Result<Written, ExportError> {
        let Complete { file, path, rows } = self;
        file.persist(&path).map_err(|error| failed(&path, error.error))?;
        Ok(Written { path, rows })
    }
}

/// A file that goes away unless it is put somewhere; readable by whom the umask allows, as any new file.
fn aside(dir: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(".data-review-")
        .permissions(std::fs::Permissions::from_mode(0o666))
        .tempfile_in(dir)
}

fn failed(path: &Path, error: io::Error) -> ExportError {
    ExportError::Write {
        path: path.to_owned(),
        error,
    }
}
