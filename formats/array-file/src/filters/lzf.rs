//! LZF, the filter of h5py: runs of literals, and references to at most 8 KiB back.
//!
//! A control byte below 32 announces that many literals plus one. Any other holds the length of a reference
//! less 2 in its upper three bits (7: one more byte is added) and the upper five bits of its distance less 1;
//! the next byte is the rest.

use super::{Decoded, Failure};

/// `parameters`: revision of the filter, version of LZF, bytes of a chunk.
pub(super) fn decode(data: &[u8], parameters: &[u32], limit: usize) -> Decoded {
    let declared = parameters.get(2).map_or(limit, |bytes| *bytes as usize);
    inflate(data, declared.min(limit))
}

fn inflate(data: &[u8], limit: usize) -> Decoded {
    const CORRUPT: Failure = Failure::Corrupt("not a valid LZF stream");
    let mut out = Vec::new();
    let mut rest = data.iter().copied();
    while let Some(control) = rest.next() {
        let control = usize::from(control);
        if control < 32 {
            for _ in 0..=control {
                out.push(rest.next().ok_or(CORRUPT)?);
            }
        } else {
            let mut length = control >> 5;
            if length == 7 {
                length += usize::from(rest.next().ok_or(CORRUPT)?);
            }
            let distance = ((control & 31) << 8) + usize::from(rest.next().ok_or(CORRUPT)?) + 1;
            let start = out.len().checked_sub(distance).ok_or(CORRUPT)?;
            for at in start..start + length + 2 {
                out.push(*out.get(at).ok_or(CORRUPT)?);
            }
        }
        if out.len() > limit {
            return Err(Failure::TooLong);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_references() {
        // Three literals, then six bytes from three back.
        assert_eq!(
            inflate(&[2, b'a', b'b', b'c', 4 << 5, 2], 64).unwrap(),
            b"abcabcabc"
        );
        assert!(inflate(&[2, b'a'], 64).is_err(), "cut short");
        assert!(inflate(&[1 << 5, 9], 64).is_err(), "before the first byte");
        let long = [2, b'a', b'b', b'c', 7 << 5, 255, 0];
        assert_eq!(inflate(&long, 64), Err(Failure::TooLong));
        assert_eq!(decode(&long, &[4, 0, 64], 1000), Err(Failure::TooLong));
    }
}
