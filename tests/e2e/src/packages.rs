//! The packages of the Lambdas: those of `cargo xtask package-lambdas`, or quickly built ones for this machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use xtask::{package, shell};

/// The folder of the packages.
#[derive(Debug, Clone)]
pub struct Packages(PathBuf);

impl Packages {
    /// The packages in a folder: `<id>.zip` for every handler, and `orchestrator.zip`.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Packages(folder.into())
    }

    /// Packs the bootstraps `names` in `programs`, where `cargo build` put them, into `folder`, without debug
    /// information, which is three quarters of them.
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

    /// The SHA-256 of its zip in hexadecimal, which is part of the path of the emulator's copy.
    pub fn digest(&self, name: &str) -> String {
        let digest = Sha256::digest(self.zip(name));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
