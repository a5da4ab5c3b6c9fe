//! Exit codes; `--help` lists them.

use std::process::ExitCode;

use crate::error::CliError;
use crate::output;

/// A file failed or is unidentified, or `--fail-on` is met.
pub(crate) const PROBLEMS: u8 = 1;
/// The arguments are wrong, or the store cannot be used.
const CANNOT: u8 = 2;
/// What a shell reports of a program that SIGINT ended.
pub(crate) const INTERRUPTED: u8 = 130;

/// How a command ends.
pub(crate) type End = Result<ExitCode, CliError>;

/// Prints the error, if there is one.
pub(crate) fn code(end: End) -> ExitCode {
    end.unwrap_or_else(|error| {
        output::complain(&error.to_string());
        ExitCode::from(CANNOT)
    })
}
