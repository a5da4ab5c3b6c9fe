//! One module per subcommand; each returns how the program ends.

mod explain;
pub(crate) mod export;
pub(crate) mod failures;
mod handlers;
mod identify;
mod list;
mod review;
mod schema;
mod show;
pub(crate) mod unhandled;

use std::process::ExitCode;

use crate::args::{Args, Command};
use crate::error::CliError;
use crate::output;

/// A file failed or is unidentified, or `--fail-on` is met.
pub(crate) const PROBLEMS: u8 = 1;
/// Usage, or the store.
const CANNOT: u8 = 2;
/// As of a program that SIGINT ended.
const INTERRUPTED: u8 = 130;

/// Does what was asked for.
pub(crate) fn run(args: Args) -> ExitCode {
    let end = match args.command {
        Command::Review(args) => review::run(args),
        Command::Identify(args) => identify::run(&args),
        Command::Show(args) => show::run(&args),
        Command::List(args) => list::run(&args),
        Command::Failures(args) => failures::run(&args),
        Command::Unhandled(args) => unhandled::run(&args),
        Command::Handlers(args) => handlers::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Schema => schema::run(),
        Command::Explain(args) => explain::run(&args),
        #[cfg(feature = "cloud")]
        Command::Cloud(args) => crate::cloud::run(&args),
        Command::Completions { shell } => schema::completions(shell),
    };
    match end {
        Ok(code) => code,
        Err(error) => {
            output::complain(&error.to_string());
            ExitCode::from(CANNOT)
        }
    }
}

/// How a command ends.
pub(crate) type End = Result<ExitCode, CliError>;
