//! The shuffle filter, number 2: byte 0 of every element, then byte 1 of every element, and so on. Bytes behind the
//! last whole element follow as they are.

/// Restores the elements, of `element` bytes each, from shuffled bytes.
pub(super) fn decode(shuffled: &[u8], element: usize) -> Vec<u8> {
    let mut out = vec![0; shuffled.len()];
    unshuffle(shuffled, &mut out, element);
    out
}

/// Restores the elements into a buffer of the same length.
///
/// # Panics
/// If the lengths differ.
pub(crate) fn unshuffle(shuffled: &[u8], out: &mut [u8], element: usize) {
    if element <= 1 {
        return out.copy_from_slice(shuffled);
    }
    let whole = shuffled.len() / element * element;
    out[whole..].copy_from_slice(&shuffled[whole..]);
    let (shuffled, out) = (&shuffled[..whole], &mut out[..whole]);
    match element {
        _ if whole == 0 => {}
        2 => by_tiles::<2>(shuffled, out),
        4 => by_tiles::<4>(shuffled, out),
        8 => by_tiles::<8>(shuffled, out),
        _ => {
            let elements = whole / element;
            for (byte, plane) in shuffled.chunks_exact(elements).enumerate() {
                spread(plane, out, element, byte);
            }
        }
    }
}

/// Writes one byte of each element.
fn spread(plane: &[u8], out: &mut [u8], element: usize, byte: usize) {
    for (element, value) in out.chunks_exact_mut(element).zip(plane) {
        element[byte] = *value;
    }
}

/// Bytes of a tile: a matrix of 8 × 8 bytes.
const TILE: usize = 64;

/// Elements of `N` bytes, 2, 4 or 8, of which a tile has 64 / N.
///
/// Row `r` of a tile is eight bytes of plane `r % N`, of the elements from `r / N × 8` on. Column `c` of the tile is then
/// element `c`, followed by element `8 + c`, and so on.
fn by_tiles<const N: usize>(shuffled: &[u8], out: &mut [u8]) {
    let elements = shuffled.len() / N;
    let in_tiles = elements / (TILE / N) * (TILE / N);
    let (tiles, rest) = out.split_at_mut(in_tiles * N);
    for (tile, out) in tiles.chunks_exact_mut(TILE).enumerate() {
        let first = tile * (TILE / N);
        let rows: [u64; 8] = std::array::from_fn(|row| {
            let at = row % N * elements + first + row / N * 8;
            shuffled[at..]
                .first_chunk()
                .map_or(0, |bytes| u64::from_le_bytes(*bytes))
        });
        for (column, bytes) in transposed(rows).into_iter().enumerate() {
            let bytes = bytes.to_le_bytes();
            for (group, element) in bytes.chunks_exact(N).enumerate() {
                let at = (group * 8 + column) * N;
                out[at..at + N].copy_from_slice(element);
            }
        }
    }
    for (byte, plane) in shuffled.chunks_exact(elements).enumerate() {
        spread(&plane[in_tiles..], rest, N, byte);
    }
}

/// The transpose of a matrix of 8 × 8 bytes, a row in each number with the first column in the lowest byte: blocks of
/// 4 × 4, then of 2 × 2, then single bytes change places (Warren, Hacker's Delight, 7-3).
#[inline]
fn transposed(mut rows: [u64; 8]) -> [u64; 8] {
    for (step, mask) in [
        (4, 0x0000_0000_FFFF_FFFF),
        (2, 0x0000_FFFF_0000_FFFF),
        (1, 0x00FF_00FF_00FF_00FF),
    ] {
        for row in (0..8).filter(|row| row & step == 0) {
            let shift = 8 * step;
            let swapped = ((rows[row] >> shift) ^ rows[row + step]) & mask;
            rows[row + step] ^= swapped;
            rows[row] ^= swapped << shift;
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn elements_are_restored(content in prop::collection::vec(any::<u8>(), 0..700), element in 0usize..20) {
            let width = element.max(1);
            let (whole, rest) = content.split_at(content.len() / width * width);
            let planes = (0..width).flat_map(|byte| whole.iter().skip(byte).step_by(width));
            let shuffled: Vec<u8> = planes.chain(rest).copied().collect();
            prop_assert_eq!(decode(&shuffled, element), content);
        }
    }
}
