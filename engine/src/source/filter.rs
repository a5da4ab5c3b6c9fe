//! Which files the globs select.

use std::collections::HashSet;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::{ListError, ListOptions};

/// Compiled globs, and the files that are skipped.
pub(super) struct Filter {
    include: Option<Globs>,
    exclude: Globs,
    never: HashSet<(u64, u64)>,
    /// Names of files that may appear during the listing, such as a journal of the store.
    never_paths: HashSet<PathBuf>,
}

impl Filter {
    pub(super) fn new(options: &ListOptions) -> Result<Self, ListError> {
        let identity = |path: &PathBuf| {
            std::fs::metadata(path)
                .ok()
                .map(|found| (found.dev(), found.ino()))
        };
        let place = |path: &PathBuf| {
            let parent = path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            Some(parent.canonicalize().ok()?.join(path.file_name()?))
        };
        Ok(Filter {
            include: match options.include.is_empty() {
                true => None,
                false => Some(Globs::new(&options.include)?),
            },
            exclude: Globs::new(&options.exclude)?,
            never: options.never.iter().filter_map(identity).collect(),
            never_paths: options.never.iter().filter_map(place).collect(),
        })
    }

    /// Whether a file is selected, by its path relative to its argument.
    pub(super) fn wants(&self, relative: &str) -> bool {
        !self.exclude.matches(relative) && self.include.as_ref().is_none_or(|globs| globs.matches(relative))
    }

    /// Whether a directory is entered.
    pub(super) fn enters(&self, relative: &str) -> bool {
        !self.exclude.matches(relative)
    }

    /// Whether a path is a file of the store.
    pub(super) fn is_store_file(&self, path: &Path, found: &Metadata) -> bool {
        self.never.contains(&(found.dev(), found.ino())) || self.never_paths.contains(path)
    }
}

struct Globs {
    names: GlobSet,
    paths: GlobSet,
}

impl Globs {
    fn new(globs: &[String]) -> Result<Self, ListError> {
        let (mut names, mut paths) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        for glob in globs {
            let bare = glob.strip_prefix("./").unwrap_or(glob);
            let bare = bare.strip_suffix('/').unwrap_or(bare);
            let bad = |reason: String| ListError::BadGlob {
                glob: glob.clone(),
                reason,
            };
            if bare.is_empty() {
                return Err(bad("it is empty".to_owned()));
            }
            let built = GlobBuilder::new(bare.strip_prefix('/').unwrap_or(bare))
                .literal_separator(true)
                .build()
                .map_err(|error| bad(error.kind().to_string()))?;
            if bare.contains('/') {
                paths.add(built)
            } else {
                names.add(built)
            };
        }
        let build = |set: GlobSetBuilder| {
            set.build().map_err(|error| ListError::BadGlob {
                glob: globs.join(" "),
                reason: error.to_string(),
            })
        };
        Ok(Globs {
            names: build(names)?,
            paths: build(paths)?,
        })
    }

    fn matches(&self, relative: &str) -> bool {
        let name = relative.rsplit('/').next().unwrap_or(relative);
        self.names.is_match(name) || self.paths.is_match(relative)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(include: &[&str], exclude: &[&str]) -> Filter {
        let strings = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        Filter::new(&ListOptions {
            include: strings(include),
            exclude: strings(exclude),
            ..ListOptions::default()
        })
        .unwrap()
    }

    #[test]
    fn a_glob_without_a_slash_is_for_names_and_one_with_is_for_paths() {
        let names = filter(&["*.csv"], &[]);
        assert!(names.wants("a/b/c.csv") && !names.wants("a.csv/c.nc"));
        let paths = filter(&["a/*.csv"], &[]);
        assert!(paths.wants("a/c.csv") && !paths.wants("a/b/c.csv") && !paths.wants("c.csv"));
        let deep = filter(&["a/**"], &[]);
        assert!(deep.wants("a/b/c.csv") && !deep.wants("b/c.csv"));
        assert!(filter(&["/c.csv"], &[]).wants("c.csv") && !filter(&["/c.csv"], &[]).wants("a/c.csv"));
    }

    #[test]
    fn an_excluded_directory_is_not_entered() {
        for glob in ["raw", "raw/", "./raw", "/raw", "r*"] {
            assert!(!filter(&[], &[glob]).enters("raw"), "{glob}");
        }
        assert!(!filter(&["*.csv"], &["x.csv"]).wants("x.csv"));
    }

    #[test]
    fn a_bad_glob_is_named() {
        for glob in ["a[", "", "/"] {
            let options = ListOptions {
                include: vec![glob.to_owned()],
                ..ListOptions::default()
            };
            let error = Filter::new(&options).err().expect("bad").to_string();
            assert!(error.starts_with(&format!("invalid glob `{glob}`")), "{error}");
        }
    }
}
