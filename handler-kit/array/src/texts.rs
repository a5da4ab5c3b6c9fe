//! Texts of characters and of references.

use array_file::{ArrayFile, Type, Variable};

/// Longest text of characters along the last dimension, in bytes; longer dimensions are not lengths of texts.
pub(crate) const LONGEST: u64 = 64 << 10;

/// A text without its padding: everything from the first NUL on, and white space at its end.
pub(crate) fn trimmed(bytes: &[u8]) -> &[u8] {
    bytes
        .split(|byte| *byte == 0)
        .next()
        .unwrap_or_default()
        .trim_ascii_end()
}

/// The first `most` texts of a small variable. Characters are `joined` along the last dimension, or are texts of one
/// character.
pub fn text_values(file: &ArrayFile, variable: &Variable, joined: bool, most: usize) -> Vec<String> {
    if !variable.of.is_text() {
        return Vec::new();
    }
    let length = variable.shape.last().copied().filter(|_| joined).unwrap_or(1);
    let mut count = variable.shape.clone();
    let inner = count.len() - usize::from(joined && !count.is_empty());
    let mut left = most as u64;
    for length in count[..inner].iter_mut().rev() {
        *length = (*length).min(left.max(1));
        left /= (*length).max(1);
    }
    if length > LONGEST {
        return Vec::new();
    }
    let Ok(bytes) = file.read(variable, &vec![0; count.len()], &count) else {
        return Vec::new();
    };
    let size = variable.of.size().unwrap_or(1) * length as usize;
    let text = |bytes: &[u8]| {
        let resolved = match variable.of {
            Type::String { .. } => file.resolve(bytes, 1).unwrap_or_default(),
            _ => bytes.to_vec(),
        };
        array_file::decode_text(trimmed(&resolved)).0
    };
    bytes.chunks_exact(size.max(1)).take(most).map(text).collect()
}
