//! The Lambdas' packages: those of `cargo xtask package-lambdas`, or quickly built ones for this machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};
use xtask::{package, shell};

/// Where they are.
#[derive(Debug, Clone)]
pub struct Packages(PathBuf);

impl Packages {
    /// `<id>.zip` for every handler, and `orchestrator.zip`.
    pub fn of(folder: impl Into<PathBuf>) -> Self {
        Packages(folder.into())
    }

    /// Takes bootstraps from the folder of programs that `cargo build` made, into `folder`.
    pub fn pack(programs: &Path, names: &[&str], folder: &Path) -> Self {
        for name in names {
            let bootstrap = std::fs::read(programs.join(name)).unwrap();
            let zip = package::pack(&bootstrap).unwrap();
            std::fs::write(folder.join(format!("{name}.zip")), zip).unwrap();
        }
        Packages(folder.to_owned())
    }

    /// The zip of a Lambda.
    pub fn zip(&self, name: &str) -> Vec<u8> {
        let path = self.0.join(format!("{name}.zip"));
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Its SHA-256 in hexadecimal, which is in the path of the emulator's copy.
    pub fn digest(&self, name: &str) -> String {
        let digest = Sha256::digest(self.zip(name));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Builds every program of the workspace with the profile of the tests, in a folder that it returns. All at once, which is
/// quick: the packages that are deployed are built each by itself.
pub fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--workspace", "--bins", "--all-features"]);
    // With a test among them, other crates have the features that `cargo test` gives them, and are not compiled again.
    command.args(["--test", "short"]);
    shell::run(command.current_dir(shell::root())).unwrap_or_else(|error| panic!("{error}"));
    shell::target().join("debug")
}
