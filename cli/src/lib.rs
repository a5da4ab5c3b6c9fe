//! The command `data-review`: reviews every oceanographic file below a directory, and keeps the outcomes in a database.
//!
//! This crate holds the arguments, progress, tables, exports and exit codes. `data-review-core` makes the decisions, and
//! `data-review-engine` carries them out.

mod args;
#[cfg(feature = "cloud")]
mod cloud;
mod commands;
mod error;
mod exit;
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
// Links every handler.
use data_review_handlers as _;

use args::{Args, Command};

/// The whole program. Its global allocator must be [`data_review_engine::CountingAllocator`]. A program that links further
/// handlers, or replacements of some, offers those too.
pub fn main() -> ExitCode {
    become_worker_if_asked(Registry::linked);
    exit::code(match Args::parse().command {
        Command::Local(command) => commands::run(command),
        #[cfg(feature = "cloud")]
        Command::Cloud(args) => cloud::run(&args),
    })
}
