//! The packages of the workspace and their dependencies, from `cargo metadata`.

use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::files;

/// The packages of this project.
pub struct Workspace {
    /// Sorted by name.
    pub packages: Vec<Package>,
}

/// A package of this project.
pub struct Package {
    /// Its name, such as `data-review-core`.
    pub name: String,
    /// Its folder, as a path from the project's root.
    pub folder: PathBuf,
    /// The packages of this project that it depends on, without development dependencies.
    pub needs: Vec<Need>,
    /// The programs that `test = false` leaves out of a test run: a program that only calls its library needs no link of its own.
    pub untested: Vec<PathBuf>,
}

/// A dependency on another package of this project.
pub struct Need {
    /// Its name, such as `data-review-core`.
    pub name: String,
    /// Whether only a feature enables it.
    pub optional: bool,
}

/// Reads the workspace with cargo.
///
/// # Panics
/// If cargo cannot be called or fails.
pub fn read() -> Workspace {
    let metadata = MetadataCommand::new()
        .current_dir(files::root())
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .expect("cargo describes the workspace");
    let mut packages: Vec<Package> = metadata.packages.iter().map(package).collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Workspace { packages }
}

/// Standard output of a cargo command in the project's root.
///
/// # Panics
/// If it fails.
pub fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .current_dir(files::root())
        .output()
        .expect("cargo can be called");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {}: {error}", arguments.join(" "));
    String::from_utf8(output.stdout).expect("cargo prints UTF-8")
}

fn package(package: &cargo_metadata::Package) -> Package {
    let folder = package.manifest_path.as_std_path().parent();
    let folder = folder.and_then(|folder| folder.strip_prefix(files::root()).ok());
    let own = package
        .dependencies
        .iter()
        .filter(|need| need.path.is_some() && need.kind != DependencyKind::Development);
    Package {
        name: package.name.to_string(),
        folder: folder.unwrap_or(Path::new("")).to_owned(),
        needs: own
            .map(|need| Need {
                name: need.name.clone(),
                optional: need.optional,
            })
            .collect(),
        untested: package
            .targets
            .iter()
            .filter(|target| target.is_bin() && !target.test)
            .map(|target| target.src_path.clone().into())
            .collect(),
    }
}
