//! Creates, changes, interrupts and destroys a stack with the real Pulumi CLI and the real program, on an emulator of AWS; also
//! follows docs/deploy.md there.

pub(crate) mod copy;
mod emulator;
mod moto;
mod page;
mod steps;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub(crate) use emulator::Emulator;

use crate::tasks::lambdas;
use xtask::pulumi::{Deployment, Project, Tools};
use xtask::shell::{self, Outcome};

/// The infrastructure program.
pub(crate) const PROGRAM: &str = "data-review-pulumi";
/// The infrastructure program with one more handler.
const PROGRAM_WITH_MORE: &str = "infrastructure";
const STACK: &str = "cycle";
/// The handler whose package and queue change.
const CHANGED: &str = "csv";
/// The handler that only one of the programs links.
const ADDED: &str = "hostile";

/// Runs the cycle several times, each on an empty emulator. If there are packages of the Lambdas for this machine, test
/// files are sent through them. With `real`, the plugins are those that are published.
pub(crate) fn cycle(times: u32, packages: Option<&Path>, real: bool) -> Outcome {
    let tools = if real { Tools::published()? } else { Tools::get()? };
    let work = shell::target().join("stack-cycle");
    let programs = Programs::build(&work)?;
    for time in 1..=times {
        println!("=== cycle {time} of {times}");
        once(&tools, &programs, packages, &work, real)?;
        if !real {
            // The published language host would compile each copy of the project.
            deployed_twice(&tools, &programs, &work)?;
        }
    }
    Ok(())
}

/// Follows docs/deploy.md with these packages of the Lambdas, which are built for this machine.
pub(crate) fn follow_page(packages: &Path) -> Outcome {
    page::follow(&Tools::get()?, packages, &shell::target().join("stack-cycle"))
}

/// Creates, changes and destroys the stack on moto; returns a summary of one line.
pub(crate) fn on_moto() -> Outcome<String> {
    let program = shell::programs()?.join(PROGRAM);
    moto::step(&Tools::get()?, &program, &shell::target().join("stack-moto"))
}

/// The infrastructure program, and that of the end-to-end suites, which links one more handler.
struct Programs {
    own: PathBuf,
    with_more: PathBuf,
}

impl Programs {
    fn build(work: &Path) -> Outcome<Self> {
        std::fs::create_dir_all(work)?;
        let built = shell::programs()?;
        // The programs are copied, so that a later build does not change them.
        let copy = |name: &str| -> Outcome<PathBuf> {
            let to = work.join(name);
            std::fs::copy(built.join(name), &to)?;
            Ok(to)
        };
        Ok(Self {
            own: copy(PROGRAM)?,
            with_more: copy(PROGRAM_WITH_MORE)?,
        })
    }
}

fn once(tools: &Tools, programs: &Programs, packages: Option<&Path>, work: &Path, real: bool) -> Outcome {
    let emulator = Emulator::start(tools, &work.join("emulator"))?;
    let mut project = Project::create(
        tools,
        emulator.cloud.clone(),
        STACK,
        &work.join("run"),
        &programs.own,
    )?;
    if real {
        // The emulator has no Service Quotas.
        project.configure("concurrencyQuota", "1000")?;
    }
    steps::invalid_settings(&project)?;
    if let Some(packages) = packages {
        project.copy_packages(packages)?;
    }
    steps::up(&project)?;
    steps::nothing_changes(&project)?;
    if packages.is_some() {
        steps::files_through(&project)?;
    }
    steps::roles(&project)?;
    steps::changed_handler(&project, CHANGED)?;
    if !real {
        steps::changed_by_hand(&project, CHANGED)?;
    }
    steps::lost_queue(&project, CHANGED)?;
    project.program(&programs.with_more)?;
    steps::added_handler(&project, ADDED)?;
    project.program(&programs.own)?;
    steps::removed_handler(&project, ADDED)?;
    project.program(&programs.with_more)?;
    steps::interrupted(&project)?;
    steps::retained(&project)?;
    let outputs = project.outputs()?;
    steps::destroy(&project, &BTreeSet::new())?;
    println!("{outputs:#}");
    Ok(())
}

/// Runs `.ci/deploy` a second time, from another copy of the project: the settings of the first run still apply. Others
/// use the data bucket as well: the first attempt is rejected, and their notifications stay to the end.
fn deployed_twice(tools: &Tools, programs: &Programs, work: &Path) -> Outcome {
    let emulator = Emulator::start(tools, &work.join("emulator-deploy"))?;
    let lambdas = lambdas::names()?;
    let deployment = Deployment::create(
        tools,
        emulator.cloud.clone(),
        &work.join("deploy"),
        &programs.own,
        &lambdas,
    )?;
    let copies = ["first", "second"].map(|name| work.join("deploy").join(name));
    for copy in &copies {
        copy::project(copy)?;
    }
    deployment.script("shared.py", &["make"])?;
    let mut settings = deployment.first_settings();
    settings.push("dataBucket=shared-archive".to_owned());
    let rejected = deployment.deploy(&copies[0], STACK, &settings).err();
    let rejected = rejected
        .ok_or("a deployment replaced the notifications of other users")?
        .to_string();
    if !rejected.contains("already notifies") {
        return Err(format!("a deployment failed for another reason: {rejected}").into());
    }
    deployment.script("shared.py", &["share"])?;
    deployment.deploy(&copies[0], STACK, &["notify=eventbridge".to_owned()])?;
    println!("ok: a bucket that others use is rejected, and then shared by EventBridge");
    deployment.deploy(&copies[1], STACK, &["alarmEmail=data@example.org".to_owned()])?;
    for (name, expected) in [
        ("retain", "false"),
        ("notify", "eventbridge"),
        ("alarmEmail", "data@example.org"),
    ] {
        let value = deployment.pulumi(&copies[1], &["config", "get", name])?;
        if value.trim() != expected {
            return Err(format!("after a second deployment `{name}` is `{}`", value.trim()).into());
        }
    }
    deployment.pulumi(
        &copies[1],
        &["destroy", "--yes", "--skip-preview", "--suppress-progress"],
    )?;
    deployment.script("shared.py", &["check"])?;
    deployment.script("state.py", &[])?;
    println!("ok: a second deployment from a fresh copy keeps the settings of the first");
    Ok(())
}
