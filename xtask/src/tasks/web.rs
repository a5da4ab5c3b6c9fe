//! The page that checks files in a browser: builds its folder, and tests it in a headless browser.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use xtask::files::{copy_file, copy_folder};
use xtask::shell::{self, Outcome};

/// What the module is compiled for.
const TARGET: &str = "wasm32-unknown-unknown";
/// The stack of a review in bytes, as in a worker of the command line.
const STACK: &str = "stack-size=16777216";
/// What the page calls of the module; `web/wasm/src/abi.rs` defines it.
const EXPORTS: [&str; 4] = ["start", "allocate", "describe_registry", "review_file"];
/// Folders of `web/` that the page consists of, and where they are in its folder.
const PARTS: [(&str, &str); 3] = [("check", ""), ("view", "view"), ("vendor", "vendor")];
/// Names of the browser, where it is installed.
const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Builds the folder of the page, which any static server can serve, and returns its path.
///
/// # Errors
/// If the module does not compile, or a file cannot be written.
pub(crate) fn build(out: Option<&Path>) -> Outcome<PathBuf> {
    shell::add_target(TARGET)?;
    let out = out.map_or_else(|| shell::target().join("web"), Path::to_owned);
    std::fs::create_dir_all(&out)?;
    module(&out.join("data_review.wasm"))?;
    for (part, place) in PARTS {
        copy_folder(&shell::root().join("web").join(part), &out.join(place))?;
    }
    Ok(out)
}

/// Builds the module of the handlers.
///
/// A handler registers itself in a static that no code names, so that a linker which takes what is named from each library
/// leaves all handlers out. This one takes everything, and then drops what nothing reaches.
fn module(out: &Path) -> Outcome {
    shell::run(
        Command::new("cargo")
            .args(["rustc", "--quiet", "--package", "data-review-wasm", "--lib"])
            .args([
                "--crate-type",
                "staticlib",
                "--profile",
                "wasm",
                "--target",
                TARGET,
            ])
            .current_dir(shell::root()),
    )?;
    let library = shell::target().join(TARGET).join("wasm/libdata_review_wasm.a");
    shell::run(
        Command::new(linker()?)
            .args(["-flavor", "wasm", "--no-entry", "--gc-sections", "--strip-all"])
            // A stack that overflows meets the beginning of the memory, and traps.
            .args(["--stack-first", "-z", STACK])
            .args(EXPORTS.map(|name| format!("--export={name}")))
            .arg("--whole-archive")
            .arg(library)
            .arg("-o")
            .arg(out),
    )
}

/// The linker that comes with the compiler.
fn linker() -> Outcome<PathBuf> {
    let libraries = shell::output(Command::new("rustc").args(["--print", "target-libdir"]))?;
    let linker = Path::new(libraries.trim()).with_file_name("bin").join("rust-lld");
    match linker.is_file() {
        true => Ok(linker),
        false => Err(format!("{} is missing; install Rust with rustup", linker.display()).into()),
    }
}

/// Tests the page in a headless browser, beside the command `program`: a release build, if it is not named.
///
/// # Errors
/// If Node.js or the browser is missing and cannot be installed, or if the test fails.
pub(crate) fn test(program: Option<PathBuf>) -> Outcome {
    let mut test = script("check.mjs", program, "web-test")?;
    test.arg("--page").arg(build(None)?);
    shell::run(with_corpus(&mut test))
}

/// Tests the report in a headless browser, with the reports that `program` writes.
///
/// # Errors
/// As [`test`].
pub(crate) fn test_report(program: Option<PathBuf>) -> Outcome {
    let mut test = script("report.mjs", program, "report-test")?;
    shell::run(with_corpus(&mut test))
}

/// Takes the pictures of the README, of made-up data.
///
/// # Errors
/// As [`test`].
pub(crate) fn screenshots(program: Option<PathBuf>) -> Outcome {
    let mut script = script("screenshots.mjs", program, "screenshots")?;
    script.arg("--page").arg(build(None)?);
    shell::run(script.arg("--out").arg(shell::root().join("docs/images")))
}

/// A script of `web/test` with a browser, the command, and a folder of its own for what it writes.
fn script(name: &str, program: Option<PathBuf>, work: &str) -> Outcome<Command> {
    need("node", &["nodejs", "npm"])?;
    let browser = match browser() {
        Some(browser) => browser,
        None => {
            install(&["chromium"])?;
            browser().ok_or("no browser is installed; install Chromium")?
        }
    };
    let program = program.map_or_else(shell::program, Ok)?;
    let mut script = Command::new("node");
    script
        .arg(shell::root().join("web/test").join(name))
        .arg("--program")
        .arg(program.canonicalize()?)
        .arg("--browser")
        .arg(browser)
        .arg("--tools")
        .arg(tools()?)
        .arg("--work")
        .arg(shell::cache(work)?);
    Ok(script)
}

/// Names the real files, if they are there: the tests without them run everywhere.
fn with_corpus(test: &mut Command) -> &mut Command {
    if let Ok(corpus) = shell::corpus() {
        test.arg("--corpus").arg(corpus);
    }
    test
}

/// The folder into which npm installs the packages of the test, by their lock file.
fn tools() -> Outcome<PathBuf> {
    let folder = shell::cache("web-tools")?;
    let wanted = shell::root().join("web/test");
    let lock = std::fs::read(wanted.join("package-lock.json"))?;
    let stamp = folder.join("installed.json");
    if std::fs::read(&stamp).is_ok_and(|have| have == lock) {
        return Ok(folder);
    }
    for name in ["package.json", "package-lock.json"] {
        copy_file(&wanted.join(name), &folder.join(name))?;
    }
    shell::run(
        Command::new("npm")
            .args(["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&folder),
    )?;
    std::fs::write(stamp, lock)?;
    Ok(folder)
}

fn browser() -> Option<PathBuf> {
    BROWSERS.iter().find_map(|name| shell::find(name))
}

/// Installs `packages` if there is no `program`.
pub(crate) fn need(program: &str, packages: &[&str]) -> Outcome {
    let is_there = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if is_there { Ok(()) } else { install(packages) }
}

/// Installs packages of Debian or Ubuntu.
fn install(packages: &[&str]) -> Outcome {
    let list = packages.join(", ");
    println!("installing {list}");
    let apt = |arguments: &[&str]| {
        let mut command = match rustix::process::geteuid().is_root() {
            true => Command::new("apt-get"),
            false => {
                let mut command = Command::new("sudo");
                command.arg("apt-get");
                command
            }
        };
        shell::run(command.args(arguments).stdout(Stdio::null()))
    };
    apt(&["update", "-qq"])
        .and_then(|()| apt(&[&["install", "-qq", "-y", "--no-install-recommends"], packages].concat()))
        .map_err(|error| format!("{error}; install {list}").into())
}
