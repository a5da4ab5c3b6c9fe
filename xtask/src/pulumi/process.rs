//! Running programs with a time limit.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use crate::shell::{Outcome, wait_until};

/// The result of a program that has ended.
#[derive(Debug)]
pub struct Ended {
    /// Whether its exit code was 0.
    pub success: bool,
    stdout: String,
    stderr: String,
}

impl Ended {
    /// Everything that it printed.
    pub(super) fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Its standard output; an error if it failed.
    pub(super) fn printed(self, what: &str) -> Outcome<String> {
        match self.success {
            true => Ok(self.stdout),
            false => Err(format!("{what}:\n{}", gist(&self.said())).into()),
        }
    }
}

/// The part of a failed command's output that describes the failure: the CLI also reports everything that succeeded,
/// and ends with a summary.
fn gist(said: &str) -> &str {
    let summary = said.rfind("\nDiagnostics:\n");
    summary.map_or(said, |at| &said[at + 1..])
}

/// Runs a program to its end within a time limit; its output is kept in a log beside its other files.
pub(super) fn run(command: &mut Command, log: &Path, limit: Duration) -> Outcome<Ended> {
    let child = start(command, log)?;
    finish(child, log, limit)
}

/// Starts a program with its standard output in a log, and its errors in another file beside it.
pub(super) fn start(command: &mut Command, log: &Path) -> Outcome<Child> {
    let (stdout, stderr) = (File::create(log)?, File::create(errors(log))?);
    let child = command.stdout(stdout).stderr(stderr).spawn();
    child.map_err(|error| format!("{command:?}: {error}").into())
}

/// Waits for the end of a program, and kills it if it exceeds the time limit.
///
/// # Errors
/// If it exceeds the time limit; the error names its log.
pub fn finish(mut child: Child, log: &Path, limit: Duration) -> Outcome<Ended> {
    let end = wait_until(limit, || child.try_wait().transpose());
    let Some(status) = end else {
        child.kill()?;
        child.wait()?;
        return Err(format!("ended after {limit:?}: see {}", log.display()).into());
    };
    Ok(Ended {
        success: status?.success(),
        stdout: std::fs::read_to_string(log)?,
        stderr: std::fs::read_to_string(errors(log))?,
    })
}

fn errors(log: &Path) -> PathBuf {
    log.with_extension("err")
}
