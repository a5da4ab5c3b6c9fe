//! Limits that the system enforces for a worker, and a protection of its parent.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use data_review_core::Limits;

/// Bytes of address space that the counting allocator does not count: the program, stacks, reserves of allocators.
#[cfg(target_os = "linux")]
const HEADROOM: u64 = 1 << 30;
/// Open files of a worker: its socket, one file, and a few that a thread needs for a moment.
const DESCRIPTORS: u64 = 64;

/// Prevents a worker, which has the same user, from reading the environment and the memory of this process.
pub(super) fn harden_parent() {
    // Kernels that have the call never refuse it; an error leaves nothing else to try.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Sets limits for all jobs of this worker. If the system refuses one, the clock of the parent and the allocator still limit it.
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

/// Sets the limits of the job that begins now.
pub(super) fn set_for_job(limits: &Limits) {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    // The system counts whole seconds; the limit is rounded up.
    let until = u64::try_from(used.tv_sec).unwrap_or(0) + 1 + u64::from(limits.cpu_seconds);
    set_soft(Resource::Cpu, until, &CPU);
    #[cfg(target_os = "linux")]
    set_soft(
        Resource::As,
        limits.memory_bytes.saturating_add(HEADROOM),
        &ADDRESS_SPACE,
    );
}

/// The limit that was set last. Most jobs have the same one, and reviewing a small file is faster than setting it again.
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
