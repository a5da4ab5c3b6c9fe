//! Opens the store of a command, and says what to do if that is impossible.

use std::path::Path;

use data_review_store_sqlite::SqliteStore;

use crate::error::CliError;

/// Opens the store for a run; creates it if it does not exist.
pub(crate) fn to_write(path: &Path) -> Result<SqliteStore, CliError> {
    check(path)?;
    SqliteStore::open(path).map_err(|error| match unwritable(path) {
        Some(reason) => CliError::Usage(reason),
        None => error.into(),
    })
}

/// Opens an existing store for reading.
pub(crate) fn to_read(path: &Path) -> Result<SqliteStore, CliError> {
    check(path)?;
    Ok(SqliteStore::open_existing(path)?)
}

/// Refuses a path that cannot be that of a store.
pub(crate) fn check(path: &Path) -> Result<(), CliError> {
    let shown = path.display();
    if path.is_dir() {
        let example = path.join("data-review.db");
        return Err(CliError::Usage(format!(
            "--db: {shown} is a directory; name a file in it, such as {}",
            example.display()
        )));
    }
    let parent = directory(path);
    if !parent.exists() {
        return Err(CliError::Usage(format!(
            "--db: directory {} does not exist; create it, or name another file",
            parent.display()
        )));
    }
    Ok(())
}

/// The directory of a file.
pub(crate) fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Why no file can be created beside the store.
fn unwritable(path: &Path) -> Option<String> {
    let parent = directory(path);
    let error = tempfile::tempfile_in(parent).err()?;
    let parent = parent.canonicalize().unwrap_or_else(|_| parent.to_owned());
    Some(format!(
        "cannot create the store in {}: {error}; name a file in a directory that is writable with --db FILE",
        parent.display()
    ))
}
