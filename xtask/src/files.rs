//! Copies of files.

use std::fs;
use std::path::Path;

use crate::shell::Outcome;

/// Copies all that is in a folder; see [`copy_file`].
///
/// # Errors
/// When something cannot be read or written.
pub fn copy_folder(from: &Path, to: &Path) -> Outcome {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            copy_file(&entry.path(), &to)?;
        }
    }
    Ok(())
}

/// Copies a file; leaves one alone that has these bytes already.
///
/// # Errors
/// When it cannot be read or written.
pub fn copy_file(from: &Path, to: &Path) -> Outcome {
    if fs::read(to).is_ok_and(|bytes| fs::read(from).is_ok_and(|wanted| wanted == bytes)) {
        return Ok(());
    }
    fs::create_dir_all(to.parent().ok_or("a file lies in a folder")?)?;
    fs::copy(from, to)?;
    Ok(())
}
