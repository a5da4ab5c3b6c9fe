//! Paths that are not arguments: those that `--files-from` lists, and standard input, copied to a temporary file.

use std::ffi::OsString;
use std::io::{self, Read};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use data_review_core::name_of;
use tempfile::TempDir;

use crate::args::FileList;
use crate::error::CliError;

/// What an argument means that is not a path: standard input.
pub(crate) const STDIN: &str = "-";

/// The paths of a list: one a line, or separated by NUL. Empty ones are skipped.
pub(crate) fn listed(list: &FileList) -> Result<Vec<PathBuf>, CliError> {
    let Some(from) = &list.files_from else {
        return Ok(Vec::new());
    };
    let bytes = match from.as_os_str() == STDIN {
        true => {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        }
        false => read(from),
    };
    let bytes = bytes.map_err(|error| {
        CliError::Usage(format!(
            "--files-from: cannot read {}: {error}; name a file with one path a line, or - for standard input",
            from.display()
        ))
    })?;
    let separator = if list.null { b'\0' } else { b'\n' };
    let paths = bytes
        .split(|byte| *byte == separator)
        .map(|line| match list.null {
            true => line,
            false => line.strip_suffix(b"\r").unwrap_or(line),
        });
    let paths = paths.filter(|path| !path.is_empty());
    Ok(paths
        .map(|path| PathBuf::from(OsString::from_vec(path.to_owned())))
        .collect())
}

#[expect(clippy::disallowed_methods, reason = "a command reads its list of files")]
fn read(path: &Path) -> io::Result<Vec<u8>> {
    std::fs::read(path)
}

/// Standard input as a file in a directory of its own, which goes away with the value.
pub(crate) struct Spooled {
    directory: TempDir,
    /// The file.
    pub(crate) path: PathBuf,
}

impl Spooled {
    /// Copies standard input to a file with this name.
    pub(crate) fn stdin(name: &str) -> Result<Self, CliError> {
        if name.is_empty() || name_of(name) != name || [".", ".."].contains(&name) {
            return Err(CliError::Usage(format!(
                "--name: invalid name `{name}`; write a file name without directories, such as cruise.csv"
            )));
        }
        let spooled = || {
            let directory = TempDir::new()?;
            let path = directory.path().join(name);
            io::copy(&mut io::stdin().lock(), &mut create(&path)?)?;
            Ok(Spooled { directory, path })
        };
        spooled().map_err(|error: io::Error| {
            CliError::Usage(format!("cannot copy standard input to a temporary file: {error}"))
        })
    }

    /// The directory of the file.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "handlers need a file that they can read at any position"
)]
fn create(path: &Path) -> io::Result<std::fs::File> {
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
}
