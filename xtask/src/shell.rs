//! Other programs, the project's root, and a cache outside the tree.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a chore ends with.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The project's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the project's root")
}

/// A folder for what is installed or built, outside the tree.
pub(crate) fn cache(name: &str) -> Outcome<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let base = base
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
        .ok_or("neither HOME nor XDG_CACHE_HOME is set")?;
    let folder = base.join("data-review").join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Runs a program; its failure is an error that shows the command.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let status = command
        .status()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{command:?} ended with {status}").into())
    }
}

/// Runs a program and returns what it printed.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?} ended with {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// A Python environment in the cache with the given pinned packages; returns its interpreter.
pub(crate) fn python(name: &str, packages: &[&str]) -> Outcome<PathBuf> {
    let folder = cache(&format!("venv-{name}"))?;
    let python = folder.join("bin/python");
    let stamp = folder.join("packages.txt");
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) && python.exists() {
        return Ok(python);
    }
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&folder))?;
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet"])
        .args(packages))?;
    std::fs::write(stamp, wanted)?;
    Ok(python)
}
