//! The time that a new handler takes: from `cargo new-handler` through `./dev test` to the preview of the stack.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use xtask::pulumi::{Project, Tools};
use xtask::shell::{self, Outcome};

use crate::tasks::lambdas;
use crate::tasks::stack::{Emulator, PROGRAM, copy};

const STACK: &str = "timed";

/// Times a handler with that id in a copy of the project outside of it, which is built from scratch. No file is edited.
pub(crate) fn time(id: &str) -> Outcome {
    let work = shell::cache("time-new-handler")?;
    fs::remove_dir_all(&work)?;
    let (project, target) = (work.join("project"), work.join("target"));
    copy::project(&project)?;
    let in_copy = |program: &str| {
        let mut command = Command::new(program);
        command.current_dir(&project).env("CARGO_TARGET_DIR", &target);
        command
    };
    let made = timed(|| shell::run(in_copy("cargo").args(["new-handler", id])))?;
    let tested = timed(|| shell::run(in_copy("./dev").arg("test")))?;
    // Tools are installed once, whatever the handler is.
    let tools = Tools::get()?;
    let shown = timed(|| {
        shell::build_programs(&mut in_copy("cargo"))?;
        preview(&tools, &work, &target.join("debug").join(PROGRAM), id)
    })?;
    let seconds = |time: Duration| time.as_secs_f64();
    println!(
        "`cargo new-handler {id}` {:.0} s, `./dev test` {:.0} s, preview {:.0} s: {:.0} s from scratch, and no file was edited",
        seconds(made),
        seconds(tested),
        seconds(shown),
        seconds(made + tested + shown)
    );
    Ok(())
}

fn timed(step: impl FnOnce() -> Outcome) -> Outcome<Duration> {
    let begun = Instant::now();
    step().map(|()| begun.elapsed())
}

/// The handler's own function, queue and role are among the resources that the stack would create.
fn preview(tools: &Tools, work: &Path, program: &Path, id: &str) -> Outcome {
    let emulator = Emulator::start(tools, &work.join("emulator"))?;
    let project = Project::create(tools, emulator.cloud.clone(), STACK, &work.join("run"), program)?;
    for name in lambdas::names()?.iter().map(String::as_str).chain([id]) {
        project.package(name, "first")?;
    }
    let steps = project.steps()?;
    for kind in ["Function", "Queue", "Role"] {
        let step = format!("create {kind} data-review-{STACK}-handler-{id}");
        if !steps.contains(&step) {
            return Err(format!("the preview does not show `{step}`: {steps:#?}").into());
        }
        println!("ok: {step}");
    }
    Ok(())
}
