//! The time at which a file was written, according to the file: no observation in it is later.

use std::collections::BTreeSet;
use std::fmt;

use array_file::{ArrayFile, Attribute};
use data_review_core::Instant;

use crate::meaning::texts;

/// Argo's variables with such a time, as `YYYYMMDDhhmmss`.
const VARIABLES: [&str; 2] = ["DATE_UPDATE", "DATE_CREATION"];
/// Attributes with a time (ACDD 1.3), or with several, such as `history`.
const ATTRIBUTES: [&str; 9] = [
    "date_update",
    "date_modified",
    "date_created",
    "date_issued",
    "date_metadata_modified",
    "creation_date",
    "file_creation_date",
    "cchdo_date",
    "history",
];
/// Most bytes of an attribute that are searched.
const MOST: usize = 1 << 16;
/// If a file does not say when it was written, no time before this year is in the future.
const LAST_YEAR: i64 = 2100;
/// Largest difference of clocks and time zones, in nanoseconds.
const MARGIN: i128 = 86_400_000_000_000;

/// The latest time that an observation may have.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Bound {
    /// The time at which the file was written.
    Written(Instant),
    /// The file does not say when it was written.
    #[default]
    Unknown,
}

impl Bound {
    /// Whether a time is later than it may be.
    pub(super) fn is_exceeded_by(self, time: Instant) -> bool {
        match self {
            Bound::Written(written) => time.to_unix_nanos() - written.to_unix_nanos() > MARGIN,
            Bound::Unknown => time.year() >= LAST_YEAR,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bound::Written(written) => write!(f, "{written}, when the file was written"),
            Bound::Unknown => write!(f, "the year {}", LAST_YEAR - 1),
        }
    }
}

/// The latest of the times at which a file says that it was written or changed.
pub(super) fn bound(file: &ArrayFile, axes: &BTreeSet<String>) -> Bound {
    let of_variables = VARIABLES
        .iter()
        .flat_map(|name| texts(file, axes, name, 1))
        .filter_map(|text| packed(text.trim()));
    let attributes = file.root.attributes.iter().filter(|attribute| {
        let name = attribute.name.to_ascii_lowercase();
        ATTRIBUTES.contains(&name.as_str())
    });
    let of_attributes = attributes.filter_map(Attribute::text).flat_map(times);
    of_variables
        .chain(of_attributes)
        .max()
        .map_or(Bound::Unknown, Bound::Written)
}

/// The times in ISO 8601 among the words of a text.
fn times(text: &str) -> Vec<Instant> {
    let mut end = text.len().min(MOST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let words = text[..end].split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')'));
    words
        .map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
        .filter(|word| word.len() >= 8)
        .filter_map(|word| Instant::parse(word).or_else(|| packed(word)))
        .collect()
}

/// Parses `YYYYMMDDhhmmss` or `YYYYMMDD`.
fn packed(text: &str) -> Option<Instant> {
    let is_packed = matches!(text.len(), 8 | 14) && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u8>().ok();
    if !is_packed {
        return None;
    }
    let year = text[..4]
        .parse()
        .ok()
        .filter(|year| (1900..LAST_YEAR).contains(year))?;
    let clock = |at: usize| {
        if text.len() == 14 {
            number(at..at + 2)
        } else {
            Some(0)
        }
    };
    Instant::new(
        year,
        number(4..6)?,
        number(6..8)?,
        clock(8)?,
        clock(10)?,
        clock(12)?,
        0,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_real_attributes() {
        let text = "2018-06-13T12:00:00Z creation; 2019-02-03T10:11:12Z last update (coriolis software)";
        let all: Vec<String> = times(text).iter().map(Instant::to_string).collect();
        assert_eq!(all, ["2018-06-13T12:00:00Z", "2019-02-03T10:11:12Z"]);
        assert_eq!(times("Wed Jun 13 12:00:00 2018: ncks -O"), []);
        assert_eq!(
            packed("20180613120000").unwrap().to_string(),
            "2018-06-13T12:00:00Z"
        );
        assert_eq!(packed("20180230120000"), None);
        assert_eq!(packed("99999999"), None);
    }

    #[test]
    fn a_day_later_than_written_is_tolerated() {
        let at = |text| Instant::parse(text).unwrap();
        let bound = Bound::Written(at("2018-06-13T12:00:00Z"));
        assert!(!bound.is_exceeded_by(at("2018-06-14T12:00:00Z")));
        assert!(bound.is_exceeded_by(at("2018-06-14T12:00:01Z")));
        assert!(!Bound::Unknown.is_exceeded_by(at("2099-12-31T00:00:00Z")));
        assert!(Bound::Unknown.is_exceeded_by(at("2100-01-01T00:00:00Z")));
    }
}
