//! Classic files by their magic; netCDF-4 by the root group of an HDF5 file.

use std::io;

use array_file::{Guess, HDF5_SIGNATURE, guess};
use data_review_core::{Card, Probe, Verdict};

/// What netCDF-4 leaves in a file, for one whose root group is not within reach.
const WORDS: [&str; 2] = ["_NCProperties", "_Netcdf4Dimid"];

pub(crate) fn sniff(card: &Card, probe: &mut Probe<'_>) -> Verdict {
    if let Some(magic) = card.magic.iter().find(|magic| probe.head().starts_with(magic)) {
        return Verdict::certain(format!("starts with `{}`", magic.escape_ascii()));
    }
    if !probe.head().starts_with(HDF5_SIGNATURE) {
        return Verdict::no("starts neither with `CDF` nor with the signature of HDF5");
    }
    match guess(probe.len(), |at, into| fill(probe, at, into)) {
        Guess::NetCdf4(because) => Verdict::certain(format!("HDF5, and {because}")),
        Guess::Hdf5(because) => Verdict::no(format!("HDF5, but {because}")),
        Guess::Unclear(because) => match WORDS.into_iter().find(|word| holds(probe, word)) {
            Some(word) => Verdict::likely(format!("HDF5 with `{word}` in it; its root group: {because}")),
            None => Verdict::no(format!("HDF5, whose root group shows no netCDF: {because}")),
        },
    }
}

fn holds(probe: &Probe<'_>, word: &str) -> bool {
    let among = |bytes: &[u8]| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    among(probe.head()) || among(probe.tail())
}

/// Fills as much as is held or may be fetched.
fn fill(probe: &mut Probe<'_>, at: u64, into: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match probe.read_at(at + filled as u64, &mut into[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if filled == 0 => return Err(error),
            Err(_) => break,
        }
    }
    Ok(filled)
}
