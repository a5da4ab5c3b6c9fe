//! Closes descriptors and resets signals that a worker inherited, before it reads a file.
#![expect(
    unsafe_code,
    reason = "closing what others opened, and signal dispositions, have no safe form"
)]

use std::os::fd::RawFd;

/// Closes all but the three standard descriptors. A reader must not reach descriptors that a shell, cargo or a debugger left
/// open for the parent.
pub(super) fn descriptors() {
    let here = if cfg!(target_os = "linux") {
        "/proc/self/fd"
    } else {
        "/dev/fd"
    };
    let open: Vec<RawFd> = match std::fs::read_dir(here) {
        Ok(entries) => entries
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .collect(),
        Err(_) => (0..1024).collect(),
    };
    for descriptor in open
        .into_iter()
        .filter(|descriptor| *descriptor > libc::STDERR_FILENO)
    {
        // SAFETY: this runs first in a new process, in which no value owns a descriptor yet. The descriptor of the directory is
        // closed already; closing it again is an error without effect.
        unsafe { libc::close(descriptor) };
    }
}

/// Ignores requests to end, because a worker ends with its parent anyway. If a whole group of processes is asked to end, as at
/// a shutdown, a worker that ended first would be recorded as a failure by its parent.
pub(super) fn signals() {
    for (signal, disposition) in [
        (libc::SIGHUP, libc::SIG_IGN),
        (libc::SIGINT, libc::SIG_IGN),
        (libc::SIGTERM, libc::SIG_IGN),
        // If it stayed ignored, the limit on processor time would have no effect.
        (libc::SIGXCPU, libc::SIG_DFL),
    ] {
        // SAFETY: both dispositions are constants, and run no handler.
        unsafe { libc::signal(signal, disposition) };
    }
}
