//! What single cells look like.

use crate::number::notation;
use crate::position::degrees;
use crate::time::time_form;

/// Spellings of a missing value, in any case: in a column of numbers or times these are not values. In a column of text they
/// are, for `NA` may be Namibia.
pub const MISSING_WORDS: &[&str] = &[
    "na", "n/a", "#n/a", "n.a.", "nan", "-nan", "null", "none", "nil", "missing", "\\n", "-", "--", "---",
    ".", "?", "nd", "n.d.", "n/d", "bd", "bdl", "b.d.", "*", "**", "***", "****", "ns", "no data", "nodata",
    "mm",
];

/// Whether a trimmed cell is one of [`MISSING_WORDS`], in any mixture of capital and small letters. An empty cell is not one of
/// them.
pub fn is_missing_word(cell: &[u8]) -> bool {
    // Nearly every cell has another first letter, and is not compared with every word.
    let may_be = |first: &u8| {
        matches!(
            first.to_ascii_lowercase(),
            b'n' | b'#' | b'-' | b'm' | b'\\' | b'.' | b'?' | b'b' | b'*'
        )
    };
    cell.len() <= 8
        && cell.first().is_some_and(may_be)
        && MISSING_WORDS
            .iter()
            .any(|word| cell.eq_ignore_ascii_case(word.as_bytes()))
}

/// Length of the longest cell that counts as a few words, in bytes; longer ones are sentences.
const LONGEST_WORDS: usize = 64;

/// What one cell looks like, without its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CellKind {
    /// Nothing but white space.
    Empty,
    /// One of [`MISSING_WORDS`].
    Missing,
    /// A number in any notation.
    Number,
    /// A date, a time of day, or both.
    Time,
    /// A position with degrees, minutes or a letter of the compass.
    Position,
    /// A name or a few words, at most 64 bytes.
    Text,
    /// Sentences: more than 64 bytes that are not a value.
    Prose,
}

impl CellKind {
    /// Returns the kind of a cell, without the white space around it. A cell that fits several kinds has the first of: empty,
    /// missing, number, time, position. Any other is text, or prose above 64 bytes.
    pub fn of(cell: &[u8]) -> Self {
        let cell = cell.trim_ascii();
        let Some(first) = cell.first() else {
            return CellKind::Empty;
        };
        if first.is_ascii_digit()
            && cell.len() <= 15
            && cell.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
        {
            // Nearly every number; several points are rare enough.
            if cell.iter().filter(|byte| **byte == b'.').count() < 2 {
                return CellKind::Number;
            }
        }
        if is_missing_word(cell) {
            return CellKind::Missing;
        }
        if cell.iter().any(u8::is_ascii_digit) && cell.len() <= LONGEST_WORDS {
            if notation(cell).is_some() {
                return CellKind::Number;
            }
            if time_form(cell).is_some() {
                return CellKind::Time;
            }
            if degrees(cell).is_some() {
                return CellKind::Position;
            }
        }
        if cell.len() > LONGEST_WORDS {
            CellKind::Prose
        } else {
            CellKind::Text
        }
    }

    /// Whether the cell holds a value that a column can be typed by: a number, a time or a position.
    pub fn is_value(self) -> bool {
        matches!(self, CellKind::Number | CellKind::Time | CellKind::Position)
    }

    /// Whether the cell holds words, be it a name or sentences. A word for a missing value does not count.
    pub fn is_text(self) -> bool {
        matches!(self, CellKind::Text | CellKind::Prose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_missing_word_is_one() {
        for word in MISSING_WORDS {
            assert!(is_missing_word(word.as_bytes()), "{word}");
            assert!(is_missing_word(word.to_uppercase().as_bytes()), "{word}");
        }
        assert!(!is_missing_word(b"") && !is_missing_word(b"nano") && !is_missing_word(b"5"));
    }
}
