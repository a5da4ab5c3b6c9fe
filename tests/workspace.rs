//! The packages of the workspace and their dependencies, from `cargo metadata`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::files;

/// The packages of this project.
pub struct Workspace {
    /// By name.
    pub packages: Vec<Package>,
}

/// A package of this project.
pub struct Package {
    /// `data-review-core`.
    pub name: String,
    /// Its folder, from the project's root.
    pub folder: PathBuf,
    /// Packages of this project that it depends on, development dependencies excluded.
    pub needs: Vec<Need>,
}

/// A dependency on another package of this project.
pub struct Need {
    /// `data-review-core`.
    pub name: String,
    /// Whether only a feature enables it.
    pub optional: bool,
}

/// Reads the workspace with cargo.
///
/// # Panics
/// If cargo cannot be called or fails.
pub fn read() -> Workspace {
    let metadata: Value = serde_json::from_str(&cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--offline",
    ]))
    .expect("cargo prints JSON");
    let mut packages: Vec<Package> = list(&metadata["packages"]).iter().map(package).collect();
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

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn package(value: &Value) -> Package {
    let manifest = PathBuf::from(text(&value["manifest_path"]));
    let folder = manifest
        .parent()
        .and_then(|folder| folder.strip_prefix(files::root()).ok())
        .unwrap_or(Path::new(""));
    let own = list(&value["dependencies"])
        .iter()
        .filter(|need| need["path"].is_string() && need["kind"] != "dev");
    Package {
        name: text(&value["name"]),
        folder: folder.to_owned(),
        needs: own
            .map(|need| Need {
                name: text(&need["name"]),
                optional: need["optional"] == true,
            })
            .collect(),
    }
}
