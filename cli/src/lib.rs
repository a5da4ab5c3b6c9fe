//! The command `data-review`: reviews every oceanographic file below a directory, and keeps the outcomes in a database.
//!
//! This crate holds the arguments, progress, tables, exports and exit codes. `data-review-core` makes the decisions, and
//! `data-review-engine` carries them out.

mod args;
#[cfg(feature = "cloud")]
mod cloud;
mod codes;
mod commands;
mod config;
mod error;
mod exit;
mod export;
mod file_summary;
mod files_from;
mod ignored;
mod output;
mod progress;
mod remote;
mod report;
mod store;
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
    be_silent_about_sniffs();
    commands::complete::complete_if_asked();
    let args = Args::parse();
    output::configure(&args.general);
    exit::code(run(args))
}

fn run(args: Args) -> exit::End {
    let general = &args.general;
    let settings =
        || config::Settings::load(general.config.as_deref(), general.no_config, &Registry::linked()?);
    match args.command {
        Command::Local(command) => commands::run(command, &settings()?),
        #[cfg(feature = "cloud")]
        Command::Cloud(args) => cloud::run(&args, &settings()?),
        #[cfg(not(feature = "cloud"))]
        Command::Cloud { .. } => Err(error::CliError::Usage(
            "this build has no commands for the cloud; build it with `cargo build --release --package data-review-cli \
             --features cloud`"
                .to_owned(),
        )),
    }
}

/// A handler that panics while it sniffs is an answer, not a message on the terminal. Any other panic in this process is a
/// defect, and is printed.
fn be_silent_about_sniffs() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !data_review_core::is_sniffing() {
            print(panic);
        }
    }));
}
