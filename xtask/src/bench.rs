//! Speed and memory against what a user would pick instead, side by side in one run.
//!
//! Absolute times say little on a shared machine; the ratios are of commands that ran in turn, and medians.

mod arrays;
mod cases;
mod page;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use xtask::shell::{self, Outcome};

/// The newest of each for the oldest Python that is still common.
const PEERS: [&str; 4] = [
    "cchdo.hydro==1.0.2.14",
    "duckdb==2.0.1",
    "netCDF4==1.7.5.1.post1",
    "xarray==2026.9.0",
];
pub(crate) const MEASURE: &str = include_str!("bench/measure.py");

/// One run of a command.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Run {
    code: i32,
    /// Seconds.
    wall: f64,
    /// Seconds of all its processes.
    cpu: f64,
    /// Bytes of its largest process.
    pub(crate) peak: u64,
}

/// A command, or several that are timed as one.
struct Contender {
    name: String,
    /// Put before each run.
    prepare: Option<Box<dyn Fn() -> Outcome>>,
    commands: Vec<Vec<String>>,
    /// Exit codes that count as done.
    codes: &'static [i32],
}

/// What is compared, ours first.
struct Case {
    title: String,
    /// What one run does.
    what: String,
    /// Files and bytes of one run, for rates.
    files: u64,
    bytes: u64,
    runs: usize,
    contenders: Vec<Contender>,
}

/// The figures of a case.
#[derive(Debug, Serialize, Deserialize)]
struct Figures {
    title: String,
    what: String,
    files: u64,
    bytes: u64,
    contenders: Vec<(String, Vec<Run>)>,
}

/// Where programs and files are.
struct Bench {
    program: PathBuf,
    /// Reads arrays and does nothing with them.
    reader: PathBuf,
    python: PathBuf,
    corpus: PathBuf,
    work: PathBuf,
}

/// Measures; `write` puts the figures into docs/.
pub(crate) fn bench(write: bool, quick: bool) -> Outcome {
    let bench = Bench {
        corpus: shell::corpus()?,
        program: shell::program()?,
        reader: shell::release(&["--package", "array-file", "--example", "read"], "examples/read")?,
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
    /// One warm-up of each contender, then all in turn: A B A B …
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
