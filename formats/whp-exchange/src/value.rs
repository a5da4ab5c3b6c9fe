//! The value of a parameter's cell, and how it is spelt.

/// The value of a parameter's cell.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A number, in the unit of its column.
    Number(f64),
    /// A text, which [`crate::Row::cell`] returns.
    Text,
    /// A spelling of the fill value `-999`; [`crate::Row::cell`] returns the spelling.
    Fill,
    /// An empty cell.
    Blank,
    /// Text in a column of numbers; [`crate::Row::cell`] returns it.
    Invalid,
}

impl Value {
    /// The number; `None` for any other value.
    ///
    /// ```
    /// use whp_exchange::Value;
    ///
    /// assert_eq!(Value::Number(210.1).number(), Some(210.1));
    /// assert_eq!(Value::Fill.number(), None);
    /// ```
    #[must_use]
    pub fn number(self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Whether the value is missing: the fill value, or an empty cell.
    #[must_use]
    pub fn is_missing(self) -> bool {
        matches!(self, Value::Fill | Value::Blank)
    }
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Written {
    /// As specified, with this number of decimals.
    Plain(f64, u8),
    /// With a plus sign, an exponent, quotes or white space; also infinities and NaN.
    OtherForm(f64),
    /// Not a number.
    Invalid,
}

/// A spelling that means, or may mean, a missing value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// -999
    Exact,
    /// -999.0, -999.00 …
    Padded,
    /// -9, -99, -9999: a fill value in other formats, and possibly a value.
    Unusual {
        /// Whether it is written with a point and zeros.
        padded: bool,
    },
    /// Anything else.
    Ordinary,
}

pub(crate) fn spelling(cell: &[u8]) -> Spelling {
    // This is the hot path: nearly every cell is decided here.
    if cell.len() < 2 || cell[0] != b'-' || cell[1] != b'9' {
        return Spelling::Ordinary;
    }
    let nines = cell[1..].iter().take_while(|byte| **byte == b'9').count();
    let padding = &cell[1 + nines..];
    let padded = padding.first() == Some(&b'.') && padding[1..].iter().all(|byte| *byte == b'0');
    match nines {
        _ if !padding.is_empty() && !padded => Spelling::Ordinary,
        1 | 2 | 4 => Spelling::Unusual { padded },
        3 if padded => Spelling::Padded,
        3 => Spelling::Exact,
        _ => Spelling::Ordinary,
    }
}

/// Whether a trimmed cell of a key or coordinate has no value.
pub(crate) fn is_missing(cell: &[u8]) -> bool {
    cell.is_empty() || matches!(spelling(cell), Spelling::Exact | Spelling::Padded)
}

/// Parses a trimmed cell as a number.
pub(crate) fn number(cell: &[u8]) -> Written {
    let digits = cell.strip_prefix(b"-").unwrap_or(cell);
    let mut mantissa = 0u64;
    let mut decimals = None;
    let mut count = 0;
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                count += 1;
                if let Some(decimals) = &mut decimals {
                    *decimals += 1;
                }
            }
            b'.' if decimals.is_none() => decimals = Some(0u8),
            _ => return other_form(cell),
        }
        if count > 15 {
            break;
        }
    }
    let decimals = decimals.unwrap_or(0);
    // Up to 15 digits are exact as an integer, and so is the power of ten: one correctly rounded division (Clinger
    // 1990).
    if (1..=15).contains(&count) {
        let magnitude = mantissa as f64 / POWERS[usize::from(decimals)];
        return Written::Plain(if cell[0] == b'-' { -magnitude } else { magnitude }, decimals);
    }
    let plain = digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    match fast_float2::parse::<f64, _>(cell) {
        Ok(value) if plain => {
            let decimals = digits
                .iter()
                .position(|byte| *byte == b'.')
                .map_or(0, |at| digits.len() - at - 1);
            Written::Plain(value, decimals.min(255) as u8)
        }
        _ => other_form(cell),
    }
}

const POWERS: [f64; 16] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// Parses a number that is not written as specified.
fn other_form(cell: &[u8]) -> Written {
    let bare = cell
        .strip_prefix(b"\"")
        .and_then(|cell| cell.strip_suffix(b"\""))
        .unwrap_or(cell)
        .trim_ascii();
    match fast_float2::parse::<f64, _>(bare) {
        Ok(value) => Written::OtherForm(value),
        Err(_) => Written::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings() {
        assert_eq!(spelling(b"-999"), Spelling::Exact);
        assert_eq!(spelling(b"-999.00"), Spelling::Padded);
        assert_eq!(spelling(b"-999."), Spelling::Padded);
        assert_eq!(spelling(b"-9"), Spelling::Unusual { padded: false });
        assert_eq!(spelling(b"-9999.0"), Spelling::Unusual { padded: true });
        for ordinary in ["-9990.5", "-999.5", "999", "-99999", "-9a", "", "-"] {
            assert_eq!(spelling(ordinary.as_bytes()), Spelling::Ordinary, "{ordinary}");
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(number(b"12.3450"), Written::Plain(12.345, 4));
        assert_eq!(number(b"-0.5"), Written::Plain(-0.5, 1));
        assert_eq!(
            number(b"12345678901234567890"),
            Written::Plain(12_345_678_901_234_567_890.0, 0)
        );
        for odd in ["+200", "1e2", "\"5.0\"", "5.0\t"] {
            assert!(matches!(number(odd.as_bytes()), Written::OtherForm(_)), "{odd}");
        }
        for no in ["", "-", ".", "--5", "1.2.3", "abc", "1 2"] {
            assert_eq!(number(no.as_bytes()), Written::Invalid, "{no}");
        }
    }

    proptest! {
        #[test]
        fn the_fast_path_reads_what_the_standard_library_reads(text in "-?[0-9]{1,12}(\\.[0-9]{0,8})?") {
            let expected: f64 = text.parse().unwrap();
            match number(text.as_bytes()) {
                Written::Plain(value, _) => prop_assert_eq!(value.to_bits(), expected.to_bits()),
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }
}
