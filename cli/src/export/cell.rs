//! One cell of an exported table.

use std::borrow::Cow;

use data_review_core::stats::Scalar;
use data_review_core::{Instant, moves_a_terminal, percent_encode_controls};
use serde::Serialize;
use serde_json::Value;

/// The value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    /// No value: empty in CSV, null in JSON.
    Empty,
    /// A count.
    Count(u64),
    /// A number.
    Number(f64),
    /// A number, or an integer that is too large for one.
    Scalar(Scalar),
    /// A date or a time.
    Time(Instant),
    /// Text that may come from a file, its name, or its handler.
    Text(&'a str),
    /// A list or map: as JSON text in CSV.
    Nested(Value),
}

impl Cell<'_> {
    /// A list or map.
    pub(super) fn nested(value: &impl Serialize) -> Self {
        // Plain data can always be written; a defect would show as an empty cell.
        serde_json::to_value(value).map_or(Cell::Empty, Cell::Nested)
    }

    /// The CSV field, before quoting. Unless `raw`, text that a spreadsheet would run as a formula is escaped; numbers never are.
    pub(crate) fn to_csv(&self, raw: bool) -> Cow<'_, str> {
        match self {
            Cell::Empty => Cow::Borrowed(""),
            Cell::Count(count) => Cow::Owned(count.to_string()),
            Cell::Number(number) => Cow::Owned(Value::from(*number).to_string()),
            Cell::Scalar(Scalar::Number(number)) => Cow::Owned(Value::from(*number).to_string()),
            Cell::Scalar(wide) => Cow::Owned(wide.to_string()),
            Cell::Time(time) if raw => Cow::Owned(time.to_string()),
            // A year with a sign looks like a formula.
            Cell::Time(time) => Cow::Owned(defuse(&time.to_string()).into_owned()),
            Cell::Text(text) if raw => Cow::Borrowed(*text),
            Cell::Text(text) => defuse(text),
            Cell::Nested(value) => escape(value.to_string()),
        }
    }

    /// As a JSON value.
    pub(super) fn to_json(&self) -> Value {
        match self {
            Cell::Empty => Value::Null,
            Cell::Count(count) => Value::from(*count),
            Cell::Number(number) => Value::from(*number),
            Cell::Scalar(Scalar::Number(number)) => Value::from(*number),
            Cell::Scalar(wide) => Value::from(wide.to_string()),
            Cell::Time(time) => Value::from(time.to_string()),
            Cell::Text(text) => Value::from(*text),
            Cell::Nested(value) => value.clone(),
        }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Cell::Text(text)
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Cell::Text(text)
    }
}

impl From<Instant> for Cell<'_> {
    fn from(time: Instant) -> Self {
        Cell::Time(time)
    }
}

impl From<u64> for Cell<'_> {
    fn from(count: u64) -> Self {
        Cell::Count(count)
    }
}

impl From<f64> for Cell<'_> {
    fn from(number: f64) -> Self {
        Cell::Number(number)
    }
}

impl From<Scalar> for Cell<'_> {
    fn from(scalar: Scalar) -> Self {
        Cell::Scalar(scalar)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Empty, Into::into)
    }
}

/// Whether no character moves the cursor of a terminal or changes the direction of writing, as in nearly all texts.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

/// `text` with control characters percent-encoded (CWE-150), and a `'` before it if a spreadsheet would run it as a formula
/// (CWE-1236).
fn defuse(text: &str) -> Cow<'_, str> {
    let tame = match is_plain(text) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(percent_encode_controls(text)),
    };
    if tame.starts_with(['=', '+', '-', '@']) {
        Cow::Owned(format!("'{tame}"))
    } else {
        tame
    }
}

/// `json` with the same characters as JSON escapes.
fn escape(json: String) -> Cow<'static, str> {
    if is_plain(&json) {
        return Cow::Owned(json);
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match moves_a_terminal(c) {
            false => out.push(c),
            true => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_encoded_and_only_they() {
        for (bad, shown) in [
            ("\tx", "%09x"),
            ("\u{1b}[2J", "%1B[2J"),
            ("\u{202e}b", "%E2%80%AEb"),
        ] {
            assert_eq!(Cell::Text(bad).to_csv(false), shown);
            assert_eq!(Cell::Text(bad).to_csv(true), bad);
        }
        assert_eq!(Cell::Text("Ærø").to_csv(false), "Ærø");
        let nested = Cell::Nested(Value::from("Æ\u{202e}\u{9b}\u{1b}"));
        assert_eq!(nested.to_csv(false), r#""Æ\u202e\u009b\u001b""#);
    }

    #[test]
    fn formulas_are_defused_and_only_they() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)"] {
            assert_eq!(Cell::Text(bad).to_csv(false), format!("'{bad}"));
            assert_eq!(Cell::Text(bad).to_csv(true), bad);
            assert_eq!(Cell::Text(bad).to_json(), Value::from(bad));
        }
        for good in ["", "a=1", "'x", "2015-08-09", " -1"] {
            assert_eq!(Cell::Text(good).to_csv(false), good);
        }
    }

    #[test]
    fn numbers_are_never_defused() {
        assert_eq!(Cell::from(-1.5).to_csv(false), "-1.5");
        assert_eq!(
            Cell::from(Scalar::Wide(-9_007_199_254_740_993)).to_csv(false),
            "-9007199254740993"
        );
        assert_eq!(Cell::from(Scalar::Number(-2.0)).to_csv(false), "-2.0");
        assert_eq!(Cell::from(1e300).to_csv(false), "1e+300");
    }

    #[test]
    fn nothing_is_empty_or_null() {
        assert_eq!(Cell::from(None::<u64>).to_csv(false), "");
        assert_eq!(Cell::from(None::<u64>).to_json(), Value::Null);
    }
}
