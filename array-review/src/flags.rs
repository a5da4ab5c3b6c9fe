//! Flags beside values.

use std::collections::HashMap;

use array_file::Type;

use crate::decode::numbers;
use crate::texts::trimmed;

/// Flags of a block as the keys that statistics are split by: a digit, a character, or a number.
#[derive(Debug)]
pub(crate) struct FlagKeys {
    keys: Vec<Vec<u8>>,
    /// By value, where its key is; [`MOST`] for one that is not told apart.
    at: Vec<u16>,
}

/// Most different flags of a block that are told apart.
const MOST: u16 = 1000;
/// The key of all others; statistics keep far fewer, and call the rest so.
const OTHER: &[u8] = b"(other)";

impl FlagKeys {
    /// The flags in `bytes`. A blank character is the flag of nothing, and is written as such.
    pub(crate) fn new(of: &Type, bytes: &[u8]) -> Self {
        let size = of.size().unwrap_or(1).max(1);
        let mut keys = Vec::new();
        let mut add = |raw: &[u8]| {
            let next = (keys.len() as u16).min(MOST);
            if next < MOST {
                keys.push(key(of, raw));
            }
            next
        };
        let at = if size == 1 {
            let mut known = [None; 256];
            let one = |byte: &u8| *known[usize::from(*byte)].get_or_insert_with(|| add(&[*byte]));
            bytes.iter().map(one).collect()
        } else {
            let mut known: HashMap<&[u8], u16> = HashMap::new();
            let one = |raw| match known.get(raw) {
                Some(at) => *at,
                None => {
                    let at = add(raw);
                    if at < MOST {
                        known.insert(raw, at);
                    }
                    at
                }
            };
            bytes.chunks_exact(size).map(one).collect()
        };
        FlagKeys { keys, at }
    }

    /// The flag of the value at `at` of the block.
    pub(crate) fn get(&self, at: usize) -> Option<&[u8]> {
        let key = self.keys.get(usize::from(*self.at.get(at)?));
        Some(key.map_or(OTHER, Vec::as_slice))
    }

    /// Whether two values of the block have the same flag.
    pub(crate) fn is_same(&self, one: usize, other: usize) -> bool {
        self.at.get(one) == self.at.get(other)
    }
}

fn key(of: &Type, bytes: &[u8]) -> Vec<u8> {
    match of {
        Type::Char | Type::Text { .. } => trimmed(bytes).trim_ascii_start().to_vec(),
        _ => numbers(of, bytes)
            .first()
            .map_or_else(Vec::new, |value| value.to_string().into_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use array_file::Order;

    use super::*;

    #[test]
    fn flags_are_told_apart_up_to_the_limit() {
        let of = Type::Integer {
            size: 4,
            signed: true,
            order: Order::Little,
        };
        let values: Vec<i32> = (0..2000).chain([7, 1999]).collect();
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let flags = FlagKeys::new(&of, &bytes);
        for (at, value) in values.iter().enumerate() {
            let name = value.to_string();
            let expected = if *value < 1000 { name.as_bytes() } else { OTHER };
            assert_eq!(flags.get(at), Some(expected), "{value}");
        }
        assert_eq!(flags.get(values.len()), None);
    }

    #[test]
    fn flags_of_one_byte_and_texts_are_trimmed() {
        let flags = FlagKeys::new(&Type::Char, b"1 41");
        let keys: Vec<_> = (0..4).map(|at| flags.get(at)).collect();
        assert_eq!(keys, [b"1".as_slice(), b"", b"4", b"1"].map(Some));
        let flags = FlagKeys::new(&Type::Text { length: 3 }, b" 1\0 4 1\0x");
        let keys: Vec<_> = (0..3).map(|at| flags.get(at)).collect();
        assert_eq!(keys, [b"1".as_slice(), b"4", b"1"].map(Some));
    }
}
