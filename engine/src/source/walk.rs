//! Walks the directories of the arguments.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fs::Metadata;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_review_core::store::{Root, RootChange};
use data_review_core::{Class, Failure, Stage};
use walkdir::WalkDir;

use super::filter::Filter;
use super::roots::{Argument, ArgumentKind, below};
use super::{
    FileStamp, ListError, Listing, Object, ObjectStamp, Remote, RemoteVersion, Subtree, Trouble, is_absence,
    is_remote, key,
};

/// A listing that is being made.
pub(super) struct Walk<'f> {
    filter: &'f Filter,
    remote: Option<&'f dyn Remote>,
    listing: Listing,
}

/// The directory that is being listed.
struct Below<'a> {
    root: &'a Arc<Root>,
    /// What the keys below it begin with.
    prefix: &'a str,
    /// Number of entries that were found.
    entries: u64,
}

impl<'f> Walk<'f> {
    pub(super) fn new(filter: &'f Filter, remote: Option<&'f dyn Remote>, changes: Vec<RootChange>) -> Self {
        Walk {
            filter,
            remote,
            listing: Listing {
                changes,
                ..Listing::default()
            },
        }
    }

    /// Lists one argument.
    pub(super) fn argument(&mut self, argument: Argument) -> Result<(), ListError> {
        let Argument {
            root,
            given,
            path,
            kind,
            without,
        } = argument;
        if matches!(kind, ArgumentKind::File(_) | ArgumentKind::Object(_)) {
            let name = path.file_name().ok_or(ListError::NoSuchPath(given))?;
            let prefix = below(&root, path.parent().unwrap_or(&path));
            let mut below = Below {
                root: &root,
                prefix: &prefix,
                entries: 0,
            };
            let name = key::of_path(Path::new(name));
            match kind {
                ArgumentKind::File(itself) => match std::fs::metadata(&path) {
                    Ok(found) => self.file(&path, &name, &mut below, &found),
                    Err(error) => self.broken(&name, &below, Some(&itself), broken_link(&error)),
                },
                ArgumentKind::Object(version) if self.filter.wants(&name) => {
                    let key = format!("{prefix}{name}").into();
                    self.object(&root, key, ObjectStamp::Remote(version));
                }
                _ => {}
            }
            return Ok(());
        }
        let mut subtree = Subtree {
            below: below(&root, &path),
            root,
            entries: 0,
            is_missing: false,
            left_out: BTreeSet::new(),
        };
        match kind {
            ArgumentKind::Missing => subtree.is_missing = true,
            _ if is_remote(&path) => self.prefix(&mut subtree, &path, &without)?,
            _ => subtree.entries = self.directory(&subtree.root, &subtree.below, &path, &without),
        }
        self.listing.subtrees.push(subtree);
        Ok(())
    }

    /// Lists every object below an address but those of other roots.
    fn prefix(&mut self, subtree: &mut Subtree, path: &Path, without: &[PathBuf]) -> Result<(), ListError> {
        let address = path.to_string_lossy().into_owned();
        let Some(remote) = self.remote else {
            return Err(ListError::NoRemote(path.to_owned()));
        };
        let listed = remote.list(&address, &mut |relative, version: RemoteVersion| {
            if without.iter().any(|other| path.join(relative).starts_with(other)) {
                return;
            }
            subtree.entries += 1;
            let relative = key::of_path(Path::new(relative));
            let key: Box<str> = format!("{}{relative}", subtree.below).into();
            let mut directories = relative.match_indices('/').map(|(at, _)| &relative[..at]);
            if directories.all(|directory| self.filter.enters(directory)) && self.filter.wants(&relative) {
                self.object(&subtree.root, key, ObjectStamp::Remote(version));
            } else {
                subtree.left_out.insert(key);
            }
        });
        listed.map_err(|reason| ListError::Remote { address, reason })
    }

    fn object(&mut self, root: &Arc<Root>, key: Box<str>, stamp: ObjectStamp) {
        self.listing.objects.push(Object {
            root: root.clone(),
            key,
            stamp,
        });
    }

    /// Lists everything below a directory but the directories of other roots; returns the number of entries.
    fn directory(&mut self, root: &Arc<Root>, prefix: &str, directory: &Path, without: &[PathBuf]) -> u64 {
        let relative = |path: &Path| key::of_path(path.strip_prefix(directory).unwrap_or(path));
        let mut below = Below {
            root,
            prefix,
            entries: 0,
        };
        let filter = self.filter;
        let mut entries = WalkDir::new(directory)
            .min_depth(1)
            .follow_links(true)
            .into_iter();
        while let Some(entry) = entries.next() {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {
                    if without.iter().any(|other| other == entry.path()) {
                        entries.skip_current_dir();
                    } else if !filter.enters(&relative(entry.path())) {
                        below.entries += 1;
                        entries.skip_current_dir();
                    }
                }
                Ok(entry) => match entry.metadata() {
                    Ok(found) => self.file(entry.path(), &relative(entry.path()), &mut below, &found),
                    // It was deleted during the listing. The next listing will not contain it, and its row becomes gone.
                    Err(error) if error.io_error().is_some_and(is_absence) => {}
                    Err(error) => self.error(&error, &relative, &mut below),
                },
                Err(error) => self.error(&error, &relative, &mut below),
            }
        }
        below.entries
    }

    /// Adds a file, or the trouble that its path leads to.
    fn file(&mut self, path: &Path, relative: &str, below: &mut Below<'_>, found: &Metadata) {
        if self.filter.is_store_file(path, found) {
            return;
        }
        below.entries += 1;
        if !self.filter.wants(relative) {
            return;
        }
        if !found.is_file() {
            let message = format!("it is {}, not a file", kind_of(found));
            return self.broken(relative, below, Some(found), (Class::Unsupported, message));
        }
        let key = format!("{}{relative}", below.prefix).into();
        self.object(below.root, key, ObjectStamp::File(FileStamp::of(found)));
    }

    fn error(&mut self, error: &walkdir::Error, relative: &dyn Fn(&Path) -> String, below: &mut Below<'_>) {
        let Some(path) = error.path() else { return };
        let key = relative(path);
        let itself = std::fs::symlink_metadata(path).ok();
        let is_link = itself
            .as_ref()
            .is_some_and(|found| found.file_type().is_symlink());
        let what = match error.io_error() {
            None => (
                Class::Unreadable,
                "it is a symbolic link back to a directory that it lies in".to_owned(),
            ),
            Some(error) if is_link => broken_link(error),
            Some(error) if is_absence(error) => return,
            Some(error) => (Class::Unreadable, format!("it cannot be listed: {error}")),
        };
        below.entries += 1;
        // A directory that cannot be listed may hold wanted files, whatever its own name.
        let wanted = match is_link && error.io_error().is_some() {
            true => self.filter.wants(&key),
            false => self.filter.enters(&key),
        };
        if wanted {
            self.broken(&key, below, itself.as_ref(), what);
        }
    }

    fn broken(
        &mut self,
        relative: &str,
        below: &Below<'_>,
        found: Option<&Metadata>,
        (class, message): (Class, String),
    ) {
        self.listing.troubles.push(Trouble {
            root: below.root.clone(),
            key: format!("{}{relative}", below.prefix),
            failure: Failure::new(Stage::List, class, message),
            stamp: found.map(|found| FileStamp::of(found).to_string()),
        });
    }

    /// The sorted listing.
    pub(super) fn finish(mut self) -> Listing {
        // Most objects are in order already, and a stable sort would need half as much memory again.
        let id = |root: &Arc<Root>| Arc::as_ptr(root);
        self.listing.objects.sort_unstable_by(|a, b| {
            let by_root = match id(&a.root) == id(&b.root) {
                true => Ordering::Equal,
                false => a.root.name.cmp(&b.root.name),
            };
            by_root.then_with(|| a.key.cmp(&b.key))
        });
        self.listing
            .troubles
            .sort_by(|a, b| (&a.root.name, &a.key).cmp(&(&b.root.name, &b.key)));
        self.listing
    }
}

fn broken_link(error: &std::io::Error) -> (Class, String) {
    let message = match error.raw_os_error() {
        _ if is_absence(error) => "it is a symbolic link that leads nowhere".to_owned(),
        Some(libc::ELOOP) => "it is a symbolic link that leads back to itself".to_owned(),
        _ => format!("it is a symbolic link that cannot be followed: {error}"),
    };
    (Class::Unreadable, message)
}

/// The kind of an entry that is not a file, with its article.
pub(crate) fn kind_of(found: &Metadata) -> &'static str {
    let kind = found.file_type();
    if kind.is_dir() {
        "a directory"
    } else if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else if kind.is_block_device() || kind.is_char_device() {
        "a device"
    } else {
        "something else"
    }
}
