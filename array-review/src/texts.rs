//! Texts of characters and of references.

use array_file::{ArrayFile, Type, Variable};

/// Longest text that the last dimension of characters is taken for, in bytes.
pub(crate) const LONGEST: u64 = 64 << 10;

/// A text without what fills it up: everything from the first NUL on, and white space at its end.
pub(crate) fn trimmed(bytes: &[u8]) -> &[u8] {
    bytes
        .split(|byte| *byte == 0)
        .next()
        .unwrap_or_default()
        .trim_ascii_end()
}

/// The first `most` texts of a small variable; characters are joined along the last dimension.
pub fn text_values(file: &ArrayFile, variable: &Variable, most: usize) -> Vec<String> {
    let length = match (&variable.of, variable.shape.last()) {
        (Type::Char, Some(length)) => *length,
        (Type::Char, None) => 1,
        (Type::Text { .. } | Type::String { .. }, _) => 1,
        _ => return Vec::new(),
    };
    let mut count = variable.shape.clone();
    let inner = if matches!(variable.of, Type::Char) {
        count.len().saturating_sub(1)
    } else {
        count.len()
    };
    let mut room = most as u64;
    for length in count[..inner].iter_mut().rev() {
        *length = (*length).min(room.max(1));
        room /= (*length).max(1);
    }
    if length > LONGEST {
        return Vec::new();
    }
    let Ok(bytes) = file.read(variable, &vec![0; count.len()], &count) else {
        return Vec::new();
    };
    let size = variable.of.size().unwrap_or(1)
        * if matches!(variable.of, Type::Char) {
            length as usize
        } else {
            1
        };
    let text = |bytes: &[u8]| {
        let resolved = match variable.of {
            Type::String { .. } => file.resolve(bytes, 1).unwrap_or_default(),
            _ => bytes.to_vec(),
        };
        array_file::decode_text(trimmed(&resolved)).0
    };
    bytes.chunks_exact(size.max(1)).take(most).map(text).collect()
}
