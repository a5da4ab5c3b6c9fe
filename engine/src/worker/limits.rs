//! What the system is asked to hold a worker to, and its parent.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use data_review_core::Limits;

/// Address space besides what the counting allocator counts: the program, stacks, and what `malloc` reserves per thread.
#[cfg(target_os = "linux")]
const HEADROOM: u64 = 1 << 30;
/// A worker has its socket, one file and what a thread or two may need for a moment.
const DESCRIPTORS: u64 = 64;

/// Keeps a worker, which has the same user, from reading this process's environment and memory.
pub(super) fn harden_parent() {
    // Refused by no kernel that has it; where it is refused, there is nothing else to do about it.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Limits for all jobs of this worker. What the system refuses, the parent's clock and the allocator still hold.
pub(super) fn set_for_worker() {
    for (resource, limit) in [
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, DESCRIPTORS),
    ] {
        let _ = setrlimit(
            resource,
            Rlimit {
                current: Some(limit),
                maximum: Some(limit),
            },
        );
    }
}

/// Limits for the job that begins now.
pub(super) fn set_for_job(limits: &Limits) {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    // The system counts in whole seconds; a second begun is not held against the file.
    let until = u64::try_from(used.tv_sec).unwrap_or(0) + 1 + u64::from(limits.cpu_seconds);
    set_soft(Resource::Cpu, until, &CPU);
    #[cfg(target_os = "linux")]
    set_soft(
        Resource::As,
        limits.memory_bytes.saturating_add(HEADROOM),
        &ADDRESS_SPACE,
    );
}

/// What was set last: most jobs need no other, and small files are reviewed in less time than it takes to ask for it.
static CPU: AtomicU64 = AtomicU64::new(u64::MAX);
#[cfg(target_os = "linux")]
static ADDRESS_SPACE: AtomicU64 = AtomicU64::new(u64::MAX);

fn set_soft(resource: Resource, limit: u64, last: &AtomicU64) {
    if last.swap(limit, Relaxed) == limit {
        return;
    }
    let maximum = getrlimit(resource).maximum;
    let current = Some(maximum.map_or(limit, |maximum| limit.min(maximum)));
    let _ = setrlimit(resource, Rlimit { current, maximum });
}
