//! The workspace as cargo sees it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::files;

/// The packages of this project.
pub struct Workspace {
    /// By name.
    pub packages: Vec<Package>,
}

/// One of them.
pub struct Package {
    /// `data-review-core`.
    pub name: String,
    /// Its folder, from the project's root.
    pub folder: PathBuf,
    /// Packages of this project that it needs to be built; those of its tests only are not among them.
    pub needs: Vec<Need>,
}

/// One package that another needs.
pub struct Need {
    /// `data-review-core`.
    pub name: String,
    /// Only where a feature asks for it.
    pub optional: bool,
}

/// Asks cargo.
///
/// # Panics
/// When cargo cannot be called or does not know this workspace.
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

/// What a cargo command prints in the project's root.
///
/// # Panics
/// When it fails.
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
