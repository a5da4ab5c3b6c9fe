//! A table on its way into a file.

use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use data_review_core::Coverage;
use serde_json::{Map, Value};
use tempfile::NamedTempFile;

use super::Format;
use super::cell::Cell;
use super::columns::Column;
use super::{ExportError, Written};

/// Takes rows of one table.
pub(super) struct Sink {
    path: PathBuf,
    columns: &'static [Column],
    form: Form,
    rows: u64,
}

enum Form {
    Csv {
        writer: Box<csv::Writer<Target>>,
        raw: bool,
    },
    Json(BufWriter<Target>),
    /// Rows that are sorted when the table is complete.
    #[cfg(feature = "exports")]
    Parquet {
        table: Box<super::parquet::Table>,
        target: Target,
    },
}

/// Where a table goes.
enum Target {
    /// Into a file beside its place, until it is whole.
    File(NamedTempFile),
    /// To standard output.
    Output(Box<dyn Write>),
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Target::File(file) => file.write(bytes),
            Target::Output(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Target::File(file) => file.flush(),
            Target::Output(out) => out.flush(),
        }
    }
}

/// A table that is whole, and not yet in its place.
pub(super) struct Complete {
    target: Target,
    path: PathBuf,
    rows: u64,
}

impl Sink {
    /// An empty table `name` in `dir`.
    pub(super) fn in_directory(
        dir: &Path,
        name: &'static str,
        columns: &'static [Column],
        format: Format,
        raw: bool,
    ) -> Result<Self, ExportError> {
        let ending = match format {
            Format::Csv => "csv",
            Format::Json => "jsonl",
            #[cfg(feature = "exports")]
            Format::Parquet => "parquet",
        };
        let path = dir.join(format!("{name}.{ending}"));
        let file = aside(dir).map_err(|error| failed(&path, error))?;
        Sink::new(Target::File(file), path, name, columns, format, raw)
    }

    /// An empty table on standard output.
    pub(super) fn to_output(
        name: &'static str,
        columns: &'static [Column],
        format: Format,
        raw: bool,
    ) -> Result<Self, ExportError> {
        let target = Target::Output(Box::new(crate::output::data()));
        let path = PathBuf::from("standard output");
        Sink::new(target, path, name, columns, format, raw)
    }

    fn new(
        target: Target,
        path: PathBuf,
        #[cfg_attr(
            not(feature = "exports"),
            expect(unused_variables, reason = "only Parquet sorts by table")
        )]
        name: &'static str,
        columns: &'static [Column],
        format: Format,
        raw: bool,
    ) -> Result<Self, ExportError> {
        let form = match format {
            Format::Csv => Form::Csv {
                writer: Box::new(csv::Writer::from_writer(target)),
                raw,
            },
            Format::Json => Form::Json(BufWriter::new(target)),
            #[cfg(feature = "exports")]
            Format::Parquet => Form::Parquet {
                table: Box::new(super::parquet::Table::new(name, columns)),
                target,
            },
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

    /// Adds a row: one cell per column. Parquet files are sorted by the coverage of the file that the row is about.
    pub(super) fn row(
        &mut self,
        cells: &[Cell<'_>],
        #[cfg_attr(
            not(feature = "exports"),
            expect(unused_variables, reason = "only Parquet is sorted")
        )]
        coverage: Option<&Coverage>,
    ) -> Result<(), ExportError> {
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
            #[cfg(feature = "exports")]
            Form::Parquet { table, .. } => table.row(cells, coverage),
        };
        written.map_err(|error| failed(&self.path, error))
    }

    /// Makes sure that all of it is on the disk, or was passed on.
    pub(super) fn complete(self) -> Result<Complete, ExportError> {
        let Sink { path, form, rows, .. } = self;
        let target = match form {
            Form::Csv { writer, .. } => writer.into_inner().map_err(|error| error.into_error()),
            Form::Json(out) => out.into_inner().map_err(|error| error.into_error()),
            #[cfg(feature = "exports")]
            Form::Parquet { table, target } => match &target {
                Target::File(file) => table.write(file.as_file()).map(|()| target),
                Target::Output(_) => Err(io::Error::other("Parquet is written to a directory only")),
            },
        };
        let synced = target.and_then(|mut target| {
            target.flush()?;
            if let Target::File(file) = &target {
                file.as_file().sync_all()?;
            }
            Ok(target)
        });
        let target = synced.map_err(|error| failed(&path, error))?;
        Ok(Complete { target, path, rows })
    }
}

impl Complete {
    /// Puts a file into its place, over an earlier one; `None` for a table on standard output.
    pub(super) fn put(self) -> Option<Result<Written, ExportError>> {
        let Complete { target, path, rows } = self;
        let Target::File(file) = target else { return None };
        Some(match file.persist(&path) {
            Ok(_) => Ok(Written { path, rows }),
            Err(error) => Err(failed(&path, error.error)),
        })
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
