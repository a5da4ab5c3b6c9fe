//! Mutation tests: changes of the code that some test must notice, drawn at random.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Soak;
use crate::tasks::stack::copy;
use xtask::random::Random;
use xtask::shell::{self, Outcome};

/// The crates whose code is changed: formats/, and what every review goes through.
const PACKAGES: [&str; 9] = [
    "array-file",
    "data-review-core",
    "data-review-engine",
    "odv-spreadsheet",
    "order-free-stats",
    "seabird",
    "text-format",
    "text-table",
    "whp-exchange",
];
/// The package of the behaviour suite, and its name.
const BEHAVIOUR: (&str, &str) = ("data-review-tests", "behaviour");
/// Number of mutants that are drawn.
const DRAWN: usize = 220;
/// Number of viable mutants without which the draw says too little.
const LEAST_VIABLE: usize = 150;
/// Least share of the viable mutants that a test must notice.
const LEAST_CAUGHT: f64 = 0.9;
/// Exit codes of cargo-mutants: all mutants were noticed, some were missed, some timed out.
const ENDS: [i32; 3] = [0, 2, 3];

/// Draws mutants, and runs the tests of their crate with each, then the behaviour suite with those that were missed.
/// `DATA_REVIEW_SEED` repeats another draw.
pub(super) fn step(soak: &Soak) -> Outcome<String> {
    let seed = std::env::var("DATA_REVIEW_SEED").map_or(Ok(1), |seed| seed.parse())?;
    let mutants = Mutants::new(soak)?;
    let mut drawn = mutants.all.clone();
    Random::new(seed).shuffle(&mut drawn);
    drawn.truncate(DRAWN);
    let own = mutants.test(&drawn, None)?;
    let behaviour = mutants.test(&own.missed, Some(BEHAVIOUR))?;
    // A mutant that compiles in one pass compiles in the other.
    let caught = own.caught + behaviour.caught;
    let viable = caught + behaviour.missed.len();
    let share = caught as f64 / viable as f64;
    let said = format!(
        "seed {seed}: of {} mutants {viable} compile, {caught} were noticed ({:.0} %), {} of them by the behaviour \
         suite alone; missed:\n{}",
        drawn.len(),
        share * 100.0,
        behaviour.caught,
        behaviour.missed.join("\n")
    );
    if viable < LEAST_VIABLE || share < LEAST_CAUGHT {
        return Err(said.into());
    }
    Ok(said)
}

/// A copy of the project whose code cargo-mutants changes.
struct Mutants {
    program: PathBuf,
    project: PathBuf,
    target: PathBuf,
    /// Names of all mutants.
    all: Vec<String>,
}

/// The result of running tests with mutants.
#[derive(Default)]
struct Pass {
    caught: usize,
    missed: Vec<String>,
}

impl Mutants {
    fn new(soak: &Soak) -> Outcome<Self> {
        let tools = shell::cache("tools")?;
        let program = tools.join("bin/cargo-mutants");
        if !program.exists() {
            shell::run(
                Command::new("cargo")
                    .args(["install", "--quiet", "--locked", "--root"])
                    .arg(&tools)
                    .arg("cargo-mutants"),
            )?;
        }
        let project = soak.folder("mutants")?;
        copy::project(&project)?;
        let mut mutants = Mutants {
            program,
            project,
            target: shell::cache("mutants-target")?,
            all: Vec::new(),
        };
        let listed = shell::output(mutants.command().arg("--list"))?;
        mutants.all = listed.lines().map(str::to_owned).collect();
        Ok(mutants)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["mutants", "--no-config"]);
        for package in PACKAGES {
            command.args(["--package", package]);
        }
        command.current_dir(&self.project);
        command
    }

    /// Runs the tests of the changed crate, or one suite of a package, with some of the mutants. The results stay in a
    /// folder of the copy.
    ///
    /// The other mutants are declared as caught before: version 27 of cargo-mutants does not apply `--re` to mutants that
    /// delete a field.
    fn test(&self, some: &[String], suite: Option<(&str, &str)>) -> Outcome<Pass> {
        if some.is_empty() {
            return Ok(Pass::default());
        }
        let mut unchanged = Command::new("cargo");
        let mut changed = self.command();
        unchanged.args(["test", "--quiet"]).current_dir(&self.project);
        changed.args(["--iterate", "--in-place", "--baseline=skip", "--colors=never"]);
        match suite {
            None => {
                unchanged.args(PACKAGES.map(|package| format!("--package={package}")));
                changed.arg("--timeout=300");
            }
            Some((package, suite)) => {
                unchanged.args(["--package", package, "--test", suite]);
                changed.args(["--timeout=1800", "--test-package", package]);
                changed.arg(format!("--cargo-arg=--test={suite}"));
            }
        }
        let out = self
            .project
            .join("mutants")
            .join(suite.map_or("crate", |(_, suite)| suite));
        let results = out.join("mutants.out");
        std::fs::create_dir_all(&results)?;
        let some: HashSet<&String> = some.iter().collect();
        let others = self.all.iter().filter(|name| !some.contains(name));
        let others: Vec<&str> = others.map(String::as_str).collect();
        std::fs::write(results.join("caught.txt"), others.join("\n"))?;
        for command in [&mut unchanged, &mut changed] {
            command.env("CARGO_TARGET_DIR", &self.target);
            command.env_remove("DATA_REVIEW_CORPUS");
        }
        // A test that fails without a mutant would notice every mutant.
        shell::run(&mut unchanged)?;
        let status = changed.arg("--output").arg(&out).status()?;
        if !status.code().is_some_and(|code| ENDS.contains(&code)) {
            return Err(format!("cargo-mutants ended with {status}").into());
        }
        Ok(Pass {
            caught: lines(&results.join("caught.txt"))?.len() + lines(&results.join("timeout.txt"))?.len(),
            missed: lines(&results.join("missed.txt"))?,
        })
    }
}

fn lines(file: &Path) -> Outcome<Vec<String>> {
    Ok(std::fs::read_to_string(file)?
        .lines()
        .map(str::to_owned)
        .collect())
}
