//! The wheel: builds it, installs it where there is no Rust, and runs the tests of the package `data_review`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use xtask::files::{copy_file, copy_folder, files_below, write_script};
use xtask::shell::{self, Outcome};

use crate::tasks::web;

/// What builds the wheel.
const BUILD: [&str; 1] = ["maturin==1.16.0"];
/// What the tests of the package need. Nearly all of pip's time would go to compiling modules that no test imports.
const TESTS: [&str; 11] = [
    "--no-compile",
    "pytest==9.2.0",
    "mypy==2.4.1",
    "pandas==2.3.3",
    "polars==2.1.0",
    "pyarrow==26.0.1",
    "matplotlib==3.11.2",
    "nbclient==0.11.0",
    "ipykernel==7.4.0",
    "jsonschema==4.26.0",
    "lxml==6.1.3",
];
/// Holds Jenkins' schema of JUnit XML, in its source only.
const PYTEST_SOURCE: (&str, &str) = ("9.2.0", "testing/example_scripts/junit-10.xsd");
/// Holds the schema of SARIF 2.1.0.
const SARIF_PACKAGE: (&str, &str) = (
    "@microsoft/jest-sarif@1.0.0-beta.0",
    "package/lib/schemas/sarif-2.1.0-rtm.5.json",
);
/// The most bytes of a wheel.
const LARGEST: u64 = 16_000_000;

/// Builds the wheel and tests it.
///
/// With `program`, maturin packs this built `data-review`, and nothing is compiled. Without, it builds a release.
///
/// # Errors
/// If the wheel is larger than 16 MB, or a test fails.
pub(crate) fn test(program: Option<PathBuf>) -> Outcome {
    let work = shell::target().join("python-test");
    if work.exists() {
        std::fs::remove_dir_all(&work)?;
    }
    std::fs::create_dir_all(&work)?;
    let wheel = wheel(&work, program.as_deref())?;
    let size = std::fs::metadata(&wheel)?.len();
    println!("{}: {:.1} MB", wheel.display(), size as f64 / 1e6);
    if size > LARGEST {
        return Err(format!("the wheel has {size} bytes; at most {LARGEST} are allowed").into());
    }
    let python = shell::python("python-test", &TESTS)?;
    install_alone(&python, &work, &wheel)?;
    let schemas = schemas(&python)?;
    shell::run(
        pip(&python)
            .args([
                "install",
                "--quiet",
                "--force-reinstall",
                "--no-deps",
                "--no-index",
            ])
            .arg(&wheel),
    )?;
    // The tests must import the package of the wheel, and not the folder beside them.
    let tests = work.join("tests");
    for folder in ["tests", "notebooks"] {
        copy_folder(&shell::root().join("python").join(folder), &tests.join(folder))?;
    }
    copy_file(
        &shell::root().join("python/pyproject.toml"),
        &tests.join("pyproject.toml"),
    )?;
    let tool = |arguments: &[&str]| {
        let mut command = Command::new(&python);
        command
            .args(["-P", "-m"])
            .args(arguments)
            .current_dir(&tests)
            .env("DATA_REVIEW_TEST_DATA", shell::root().join("test_data"))
            .env("DATA_REVIEW_SCHEMAS", &schemas)
            .env_remove("DATA_REVIEW_DB")
            .env_remove("DATA_REVIEW_PROGRAM")
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command
    };
    shell::run(&mut tool(&["pytest", "--quiet"]))?;
    copy_folder(
        &shell::root().join("python/data_review"),
        &tests.join("data_review"),
    )?;
    shell::run(&mut tool(&["mypy"]))
}

/// Builds the wheel in a folder, and returns its path.
fn wheel(work: &Path, program: Option<&Path>) -> Outcome<PathBuf> {
    let python = shell::python("python-build", &BUILD)?;
    let out = work.join("wheels");
    let mut build = Command::new(python.with_file_name("maturin"));
    build
        .args(["build", "--quiet", "--release", "--out"])
        .arg(&out)
        .arg("--interpreter")
        .arg(&python)
        .args(["--compatibility", "linux"])
        .current_dir(shell::root().join("python"));
    if let Some(program) = program {
        build.env("CARGO", cargo_of(work, &program.canonicalize()?)?);
    }
    shell::run(&mut build)?;
    let mut wheels = std::fs::read_dir(&out)?.map(|entry| entry.map(|entry| entry.path()));
    let wheel = wheels.find(|path| {
        path.as_ref()
            .is_ok_and(|path| path.extension() == Some(OsStr::new("whl")))
    });
    Ok(wheel.ok_or("maturin wrote no wheel")??)
}

/// A cargo for maturin that compiles nothing: it answers that the program `built` is fresh, as cargo itself does for a
/// program that it has built before. All other commands are cargo's own.
fn cargo_of(work: &Path, built: &Path) -> Outcome<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut metadata = cargo_metadata::MetadataCommand::new();
    let metadata = metadata
        .manifest_path(shell::root().join("Cargo.toml"))
        .no_deps()
        .exec()?;
    let package = metadata
        .packages
        .iter()
        .find(|package| package.name == "data-review-cli");
    let package = package.ok_or("the workspace has no package data-review-cli")?;
    let target = package.targets.iter().find(|target| target.name == "data-review");
    // The file has the name of the program, whatever it was called.
    let program = work.join("program/data-review");
    std::fs::create_dir_all(work.join("program"))?;
    std::fs::copy(built, &program)?;
    let artifact = json!({
        "reason": "compiler-artifact",
        "package_id": package.id,
        "manifest_path": package.manifest_path,
        "target": target.ok_or("data-review-cli has no program data-review")?,
        "profile": {
            "opt_level": "3", "debuginfo": 0, "debug_assertions": false, "overflow_checks": false, "test": false,
        },
        "features": [],
        "filenames": [program],
        "executable": program,
        "fresh": true,
    });
    let finished: Value = json!({ "reason": "build-finished", "success": true });
    let messages = work.join("messages.json");
    std::fs::write(&messages, format!("{artifact}\n{finished}\n"))?;
    let script = work.join("cargo");
    let text = format!(
        "case \"$1\" in\n  rustc) exec cat '{}' ;;\n  *) exec '{}' \"$@\" ;;\nesac",
        messages.display(),
        cargo.to_string_lossy(),
    );
    write_script(&script, &text)?;
    Ok(script)
}

fn pip(python: &Path) -> Command {
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "--disable-pip-version-check"]);
    pip
}

/// Installs the wheel, and nothing else, into a new environment, and reviews the test files there: by one command and by one
/// call, without Rust on the search path.
fn install_alone(python: &Path, work: &Path, wheel: &Path) -> Outcome {
    let home = work.join("alone");
    shell::run(
        Command::new(python)
            .args(["-m", "venv", "--without-pip"])
            .arg(&home),
    )?;
    let alone = home.join("bin/python");
    shell::run(
        pip(python)
            .arg("--python")
            .arg(&alone)
            .args(["install", "--quiet", "--no-index"])
            .arg(wheel),
    )?;
    let data = shell::root().join("test_data");
    let files = files_below(&data)?.len();
    let mut command = Command::new(home.join("bin/data-review"));
    command
        .arg("review")
        .arg(&data)
        .args(["--quiet", "--db", "review.db"]);
    let mut call = Command::new(&alone);
    call.args([
        "-c",
        "import sys, data_review; print(len(list(data_review.review(sys.argv[1]))))",
    ])
    .arg(&data);
    for run in [&mut command, &mut call] {
        run.env_clear().env("PATH", home.join("bin")).current_dir(work);
    }
    shell::run(command.stdout(Stdio::null()))?;
    let reviewed = shell::output(&mut call)?;
    if reviewed.trim() != files.to_string() {
        return Err(format!("test_data has {files} files; Python's call reviewed {reviewed}").into());
    }
    println!("{files} files of test_data by a command and by a call, without Rust");
    Ok(())
}

/// The folder of the schemas that others publish, each out of a package of a registry.
fn schemas(python: &Path) -> Outcome<PathBuf> {
    let cache = shell::cache("python-schemas")?;
    let (version, inside) = PYTEST_SOURCE;
    let junit = cache.join("junit-10.xsd");
    if !junit.exists() {
        shell::run(
            pip(python)
                .args([
                    "download",
                    "--quiet",
                    "--no-deps",
                    "--no-binary",
                    "pytest",
                    "--dest",
                ])
                .arg(&cache)
                .arg(format!("pytest=={version}")),
        )?;
        extract(
            &cache,
            &format!("pytest-{version}.tar.gz"),
            &format!("pytest-{version}/{inside}"),
            &junit,
        )?;
    }
    let (package, inside) = SARIF_PACKAGE;
    let sarif = cache.join("sarif-2.1.0.json");
    if !sarif.exists() {
        web::need("npm", &["nodejs", "npm"])?;
        let archive = shell::output(
            Command::new("npm")
                .args(["pack", "--silent", package])
                .current_dir(&cache),
        )?;
        extract(&cache, archive.trim(), inside, &sarif)?;
    }
    Ok(cache)
}

/// Copies one file out of an archive.
fn extract(folder: &Path, archive: &str, inside: &str, to: &Path) -> Outcome {
    let mut tar = Command::new("tar");
    tar.args(["-xzOf", archive, inside]).current_dir(folder);
    Ok(std::fs::write(to, shell::output(&mut tar)?)?)
}
