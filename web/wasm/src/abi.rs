//! The functions of the module: what the page calls, and what the module calls of the page.
//!
//! | the page calls | |
//! |---|---|
//! | `start()` | once, before anything else |
//! | `allocate(len)` | the address of `len` bytes, for a request |
//! | `describe_registry()` | answers with the registry ([`crate::describe`]) |
//! | `review_file(request, len, size)` | reviews the file of `size` bytes; `request` is JSON ([`crate::FileRequest`]) at that address, which it frees |
//!
//! | the module calls, in the namespace `host` | |
//! |---|---|
//! | `read(at, into, len)` | to read up to `len` bytes of the file at the offset `at`; the number of bytes, or −1 |
//! | `answer(kind, text, len)` | with each answer: 0 registry, 1 document in canonical JSON, 2 next step of a failure, 3 pictures of the variables, 4 preview of the profiles, if there is one; the document comes last |
//! | `reviewing(text, len)` | with the id of the handler, before it reads the file |
//! | `panicked(text, len)` | with the message of a panic, after which the module traps |
//! | `exceeded()` | when a review passed its memory limit; it does not return |
#![expect(unsafe_code, reason = "addresses are passed between the page and the module")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::io;
use std::panic::PanicHookInfo;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use data_review_core::{Failure, Input, Registry};

use crate::{FileRequest, Reviewed, describe, review};

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    fn read(at: u64, into: *mut u8, len: usize) -> i32;
    fn answer(kind: u32, text: *const u8, len: usize);
    fn reviewing(text: *const u8, len: usize);
    fn panicked(text: *const u8, len: usize);
    fn exceeded() -> !;
}

unsafe extern "C" {
    /// Runs the constructors, among them those that register the handlers.
    fn __wasm_call_ctors();
}

/// Most bytes of one call of `read`.
const READ: usize = 16 << 20;

#[global_allocator]
static ALLOCATOR: Counting = Counting;
/// The limit in bytes; `usize::MAX` outside a review.
static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Counts, and tells the page when a review holds more than its handler's limit. The page ends the worker then.
struct Counting;

impl Counting {
    fn add(by: usize) {
        let now = COUNT.load(Relaxed).saturating_add(by);
        COUNT.store(now, Relaxed);
        if now > LIMIT.load(Relaxed) {
            // SAFETY: the page's function throws.
            unsafe { exceeded() }
        }
    }

    fn remove(by: usize) {
        COUNT.store(COUNT.load(Relaxed).saturating_sub(by), Relaxed);
    }
}

// SAFETY: every call is passed on to `System` unchanged; counting allocates nothing and touches no memory of the caller.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::add(layout.size());
        // SAFETY: the caller's promises are `System`'s.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::add(layout.size());
        // SAFETY: the caller's promises are `System`'s.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        Self::remove(layout.size());
        // SAFETY: the caller's promises are `System`'s, which made the allocation.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::add(size);
        Self::remove(layout.size());
        // SAFETY: the caller's promises are `System`'s, which made the allocation.
        unsafe { System.realloc(at, layout, size) }
    }
}

/// The file that the page holds.
struct PageFile {
    len: u64,
}

impl Input for PageFile {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let left = self.len.saturating_sub(at);
        let wanted = into.len().min(READ).min(left.try_into().unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        // SAFETY: the page writes at most `wanted` bytes at this address, which `into` has.
        let n = unsafe { read(at, into.as_mut_ptr(), wanted) };
        match usize::try_from(n) {
            Ok(n) => Ok(n.min(wanted)),
            Err(_) => Err(io::Error::other("the browser cannot read the file")),
        }
    }
}

fn say(kind: u32, text: &str) {
    // SAFETY: the page copies the text before the call returns.
    unsafe { answer(kind, text.as_ptr(), text.len()) }
}

fn panics(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let text = match info.location() {
        Some(at) => {
            let file = at.file();
            let short = file
                .rmatch_indices('/')
                .nth(2)
                .map_or(file, |(at, _)| &file[at + 1..]);
            format!("the handler panicked at {short}:{}: {message}", at.line())
        }
        None => format!("the handler panicked: {message}"),
    };
    // SAFETY: the page copies the text before the call returns.
    unsafe { panicked(text.as_ptr(), text.len()) }
}

fn registry() -> Registry {
    Registry::linked().unwrap_or_else(|error| panic!("{error}"))
}

#[unsafe(no_mangle)]
extern "C" fn start() {
    // SAFETY: this is its only call, before any other of this module's functions.
    unsafe { __wasm_call_ctors() }
    std::panic::set_hook(Box::new(panics));
}

#[unsafe(no_mangle)]
extern "C" fn allocate(len: usize) -> *mut u8 {
    Box::into_raw(vec![0u8; len].into_boxed_slice()).cast()
}

#[unsafe(no_mangle)]
extern "C" fn describe_registry() {
    say(0, &describe(&registry()));
}

/// # Safety
/// `request` is an address from `allocate(len)` that was not used in this way before.
#[unsafe(no_mangle)]
unsafe extern "C" fn review_file(request: *mut u8, len: usize, size: u64) {
    // SAFETY: `allocate` leaked a box of this address and length.
    let request = unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(request, len)) };
    let request: FileRequest =
        serde_json::from_slice(&request).unwrap_or_else(|error| panic!("request: {error}"));
    let Reviewed {
        document,
        pictures,
        preview,
    } = review(&registry(), &request, Arc::new(PageFile { len: size }), &|card| {
        // SAFETY: the page copies the text before the call returns.
        unsafe { reviewing(card.id.as_ptr(), card.id.len()) }
        let limit = usize::try_from(card.limits.memory_bytes).unwrap_or(usize::MAX);
        LIMIT.store(COUNT.load(Relaxed).saturating_add(limit), Relaxed);
    });
    LIMIT.store(usize::MAX, Relaxed);
    if let Some(next) = document.failure.as_ref().map(Failure::next_step) {
        say(2, next);
    }
    say(3, &serde_json::to_string(&pictures).expect("plain data is JSON"));
    if let Some(preview) = preview {
        say(4, &serde_json::to_string(&preview).expect("plain data is JSON"));
    }
    say(1, &document.to_canonical_json());
}
