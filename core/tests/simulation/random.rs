//! Seeded random numbers that are the same on every machine.

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

pub(crate) struct Random(SplitMix64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        // Streams of neighbouring seeds overlap: the state of one is that of the other, one step later.
        Random(SplitMix64::seed_from_u64(
            seed.wrapping_mul(0xD134_2543_DE82_EF95),
        ))
    }

    /// A number from 0 to `n`, exclusive.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.0.next_u64() % n as u64) as usize
    }

    /// True with this probability.
    pub(crate) fn percent(&mut self, p: u64) -> bool {
        self.0.next_u64() % 100 < p
    }
}
