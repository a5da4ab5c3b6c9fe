//! Programs that are waited for, but not for ever.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use crate::shell::{Outcome, wait_until};

/// A program that has ended.
#[derive(Debug)]
pub struct Ended {
    /// Whether it ended well.
    pub success: bool,
    stdout: String,
    stderr: String,
}

impl Ended {
    /// All that it said.
    pub(super) fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// What it printed on its standard output; an error if it failed.
    pub(super) fn printed(self, what: &str) -> Outcome<String> {
        match self.success {
            true => Ok(self.stdout),
            false => Err(format!("{what}:\n{}", gist(&self.said())).into()),
        }
    }
}

/// What a failed command says of its failure: the CLI tells of everything that went well, too, and sums up in the end.
fn gist(said: &str) -> &str {
    let summary = said.rfind("\nDiagnostics:\n");
    summary.map_or(said, |at| &said[at + 1..])
}

/// Runs a program to its end, which must come in time; what it says is kept in a log beside its other files.
pub(super) fn run(command: &mut Command, log: &Path, limit: Duration) -> Outcome<Ended> {
    let child = start(command, log)?;
    finish(child, log, limit)
}

/// Starts a program whose standard output goes to a log, and its errors to one beside that.
pub(super) fn start(command: &mut Command, log: &Path) -> Outcome<Child> {
    let (stdout, stderr) = (File::create(log)?, File::create(errors(log))?);
    let child = command.stdout(stdout).stderr(stderr).spawn();
    child.map_err(|error| format!("{command:?}: {error}").into())
}

/// Waits for the end of a program; ends it when it takes too long.
///
/// # Errors
/// When it takes too long; names its log.
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
