//! Flags beside values.

use array_file::Type;

use crate::decode::numbers;

/// Flags of a block as the keys that statistics are split by: a digit, a character, or a number.
#[derive(Debug)]
pub struct FlagKeys {
    keys: Vec<Vec<u8>>,
    /// By byte, where a flag is one.
    at: Vec<u16>,
}

/// Most different flags of a block that are told apart.
const MOST: usize = 1000;

impl FlagKeys {
    /// The flags in `bytes`. A blank character is the flag of nothing, and is written as such.
    pub fn new(of: &Type, bytes: &[u8]) -> Self {
        let mut flags = FlagKeys {
            keys: Vec::new(),
            at: Vec::with_capacity(bytes.len()),
        };
        if of.size() == Some(1) {
            let mut known = [u16::MAX; 256];
            for byte in bytes {
                let at = &mut known[usize::from(*byte)];
                if *at == u16::MAX {
                    *at = flags.keys.len() as u16;
                    flags.keys.push(key(of, &[*byte]));
                }
                flags.at.push(*at);
            }
        } else {
            for value in bytes.chunks_exact(of.size().unwrap_or(1).max(1)) {
                let key = key(of, value);
                let at = flags
                    .keys
                    .iter()
                    .position(|held| *held == key)
                    .unwrap_or_else(|| {
                        flags.keys.push(key);
                        flags.keys.len() - 1
                    });
                flags.at.push(at.min(MOST) as u16);
            }
        }
        flags
    }

    /// The flag of the value at `at` of the block.
    pub fn get(&self, at: usize) -> Option<&[u8]> {
        self.at.get(at).map(|key| self.keys[usize::from(*key)].as_slice())
    }
}

fn key(of: &Type, bytes: &[u8]) -> Vec<u8> {
    match of {
        Type::Char | Type::Text { .. } => {
            let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
            text.trim_ascii().to_vec()
        }
        _ => numbers(of, bytes)
            .first()
            .map_or_else(Vec::new, |value| value.to_string().into_bytes()),
    }
}
