//! Source files, Markdown and logs are not tables: the files of this repository, and of cargo's registry where it is at hand.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "sample files are read; what fails, fails the test"
)]

use std::path::{Path, PathBuf};

use data_review_core::{BytesInput, Confidence, FileHandler, Probe};
use data_review_csv::Csv;

/// Files of the registry that are looked at, at most: the first ones in the order of their paths.
const MOST: usize = 3000;
/// Longer files are left out.
const LONGEST: u64 = 1 << 20;
/// Folders that hold tables, or what was built.
const NOT: &[&str] = &[
    "target",
    ".git",
    "test_data",
    "cases",
    "bad",
    "expected",
    "corpus",
    "node_modules",
    "tests",
    "testdata",
    "data",
    "benches",
    "testing",
];
/// Files of this repository that a person would call a table, too: columns separated by bars or by blanks.
const TABLES: &[&str] = &[
    "formats/text-table/src/detect/scores.txt",
    "xtask/src/tasks/lint_stack/accepted.txt",
    "xtask/src/tasks/severities/opened.txt",
];
/// Endings of text that is not a table.
const ENDINGS: &[&str] = &[
    "rs", "md", "toml", "py", "sh", "yml", "yaml", "json", "lock", "log", "txt", "c", "h", "rst", "in",
    "cfg", "conf", "html", "js", "",
];

/// Files below `folder` in the order of their paths, at most `most`.
fn files(folder: &Path, most: usize, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if into.len() >= most {
            return;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !NOT.contains(&&*name) && !path.is_symlink() {
                files(&path, most, into);
            }
        } else if ENDINGS.contains(&path.extension().unwrap_or_default().to_string_lossy().as_ref()) {
            into.push(path);
        }
    }
}

/// Those of the files that the handler takes for tables, with its reason.
fn taken(paths: &[PathBuf]) -> Vec<String> {
    let mut taken = Vec::new();
    for path in paths {
        if std::fs::metadata(path).map_or(true, |metadata| metadata.len() > LONGEST) {
            continue;
        }
        let Ok(bytes) = std::fs::read(path) else { continue };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let input = BytesInput(bytes);
        let verdict = Csv.sniff(&mut Probe::new(&name, &input).unwrap());
        if verdict.confidence > Confidence::No {
            taken.push(format!("{}: {}", path.display(), verdict.because));
        }
    }
    taken
}

#[test]
fn no_file_of_this_repository_is_taken_for_a_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths = Vec::new();
    files(&root, usize::MAX, &mut paths);
    paths.retain(|path| !TABLES.iter().any(|table| path.ends_with(table)));
    assert!(paths.len() > 400, "{} files", paths.len());
    let taken = taken(&paths);
    assert!(taken.is_empty(), "{}", taken.join("\n"));
}

#[test]
fn no_source_of_the_registry_is_taken_for_a_table() {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let Some(sources) = home
        .map(|home| home.join("registry/src"))
        .filter(|sources| sources.is_dir())
    else {
        eprintln!("skipped: cargo has no sources of a registry here");
        return;
    };
    let mut paths = Vec::new();
    for index in std::fs::read_dir(sources).unwrap().filter_map(Result::ok) {
        // A few files of each crate: its own words, not only those of the first crates.
        let Ok(crates) = std::fs::read_dir(index.path()) else {
            continue;
        };
        let mut crates: Vec<PathBuf> = crates.filter_map(|entry| Some(entry.ok()?.path())).collect();
        crates.sort();
        for folder in crates {
            let most = (paths.len() + 8).min(MOST);
            files(&folder, most, &mut paths);
        }
    }
    let taken = taken(&paths);
    // One file in a thousand may hold a table: of constants, of characters.
    assert!(
        taken.len() * 1000 <= paths.len(),
        "{} of {} files:\n{}",
        taken.len(),
        paths.len(),
        taken.join("\n")
    );
}
