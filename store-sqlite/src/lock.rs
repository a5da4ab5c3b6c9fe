//! One run at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use data_review_core::store::StoreError;

use crate::error;

/// The lock of a store for one run. The kernel releases it when the process ends, however it ends. The file stays, because
/// otherwise two runs could lock two files of the same name.
#[derive(Debug)]
pub(crate) struct RunLock {
    _file: File,
}

impl RunLock {
    /// Locks the file at `path` for a run on `store`.
    pub(crate) fn take(path: &Path, store: &Path) -> Result<Self, StoreError> {
        // The standard library opens with O_CLOEXEC: no worker inherits the lock.
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|error| error::file(path, "open", &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&mut file, store)),
            Err(TryLockError::Error(error)) => return Err(error::file(path, "lock", &error)),
        }
        // Only for the message of the run that comes second.
        let noted = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| write!(file, "{}", std::process::id()));
        noted.map_err(|error| error::file(path, "write", &error))?;
        Ok(RunLock { _file: file })
    }
}

fn held(file: &mut File, store: &Path) -> StoreError {
    let mut holder = String::new();
    let holder = match file.take(20).read_to_string(&mut holder) {
        Ok(1..) => format!("another run (process {})", holder.trim()),
        _ => "another run".to_owned(),
    };
    StoreError {
        message: format!(
            "{holder} is writing {}: wait until it ends, or name another store with --db",
            store.display()
        ),
        transient: true,
    }
}
