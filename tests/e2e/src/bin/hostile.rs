//! A Lambda with a handler that is on no list and does what no handler may do.

use std::process::ExitCode;

use data_review_engine::CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    data_review_aws::handler::run(data_review_e2e::hostile::registry)
}
