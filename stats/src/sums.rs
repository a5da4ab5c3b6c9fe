//! Exact sums of the values and of their squares; mean and standard deviation are rounded once.

use num_bigint::{BigInt, BigUint, Sign};

use crate::code::{Problem, Reader, Writer};

/// Most bytes of an encoded sum: squares span 4,196 bits, to which 64 bits of a count are added, and a few for those of
/// integers beyond the range of 64 bits.
const MOST_BYTES: u64 = 600;
/// Exponents of the last bit that a sum of numbers or of squares may have.
const EXPONENTS: std::ops::RangeInclusive<i32> = -2148..=4200;

/// `mantissa · 2^exponent`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Big {
    mantissa: BigInt,
    exponent: i32,
}

impl Big {
    fn new(mantissa: BigInt, exponent: i32) -> Self {
        Big { mantissa, exponent }
    }

    fn add(&mut self, mantissa: BigInt, exponent: i32) {
        if mantissa.sign() == Sign::NoSign {
            return;
        }
        if self.mantissa.sign() == Sign::NoSign {
            *self = Big::new(mantissa, exponent);
        } else if exponent >= self.exponent {
            self.mantissa += mantissa << (exponent - self.exponent);
        } else {
            self.mantissa <<= self.exponent - exponent;
            self.mantissa += mantissa;
            self.exponent = exponent;
        }
    }

    /// The same number with an odd mantissa, or zero.
    fn normal(mut self) -> Self {
        match self.mantissa.trailing_zeros() {
            None => Big::default(),
            Some(zeros) => {
                self.mantissa >>= zeros;
                self.exponent += zeros as i32;
                self
            }
        }
    }

    fn write(&self, out: &mut Writer) {
        let (sign, bytes) = self.mantissa.to_bytes_le();
        if sign == Sign::NoSign {
            out.number(0);
            return;
        }
        out.number(bytes.len() as u64 * 2 + u64::from(sign == Sign::Minus));
        out.signed(i64::from(self.exponent));
        out.bytes(&bytes);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Problem> {
        let head = reader.number()?;
        if head == 0 {
            return Ok(Big::default());
        }
        let exponent = i32::try_from(reader.signed()?).unwrap_or(i32::MAX);
        if head / 2 > MOST_BYTES || !EXPONENTS.contains(&exponent) {
            return Err(Problem::Sum);
        }
        let bytes = reader.bytes(head / 2)?;
        let sign = if head % 2 == 1 { Sign::Minus } else { Sign::Plus };
        let big = Big::new(BigInt::from_bytes_le(sign, bytes), exponent);
        let is_normal = bytes.last().is_some_and(|byte| *byte != 0) && bytes[0] % 2 == 1;
        is_normal.then_some(big).ok_or(Problem::Sum)
    }
}

/// Sums of the mantissas of all numbers of one exponent, and of their squares, which have 106 bits: 64 bits of a count cannot
/// overflow them.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    sum: i128,
    /// The low 128 bits.
    squares: u128,
    /// The bits above.
    carry: u64,
}

impl Cell {
    #[inline]
    fn add(&mut self, mantissa: u64, is_negative: bool) {
        let square = u128::from(mantissa) * u128::from(mantissa);
        let mantissa = mantissa as i64;
        self.sum += i128::from(if is_negative { -mantissa } else { mantissa });
        self.add_square(square);
    }

    fn add_many(&mut self, mantissa: u64, is_negative: bool, count: u64) {
        let part = |bits: u128| u128::from(bits as u64) * u128::from(count);
        let sum = part(u128::from(mantissa)) as i128;
        self.sum += if is_negative { -sum } else { sum };
        let square = u128::from(mantissa) * u128::from(mantissa);
        let high = part(square >> 64);
        self.add_square(part(square));
        self.add_square(high << 64);
        self.carry = self.carry.wrapping_add((high >> 64) as u64);
    }

    #[inline]
    fn add_square(&mut self, square: u128) {
        let (sum, is_over) = self.squares.overflowing_add(square);
        self.squares = sum;
        self.carry = self.carry.wrapping_add(u64::from(is_over));
    }
}

/// Sums of numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sums {
    /// Biased exponent of the first cell.
    first: usize,
    /// By exponent.
    cells: Vec<Cell>,
    /// What was merged, read, or is no `f64`.
    sum: Big,
    squares: Big,
}

impl Sums {
    /// Adds `count` finite numbers of one value, given by its bits.
    #[inline(always)]
    pub(crate) fn add(&mut self, bits: u64, count: u64) {
        let (mantissa, exponent) = parts(bits);
        match self.cells.get_mut(exponent.wrapping_sub(self.first)) {
            Some(cell) if count == 1 => cell.add(mantissa, bits >> 63 == 1),
            _ => self.add_many(bits, count),
        }
    }

    #[inline(never)]
    fn add_many(&mut self, bits: u64, count: u64) {
        let (mantissa, exponent) = parts(bits);
        if exponent.wrapping_sub(self.first) >= self.cells.len() {
            self.reach(exponent);
        }
        self.cells[exponent - self.first].add_many(mantissa, bits >> 63 == 1, count);
    }

    /// Makes a cell for an exponent.
    #[cold]
    fn reach(&mut self, exponent: usize) {
        if self.cells.is_empty() {
            self.first = exponent;
        }
        if let Some(before @ 1..) = self.first.checked_sub(exponent) {
            self.cells
                .splice(0..0, std::iter::repeat_n(Cell::default(), before));
            self.first = exponent;
        }
        let wanted = exponent - self.first + 1;
        if self.cells.len() < wanted {
            self.cells.resize(wanted, Cell::default());
        }
    }

    /// Adds `count` integers of one value.
    pub(crate) fn add_integer(&mut self, value: i128, count: u64) {
        let value = BigInt::from(value);
        self.squares.add(&value * &value * count, 0);
        self.sum.add(value * count, 0);
    }

    pub(crate) fn merge(&mut self, other: &Sums) {
        let Totals { sum, squares } = other.totals();
        self.sum.add(sum.mantissa, sum.exponent);
        self.squares.add(squares.mantissa, squares.exponent);
    }

    pub(crate) fn totals(&self) -> Totals {
        let (mut sum, mut squares) = (self.sum.clone(), self.squares.clone());
        for (at, cell) in self.cells.iter().enumerate() {
            if cell.squares == 0 && cell.carry == 0 {
                continue;
            }
            let exponent = (self.first + at) as i32 - 1075;
            sum.add(BigInt::from(cell.sum), exponent);
            let square = BigInt::from(cell.squares) + (BigInt::from(cell.carry) << 128);
            squares.add(square, 2 * exponent);
        }
        Totals {
            sum: sum.normal(),
            squares: squares.normal(),
        }
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        let Totals { sum, squares } = self.totals();
        sum.write(out);
        squares.write(out);
    }

    /// Reads the sums of `count` values.
    pub(crate) fn read(reader: &mut Reader<'_>, count: u64) -> Result<Self, Problem> {
        let sums = Sums {
            sum: Big::read(reader)?,
            squares: Big::read(reader)?,
            ..Sums::default()
        };
        match spread(&sums.sum, &sums.squares, count) {
            Some(_) => Ok(sums),
            None => Err(Problem::Sum),
        }
    }
}

/// The mantissa of a finite number, and the biased exponent of its cell.
#[inline(always)]
fn parts(bits: u64) -> (u64, usize) {
    match (bits >> 52) as usize & 0x7ff {
        0 => (bits & ((1 << 52) - 1), 1),
        exponent => (bits & ((1 << 52) - 1) | 1 << 52, exponent),
    }
}

/// The sum of numbers, and that of their squares.
#[derive(Debug, Clone, Default)]
pub(crate) struct Totals {
    sum: Big,
    squares: Big,
}

impl Totals {
    /// The mean of `count` values with these sums, at least one: the nearest `f64` to the exact figure.
    pub(crate) fn mean(&self, count: u64) -> f64 {
        let mean = quotient(self.sum.mantissa.magnitude(), self.sum.exponent, count);
        match self.sum.mantissa.sign() {
            Sign::Minus => -mean,
            Sign::NoSign | Sign::Plus => mean,
        }
    }

    /// The standard deviation (population), as [`Self::mean`].
    pub(crate) fn std(&self, count: u64) -> f64 {
        match spread(&self.sum, &self.squares, count) {
            Some((spread, exponent)) => root_of_quotient(spread, exponent, count),
            None => 0.0,
        }
    }
}

/// `n · Σx² − (Σx)²` with its exponent, which is even; `None` where it is negative, as no values have it.
fn spread(sum: &Big, squares: &Big, count: u64) -> Option<(BigUint, i32)> {
    let mut spread = Big::new(&squares.mantissa * count, squares.exponent);
    spread.add(-(&sum.mantissa * &sum.mantissa), 2 * sum.exponent);
    if spread.exponent % 2 != 0 {
        spread.mantissa <<= 1;
        spread.exponent -= 1;
    }
    Some((spread.mantissa.to_biguint()?, spread.exponent))
}

/// `mantissa · 2^exponent / count`, rounded once.
fn quotient(mantissa: &BigUint, exponent: i32, count: u64) -> f64 {
    let more = (130u64).saturating_sub(mantissa.bits());
    let numerator = mantissa << more;
    let quotient = &numerator / count;
    let is_exact = &quotient * count == numerator;
    rounded(&quotient, i64::from(exponent) - more as i64, is_exact)
}

/// `√(mantissa · 2^exponent) / count`, rounded once; the exponent is even.
fn root_of_quotient(mantissa: BigUint, exponent: i32, count: u64) -> f64 {
    let divisor = BigUint::from(count) * count;
    // The root of the quotient has at least 61 digits, of which 53 are kept, and nearly always fits a machine's number.
    let more = (124 + divisor.bits())
        .saturating_sub(mantissa.bits())
        .next_multiple_of(2);
    let numerator = mantissa << more;
    let quotient = &numerator / &divisor;
    let root = match u128::try_from(&quotient) {
        Ok(short) => BigUint::from(short.isqrt()),
        Err(_) => quotient.sqrt(),
    };
    let is_exact = &root * &root == quotient && quotient * divisor == numerator;
    rounded(&root, (i64::from(exponent) - more as i64) / 2, is_exact)
}

/// The `f64` nearest to `mantissa · 2^exponent`, or to a number slightly greater where that is not exact; ties to even.
fn rounded(mantissa: &BigUint, exponent: i64, is_exact: bool) -> f64 {
    let bits = mantissa.bits() as i64;
    if bits == 0 {
        return 0.0;
    }
    // Numbers below 2^-1022 have fewer digits.
    let digits = (bits + exponent + 1074).min(53);
    if digits < 0 {
        return 0.0;
    }
    let drop = bits - digits;
    let low_64 = |number: &BigUint| number.iter_u64_digits().next().unwrap_or(0);
    let mut kept = match drop {
        ..=0 => low_64(&(mantissa << -drop)),
        _ => low_64(&(mantissa >> drop)),
    };
    if drop > 0 {
        let is_half = mantissa.bit(drop as u64 - 1);
        let is_more = !is_exact
            || mantissa
                .trailing_zeros()
                .is_some_and(|zeros| (zeros as i64) < drop - 1);
        kept += u64::from(is_half && (is_more || kept % 2 == 1));
    }
    // 2^53 is carried into the exponent, and 2^52 makes a number below 2^-1022 one above.
    let place = exponent + drop + 1074;
    if kept < 1 << 52 {
        return f64::from_bits(kept);
    }
    let (kept, place) = if kept == 1 << 53 {
        (1 << 52, place + 1)
    } else {
        (kept, place)
    };
    match place + 1 {
        biased @ ..2047 => f64::from_bits((biased as u64) << 52 | kept & ((1 << 52) - 1)),
        _ => f64::INFINITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> (f64, f64) {
        let mut sums = Sums::default();
        values.iter().for_each(|value| sums.add(value.to_bits(), 1));
        let (totals, count) = (sums.totals(), values.len() as u64);
        (totals.mean(count), totals.std(count))
    }

    #[test]
    fn extreme_values_have_a_mean_and_a_deviation() {
        assert_eq!(of(&[f64::MAX, f64::MAX]), (f64::MAX, 0.0));
        assert_eq!(of(&[f64::MAX, f64::MIN]), (0.0, f64::MAX));
        assert_eq!(of(&[1e-170, -1e-170]), (0.0, 1e-170));
        assert_eq!(of(&[5e-324, 5e-324, 0.0, 0.0]), (0.0, 0.0), "ties go to even");
        assert_eq!(of(&[5e-324, 5e-324, 5e-324, 0.0]).0, 5e-324);
        assert_eq!(of(&[0.1, 0.2, 0.3]).0, 0.2);
        assert_eq!(of(&[1.0, 2.0, 3.0, 4.0]), (2.5, 1.118033988749895));
        assert_eq!(of(&[0.0, -0.0]), (0.0, 0.0));
    }

    #[test]
    fn many_of_one_value_are_as_one_by_one() {
        for value in [0.1, -3.5, f64::MAX, 5e-324] {
            let (mut many, mut single) = (Sums::default(), Sums::default());
            many.add(value.to_bits(), 1000);
            (0..1000).for_each(|_| single.add(value.to_bits(), 1));
            let bytes = |sums: &Sums| {
                let mut out = Writer::new(0);
                sums.write(&mut out);
                out.finish()
            };
            assert_eq!(bytes(&many), bytes(&single));
            many.add(value.to_bits(), u64::MAX - 1000);
            assert_eq!(many.totals().mean(u64::MAX), value);
            assert_eq!(many.totals().std(u64::MAX), 0.0);
        }
    }

    #[test]
    fn a_small_term_is_not_lost() {
        assert_eq!(of(&[1e300, 1.0, -1e300]).0, 1.0 / 3.0);
    }
}
