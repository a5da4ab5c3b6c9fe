//! `data-review schema`, and the hidden `data-review man`.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory;

use crate::args::Args;
use crate::error::CliError;
use crate::exit::End;
use crate::output;

pub(super) fn run() -> End {
    let mut out = output::data();
    writeln!(out, "{:#}", data_review_core::json_schema())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Writes one manual page per command.
pub(super) fn manual(out: &Path) -> End {
    let failed = |error: std::io::Error| {
        CliError::Usage(format!("cannot write {}: {error}; check --out", out.display()))
    };
    std::fs::create_dir_all(out).map_err(failed)?;
    clap_mangen::generate_to(Args::command(), out).map_err(failed)?;
    Ok(ExitCode::SUCCESS)
}
