//! The project's own chores: `cargo xtask --help` lists them.
#![expect(
    clippy::disallowed_methods,
    reason = "chores read and write the project's files"
)]

mod bench;
mod compare;
mod e2e;
mod fuzz;
mod lambdas;
mod new_handler;
mod soak;
mod stack;
mod standard_names;
mod test_data;
mod time_new_handler;
mod units;
mod vocabulary;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use xtask::shell;

/// The project's own chores.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
enum Chore {
    /// Writes a handler crate that works, its test files, and its lines in the lists.
    NewHandler {
        /// Lower-case letters, digits and dashes; also its folder, its binary and its queue.
        id: String,
    },
    /// Writes the tables of WHP parameters and CF standard names from PyPI's cchdo.params (needs Python 3).
    Vocabulary,
    /// Writes the table of UDUNITS-2 units from its XML files, which Debian's package libudunits2-data holds (needs Python 3).
    Units {
        /// Folder of the XML files.
        #[arg(default_value = units::FOLDER)]
        folder: PathBuf,
        /// Version of UDUNITS-2 that they belong to.
        #[arg(default_value = units::VERSION)]
        version: String,
    },
    /// Compares every unit of the CF standard names and of the sample files with the C library of UDUNITS-2 (needs Python 3
    /// and DATA_REVIEW_CORPUS).
    CompareUnits,
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
    /// Compares every variable of the netCDF and HDF5 sample files with Python's netCDF4 and h5py (needs Python 3 and
    /// DATA_REVIEW_CORPUS).
    CompareArrays,
    /// Compares the Sea-Bird sample files with Python's ctd and seabirdscientific, and the ODV test files with pandas and pyodv
    /// (needs Python 3 and DATA_REVIEW_CORPUS).
    CompareTexts,
    /// Times a new handler in a copy of the project, built from nothing: written, tested, and in the preview of the stack (needs
    /// Python 3 and Go).
    TimeNewHandler {
        /// What it is called.
        #[arg(default_value = "demo")]
        id: String,
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
    /// Builds the package of every Lambda, one cargo invocation each, and prints their sizes (needs Python 3).
    PackageLambdas {
        /// The processor that they run on.
        #[arg(long, value_enum, default_value_t = lambdas::Target::Arm64)]
        target: lambdas::Target,
        /// Folder that the zips are put into [default: target/lambda].
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Packages the Lambdas for this machine, lets a stack live with them, and drives them on the stack that `pulumi up` makes on an
    /// emulator of AWS (needs Python 3, Go, Linux on x86-64).
    E2e {
        /// For the suites: `--seed N`, or names of suites.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Runs every fuzz target, as many at once as there are processors; new inputs are kept in the cache (needs a C++ compiler).
    Fuzz {
        /// For each target.
        #[arg(long, default_value_t = 30)]
        seconds: u64,
        /// Where chance begins; 0 is another place each time.
        #[arg(long, default_value_t = 1)]
        seed: u32,
    },
    /// Runs what is too long for every change: hostile files in full size, 2,000 spoilt real ones, our readers against the C
    /// libraries of netCDF and HDF5, ten minutes of each fuzz target, 100,000 simulated orders of events, the packages for
    /// arm64, ten end-to-end seeds, eleven lives of a stack (needs Python 3, Go, a C++ compiler, DATA_REVIEW_CORPUS, Linux on
    /// x86-64).
    Soak {
        /// One step alone: `hostile`, `spoilt`, `native` or `fuzz`.
        step: Option<String>,
    },
    /// Makes, changes and destroys the stack with the real Pulumi CLI on an emulator (needs Python 3 and Go).
    StackCycle {
        /// How many times, each from nothing.
        #[arg(long, default_value_t = 1)]
        times: u32,
        /// Folder of the Lambdas' packages, built for this machine: files go through them.
        #[arg(long, value_name = "DIR")]
        packages: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    shell::exit(run(Chore::parse()))
}

fn run(chore: Chore) -> shell::Outcome {
    match chore {
        Chore::NewHandler { id } => new_handler::create(&id),
        Chore::Vocabulary => vocabulary::generate(),
        Chore::Units { folder, version } => units::generate(&folder, &version),
        Chore::CompareUnits => units::compare(),
        Chore::TestData { check } => test_data::write(check),
        Chore::Expected { force } => test_data::expect(force),
        Chore::CompareArrays => compare::arrays(),
        Chore::CompareTexts => compare::texts(),
        Chore::TimeNewHandler { id } => time_new_handler::time(&id),
        Chore::Bench { write, quick } => bench::bench(write, quick),
        Chore::PackageLambdas { target, out } => lambdas::package(target, out.as_deref()),
        Chore::E2e { arguments } => e2e::e2e(&arguments),
        Chore::Fuzz { seconds, seed } => fuzz::run(seconds, seed).map(|said| println!("{said}")),
        Chore::Soak { step: Some(step) } => soak::step(&step),
        Chore::Soak { step: None } => soak::soak().and_then(|()| e2e::soak()),
        Chore::StackCycle { times, packages } => stack::cycle(times, packages.as_deref()),
    }
}
