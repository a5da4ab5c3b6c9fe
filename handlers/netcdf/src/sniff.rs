//! Identification: classic files by their signature, netCDF-4 by the attributes of an HDF5 file.

use std::io;

use array_file::{Guess, guess};
use data_review_array::find_superblock;
use data_review_core::{Card, Probe, Verdict};

/// Words that netCDF-4 writes into a file. They are searched for if too little of the file can be read.
const WORDS: [&str; 3] = ["_NCProperties", "_Netcdf4Dimid", "_Netcdf4Coordinates"];
/// Endings of names that decide if the content may be netCDF-4 or other HDF5.
const ENDINGS: [&str; 4] = [".nc", ".nc4", ".cdf", ".netcdf"];

pub(crate) fn sniff(card: &Card, probe: &mut Probe<'_>) -> Verdict {
    if let Some(magic) = card.magic.iter().find(|magic| probe.head().starts_with(magic)) {
        return Verdict::certain(format!("starts with `{}`", magic.escape_ascii()));
    }
    if find_superblock(probe).is_none() {
        return Verdict::no("starts neither with `CDF` nor with the signature of HDF5");
    }
    match guess(probe.len(), |at, into| fill(probe, at, into)) {
        Guess::NetCdf4(because) => Verdict::certain(format!("HDF5, and {because}")),
        Guess::Hdf5(because) => Verdict::no(format!("HDF5, but {because}")),
        Guess::Either(because) => by_name(probe, &because),
        Guess::Unclear(because) => match WORDS.into_iter().find(|word| holds(probe, word)) {
            Some(word) => Verdict::likely(format!("HDF5 that contains `{word}`; {because}")),
            None => by_name(probe, &because),
        },
    }
}

fn by_name(probe: &Probe<'_>, because: &str) -> Verdict {
    let name = probe.name().to_ascii_lowercase();
    match ENDINGS.into_iter().find(|ending| name.ends_with(ending)) {
        Some(ending) => Verdict::likely(format!("HDF5 with a name that ends with `{ending}`; {because}")),
        None => Verdict::no(format!("HDF5 without a mark of netCDF: {because}")),
    }
}

fn holds(probe: &Probe<'_>, word: &str) -> bool {
    let among = |bytes: &[u8]| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    among(probe.head()) || among(probe.tail())
}

/// Fills `into` as far as the probe has the bytes or may fetch them.
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

#[cfg(test)]
mod tests {
    use data_review_core::{BytesInput, Confidence};

    use super::*;
    use crate::CARD;

    macro_rules! fixture {
        ($name:literal) => {
            include_bytes!(concat!(
                "../../../formats/array-file/tests/fixtures/",
                $name
            ))
            .as_slice()
        };
    }

    fn confidence(bytes: &[u8], name: &str) -> Confidence {
        let input = BytesInput(bytes.to_vec());
        sniff(&CARD, &mut Probe::new(name, &input).unwrap()).confidence
    }

    #[test]
    fn marks_decide_for_any_name() {
        for (bytes, expected) in [
            (fixture!("many_attributes.nc"), Confidence::Certain),
            (fixture!("committed.nc"), Confidence::Certain),
            (fixture!("deep_scale.h5"), Confidence::Certain),
            (fixture!("filters.h5"), Confidence::No),
            (fixture!("user_block_2048.h5"), Confidence::No),
            (b"CDF\x01\0\0\0\0", Confidence::Certain),
            (b"\x89PNG", Confidence::No),
        ] {
            for name in ["x.nc", "x.h5", "x"] {
                assert_eq!(confidence(bytes, name), expected, "{name}");
            }
        }
    }

    #[test]
    fn the_name_decides_without_marks() {
        let unmarked = fixture!("unmarked.nc");
        assert_eq!(confidence(unmarked, "x.NC"), Confidence::Likely);
        assert_eq!(confidence(unmarked, "x.h5"), Confidence::No);
        // Only the superblock can be read; the root group is out of reach.
        assert_eq!(confidence(&unmarked[..96], "x.nc4"), Confidence::Likely);
        assert_eq!(confidence(&unmarked[..96], "x.h5"), Confidence::No);
    }

    #[test]
    fn names_for_hdf5_fit_netcdf_4() {
        for ending in [".nc", ".nc4", ".cdf", ".h5", ".hdf5", ".he5"] {
            assert!(CARD.extensions.contains(&ending), "{ending}");
        }
    }
}
