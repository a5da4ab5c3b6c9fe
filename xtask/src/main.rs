//! Tasks of the project that are not part of a build: `cargo xtask --help` lists them.
#![expect(
    clippy::disallowed_methods,
    reason = "tasks read and write the project's files"
)]

mod tasks;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use xtask::shell;

use crate::tasks::{
    argo_tables, bench, check_exports, compare, docs, e2e, expected, fuzz, lambdas, lint_stack, new_handler,
    python_test, severities, soak, stack, style, time_new_handler, units, web, whp_parameters,
};

/// Tasks of the project that are not part of a build.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
enum Task {
    /// Creates a working handler crate with its test files, and adds it to the lists.
    NewHandler {
        /// Lower-case letters, digits and dashes; also the name of its folder, binary and queue.
        id: String,
    },
    /// Generates the tables of WHP parameters and CF standard names from PyPI's cchdo.params (needs Python 3).
    Vocabulary,
    /// Generates the table of UDUNITS-2 units from its XML files, which Debian's package libudunits2-data holds (needs Python 3).
    Units {
        /// Folder of the XML files.
        #[arg(default_value = units::FOLDER)]
        folder: PathBuf,
        /// Version of UDUNITS-2 that they belong to.
        #[arg(default_value = units::VERSION)]
        version: String,
    },
    /// Generates the tables of Argo's rules (needs Python 3).
    ArgoTables {
        /// Folder of the reference tables of the NERC Vocabulary Server as tab-separated values.
        tables: PathBuf,
        /// Folder `file_checker_spec` of Argo's format checker (github.com/OneArgo/ArgoFormatChecker).
        specification: PathBuf,
    },
    /// Compares every unit of the CF standard names and of the sample files with the C library of UDUNITS-2 (needs Python 3
    /// and DATA_REVIEW_CORPUS).
    CompareUnits,
    /// Generates the test files of every handler, valid and invalid ones.
    TestData {
        /// Write nothing; fail if a committed file differs.
        #[arg(long)]
        check: bool,
    },
    /// Writes the expected document of each test file that is new or whose recipe changed.
    Expected {
        /// Also overwrite documents that changed under the same recipe: for a handler that is not in use yet.
        #[arg(long)]
        force: bool,
    },
    /// Compares every variable of the netCDF and HDF5 sample files with Python's netCDF4 and h5py (needs Python 3 and
    /// DATA_REVIEW_CORPUS).
    CompareArrays,
    /// Compares the Sea-Bird sample files with Python's ctd and seabirdscientific, and the ODV test files with pandas and pyodv
    /// (needs Python 3 and DATA_REVIEW_CORPUS).
    CompareTexts,
    /// Exports a store of the test files, hostile names and some sample files in every format, and has DuckDB, polars, geopandas,
    /// pystac, mlcroissant and lxml read them (needs Python 3).
    CheckExports {
        /// The built `data-review` with the feature `exports` [default: a release build].
        #[arg(long, value_name = "PATH")]
        program: Option<PathBuf>,
        /// Also makes a store of so many invented files, exports it, and measures a query; 1000000 takes minutes and gigabytes.
        #[arg(long, value_name = "N")]
        files: Option<u32>,
    },
    /// Counts the tables of the Pollock benchmark whose rows and columns we and other readers find (needs Python 3 and the sample
    /// files that DATA_REVIEW_CORPUS names).
    CompareTables,
    /// Compares our findings about CF and ACDD with those of Python's compliance-checker, over the sample files and its own test files,
    /// and writes docs/rules/compliance-checker.md (needs Python 3, ncgen and DATA_REVIEW_CORPUS).
    CompareRules {
        /// The built `data-review` to use [default: a release build].
        #[arg(long, value_name = "PATH")]
        program: Option<PathBuf>,
    },
    /// Reviews the sample files, counts every finding code by collection, and writes docs/severities.md (needs DATA_REVIEW_CORPUS).
    Severities {
        /// The built `data-review` to use [default: a release build].
        #[arg(long, value_name = "PATH")]
        program: Option<PathBuf>,
    },
    /// Measures how long it takes to create, build and test a handler in a fresh copy of the project and to see it in the preview
    /// of the stack (needs Python 3 and Go).
    TimeNewHandler {
        /// Id of the handler.
        #[arg(default_value = "demo")]
        id: String,
    },
    /// Measures speed and memory beside the tools that a user would choose instead (needs Python 3 and DATA_REVIEW_CORPUS).
    Bench {
        /// Update docs/benchmarks.md and docs/benchmarks.json.
        #[arg(long)]
        write: bool,
        /// Use a fifth of the small files.
        #[arg(long)]
        quick: bool,
    },
    /// Builds the package of each Lambda and prints its size (needs Python 3).
    PackageLambdas {
        /// Processor that the packages are built for.
        #[arg(long, value_enum, default_value_t = lambdas::Target::Arm64)]
        target: lambdas::Target,
        /// Output folder [default: target/lambda].
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Tests the cloud end to end on an emulator of AWS: packages for this machine, the lifecycle of a stack, and the
    /// suites on a stack that `pulumi up` creates (needs Python 3, Go, Linux on x86-64).
    E2e {
        /// Passed to the suites: `--seed N`, or names of suites.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Builds the page that checks files in a browser: a folder for any static server.
    Web {
        /// Output folder [default: target/web].
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Tests that page in a headless browser; Node.js and Chromium are installed if they are missing.
    WebTest {
        /// The built `data-review` to compare with [default: a release build].
        #[arg(long, value_name = "PATH")]
        program: Option<PathBuf>,
    },
    /// Tests the report in a headless browser; Node.js and Chromium are installed if they are missing.
    ReportTest {
        /// The built `data-review` that writes the reports [default: a release build].
        #[arg(long, value_name = "PATH")]
        program: Option<PathBuf>,
    },
    /// Builds the Python wheel, installs it into an empty environment without Rust, and runs the tests, the types and the notebook
    /// of the package (needs Python 3.11, and npm for a schema).
    PythonTest {
        /// The built `data-review` to pack; nothing is compiled then [default: a release build].
        #[arg(long, value_name = "PATH")]
        program: Option<PathBuf>,
    },
    /// Builds the site of the documentation; a link that leads nowhere fails it (needs Python 3).
    Docs {
        /// The built `data-review` that describes formats and finding codes [default: a release build].
        #[arg(long, value_name = "PATH")]
        program: Option<PathBuf>,
        /// Output folder [default: target/docs].
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Takes the pictures of the README in a headless browser, of made-up data.
    Screenshots {
        /// The built `data-review` that writes the report [default: a release build].
        #[arg(long, value_name = "PATH")]
        program: Option<PathBuf>,
    },
    /// Has Checkov read the stack's resources, parliament its policies, zizmor and actionlint the workflows, hadolint the Dockerfile, and compares the inputs
    /// with the schemas of the provider and of CloudFormation; fails if one objects to something that is not accepted with a reason (needs Python 3 and Go).
    LintStack,
    /// Runs every fuzz target, one per processor at a time; new inputs are kept in the cache (needs a C++ compiler).
    Fuzz {
        /// Seconds for each target.
        #[arg(long, default_value_t = 30)]
        seconds: u64,
        /// Seed; 0 draws a new one each time.
        #[arg(long, default_value_t = 1)]
        seed: u32,
    },
    /// Runs the checks that take hours: hostile files in full size, 2,000 corrupted copies of real files, the readers
    /// compared with the C libraries of netCDF and HDF5, the report of 100,000 files, mutation tests, a stack on a second
    /// emulator, ten minutes of each fuzz target, 100,000 simulated orders of events, packages for arm64, ten end-to-end
    /// seeds, eleven lifecycles of a stack (needs Python 3, Node.js, Go, a C++ compiler, DATA_REVIEW_CORPUS, Linux on
    /// x86-64).
    Soak {
        /// Run one step only: `hostile`, `corrupted`, `native`, `report`, `mutants`, `moto` or `fuzz`.
        step: Option<String>,
    },
    /// Prints figures of style beside those of noodles, zarrs, rust-csv and ripgrep, whose crates cargo downloads.
    Style {
        /// Also looks at the subjects of the commits since this revision.
        #[arg(long, value_name = "REVISION")]
        since: Option<String>,
    },
    /// Follows docs/deploy.md on an emulator of AWS: runs its commands as they stand there, up to the exported tables (needs
    /// Python 3 and Go).
    DeployPage {
        /// Folder of Lambda packages built for this machine.
        #[arg(long, value_name = "DIR", default_value = "target/lambda/x86-64")]
        packages: PathBuf,
    },
    /// Creates, changes and destroys the stack with the real Pulumi CLI on an emulator of AWS (needs Python 3 and Go).
    StackCycle {
        /// Number of cycles; each begins without a stack.
        #[arg(long, default_value_t = 1)]
        times: u32,
        /// Folder of Lambda packages built for this machine; test files are sent through them.
        #[arg(long, value_name = "DIR")]
        packages: Option<PathBuf>,
        /// Use the published plugins, which the Pulumi CLI downloads from GitHub, instead of the substitutes in tests/pulumi.
        #[arg(long)]
        real: bool,
    },
}

fn main() -> ExitCode {
    shell::exit(run(Task::parse()))
}

fn run(task: Task) -> shell::Outcome {
    match task {
        Task::NewHandler { id } => new_handler::create(&id),
        Task::Vocabulary => whp_parameters::generate(),
        Task::Units { folder, version } => units::generate(&folder, &version),
        Task::ArgoTables {
            tables,
            specification,
        } => argo_tables::generate(&tables, &specification),
        Task::CompareUnits => units::compare(),
        Task::TestData { check } => expected::test_data(check),
        Task::Expected { force } => expected::documents(force),
        Task::CompareArrays => compare::arrays(),
        Task::CompareTexts => compare::texts(),
        Task::CheckExports { program, files } => check_exports::check(program, files),
        Task::CompareTables => compare::tables(),
        Task::CompareRules { program } => compare::rules(program),
        Task::Severities { program } => severities::write(program),
        Task::TimeNewHandler { id } => time_new_handler::time(&id),
        Task::Bench { write, quick } => bench::bench(write, quick),
        Task::PackageLambdas { target, out } => lambdas::package(target, out.as_deref()),
        Task::E2e { arguments } => e2e::e2e(&arguments),
        Task::Web { out } => web::build(out.as_deref()).map(|folder| println!("{}", folder.display())),
        Task::WebTest { program } => web::test(program),
        Task::ReportTest { program } => web::test_report(program),
        Task::PythonTest { program } => python_test::test(program),
        Task::Docs { program, out } => docs::build(program, out),
        Task::Screenshots { program } => web::screenshots(program),
        Task::LintStack => lint_stack::lint(),
        Task::Fuzz { seconds, seed } => fuzz::run(seconds, seed).map(|said| println!("{said}")),
        Task::Soak { step: Some(step) } => soak::step(&step),
        Task::Soak { step: None } => soak::soak().and_then(|()| e2e::soak()),
        Task::Style { since } => style::print(since.as_deref()),
        Task::DeployPage { packages } => stack::follow_page(&shell::root().join(packages)),
        Task::StackCycle {
            times,
            packages,
            real,
        } => stack::cycle(times, packages.as_deref(), real),
    }
}
