//! The rule that nothing makes a handler panic, or lose a cell.

use std::panic::{AssertUnwindSafe, catch_unwind};

use data_review_core::Registry;
use data_review_tests::files::TestFile;
use data_review_tests::review;

use super::Case;

const CUTS: usize = 50;
const FLIPS: u64 = 200;
/// A file longer than this is cut in its middle first: what matters is near its ends.
const LONGEST: usize = 12 << 10;

/// Its own files, cut and with bits flipped.
pub(super) fn any_bytes(case: &Case<'_>) -> Result<(), String> {
    let file = shortened(case.file.clone());
    cut(case.registry, &file, CUTS)?;
    flip(case.registry, &file, FLIPS)
}

/// Cuts at `times` places.
pub(crate) fn cut(registry: &Registry, file: &TestFile, times: usize) -> Result<(), String> {
    (0..times).try_for_each(|part| {
        let len = file.bytes.len() * part / times;
        survive(registry, file, &file.bytes[..len], &format!("cut to {len} bytes"))
    })
}

/// Flips bits `times` times; the same each time.
pub(crate) fn flip(registry: &Registry, file: &TestFile, times: u64) -> Result<(), String> {
    if file.bytes.is_empty() {
        return Ok(());
    }
    (0..times).try_for_each(|seed| {
        let mut state = seed;
        let mut bytes = file.bytes.clone();
        // One bit, or a handful: checks that a single one trips hide what lies behind them.
        for _ in 0..1 << (seed % 4) {
            let at = (random(&mut state) % bytes.len() as u64) as usize;
            bytes[at] ^= 1 << (random(&mut state) % 8);
        }
        survive(registry, file, &bytes, &format!("bits flipped with seed {seed}"))
    })
}

/// Sniffs and reviews spoilt bytes.
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

/// SplitMix64.
pub(crate) fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

pub(crate) fn shortened(mut file: TestFile) -> TestFile {
    if file.bytes.len() > LONGEST && !file.bytes.starts_with(b"PK") {
        let rest = file.bytes.split_off(LONGEST / 2);
        file.bytes.extend_from_slice(&rest[rest.len() - LONGEST / 2..]);
    }
    file
}
