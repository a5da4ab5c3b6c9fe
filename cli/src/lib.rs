//! `data-review`: looks at every oceanographic file below a directory, says what it is and what is wrong with it, and
//! keeps the answers in a database.
//!
//! Arguments, progress, tables, exports and exit codes live here; what is decided is decided in `data-review-core`, and
//! carried out by `data-review-engine`.

mod args;
#[cfg(feature = "cloud")]
mod cloud;
mod commands;
mod error;
mod export;
mod glance;
mod output;
mod progress;
mod table;
mod wording;

use std::process::ExitCode;

use clap::Parser;
use data_review_core::Registry;
use data_review_engine::become_worker_if_asked;
// Linked for what it registers.
use data_review_handlers as _;

/// The whole program. Its global allocator must be [`data_review_engine::CountingAllocator`]; what it links besides may put
/// handlers in the place of others.
pub fn main() -> ExitCode {
    become_worker_if_asked(Registry::linked);
    commands::run(args::Args::parse())
}
