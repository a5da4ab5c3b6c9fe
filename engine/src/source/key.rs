//! From paths to keys and back. Every path has a key, and no two paths have the same one.
//!
//! A byte that is not UTF-8 (it is 0x80 or above) becomes `%` and two capital hexadecimal digits. A `%` that would be read as
//! the beginning of such a byte, or of an escaped one, becomes `%25`. So `100%.csv`, `a%20b.csv` and a newline stay as they are.

use std::ffi::OsString;
use std::fmt::Write;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// The key of a path that is relative to its argument.
pub(super) fn of_path(path: &Path) -> String {
    let bytes = path.as_os_str().as_bytes();
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('%') => text.to_owned(),
        _ => encode(bytes),
    }
}

/// The path whose key is `key`; the inverse of [`of_path`].
pub(super) fn to_path(key: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'%' {
            bytes.push(first);
        } else if let Some(byte) = encoded_byte(after) {
            bytes.push(byte);
            rest = &after[2..];
        } else if after.starts_with(b"25") && reads_as_encoded(&after[2..]) {
            bytes.push(b'%');
            rest = &after[2..];
        } else {
            bytes.push(b'%');
        }
    }
    PathBuf::from(OsString::from_vec(bytes))
}

fn encode(bytes: &[u8]) -> String {
    let mut key = String::with_capacity(bytes.len() + 8);
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            at += c.len_utf8();
            key.push(c);
            if c == '%' && reads_as_encoded(&bytes[at..]) {
                key.push_str("25");
            }
        }
        for byte in chunk.invalid() {
            at += 1;
            let _ = write!(key, "%{byte:02X}");
        }
    }
    key
}

/// Whether what follows a `%` is an encoded byte, after any number of `25`.
fn reads_as_encoded(mut rest: &[u8]) -> bool {
    while let Some(after) = rest.strip_prefix(b"25") {
        rest = after;
    }
    encoded_byte(rest).is_some()
}

fn encoded_byte(rest: &[u8]) -> Option<u8> {
    let digit = |byte: &u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    };
    let byte = digit(rest.first()?)? << 4 | digit(rest.get(1)?)?;
    (byte >= 0x80).then_some(byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(bytes: &[u8]) -> String {
        of_path(Path::new(std::ffi::OsStr::from_bytes(bytes)))
    }

    #[test]
    fn usual_names_are_their_own_keys() {
        for name in [
            "a/b.csv",
            "100%.csv",
            "a%20b",
            "%",
            "%25",
            "%2520",
            "ünï/côdé",
            "new\nline",
            "%c3%a9",
        ] {
            assert_eq!(key(name.as_bytes()), name);
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_encoded() {
        assert_eq!(key(b"caf\xE9/x"), "caf%E9/x");
        assert_eq!(key(b"%\xFF"), "%%FF");
    }

    #[test]
    fn every_name_comes_back_and_no_two_share_a_key() {
        // All words of up to six of these pieces, which the encoding could confuse.
        let pieces: [&[u8]; 6] = [b"%", b"25", b"FF", b"\xFF", b"2", b"F"];
        let mut words: Vec<Vec<u8>> = vec![vec![]];
        let mut from = 0;
        for _ in 0..5 {
            let until = words.len();
            for i in from..until {
                for piece in pieces {
                    words.push([&words[i], piece].concat());
                }
            }
            from = until;
        }
        words.sort();
        words.dedup();
        let mut keys = std::collections::BTreeSet::new();
        for word in &words {
            let key = key(word);
            assert_eq!(to_path(&key).as_os_str().as_bytes(), &word[..], "{key}");
            assert!(keys.insert(key), "{word:?}");
        }
    }
}
