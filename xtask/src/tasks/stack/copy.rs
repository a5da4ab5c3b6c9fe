//! A copy of the project.

use std::path::Path;
use std::process::Command;

use xtask::files::copy_file;
use xtask::shell::{self, Outcome};

/// Copies this project: the files that git tracks or would not ignore.
pub(crate) fn project(to: &Path) -> Outcome {
    let files = shell::output(
        Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(shell::root()),
    )?;
    let mut files = files.lines().filter(|file| shell::root().join(file).is_file());
    files.try_for_each(|file| copy_file(&shell::root().join(file), &to.join(file)))
}
