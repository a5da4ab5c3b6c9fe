//! The stack on moto, a second emulator of AWS: it rejects some of what the other one accepts by mistake.

use std::collections::BTreeSet;
use std::path::Path;

use super::{CHANGED, Emulator, STACK, steps};
use crate::tasks::lambdas;
use xtask::pulumi::{Project, Tools};
use xtask::shell::{self, Outcome};

/// Its package, under the Apache licence.
const PACKAGE: &str = "moto[server]==5.2.5";

/// Something that the stack needs and moto cannot do.
struct Gap {
    /// The operation or the type of resource that fails.
    what: &'static str,
    reason: &'static str,
    /// The command of the CLI that fails.
    command: &'static [&'static str],
    /// The settings with which the stack does without it.
    without: &'static [(&'static str, &'static str)],
}

/// Everything that fails. With the settings of all gaps, nothing may fail.
const GAPS: [Gap; 2] = [
    Gap {
        what: "GetAccountSettings",
        reason: "it does not have Lambda's settings of an account, which the substitute for the provider asks for the quota",
        command: &["preview"],
        without: &[("concurrencyQuota", "1000")],
    },
    Gap {
        what: "BucketObjectv2",
        reason: "it takes a statement of a bucket policy whose condition does not hold for a denial, so that the policy that \
                 rejects plain HTTP rejects every object",
        command: &[
            "up",
            "--yes",
            "--skip-preview",
            "--suppress-progress",
            "--continue-on-error",
        ],
        without: &[("dataBucket", "shared-archive"), ("replaceNotifications", "true")],
    },
];

/// Inputs that moto accepts and does not keep, with the reasons.
const FORGOTTEN: [(&str, &str); 3] = [
    ("Function.loggingConfig", "it does not have it"),
    (
        "QueuePolicy.policy",
        "a call that sets another attribute of a queue removes its policy",
    ),
    ("RedriveAllowPolicy.redriveAllowPolicy", "it does not return it"),
];

/// Runs the lifecycle of a stack on moto; returns a summary of one line.
pub(super) fn step(tools: &Tools, program: &Path, work: &Path) -> Outcome<String> {
    let python = shell::python("moto", &[PACKAGE])?;
    let emulator = Emulator::moto(&python, &work.join("emulator"))?;
    let mut project = Project::create(tools, emulator.cloud.clone(), STACK, &work.join("run"), program)?;
    for name in lambdas::names()? {
        project.package(&name, "first")?;
    }
    project.script("shared.py", &["make"])?;
    project.forgets(FORGOTTEN.map(|(input, _)| input));
    let before = project.inventory()?;
    for gap in &GAPS {
        is_there(&project, gap)
            .map_err(|error| format!("of what moto cannot do, `{}`: {error}", gap.what))?;
        project.destroy()?;
        for (name, value) in gap.without {
            project.configure(name, value)?;
        }
        println!("ok: moto cannot do {}: {}", gap.what, gap.reason);
    }
    steps::up(&project)?;
    forgotten(&mut project)?;
    steps::nothing_changes(&project)?;
    steps::changed_handler(&project, CHANGED)?;
    steps::lost_queue(&project, CHANGED)?;
    steps::destroy(&project, &before)?;
    Ok(format!(
        "a stack was created, changed, refreshed and destroyed, without {}, {}",
        GAPS.each_ref().map(|gap| gap.what).join(", "),
        FORGOTTEN.map(|(input, _)| input).join(", ")
    ))
}

/// Checks that exactly the resources with forgotten inputs seem to have changed if these inputs are expected.
fn forgotten(project: &mut Project<'_>) -> Outcome {
    project.forgets([]);
    let steps = project.steps()?;
    let changed: BTreeSet<&str> = steps.iter().filter_map(|step| step.split(' ').nth(1)).collect();
    let listed: BTreeSet<&str> = FORGOTTEN
        .iter()
        .filter_map(|(input, _)| input.split('.').next())
        .collect();
    if changed != listed {
        return Err(
            format!("moto forgets inputs of {changed:?}, but {listed:?} are listed: {steps:#?}").into(),
        );
    }
    for (input, reason) in FORGOTTEN {
        println!("ok: moto forgets {input}: {reason}");
    }
    project.forgets(FORGOTTEN.map(|(input, _)| input));
    Ok(())
}

/// Checks that the gap is there, and that nothing else fails.
fn is_there(project: &Project<'_>, gap: &Gap) -> Outcome {
    project.fails_with(gap.command, &[gap.what])?;
    if gap.command[0] == "preview" {
        return Ok(());
    }
    let mut left = project.steps()?;
    if left.is_empty() {
        return Err("the update failed, but left nothing to do".into());
    }
    left.retain(|step| !step.starts_with(&format!("create {} ", gap.what)));
    match left.is_empty() {
        true => Ok(()),
        false => Err(format!("other resources failed, too: {left:#?}").into()),
    }
}
