//! The report of many files: how its time and memory grow with their number.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Soak;
use crate::tasks::bench::{MEASURE, Run};
use crate::tasks::web;
use xtask::files::files_below;
use xtask::shell::{self, Outcome};

/// Made-up files of the two reports that are compared.
const FEW: u64 = 10_000;
const MANY: u64 = 100_000;
/// Most memory of a report in a folder, in bytes.
const MOST_MEMORY: u64 = 512 << 20;
/// Most processor time of the report of [`FEW`] files in one page, in seconds, and its largest size in bytes.
const MOST_TIME: f64 = 10.0;
const LARGEST_PAGE: u64 = 20_000_000;
/// By how much the processor time of a file may grow from [`FEW`] to [`MANY`].
const MOST_GROWTH: f64 = 1.25;

/// The processor time of a report in seconds, its peak memory in bytes, and its size in bytes.
struct Report {
    time: f64,
    peak: u64,
    size: u64,
}

/// Reviews [`FEW`] and [`MANY`] files, no two of them alike, and writes their reports: a page of the few, and a folder of each.
///
/// # Errors
/// If a report takes more time, memory or room than it may, or more of a file's time where there are more files.
pub(super) fn step(soak: &Soak) -> Outcome<String> {
    web::need("node", &["nodejs"])?;
    let few = store(soak, FEW)?;
    let page = report(&few, "report.html")?;
    let folder = report(&few, "report")?;
    let many = report(&store(soak, MANY)?, "report")?;
    soak.folder("report")?;
    let growth = many.time / MANY as f64 / (folder.time / FEW as f64);
    let summary = format!(
        "{FEW} files: {} as a page, {} as a folder; {MANY} files: {} as a folder, {growth:.2} times the time of a file",
        described(&page),
        described(&folder),
        described(&many)
    );
    let is_within = page.time <= MOST_TIME
        && page.size <= LARGEST_PAGE
        && folder.peak.max(many.peak) <= MOST_MEMORY
        && growth <= MOST_GROWTH;
    match is_within {
        true => Ok(summary),
        false => Err(format!("a report takes too much: {summary}").into()),
    }
}

/// Makes files up, and reviews them into a store of their own.
fn store(soak: &Soak, files: u64) -> Outcome<PathBuf> {
    let folder = soak.folder("report")?;
    let (archive, store) = (folder.join("archive"), folder.join("store.db"));
    let module = shell::root().join("web/test/invented.mjs");
    let script = "const [module, folder, files] = process.argv.slice(1); (await import(module)).invent(folder, Number(files));";
    shell::run(
        Command::new("node")
            .args(["--input-type=module", "--eval", script])
            .args([&module, &archive])
            .arg(files.to_string()),
    )?;
    let status = Command::new(shell::program()?)
        .args(["review", "--no-config", "--quiet", "--db"])
        .args([&store, &archive])
        .status()?;
    // 1 means that a file has no review, as some of the files have none on purpose.
    match status.code() {
        Some(0 | 1) => Ok(store),
        _ => Err(format!("the review ended with {status}").into()),
    }
}

/// Writes the report of a store beside it.
fn report(store: &Path, name: &str) -> Outcome<Report> {
    let out = store.with_file_name(name);
    let printed = shell::output(
        Command::new("python3")
            .args(["-c", MEASURE])
            .arg(shell::program()?)
            .args(["report", "--no-config", "--quiet", "--db"])
            .arg(store)
            .arg("--out")
            .arg(&out),
    )?;
    let run: Run = serde_json::from_str(&printed)?;
    if run.code != 0 {
        return Err(format!("the report ended with {}", run.code).into());
    }
    let parts = match out.is_dir() {
        true => files_below(&out)?,
        false => vec![out],
    };
    let size = |part: &PathBuf| -> Outcome<u64> { Ok(std::fs::metadata(part)?.len()) };
    Ok(Report {
        time: run.cpu,
        peak: run.peak,
        size: parts.iter().map(size).sum::<Outcome<u64>>()?,
    })
}

fn described(report: &Report) -> String {
    format!(
        "{:.1} s of processor time, {} MB of memory, {} MB on disk",
        report.time,
        report.peak >> 20,
        report.size / 1_000_000
    )
}
