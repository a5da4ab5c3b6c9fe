//! Bytes of texts: UTF-8, else Latin-1.

/// The text, and whether it is not UTF-8 and was read as Latin-1. Ends at the first NUL.
pub fn decode(bytes: &[u8]) -> (String, bool) {
    let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (bytes.iter().map(|byte| char::from(*byte)).collect(), true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_1_is_kept_and_said() {
        assert_eq!(decode(b"\xb0C\0\0"), ("°C".to_owned(), true));
        assert_eq!(decode("°C".as_bytes()), ("°C".to_owned(), false));
    }
}
