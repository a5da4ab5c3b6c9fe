//! The site of the documentation.

use std::path::PathBuf;
use std::process::Command;

use xtask::shell::{self, Outcome};

/// What builds the site.
const PACKAGES: [&str; 3] = ["--no-compile", "mkdocs==1.6.1", "mkdocs-material==9.6.23"];

/// Builds the site into a folder. `program` describes formats and finding codes: a release build, if it is not named.
///
/// # Errors
/// If a link or an anchor leads nowhere.
pub(crate) fn build(program: Option<PathBuf>, out: Option<PathBuf>) -> Outcome {
    let program = program.map_or_else(shell::program, Ok)?.canonicalize()?;
    let out = out.unwrap_or_else(|| shell::target().join("docs"));
    let python = shell::python("docs", &PACKAGES)?;
    shell::run(
        Command::new(&python)
            .args([
                "-m",
                "mkdocs",
                "--quiet",
                "build",
                "--strict",
                "--clean",
                "--site-dir",
            ])
            .arg(std::path::absolute(&out)?)
            .current_dir(shell::root())
            .env("DATA_REVIEW_PROGRAM", program)
            .env("PYTHONDONTWRITEBYTECODE", "1"),
    )?;
    println!("{}", out.display());
    Ok(())
}
