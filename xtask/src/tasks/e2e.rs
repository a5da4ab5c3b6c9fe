//! The cloud end to end: the packages that are deployed, on an emulator.

use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::shell::{self, Outcome};

use crate::tasks::lambdas::{self, Target};
use crate::tasks::stack;

/// Number of seeds of the simulation for one night.
const SEEDS: &str = "100000";
/// Seeds of the end-to-end suites for one night.
const SUITE_SEEDS: std::ops::RangeInclusive<u64> = 1..=10;
/// Number of lifecycles of a stack, each on an empty emulator.
const STACK_CYCLES: u32 = 10;

/// Builds the packages, runs the lifecycle of a stack with them, follows docs/deploy.md with them, and then runs the
/// suites; `arguments` are passed to the suites.
pub(crate) fn e2e(arguments: &[String]) -> Outcome {
    let packages = prepare()?;
    stack::cycle(1, Some(&packages), false)?;
    stack::follow_page(&packages)?;
    suites(&packages, arguments)
}

/// Runs what takes hours: many more seeds, packages for the other processor, and stacks that process files.
pub(crate) fn soak() -> Outcome {
    shell::run(
        cargo()
            .args([
                "test",
                "--release",
                "--package",
                "data-review-core",
                "--test",
                "simulation",
            ])
            .env("DATA_REVIEW_SEEDS", SEEDS),
    )?;
    lambdas::package(Target::Arm64, None)?;
    let packages = prepare()?;
    for seed in SUITE_SEEDS {
        suites(
            &packages,
            &["--seed".to_owned(), seed.to_string(), "once".to_owned()],
        )?;
    }
    stack::cycle(STACK_CYCLES, None, false)?;
    stack::cycle(1, Some(&packages), false)
}

/// Builds the packages for this machine, and returns their folder.
fn prepare() -> Outcome<PathBuf> {
    let packages = shell::root().join("target/lambda/x86-64");
    lambdas::package(Target::X86_64, Some(&packages))?;
    Ok(packages)
}

fn suites(packages: &Path, arguments: &[String]) -> Outcome {
    let programs = shell::programs()?;
    shell::run(
        Command::new(programs.join("e2e"))
            .arg("--packages")
            .arg(packages)
            .arg("--program")
            .arg(programs.join("data-review"))
            .args(arguments),
    )
}

fn cargo() -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(shell::root());
    command
}
