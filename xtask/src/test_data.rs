//! The project's own test files: deterministic, small, free of anybody's licence.
//!
//! `test_data/<id>/` holds what a handler reviews, good and odd; `tests/bad/<id>/` what its handler takes and fails on, and
//! `tests/bad/none/` what nobody takes. What each must yield is kept by `cargo xtask expected`.

mod archive;
mod bottle;
mod classic;
mod cruise;
mod csv;
mod ctd;
mod exchange;
mod hdf5;
mod hdf5_file;
mod netcdf;
mod none;
mod ocean;
mod odd;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use xtask::shell::{self, Outcome};

/// Path in the project → bytes.
type Files = BTreeMap<String, Vec<u8>>;

/// Homes of test files. A folder in them that the generator writes into holds nothing else; others are kept by hand.
const HOMES: [&str; 2] = ["test_data", "tests/bad"];

fn put(files: &mut Files, path: &str, bytes: impl Into<Vec<u8>>) {
    let before = files.insert(path.to_owned(), bytes.into());
    assert!(before.is_none(), "{path} is written twice");
}

fn generate() -> Files {
    let mut files = Files::new();
    bottle::write(&mut files);
    ctd::write(&mut files);
    csv::write(&mut files);
    hdf5::write(&mut files);
    netcdf::write(&mut files);
    none::write(&mut files);
    files
}

/// Writes all files and removes what is no longer generated; with `check`, only says what differs.
pub(crate) fn write(check: bool) -> Outcome {
    let files = generate();
    let differing = differing(shell::root(), &files)?;
    if check {
        return match differing.as_slice() {
            [] => Ok(()),
            some => Err(format!("run `cargo xtask test-data`: it changes {}", some.join(", ")).into()),
        };
    }
    for path in &differing {
        let target = shell::root().join(path);
        match files.get(path) {
            None => std::fs::remove_file(target)?,
            Some(bytes) => {
                std::fs::create_dir_all(target.parent().unwrap_or(shell::root()))?;
                std::fs::write(target, bytes)?;
            }
        }
        println!("{path}");
    }
    let bytes: usize = files.values().map(Vec::len).sum();
    println!(
        "{} files, {} kB, {} changed",
        files.len(),
        bytes / 1000,
        differing.len()
    );
    Ok(())
}

/// Runs the suite's program that writes expected documents: the suite depends on the handlers, the tasks do not.
pub(crate) fn expect(force: bool) -> Outcome {
    let mut refresh = Command::new("cargo");
    refresh.args([
        "run",
        "--quiet",
        "--package",
        "data-review-tests",
        "--bin",
        "refresh-expected",
    ]);
    if force {
        refresh.args(["--", "--force"]);
    }
    shell::run(refresh.current_dir(shell::root()))
}

/// Paths that are missing, other than generated, or not generated at all.
fn differing(root: &Path, files: &Files) -> Outcome<Vec<String>> {
    let mut differing = BTreeSet::new();
    for (path, bytes) in files {
        if !std::fs::read(root.join(path)).is_ok_and(|have| have == *bytes) {
            differing.insert(path.clone());
        }
    }
    for home in HOMES {
        let generated: BTreeSet<&str> = files
            .keys()
            .filter_map(|path| path.strip_prefix(home)?.strip_prefix('/')?.split('/').next())
            .collect();
        for folder in generated {
            surplus(root, &format!("{home}/{folder}"), files, &mut differing)?;
        }
    }
    Ok(differing.into_iter().collect())
}

fn surplus(root: &Path, folder: &str, files: &Files, found: &mut BTreeSet<String>) -> Outcome {
    if !root.join(folder).is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            surplus(root, &path, files, found)?;
        } else if !files.contains_key(&path) {
            found.insert(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_files_are_what_the_generator_writes() {
        let differing = differing(shell::root(), &generate()).unwrap();
        assert!(
            differing.is_empty(),
            "run `cargo xtask test-data`: it changes {}",
            differing.join(", ")
        );
    }

    #[test]
    fn they_stay_small() {
        let bytes: usize = generate().values().map(Vec::len).sum();
        assert!(
            bytes < 600_000,
            "{bytes} bytes: whoever clones the project gets them all"
        );
    }
}
