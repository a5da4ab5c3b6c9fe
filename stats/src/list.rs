//! Sorted lists of finite numbers, encoded.
//!
//! Measured values are short decimals, which are written as integers: two bytes instead of nine. The form depends on the list
//! alone.

use crate::code::{Problem, Reader, Writer};
use crate::pattern;

/// Most digits behind the point.
const MOST_DIGITS: usize = 9;
const POWERS: [f64; MOST_DIGITS + 1] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/// How a list is written; its byte is the number of digits, plus [`SINGLE`] or [`PATTERNS`].
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    /// Integers that, divided by a power of ten, round to the numbers: as `f64`, or as `f32` first.
    Decimals { digits: usize, single: bool },
    /// Bit patterns without so many zeros at their end.
    Patterns { zeros: u32 },
}

const SINGLE: u8 = 16;
const PATTERNS: u8 = 64;

fn decimal(integer: f64, digits: usize, single: bool) -> f64 {
    let number = integer / POWERS[digits];
    if single { f64::from(number as f32) } else { number }
}

/// The integer that stands for a number, if one does.
fn integer(number: f64, digits: usize, single: bool) -> Option<i64> {
    let integer = (number * POWERS[digits]).round();
    let fits = integer.abs() < 2f64.powi(53) && decimal(integer, digits, single) == number;
    fits.then_some(integer as i64)
}

fn integers(patterns: &[i64], single: bool) -> Option<(usize, Vec<i64>)> {
    let mut digits = 0;
    for pattern in patterns {
        let number = pattern::number(*pattern);
        while integer(number, digits, single).is_none() {
            digits += 1;
            if digits > MOST_DIGITS {
                return None;
            }
        }
    }
    let integers = patterns
        .iter()
        .map(|pattern| integer(pattern::number(*pattern), digits, single));
    Some((digits, integers.collect::<Option<_>>()?))
}

/// Writes the numbers with these patterns, which increase and are not 0.
pub(crate) fn write(out: &mut Writer, patterns: &[i64]) {
    let zeros = patterns
        .iter()
        .fold(0, |all, pattern| all | pattern)
        .trailing_zeros();
    // The significand of `f32` is 29 bits shorter.
    let singles = [false, true];
    let tried = if zeros >= 29 { &singles[..] } else { &singles[..1] };
    for single in tried {
        if let Some((digits, integers)) = integers(patterns, *single) {
            out.byte(digits as u8 + if *single { SINGLE } else { 0 });
            out.keys(integers.into_iter());
            return;
        }
    }
    let zeros = zeros.min(63);
    out.byte(PATTERNS + zeros as u8);
    out.keys(patterns.iter().map(|pattern| pattern >> zeros));
}

/// Reads what [`write`] wrote.
pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Vec<i64>, Problem> {
    let form = match reader.byte()? {
        byte @ PATTERNS..=127 => Form::Patterns {
            zeros: u32::from(byte - PATTERNS),
        },
        byte if usize::from(byte % SINGLE) <= MOST_DIGITS && byte < 2 * SINGLE => Form::Decimals {
            digits: usize::from(byte % SINGLE),
            single: byte >= SINGLE,
        },
        _ => return Err(Problem::Number),
    };
    let mut keys = reader.keys()?;
    for key in &mut keys {
        *key = match form {
            Form::Decimals { digits, single } => pattern::of(decimal(*key as f64, digits, single)),
            Form::Patterns { zeros } => key.checked_mul(1 << zeros).ok_or(Problem::Key)?,
        };
    }
    let is_valid = keys.iter().all(|pattern| pattern::is_finite_non_zero(*pattern))
        && keys.windows(2).all(|pair| pair[0] < pair[1]);
    is_valid.then_some(keys).ok_or(Problem::Key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(numbers: &[f64]) -> Vec<u8> {
        let patterns: Vec<i64> = numbers.iter().map(|number| pattern::of(*number)).collect();
        let mut out = Writer::new(9);
        write(&mut out, &patterns);
        let bytes = out.finish();
        assert_eq!(Reader::all(&bytes, 9, read), Ok(patterns));
        bytes
    }

    #[test]
    fn decimals_are_short() {
        let tenths: Vec<f64> = (-500..500)
            .filter(|n| *n != 0)
            .map(|n| f64::from(n) / 10.0)
            .collect();
        assert!(written(&tenths).len() < 1010);
        let singles: Vec<f64> = (1..1000).map(|n| f64::from(34.0 + n as f32 / 1000.0)).collect();
        let decimals: Vec<f64> = (1..1000)
            .map(|n| f64::from((34_000 + n) as f32 / 1000.0))
            .collect();
        assert!(written(&decimals).len() < 1010);
        assert!(written(&singles).len() < 6000);
    }

    #[test]
    fn decimals_have_at_most_nine_digits() {
        let billionths: Vec<f64> = (1..1000).map(|n| f64::from(n) / 1e9).collect();
        let finer: Vec<f64> = (1..1000).map(|n| f64::from(n) / 1e10).collect();
        assert!(written(&billionths).len() < 1010);
        assert!(written(&finer).len() > 5000);
    }

    #[test]
    fn all_other_numbers_are_kept() {
        written(&[]);
        written(&[f64::MIN, -1e-310, 5e-324, std::f64::consts::PI, f64::MAX]);
        written(&[-2f64.powi(60), 2f64.powi(-60), 2f64.powi(70)]);
        written(&[0.1 + 0.2, 1e300]);
    }
}
