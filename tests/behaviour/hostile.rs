//! Corrupted copies of real files; `kit.rs` does the same with the project's own files.

use std::path::Path;

use data_review_tests::files::{self, TestFile};
use data_review_tests::{archive, review};
use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::kit::{shortened, survive};

/// Number of corrupted copies, each different.
const COPIES: u64 = 200;

/// Real files that handlers read from beginning to end; an archive with two of its members.
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

/// `cargo xtask soak corrupted` makes 2,000 copies.
#[test]
#[cfg_attr(
    not(sample_files),
    ignore = "DATA_REVIEW_CORPUS names no folder of sample files"
)]
fn real_files_cut_or_with_bits_flipped() {
    let corpus = files::corpus();
    let (registry, files) = (review::registry(), real(&corpus));
    for seed in 0..COPIES {
        let mut random = SplitMix64::seed_from_u64(seed);
        let mut below = |end: usize| (random.next_u64() % end as u64) as usize;
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
        survive(&registry, file, &bytes, &format!("corrupted with seed {seed}")).unwrap();
    }
}
