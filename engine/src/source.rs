//! Lists the files below the given paths.

mod filter;
mod key;
mod stamp;
mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_review_core::Failure;

pub(crate) use stamp::Stamp;
pub(crate) use walk::kind_of;

/// A listed regular file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The path relative to its argument, `/`-separated (a single file: its name), after the prefix.
    ///
    /// Bytes that are not UTF-8 are percent-encoded (`%FF`). So that two names never share a key, a `%` that would then
    /// read as such a byte is written `%25`; any other `%` is left alone, as are newlines.
    pub key: String,
    /// Its path in the file system.
    pub path: PathBuf,
    /// See [`Origin::name`].
    pub origin: Arc<str>,
    /// Its length in bytes when it was listed.
    pub size: u64,
    /// `size:mtime_ns:inode`. As long as it does not change, the content is assumed not to change either.
    pub stamp: String,
}

/// A listed entry that cannot be read as a file: an unreadable directory, a dangling link, a link to a directory above it,
/// a pipe, a socket, a device. It gets an outcome like any file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Its key, as of an [`Object`].
    pub key: String,
    /// See [`Origin::name`].
    pub origin: Arc<str>,
    /// Why it cannot be read.
    pub failure: Failure,
    /// The stamp of the entry itself, without following a link; `None` if the system refuses to tell it.
    pub stamp: Option<String>,
}

/// A directory that was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its canonical absolute path. If keys have a prefix, `PREFIX/ = ` precedes the path, because the same files have other
    /// keys under another prefix.
    pub name: Arc<str>,
    /// Its canonical absolute path.
    pub root: PathBuf,
    /// The prefix of its keys, including the `/`; may be empty.
    pub prefix: String,
    /// Whether all of it was listed, so that missing keys are gone. False if only single files were named.
    pub whole: bool,
}

/// The result of [`list`].
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Sorted by the bytes of their keys.
    pub objects: Vec<Object>,
    /// Sorted by the bytes of their keys.
    pub troubles: Vec<Trouble>,
    /// In the order of the arguments.
    pub origins: Vec<Origin>,
}

/// Which files are listed, and under which keys.
#[derive(Debug, Clone, Default)]
pub struct ListOptions {
    /// List only files that one of these globs matches; without any, all files.
    ///
    /// A glob without `/` is compared with the name of the file, one with `/` with the path relative to its argument. `**`
    /// matches across directories.
    pub include: Vec<String>,
    /// Skip files that one of these globs matches, and everything below a directory that one matches.
    pub exclude: Vec<String>,
    /// The prefix of every key, without the `/` that follows it.
    pub prefix: Option<String>,
    /// Files that are skipped wherever they are found: those of the store.
    pub never: Vec<PathBuf>,
}

/// Why nothing was listed. The message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// A path does not exist.
    #[error("{}: no such file or directory; check the spelling", .0.display())]
    NoSuchPath(PathBuf),
    /// A path of the arguments cannot be read.
    #[error("{}: {error}; check its permissions", path.display())]
    Unreadable {
        /// The path of the argument.
        path: PathBuf,
        /// The error of the system.
        error: std::io::Error,
    },
    /// Two arguments yield the same key, and a store has one row per key.
    #[error(
        "`{key}` would name both {} and {}: review them in two runs with another --prefix each, or name the directory above them",
        first.display(), second.display()
    )]
    SameKey {
        /// The key.
        key: String,
        /// The file of the first argument.
        first: PathBuf,
        /// The file of the second argument.
        second: PathBuf,
    },
    /// A glob is invalid.
    #[error("invalid glob `{glob}`: {reason}")]
    BadGlob {
        /// The glob.
        glob: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// Lists single files, and everything below directories. Symbolic links are followed.
///
/// # Errors
/// If a path does not exist, two paths yield the same key, or a glob is invalid.
pub fn list(paths: &[PathBuf], options: &ListOptions) -> Result<Listing, ListError> {
    let filter = filter::Filter::new(options)?;
    let prefix = match options.prefix.as_deref().map(|prefix| prefix.trim_matches('/')) {
        None | Some("") => String::new(),
        Some(prefix) => format!("{prefix}/"),
    };
    let mut walk = walk::Walk::new(&filter, prefix);
    for path in paths {
        walk.argument(path)?;
    }
    walk.finish()
}

impl Listing {
    /// The sizes of all objects in bytes, summed.
    pub fn bytes(&self) -> u64 {
        self.objects.iter().map(|object| object.size).sum()
    }

    /// Whether the key was listed, as an object or as trouble.
    pub fn contains(&self, key: &str) -> bool {
        self.objects
            .binary_search_by(|object| object.key.as_str().cmp(key))
            .is_ok()
            || self
                .troubles
                .binary_search_by(|trouble| trouble.key.as_str().cmp(key))
                .is_ok()
    }
}

impl Origin {
    fn new(root: PathBuf, prefix: &str, whole: bool) -> Self {
        let shown = key::of_path(&root);
        let name = if prefix.is_empty() {
            shown
        } else {
            format!("{prefix} = {shown}")
        };
        Origin {
            name: name.into(),
            root,
            prefix: prefix.to_owned(),
            whole,
        }
    }

    /// The path that belongs to a key, whether or not there is a file; `None` if the key does not have the prefix.
    pub fn path_of(&self, key: &str) -> Option<PathBuf> {
        Some(self.root.join(key::to_path(key.strip_prefix(&self.prefix)?)))
    }
}

/// Whether a path that once led to a file leads to nothing now. If the system refuses to tell, the file is assumed to exist.
pub(crate) fn is_gone(path: &Path) -> bool {
    match std::fs::metadata(path) {
        Ok(found) => found.is_dir(),
        // A dangling link exists, and is trouble.
        Err(error) => {
            is_absence(&error) && std::fs::symlink_metadata(path).is_err_and(|error| is_absence(&error))
        }
    }
}

/// Whether an error says that the path does not exist.
pub(crate) fn is_absence(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
    )
}
