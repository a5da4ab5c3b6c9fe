//! The Lambdas' packages: those of `cargo xtask package-lambdas`, or quickly built ones for this machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use xtask::{package, shell};

/// Where they are.
#[derive(Debug, Clone)]
pub struct Packages(PathBuf);

impl Packages {
    /// `<id>.zip` for every handler, and `orchestrator.zip`.
    pub fn of(folder: impl Into<PathBuf>) -> Self {
        Packages(folder.into())
    }

    /// Takes bootstraps from the folder of programs that `cargo build` made, into `folder`: without what only a debugger
    /// reads, which is three quarters of them.
    pub fn pack(programs: &Path, names: &[&str], folder: &Path) -> Self {
        for name in names {
            let bootstrap = NamedTempFile::new().unwrap();
            let mut strip = Command::new("strip");
            strip.arg("--strip-debug").arg("-o").arg(bootstrap.path());
            shell::run(strip.arg(programs.join(name))).unwrap_or_else(|error| panic!("{error}"));
            let zip = package::pack(&std::fs::read(bootstrap.path()).unwrap()).unwrap();
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
