//! The project's own chores: `cargo xtask --help` lists them.
#![expect(
    clippy::disallowed_methods,
    reason = "chores read and write the project's files"
)]

mod bench;
mod random;
mod shell;
mod soak;
mod stack;
mod test_data;
mod vocabulary;

use clap::Parser;

/// The project's own chores.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
enum Chore {
    /// Writes the WHP parameter table from PyPI's cchdo.params (needs Python 3).
    Vocabulary,
    /// Writes the test files of every handler, and the bad ones.
    TestData {
        /// Writes nothing; fails when a committed file differs.
        #[arg(long)]
        check: bool,
    },
    /// Writes what every test file must yield, where that is new or the recipe changed.
    Expected {
        /// Overwrites also what changed under the same recipe: for a handler that nobody has used yet.
        #[arg(long)]
        force: bool,
    },
    /// Measures speed and memory against what a user would pick instead (needs Python 3 and DATA_REVIEW_CORPUS).
    Bench {
        /// Rewrites docs/benchmarks.md and docs/benchmarks.json.
        #[arg(long)]
        write: bool,
        /// A fifth of the small files.
        #[arg(long)]
        quick: bool,
    },
    /// Runs what is too long for every change: hostile files in full size, 2,000 spoilt real ones (needs Python 3).
    Soak,
    /// Makes, changes and destroys the stack with the real Pulumi CLI on an emulator (needs Python 3, and Go or `pulumi`).
    StackCycle {
        /// How many times, each from nothing.
        #[arg(long, default_value_t = 1)]
        times: u32,
    },
}

fn main() -> shell::Outcome {
    match Chore::parse() {
        Chore::Vocabulary => vocabulary::generate(),
        Chore::TestData { check } => test_data::write(check),
        Chore::Expected { force } => test_data::expect(force),
        Chore::Bench { write, quick } => bench::bench(write, quick),
        Chore::Soak => soak::soak(),
        Chore::StackCycle { times } => stack::cycle(times),
    }
}
