//! The table of UDUNITS-2 units as Rust source, from the XML files of UDUNITS-2; and a comparison of our parser with
//! the C library.

use std::path::Path;
use std::process::{Command, Stdio};

use xtask::shell::{self, Outcome};

/// Prints the table; its arguments are the folder of the XML files and their version.
const SCRIPT: &str = include_str!("units/table.py");

/// Folder of the XML files in Debian's package `libudunits2-data`, and the version from which the committed table was
/// generated.
pub(crate) const FOLDER: &str = "/usr/share/xml/udunits";
pub(crate) const VERSION: &str = "2.2.28";

/// Writes `units/src/table.rs`. Its notice, `units/NOTICE-udunits`, is the file COPYRIGHT of the same version.
pub(crate) fn generate(folder: &Path, version: &str) -> Outcome {
    let table = shell::output(
        Command::new("python3")
            .args(["-c", SCRIPT])
            .arg(folder)
            .arg(version),
    )?;
    let path = shell::root().join("units/src/table.rs");
    std::fs::write(&path, table)?;
    println!("{}", path.display());
    Ok(())
}

/// The Python package with the C library, and the script that reads the table of standard names.
const PEER: [&str; 1] = ["cf-units==3.3.1"];
const COMPARE: &str = include_str!("units/compare.py");

/// Parses the canonical units of CF's standard names and all units of the sample files with both parsers.
pub(crate) fn compare() -> Outcome {
    let corpus = shell::corpus()?;
    let program = shell::program()?;
    let work = shell::cache("compare-units")?;
    let documents = work.join("documents.jsonl");
    let mut review = Command::new(&program);
    review.args(["review", "--force", "--json", "--db"]);
    let status = review
        .arg(work.join("units.db"))
        .arg(corpus)
        .stdout(std::fs::File::create(&documents)?)
        .stderr(Stdio::inherit())
        .status()?;
    // 1: a file failed, as hostile ones do.
    if !matches!(status.code(), Some(0 | 1)) {
        return Err(format!("the review of the sample files ended with {status}").into());
    }
    let mut compare = Command::new(shell::python("compare-units", &PEER)?);
    compare.args(["-c", COMPARE]);
    compare.arg(shell::root().join("handlers/netcdf/src/vocabulary/table.rs"));
    shell::run(compare.arg(documents).current_dir(shell::root()))
}
