//! Two kinds of hash: a fixed one that decides what a sample holds, and one seeded per process for tables in memory.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

const FIRST: u64 = 0xff51_afd7_ed55_8ccd;
const SECOND: u64 = 0xc4ce_b9fe_1a85_ec53;

/// The finaliser of MurmurHash3: the same on every target, and a bijection.
pub(crate) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 33)).wrapping_mul(FIRST);
    x = (x ^ (x >> 33)).wrapping_mul(SECOND);
    x ^ (x >> 33)
}

/// The inverse of [`mix`].
pub(crate) fn unmix(mut x: u64) -> u64 {
    x = (x ^ (x >> 33)).wrapping_mul(inverse(SECOND));
    x = (x ^ (x >> 33)).wrapping_mul(inverse(FIRST));
    x ^ (x >> 33)
}

/// The inverse of an odd number modulo 2^64, by Newton's iteration.
const fn inverse(odd: u64) -> u64 {
    let mut x = odd;
    let mut step = 0;
    while step < 6 {
        x = x.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(x)));
        step += 1;
    }
    x
}

/// The hash of an integer of 128 bits; several have the same.
pub(crate) fn mix_wide(value: i128) -> u64 {
    mix(mix(value as u64 ^ 0x9e37_79b9_7f4a_7c15) ^ (value >> 64) as u64)
}

/// A hash for tables in memory. Nobody outside the process can choose keys that collide, and no result depends on it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seed(u64, u64);

impl Seed {
    /// The seed of this process.
    pub(crate) fn get() -> Self {
        static SEED: OnceLock<Seed> = OnceLock::new();
        *SEED.get_or_init(|| {
            let state = RandomState::new();
            Seed(state.hash_one(1u8) | 1, state.hash_one(2u8) | 1)
        })
    }

    /// The high bits are the good ones.
    #[inline]
    pub(crate) fn hash(self, key: u64) -> u64 {
        let x = key.wrapping_mul(self.0);
        (x ^ (x >> 32)).wrapping_mul(self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bits_of_a_wide_integer_count() {
        let (one, other) = (1i128 << 64 | 5, 2i128 << 64 | 5);
        assert_ne!(mix_wide(one), mix_wide(other));
        assert_ne!(mix_wide(one), mix_wide(one + 1));
    }

    #[test]
    fn mixing_is_undone() {
        for x in [0, 1, 42, u64::MAX, 1 << 63, 0x0123_4567_89ab_cdef] {
            assert_eq!(unmix(mix(x)), x);
        }
    }
}
