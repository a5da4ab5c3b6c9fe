//! Walks the directories of the arguments.

use std::fs::Metadata;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_review_core::{Class, Failure, Stage};
use walkdir::WalkDir;

use super::filter::Filter;
use super::{ListError, Listing, Object, Origin, Stamp, Trouble, is_absence, key};

/// A listing that is being made.
pub(super) struct Walk<'f> {
    filter: &'f Filter,
    prefix: String,
    listing: Listing,
    /// The path of each trouble, for the message about two with the same key.
    trouble_paths: Vec<PathBuf>,
}

impl<'f> Walk<'f> {
    pub(super) fn new(filter: &'f Filter, prefix: String) -> Self {
        Walk {
            filter,
            prefix,
            listing: Listing::default(),
            trouble_paths: Vec::new(),
        }
    }

    /// Lists one argument.
    pub(super) fn argument(&mut self, path: &Path) -> Result<(), ListError> {
        let unreadable = |error| ListError::Unreadable {
            path: path.to_owned(),
            error,
        };
        let known = |error: std::io::Error| match is_absence(&error) {
            true => ListError::NoSuchPath(path.to_owned()),
            false => unreadable(error),
        };
        let itself = std::fs::symlink_metadata(path).map_err(known)?;
        match std::fs::metadata(path) {
            Ok(found) if found.is_dir() => {
                let root = path.canonicalize().map_err(known)?;
                std::fs::read_dir(&root).map_err(unreadable)?;
                self.directory(root);
            }
            found => {
                let name = path
                    .file_name()
                    .ok_or_else(|| ListError::NoSuchPath(path.to_owned()))?;
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                let root = parent.unwrap_or(Path::new(".")).canonicalize().map_err(known)?;
                let (path, name) = (root.join(name), key::of_path(Path::new(name)));
                let origin = self.origin(root, false);
                match found {
                    Ok(found) => self.file(path, &name, &origin, &found),
                    Err(error) => self.broken(path, &name, &origin, Some(&itself), broken_link(&error)),
                }
            }
        }
        Ok(())
    }

    fn directory(&mut self, root: PathBuf) {
        let origin = self.origin(root.clone(), true);
        let relative = |path: &Path| key::of_path(path.strip_prefix(&root).unwrap_or(path));
        let filter = self.filter;
        let entries = WalkDir::new(&root).min_depth(1).follow_links(true).into_iter();
        for entry in entries
            .filter_entry(|entry| !entry.file_type().is_dir() || filter.enters(&relative(entry.path())))
        {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => match entry.metadata() {
                    Ok(found) => {
                        let key = relative(entry.path());
                        self.file(entry.into_path(), &key, &origin, &found);
                    }
                    // It was deleted during the listing. The next listing will not contain it, and its row becomes gone.
                    Err(error) if error.io_error().is_some_and(is_absence) => {}
                    Err(error) => self.error(&error, &relative, &origin),
                },
                Err(error) => self.error(&error, &relative, &origin),
            }
        }
    }

    /// Adds a file, or the trouble that its path leads to.
    fn file(&mut self, path: PathBuf, relative: &str, origin: &Arc<str>, found: &Metadata) {
        if !self.filter.wants(relative) || self.filter.is_store_file(&path, found) {
            return;
        }
        if !found.is_file() {
            let message = format!("it is {}, not a file", kind_of(found));
            return self.broken(path, relative, origin, Some(found), (Class::Unsupported, message));
        }
        let stamp = Stamp::of(found);
        self.listing.objects.push(Object {
            key: format!("{}{relative}", self.prefix),
            path,
            origin: origin.clone(),
            size: stamp.size,
            stamp: stamp.to_string(),
        });
    }

    fn error(&mut self, error: &walkdir::Error, relative: &dyn Fn(&Path) -> String, origin: &Arc<str>) {
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
        // A directory that cannot be listed may hold wanted files, whatever its own name.
        let wanted = match is_link && error.io_error().is_some() {
            true => self.filter.wants(&key),
            false => self.filter.enters(&key),
        };
        if wanted {
            self.broken(path.to_owned(), &key, origin, itself.as_ref(), what);
        }
    }

    fn broken(
        &mut self,
        path: PathBuf,
        relative: &str,
        origin: &Arc<str>,
        found: Option<&Metadata>,
        (class, message): (Class, String),
    ) {
        self.listing.troubles.push(Trouble {
            key: format!("{}{relative}", self.prefix),
            origin: origin.clone(),
            failure: Failure::new(Stage::List, class, message),
            stamp: found.map(|found| Stamp::of(found).to_string()),
        });
        self.trouble_paths.push(path);
    }

    fn origin(&mut self, root: PathBuf, whole: bool) -> Arc<str> {
        if let Some(origin) = self.listing.origins.iter_mut().find(|origin| origin.root == root) {
            origin.whole |= whole;
            return origin.name.clone();
        }
        let origin = Origin::new(root, &self.prefix, whole);
        let name = origin.name.clone();
        self.listing.origins.push(origin);
        name
    }

    /// Sorts the listing, and refuses two entries with the same key.
    pub(super) fn finish(self) -> Result<Listing, ListError> {
        let mut listing = self.listing;
        let mut troubles: Vec<(Trouble, PathBuf)> =
            listing.troubles.into_iter().zip(self.trouble_paths).collect();
        // The sort is stable: of two entries with the same key, the one of the earlier argument comes first.
        listing.objects.sort_by(|a, b| a.key.cmp(&b.key));
        troubles.sort_by(|(a, _), (b, _)| a.key.cmp(&b.key));
        let objects = listing
            .objects
            .iter()
            .map(|object| (object.key.as_str(), object.path.as_path()));
        let mut all: Vec<(&str, &Path)> = objects
            .chain(
                troubles
                    .iter()
                    .map(|(trouble, path)| (trouble.key.as_str(), path.as_path())),
            )
            .collect();
        all.sort_by_key(|(key, _)| *key);
        if let Some([(key, first), (_, second)]) = all
            .windows(2)
            .find_map(|pair| <&[_; 2]>::try_from(pair).ok().filter(|[a, b]| a.0 == b.0))
        {
            let (key, first, second) = ((*key).to_owned(), first.to_path_buf(), second.to_path_buf());
            return Err(ListError::SameKey { key, first, second });
        }
        listing.troubles = troubles.into_iter().map(|(trouble, _)| trouble).collect();
        Ok(listing)
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
