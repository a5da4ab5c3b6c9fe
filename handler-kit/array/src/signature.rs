//! The position of the HDF5 signature in a probe.

use array_file::{HDF5_SIGNATURE, hdf5_superblock};
use data_review_core::Probe;

/// Endings of names for which the search goes beyond the probe's head, which costs further reads.
const ENDINGS: [&str; 9] = [
    ".h5", ".hdf5", ".he5", ".hdf", ".mat", ".nxs", ".jld2", ".nc", ".nc4",
];
/// Longest user block that is skipped, in bytes.
const LONGEST: u64 = 512 << 10;

/// Offset of the superblock of an HDF5 file: 0, or after a user block 512, 1024, 2048 bytes and so on; `None` if there
/// is none.
///
/// If the head of the probe is zeros or the name is typical of HDF5, the search continues beyond the head, up to 512
/// KiB, with at most four further reads.
pub fn find_superblock(probe: &mut Probe<'_>) -> Option<u64> {
    if let Some(at) = hdf5_superblock(probe.head()) {
        return Some(at as u64);
    }
    let name = probe.name().to_ascii_lowercase();
    let is_named = ENDINGS.iter().any(|ending| name.ends_with(ending));
    if !is_named && probe.head().iter().any(|byte| *byte != 0) {
        return None;
    }
    let head = probe.head().len() as u64;
    let places = (9..).map(|power| 1u64 << power).take_while(|at| *at <= LONGEST);
    let mut signature = [0; HDF5_SIGNATURE.len()];
    { places }.filter(|at| *at >= head).find(|at| {
        let filled = probe.read_at(*at, &mut signature);
        filled.is_ok_and(|filled| filled == signature.len()) && signature == HDF5_SIGNATURE
    })
}

#[cfg(test)]
mod tests {
    use data_review_core::BytesInput;

    use super::*;

    fn found(block: Vec<u8>, name: &str) -> Option<u64> {
        let bytes = [block, HDF5_SIGNATURE.to_vec(), vec![0; 100]].concat();
        let input = BytesInput(bytes);
        find_superblock(&mut Probe::new(name, &input).unwrap())
    }

    #[test]
    fn user_blocks_up_to_half_a_mebibyte() {
        for length in [0, 512, 32 << 10, 64 << 10, 128 << 10, 512 << 10] {
            assert_eq!(found(vec![0; length], "x"), Some(length as u64), "{length}");
            assert_eq!(found(vec![7; length], "x.H5"), Some(length as u64), "{length}");
        }
        assert_eq!(found(vec![7; 128 << 10], "x.bin"), None);
        assert_eq!(found(vec![0; 1 << 20], "x.h5"), None);
        assert_eq!(found(vec![0; 1000], "x.h5"), None, "not a power of two");
    }
}
