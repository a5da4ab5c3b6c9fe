//! Checks that take too long for every change. Each step runs the built program.

mod corrupted;
mod hostile;
mod mutants;
mod native;
mod report;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::tasks::bench::{MEASURE, Run};
use crate::tasks::{fuzz, stack};
use xtask::shell::{self, Outcome};

/// Most memory of a process, in bytes.
const MOST_MEMORY: u64 = 128 << 20;
/// Classes of failures that are, or may be, the fault of the program.
const OURS: [&str; 4] = ["crashed", "timed out", "out of memory", "service"];

/// A step; returns a summary of one line.
type Step = fn(&Soak) -> Outcome<String>;

/// Seconds for each fuzz target.
const FUZZ_SECONDS: u64 = 600;

const STEPS: [(&str, Step); 7] = [
    ("hostile", hostile::step),
    ("corrupted", corrupted::step),
    ("native", native::step),
    ("report", report::step),
    ("mutants", mutants::step),
    ("moto", |_| stack::on_moto()),
    ("fuzz", |_| fuzz::run(FUZZ_SECONDS, 0)),
];

/// A folder for the input and the store of a step.
struct Soak {
    work: PathBuf,
}

/// The result of reviewing a folder.
struct Reviewed {
    /// The document of each file.
    documents: Vec<Value>,
    /// Memory of the largest process, in bytes.
    peak: u64,
}

/// Runs all steps and prints the summary of each.
pub(crate) fn soak() -> Outcome {
    STEPS.iter().try_for_each(|(name, _)| step(name))
}

/// Runs one step and prints its summary.
pub(crate) fn step(name: &str) -> Outcome {
    let names = STEPS.map(|(name, _)| name).join(", ");
    let found = STEPS.iter().find(|(known, _)| *known == name);
    let (name, run) = found.ok_or_else(|| format!("the soak has no step `{name}`; it has {names}"))?;
    let soak = Soak {
        work: shell::cache("soak")?,
    };
    println!("{name}: {}", run(&soak)?);
    Ok(())
}

impl Soak {
    /// Creates or empties a folder.
    fn folder(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.work.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Reviews everything below `folder`. It is an error if a file has no outcome, if a failure is the fault of the
    /// program, or if a process exceeds [`MOST_MEMORY`].
    fn review(&self, folder: &Path) -> Outcome<Reviewed> {
        let store = self.folder("store")?;
        let out = store.join("documents.jsonl");
        let printed = shell::output(
            Command::new("python3")
                .args(["-c", MEASURE])
                .arg(shell::program()?)
                .arg("review")
                .arg(folder)
                .args(["--json", "--jobs", "2", "--db"])
                .arg(store.join("store.db"))
                .env("MEASURE_OUT", &out),
        )?;
        let Run { peak, .. } = serde_json::from_str(&printed)?;
        let documents = std::fs::read_to_string(out)?;
        let documents: Vec<Value> = documents
            .lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()?;
        let files = std::fs::read_dir(folder)?.count();
        if documents.len() != files {
            return Err(format!("{files} files, but {} outcomes", documents.len()).into());
        }
        for document in &documents {
            if OURS.contains(&end(document)) {
                return Err(format!("{}: {}", document["file"]["key"], document["failure"]).into());
            }
        }
        if peak > MOST_MEMORY {
            return Err(format!("a process used {peak} bytes in {}", folder.display()).into());
        }
        Ok(Reviewed { documents, peak })
    }
}

/// The class of a document's failure, or its outcome if it has none.
fn end(document: &Value) -> &str {
    let class = document["failure"]["class"].as_str();
    class.or(document["outcome"].as_str()).unwrap_or_default()
}
