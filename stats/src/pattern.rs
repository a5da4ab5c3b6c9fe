//! Bit patterns in the order of the values, and their prefixes.

/// The pattern of the greatest finite number.
const GREATEST: i64 = f64::MAX.to_bits() as i64;

/// The pattern of a finite number: an integer in the order of the numbers; 0 for both zeros.
///
/// It is the magnitude's bits with the number's sign, so that a pattern and its negative have the same trailing zeros.
pub(crate) fn of(value: f64) -> i64 {
    of_bits(value.to_bits())
}

/// The same of the number with these bits.
#[inline]
pub(crate) fn of_bits(bits: u64) -> i64 {
    let (magnitude, sign) = ((bits & !(1 << 63)) as i64, bits as i64 >> 63);
    (magnitude ^ sign) - sign
}

/// Whether the bits are those of a finite number other than zero.
#[inline]
pub(crate) fn are_of_table(bits: u64) -> bool {
    const INFINITE: u64 = f64::INFINITY.to_bits();
    (bits & !(1 << 63)).wrapping_sub(1) < INFINITE - 1
}

/// The number of a pattern; a pattern beyond those of the finite numbers stands for the greatest one of its sign.
pub(crate) fn number(pattern: i64) -> f64 {
    let pattern = pattern.clamp(-GREATEST, GREATEST);
    let magnitude = f64::from_bits(pattern.unsigned_abs());
    if pattern < 0 { -magnitude } else { magnitude }
}

/// Whether a pattern is that of a finite number other than zero.
pub(crate) fn is_finite_non_zero(pattern: i64) -> bool {
    pattern != 0 && (-GREATEST..=GREATEST).contains(&pattern)
}

/// Least and greatest pattern that have the prefix `key` under `shift`; zero, which is counted elsewhere, left out.
pub(crate) fn range(key: i64, shift: u8) -> (i64, i64) {
    let low = key << shift;
    let high = low | !(-1i64 << shift);
    match (low, high) {
        (0, 0) => (0, 0),
        (0, high) => (1, high),
        range => range,
    }
}

/// The least shift under which at most `limit` prefixes differ. `keys` are sorted, and `limit` is at least 2.
pub(crate) fn least_shift(keys: &[(i64, u64)], limit: usize) -> u8 {
    // Two neighbours differ under every shift up to the highest bit in which they differ.
    let mut differ_up_to = [0usize; 64];
    for pair in keys.windows(2) {
        let different = pair[0].0 ^ pair[1].0;
        if different != 0 {
            differ_up_to[63 - different.leading_zeros() as usize] += 1;
        }
    }
    let mut distinct = 1;
    for shift in (0..64).rev() {
        distinct += differ_up_to[shift];
        if distinct > limit {
            return shift as u8 + 1;
        }
    }
    0
}

/// Sorted keys without their last bits, `more` in number, with the sums of their counts.
pub(crate) fn cut(keys: &[(i64, u64)], more: u8) -> impl Iterator<Item = (i64, u64)> {
    keys.chunk_by(move |one, other| one.0 >> more == other.0 >> more)
        .map(move |equal| {
            let count = equal
                .iter()
                .fold(0u64, |sum, (_, count)| sum.saturating_add(*count));
            (equal[0].0 >> more, count)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_in_the_order_of_the_numbers() {
        let numbers = [f64::MIN, -1.5, -1.0, -5e-324, 0.0, 5e-324, 1.0, 1.5, f64::MAX];
        for pair in numbers.windows(2) {
            assert!(of(pair[0]) < of(pair[1]), "{pair:?}");
        }
        for value in numbers {
            assert_eq!(number(of(value)), value);
        }
        assert_eq!(of(-0.0), of(0.0));
        for odd in [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -f64::NAN] {
            assert!(!are_of_table(odd.to_bits()), "{odd}");
        }
        for number in [f64::MIN, f64::MAX, 5e-324, -5e-324, f64::MIN_POSITIVE, 1.0] {
            assert!(are_of_table(number.to_bits()), "{number}");
        }
        assert_eq!(number(i64::MAX), f64::MAX);
    }

    #[test]
    fn the_least_shift_leaves_at_most_the_limit() {
        let keys: Vec<(i64, u64)> = (-20..20).map(|key| (key, 1)).collect();
        for limit in 2..50 {
            let shift = least_shift(&keys, limit);
            let distinct = |shift: u8| {
                let mut keys: Vec<i64> = keys.iter().map(|(key, _)| key >> shift).collect();
                keys.dedup();
                keys.len()
            };
            assert!(distinct(shift) <= limit, "{limit}");
            assert!(shift == 0 || distinct(shift - 1) > limit, "{limit}");
        }
    }

    #[test]
    fn a_range_holds_the_patterns_with_its_prefix() {
        for (key, shift) in [(0, 4), (-1, 4), (7, 0), (-3, 2)] {
            let (low, high) = range(key, shift);
            assert_eq!((low >> shift, high >> shift), (key, key));
        }
        assert_eq!(range(0, 4), (1, 15));
        assert_eq!(range(-1, 4), (-16, -1));
    }
}
