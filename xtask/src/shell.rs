//! Running other programs, paths of the project, and a cache outside the tree.

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// Result of a task. An error is printed as it is.
pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Turns the result of a task into an exit code; an error is printed as `error: …`.
pub fn exit(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The root folder of the project, absolute.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is a folder of the project's root")
}

/// Cargo's target folder: `CARGO_TARGET_DIR`, or `target` in the project's root.
pub fn target() -> PathBuf {
    let folder = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    root().join(folder)
}

/// The folder of real sample files, which are not committed.
///
/// # Errors
/// If `DATA_REVIEW_CORPUS` is not set.
pub fn corpus() -> Outcome<PathBuf> {
    let folder = std::env::var_os("DATA_REVIEW_CORPUS").map(PathBuf::from);
    Ok(folder.ok_or("set DATA_REVIEW_CORPUS to the folder of the sample files")?)
}

/// Builds `data-review` for release, and returns its path.
///
/// # Errors
/// If the build fails.
pub fn program() -> Outcome<PathBuf> {
    release(&["--package", "data-review-cli"], "data-review")
}

/// Builds for release with the arguments `what`, and returns the path of the program `built`.
///
/// # Errors
/// If the build fails.
pub fn release(what: &[&str], built: &str) -> Outcome<PathBuf> {
    run(Command::new("cargo")
        .args(["build", "--release"])
        .args(what)
        .current_dir(root()))?;
    Ok(target().join("release").join(built))
}

/// Builds every program of the workspace with the profile of the tests, and returns their folder.
///
/// # Errors
/// If the build fails.
pub fn programs() -> Outcome<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    build_programs(Command::new(cargo).current_dir(root()))?;
    Ok(target().join("debug"))
}

/// Builds every program of the workspace in which `cargo` is started.
///
/// One invocation builds all, with a test among them: separate ones would enable fewer features each, and compile the
/// AWS SDK again.
///
/// # Errors
/// If the build fails.
pub fn build_programs(cargo: &mut Command) -> Outcome {
    run(cargo
        .args(["build", "--quiet", "--workspace", "--bins", "--all-features"])
        .args(["--test", "short"]))
}

/// A folder in the user's cache for tools and intermediate files. It is created if needed.
///
/// # Errors
/// If neither `XDG_CACHE_HOME` nor a home folder is known, or the folder cannot be created.
pub fn cache(name: &str) -> Outcome<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let base = base
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
        .ok_or("neither HOME nor XDG_CACHE_HOME is set")?;
    let folder = base.join("data-review").join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The first program of this name on the search path.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut programs = std::env::split_paths(&path).map(|folder| folder.join(name));
    programs.find(|program| program.is_file())
}

/// Installs the standard library of another platform, where rustup manages the compiler.
///
/// # Errors
/// If rustup fails.
pub fn add_target(triple: &str) -> Outcome {
    if Command::new("rustup").arg("--version").output().is_err() {
        return Ok(());
    }
    run(Command::new("rustup").args(["--quiet", "target", "add", triple]))
}

/// Runs a program, and waits for its end.
///
/// # Errors
/// If it cannot be started or fails; the error contains the command.
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

/// Runs a program, and returns its standard output.
///
/// # Errors
/// If it cannot be started, fails, or prints invalid UTF-8.
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

/// Calls `ask` every 100 ms until it returns a value or `limit` has passed. Returns the last answer.
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

/// Creates a Python environment in the cache with the given pinned packages; returns the path of its interpreter.
///
/// # Errors
/// If Python 3 with `venv` is missing, or a package cannot be installed.
pub fn python(name: &str, packages: &[&str]) -> Outcome<PathBuf> {
    let folder = cache(&format!("venv-{name}"))?;
    // Two processes that start at the same time install the packages once.
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
