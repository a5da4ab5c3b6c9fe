//! Programs that are waited for, but not for ever.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use xtask::shell::Outcome;

/// A program that has ended, and what it said.
pub(super) struct Ended {
    pub(super) success: bool,
    /// Both streams, as they came.
    pub(super) said: String,
}

/// Runs a program to its end, which must come in time; what it says is kept in a log beside its other files.
pub(super) fn run(command: &mut Command, log: &Path, limit: Duration) -> Outcome<Ended> {
    let child = start(command, log)?;
    finish(child, log, limit)
}

/// Starts a program whose streams go to a log.
pub(super) fn start(command: &mut Command, log: &Path) -> Outcome<Child> {
    let file = File::create(log)?;
    let child = command.stderr(file.try_clone()?).stdout(file).spawn();
    child.map_err(|error| format!("{command:?}: {error}").into())
}

/// Waits for the end of a program; ends it when it takes too long.
pub(super) fn finish(mut child: Child, log: &Path, limit: Duration) -> Outcome<Ended> {
    let end = wait_until(limit, || child.try_wait().transpose());
    let Some(status) = end else {
        child.kill()?;
        child.wait()?;
        return Err(format!("ended after {limit:?}: see {}", log.display()).into());
    };
    Ok(Ended {
        success: status?.success(),
        said: std::fs::read_to_string(log)?,
    })
}

/// Asks again and again, until there is an answer or the time is over.
pub(super) fn wait_until<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        let answer = ask();
        if answer.is_some() || start.elapsed() > limit {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}
