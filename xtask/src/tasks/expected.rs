//! `cargo xtask test-data` and `cargo xtask expected`, which start programs of the test suite.

use std::process::Command;

use xtask::shell::{self, Outcome};

/// Generates the test files; with `check`, only lists those that differ.
pub(crate) fn test_data(check: bool) -> Outcome {
    run("data-review-fixtures", "fixtures", check.then_some("--check"))
}

/// Writes the expected documents; with `force`, also those that changed under the same recipe.
pub(crate) fn documents(force: bool) -> Outcome {
    run(
        "data-review-tests",
        "refresh-expected",
        force.then_some("--force"),
    )
}

fn run(package: &str, program: &str, argument: Option<&str>) -> Outcome {
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--quiet", "--package", package, "--bin", program, "--"]);
    shell::run(cargo.args(argument).current_dir(shell::root()))
}
