//! Times as the rows and messages hold them: RFC 3339 in UTC, to the millisecond.

/// The current time.
pub fn now() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

/// A time in milliseconds since 1970; `None` if it is out of range.
pub(crate) fn at_millisecond(milliseconds: i64) -> Option<String> {
    let at = jiff::Timestamp::from_millisecond(milliseconds).ok()?;
    Some(format!("{at:.3}"))
}
