//! Random numbers that are the same on every machine: the generator SplitMix64, seeded.

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// A stream of pseudo-random numbers: the same seed gives the same stream on every machine.
#[derive(Debug, Clone)]
pub struct Random(SplitMix64);

impl Random {
    /// The stream of a seed, from its beginning.
    pub fn new(seed: u64) -> Self {
        Random(SplitMix64::seed_from_u64(seed))
    }

    /// The next number, uniform over all 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A uniform number from 0 to `end`, exclusive.
    ///
    /// # Panics
    /// If `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.draw() % end as u64) as usize
    }

    /// A uniform number from 0 to 1, exclusive.
    pub fn unit(&mut self) -> f64 {
        (self.draw() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Noise around 0, mostly within `width`. It consists only of sums, because `exp` differs between mathematical
    /// libraries.
    pub fn noise(&mut self, width: f64) -> f64 {
        let sum: f64 = (0..4).map(|_| self.unit() - 0.5).sum();
        sum * width
    }

    /// True with the probability `share`.
    pub fn happens(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// Shuffles items (Fisher and Yates); every order is equally likely.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Committed test files depend on the stream. The first numbers of the seed 0 are those of the reference implementation.
    #[test]
    fn the_stream_is_splitmix64() {
        let mut random = Random::new(0);
        assert_eq!(random.draw(), 0xE220_A839_7B1D_CDAF);
        assert_eq!(random.draw(), 0x6E78_9E6A_A1B9_65F4);
    }
}
