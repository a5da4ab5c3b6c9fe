//! Other programs, the project's root, and a cache outside the tree.

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// What a chore ends with.
pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// How a program ends; an error is shown as it is meant to be read.
pub fn exit(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The project's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the project's root")
}

/// Where cargo puts what it builds; the chores start it in the root.
pub fn target() -> PathBuf {
    let folder = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    root().join(folder)
}

/// The folder of the sample files.
///
/// # Errors
/// When `DATA_REVIEW_CORPUS` does not say where it is.
pub fn corpus() -> Outcome<PathBuf> {
    let folder = std::env::var_os("DATA_REVIEW_CORPUS").map(PathBuf::from);
    Ok(folder.ok_or("set DATA_REVIEW_CORPUS to the folder of the sample files")?)
}

/// The command line as it is given out, newly built.
///
/// # Errors
/// When it does not compile.
pub fn program() -> Outcome<PathBuf> {
    release(&["--package", "data-review-cli"], "data-review")
}

/// Builds one thing as it is given out; returns what is built of it.
///
/// # Errors
/// When it does not compile.
pub fn release(what: &[&str], built: &str) -> Outcome<PathBuf> {
    run(Command::new("cargo")
        .args(["build", "--release"])
        .args(what)
        .current_dir(root()))?;
    Ok(target().join("release").join(built))
}

/// Every program of the workspace, built as its tests are; returns their folder.
///
/// # Errors
/// When one does not compile.
pub fn programs() -> Outcome<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    build_programs(Command::new(cargo).current_dir(root()))?;
    Ok(target().join("debug"))
}

/// Lets `cargo`, which is told where, build every program of a workspace.
///
/// All at once, with a test among them: what is built one by one has fewer features turned on, and all of AWS's SDK would be
/// compiled again for each.
///
/// # Errors
/// When one does not compile.
pub fn build_programs(cargo: &mut Command) -> Outcome {
    run(cargo
        .args(["build", "--quiet", "--workspace", "--bins", "--all-features"])
        .args(["--test", "short"]))
}

/// A folder for what is installed or built, outside the tree.
///
/// # Errors
/// When there is no home, or the folder cannot be made.
pub fn cache(name: &str) -> Outcome<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let base = base
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
        .ok_or("neither HOME nor XDG_CACHE_HOME is set")?;
    let folder = base.join("data-review").join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Runs a program.
///
/// # Errors
/// When it cannot be run, or fails; shows the command.
pub fn run(command: &mut Command) -> Outcome {
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
///
/// # Errors
/// When it cannot be run, fails, or prints no UTF-8.
pub fn output(command: &mut Command) -> Outcome<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?} ended with {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Asks again and again, until there is an answer or the time is over.
pub fn wait_until<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    loop {
        let answer = ask();
        if answer.is_some() || begun.elapsed() > limit {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A Python environment in the cache with the given pinned packages; returns its interpreter.
///
/// # Errors
/// When there is no Python 3 with `venv`, or a package cannot be had.
pub fn python(name: &str, packages: &[&str]) -> Outcome<PathBuf> {
    let folder = cache(&format!("venv-{name}"))?;
    // Two tests that begin together install it once.
    let lock = File::create(cache("locks")?.join(name))?;
    lock.lock()?;
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
