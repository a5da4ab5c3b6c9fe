//! The error type: why a text is not a unit.

use std::fmt;

/// Why [`parse`](crate::parse) rejects a text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnitError {
    /// No unit has this name or symbol, with or without prefixes.
    Unknown(String),
    /// The text does not follow the grammar; the offset in bytes of the first error, from 0.
    Syntax(usize),
    /// The operation has no meaning, such as a power of a logarithmic unit or a reference time of a unit that is not a
    /// time.
    Meaningless(&'static str),
    /// The scale is zero or beyond the range of a double, or an exponent is beyond ±255.
    OutOfRange,
    /// The text after `since` is not a date with an optional clock and zone.
    Reference(String),
    /// The text is longer than [`MAX_LENGTH`](crate::MAX_LENGTH), or its parentheses are nested too deeply.
    TooLong,
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UnitError::Unknown(name) => write!(f, "unknown unit `{name}`"),
            UnitError::Syntax(at) => write!(f, "syntax error at byte {at}"),
            UnitError::Meaningless(what) => f.write_str(what),
            UnitError::OutOfRange => f.write_str("the scale or an exponent is out of range"),
            UnitError::Reference(text) => write!(f, "invalid reference time `{text}`"),
            UnitError::TooLong => f.write_str("the unit is too long"),
        }
    }
}

impl std::error::Error for UnitError {}
