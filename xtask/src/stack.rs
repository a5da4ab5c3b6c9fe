//! The stack's whole life, on the real Pulumi CLI and engine and the real program, against an emulator of AWS.

mod copy;
mod emulator;
mod steps;

use std::path::{Path, PathBuf};
use std::process::Command;

use emulator::Emulator;
use xtask::pulumi::{Project, Tools};
use xtask::shell::{self, Outcome};

const PROGRAM: &str = "data-review-pulumi";
const STACK: &str = "cycle";
/// Handlers that the copied one is made from and called like.
const COPIED: &str = "csv";
const COPY: &str = "csv-copy";

/// Runs the cycle so many times, each on an empty emulator. With the Lambdas' packages, for this machine, files go through.
pub(crate) fn cycle(times: u32, packages: Option<&Path>) -> Outcome {
    let tools = Tools::get()?;
    let work = shell::target().join("stack-cycle");
    let programs = Programs::build(&work)?;
    for time in 1..=times {
        println!("=== cycle {time} of {times}");
        once(&tools, &programs, packages, &work)?;
    }
    Ok(())
}

/// The infrastructure program, of the project as it is and with a handler more.
struct Programs {
    own: PathBuf,
    with_copy: PathBuf,
}

impl Programs {
    fn build(work: &Path) -> Outcome<Self> {
        std::fs::create_dir_all(work)?;
        // Put elsewhere, so that a later build changes neither.
        let own = work.join("program");
        std::fs::copy(shell::programs()?.join(PROGRAM), &own)?;
        let copy = work.join("project");
        copy::with_handler(&copy, COPIED, COPY)?;
        // Not the project's own: cargo tells the packages of two copies of a workspace by their names only, and would then take
        // what it compiled of the copy for the project's.
        let target = work.join("build");
        shell::run(
            Command::new("cargo")
                .args(["build", "--quiet", "--offline", "--package", PROGRAM])
                .env("CARGO_TARGET_DIR", &target)
                .current_dir(&copy),
        )?;
        let with_copy = target.join("debug").join(PROGRAM);
        Ok(Self { own, with_copy })
    }
}

fn once(tools: &Tools, programs: &Programs, packages: Option<&Path>, work: &Path) -> Outcome {
    let emulator = Emulator::start(tools, &work.join("emulator"))?;
    let mut project = Project::create(
        tools,
        emulator.cloud.clone(),
        STACK,
        &work.join("run"),
        &programs.own,
    )?;
    steps::refusals(&project)?;
    if let Some(packages) = packages {
        project.take_packages(packages)?;
    }
    steps::up(&project)?;
    steps::nothing_changes(&project)?;
    if packages.is_some() {
        steps::files_through(&project)?;
    }
    steps::roles(&project)?;
    steps::changed_handler(&project, COPIED)?;
    steps::lost_queue(&project, COPIED)?;
    project.program(&programs.with_copy);
    steps::added_handler(&project, COPY)?;
    project.program(&programs.own);
    steps::removed_handler(&project, COPY)?;
    project.program(&programs.with_copy);
    steps::interrupted(&project)?;
    steps::retained(&project)?;
    let outputs = project.outputs()?;
    steps::destroy(&project)?;
    println!("{outputs:#}");
    Ok(())
}
