//! The allocator of every program that can be a worker: counts, and ends a worker that passes its memory limit.
#![expect(
    unsafe_code,
    reason = "an allocator is unsafe by its trait, and leaving from within one by its nature"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

/// Exit code of a worker that passed its memory limit.
pub(crate) const OUT_OF_MEMORY: i32 = 86;

/// A thread tells the others of its allocations when they pass this many bytes: an atomic count costs more than most of them.
const BATCH: isize = 64 << 10;

/// The system's allocator, with a limit for workers; without one, as everywhere else, it counts nothing.
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: data_review_engine::CountingAllocator = data_review_engine::CountingAllocator;
/// ```
pub struct CountingAllocator;

/// 0: not counting.
static LIMIT: AtomicIsize = AtomicIsize::new(0);
static COUNT: AtomicIsize = AtomicIsize::new(0);
static PEAK: AtomicIsize = AtomicIsize::new(0);

thread_local! {
    // Without a destructor and with a constant start, so that its use allocates nothing and is good until the thread's end.
    static UNTOLD: Cell<isize> = const { Cell::new(0) };
}

/// Counts from zero, and ends this process when more than `limit` bytes are held; 0 ends the counting.
pub(crate) fn set_limit(limit: u64) {
    LIMIT.store(0, Relaxed);
    COUNT.store(0, Relaxed);
    PEAK.store(0, Relaxed);
    let _ = UNTOLD.try_with(|untold| untold.set(0));
    LIMIT.store(isize::try_from(limit).unwrap_or(isize::MAX), Relaxed);
}

/// The most that was held since the limit was set, to within 64 KiB a thread.
pub(crate) fn peak() -> u64 {
    u64::try_from(PEAK.load(Relaxed)).unwrap_or(0)
}

/// Ends this process at once: no destructor, no buffer, no lock that an allocation may happen under.
pub(crate) fn leave(code: i32) -> ! {
    // SAFETY: `_exit` has no preconditions and may be called from anywhere, signal handlers included.
    unsafe { libc::_exit(code) }
}

fn count(by: isize) {
    let limit = LIMIT.load(Relaxed);
    if limit == 0 {
        return;
    }
    let told = UNTOLD.try_with(|untold| {
        let sum = untold.get().saturating_add(by);
        let tell = sum.unsigned_abs() >= BATCH.unsigned_abs();
        untold.set(if tell { 0 } else { sum });
        if tell { sum } else { 0 }
    });
    let told = told.unwrap_or(by);
    if told == 0 {
        return;
    }
    let now = COUNT.fetch_add(told, Relaxed).saturating_add(told);
    if told > 0 && now > PEAK.load(Relaxed) {
        PEAK.fetch_max(now, Relaxed);
        if now > limit {
            leave(OUT_OF_MEMORY);
        }
    }
}

/// No layout is larger than `isize::MAX`.
fn signed(size: usize) -> isize {
    isize::try_from(size).unwrap_or(isize::MAX)
}

// SAFETY: every call is handed on to `System` as it came; counting allocates nothing and touches no memory of the caller's.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(signed(layout.size()));
        // SAFETY: the caller's promises are `System`'s.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(signed(layout.size()));
        // SAFETY: the caller's promises are `System`'s.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-signed(layout.size()));
        // SAFETY: the caller's promises are `System`'s, which made the allocation.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(signed(size) - signed(layout.size()));
        // SAFETY: the caller's promises are `System`'s, which made the allocation.
        unsafe { System.realloc(at, layout, size) }
    }
}
