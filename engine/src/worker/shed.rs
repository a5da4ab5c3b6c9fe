//! What a worker sheds of the process that started it, before it looks at a file.
#![expect(
    unsafe_code,
    reason = "closing what others opened, and signal dispositions, have no safe form"
)]

use std::os::fd::RawFd;

/// Closes everything but the three standard descriptors: what a shell, cargo or a debugger left open for our parent is
/// nothing that a file's reader should be able to reach.
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
        // SAFETY: called first of all in a new process, where nothing of ours owns a descriptor yet. The directory's own is
        // closed already; to close it again is an error without effect.
        unsafe { libc::close(descriptor) };
    }
}

/// A worker ends with its parent, however that ends. When a whole group of processes is asked to go, as at a shutdown, one
/// that went at once would leave a parent that is still writing down what it died of.
pub(super) fn signals() {
    for (signal, disposition) in [
        (libc::SIGHUP, libc::SIG_IGN),
        (libc::SIGINT, libc::SIG_IGN),
        (libc::SIGTERM, libc::SIG_IGN),
        // Inherited as ignored, it would lift the limit on processor time.
        (libc::SIGXCPU, libc::SIG_DFL),
    ] {
        // SAFETY: both dispositions are constants, and run no code of ours.
        unsafe { libc::signal(signal, disposition) };
    }
}
