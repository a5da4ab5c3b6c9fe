//! Speed and memory compared with the tools that a user would choose instead, side by side in one run.
//!
//! Absolute times mean little on a shared machine. The commands run in turn, and the page shows ratios of medians.

mod arrays;
mod cases;
mod page;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use xtask::shell::{self, Outcome};

/// The newest release of each package for the oldest Python that is still common.
const PEERS: [&str; 5] = [
    "cchdo.hydro==1.0.2.14",
    "compliance-checker==6.1.0",
    "duckdb==2.0.1",
    "netCDF4==1.7.5.1.post1",
    "xarray==2026.9.0",
];
pub(crate) const MEASURE: &str = include_str!("bench/measure.py");

/// The measurements of one run of a command.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) code: i32,
    /// Wall time in seconds.
    wall: f64,
    /// Processor time of all its processes in seconds.
    pub(crate) cpu: f64,
    /// Memory of its largest process in bytes.
    pub(crate) peak: u64,
}

/// A command, or several that are timed as one.
struct Contender {
    name: String,
    /// Runs before each measurement.
    prepare: Option<Box<dyn Fn() -> Outcome>>,
    commands: Vec<Vec<String>>,
    /// Exit codes that count as success.
    codes: &'static [i32],
}

/// The contenders of one comparison, ours first.
struct Case {
    title: String,
    /// Description of one run.
    what: String,
    /// Number of files of one run, for rates.
    files: u64,
    bytes: u64,
    runs: usize,
    contenders: Vec<Contender>,
}

/// The measurements of a case.
#[derive(Debug, Serialize, Deserialize)]
struct Figures {
    title: String,
    what: String,
    files: u64,
    bytes: u64,
    contenders: Vec<(String, Vec<Run>)>,
}

/// The programs and files of the benchmark.
struct Bench {
    program: PathBuf,
    /// A program that reads arrays and does nothing with them.
    reader: PathBuf,
    /// A program that reads netCDF-4 and sums it, in the plainest way.
    floor: PathBuf,
    python: PathBuf,
    corpus: PathBuf,
    work: PathBuf,
}

/// Measures all cases; `write` updates the page in docs/.
pub(crate) fn bench(write: bool, quick: bool) -> Outcome {
    let bench = Bench {
        corpus: shell::corpus()?,
        program: shell::program()?,
        reader: shell::release(&["--package", "array-file", "--example", "read"], "examples/read")?,
        floor: shell::release(
            &["--package", "array-file", "--example", "floor"],
            "examples/floor",
        )?,
        python: shell::python("bench", &PEERS)?,
        work: shell::cache("bench")?,
    };
    let mut all = Vec::new();
    for case in cases::all(&bench, quick)? {
        eprintln!("{}", case.title);
        all.push(bench.run(&case)?);
    }
    let page = page::render(&all)?;
    println!("{page}");
    if write {
        let docs = shell::root().join("docs");
        std::fs::write(
            docs.join("benchmarks.json"),
            serde_json::to_string_pretty(&all)? + "\n",
        )?;
        page::put(&docs.join("benchmarks.md"), &page)?;
    }
    Ok(())
}

impl Bench {
    /// Runs each contender once to warm up, then all in turn: A B A B …
    fn run(&self, case: &Case) -> Outcome<Figures> {
        let mut contenders: Vec<(String, Vec<Run>)> = case
            .contenders
            .iter()
            .map(|contender| (contender.name.clone(), Vec::new()))
            .collect();
        for turn in 0..=case.runs {
            for (contender, (_, runs)) in case.contenders.iter().zip(&mut contenders) {
                let run = self.measure(contender)?;
                if turn > 0 {
                    runs.push(run);
                }
            }
        }
        Ok(Figures {
            title: case.title.clone(),
            what: case.what.clone(),
            files: case.files,
            bytes: case.bytes,
            contenders,
        })
    }

    fn measure(&self, contender: &Contender) -> Outcome<Run> {
        if let Some(prepare) = &contender.prepare {
            prepare()?;
        }
        let mut sum = Run {
            code: 0,
            wall: 0.0,
            cpu: 0.0,
            peak: 0,
        };
        for command in &contender.commands {
            let printed = shell::output(Command::new(&self.python).args(["-c", MEASURE]).args(command))?;
            let run: Run = serde_json::from_str(&printed)?;
            if !contender.codes.contains(&run.code) {
                return Err(format!("{command:?} ended with {}", run.code).into());
            }
            sum.wall += run.wall;
            sum.cpu += run.cpu;
            sum.peak = sum.peak.max(run.peak);
        }
        Ok(sum)
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
