//! From paths of the command line to roots: which root each path belongs to, and how the roots of the store change.
//!
//! **Invariant.** A root that the user did not name lies within no other root: its objects belong to the outer one. A
//! named root may lie within another; the outer one then ends where the named one begins.

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_review_core::store::{Root, RootChange};

use super::{
    ListError, ListOptions, Remote, RemoteVersion, Resolved, is_absence, is_remote, is_root_name, key,
};

/// What is listed, and the changes of the roots.
pub(super) struct Plan {
    /// Sorted by path; no argument lies within a directory of another.
    pub(super) arguments: Vec<Argument>,
    pub(super) changes: Vec<RootChange>,
}

/// A path to list.
pub(super) struct Argument {
    pub(super) root: Arc<Root>,
    /// The path as the user wrote it, for messages.
    pub(super) given: PathBuf,
    /// The canonical path of the directory, or of the directory of a file with the file's name; an address as it is.
    pub(super) path: PathBuf,
    pub(super) kind: ArgumentKind,
    /// Directories of named roots below it, which are arguments of their own.
    pub(super) without: Vec<PathBuf>,
}

pub(super) enum ArgumentKind {
    /// A directory, or an address that may have objects below it.
    Directory,
    /// A file, or a broken link to one: the entry itself.
    File(Metadata),
    /// A remote object.
    Object(RemoteVersion),
    /// There is nothing at the path, but a root contains it.
    Missing,
}

/// Assigns the paths to roots.
pub(super) fn plan(paths: &[PathBuf], options: &ListOptions, prefix: &str) -> Result<Plan, ListError> {
    let remote = options.remote.as_deref();
    let mut roots = Roots {
        prefix,
        remote,
        known: options.known.clone(),
        changes: Vec::new(),
    };
    roots.tidy();
    for (name, path) in &options.named {
        roots.name(name, path)?;
    }
    let named = options.named.iter().map(|(_, path)| path);
    let paths: Vec<&PathBuf> = match paths.is_empty() && options.from_list.is_empty() {
        true => named.collect(),
        false => paths.iter().collect(),
    };
    let mut found = Vec::new();
    for path in paths.into_iter().chain(&options.from_list) {
        let (canonical, kind) = resolve(path, remote)?;
        found.push((canonical, path.clone(), kind));
    }
    let list = found[found.len() - options.from_list.len()..].iter();
    let without_root = list
        .filter_map(directory)
        .filter(|path| roots.containing(path).is_none() && !is_remote(path));
    let around_list = around(without_root);
    // Parents come before what lies within them.
    found.sort_by(|a, b| a.0.cmp(&b.0));
    // First the directory around the list, in which the others may lie.
    let directories: BTreeSet<&Path> = found.iter().filter_map(directory).collect();
    for directory in around_list.as_deref().into_iter().chain(directories) {
        roots.add_unless_contained(directory);
    }
    roots.tidy();
    let mut arguments: Vec<Argument> = Vec::new();
    let mut last_directory = None;
    let mut nested = Vec::new();
    for (path, given, kind) in found {
        // What lies within a directory follows it.
        let is_listed = |at: Option<usize>| at.is_some_and(|at| path.starts_with(&arguments[at].path));
        if is_listed(last_directory) || is_listed(arguments.len().checked_sub(1)) {
            continue;
        }
        if matches!(kind, ArgumentKind::Directory) {
            last_directory = Some(arguments.len());
        }
        let root = match kind {
            ArgumentKind::File(_) | ArgumentKind::Object(_) => {
                roots.containing(path.parent().unwrap_or(&path))
            }
            _ => roots.containing(&path),
        };
        let root = root
            .cloned()
            .ok_or_else(|| ListError::NoSuchPath(given.clone()))?;
        let without = match kind {
            ArgumentKind::Directory => roots.within(&path),
            _ => Vec::new(),
        };
        nested.extend(without.iter().cloned());
        arguments.push(Argument {
            root: Arc::new(root),
            given,
            path,
            kind,
            without: without.iter().map(place_of).collect(),
        });
    }
    for root in nested {
        let path = place_of(&root);
        let kind = match std::fs::read_dir(&path) {
            _ if is_remote(&path) => ArgumentKind::Directory,
            Ok(_) => ArgumentKind::Directory,
            Err(error) if is_absence(&error) => ArgumentKind::Missing,
            Err(error) => return Err(ListError::Unreadable { path, error }),
        };
        arguments.push(Argument {
            without: roots.within(&path).iter().map(place_of).collect(),
            root: Arc::new(root),
            given: path.clone(),
            path,
            kind,
        });
    }
    Ok(Plan {
        arguments,
        changes: roots.changes,
    })
}

/// A path that was found: canonical, as the user wrote it, and what is there.
type Found = (PathBuf, PathBuf, ArgumentKind);

/// The directory that a path needs a root around.
fn directory((path, _, kind): &Found) -> Option<&Path> {
    match kind {
        ArgumentKind::Directory => Some(path),
        ArgumentKind::File(_) | ArgumentKind::Object(_) => path.parent(),
        ArgumentKind::Missing => None,
    }
}

/// The deepest directory around all directories; `None` if that is the whole file system.
fn around<'p>(directories: impl Iterator<Item = &'p Path>) -> Option<PathBuf> {
    let deepest = directories.map(Path::to_owned).reduce(|one, other| {
        let common = one.components().zip(other.components());
        common.take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
    });
    deepest.filter(|directory| directory.parent().is_some())
}

/// The canonical path, and what is there.
fn resolve(path: &Path, remote: Option<&dyn Remote>) -> Result<(PathBuf, ArgumentKind), ListError> {
    if is_remote(path) {
        let remote = remote.ok_or_else(|| ListError::NoRemote(path.to_owned()))?;
        return resolve_remote(path, remote);
    }
    let unreadable = |error| ListError::Unreadable {
        path: path.to_owned(),
        error,
    };
    let itself = match std::fs::symlink_metadata(path) {
        Ok(itself) => itself,
        Err(error) if is_absence(&error) => return Ok((absent(path), ArgumentKind::Missing)),
        Err(error) => return Err(unreadable(error)),
    };
    if std::fs::metadata(path).is_ok_and(|found| found.is_dir()) {
        let canonical = path.canonicalize().map_err(unreadable)?;
        std::fs::read_dir(&canonical).map_err(unreadable)?;
        return Ok((canonical, ArgumentKind::Directory));
    }
    let name = path.file_name();
    let name = name.ok_or_else(|| ListError::NoSuchPath(path.to_owned()))?;
    let canonical = parent(path).canonicalize().map_err(unreadable)?;
    Ok((canonical.join(name), ArgumentKind::File(itself)))
}

/// The address as a path, and what it leads to.
fn resolve_remote(path: &Path, remote: &dyn Remote) -> Result<(PathBuf, ArgumentKind), ListError> {
    let address = path.to_string_lossy();
    // A `/` in a query would end a directory.
    let address = match address.split_once('?') {
        Some((path, query)) => format!("{path}?{}", query.replace('/', "%2F")),
        None => address.trim_end_matches('/').to_owned(),
    };
    let kind = match remote.resolve(&address) {
        Ok(Resolved::Object(version)) => ArgumentKind::Object(version),
        Ok(Resolved::Prefix) => ArgumentKind::Directory,
        Ok(Resolved::Nothing) => ArgumentKind::Missing,
        Err(reason) => return Err(ListError::Remote { address, reason }),
    };
    Ok((PathBuf::from(address), kind))
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The path that an absent file would have: the canonical path of the nearest directory above it that exists, and the rest.
fn absent(path: &Path) -> PathBuf {
    let mut above = path;
    let mut rest = Vec::new();
    while let Some(name) = above.file_name() {
        rest.push(name);
        above = parent(above);
        if let Ok(canonical) = above.canonicalize() {
            return rest.iter().rev().fold(canonical, |path, name| path.join(name));
        }
    }
    path.to_owned()
}

/// The path of a root.
fn place_of(root: &Root) -> PathBuf {
    key::to_path(&root.place)
}

/// The roots of the store as they will be, and the changes that lead there.
struct Roots<'p> {
    /// Only roots whose keys have this prefix contain paths of this listing.
    prefix: &'p str,
    remote: Option<&'p dyn Remote>,
    known: Vec<Root>,
    changes: Vec<RootChange>,
}

impl Roots<'_> {
    /// The innermost root that contains a path.
    fn containing(&self, path: &Path) -> Option<&Root> {
        self.known
            .iter()
            .filter(|root| self.is_ours(root) && path.starts_with(place_of(root)))
            .max_by_key(|root| root.place.len())
    }

    /// The roots strictly below a path.
    fn within(&self, path: &Path) -> Vec<Root> {
        let is_within = |root: &&Root| {
            let place = place_of(root);
            self.is_ours(root) && place != path && place.starts_with(path)
        };
        self.known.iter().filter(is_within).cloned().collect()
    }

    fn is_ours(&self, root: &Root) -> bool {
        root.prefix == self.prefix && !root.place.is_empty()
    }

    /// Makes a directory a root if no root contains it. The invariant is not restored.
    fn add_unless_contained(&mut self, directory: &Path) {
        if self.containing(directory).is_none() {
            self.add(Root::at(key::of_path(directory), self.prefix));
        }
    }

    /// Adds a root. The invariant is not restored.
    fn add(&mut self, root: Root) {
        self.changes.push(RootChange::Put(root.clone()));
        self.known.push(root);
    }

    /// The position of a root without a name that lies within another.
    fn misplaced(&self) -> Option<usize> {
        self.known.iter().position(|inner| {
            let place = place_of(inner);
            let contains = |outer: &Root| {
                self.is_ours(outer) && outer.name != inner.name && place.starts_with(place_of(outer))
            };
            !inner.is_named() && self.is_ours(inner) && self.known.iter().any(contains)
        })
    }

    /// Restores the invariant: roots without a name that lie within another become part of it. Stores of older programs
    /// may violate it.
    fn tidy(&mut self) {
        while let Some(at) = self.misplaced() {
            let inner = self.known.remove(at);
            let outer = self.containing(&place_of(&inner)).cloned();
            if let Some(outer) = outer {
                self.changes.push(RootChange::Move {
                    to_prefix: below(&outer, &place_of(&inner)),
                    to: outer.name,
                    from: inner.name,
                    from_prefix: inner.prefix,
                });
            }
        }
    }

    /// Gives a directory a name.
    fn name(&mut self, name: &str, path: &Path) -> Result<(), ListError> {
        if !is_root_name(name) {
            return Err(ListError::BadRootName(name.to_owned()));
        }
        let (directory, kind) = resolve(path, self.remote)?;
        let at = self.known.iter().position(|root| root.name == name);
        match kind {
            ArgumentKind::Directory => {}
            ArgumentKind::Missing if at.is_some() => {}
            ArgumentKind::Missing => return Err(ListError::NoSuchPath(path.to_owned())),
            ArgumentKind::File(_) | ArgumentKind::Object(_) => {
                return Err(ListError::Unreadable {
                    path: path.to_owned(),
                    error: io::ErrorKind::NotADirectory.into(),
                });
            }
        }
        let place = key::of_path(&directory);
        if at.is_some_and(|at| self.known[at].place == place) {
            return Ok(());
        }
        if let Some(other) = self
            .known
            .iter_mut()
            .find(|root| root.prefix == self.prefix && root.place == place)
        {
            if other.is_named() {
                let name = other.name.clone();
                return Err(ListError::RootTaken { place, name });
            }
            if at.is_none() {
                let from = std::mem::replace(&mut other.name, name.to_owned());
                let to = name.to_owned();
                self.changes.push(RootChange::Rename { from, to });
                return Ok(());
            }
        }
        let root = Root {
            name: name.to_owned(),
            prefix: at.map_or_else(|| self.prefix.to_owned(), |at| self.known[at].prefix.clone()),
            place,
        };
        let outer = match at {
            // The root moved: what lies at its new place is the same archive.
            Some(at) => {
                self.known.remove(at);
                None
            }
            None => self.containing(&directory).cloned(),
        };
        self.add(root.clone());
        self.tidy();
        if let Some(outer) = outer {
            self.changes.push(RootChange::Move {
                from_prefix: below(&outer, &directory),
                from: outer.name,
                to: root.name,
                to_prefix: root.prefix,
            });
        }
        Ok(())
    }
}

/// What the keys below a directory of a root begin with.
pub(super) fn below(root: &Root, directory: &Path) -> String {
    let relative = directory.strip_prefix(place_of(root)).unwrap_or(Path::new(""));
    let slash = if relative.as_os_str().is_empty() { "" } else { "/" };
    format!("{}{}{slash}", root.prefix, key::of_path(relative))
}
