//! Whole runs over real directories, with real workers and a store in memory.
//!
//! A program of its own instead of a usual test: it starts itself again as the worker.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test program, which writes the files that it has reviewed"
)]

#[path = "run/changes.rs"]
mod changes;
#[path = "run/listing.rs"]
mod listing;
#[path = "run/recipes.rs"]
mod recipes;
#[path = "run/scene.rs"]
mod scene;
#[path = "run/store.rs"]
mod stores;
mod support;

use std::process::ExitCode;

use data_review_engine::{CountingAllocator, become_worker_if_asked};
use libtest_mimic::{Arguments, Trial};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    become_worker_if_asked(scene::registry);
    let trials: Vec<Trial> = listing::TRIALS
        .iter()
        .chain(changes::TRIALS)
        .chain(recipes::TRIALS)
        .chain(stores::TRIALS)
        .map(|(name, body)| {
            Trial::test(format!("run::{name}"), || {
                body();
                Ok(())
            })
        })
        .collect();
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    support::process::exit_code(conclusion.exit_code())
}
