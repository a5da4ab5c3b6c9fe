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
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn streams_of_literals_and_references(
            before in prop::sample::select(vec![1usize, 40, 9000]),
            parts in prop::collection::vec(
                (prop::collection::vec(any::<u8>(), 0..70), 3usize..265, 0usize..8192), 0..6,
            ),
        ) {
            let (mut content, mut stream) = (Vec::new(), Vec::new());
            let noise: Vec<u8> = (0..before).map(|at| (at * at / 7 + at / 256) as u8).collect();
            for (literals, length, back) in std::iter::once((noise, 3, 0)).chain(parts) {
                for run in literals.chunks(32) {
                    stream.push(run.len() as u8 - 1);
                    stream.extend(run);
                }
                content.extend(literals);
                let (code, back) = (length - 2, back % content.len().min(8192));
                stream.push((code.min(7) << 5 | back >> 8) as u8);
                stream.extend((code >= 7).then(|| (code - 7) as u8));
                stream.push(back as u8);
                for _ in 0..length {
                    content.push(content[content.len() - 1 - back]);
                }
            }
            let chunk = content.len() as u32;
            prop_assert!(decode(&stream, &[4, 0, chunk], 1 << 20).unwrap() == content);
            prop_assert!(decode(&stream, &[], content.len()).unwrap() == content);
            prop_assert_eq!(decode(&stream, &[4, 0, chunk - 1], 1 << 20), Err(Failure::TooLong));
            prop_assert_eq!(decode(&stream, &[4, 0, chunk], content.len() - 1), Err(Failure::TooLong));
        }
    }

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
