//! A copy of the project in which a test can run cargo.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::{files, workspace};

/// Fast builds: nothing in the copy runs for long, so that no crate is optimised.
const PROFILE: &str = "\n[profile.dev]\ndebug = 0\n";
const OPTIMISED: &str = "{ opt-level = 2 }";
const CONFIG: &str = ".cargo/config.toml";

/// A copy of the project that is kept between runs, so that unchanged crates are not compiled again.
pub struct ProjectCopy {
    root: PathBuf,
    target: PathBuf,
    /// Path from the root → bytes; read once, so that an edit during the test has no effect.
    files: BTreeMap<PathBuf, Vec<u8>>,
    /// Held as long as this test uses the copy.
    _lock: File,
}

impl ProjectCopy {
    /// Copies the project below `scratch`, the `CARGO_TARGET_TMPDIR` of a test. Waits until no other test uses the copy.
    ///
    /// # Panics
    /// If a file cannot be read or written.
    pub fn new(scratch: &Path) -> Self {
        let lock = File::create(scratch.join("copy-lock")).expect("the lock can be made");
        lock.lock().expect("the lock can be taken");
        let copy = ProjectCopy {
            root: scratch.join("copy"),
            // A separate folder: cargo distinguishes the packages of two copies of a workspace by name only.
            target: scratch.join("copy-target"),
            files: project_files(),
            _lock: lock,
        };
        std::fs::create_dir_all(&copy.root).expect("the copy can be made");
        copy.restore();
        copy
    }

    /// Makes the copy equal to the project again.
    ///
    /// # Panics
    /// If a file cannot be written or removed.
    pub fn restore(&self) {
        let mut there = BTreeSet::new();
        walk(&self.root, Path::new(""), &mut there);
        for surplus in there.iter().filter(|path| !self.files.contains_key(*path)) {
            std::fs::remove_file(self.root.join(surplus)).expect("a file of the copy can be removed");
        }
        remove_empty_folders(&self.root);
        for (path, bytes) in &self.files {
            self.write(path, bytes);
        }
    }

    /// Writes a file unless it has these bytes already, so that its modification time is kept.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn write(&self, path: impl AsRef<Path>, bytes: &[u8]) {
        let target = self.root.join(path);
        if std::fs::read(&target).is_ok_and(|held| held == bytes) {
            return;
        }
        let folder = target.parent().expect("a file lies in a folder");
        std::fs::create_dir_all(folder).expect("a folder of the copy can be made");
        std::fs::write(target, bytes).expect("a file of the copy can be written");
    }

    /// Reads a text file.
    ///
    /// # Panics
    /// If it cannot be read.
    pub fn read(&self, path: &str) -> String {
        String::from_utf8(files::read(&self.root.join(path))).expect("the file is text")
    }

    /// Replaces the first occurrence of `from` in a file.
    ///
    /// # Panics
    /// If the file does not contain it.
    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no `{from}`");
        self.write(path, text.replacen(from, to, 1).as_bytes());
    }

    /// Runs a program in the copy's root; cargo builds into a folder of the copy.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Output {
        self.run_in("", program, arguments)
    }

    /// Runs a program in a folder, as a path from the copy's root; otherwise like [`Self::run`].
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn run_in(&self, folder: &str, program: &str, arguments: &[&str]) -> Output {
        Command::new(program)
            .args(arguments)
            .current_dir(self.root.join(folder))
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_TERM_COLOR", "never")
            // Most crates are compiled once.
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_NET_OFFLINE", "true")
            .output()
            .unwrap_or_else(|error| panic!("{program} cannot be called: {error}"))
    }
}

/// Standard output and error of a program.
pub fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr]
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .concat()
}

/// The files that cargo needs: manifest and lock of the workspace, the members' folders, and the test files.
fn project_files() -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found: BTreeSet<PathBuf> = ["Cargo.toml", "Cargo.lock", CONFIG]
        .iter()
        .map(PathBuf::from)
        .collect();
    let members = workspace::read()
        .packages
        .into_iter()
        .map(|package| package.folder);
    for folder in members.chain([PathBuf::from("test_data")]) {
        walk(files::root(), &folder, &mut found);
    }
    let read = |path: PathBuf| std::fs::read(files::root().join(&path)).map(|bytes| (path, bytes));
    let mut files: BTreeMap<PathBuf, Vec<u8>> =
        found.into_iter().filter_map(|path| read(path).ok()).collect();
    files.entry(CONFIG.into()).or_default().extend(PROFILE.bytes());
    let manifest = files.entry("Cargo.toml".into()).or_default();
    let text = String::from_utf8_lossy(manifest);
    *manifest = text.replace(OPTIMISED, "{ opt-level = 0 }").into_bytes();
    files
}

/// Files at and below a folder, as paths from `root`.
fn walk(root: &Path, folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(root.join(folder)).expect("a folder of the project can be read") {
        let entry = entry.expect("a folder of the project can be read");
        let path = folder.join(entry.file_name());
        if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.insert(path);
        } else if entry.file_name() != "target" {
            walk(root, &path, found);
        }
    }
}

/// Removes folders without files, which would be taken for handlers. Removing a folder that has files fails, which is ignored.
fn remove_empty_folders(folder: &Path) {
    let entries = std::fs::read_dir(folder).expect("a folder of the copy can be read");
    for entry in entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_dir())
    {
        remove_empty_folders(&entry.path());
        let _ = std::fs::remove_dir(entry.path());
    }
}
