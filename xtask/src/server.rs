//! Server programs that run as long as a value lives.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use crate::shell::{Outcome, wait_until};

/// Longest time until a program answers.
const LIMIT: Duration = Duration::from_secs(60);

/// A program that listens on a loopback port, in a process group of its own. Dropping the value ends the group.
#[derive(Debug)]
pub struct Server {
    child: Child,
    log: PathBuf,
    address: SocketAddr,
}

impl Server {
    /// Starts a program, with both its output streams in a log, and waits until `answers` says that it answers at its
    /// address.
    ///
    /// # Errors
    /// If it cannot be started, ends before it answers, or does not answer in time; the error contains the command and
    /// the log.
    pub fn start(
        command: &mut Command,
        address: SocketAddr,
        log: PathBuf,
        answers: fn(SocketAddr) -> bool,
    ) -> Outcome<Self> {
        let output = File::create(&log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0)
            .spawn()
            .map_err(|error| format!("{command:?}: {error}"))?;
        let mut server = Server { child, log, address };
        let begun = wait_until(LIMIT, || {
            let is_there = answers(address);
            // If the program has ended, another one answers at its address.
            match server.child.try_wait() {
                Ok(None) => is_there.then_some(Ok(())),
                Ok(Some(status)) => Some(Err(format!("ended with {status}"))),
                Err(error) => Some(Err(error.to_string())),
            }
        });
        match begun.unwrap_or_else(|| Err(format!("does not answer within {LIMIT:?}"))) {
            Ok(()) => Ok(server),
            Err(how) => Err(format!("{command:?} {how}: {}", server.log()).into()),
        }
    }

    /// The address at which the program listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the program has printed so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The processes that it started are in its group.
        if let Some(group) = Pid::from_raw(self.child.id().cast_signed()) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

/// A loopback address on which no program listens.
///
/// # Errors
/// If there is none.
pub fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_ends_before_it_answers_is_an_error_at_once() {
        let log = std::env::temp_dir().join(format!("data-review-server-{}.log", std::process::id()));
        let mut command = Command::new("sh");
        command.args(["-c", "echo no port; exit 3"]);
        let begun = std::time::Instant::now();
        let error = Server::start(&mut command, free_address().unwrap(), log.clone(), |_| false).unwrap_err();
        std::fs::remove_file(log).unwrap();
        assert!(begun.elapsed() < LIMIT / 2);
        let said = error.to_string();
        assert!(said.contains("exit status: 3: no port"), "{said}");
    }
}
