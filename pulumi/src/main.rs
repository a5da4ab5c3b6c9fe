//! The program that `pulumi up` runs.

use std::process::ExitCode;

use data_review_handlers as _;

fn main() -> ExitCode {
    match data_review_pulumi::run() {
        Ok(()) => ExitCode::SUCCESS,
        // The language host sets RUST_BACKTRACE: an error that `main` returns would bury its message in a backtrace.
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
