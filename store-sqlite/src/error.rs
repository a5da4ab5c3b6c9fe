//! What SQLite and the file system say, in words that say what to do.

use std::io;
use std::path::Path;

use data_review_core::store::StoreError;
use rusqlite::ErrorCode;

/// The error of a store at `path`. `doing` is what failed: "record outcomes".
pub(crate) fn sqlite(path: &Path, doing: &str, error: &rusqlite::Error) -> StoreError {
    let code = error.sqlite_error_code();
    let advice = match code {
        Some(ErrorCode::DiskFull) => {
            "; the disk is full. Free some space and run the review again: what was finished before is kept"
        }
        Some(ErrorCode::SystemIoFailure) => {
            "; see that the disk is mounted, writable and not full, and run the review again: what was finished before is kept"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "; another program keeps it locked. Close what has it open, and try again"
        }
        Some(ErrorCode::NotADatabase) => "; it is no Data Review store. Name another file with --db",
        Some(ErrorCode::DatabaseCorrupt) => {
            "; it is damaged. Move it away (`sqlite3 FILE .recover` may still read it) and review again"
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            "; see that you may write the file and its directory"
        }
        _ => "",
    };
    StoreError {
        message: format!("cannot {doing} in {}: {error}{advice}", path.display()),
        transient: matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)),
    }
}

/// The error of a file beside the store.
pub(crate) fn file(path: &Path, doing: &str, error: &io::Error) -> StoreError {
    refused(format!("cannot {doing} {}: {error}", path.display()))
}

/// An error that another try will not mend.
pub(crate) fn refused(message: String) -> StoreError {
    StoreError {
        message,
        transient: false,
    }
}
