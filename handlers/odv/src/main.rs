//! The Lambda of this handler.

use std::process::ExitCode;

use data_review_aws::{CountingAllocator, handler};
// Linked for what it registers.
use data_review_core::Registry;
use data_review_odv as _;

/// Keeps a review within its memory.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    handler::run(Registry::linked)
}
