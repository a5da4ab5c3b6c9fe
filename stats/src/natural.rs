//! The order in which people sort texts: numbers in them by their value.

use std::cmp::Ordering;

/// Compares two texts byte by byte, but runs of digits as numbers: `A2` before `A10`. Texts that differ in leading zeros only are
/// in the order of their bytes, so that the order is total.
pub(crate) fn compare(text: &[u8], other: &[u8]) -> Ordering {
    let (mut left, mut right) = (text, other);
    while let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) {
        let order = if first.is_ascii_digit() && second.is_ascii_digit() {
            let (number, after) = split_number(left);
            let (other_number, other_after) = split_number(right);
            (left, right) = (after, other_after);
            number
                .len()
                .cmp(&other_number.len())
                .then_with(|| number.cmp(other_number))
        } else {
            (left, right) = (left_rest, right_rest);
            first.cmp(second)
        };
        if order.is_ne() {
            return order;
        }
    }
    left.len().cmp(&right.len()).then_with(|| text.cmp(other))
}

/// The digits at the beginning, without leading zeros, and what follows them.
fn split_number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit());
    let (digits, after) = text.split_at(end.unwrap_or(text.len()));
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    (&digits[zeros..], after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_texts_are_compared_by_value() {
        let sorted = [
            "", "0", "00", "1", "9", "10", "A", "A02", "A2", "A2b", "A10", "A10.5", "B1", "a", "é",
        ];
        for (at, text) in sorted.iter().enumerate() {
            for (other_at, other) in sorted.iter().enumerate() {
                let order = compare(text.as_bytes(), other.as_bytes());
                assert_eq!(order, at.cmp(&other_at), "{text:?} and {other:?}");
            }
        }
    }
}
