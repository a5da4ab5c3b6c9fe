//! Mutation tests: changes of the code that some test must notice, drawn at random.

use std::path::Path;
use std::process::Command;

use super::Soak;
use crate::tasks::stack::copy;
use xtask::random::Random;
use xtask::shell::{self, Outcome};

/// The crates whose tests are tested: formats/, and what every review goes through.
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
/// Number of mutants that are drawn.
const DRAWN: usize = 220;
/// Number of viable mutants without which the draw says too little.
const LEAST_VIABLE: usize = 150;
/// Least share of the viable mutants that a test must notice.
const LEAST_CAUGHT: f64 = 0.9;
/// Exit codes of cargo-mutants: all mutants were noticed, some were missed, some timed out.
const ENDS: [i32; 3] = [0, 2, 3];

/// Draws mutants, and runs the tests of their crate with each. `DATA_REVIEW_SEED` repeats another draw.
pub(super) fn step(soak: &Soak) -> Outcome<String> {
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
    let seed = std::env::var("DATA_REVIEW_SEED").map_or(Ok(1), |seed| seed.parse())?;
    let project = soak.folder("mutants")?;
    copy::project(&project)?;
    let mutants = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.args(["mutants", "--no-config"]).args(arguments);
        for package in PACKAGES {
            command.args(["--package", package]);
        }
        command.current_dir(&project);
        command
    };
    let listed = shell::output(&mut mutants(&["--list"]))?;
    let mut drawn: Vec<&str> = listed.lines().collect();
    Random::new(seed).shuffle(&mut drawn);
    drawn.truncate(DRAWN);
    let names = format!(
        "^({})$",
        drawn
            .iter()
            .map(|name| regex_syntax::escape(name))
            .collect::<Vec<_>>()
            .join("|")
    );
    let status = mutants(&[
        "--in-place",
        "--baseline=skip",
        "--timeout=300",
        "--colors=never",
        "--re",
        &names,
    ])
    .env("CARGO_TARGET_DIR", shell::cache("mutants-target")?)
    .status()?;
    if !status.code().is_some_and(|code| ENDS.contains(&code)) {
        return Err(format!("cargo-mutants ended with {status}").into());
    }
    let outcome = |name: &str| lines(&project.join("mutants.out").join(name));
    let (missed, caught) = (
        outcome("missed.txt")?,
        outcome("caught.txt")?.len() + outcome("timeout.txt")?.len(),
    );
    let viable = caught + missed.len();
    let share = caught as f64 / viable as f64;
    let said = format!(
        "seed {seed}: of {} mutants {viable} compile, {caught} were noticed ({:.0} %); missed:\n{}",
        drawn.len(),
        share * 100.0,
        missed.join("\n")
    );
    if viable < LEAST_VIABLE || share < LEAST_CAUGHT {
        return Err(said.into());
    }
    Ok(said)
}

fn lines(file: &Path) -> Outcome<Vec<String>> {
    Ok(std::fs::read_to_string(file)?
        .lines()
        .map(str::to_owned)
        .collect())
}
