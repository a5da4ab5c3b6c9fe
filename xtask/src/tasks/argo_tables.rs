//! The tables of Argo's rules as Rust source: reference tables of the NERC Vocabulary Server, and the specification of
//! Argo's format checker.

use std::path::Path;
use std::process::Command;

use xtask::shell::{self, Outcome};

/// Prints the tables; its arguments are the two folders.
const SCRIPT: &str = include_str!("argo_tables/table.py");

/// Writes `handlers/netcdf/src/rules/argo/tables.rs`.
///
/// `tables` has the reference tables as tab-separated values, with a README that names their date above it; `specification`
/// is the folder `file_checker_spec` of Argo's format checker.
pub(crate) fn generate(tables: &Path, specification: &Path) -> Outcome {
    let mut command = Command::new("python3");
    let table = shell::output(command.args(["-c", SCRIPT]).arg(tables).arg(specification))?;
    let path = shell::root().join("handlers/netcdf/src/rules/argo/tables.rs");
    std::fs::write(&path, table)?;
    println!("{}", path.display());
    Ok(())
}
