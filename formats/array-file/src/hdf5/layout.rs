//! Data layout messages of HDF5 1.6.2 and older, as the versions since then write them (HDF5 File Format Specification
//! 3.0, IV.A.2.i).
//!
//! The library skips three reserved bytes of version 2, which has five, expects an address where compact data have none,
//! and multiplies dimensions without a check.

use std::borrow::Cow;

use hdf5_reader::io::Cursor;

use super::Sizes;
use crate::Problem;

/// Reserved bytes behind version, number of dimensions and class.
const RESERVED: usize = 5;
const COMPACT: u8 = 0;
const CONTIGUOUS: u8 = 1;
const CHUNKED: u8 = 2;

/// A layout message of version 1 or 2 as one of version 3; any other message as it is.
pub(super) fn third_version(body: Cow<'_, [u8]>, sizes: Sizes) -> Result<Cow<'_, [u8]>, Problem> {
    let mut cursor = Cursor::new(&body);
    let (version, rank, class) = (cursor.read_u8()?, cursor.read_u8()?, cursor.read_u8()?);
    if !matches!(version, 1 | 2) {
        return Ok(body);
    }
    cursor.skip(RESERVED)?;
    let address = match class {
        COMPACT => &[],
        _ => cursor.read_bytes(usize::from(sizes.offsets))?,
    };
    let lengths = cursor.read_bytes(4 * usize::from(rank))?;
    let mut third = vec![3, class];
    match class {
        COMPACT => {
            let size = cursor.read_u32_le()?;
            let short = u16::try_from(size);
            let short = short.map_err(|_| Problem::corrupt(format!("compact data of {size} bytes")))?;
            third.extend(short.to_le_bytes());
            third.extend(cursor.read_bytes(usize::from(short))?);
        }
        CONTIGUOUS => {
            // The last one is the size of an element.
            let lengths = lengths.chunks_exact(4);
            let size = lengths.fold(1u64, |size, length| {
                size.saturating_mul(u64::from(u32::from_le_bytes([
                    length[0], length[1], length[2], length[3],
                ])))
            });
            third.extend(address);
            third.extend(size.to_le_bytes().iter().take(usize::from(sizes.lengths)));
        }
        CHUNKED => {
            third.push(rank);
            third.extend(address);
            third.extend(lengths);
        }
        _ => return Ok(body),
    }
    Ok(Cow::Owned(third))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes {
        offsets: 4,
        lengths: 8,
    };

    fn converted(body: &[u8]) -> Option<Vec<u8>> {
        let third = third_version(Cow::Borrowed(body), SIZES).ok()?;
        Some(third.into_owned())
    }

    #[test]
    fn old_layouts_are_written_as_newer_ones() {
        let start = |class: u8, rank: u8| vec![2, rank, class, 0, 0, 0, 0, 0];
        let lengths = [2, 0, 0, 0, 10, 0, 0, 0, 4, 0, 0, 0];
        let contiguous = [
            start(CONTIGUOUS, 3),
            vec![9, 8, 7, 6],
            lengths.to_vec(),
            vec![0; 4],
        ]
        .concat();
        assert_eq!(
            converted(&contiguous).unwrap(),
            [3, CONTIGUOUS, 9, 8, 7, 6, 80, 0, 0, 0, 0, 0, 0, 0]
        );
        let chunked = [start(CHUNKED, 3), vec![9, 8, 7, 6], lengths.to_vec()].concat();
        let expected = [&[3, CHUNKED, 3, 9, 8, 7, 6], lengths.as_slice()].concat();
        assert_eq!(converted(&chunked).unwrap(), expected);
        let compact = [start(COMPACT, 1), vec![3, 0, 0, 0, 3, 0, 0, 0], b"abc".to_vec()].concat();
        assert_eq!(converted(&compact).unwrap(), b"\x03\x00\x03\x00abc");
        assert_eq!(converted(b"\x03\x01rest").unwrap(), b"\x03\x01rest");
    }

    #[test]
    fn large_sizes_and_truncated_messages_do_not_panic() {
        let mut huge = vec![1, 20, CONTIGUOUS, 0, 0, 0, 0, 0, 1, 0, 0, 0];
        huge.extend([255; 80]);
        assert!(converted(&huge).unwrap().ends_with(&[255; 8]));
        for length in 0..huge.len() {
            assert_eq!(converted(&huge[..length]), None, "{length}");
        }
    }
}
