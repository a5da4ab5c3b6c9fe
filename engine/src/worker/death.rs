//! Why a worker died, from its exit status and its last output.
//!
//! An abort, a stack overflow and a failed allocation all end with SIGABRT: only the output tells them apart. Messages contain
//! no process ids, addresses or times, because they become part of a document.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use data_review_core::{Class, Failure, Limits, Stage, printable};
use rustix::process::Signal;

use super::process::Ended;
use crate::allocator::OUT_OF_MEMORY;

/// The failure of a file whose worker ended without an answer.
pub(super) fn failure(ended: &Ended, status: Option<ExitStatus>, stderr: &[u8], limits: &Limits) -> Failure {
    let (class, message) = match ended {
        Ended::Stalled => {
            let limit = limits.stall_seconds;
            (
                Class::TimedOut,
                format!("nothing moved for {limit} s, which is its limit, so its worker was ended"),
            )
        }
        Ended::TooLong(limit) => (
            Class::TimedOut,
            format!("no end after {limit} s of wall time, so its worker was ended"),
        ),
        Ended::Garbage(what) => (
            Class::Crashed,
            format!("its worker sent an invalid answer: {what}"),
        ),
        Ended::Closed => (
            Class::Crashed,
            "its worker closed the connection without an answer".to_owned(),
        ),
        Ended::Cancelled => (Class::Service, "the run was interrupted".to_owned()),
        Ended::Exited => of_status(status, &String::from_utf8_lossy(stderr), limits),
    };
    Failure::new(Stage::Review, class, message)
}

fn of_status(status: Option<ExitStatus>, stderr: &str, limits: &Limits) -> (Class, String) {
    let memory = || {
        let limit = limits.memory_bytes;
        (
            Class::OutOfMemory,
            format!("its worker passed the memory limit of {limit} bytes"),
        )
    };
    let code = status.and_then(|status| status.code());
    let signal = status
        .and_then(|status| status.signal())
        .and_then(Signal::from_named_raw);
    if code == Some(OUT_OF_MEMORY) {
        return memory();
    }
    match signal {
        Some(Signal::XCPU) => {
            let limit = limits.cpu_seconds;
            return (
                Class::TimedOut,
                format!("its review passed the limit of {limit} s of processor time"),
            );
        }
        Some(Signal::ABORT) if stderr.contains("memory allocation of") => return memory(),
        Some(Signal::ABORT | Signal::SEGV | Signal::BUS) if stderr.contains("has overflowed its stack") => {
            return (Class::Crashed, "its worker overflowed its stack".to_owned());
        }
        Some(Signal::KILL) => {
            let message = "its worker was killed (SIGKILL) from outside, most likely because the machine ran out of memory";
            return (Class::OutOfMemory, message.to_owned());
        }
        _ => {}
    }
    let mut message = match (signal, code) {
        (Some(signal), _) => format!("its worker died of {}", name(signal)),
        (None, Some(code)) => format!("its worker ended with exit code {code} and no answer"),
        (None, None) => "its worker died".to_owned(),
    };
    if let Some(words) = last_words(stderr) {
        message.push_str(&format!("; its last words: {words}"));
    }
    (Class::Crashed, message)
}

fn name(signal: Signal) -> String {
    match signal {
        Signal::ABORT => "SIGABRT".to_owned(),
        Signal::SEGV => "SIGSEGV".to_owned(),
        Signal::BUS => "SIGBUS".to_owned(),
        Signal::ILL => "SIGILL".to_owned(),
        Signal::FPE => "SIGFPE".to_owned(),
        Signal::TRAP => "SIGTRAP".to_owned(),
        Signal::SYS => "SIGSYS".to_owned(),
        Signal::XFSZ => "SIGXFSZ (it tried to write a file)".to_owned(),
        Signal::TERM => "SIGTERM".to_owned(),
        Signal::PIPE => "SIGPIPE".to_owned(),
        other => format!("signal {}", other.as_raw()),
    }
}

/// The last line of the output, without the parts that differ from run to run.
fn last_words(stderr: &str) -> Option<String> {
    let line = stderr
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty())?;
    let mut words = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("0x").into_iter().chain(rest.find('(')).min() {
        let skip = if rest[at..].starts_with("0x") { 2 } else { 1 };
        let (before, after) = rest.split_at(at + skip);
        let digits = after
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(after.len());
        words.push_str(before);
        // The number of a thread is in brackets, an address after 0x; both differ from run to run.
        if digits > 0 && (skip == 2 || after[digits..].starts_with(')')) {
            words.push('…');
            rest = &after[digits..];
        } else {
            rest = after;
        }
    }
    words.push_str(rest);
    Some(printable(words.as_bytes(), 300))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(raw: i32, stderr: &str) -> (Class, String) {
        of_status(Some(ExitStatus::from_raw(raw)), stderr, &Limits::DEFAULT)
    }

    #[test]
    fn sigabrt_is_told_apart_by_its_words() {
        assert_eq!(
            of(6, "memory allocation of 99 bytes failed").0,
            Class::OutOfMemory
        );
        assert!(
            of(
                6,
                "\nthread 'review' (77) has overflowed its stack\nfatal runtime error"
            )
            .1
            .contains("stack")
        );
        let (class, message) = of(6, "double free\n");
        assert_eq!(
            (class, message.as_str()),
            (
                Class::Crashed,
                "its worker died of SIGABRT; its last words: double free"
            )
        );
    }

    #[test]
    fn the_other_deaths() {
        assert_eq!(of(OUT_OF_MEMORY << 8, "").0, Class::OutOfMemory);
        assert_eq!(of(24, "").0, Class::TimedOut);
        assert_eq!(of(9, "").0, Class::OutOfMemory);
        assert_eq!(
            of(11, ""),
            (Class::Crashed, "its worker died of SIGSEGV".to_owned())
        );
        assert_eq!(
            of(3 << 8, ""),
            (
                Class::Crashed,
                "its worker ended with exit code 3 and no answer".to_owned()
            )
        );
    }

    #[test]
    fn last_words_hold_nothing_random() {
        let words = last_words("one\nthread 'x' (12345) at 0x7ffd01aB: (not 5) failed (see 3)\n\n");
        assert_eq!(
            words.as_deref(),
            Some("thread 'x' (…) at 0x…: (not 5) failed (see 3)")
        );
        assert_eq!(last_words("\n \n"), None);
    }
}
