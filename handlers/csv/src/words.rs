//! Spellings of a missing value.

/// In a column of numbers, times or truths these are no value, in any case; in a column of text they are text, for `NA`
/// may be Namibia.
pub(crate) const MISSING: &[&str] = &[
    "na", "n/a", "#n/a", "n.a.", "nan", "-nan", "null", "none", "nil", "missing", "\\n", "-", "--", "---",
    ".", "?",
];

/// Whether a trimmed cell is one of [`MISSING`].
pub(crate) fn is_missing(cell: &[u8]) -> bool {
    cell.len() <= 7
        && MISSING
            .iter()
            .any(|word| cell.eq_ignore_ascii_case(word.as_bytes()))
}
