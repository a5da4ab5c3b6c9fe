//! Text from untrusted bytes, safe to display.

use std::fmt::Write;

/// `bytes` as text, cut to at most `cap` bytes and `…`. Bytes that are not UTF-8 are percent-encoded.
///
/// Control characters stay: JSON escapes them, and [`percent_encode_controls`] is for terminals.
///
/// ```
/// use data_review_core::printable;
///
/// assert_eq!(printable(b"caf\xe9", 100), "caf%E9");
/// assert_eq!(printable(b"temperature", 8), "temperat…");
/// ```
pub fn printable(bytes: &[u8], cap: usize) -> String {
    let mut out = String::with_capacity(bytes.len().min(cap + 4));
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if out.len() + c.len_utf8() > cap {
                out.push('…');
                return out;
            }
            out.push(c);
        }
        for byte in chunk.invalid() {
            if out.len() + 3 > cap {
                out.push('…');
                return out;
            }
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// `bytes` in hexadecimal, two lower-case digits each, as digests are written.
///
/// ```
/// assert_eq!(data_review_core::hex(&[0, 255]), "00ff");
/// ```
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// Whether two flags are equal. Nearly all are one character, for which a call would cost more than the comparison.
#[inline]
pub(crate) fn is_same_flag(one: &[u8], other: &[u8]) -> bool {
    match (one, other) {
        ([one], [other]) => one == other,
        _ => one == other,
    }
}

/// Whether a character could move the cursor of a terminal, change its colours, or change the direction of the text: any
/// control character, also a tab or a line break; U+2028 and U+2029; and marks of direction, such as U+202E.
pub fn moves_a_terminal(c: char) -> bool {
    let turns =
        matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}')
}

/// `text` with percent-encoded control characters and direction marks, so that it cannot move the cursor of a terminal,
/// change its colours, or look different from what it is.
///
/// ```
/// assert_eq!(data_review_core::percent_encode_controls("a\x1b[2Jb"), "a%1B[2Jb");
/// ```
pub fn percent_encode_controls(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if moves_a_terminal(c) {
            let mut utf8 = [0; 4];
            for byte in c.encode_utf8(&mut utf8).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_bytes_are_encoded_and_cuts_fall_between_characters() {
        assert_eq!(printable(b"a\xff\xe9b", 64), "a%FF%E9b");
        assert_eq!(printable("æøå".as_bytes(), 3), "æ…");
        assert_eq!(printable(b"\xff\xff", 4), "%FF…");
    }

    #[test]
    fn a_terminal_escape_is_only_text() {
        assert_eq!(
            percent_encode_controls("\x1b[31mred\u{202E}\n"),
            "%1B[31mred%E2%80%AE%0A"
        );
    }
}
