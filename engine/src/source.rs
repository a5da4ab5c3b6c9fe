//! What there is to look at: the files below the paths that were asked for.

mod filter;
mod key;
mod stamp;
mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_review_core::Failure;

pub(crate) use stamp::Stamp;
pub(crate) use walk::kind_of;

/// A regular file that was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The path relative to its argument, `/`-separated (a single file: its name), after the prefix.
    ///
    /// Bytes that are not UTF-8 are percent-encoded (`%FF`). So that two names never share a key, a `%` that would then
    /// read as such a byte is written `%25`; any other `%` is left alone, as are newlines.
    pub key: String,
    /// Where it lies.
    pub path: PathBuf,
    /// See [`Origin::name`].
    pub origin: Arc<str>,
    /// Its length in bytes when it was listed.
    pub size: u64,
    /// `size:mtime_ns:inode`: while it stays, the content is taken to stay.
    pub stamp: String,
}

/// Something that was listed and cannot be read as an object: an unreadable directory, a link that leads nowhere or back
/// to a directory above it, a pipe, a socket, a device. It ends in an outcome like any object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// As of an [`Object`].
    pub key: String,
    /// See [`Origin::name`].
    pub origin: Arc<str>,
    /// What is wrong with it.
    pub failure: Failure,
    /// As of an [`Object`], of the thing itself (a link is not followed); none where it cannot be had.
    pub stamp: Option<String>,
}

/// A directory whose files were listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its canonical absolute path; where keys have a prefix, `PREFIX/ = ` stands before it, because the same files under
    /// another prefix are other keys.
    pub name: Arc<str>,
    /// Its canonical absolute path.
    pub root: PathBuf,
    /// What stands before its keys, the `/` included.
    pub prefix: String,
    /// Whether all of it was listed, so that what is not there any more is gone; false when only single files were named.
    pub whole: bool,
}

/// Everything that was found.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Sorted by the bytes of their keys.
    pub objects: Vec<Object>,
    /// Sorted by the bytes of their keys.
    pub troubles: Vec<Trouble>,
    /// In the order of the arguments.
    pub origins: Vec<Origin>,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct ListOptions {
    /// Only files that one of these globs matches; empty: all.
    ///
    /// A glob without `/` is compared with the name, one with `/` with the path relative to its argument; `**` crosses
    /// directories.
    pub include: Vec<String>,
    /// No files that one of these globs matches, and none below a directory that one matches.
    pub exclude: Vec<String>,
    /// Stands before every key, with a `/`.
    pub prefix: Option<String>,
    /// Files that are no objects wherever they are met: the store's own.
    pub never: Vec<PathBuf>,
}

/// Why nothing can be listed; says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// There is nothing at a path.
    #[error("{}: no such file or directory; check the spelling", .0.display())]
    NoSuchPath(PathBuf),
    /// A path that was asked for cannot be read at all.
    #[error("{}: {error}; check its permissions", path.display())]
    Unreadable {
        /// The path as it was given.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// Two arguments yield one key, and the store has one row for a key.
    #[error(
        "`{key}` would name both {} and {}: review them in two runs with another --prefix each, or name the directory above them",
        first.display(), second.display()
    )]
    SameKey {
        /// The key.
        key: String,
        /// What the earlier argument yields.
        first: PathBuf,
        /// What the later argument yields.
        second: PathBuf,
    },
    /// A glob is none.
    #[error("`{glob}` is no glob: {reason}")]
    BadGlob {
        /// As it was given.
        glob: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// Lists what is below `paths`: directories with all they hold, symbolic links followed, and single files.
///
/// # Errors
/// When a path is not there, two paths yield one key, or a glob is none.
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
    /// Bytes of all objects.
    pub fn bytes(&self) -> u64 {
        self.objects.iter().map(|object| object.size).sum()
    }

    /// Whether the key was found, as an object or as trouble.
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

    /// Where the object of a key lies, or lay; none for a key that is not below the prefix.
    pub fn path_of(&self, key: &str) -> Option<PathBuf> {
        Some(self.root.join(key::to_path(key.strip_prefix(&self.prefix)?)))
    }
}

/// Whether there is no file any more at a path that once had one. What cannot be asked is taken to be there.
pub(crate) fn is_gone(path: &Path) -> bool {
    match std::fs::metadata(path) {
        Ok(found) => found.is_dir(),
        // A link that leads nowhere is there, and is trouble.
        Err(error) => {
            is_absence(&error) && std::fs::symlink_metadata(path).is_err_and(|error| is_absence(&error))
        }
    }
}

/// Whether an error says that nothing is at the path.
pub(crate) fn is_absence(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
    )
}
