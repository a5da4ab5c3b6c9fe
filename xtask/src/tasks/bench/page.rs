//! The page with the measurements.

use std::fmt::Write;
use std::path::Path;

use super::{Figures, Run};
use xtask::shell::Outcome;

/// The measurements in docs/benchmarks.md are between these lines; the rest of the page is written by hand.
const BEGIN: &str = "<!-- figures: written by `cargo xtask bench --write` -->\n";
const END: &str = "<!-- end of figures -->\n";

fn median(runs: &[Run], of: impl Fn(&Run) -> f64) -> f64 {
    let mut values: Vec<f64> = runs.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

pub(super) fn render(all: &[Figures]) -> Outcome<String> {
    let mut page = String::new();
    for figures in all {
        writeln!(page, "### {}\n\n{}\n", figures.title, figures.what)?;
        writeln!(
            page,
            "| | wall, s (min … max) | CPU, s | peak of a process, MB | files/s | MB/s | wall against ours |"
        )?;
        writeln!(page, "|---|---|---|---|---|---|---|")?;
        let ours = figures
            .contenders
            .first()
            .map_or(f64::NAN, |(_, runs)| median(runs, |run| run.wall));
        for (name, runs) in &figures.contenders {
            let wall = median(runs, |run| run.wall);
            let least = runs.iter().map(|run| run.wall).fold(f64::INFINITY, f64::min);
            let most = runs.iter().map(|run| run.wall).fold(0.0, f64::max);
            writeln!(
                page,
                "| {name} | {wall:.3} ({least:.3} … {most:.3}) | {:.3} | {:.0} | {:.0} | {:.1} | {:.2} |",
                median(runs, |run| run.cpu),
                median(runs, |run| run.peak as f64) / 1e6,
                figures.files as f64 / wall,
                figures.bytes as f64 / 1e6 / wall,
                wall / ours,
            )?;
        }
        page.push('\n');
    }
    Ok(page)
}

/// Replaces the measurements in the page.
pub(super) fn put(path: &Path, figures: &str) -> Outcome {
    let page = std::fs::read_to_string(path)?;
    let (before, rest) = page
        .split_once(BEGIN)
        .ok_or("docs/benchmarks.md lacks the line before its figures")?;
    let (_, after) = rest
        .split_once(END)
        .ok_or("docs/benchmarks.md lacks the line after its figures")?;
    std::fs::write(path, format!("{before}{BEGIN}\n{figures}{END}{after}"))?;
    Ok(())
}
