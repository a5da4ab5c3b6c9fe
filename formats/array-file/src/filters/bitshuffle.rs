//! Bitshuffle, filter 32008 (bshuf_h5filter.c): the bits of equal significance of a block's elements side by
//! side, then as an option each block compressed with LZ4 or zstd.
//!
//! Compressed, a chunk begins with its length (8 bytes) and the length of a block (4 bytes); each block has
//! its compressed length (4 bytes) before it, most significant byte first. The last block has as many
//! elements as are left, in eights; up to seven elements follow as they are.

use super::{Decoded, Failure, bytes, length_within, lz4, zstd_into};

/// Bytes of a block where the parameters name no size, and the least elements of one.
const BLOCK_BYTES: usize = 8192;
const LEAST_ELEMENTS: usize = 128;

#[derive(Clone, Copy)]
enum Codec {
    Lz4,
    Zstd,
}

/// `parameters`: two of the version, bytes of an element, elements of a block (0: by default), codec (0 none,
/// 2 LZ4, 3 zstd).
pub(super) fn decode(data: &[u8], parameters: &[u32], element: usize, limit: usize) -> Decoded {
    let parameter = |at: usize| parameters.get(at).map(|value| *value as usize);
    let element = parameter(2).filter(|size| *size > 0).unwrap_or(element);
    if element == 0 {
        return Err(Failure::Corrupt("the size of an element is 0"));
    }
    let codec = match parameter(4).unwrap_or(0) {
        0 => None,
        2 => Some(Codec::Lz4),
        3 => Some(Codec::Zstd),
        other => return Err(Failure::Unsupported(format!("codec {other}"))),
    };
    let Some(codec) = codec else {
        length_within(data.len() as u64, limit)?;
        let block = match parameter(3).unwrap_or(0) {
            0 => ((BLOCK_BYTES / element) / 8 * 8).max(LEAST_ELEMENTS),
            elements => elements,
        };
        return plain(data, element, block);
    };
    let total = length_within(u64::from_be_bytes(bytes(data, 0)?), limit)?;
    let block = u32::from_be_bytes(bytes(data, 8)?) as usize / element;
    packed(data, total, element, block, codec)
}

fn check_block(block: usize) -> Result<(), Failure> {
    if block == 0 || !block.is_multiple_of(8) {
        return Err(Failure::Corrupt(
            "the number of elements of a block is not a multiple of eight",
        ));
    }
    Ok(())
}

/// Number of elements of each block, of `elements` in all. A rest of less than eight elements is in no block.
fn blocks(elements: usize, block: usize) -> impl Iterator<Item = usize> {
    let last = elements % block / 8 * 8;
    std::iter::repeat_n(block, elements / block).chain((last > 0).then_some(last))
}

fn plain(data: &[u8], element: usize, block: usize) -> Decoded {
    check_block(block)?;
    let mut out = data.to_vec();
    let mut at = 0;
    for elements in blocks(data.len() / element, block) {
        let end = at + elements * element;
        unshuffle(&data[at..end], &mut out[at..end], element);
        at = end;
    }
    Ok(out)
}

fn packed(data: &[u8], total: usize, element: usize, block: usize, codec: Codec) -> Decoded {
    check_block(block)?;
    let mut out = vec![0; total];
    let mut shuffled = vec![0; block.saturating_mul(element).min(total)];
    let (mut from, mut at) = (12, 0);
    const CUT: Failure = Failure::Corrupt("the chunk is cut short");
    for elements in blocks(total / element, block) {
        let length = u32::from_be_bytes(bytes(data, from)?) as usize;
        let end = (from + 4).checked_add(length).ok_or(CUT)?;
        let stored = data.get(from + 4..end).ok_or(CUT)?;
        from = end;
        let size = elements * element;
        let into = &mut shuffled[..size];
        match codec {
            Codec::Lz4 => lz4::block_into(stored, into)?,
            Codec::Zstd if zstd_into(stored, into)? == size => {}
            Codec::Zstd => return Err(Failure::Corrupt("a block is too short")),
        }
        unshuffle(into, &mut out[at..at + size], element);
        at += size;
    }
    let rest = &mut out[at..];
    rest.copy_from_slice(data.get(from..from + rest.len()).ok_or(CUT)?);
    Ok(out)
}

/// Restores the elements of a block from its shuffled bits. The number of elements is a multiple of eight.
///
/// Row `8 × byte + bit` of the shuffled block has that bit of every element, the first element in the lowest bit.
pub(super) fn unshuffle(shuffled: &[u8], out: &mut [u8], element: usize) {
    let row = shuffled.len() / element / 8;
    for byte in 0..element {
        for eight in 0..row {
            let mut rows = [0; 8];
            for (bit, value) in rows.iter_mut().enumerate() {
                *value = shuffled[(byte * 8 + bit) * row + eight];
            }
            let columns = transposed(u64::from_le_bytes(rows)).to_le_bytes();
            for (step, value) in columns.into_iter().enumerate() {
                out[(eight * 8 + step) * element + byte] = value;
            }
        }
    }
}

/// The transpose of a matrix of 8 × 8 bits (Warren, Hacker's Delight, 7-3).
fn transposed(mut bits: u64) -> u64 {
    for (shift, mask) in [
        (7, 0x00AA_00AA_00AA_00AA),
        (14, 0x0000_CCCC_0000_CCCC),
        (28, 0x0000_0000_F0F0_F0F0),
    ] {
        let swapped = (bits ^ (bits >> shift)) & mask;
        bits ^= swapped ^ (swapped << shift);
    }
    bits
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The opposite of [`unshuffle`], bit by bit.
    pub(in crate::filters) fn shuffle(block: &[u8], element: usize) -> Vec<u8> {
        let row = block.len() / element / 8;
        let mut out = vec![0; block.len()];
        for (at, value) in block.iter().enumerate() {
            let (which, byte) = (at / element, at % element);
            for bit in 0..8 {
                out[(byte * 8 + bit) * row + which / 8] |= (value >> bit & 1) << (which % 8);
            }
        }
        out
    }

    fn encode(content: &[u8], element: usize, block: usize, codec: u32) -> Vec<u8> {
        let mut out = Vec::new();
        if codec != 0 {
            out.extend((content.len() as u64).to_be_bytes());
            out.extend(((block * element) as u32).to_be_bytes());
        }
        let mut at = 0;
        for elements in blocks(content.len() / element, block) {
            let end = at + elements * element;
            let shuffled = shuffle(&content[at..end], element);
            let stored = match codec {
                2 => lz4_flex::block::compress(&shuffled),
                3 => ruzstd::encoding::compress_to_vec(
                    shuffled.as_slice(),
                    ruzstd::encoding::CompressionLevel::Fastest,
                ),
                _ => shuffled,
            };
            if codec != 0 {
                out.extend((stored.len() as u32).to_be_bytes());
            }
            out.extend(stored);
            at = end;
        }
        out.extend(&content[at..]);
        out
    }

    proptest! {
        #[test]
        fn every_codec_gives_the_content_back(
            content in prop::collection::vec(any::<u8>(), 0..600),
            element in 1usize..9,
            eights in 1usize..5,
            codec in prop::sample::select(vec![0u32, 2, 3]),
        ) {
            let block = eights * 8;
            // A chunk is made of whole elements.
            let content = &content[..content.len() / element * element];
            let stream = encode(content, element, block, codec);
            let parameters = [0, 4, element as u32, block as u32, codec];
            prop_assert_eq!(decode(&stream, &parameters, element, content.len()).unwrap(), content);
            for end in 0..stream.len() {
                let cut = decode(&stream[..end], &parameters, element, content.len());
                prop_assert!(cut.is_err() || cut.unwrap() != content);
            }
        }
    }

    #[test]
    fn a_block_has_8_kib_if_no_size_is_named() {
        for (element, block) in [(1, 8192), (2, 4096), (3, 2728), (8, 1024), (100, 128)] {
            let content: Vec<u8> = (0..element * block * 2 + element * 9)
                .map(|at| (at * 7 + at / 251) as u8)
                .collect();
            let stream = encode(&content, element, block, 0);
            for parameters in [&[0, 4, element as u32, 0, 0][..], &[0, 4, element as u32], &[]] {
                assert!(
                    decode(&stream, parameters, element, content.len()).unwrap() == content,
                    "{element}"
                );
            }
            assert_eq!(
                decode(&stream, &[], element, content.len() - 1),
                Err(Failure::TooLong)
            );
        }
    }

    #[test]
    fn invalid_declarations_are_rejected() {
        let declared = |total: u64, block: u32| [&total.to_be_bytes()[..], &block.to_be_bytes()].concat();
        let lz4 = [0, 4, 4, 0, 2];
        assert_eq!(
            decode(&declared(1 << 40, 64), &lz4, 4, 100),
            Err(Failure::TooLong)
        );
        assert!(
            decode(&declared(64, 12), &lz4, 4, 100).is_err(),
            "blocks of three elements"
        );
        assert!(
            decode(&declared(64, 0), &lz4, 4, 100).is_err(),
            "a block of 0 elements"
        );
        assert!(decode(b"", &[], 0, 100).is_err(), "the size of an element is 0");
        let unknown = decode(b"", &[0, 4, 4, 0, 9], 4, 100);
        assert_eq!(unknown, Err(Failure::Unsupported("codec 9".to_owned())));
    }
}
