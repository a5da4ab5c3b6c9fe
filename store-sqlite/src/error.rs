//! Errors of SQLite and of the file system, with advice.

use std::io;
use std::path::Path;

use data_review_core::store::StoreError;
use rusqlite::ErrorCode;

/// The error of a store at `path`. `doing` is the action that failed, such as `record outcomes`.
pub(crate) fn sqlite(path: &Path, doing: &str, error: &rusqlite::Error) -> StoreError {
    let code = error.sqlite_error_code();
    let advice = match code {
        Some(ErrorCode::DiskFull) => {
            "; the disk is full. Free some space and run the review again: finished outcomes are kept"
        }
        Some(ErrorCode::SystemIoFailure) => {
            "; check that the disk is mounted, writable and not full, and run the review again: finished outcomes are kept"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "; another program has locked it. Close that program, and try again"
        }
        Some(ErrorCode::NotADatabase) => "; it is not a Data Review store. Name another file with --db",
        Some(ErrorCode::DatabaseCorrupt) => {
            "; it is damaged. Move it away (`sqlite3 FILE .recover` may still read it) and review again"
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            "; check that the file and its directory are writable"
        }
        _ => "",
    };
    StoreError {
        message: format!("cannot {doing} in {}: {error}{advice}", path.display()),
        transient: matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)),
    }
}

/// The error of a file next to the store.
pub(crate) fn file(path: &Path, doing: &str, error: &io::Error) -> StoreError {
    refused(format!("cannot {doing} {}: {error}", path.display()))
}

/// An error that a retry will not fix.
pub(crate) fn refused(message: String) -> StoreError {
    StoreError {
        message,
        transient: false,
    }
}
