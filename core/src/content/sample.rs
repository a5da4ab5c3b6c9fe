//! The beginning of a file, as bytes and as text.

/// Most bytes of a text that are decoded.
const TEXT: usize = 8 << 10;

/// The first bytes of a file; decoded, too, if they are text.
pub(super) struct Sample<'a> {
    head: &'a [u8],
    length: u64,
    text: Option<String>,
}

impl<'a> Sample<'a> {
    pub(super) fn new(head: &'a [u8], length: u64) -> Self {
        Sample {
            head,
            length,
            text: decode(&head[..head.len().min(TEXT)]),
        }
    }

    /// All bytes that are at hand.
    pub(super) fn head(&self) -> &[u8] {
        self.head
    }

    /// Length of the whole file in bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// The first 8 KiB as text, without a byte order mark; `None` for binary content and an empty file.
    pub(super) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Whether bytes occur among the first ones.
    pub(super) fn contains(&self, bytes: &[u8]) -> bool {
        self.head.windows(bytes.len()).any(|window| window == bytes)
    }
}

/// Decodes UTF-8, UTF-16 with a byte order mark, or Latin-1; `None` if control characters show that the bytes are
/// binary.
fn decode(bytes: &[u8]) -> Option<String> {
    let units = |bytes: &[u8], of: fn([u8; 2]) -> u16| -> String {
        let units = bytes.chunks_exact(2).map(|pair| of([pair[0], pair[1]]));
        char::decode_utf16(units)
            .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    };
    let text = match bytes {
        [] => return None,
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xFF, 0xFE, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => units(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            // The last character is cut.
            Err(error) if error.error_len().is_none() => {
                String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned()
            }
            Err(_) => {
                // 80 to 9F are control characters in Latin-1 and letters in Windows code pages: a few are accepted.
                let rare = bytes.iter().filter(|byte| matches!(byte, 0x80..=0x9F)).count();
                let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
                if 20 * rare > bytes.len() || 3 * high > bytes.len() {
                    return None;
                }
                bytes.iter().map(|byte| char::from(*byte)).collect()
            }
        },
    };
    // Texts may contain form feeds and the end-of-file mark of DOS.
    let is_binary =
        |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1a}' | '\u{1b}');
    (!text.is_empty() && !text.chars().any(is_binary)).then_some(text)
}
