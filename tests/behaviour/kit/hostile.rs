//! The rule that no input makes a handler panic or lose a cell.

use std::panic::{AssertUnwindSafe, catch_unwind};

use data_review_core::Registry;
use data_review_tests::files::TestFile;
use data_review_tests::review;
use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::Case;

const CUTS: usize = 50;
const FLIPS: u64 = 200;
/// Longest file in bytes; a longer one loses its middle first, since headers and indexes are near the ends.
const LONGEST: usize = 12 << 10;

/// Truncates the handler's own files and flips bits in them.
pub(super) fn any_bytes(case: &Case<'_>) -> Result<(), String> {
    let file = shortened(case.file.clone());
    cut(case.registry, &file, CUTS)?;
    flip(case.registry, &file, FLIPS)
}

/// Truncates a file at `times` evenly spaced lengths.
pub(crate) fn cut(registry: &Registry, file: &TestFile, times: usize) -> Result<(), String> {
    (0..times).try_for_each(|part| {
        let len = file.bytes.len() * part / times;
        survive(registry, file, &file.bytes[..len], &format!("cut to {len} bytes"))
    })
}

/// Makes `times` copies with flipped bits; the same ones in every run.
pub(crate) fn flip(registry: &Registry, file: &TestFile, times: u64) -> Result<(), String> {
    if file.bytes.is_empty() {
        return Ok(());
    }
    (0..times).try_for_each(|seed| {
        let mut random = SplitMix64::seed_from_u64(seed);
        let mut bytes = file.bytes.clone();
        // One to eight bits: a check that a single bit fails hides the code behind it.
        for _ in 0..1 << (seed % 4) {
            let at = (random.next_u64() % bytes.len() as u64) as usize;
            bytes[at] ^= 1 << (random.next_u64() % 8);
        }
        survive(registry, file, &bytes, &format!("bits flipped with seed {seed}"))
    })
}

/// Sniffs and reviews corrupted bytes; an error if that panics or loses cells.
pub(crate) fn survive(registry: &Registry, file: &TestFile, bytes: &[u8], how: &str) -> Result<(), String> {
    let document = catch_unwind(AssertUnwindSafe(|| {
        review::sniff_all(registry, &file.name, bytes);
        review::document(registry, &file.key, bytes)
    }));
    let document = document.map_err(|_| format!("{how}: a panic"))?;
    for variable in &document.variables {
        let missing: u64 = variable.missing.values().sum();
        let cells = variable.count + missing + variable.invalid + variable.non_finite + variable.padding;
        if variable.total != cells {
            return Err(format!(
                "{how}: {}: {cells} cells of {}",
                variable.name, variable.total
            ));
        }
    }
    Ok(())
}

pub(crate) fn shortened(mut file: TestFile) -> TestFile {
    if file.bytes.len() > LONGEST && !file.bytes.starts_with(b"PK") {
        let rest = file.bytes.split_off(LONGEST / 2);
        file.bytes.extend_from_slice(&rest[rest.len() - LONGEST / 2..]);
    }
    file
}
