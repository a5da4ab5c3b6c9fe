//! Bytes of texts: UTF-8, otherwise Latin-1.

/// Decodes a text up to its first zero byte: as UTF-8 if it is valid, otherwise as Latin-1, which never fails. The
/// second value is true if the text was decoded as Latin-1.
///
/// ```
/// assert_eq!(array_file::decode_text(b"\xb0C\0\0"), ("°C".to_owned(), true));
/// ```
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
    fn latin_1_is_decoded_and_reported() {
        assert_eq!(decode(b"\xb0C\0\0"), ("°C".to_owned(), true));
        assert_eq!(decode("°C".as_bytes()), ("°C".to_owned(), false));
    }
}
