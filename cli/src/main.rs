//! The command `data-review`.

use std::process::ExitCode;

use data_review_engine::CountingAllocator;

/// Counts the memory of a worker, so that its limit can be enforced.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    data_review_cli::main()
}
