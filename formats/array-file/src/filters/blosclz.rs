//! BloscLZ, the codec that Blosc takes where none is asked for: FastLZ with distances of up to 65,535 + 8,191
//! bytes.
//!
//! A control byte below 32 announces that many literals plus one. Any other holds the length of a match less
//! 2 in its upper three bits (7: bytes are added, the last one below 255) and the upper five bits of its
//! distance; the next byte is the rest. If that distance is 8,191, two more bytes are added to it. The first
//! control byte is always one of literals.

use super::Failure;

/// Distance that announces a longer one.
const FAR: usize = 8191;

/// Decodes a stream that fills `into` exactly.
pub(super) fn decode_into(data: &[u8], into: &mut [u8]) -> Result<(), Failure> {
    fill(data, into).ok_or(Failure::Corrupt(
        "not a valid blosclz stream of the declared length",
    ))
}

fn fill(data: &[u8], into: &mut [u8]) -> Option<()> {
    let mut rest = data.iter().copied();
    let mut at = 0;
    let mut control = usize::from(rest.next()? & 31);
    loop {
        if control < 32 {
            for slot in into.get_mut(at..=at + control)? {
                *slot = rest.next()?;
            }
            at += control + 1;
        } else {
            let mut length = (control >> 5) + 2;
            if control >> 5 == 7 {
                loop {
                    let more = usize::from(rest.next()?);
                    length += more;
                    if more < 255 {
                        break;
                    }
                }
            }
            let mut distance = ((control & 31) << 8) + usize::from(rest.next()?);
            if distance == FAR {
                distance += (usize::from(rest.next()?) << 8) + usize::from(rest.next()?);
            }
            let start = at.checked_sub(distance + 1)?;
            if at.checked_add(length)? > into.len() {
                return None;
            }
            // Byte by byte: a match may reach into what it writes.
            for step in 0..length {
                into[at + step] = into[start + step];
            }
            at += length;
        }
        match rest.next() {
            Some(next) => control = usize::from(next),
            None => return (at == into.len()).then_some(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(data: &[u8], length: usize) -> Option<Vec<u8>> {
        let mut out = vec![0; length];
        fill(data, &mut out).map(|()| out)
    }

    #[test]
    fn literals_matches_and_long_distances() {
        assert_eq!(decode(&[2, b'a', b'b', b'c'], 3).unwrap(), b"abc");
        // Five more of the three literals, then one literal.
        assert_eq!(
            decode(&[2, b'a', b'b', b'c', 3 << 5, 2, 0, b'x'], 9).unwrap(),
            b"abcabcabx"
        );
        let far = [
            [0x1F, 7].as_slice(),
            &[7; 31],
            &[0xFF, 255, 255, 0, 255, 0, 0, 0, b'x'],
        ]
        .concat();
        assert_eq!(decode(&far, 1000), None, "before the first byte");
        assert_eq!(decode(&[2, b'a', b'b'], 3), None, "cut short");
        assert_eq!(decode(&[2, b'a', b'b', b'c'], 2), None, "too long");
        assert_eq!(decode(&[2, b'a', b'b', b'c'], 4), None, "too short");
        assert_eq!(decode(&[], 0), None);
    }
}
