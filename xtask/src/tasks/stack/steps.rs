//! The steps in the lifecycle of a stack. Each prints what it checked, and fails if that does not hold.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use super::{ADDED, STACK};
use crate::tasks::lambdas;
use xtask::pulumi::{self, Project, REGION};
use xtask::shell::{self, Outcome, wait_until};

const PREVIEW: [&str; 1] = ["preview"];

/// Fails with the differences if two sets are not equal.
fn same(what: &str, found: &BTreeSet<String>, expected: &BTreeSet<String>) -> Outcome {
    let more: Vec<_> = found.difference(expected).collect();
    let fewer: Vec<_> = expected.difference(found).collect();
    if more.is_empty() && fewer.is_empty() {
        println!("ok: {what}");
        Ok(())
    } else {
        Err(format!("{what}: unexpected {more:#?}, missing {fewer:#?}").into())
    }
}

/// Invalid settings are reported before any resource is created.
pub(super) fn invalid_settings(project: &Project<'_>) -> Outcome {
    project.fails_with(
        &PREVIEW,
        &["missing package", "bottle.zip", "cargo xtask package-lambdas"],
    )?;
    for name in lambdas::names()? {
        project.package(&name, "first")?;
    }
    project.package(ADDED, "first")?;
    project.configure("dataBuckett", "x")?;
    project.fails_with(&PREVIEW, &["did you mean `dataBucket`?"])?;
    project.unset("dataBuckett")?;
    project.configure("maxConcurrency", "1")?;
    project.fails_with(&PREVIEW, &["`maxConcurrency` is `1`: expected 2 to 1000"])?;
    project.unset("maxConcurrency")?;
    project.configure("dataBucket", "nobody-has-this")?;
    project.fails_with(
        &PREVIEW,
        &["the data bucket `nobody-has-this` cannot be read in eu-central-1"],
    )?;
    project.unset("dataBucket")?;
    same(
        "invalid settings left nothing behind",
        &project.inventory()?,
        &BTreeSet::new(),
    )
}

/// Everything that a preview shows is created, and named by the outputs.
pub(super) fn up(project: &Project<'_>) -> Outcome {
    let shown = project.steps()?;
    if !shown.iter().all(|step| step.starts_with("create ")) {
        return Err(format!("a first preview creates: {shown:#?}").into());
    }
    project.up(&[])?;
    let things = project.inventory()?;
    let outputs = project.outputs()?;
    let table = outputs["reviewsTable"].as_str().unwrap_or_default();
    if !things.contains(&format!("table {table}")) {
        return Err(format!("the output `reviewsTable` is `{table}`: no such table in {things:#?}").into());
    }
    println!(
        "ok: up created {} resources; the reviews are in {table}",
        shown.len()
    );
    Ok(())
}

pub(super) fn nothing_changes(project: &Project<'_>) -> Outcome {
    project.up(&["--expect-no-changes"])?;
    println!("ok: a second up changes nothing");
    Ok(())
}

/// The roles are tested themselves.
pub(super) fn roles(project: &Project<'_>) -> Outcome {
    let outputs = project.outputs()?.to_string();
    print!("{}", project.script("roles.py", &[&outputs])?);
    Ok(())
}

/// The stack's own Lambdas review the files of the bucket, under their own roles.
pub(super) fn files_through(project: &Project<'_>) -> Outcome {
    let outputs = project.outputs()?.to_string();
    print!("{}", project.script("through.py", &[&outputs])?);
    Ok(())
}

pub(super) fn changed_handler(project: &Project<'_>, id: &str) -> Outcome {
    project.package(id, "second")?;
    let expected = [format!("update Function data-review-{STACK}-handler-{id}")];
    same(
        "a changed handler updates its own function only",
        &project.steps()?,
        &expected.into(),
    )?;
    project.up(&[])?;
    nothing_changes(project)
}

/// What was changed by hand is seen in the preview, even without a refresh: the substitute for the provider reads what there is.
pub(super) fn changed_by_hand(project: &Project<'_>, id: &str) -> Outcome {
    let queue = format!("data-review-{STACK}-handler-{id}");
    project.script("inventory.py", &[&queue, "31"])?;
    same(
        "what was changed by hand is changed back",
        &project.steps()?,
        &[format!("update Queue {queue}")].into(),
    )?;
    project.up(&[])?;
    nothing_changes(project)
}

/// If a queue is deleted by hand, a refresh notices it, and the next up creates it again.
pub(super) fn lost_queue(project: &Project<'_>, id: &str) -> Outcome {
    let before = project.inventory()?;
    project.script("inventory.py", &[&format!("data-review-{STACK}-handler-{id}")])?;
    project.pulumi(&["refresh", "--yes", "--skip-preview", "--suppress-progress"])?;
    project.up(&[])?;
    same("a lost queue is created again", &project.inventory()?, &before)
}

/// A handler on the list brings the resources that it needs, and nothing else changes except the routes to it.
pub(super) fn added_handler(project: &Project<'_>, id: &str) -> Outcome {
    let name = format!("data-review-{STACK}-handler-{id}");
    let create = |kind: &str, end: &str| format!("create {kind} {name}{end}");
    let update = |kind: &str, of: &str| format!("update {kind} data-review-{STACK}-{of}");
    let expected = [
        create("EventSourceMapping", ""),
        create("EventSourceMapping", "-dead"),
        create("Function", ""),
        create("LogGroup", ""),
        create("MetricAlarm", "-age"),
        create("MetricAlarm", "-dead-depth"),
        create("MetricAlarm", "-errors"),
        create("MetricAlarm", "-throttles"),
        create("Queue", ""),
        create("Queue", "-dead"),
        create("QueuePolicy", ""),
        create("QueuePolicy", "-dead"),
        create("RedriveAllowPolicy", "-dead"),
        create("Role", ""),
        create("RolePolicy", ""),
        // The orchestrator gets the new route, and the janitor one more dead-letter queue.
        update("Function", "orchestrator"),
        update("Function", "janitor"),
        update("RolePolicy", "orchestrator"),
        update("RolePolicy", "janitor"),
        // The page of the stack shows its queue, its failures and its cost.
        update("Dashboard", REGION),
    ];
    // Outputs of the stack itself change, too.
    let steps: BTreeSet<String> = project
        .steps()?
        .into_iter()
        .filter(|step| !step.contains(" Stack "))
        .collect();
    same(
        "a handler crate under a new id appears in the preview",
        &steps,
        &expected.into(),
    )?;
    project.up(&[])?;
    let queues = project
        .inventory()?
        .into_iter()
        .filter(|thing| thing.contains(id))
        .count();
    println!("ok: it exists: {queues} resources have its name");
    Ok(())
}

pub(super) fn removed_handler(project: &Project<'_>, id: &str) -> Outcome {
    project.up(&[])?;
    let left: BTreeSet<String> = project
        .inventory()?
        .into_iter()
        .filter(|thing| thing.contains(id))
        .collect();
    same("a removed handler leaves nothing behind", &left, &BTreeSet::new())
}

/// An update that is interrupted half-way is completed by the next one.
pub(super) fn interrupted(project: &Project<'_>) -> Outcome {
    let (child, log) = project.start_up()?;
    let begun = || {
        std::fs::read_to_string(&log)
            .ok()
            .filter(|said| said.contains("created"))
    };
    wait_until(Duration::from_secs(60), begun).ok_or("the update creates nothing")?;
    shell::run(Command::new("kill").args(["-INT", &child.id().to_string()]))?;
    let ended = pulumi::finish(child, &log, Duration::from_secs(120))?;
    if ended.success {
        return Err("the update ended before it was interrupted".into());
    }
    project.up(&[])?;
    println!("ok: the next up completed the interrupted one");
    nothing_changes(project)
}

/// With `retain`, a destroy fails in its preview, before it deletes anything.
pub(super) fn retained(project: &Project<'_>) -> Outcome {
    project.configure("retain", "true")?;
    project.up(&[])?;
    let before = project.inventory()?;
    project.fails_with(
        &["destroy", "--yes"],
        &["protected", &format!("data-review-{STACK}-reviews")],
    )?;
    same(
        "with retain, destroy fails and deletes nothing",
        &project.inventory()?,
        &before,
    )?;
    project.configure("retain", "false")?;
    project.up(&[])
}

/// Nothing is left except what there was before the stack.
pub(super) fn destroy(project: &Project<'_>, before: &BTreeSet<String>) -> Outcome {
    project.destroy()?;
    same("destroy leaves nothing behind", &project.inventory()?, before)
}
