//! What processes there are, where the system tells (Linux; elsewhere there seem to be none).

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// A process: its id, its parent's, and its command line.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) id: u32,
    pub(crate) parent: u32,
    pub(crate) command: String,
}

/// All that live.
pub(crate) fn all() -> Vec<Seen> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| seen(entry.ok()?.file_name().to_str()?.parse().ok()?))
        .collect()
}

/// A process that lives; a zombie is dead.
pub(crate) fn seen(id: u32) -> Option<Seen> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name before it may hold anything, brackets too.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    let (state, parent) = (fields.next()?, fields.next()?.parse().ok()?);
    let command = std::fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default();
    (state != "Z").then(|| Seen {
        id,
        parent,
        command: command.replace('\0', " "),
    })
}

/// Number of seconds for a `sleep` that a worker of this parent leaves behind, by which it is found.
pub(crate) fn mark(parent: u32) -> String {
    format!("600.{parent}")
}

/// The tests' exit code, or a failure when they left processes behind: workers, or what those started.
pub(crate) fn exit_code(of_tests: ExitCode) -> ExitCode {
    let mark = mark(std::process::id());
    let ours = |seen: &Seen| seen.parent == std::process::id() || seen.command.contains(&mark);
    // What was killed takes a moment to be gone.
    let none = wait_for(Duration::from_secs(2), || (!all().iter().any(ours)).then_some(()));
    if none.is_some() {
        return of_tests;
    }
    eprintln!(
        "processes were left behind: {:?}",
        all().into_iter().filter(ours).collect::<Vec<_>>()
    );
    ExitCode::FAILURE
}

/// Waits until there is something, for at most so long.
pub(crate) fn wait_for<T>(most: Duration, mut what: impl FnMut() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    loop {
        match what() {
            None if began.elapsed() < most => std::thread::sleep(Duration::from_millis(10)),
            found => return found,
        }
    }
}
