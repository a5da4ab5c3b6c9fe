//! LZ4, filter 32004 (H5Zlz4.c): the length of the chunk (8 bytes), the length of a block (4 bytes), then for
//! each block its compressed length (4 bytes) and its bytes, all lengths with the most significant byte
//! first.
//!
//! A block whose compressed length equals its length is stored as it is. The last block is what remains.

use super::{Decoded, Failure, bytes, length_within};

pub(super) fn decode(data: &[u8], limit: usize) -> Decoded {
    let total = length_within(u64::from_be_bytes(bytes(data, 0)?), limit)?;
    let block = u32::from_be_bytes(bytes(data, 8)?) as usize;
    let mut out = vec![0; total];
    if total == 0 {
        return Ok(out);
    }
    if block == 0 {
        return Err(Failure::Corrupt("the size of a block is 0"));
    }
    let mut at = 12;
    for into in out.chunks_mut(block) {
        let length = u32::from_be_bytes(bytes(data, at)?) as usize;
        let end = (at + 4)
            .checked_add(length)
            .ok_or(Failure::Corrupt("a block without an end"))?;
        let stored = data
            .get(at + 4..end)
            .ok_or(Failure::Corrupt("the chunk is cut short"))?;
        at = end;
        if length == into.len() {
            into.copy_from_slice(stored);
        } else {
            block_into(stored, into)?;
        }
    }
    Ok(out)
}

/// Decodes one LZ4 block that fills `into` exactly.
pub(super) fn block_into(block: &[u8], into: &mut [u8]) -> Result<(), Failure> {
    match lz4_flex::block::decompress_into(block, into) {
        Ok(length) if length == into.len() => Ok(()),
        _ => Err(Failure::Corrupt("not a valid LZ4 block of the declared length")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encode(content: &[u8], block: usize) -> Vec<u8> {
        let mut out = (content.len() as u64).to_be_bytes().to_vec();
        out.extend((block as u32).to_be_bytes());
        for part in content.chunks(block.max(1)) {
            let packed = lz4_flex::block::compress(part);
            let stored = if packed.len() < part.len() { &packed } else { part };
            out.extend((stored.len() as u32).to_be_bytes());
            out.extend(stored);
        }
        out
    }

    proptest! {
        #[test]
        fn several_blocks_packed_and_stored(
            noise in prop::collection::vec(any::<u8>(), 0..200),
            zeros in 0usize..500,
            block in 1usize..200,
        ) {
            let content = [noise.clone(), vec![0; zeros], noise].concat();
            let stream = encode(&content, block);
            prop_assert_eq!(decode(&stream, content.len()).unwrap(), content.clone());
            for end in 0..stream.len() {
                prop_assert!(decode(&stream[..end], content.len()).is_err() || content.is_empty());
            }
        }
    }

    #[test]
    fn declared_lengths_are_checked_before_memory_is_taken() {
        let mut stream = encode(b"abc", 3);
        stream[..8].copy_from_slice(&u64::MAX.to_be_bytes());
        assert_eq!(decode(&stream, 1 << 20), Err(Failure::TooLong));
        let none = [3u64.to_be_bytes().as_slice(), &[0; 4], &[0; 8]].concat();
        assert!(decode(&none, 1 << 20).is_err());
    }
}
