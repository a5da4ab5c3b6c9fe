//! The command `data-review`; with the feature `native`, netCDF and HDF5 files are read by the reference
//! libraries.

use std::process::ExitCode;

use data_review_engine::CountingAllocator;
// Linked because it registers handlers that replace others.
#[cfg(feature = "native")]
use data_review_native as _;

/// Counts the memory of a worker. Memory of the C libraries is bounded by the address space only.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    data_review_cli::main()
}
