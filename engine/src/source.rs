//! Lists the files below the given paths, and the objects below the addresses of remote sources.

mod filter;
mod key;
mod remote;
mod roots;
mod stamp;
mod walk;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_review_core::Failure;
use data_review_core::store::{Root, RootChange};

pub use remote::{FetchError, Remote, RemoteVersion, Resolved, is_remote};
pub use stamp::{FileStamp, ObjectStamp};
pub(crate) use walk::kind_of;

/// A listed regular file, or a remote object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The root below which it was listed.
    pub root: Arc<Root>,
    /// The path relative to its root, `/`-separated, after the prefix.
    ///
    /// Bytes that are not UTF-8 are percent-encoded (`%FF`). So that two names never share a key, a `%` that would then
    /// read as such a byte is written `%25`; any other `%` is left alone, as are newlines.
    pub key: Box<str>,
    /// Its version when it was listed. As long as the stamp does not change, the content is assumed not to change either.
    pub stamp: ObjectStamp,
}

/// A listed entry that cannot be read as a file: an unreadable directory, a dangling link, a link to a directory above it,
/// a pipe, a socket, a device. It gets an outcome like any file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The root below which it was listed.
    pub root: Arc<Root>,
    /// Its key, as of an [`Object`].
    pub key: String,
    /// Why it cannot be read.
    pub failure: Failure,
    /// The stamp of the entry itself, without following a link; `None` if the system refuses to tell it.
    pub stamp: Option<String>,
}

/// A directory that was listed as a whole, so that keys which are missing in the listing may be gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subtree {
    /// Its root.
    pub root: Arc<Root>,
    /// What the keys below it begin with: the prefix of the root, and the path of the directory with a `/` at its end.
    pub below: String,
    /// Number of entries that were found, whether or not a glob selects them.
    pub entries: u64,
    /// Whether the directory does not exist.
    pub is_missing: bool,
    /// Keys of remote objects that were found and are not objects of the listing; whether a file exists is asked when it
    /// matters.
    left_out: BTreeSet<Box<str>>,
}

/// The result of [`list`].
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Sorted by the names of their roots and the bytes of their keys.
    pub objects: Vec<Object>,
    /// Sorted by the names of their roots and the bytes of their keys.
    pub troubles: Vec<Trouble>,
    /// The directories that were listed, by their paths; none lies within another with the same root.
    pub subtrees: Vec<Subtree>,
    /// Changes of the roots that the store must make before outcomes are recorded.
    pub changes: Vec<RootChange>,
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
    /// The roots that the store has. A path below one of them belongs to it; any other path is a root of its own.
    pub known: Vec<Root>,
    /// Roots that the user names, with their paths. Each is listed as a whole if no path is given.
    pub named: Vec<(String, PathBuf)>,
    /// Further paths, from a list. Where no root contains them, the deepest directory around all of them becomes one, rather
    /// than the directory of each.
    pub from_list: Vec<PathBuf>,
    /// Reads what addresses lead to.
    pub remote: Option<Arc<dyn Remote>>,
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
    /// The name of a root is not valid ([`is_root_name`]).
    #[error("invalid name of a root `{0}`: write a name without `/` and `=`, such as --root argo=/mnt/argo")]
    BadRootName(String),
    /// The directory has another name already.
    #[error("{place} is the root `{name}` already; rename it with `data-review roots rename {name} NEW`")]
    RootTaken {
        /// The directory.
        place: String,
        /// Its name in the store.
        name: String,
    },
    /// An address, without a reader of remote objects.
    #[error("{}: this program reads files of this machine only", .0.display())]
    NoRemote(PathBuf),
    /// An address cannot be listed.
    #[error("{address}: {reason}")]
    Remote {
        /// The address.
        address: String,
        /// Why, and what to do.
        reason: String,
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

/// Lists single files and objects, and everything below directories and prefixes. Symbolic links are followed.
///
/// A file belongs to the innermost root that contains it, and is listed once, however many paths lead to it.
///
/// # Errors
/// If a path does not exist or cannot be read, an address cannot be listed, the name of a root is invalid or taken, or a
/// glob is invalid. A path that does not exist but lies within a known root is a [`Subtree`] that is missing.
pub fn list(paths: &[PathBuf], options: &ListOptions) -> Result<Listing, ListError> {
    let filter = filter::Filter::new(options)?;
    let prefix = match options.prefix.as_deref().map(|prefix| prefix.trim_matches('/')) {
        None | Some("") => String::new(),
        Some(prefix) => format!("{prefix}/"),
    };
    let plan = roots::plan(paths, options, &prefix)?;
    let mut walk = walk::Walk::new(&filter, options.remote.as_deref(), plan.changes);
    for argument in plan.arguments {
        walk.argument(argument)?;
    }
    Ok(walk.finish())
}

impl Object {
    /// Its path in the file system, or its address.
    pub fn path(&self) -> PathBuf {
        path_of(&self.root, &self.key)
    }

    /// Its length in bytes when it was listed.
    pub fn size(&self) -> u64 {
        self.stamp.size()
    }
}

impl Trouble {
    /// Its path in the file system.
    pub fn path(&self) -> PathBuf {
        path_of(&self.root, &self.key)
    }
}

impl Listing {
    /// The sizes of all objects in bytes, summed.
    pub fn bytes(&self) -> u64 {
        self.objects.iter().map(Object::size).sum()
    }

    /// Keeps only the objects that `keep` wants. The others exist: they do not become gone.
    pub fn retain(&mut self, mut keep: impl FnMut(&Object) -> bool) {
        let mut left_out = Vec::new();
        self.objects.retain(|object| {
            let keeps = keep(object);
            if !keeps && matches!(object.stamp, ObjectStamp::Remote(_)) {
                left_out.push((object.root.clone(), object.key.clone()));
            }
            keeps
        });
        for (root, key) in left_out {
            let ours = |subtree: &&mut Subtree| subtree.root.name == root.name && subtree.covers(&key);
            if let Some(subtree) = self.subtrees.iter_mut().find(ours) {
                subtree.left_out.insert(key);
            }
        }
    }

    /// Whether the key was listed below the root of this name, as an object or as trouble.
    pub fn contains(&self, root: &str, key: &str) -> bool {
        self.objects
            .binary_search_by(|object| (object.root.name.as_str(), &*object.key).cmp(&(root, key)))
            .is_ok()
            || self
                .troubles
                .binary_search_by(|trouble| {
                    (trouble.root.name.as_str(), trouble.key.as_str()).cmp(&(root, key))
                })
                .is_ok()
    }
}

impl Subtree {
    /// Whether a key of its root is that of the directory, or lies below it.
    pub fn covers(&self, key: &str) -> bool {
        key.starts_with(&self.below) || self.below.strip_suffix('/') == Some(key)
    }

    /// Whether an object that the listing does not contain does not exist.
    pub(crate) fn lacks(&self, key: &str) -> bool {
        let path = path_of(&self.root, key);
        match is_remote(&path) {
            true => !self.left_out.contains(key),
            false => is_gone(&path),
        }
    }

    /// The path of the directory.
    pub fn path(&self) -> PathBuf {
        path_of(&self.root, self.below.strip_suffix('/').unwrap_or(&self.below))
    }
}

/// Whether a user may give a root this name: it is not empty, and cannot be taken for a path.
pub fn is_root_name(name: &str) -> bool {
    !name.trim().is_empty() && !name.contains(['/', '=']) && !name.chars().any(char::is_control)
}

/// The path or address that belongs to a key of a root, whether or not there is a file.
pub fn path_of(root: &Root, key: &str) -> PathBuf {
    let below = key.strip_prefix(&root.prefix);
    let place = key::to_path(&root.place);
    match below {
        // The root itself, whose prefix ends with a `/` that the key lacks.
        None | Some("") => place,
        Some(below) => place.join(key::to_path(below)),
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
