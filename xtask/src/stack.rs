//! The stack's whole life, on the real Pulumi CLI and engine and the real program, against an emulator of AWS.
//!
//! Language host and provider are stand-ins: see tests/pulumi/README.md.

mod emulator;
mod process;
mod project;
mod steps;
mod tools;

use std::path::{Path, PathBuf};

use emulator::Emulator;
use project::Project;
use tools::Tools;
use xtask::shell::{self, Outcome};

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
        let own = project::build(shell::root(), &shell::target(), &work.join("program"), &[])?;
        let copy = work.join("project");
        project::copy_with_handler(&copy, COPIED, COPY)?;
        // Not the project's own: cargo tells the packages of two copies of a workspace by their names only, and would then take
        // what it compiled of the copy for the project's.
        let (target, program) = (work.join("build"), work.join("program-with-copy"));
        let with_copy = project::build(&copy, &target, &program, &["--offline"])?;
        Ok(Self { own, with_copy })
    }
}

fn once(tools: &Tools, programs: &Programs, packages: Option<&Path>, work: &Path) -> Outcome {
    let emulator = Emulator::start(tools, &work.join("emulator"))?;
    let mut project = Project::create(tools, &emulator, &work.join("run"))?;
    project.program(&programs.own);
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
