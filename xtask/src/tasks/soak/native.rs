//! Compares `native/` with the command, variable by variable, and checks that no hostile file that names another reaches a
//! C library.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{Soak, end};
use crate::tasks::compare;
use xtask::shell::{self, Outcome};

/// HDF5 needs a newer CMake than the distributions have.
const CMAKE: &str = "cmake==4.3.0";
/// Keys of a variable that must be equal.
const FIGURES: [&str; 18] = [
    "dtype",
    "shape",
    "total",
    "count",
    "missing",
    "invalid",
    "non_finite",
    "padding",
    "min",
    "max",
    "mean",
    "std",
    "quantiles",
    "distinct",
    "first",
    "last",
    "flags",
    "good",
];
/// Least number of variables; with fewer, the reference libraries read too little.
const LEAST_VARIABLES: usize = 9000;
/// Folders with files that name other files, or are hostile.
const HOSTILE: [&str; 4] = [
    "test_data/hdf5",
    "test_data/netcdf",
    "tests/bad/hdf5",
    "tests/bad/netcdf",
];
/// The hostile files that name another file.
const LEAKS: [&str; 2] = ["points_outside.h5", "only_outside.h5"];
/// A value in the environment of the parent that no document may contain.
const CANARY: &str = "canary-7d20ab";

/// Documents of one folder, by key.
type Documents = BTreeMap<String, Value>;

pub(super) fn step(soak: &Soak) -> Outcome<String> {
    let (program, native) = (shell::program()?, build()?);
    let corpus = shell::corpus()?;
    let mut seen = Seen::default();
    for folder in compare::FOLDERS {
        let input = corpus.join(folder);
        let ours = soak.documents(&program, &input)?;
        let theirs = soak.documents(&native, &input)?;
        seen.compare(folder, &ours, &theirs)?;
    }
    if seen.variables < LEAST_VARIABLES {
        return Err(format!("only {} variables were read by both", seen.variables).into());
    }
    let hostile = hostile(soak, &native)?;
    Ok(format!("{seen}; {hostile}"))
}

/// Builds the program over the reference libraries in the cache.
fn build() -> Outcome<PathBuf> {
    let python = shell::python("cmake", &[CMAKE])?;
    let cmake = python.parent().ok_or("the interpreter has no parent folder")?;
    let mut path = OsString::from(cmake);
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let built = shell::cache("native-target")?;
    shell::run(
        Command::new("cargo")
            .args([
                "build",
                "--quiet",
                "--release",
                "--locked",
                "--features",
                "native",
            ])
            .args(["--manifest-path", "native/Cargo.toml"])
            .env("CARGO_TARGET_DIR", &built)
            .env("PATH", path)
            .current_dir(shell::root()),
    )?;
    Ok(built.join("release/data-review-native"))
}

impl Soak {
    /// Reviews everything below `input`; every file must have a document, whatever its outcome.
    fn documents(&self, program: &Path, input: &Path) -> Outcome<Documents> {
        let store = self.folder("store")?;
        let output = Command::new(program)
            .args(["review", "--json", "--db"])
            .arg(store.join("store.db"))
            .arg(input)
            .env("SECRET", CANARY)
            .stderr(std::process::Stdio::inherit())
            .output()?;
        // 1 means that a file failed, as hostile ones do.
        if !matches!(output.status.code(), Some(0 | 1)) {
            return Err(format!("the review of {} ended with {}", input.display(), output.status).into());
        }
        let printed = String::from_utf8(output.stdout)?;
        if printed.contains(CANARY) {
            return Err(format!("the environment is in a document of {}", input.display()).into());
        }
        let mut documents = Documents::new();
        for line in printed.lines() {
            let document: Value = serde_json::from_str(line)?;
            let key = document["file"]["key"].as_str().unwrap_or_default().to_owned();
            documents.insert(key, document);
        }
        Ok(documents)
    }
}

/// Counts of the comparison.
#[derive(Default)]
struct Seen {
    files: usize,
    variables: usize,
    /// Variables that only our reader read.
    ours_only: usize,
    /// Number of files that only one program reviewed, by both outcomes.
    one_sided: BTreeMap<String, usize>,
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} variables of {} files agree, {} were read by our reader only; files that only one reader reviewed: {:?}",
            self.variables, self.files, self.ours_only, self.one_sided
        )
    }
}

impl Seen {
    fn compare(&mut self, folder: &str, ours: &Documents, theirs: &Documents) -> Outcome {
        if !ours.keys().eq(theirs.keys()) {
            return Err(format!("{folder}: {} files have an outcome, {}", ours.len(), theirs.len()).into());
        }
        for ((key, ours), theirs) in ours.iter().zip(theirs.values()) {
            match (end(ours), end(theirs)) {
                ("reviewed", "reviewed") => self.variables(&format!("{folder}/{key}"), ours, theirs)?,
                (a, b) if a == b => {}
                (a, b) => *self.one_sided.entry(format!("{a}, natively {b}")).or_default() += 1,
            }
        }
        Ok(())
    }

    fn variables(&mut self, path: &str, ours: &Value, theirs: &Value) -> Outcome {
        self.files += 1;
        let theirs = by_name(theirs);
        for (name, ours) in by_name(ours) {
            let Some(theirs) = theirs.get(name) else {
                self.ours_only += 1;
                continue;
            };
            for figure in FIGURES {
                if ours[figure] != theirs[figure] {
                    let (a, b) = (&ours[figure], &theirs[figure]);
                    return Err(format!("{path}: {name}: {figure} is {a}, natively {b}").into());
                }
            }
            self.variables += 1;
        }
        Ok(())
    }
}

fn by_name(document: &Value) -> BTreeMap<&str, &Value> {
    let variables = document["variables"].as_array().into_iter().flatten();
    variables
        .filter_map(|variable| Some((variable["name"].as_str()?, variable)))
        .collect()
}

/// Every file has an outcome, and a file that names another one never reaches a C library.
fn hostile(soak: &Soak, native: &Path) -> Outcome<String> {
    let folder = soak.folder("native-hostile")?;
    let mut files = 0;
    for home in HOSTILE {
        for entry in std::fs::read_dir(shell::root().join(home))? {
            let entry = entry?;
            std::fs::copy(entry.path(), folder.join(entry.file_name()))?;
            files += 1;
        }
    }
    let documents = soak.documents(native, &folder)?;
    if documents.len() != files {
        return Err(format!("{files} hostile files, but {} outcomes", documents.len()).into());
    }
    for name in LEAKS {
        let failure = &documents[name]["failure"];
        let message = failure["message"].as_str().unwrap_or_default();
        if failure["class"] != "unsupported" || !message.starts_with("not given to the reference library") {
            return Err(format!("{name} reached a C library: {failure}").into());
        }
    }
    Ok(format!(
        "{files} hostile files have an outcome, {} of them rejected before the libraries",
        LEAKS.len()
    ))
}
