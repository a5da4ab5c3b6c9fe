//! Corrupted copies of real files and of every handler's files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Soak, end};
use xtask::files::files_below;
use xtask::random::Random;
use xtask::shell::{self, Outcome};

/// Number of corrupted copies, each different.
const FILES: usize = 2_000;
/// Number of files that exist at the same time; some have megabytes.
const BATCH: usize = 50;
/// Folders of the corpus whose files are read from beginning to end. Every second copy is made from one of these, or
/// from the project's own files.
const READ_THROUGH: [&str; 3] = ["whp-exchange", "csv-spectrum", "seabird"];

pub(super) fn step(soak: &Soak) -> Outcome<String> {
    let corpus = shell::corpus()?;
    let own = files_below(&shell::root().join("test_data"))?;
    let real = files_below(&corpus)?;
    let is_read_through = |path: &&PathBuf| {
        let mut folders = READ_THROUGH.iter();
        folders.any(|folder| path.starts_with(corpus.join(folder)))
    };
    let read_through: Vec<PathBuf> = real.iter().filter(is_read_through).chain(&own).cloned().collect();
    let all: Vec<PathBuf> = real.into_iter().chain(own).collect();
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    let mut peak = 0;
    for first in (0..FILES).step_by(BATCH) {
        let folder = soak.folder("corrupted")?;
        for seed in first..FILES.min(first + BATCH) {
            let mut random = Random::new(seed as u64);
            let from = if seed % 2 == 0 { &read_through } else { &all };
            let path = &from[random.below(from.len())];
            let mut bytes = std::fs::read(path)?;
            corrupt(&mut bytes, &mut random);
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            std::fs::write(folder.join(format!("{seed:04}-{name}")), bytes)?;
        }
        let reviewed = soak.review(&folder)?;
        peak = peak.max(reviewed.peak);
        for document in &reviewed.documents {
            *ends.entry(end(document).to_owned()).or_default() += 1;
        }
    }
    Ok(format!("{FILES}, {ends:?}; at most {} MB a process", peak >> 20))
}

/// Truncates a file, or flips one to sixteen of its bits.
fn corrupt(bytes: &mut Vec<u8>, random: &mut Random) {
    if bytes.is_empty() || random.happens(0.5) {
        let len = random.below(bytes.len() + 1);
        bytes.truncate(len);
        return;
    }
    for _ in 0..1 << random.below(5) {
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
    }
}
