//! Numbers as people and programs write them.

/// How a number in a cell is written. A single cell may leave it open what a comma means; only its column can decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Notation {
    /// `12`, `-2.5`, `1e3`, `+5.`
    Plain,
    /// `12,5`, `1.234,5`, `1 234,50`, `1,5e-3`: a decimal comma.
    DecimalComma,
    /// `1,234`: three digits behind one comma are decimals or thousands.
    CommaOrThousands,
    /// `1,254.15`, `1 234`, `1,234,567`, `1'234.5`: groups of thousands and, if any, a decimal point.
    Thousands,
    /// `1.234.567`: groups of thousands that are separated by points.
    PointThousands,
    /// `1.5D+03`: the exponent of Fortran.
    Fortran,
    /// `<0.02`, `> 10`: beyond a limit of detection.
    Limit,
    /// `$74.69`, `12 %`, `£1,890.50`: an amount with its sign.
    Amount,
}

/// Longest text that is looked at, in bytes.
const LONGEST: usize = 48;

/// The notation of a trimmed cell; `None` where it is not a number. NaN and infinities are not.
///
/// ```
/// use text_table::{Notation, notation};
///
/// assert_eq!(notation(b"1,254.15"), Some(Notation::Thousands));
/// assert_eq!(notation(b"12,5"), Some(Notation::DecimalComma));
/// assert_eq!(notation(b"1,234"), Some(Notation::CommaOrThousands));
/// assert_eq!(notation(b"2022-03-01"), None);
/// ```
pub fn notation(cell: &[u8]) -> Option<Notation> {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    // Nearly every cell of text, and every time, has a letter that no number has.
    let is_foreign =
        |byte: &u8| byte.is_ascii_alphabetic() && !matches!(byte, b'e' | b'E' | b'd' | b'D') || *byte == b':';
    if cell.len() > LONGEST || !cell.iter().any(is_digit) || cell.iter().any(is_foreign) {
        return None;
    }
    if is_plain(cell) {
        return Some(Notation::Plain);
    }
    if let [b'<' | b'>', rest @ ..] = cell {
        let rest = rest.strip_prefix(b"=").unwrap_or(rest).trim_ascii();
        return (is_plain(rest) || decimal_comma(rest).is_some()).then_some(Notation::Limit);
    }
    if let Some(at) = cell.iter().position(|byte| matches!(byte, b'D' | b'd'))
        && is_plain(&cell[..at])
        && is_exponent(&cell[at + 1..])
    {
        return Some(Notation::Fortran);
    }
    decimal_comma(cell)
        .or_else(|| thousands(cell))
        .or_else(|| is_amount(cell).then_some(Notation::Amount))
}

/// Writes a trimmed cell as a plain number: with a decimal point and without separators. Whether it could be done; `into` is
/// cleared in any case.
///
/// `comma_is_decimal` says what a comma means in this column: only the column can decide for cells such as `1,234`.
///
/// ```
/// let mut plain = Vec::new();
/// assert!(text_table::to_plain(b"1.254,5", true, &mut plain) && plain == b"1254.5");
/// assert!(text_table::to_plain(b"1,254.15", false, &mut plain) && plain == b"1254.15");
/// assert!(text_table::to_plain(b"1,234", false, &mut plain) && plain == b"1234");
/// assert!(!text_table::to_plain(b"n/a", false, &mut plain));
/// ```
pub fn to_plain(cell: &[u8], comma_is_decimal: bool, into: &mut Vec<u8>) -> bool {
    into.clear();
    let Some(notation) = notation(cell) else {
        return false;
    };
    let is_kept = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'e' | b'E');
    match notation {
        Notation::Plain => {
            // `1.234` is 1,234 among numbers with decimal commas only where other cells say so: the caller decides.
            into.extend_from_slice(cell);
        }
        Notation::Fortran => into.extend(cell.iter().map(|byte| match byte {
            b'D' | b'd' => b'e',
            byte => *byte,
        })),
        Notation::DecimalComma | Notation::CommaOrThousands if comma_is_decimal => {
            into.extend(cell.iter().filter_map(|byte| match byte {
                b',' => Some(b'.'),
                byte if is_kept(*byte) => Some(*byte),
                _ => None,
            }));
        }
        Notation::PointThousands => into.extend(cell.iter().copied().filter(|byte| is_kept(*byte))),
        Notation::Thousands | Notation::CommaOrThousands if !comma_is_decimal => {
            into.extend(
                cell.iter()
                    .copied()
                    .filter(|byte| is_kept(*byte) || *byte == b'.'),
            );
        }
        // Blanks and apostrophes group thousands whatever the comma means.
        Notation::Thousands if !cell.contains(&b',') => {
            into.extend(
                cell.iter()
                    .copied()
                    .filter(|byte| is_kept(*byte) || *byte == b'.'),
            );
        }
        _ => return false,
    }
    true
}

fn is_digits(part: &[u8]) -> bool {
    !part.is_empty() && part.iter().all(u8::is_ascii_digit)
}

/// Sign, digits with at most one point, exponent.
fn is_plain(cell: &[u8]) -> bool {
    let rest = without_sign(cell);
    let end = rest
        .iter()
        .position(|byte| !byte.is_ascii_digit() && *byte != b'.')
        .unwrap_or(rest.len());
    let (mantissa, rest) = rest.split_at(end);
    let points = mantissa.iter().filter(|byte| **byte == b'.').count();
    mantissa.len() > points
        && points <= 1
        && match rest {
            [] => true,
            [b'e' | b'E', exponent @ ..] => is_exponent(exponent),
            _ => false,
        }
}

fn is_exponent(text: &[u8]) -> bool {
    let digits = without_sign(text);
    digits.len() <= 4 && is_digits(digits)
}

fn without_sign(text: &[u8]) -> &[u8] {
    match text {
        [b'-' | b'+', rest @ ..] => rest,
        _ => text,
    }
}

/// Whether `part` is one to three digits and then groups of three behind `mark`.
fn is_groups(part: &[u8], mark: u8) -> bool {
    let mut groups = part.split(|byte| *byte == mark);
    let first = groups.next().unwrap_or_default();
    let mut more = 0;
    (1..=3).contains(&first.len())
        && is_digits(first)
        && groups.all(|group| {
            more += 1;
            group.len() == 3 && is_digits(group)
        })
        && more > 0
}

fn decimal_comma(cell: &[u8]) -> Option<Notation> {
    let plain = blanks_as_ascii(cell);
    let body = without_sign(&plain);
    let at = body.iter().position(|byte| *byte == b',')?;
    let (whole, fraction) = (&body[..at], &body[at + 1..]);
    let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let exponent = &fraction[digits..];
    let has_exponent = match exponent {
        [] => false,
        [b'e' | b'E', exponent @ ..] if is_exponent(exponent) => true,
        _ => return None,
    };
    let is_whole = whole.is_empty()
        || is_digits(whole)
        || [b'.', b' ', b'\''].iter().any(|mark| is_groups(whole, *mark));
    if digits == 0 || !is_whole {
        return None;
    }
    let either =
        digits == 3 && !has_exponent && (1..=3).contains(&whole.len()) && whole != b"0" && is_digits(whole);
    Some(if either {
        Notation::CommaOrThousands
    } else {
        Notation::DecimalComma
    })
}

fn thousands(cell: &[u8]) -> Option<Notation> {
    let plain = blanks_as_ascii(cell);
    let body = without_sign(&plain);
    let (whole, fraction) = match body.iter().rposition(|byte| *byte == b'.') {
        Some(at) => (&body[..at], &body[at + 1..]),
        None => (body, &b"0"[..]),
    };
    if is_digits(fraction) && [b',', b' ', b'\''].iter().any(|mark| is_groups(whole, *mark)) {
        return Some(Notation::Thousands);
    }
    (is_groups(body, b'.') && body.iter().filter(|byte| **byte == b'.').count() > 1)
        .then_some(Notation::PointThousands)
}

/// The cell with U+00A0 and U+202F, blanks that do not break, as blanks.
fn blanks_as_ascii(cell: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    match std::str::from_utf8(cell) {
        Ok(text) if !text.is_ascii() => text.replace(['\u{A0}', '\u{202F}'], " ").into_bytes().into(),
        _ => cell.into(),
    }
}

/// A number with a currency or per cent sign in front of it or behind it.
fn is_amount(cell: &[u8]) -> bool {
    const SIGNS: [&str; 5] = ["$", "£", "€", "¥", "%"];
    let Ok(text) = std::str::from_utf8(cell) else {
        return false;
    };
    let text = text.strip_prefix(['-', '(']).unwrap_or(text);
    let text = text.strip_suffix(')').unwrap_or(text);
    SIGNS.iter().any(|sign| {
        let rest = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign));
        rest.map(|rest| rest.trim().as_bytes())
            .is_some_and(|rest| is_plain(rest) || decimal_comma(rest).is_some() || thousands(rest).is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notation, cells that are written so; `-` is none.
    const CELLS: &str = "
        Plain            1 -2.5 1e3 +5. .5 -1.5E-03 007
        DecimalComma     12,5 -0,25 1.234,5 ,5 1234,567 0,123 1,5e-3
        CommaOrThousands 1,234 12,345 -1,000
        Thousands        1,234,567 1,234.5 1,254.15 1'234 1'234.5
        PointThousands   1.234.567
        Fortran          1.5D+03 -2d0
        Limit            <0.02 >10 <=5 <0,5
        Amount           $74.69 12% £1,890.50 -$5
        -                A1 10.1.2.3 12-34 1,2,3 2022-03-01 1e . - e5 1.2.3 12:30
    ";

    #[test]
    fn cells_and_their_notation() {
        for line in CELLS.lines().filter(|line| !line.trim().is_empty()) {
            let mut words = line.split_whitespace();
            let expected = words.next().unwrap();
            for cell in words {
                let found = notation(cell.as_bytes()).map_or("-".to_owned(), |found| format!("{found:?}"));
                assert_eq!(found, expected, "{cell}");
            }
        }
        for cell in ["1 234", "1\u{A0}234", "1\u{202F}234.5"] {
            assert_eq!(notation(cell.as_bytes()), Some(Notation::Thousands), "{cell}");
        }
        assert_eq!(notation(b"1 234,50"), Some(Notation::DecimalComma));
        assert_eq!(notation(b"12 %"), Some(Notation::Amount));
    }

    #[test]
    fn plain_numbers() {
        let plain = |cell: &str, comma_is_decimal| {
            let mut plain = Vec::new();
            to_plain(cell.as_bytes(), comma_is_decimal, &mut plain).then(|| String::from_utf8(plain).unwrap())
        };
        for (cell, as_decimal, as_thousands) in [
            ("12,5", Some("12.5"), None),
            ("1,234", Some("1.234"), Some("1234")),
            ("1,254.15", None, Some("1254.15")),
            ("1.234,5", Some("1234.5"), None),
            ("-1 234", Some("-1234"), Some("-1234")),
            ("1.5D+03", Some("1.5e+03"), Some("1.5e+03")),
            ("<0.02", None, None),
        ] {
            assert_eq!(plain(cell, true).as_deref(), as_decimal, "{cell}");
            assert_eq!(plain(cell, false).as_deref(), as_thousands, "{cell}");
        }
    }
}
