//! `data-review schema`

use std::io::Write;
use std::process::ExitCode;

use crate::exit::End;
use crate::output;

pub(super) fn run() -> End {
    let mut out = output::data();
    writeln!(out, "{:#}", data_review_core::json_schema())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
