//! The decoders of HDF5 filters: whatever the bytes, an answer that is no longer than the limit.
#![no_main]

use array_file::filters::decode;
use libfuzzer_sys::fuzz_target;

/// Numbers of the filters that are decoded.
const FILTERS: [u16; 10] = [1, 4, 5, 6, 307, 32000, 32001, 32004, 32008, 32015];
/// Bytes before the chunk: filter, bytes of an element, and six parameters of two bytes.
const HEAD: usize = 14;
const LIMIT: usize = 1 << 16;

fuzz_target!(|bytes: &[u8]| {
    let Some((head, data)) = bytes.split_at_checked(HEAD) else { return };
    let filter = FILTERS[usize::from(head[0]) % FILTERS.len()];
    let element = usize::from(head[1] % 33);
    let parameters: Vec<u32> = head[2..]
        .chunks_exact(2)
        .map(|pair| u32::from(u16::from_le_bytes([pair[0], pair[1]])))
        .collect();
    if let Ok(out) = decode(filter, &parameters, data, element, LIMIT) {
        assert!(out.len() <= LIMIT, "filter {filter} gives {} bytes", out.len());
    }
});
