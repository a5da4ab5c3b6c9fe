//! Whatever happens to a file on its way, there is an outcome and never a panic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use data_review_core::{Document, Registry};
use data_review_tests::files::{self, TestFile};
use data_review_tests::{archive, review};

const CUTS: usize = 50;
const FLIPS: u64 = 200;

/// Reviews spoilt bytes; says how they were spoilt where that panics or does not add up.
fn survive(registry: &Registry, file: &TestFile, bytes: &[u8], how: &str) -> Document {
    let document = catch_unwind(AssertUnwindSafe(|| {
        review::sniff_all(registry, &file.name, bytes);
        review::document(registry, &file.key, bytes)
    }))
    .unwrap_or_else(|_| panic!("{}, {how}: a panic", file.path));
    for variable in &document.variables {
        let cells =
            variable.count + variable.missing.values().sum::<u64>() + variable.invalid + variable.non_finite;
        assert_eq!(variable.total, cells, "{}, {how}: {}", file.path, variable.name);
    }
    document
}

/// SplitMix64.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// Flips bits `times` times; the same each time.
pub(super) fn flip(registry: &Registry, file: &TestFile, times: u64) {
    for seed in 0..times {
        let mut state = seed;
        let mut bytes = file.bytes.clone();
        // One bit, or a handful: checks that a single one trips hide what lies behind them.
        for _ in 0..1 << (seed % 4) {
            let at = (random(&mut state) % bytes.len() as u64) as usize;
            bytes[at] ^= 1 << (random(&mut state) % 8);
        }
        survive(registry, file, &bytes, &format!("bits flipped with seed {seed}"));
    }
}

/// Cuts at `times` places.
pub(super) fn cut(registry: &Registry, file: &TestFile, times: usize) {
    for part in 0..times {
        let len = file.bytes.len() * part / times;
        survive(registry, file, &file.bytes[..len], &format!("cut to {len} bytes"));
    }
}

/// A file longer than this is cut in its middle first: what matters is near its ends.
const LONGEST: usize = 12 << 10;

fn shortened(mut file: TestFile) -> TestFile {
    if file.bytes.len() > LONGEST && !file.bytes.starts_with(b"PK") {
        let rest = file.bytes.split_off(LONGEST / 2);
        file.bytes.extend_from_slice(&rest[rest.len() - LONGEST / 2..]);
    }
    file
}

#[test]
fn cut_anywhere() {
    let registry = review::registry();
    for file in files::test_data() {
        cut(&registry, &shortened(file), CUTS);
    }
}

#[test]
fn bits_flipped_in_tables() {
    let registry = review::registry();
    for file in files::test_data().into_iter().filter(|file| file.folder == "csv") {
        flip(&registry, &shortened(file), FLIPS);
    }
}

#[test]
fn bits_flipped_elsewhere() {
    let registry = review::registry();
    for file in files::test_data().into_iter().filter(|file| file.folder != "csv") {
        flip(&registry, &shortened(file), FLIPS);
    }
}

#[test]
fn bits_flipped_in_what_is_bad_already() {
    let registry = review::registry();
    for file in files::bad().into_iter().filter(|file| !file.bytes.is_empty()) {
        flip(&registry, &file, FLIPS);
    }
}

/// Of the real files that handlers read from end to end; archives with two of their members.
fn real(corpus: &Path) -> Vec<TestFile> {
    let mut all = Vec::new();
    for folder in ["whp-exchange", "csv-spectrum", "seabird"] {
        for name in files::names(&corpus.join(folder)) {
            let mut bytes = files::read(&corpus.join(folder).join(&name));
            if bytes.starts_with(b"PK") {
                bytes = archive::first_members(&bytes, 2);
            }
            all.push(shortened(TestFile {
                folder: folder.to_owned(),
                path: format!("{folder}/{name}"),
                key: format!("{folder}/{name}"),
                name,
                bytes,
            }));
        }
    }
    all
}

/// A quick share of the 2,000 of `cargo xtask soak`.
#[test]
fn real_files_cut_or_with_bits_flipped() {
    let Some(corpus) = files::corpus() else { return };
    let (registry, files) = (review::registry(), real(&corpus));
    for seed in 0..FLIPS {
        let mut state = seed;
        let mut below = |end: usize| (random(&mut state) % end as u64) as usize;
        let file = &files[below(files.len())];
        let mut bytes = file.bytes.clone();
        if seed % 2 == 0 {
            bytes.truncate(below(bytes.len() + 1));
        } else {
            for _ in 0..1 << below(5) {
                let at = below(bytes.len());
                bytes[at] ^= 1 << below(8);
            }
        }
        survive(&registry, file, &bytes, &format!("spoilt with seed {seed}"));
    }
}
