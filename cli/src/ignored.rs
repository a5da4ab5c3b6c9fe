//! Files that are not reviewed: what `.datareviewignore` names, and what version control, desktops and checksum tools leave
//! beside data.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use data_review_engine::{Listing, is_remote};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::error::CliError;

/// The name of a file with patterns, in the syntax of `.gitignore`, for the directory that it lies in.
const NAME: &str = ".datareviewignore";

/// Directories that are not entered.
pub(crate) const DIRECTORIES: [&str; 5] = [".git", ".hg", ".svn", ".bzr", "CVS"];

/// Names of files that are not data.
const FILES: &[&str] = &[
    NAME,
    crate::config::NAME,
    ".DS_Store",
    "._*",
    "Thumbs.db",
    "desktop.ini",
    ".gitignore",
    ".gitattributes",
    "*~",
    "*.md5",
    "*.md5sum",
    "*.sha1",
    "*.sha256",
    "*.sha256sum",
    "*.sha512",
    "MD5SUMS",
    "SHA1SUMS",
    "SHA256SUMS",
    "SHA512SUMS",
];

/// Removes ignored files from a listing, and returns how many. A file that an argument names is never removed.
///
/// `defaults` tells whether [`FILES`] are ignored.
///
/// # Errors
/// If a `.datareviewignore` is invalid.
pub(crate) fn remove(listing: &mut Listing, arguments: &[PathBuf], defaults: bool) -> Result<u64, CliError> {
    let mut patterns = Patterns::new(arguments, defaults)?;
    let before = listing.objects.len();
    let mut failed = Ok(());
    listing.retain(|object| match patterns.ignore(&object.path()) {
        Ok(ignored) => !ignored,
        Err(error) => {
            failed = Err(error);
            true
        }
    });
    failed?;
    Ok((before - listing.objects.len()) as u64)
}

/// The patterns that apply below some directories.
struct Patterns {
    /// Canonical paths of the arguments: nothing above them is read.
    arguments: BTreeSet<PathBuf>,
    defaults: Gitignore,
    by_directory: HashMap<PathBuf, Option<Gitignore>>,
}

impl Patterns {
    fn new(arguments: &[PathBuf], defaults: bool) -> Result<Self, CliError> {
        let mut builder = GitignoreBuilder::new("");
        for name in FILES.iter().filter(|_| defaults) {
            builder.add_line(None, name).map_err(invalid)?;
        }
        Ok(Patterns {
            arguments: arguments
                .iter()
                .filter_map(|path| match is_remote(path) {
                    true => Some(path.clone()),
                    false => path.canonicalize().ok(),
                })
                .collect(),
            defaults: builder.build().map_err(invalid)?,
            by_directory: HashMap::new(),
        })
    }

    /// Whether a file is ignored. The nearest `.datareviewignore` that names it decides.
    fn ignore(&mut self, path: &Path) -> Result<bool, CliError> {
        if self.arguments.contains(path) {
            return Ok(false);
        }
        // An address has no directories on this machine.
        let directories = path.ancestors().skip(1).filter(|_| !is_remote(path));
        for directory in directories {
            match self
                .of(directory)?
                .map(|patterns| patterns.matched_path_or_any_parents(path, false).map(drop))
            {
                Some(Match::Ignore(())) => return Ok(true),
                Some(Match::Whitelist(())) => return Ok(false),
                Some(Match::None) | None => {}
            }
            if self.arguments.contains(directory) {
                break;
            }
        }
        let name = path.file_name().map_or(Path::new(""), Path::new);
        Ok(self.defaults.matched(name, false).is_ignore())
    }

    fn of(&mut self, directory: &Path) -> Result<Option<&Gitignore>, CliError> {
        if !self.by_directory.contains_key(directory) {
            let file = directory.join(NAME);
            let patterns = match file.is_file() {
                false => None,
                true => {
                    let mut builder = GitignoreBuilder::new(directory);
                    match builder.add(&file) {
                        Some(error) => return Err(invalid(error)),
                        None => Some(builder.build().map_err(invalid)?),
                    }
                }
            };
            self.by_directory.insert(directory.to_owned(), patterns);
        }
        Ok(self.by_directory.get(directory).and_then(Option::as_ref))
    }
}

fn invalid(error: ignore::Error) -> CliError {
    CliError::Usage(format!("invalid {NAME}: {error}"))
}
