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
    use proptest::prelude::*;

    use super::*;

    /// Appends literals to the content and to its stream.
    fn literals(content: &mut Vec<u8>, stream: &mut Vec<u8>, bytes: &[u8]) {
        for run in bytes.chunks(32) {
            stream.push(run.len() as u8 - 1);
            stream.extend(run);
        }
        content.extend(bytes);
    }

    /// Appends a match, of at least three bytes, of what is `distance` bytes before.
    fn repeat(content: &mut Vec<u8>, stream: &mut Vec<u8>, length: usize, distance: usize) {
        for _ in 0..length {
            content.push(content[content.len() - distance]);
        }
        let (code, back) = (length - 2, distance - 1);
        stream.push((code.min(7) << 5 | back.min(FAR) >> 8) as u8);
        if code >= 7 {
            stream.extend(std::iter::repeat_n(255, (code - 7) / 255));
            stream.push(((code - 7) % 255) as u8);
        }
        stream.push(back.min(FAR) as u8);
        if back >= FAR {
            stream.extend([((back - FAR) >> 8) as u8, (back - FAR) as u8]);
        }
    }

    proptest! {
        #[test]
        fn streams_of_literals_and_matches(
            before in prop::sample::select(vec![1usize, 40, 8200, 20_000]),
            parts in prop::collection::vec(
                (prop::collection::vec(any::<u8>(), 0..70), 3usize..600, any::<prop::sample::Index>()), 0..6,
            ),
        ) {
            let (mut content, mut stream) = (Vec::new(), Vec::new());
            let noise: Vec<u8> = (0..before).map(|at| (at * at / 7 + at / 256) as u8).collect();
            literals(&mut content, &mut stream, &noise);
            for (bytes, length, distance) in parts {
                literals(&mut content, &mut stream, &bytes);
                let distance = 1 + distance.index(content.len());
                repeat(&mut content, &mut stream, length, distance);
            }
            prop_assert!(decode(&stream, content.len()).unwrap() == content);
            prop_assert_eq!(decode(&stream, content.len() - 1), None);
            prop_assert_eq!(decode(&stream, content.len() + 1), None);
        }
    }

    #[test]
    fn distances_at_the_border_of_the_short_ones() {
        for distance in [8190, 8191, 8192, 8193, 8447, 8448, 8449] {
            let (mut content, mut stream) = (Vec::new(), Vec::new());
            let noise: Vec<u8> = (0..9000usize).map(|at| (at * at / 7 + at / 256) as u8).collect();
            literals(&mut content, &mut stream, &noise);
            repeat(&mut content, &mut stream, 300, distance);
            assert!(decode(&stream, content.len()).unwrap() == content, "{distance}");
        }
    }

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
