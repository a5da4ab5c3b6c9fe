//! Foreign bytes made safe to read.

use std::fmt::Write;

/// `bytes` as text of at most `cap` bytes: what is not UTF-8 is percent-encoded, and a cut is shown as `…`.
///
/// Control characters stay: JSON escapes them, and [`percent_encode_controls`] is for terminals.
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

/// Hexadecimal in small letters, as digests are written.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// Whether a character could move a terminal's cursor, change its colours, or turn the direction of writing.
pub fn moves_a_terminal(c: char) -> bool {
    let turns = matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}')
}

/// `text` with control characters and the characters that turn the direction of writing percent-encoded, so that it
/// cannot move a terminal's cursor, change its colours, or read otherwise than it is.
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
    fn bad_bytes_are_shown_and_cuts_fall_between_characters() {
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
