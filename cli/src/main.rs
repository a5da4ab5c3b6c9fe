//! The command `data-review`.

use std::process::ExitCode;

use data_review_engine::CountingAllocator;

/// Counts what a worker holds, so that its memory limit is its own.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    data_review_cli::main()
}
