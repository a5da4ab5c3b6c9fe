//! `data-review`, with the reference libraries where it is built with the feature `native`.

use std::process::ExitCode;

use data_review_engine::CountingAllocator;
// Linked for the handlers that it puts in the place of others.
#[cfg(feature = "native")]
use data_review_native as _;

/// Counts what a worker holds; what the C libraries hold is bounded by the address space only.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    data_review_cli::main()
}
