//! The encoding of text: UTF-8, otherwise ISO 8859-1.

use std::borrow::Cow;

/// The byte order mark of UTF-8. [`Lines`](crate::Lines) removes it from the first line.
pub const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// How bytes are decoded as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// ASCII only: any of the encodings below gives the same text.
    Ascii,
    /// Valid UTF-8 with at least one character beyond ASCII.
    Utf8,
    /// Not UTF-8; read as ISO 8859-1 (Latin-1), in which every byte is a character.
    Latin1,
}

impl Encoding {
    /// The encoding that [`decode`] uses for these bytes.
    ///
    /// ```
    /// use text_format::Encoding;
    ///
    /// assert_eq!(Encoding::of(b"deg C"), Encoding::Ascii);
    /// assert_eq!(Encoding::of("°C".as_bytes()), Encoding::Utf8);
    /// assert_eq!(Encoding::of(b"\xB0C"), Encoding::Latin1);
    /// ```
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        if bytes.is_ascii() {
            Encoding::Ascii
        } else if std::str::from_utf8(bytes).is_ok() {
            Encoding::Utf8
        } else {
            Encoding::Latin1
        }
    }

    /// The name by which the IANA registers it: `US-ASCII`, `UTF-8` or `ISO-8859-1`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Encoding::Ascii => "US-ASCII",
            Encoding::Utf8 => "UTF-8",
            Encoding::Latin1 => "ISO-8859-1",
        }
    }
}

/// Decodes bytes as UTF-8 if they are valid UTF-8, and otherwise as ISO 8859-1, which cannot fail.
///
/// Decode a line or a cell at a time: then one Latin-1 letter in a comment leaves the UTF-8 of other lines intact.
///
/// ```
/// assert_eq!(text_format::decode("µmol".as_bytes()), "µmol");
/// assert_eq!(text_format::decode(b"\xB5mol"), "µmol");
/// ```
#[must_use]
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

/// Index of the first byte that is not part of valid UTF-8; `None` if all bytes are valid.
///
/// ```
/// assert_eq!(text_format::first_invalid_utf8(b"deg \xB0C"), Some(4));
/// assert_eq!(text_format::first_invalid_utf8("deg °C".as_bytes()), None);
/// ```
#[must_use]
pub fn first_invalid_utf8(bytes: &[u8]) -> Option<usize> {
    if bytes.is_ascii() {
        return None;
    }
    std::str::from_utf8(bytes).err().map(|error| error.valid_up_to())
}
