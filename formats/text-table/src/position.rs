//! Latitudes and longitudes as people and programs write them.

/// Which coordinate a letter of the compass belongs to, as in `58 30.5 N`; a position without a letter belongs to neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Axis {
    /// N or S.
    Latitude,
    /// E or W.
    Longitude,
}

/// Longest text that is looked at, in bytes.
const LONGEST: usize = 40;

/// Reads a trimmed cell with degrees, and perhaps minutes and seconds, and a letter of the compass or a sign: degrees, and
/// which axis the letter names. A plain number is not read.
///
/// ```
/// use text_table::{Axis, degrees};
///
/// assert_eq!(degrees("58 30.00 N".as_bytes()), Some((58.5, Some(Axis::Latitude))));
/// assert_eq!(degrees("9° 15' 0\" W".as_bytes()), Some((-9.25, Some(Axis::Longitude))));
/// assert_eq!(degrees(b"58.00N"), Some((58.0, Some(Axis::Latitude))));
/// assert_eq!(degrees(b"-12 30"), Some((-12.5, None)));
/// assert_eq!(degrees(b"58.0"), None);
/// assert_eq!(degrees(b"58 75.0 N"), None);
/// ```
pub fn degrees(cell: &[u8]) -> Option<(f64, Option<Axis>)> {
    if cell.len() > LONGEST || !cell.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let is_foreign = |byte: &u8| byte.is_ascii_alphabetic() && !b"NSEWnsewd".contains(byte);
    if cell.iter().any(is_foreign) {
        return None;
    }
    let text = std::str::from_utf8(cell).ok()?;
    let (letter, body) = compass(text);
    let (sign, body) = match body.trim().split_at_checked(1) {
        Some(("-", rest)) => (-1.0, rest),
        Some(("+", rest)) => (1.0, rest),
        _ => (1.0, body.trim()),
    };
    let is_mark = |c: char| {
        matches!(
            c,
            '°' | 'º' | 'd' | ':' | '\'' | '"' | '′' | '″' | '’' | '”' | '*'
        ) || c.is_whitespace()
    };
    if !body
        .chars()
        .all(|c| c.is_ascii_digit() || c == '.' || c == ',' || is_mark(c))
    {
        return None;
    }
    let mut parts = body.split(is_mark).filter(|part| !part.is_empty());
    let (mut degrees, mut scale, mut count) = (0.0, 1.0, 0);
    for part in parts.by_ref().take(3) {
        let value: f64 = match part.contains(',') {
            true => part.replace(',', ".").parse().ok()?,
            false => part.parse().ok()?,
        };
        if count > 0 && value >= 60.0 {
            return None;
        }
        degrees += value / scale;
        scale *= 60.0;
        count += 1;
    }
    let has_mark = letter.is_some() || count > 1 || body.contains(['°', 'º']);
    if count == 0 || !has_mark || parts.next().is_some() || degrees > 360.0 {
        return None;
    }
    let (axis, factor) = match letter {
        Some('N') => (Some(Axis::Latitude), 1.0),
        Some('S') => (Some(Axis::Latitude), -1.0),
        Some('E') => (Some(Axis::Longitude), 1.0),
        Some(_) => (Some(Axis::Longitude), -1.0),
        None => (None, 1.0),
    };
    // A clock has no letter, and colons only.
    if letter.is_none() && (body.contains(':') || count > 1 && !body.contains(['°', 'º', ' '])) {
        return None;
    }
    Some((degrees * factor * sign, axis))
}

/// The letter at either end, and the rest.
fn compass(text: &str) -> (Option<char>, &str) {
    let letter =
        |c: char| matches!(c.to_ascii_uppercase(), 'N' | 'S' | 'E' | 'W').then(|| c.to_ascii_uppercase());
    let mut chars = text.chars();
    if let Some(found) = chars.clone().next_back().and_then(letter) {
        chars.next_back();
        return (Some(found), chars.as_str());
    }
    if let Some(found) = chars.clone().next().and_then(letter) {
        chars.next();
        return (Some(found), chars.as_str());
    }
    (None, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_in_all_forms() {
        for (cell, expected) in [
            ("58.00N", Some(58.0)),
            ("9.5 W", Some(-9.5)),
            ("W9.5", Some(-9.5)),
            ("58° 30' 36\" N", Some(58.51)),
            ("58° 0 30\" N", Some(58.0 + 30.0 / 3600.0)),
            ("009 00.60 W", Some(-9.01)),
            ("31 28.8073 N", Some(31.0 + 28.8073 / 60.0)),
            ("47:32.8N", Some(47.0 + 32.8 / 60.0)),
            ("-12°30'", Some(-12.5)),
            ("58", None),
            ("10:30", None),
            ("10:30:00", None),
            ("N", None),
            ("12 S 5", None),
            ("2022-03-01", None),
            ("400 N", None),
        ] {
            let found = degrees(cell.as_bytes()).map(|(degrees, _)| degrees);
            let is_equal = match (found, expected) {
                (Some(found), Some(expected)) => (found - expected).abs() < 1e-9,
                (found, expected) => found == expected,
            };
            assert!(is_equal, "{cell}: {found:?}");
        }
    }
}
