//! The test files of the project, and the folder of real sample files.

use std::path::{Path, PathBuf};

/// A test file and its bytes.
#[derive(Debug, Clone)]
pub struct TestFile {
    /// Name of its folder: a handler's id, or `none`.
    pub folder: String,
    /// Last part of its path.
    pub name: String,
    /// Path from the project's root, `/`-separated.
    pub path: String,
    /// `<folder>/<name>`: its key when `test_data` is reviewed.
    pub key: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl TestFile {
    /// Whether its review must fail.
    pub fn is_bad(&self) -> bool {
        self.path.starts_with("tests/bad/")
    }
}

/// The project's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the suite is a folder of the project's root")
}

/// Files that handlers can review, sorted by path.
pub fn test_data() -> Vec<TestFile> {
    under("test_data")
}

/// Files that must fail or stay unidentified, sorted by path.
pub fn bad() -> Vec<TestFile> {
    under("tests/bad")
}

/// `<home>/<folder>/<name>`, sorted.
fn under(home: &str) -> Vec<TestFile> {
    let mut files = Vec::new();
    for folder in names(&root().join(home)) {
        for name in names(&root().join(home).join(&folder)) {
            let path = format!("{home}/{folder}/{name}");
            let bytes = read(&root().join(&path));
            files.push(TestFile {
                folder: folder.clone(),
                key: format!("{folder}/{name}"),
                name,
                path,
                bytes,
            });
        }
    }
    files
}

/// Reads a whole file.
///
/// # Panics
/// If it cannot be read.
pub fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Names in a folder, sorted.
///
/// # Panics
/// If the folder cannot be read.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The folder of real sample files, from `DATA_REVIEW_CORPUS`. Tests that need it are ignored where it was not set when they were
/// compiled.
///
/// # Panics
/// If it is not set.
pub fn corpus() -> PathBuf {
    let folder = std::env::var_os("DATA_REVIEW_CORPUS").expect("DATA_REVIEW_CORPUS names the sample files");
    PathBuf::from(folder)
}
