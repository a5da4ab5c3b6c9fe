//! The fuzz targets, built with libFuzzer's counters by the stable compiler and run in parallel.
//!
//! `cargo fuzz` needs a nightly compiler for the address sanitizer. The project's own crates have no unsafe code, so the
//! sanitizer would find little, and the other flags work with any compiler.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use xtask::shell::{self, Outcome};

/// Each target, with the handlers whose test files it starts from; an empty list means all handlers, including new ones.
const TARGETS: [(&str, &[&str]); 8] = [
    ("exchange", &["bottle", "ctd"]),
    ("review", &[]),
    ("sniff", &[]),
    ("table", &["csv"]),
    ("zip_walk", &["ctd"]),
    ("netcdf", &["netcdf"]),
    ("filters", &["hdf5"]),
    ("hdf5", &["hdf5", "netcdf"]),
];
/// Counters of edges and comparisons: the flags of `cargo fuzz`.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0";
/// Limits for a single input.
const LIMITS: [&str; 3] = ["-timeout=20", "-rss_limit_mb=1024", "-max_len=65536"];
/// Number of lines of the log that are shown if a target finds something.
const SHOWN: usize = 40;

/// Runs every target for `seconds`, one per processor at a time. With an empty cache, the same seed gives the same run; 0 draws a
/// new seed.
///
/// # Errors
/// If a target does not compile or finds something; the error names the input.
pub(crate) fn run(seconds: u64, seed: u32) -> Outcome<String> {
    let programs = build()?;
    let work = shell::cache("fuzz")?;
    let todo = Mutex::new(TARGETS.iter());
    let said = Mutex::new(Vec::new());
    let lanes = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| {
        for _ in 0..lanes {
            scope.spawn(|| {
                while let Some((target, seeds)) = next(&todo) {
                    let end = one(
                        &programs.join(target),
                        target,
                        seeds,
                        &work,
                        [seconds, seed.into()],
                    )
                    .map_err(|error| format!("{target}: {error}"));
                    lock(&said).push(end);
                }
            });
        }
    });
    let said: Result<Vec<String>, String> = said.into_inner()?.into_iter().collect();
    Ok(said?.join("; "))
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn next<T>(todo: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    lock(todo).next()
}

/// Builds the targets and returns their folder. `--target` keeps the counters out of build scripts and macros.
fn build() -> Outcome<PathBuf> {
    let version = shell::output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.ok_or("`rustc -vV` prints no host")?;
    let built = shell::cache("fuzz-target")?;
    shell::run(
        Command::new("cargo")
            .args(["build", "--quiet", "--release", "--target", host])
            .args(["--manifest-path", "fuzz/Cargo.toml"])
            .env("CARGO_TARGET_DIR", &built)
            .env("RUSTFLAGS", FLAGS)
            .current_dir(shell::root()),
    )?;
    Ok(built.join(host).join("release"))
}

/// Runs one target; new inputs are kept for the next run.
fn one(
    program: &Path,
    target: &str,
    seeds: &[&str],
    work: &Path,
    [seconds, seed]: [u64; 2],
) -> Outcome<String> {
    let corpus = work.join(target);
    std::fs::create_dir_all(&corpus)?;
    let log = work.join(format!("{target}.log"));
    let homes = ["test_data", "tests/bad"].map(|home| shell::root().join(home));
    let of_handlers = homes.iter().flat_map(|home| seeds.iter().map(|id| home.join(id)));
    // libFuzzer reads folders recursively.
    let seeds: Vec<PathBuf> = match seeds {
        [] => homes.to_vec(),
        _ => of_handlers.collect(),
    };
    // Some targets have seeds of their own.
    let own = shell::root().join("fuzz/seeds").join(target);
    let seeds = seeds.into_iter().chain([own]).filter(|folder| folder.is_dir());
    let status = Command::new(program)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-seed={seed}"))
        .args(LIMITS)
        .arg(format!("-artifact_prefix={}/{target}-", work.display()))
        .arg(corpus)
        .args(seeds)
        .stderr(File::create(&log)?)
        .status()?;
    let said = std::fs::read_to_string(&log)?;
    if !status.success() {
        let lines: Vec<&str> = said.lines().collect();
        let end = lines[lines.len().saturating_sub(SHOWN)..].join("\n");
        return Err(format!("ended with {status}; {} says\n{end}", log.display()).into());
    }
    let runs = said.lines().rev().find(|line| line.starts_with("Done "));
    Ok(format!(
        "{target}: {}",
        runs.unwrap_or("it printed no number of runs")
    ))
}
