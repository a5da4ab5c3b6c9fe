//! `data-review schema` and `data-review completions`.

use std::io::Write;
use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Args;
use crate::exit::End;
use crate::output;

pub(super) fn run() -> End {
    let mut out = output::data();
    writeln!(out, "{:#}", data_review_core::json_schema())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn completions(shell: Shell) -> End {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "data-review", &mut script);
    let mut out = output::data();
    out.write_all(&script)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
