//! Blosc 1, filter 32001: a header of 16 bytes, the offset of each block, and blocks of one or several
//! compressed streams.
//!
//! | bytes | what (least significant byte first) |
//! |---|---|
//! | 0, 1 | version of the format, version of the codec |
//! | 2 | flags: 1 byte shuffle, 2 stored as it is, 4 bit shuffle, 16 blocks are not split; the upper three bits are the codec |
//! | 3 | bytes of an element |
//! | 4–15 | bytes of the content, of a block, of the whole |
//!
//! A block is split into as many streams as an element has bytes where the flag allows it, an element has at
//! most 16 bytes, a stream has at least 128, and the block is not a shorter last one (blosc.c of c-blosc
//! 1.21). A stream has its length (4 bytes) before it; one that is as long as its content is stored as it is.

use super::{
    Decoded, Failure, bitshuffle, blosclz, bytes, length_within, lz4, shuffle, zlib_exact, zstd_into,
};

const HEADER: usize = 16;
const BYTE_SHUFFLE: u8 = 1;
const STORED: u8 = 2;
const BIT_SHUFFLE: u8 = 4;
const NOT_SPLIT: u8 = 16;
/// Most streams of a block, and the least bytes of one.
const MOST_STREAMS: usize = 16;
const LEAST_STREAM: usize = 128;

struct Frame<'a> {
    data: &'a [u8],
    flags: u8,
    element: usize,
    /// Bytes of the streams that were decoded so far. Blocks share no streams, so a hostile chunk cannot repeat them.
    read: usize,
}

pub(super) fn decode(data: &[u8], limit: usize) -> Decoded {
    let [_, _, flags, element] = bytes(data, 0)?;
    let total = length_within(u64::from(u32::from_le_bytes(bytes(data, 4)?)), limit)?;
    let block = u32::from_le_bytes(bytes(data, 8)?) as usize;
    if flags & STORED != 0 {
        let stored = data.get(HEADER..).and_then(|rest| rest.get(..total));
        return stored
            .map(<[u8]>::to_vec)
            .ok_or(Failure::Corrupt("the chunk is cut short"));
    }
    let mut out = vec![0; total];
    if total == 0 {
        return Ok(out);
    }
    if block == 0 || element == 0 {
        return Err(Failure::Corrupt("the size of a block or an element is 0"));
    }
    let block = block.min(total);
    let mut frame = Frame {
        data,
        flags,
        element: usize::from(element),
        read: 0,
    };
    // Checked before memory is allocated: the offsets of all blocks must be in the chunk.
    if total.div_ceil(block) > data.len() / 4 {
        return Err(Failure::Corrupt("the chunk is cut short"));
    }
    let mut shuffled = vec![0; block];
    for (which, into) in out.chunks_mut(block).enumerate() {
        let offset = u32::from_le_bytes(bytes(data, HEADER + 4 * which)?) as usize;
        let shuffled = &mut shuffled[..into.len()];
        frame.streams(offset, shuffled, into.len() < block)?;
        frame.unshuffle(shuffled, into);
    }
    Ok(out)
}

impl Frame<'_> {
    /// Decodes the streams of one block, the first of which begins at `at`.
    fn streams(&mut self, mut at: usize, into: &mut [u8], is_short: bool) -> Result<(), Failure> {
        let is_split = self.flags & NOT_SPLIT == 0
            && self.element <= MOST_STREAMS
            && into.len() / self.element >= LEAST_STREAM
            && !is_short;
        let streams = if is_split { self.element } else { 1 };
        if !into.len().is_multiple_of(streams) {
            return Err(Failure::Corrupt("a block that cannot be split into its streams"));
        }
        let length = into.len() / streams;
        for into in into.chunks_exact_mut(length) {
            let stored = u32::from_le_bytes(bytes(self.data, at)?) as usize;
            let end = (at + 4).checked_add(stored);
            let stream = end
                .and_then(|end| self.data.get(at + 4..end))
                .ok_or(Failure::Corrupt("the chunk is cut short"))?;
            at += 4 + stored;
            self.read += stored;
            if self.read > self.data.len() {
                return Err(Failure::Corrupt("blocks that share their streams"));
            }
            if stored == length {
                into.copy_from_slice(stream);
            } else {
                self.stream(stream, into)?;
            }
        }
        Ok(())
    }

    fn stream(&self, stream: &[u8], into: &mut [u8]) -> Result<(), Failure> {
        match self.flags >> 5 {
            0 => blosclz::decode_into(stream, into),
            1 => lz4::block_into(stream, into),
            2 => Err(Failure::Unsupported("Snappy".to_owned())),
            3 => {
                into.copy_from_slice(&zlib_exact(stream, into.len())?);
                Ok(())
            }
            4 if zstd_into(stream, into)? == into.len() => Ok(()),
            4 => Err(Failure::Corrupt("a zstd stream is too short")),
            other => Err(Failure::Unsupported(format!("codec {other}"))),
        }
    }

    fn unshuffle(&self, shuffled: &[u8], out: &mut [u8]) {
        let elements = shuffled.len() / self.element;
        if self.flags & BYTE_SHUFFLE != 0 && self.element > 1 {
            shuffle::unshuffle(shuffled, out, self.element);
        } else if self.flags & BIT_SHUFFLE != 0 && elements.is_multiple_of(8) {
            let whole = elements * self.element;
            bitshuffle::unshuffle(&shuffled[..whole], &mut out[..whole], self.element);
            out[whole..].copy_from_slice(&shuffled[whole..]);
        } else {
            out.copy_from_slice(shuffled);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Shuffles bytes: those of equal place side by side.
    fn byte_shuffled(block: &[u8], element: usize) -> Vec<u8> {
        let (whole, rest) = block.split_at(block.len() / element * element);
        let columns = (0..element).flat_map(|byte| whole.iter().skip(byte).step_by(element).copied());
        columns.chain(rest.iter().copied()).collect()
    }

    fn packed(stream: &[u8], codec: u8) -> Vec<u8> {
        match codec {
            1 => lz4_flex::block::compress(stream),
            4 => ruzstd::encoding::compress_to_vec(stream, ruzstd::encoding::CompressionLevel::Fastest),
            // Literals only.
            _ => stream
                .chunks(32)
                .flat_map(|run| [&[run.len() as u8 - 1], run].concat())
                .collect(),
        }
    }

    fn encode(content: &[u8], element: usize, block: usize, flags: u8) -> Vec<u8> {
        // As Blosc chooses it: whole elements, where the content has one.
        let block = match content.len() / element * element {
            0 => content.len(),
            most => block.min(most),
        };
        let mut out = vec![2, 1, flags, element as u8];
        out.extend((content.len() as u32).to_le_bytes());
        out.extend((block as u32).to_le_bytes());
        out.extend([0; 4]);
        if flags & STORED != 0 {
            out.extend(content);
            return out;
        }
        let blocks = content.len().div_ceil(block);
        let mut offsets = Vec::new();
        let mut streams = Vec::new();
        for part in content.chunks(block) {
            let elements = part.len() / element;
            let shuffled = if flags & BYTE_SHUFFLE != 0 && element > 1 {
                byte_shuffled(part, element)
            } else if flags & BIT_SHUFFLE != 0 && elements.is_multiple_of(8) {
                let (whole, rest) = part.split_at(elements * element);
                [bitshuffle::tests::shuffle(whole, element).as_slice(), rest].concat()
            } else {
                part.to_vec()
            };
            let is_split = flags & NOT_SPLIT == 0
                && element <= MOST_STREAMS
                && part.len() / element >= LEAST_STREAM
                && part.len() == block;
            let number = if is_split { element } else { 1 };
            offsets.extend(((HEADER + 4 * blocks + streams.len()) as u32).to_le_bytes());
            for stream in shuffled.chunks(part.len() / number) {
                let packed = packed(stream, flags >> 5);
                let stored = if packed.len() < stream.len() {
                    &packed
                } else {
                    stream
                };
                // As long as its content would mean stored.
                streams.extend((stored.len() as u32).to_le_bytes());
                streams.extend(stored);
            }
        }
        out.extend(offsets);
        out.extend(streams);
        out
    }

    proptest! {
        #[test]
        fn codecs_shuffles_and_splits(
            seed in prop::collection::vec(any::<u8>(), 1..300),
            repeats in 1usize..8,
            element in 1usize..9,
            block_elements in 8usize..300,
            shuffle in prop::sample::select(vec![0, BYTE_SHUFFLE, BIT_SHUFFLE]),
            not_split in any::<bool>(),
            codec in prop::sample::select(vec![0u8, 1, 4]),
        ) {
            let content = seed.repeat(repeats);
            let flags = shuffle | codec << 5 | if not_split { NOT_SPLIT } else { 0 };
            let stream = encode(&content, element, block_elements * element, flags);
            prop_assert_eq!(decode(&stream, content.len()).unwrap(), content.clone());
            prop_assert_eq!(decode(&stream, content.len() - 1), Err(Failure::TooLong));
            for end in (0..stream.len()).step_by(5) {
                prop_assert!(decode(&stream[..end], content.len()).is_err());
            }
        }

        #[test]
        fn flipped_bits_end_in_an_answer(
            seed in prop::collection::vec(any::<u8>(), 1..200),
            codec in prop::sample::select(vec![0u8, 1, 4]),
            flips in prop::collection::vec((any::<prop::sample::Index>(), 0u8..8), 1..6),
        ) {
            let mut stream = encode(&seed.repeat(9), 4, 512, BYTE_SHUFFLE | codec << 5);
            for (at, bit) in flips {
                let at = at.index(stream.len());
                stream[at] ^= 1 << bit;
            }
            if let Ok(out) = decode(&stream, 4096) {
                prop_assert!(out.len() <= 4096);
            }
        }
    }

    #[test]
    fn declarations_that_contradict_the_chunk_are_rejected() {
        let whole = encode(&[7; 64], 4, 32, 1 << 5);
        let changed = |at: usize, value: u8| {
            let mut changed = whole.clone();
            changed[at] = value;
            decode(&changed, 1 << 20)
        };
        assert_eq!(decode(&whole, 64).unwrap(), [7; 64]);
        let corrupt = |why| Err(Failure::Corrupt(why));
        assert_eq!(changed(3, 0), corrupt("the size of a block or an element is 0"));
        assert_eq!(changed(8, 1), corrupt("the chunk is cut short"), "64 blocks");
        assert_eq!(
            changed(2, 5 << 5),
            Err(Failure::Unsupported("codec 5".to_owned()))
        );
        assert_eq!(changed(2, 3 << 5), corrupt("not a valid zlib stream"));
        // No content needs no blocks.
        assert_eq!(
            decode(&[2, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0], 0),
            Ok(Vec::new())
        );
        // A block of 129 streams of three bytes each is not a multiple of its elements of two bytes.
        let odd = [
            &[
                2, 1, 0, 2, 1, 2, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 24, 0, 0, 0, 24, 0, 0, 0,
            ],
            &[0; 20][..],
        ]
        .concat();
        assert_eq!(
            decode(&odd, 1 << 20),
            corrupt("a block that cannot be split into its streams")
        );
    }

    #[test]
    fn stored_chunks_and_invalid_headers() {
        assert_eq!(decode(&encode(b"abcdef", 2, 4, STORED), 6).unwrap(), b"abcdef");
        let mut snappy = encode(&[7; 64], 4, 32, 1 << 5);
        snappy[2] = 2 << 5;
        assert_eq!(
            decode(&snappy, 64),
            Err(Failure::Unsupported("Snappy".to_owned()))
        );
        let mut none = encode(&[7; 64], 4, 32, 1 << 5);
        none[8..12].fill(0);
        assert!(decode(&none, 64).is_err(), "the size of a block is 0");
    }

    #[test]
    fn blocks_that_share_a_stream_are_rejected() {
        let mut stream = encode(&[7; 4096], 1, 64, 1 << 5 | NOT_SPLIT);
        let first: [u8; 4] = stream[HEADER..HEADER + 4].try_into().unwrap();
        for block in 0..64 {
            stream[HEADER + 4 * block..HEADER + 4 * block + 4].copy_from_slice(&first);
        }
        // A stream as long as the chunk allows, which each block would decode once more.
        let at = u32::from_le_bytes(first) as usize;
        let rest = (stream.len() - at - 4) as u32;
        stream[at..at + 4].copy_from_slice(&rest.to_le_bytes());
        assert!(decode(&stream, 4096).is_err());
    }
}
