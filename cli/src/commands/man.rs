//! The hidden `data-review man`.

use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory;

use crate::args::Args;
use crate::error::CliError;
use crate::exit::End;

/// Writes one manual page per command.
pub(super) fn run(out: &Path) -> End {
    let failed = |error: std::io::Error| {
        CliError::Usage(format!("cannot write {}: {error}; check --out", out.display()))
    };
    std::fs::create_dir_all(out).map_err(failed)?;
    clap_mangen::generate_to(Args::command(), out).map_err(failed)?;
    Ok(ExitCode::SUCCESS)
}
