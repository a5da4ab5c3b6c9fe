//! Listing, copying and writing of files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::shell::Outcome;

/// Lists all files below a folder, sorted by path. Folders themselves are not listed.
///
/// # Errors
/// If a folder cannot be read.
pub fn files_below(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Copies the content of a folder recursively. Files are copied as by [`copy_file`].
///
/// # Errors
/// If a file cannot be read or written.
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

/// Copies a file and creates the folders of the target. A target with the same bytes is left alone, so that its
/// modification time stays.
///
/// # Errors
/// If a file cannot be read or written.
pub fn copy_file(from: &Path, to: &Path) -> Outcome {
    if fs::read(to).is_ok_and(|bytes| fs::read(from).is_ok_and(|wanted| wanted == bytes)) {
        return Ok(());
    }
    fs::create_dir_all(to.parent().ok_or("the target has no parent folder")?)?;
    fs::copy(from, to)?;
    Ok(())
}

/// Writes a shell script that can be run.
///
/// # Errors
/// If the file cannot be written.
pub fn write_script(path: &Path, text: &str) -> Outcome {
    fs::write(path, format!("#!/bin/sh\n{text}\n"))?;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}
