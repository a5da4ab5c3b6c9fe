//! The moment from which times are counted, as a unit writes it.

use std::fmt;

use crate::scanner::is_blank;

/// Words that separate the unit of a time from its reference, in any case.
const WORDS: [&str; 4] = ["since", "after", "from", "ref"];
/// Names of UTC, in any case.
const UTC: [&str; 3] = ["UTC", "GMT", "Z"];
/// Most digits of a year: UDUNITS-2 accepts 4, its newest versions 7; geologists need 10.
const YEAR_DIGITS: usize = 10;
/// Nanoseconds of a second.
const SECOND: i64 = 1_000_000_000;

/// A date with a time of day and a zone, as written: which instant it is depends on a calendar.
///
/// The fields of the date are checked for their range only, because a calendar may have 30 days in February.
///
/// ```
/// let unit = udunits::parse("days since 1992-10-8 15:15:42.5 -6:00")?;
/// let reference = unit.reference().unwrap();
/// assert_eq!((reference.year, reference.month, reference.day), (1992, 10, 8));
/// assert_eq!(reference.nanosecond, (15 * 3600 + 15 * 60 + 42) * 1_000_000_000 + 500_000_000);
/// assert_eq!(reference.zone_minutes, -360);
/// # Ok::<(), udunits::UnitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reference {
    /// Year as written, which may be 0 or negative.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
    /// Nanoseconds since midnight, local time, up to 24:00:00. A clock that is written with a minus is negative.
    pub nanosecond: i64,
    /// Minutes by which local time is ahead of UTC.
    pub zone_minutes: i32,
}

impl Reference {
    /// Reads `date [ ( "T" | blanks ) clock [ zone ] ]`.
    ///
    /// The date is `1950-1-1`, `1950-01`, `1950` or packed (`19500101`), the clock `12:30:15.5`, `12:30` or packed
    /// (`123015`). The zone is `UTC`, `GMT`, `Z`, or hours ahead of UTC with or without sign, colon and minutes: `-5:30`,
    /// `+0530`, `0`. `None` for anything else.
    ///
    /// ```
    /// use udunits::Reference;
    ///
    /// let packed = Reference::parse("19700101T000000").unwrap();
    /// assert_eq!(Some(packed), Reference::parse("1970-1-1 00:00 +00:00"));
    /// assert_eq!(Reference::parse("1970-13-01"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Reference> {
        let text = text.trim_matches(is_blank);
        let ((year, month, day), rest) = date(text)?;
        let after = rest
            .strip_prefix(['T', 't'])
            .unwrap_or(rest)
            .trim_start_matches(is_blank);
        let (nanosecond, rest) = match zone(after) {
            // A named zone may follow the date directly.
            Some(_) if after.starts_with(|c: char| c.is_ascii_alphabetic()) => (0, after),
            _ if after.is_empty() => (0, after),
            _ if after.len() == rest.len() => return None,
            _ => clock(after)?,
        };
        Some(Reference {
            year,
            month,
            day,
            nanosecond,
            zone_minutes: zone(rest.trim_start_matches(is_blank))?,
        })
    }
}

/// Written in a form that UDUNITS-2 parses: `1950-01-01 00:00:00 -5:30`.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reference { year, month, day, .. } = self;
        write!(f, "{year:04}-{month:02}-{day:02}")?;
        let (seconds, fraction) = (self.nanosecond.abs() / SECOND, self.nanosecond.abs() % SECOND);
        if self.nanosecond != 0 || self.zone_minutes != 0 {
            let sign = if self.nanosecond < 0 { "-" } else { "" };
            let (hour, minute) = (seconds / 3600, seconds / 60 % 60);
            write!(f, " {sign}{hour:02}:{minute:02}:{:02}", seconds % 60)?;
        }
        if fraction != 0 {
            write!(f, ".{}", format!("{fraction:09}").trim_end_matches('0'))?;
        }
        if self.zone_minutes != 0 {
            let sign = if self.zone_minutes < 0 { '-' } else { '+' };
            let minutes = self.zone_minutes.abs();
            write!(f, " {sign}{}:{:02}", minutes / 60, minutes % 60)?;
        }
        Ok(())
    }
}

/// The unit and the reference of a text with `since`, `after`, `from`, `ref` or `@` between them; `None` without such a
/// word. Neither part is checked.
///
/// ```
/// let parts = udunits::split_reference("Days Since 1950-01-01");
/// assert_eq!(parts, Some(("Days", "1950-01-01")));
/// assert_eq!(udunits::split_reference("days"), None);
/// ```
pub fn split_reference(text: &str) -> Option<(&str, &str)> {
    if let Some((unit, reference)) = text.split_once('@') {
        return Some((unit.trim(), reference.trim()));
    }
    let mut end = 0;
    for word in text.split(is_blank) {
        if end > 0 && WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            return Some((text[..end].trim(), text[end + word.len()..].trim()));
        }
        end += word.len() + 1;
    }
    None
}

/// The number at the beginning of a text, of at most `most` digits, and what follows; `None` without digits, or with
/// more.
fn digits(text: &str, most: usize) -> Option<(i64, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let value = text[..length].parse().ok()?;
    (length <= most).then_some((value, &text[length..]))
}

fn signed(text: &str) -> (i64, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (-1, &text[1..]),
        Some(b'+') => (1, &text[1..]),
        _ => (1, text),
    }
}

fn date(text: &str) -> Option<((i64, u8, u8), &str)> {
    let (sign, text) = signed(text);
    let (first, rest) = digits(text, YEAR_DIGITS)?;
    let (year, month, day, rest) = if let Some(rest) = rest.strip_prefix('-') {
        let (month, rest) = digits(rest, 2)?;
        match rest.strip_prefix('-') {
            Some(rest) => {
                let (day, rest) = digits(rest, 2)?;
                (first, month, day, rest)
            }
            None => (first, month, 1, rest),
        }
    } else {
        match text.len() - rest.len() {
            ..=4 => (first, 1, 1, rest),
            5 => (first / 10, first % 10, 1, rest),
            6 => (first / 100, first % 100, 1, rest),
            7 => (first / 1000, first / 10 % 100, first % 10, rest),
            8 => (first / 10_000, first / 100 % 100, first % 100, rest),
            _ => return None,
        }
    };
    let possible = (1..=12).contains(&month) && (1..=31).contains(&day);
    possible.then_some(((sign * year, month as u8, day as u8), rest))
}

/// Nanoseconds since midnight, and what follows.
fn clock(text: &str) -> Option<(i64, &str)> {
    let (sign, text) = signed(text);
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (hour, minute, second, rest) = if text[length..].starts_with(':') {
        let (hour, rest) = digits(text, 2)?;
        let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
        match rest.strip_prefix(':') {
            Some(rest) => {
                let (second, rest) = digits(rest, 2)?;
                (hour, minute, Some(second), rest)
            }
            None => (hour, minute, None, rest),
        }
    } else {
        let (value, rest) = digits(text, 6)?;
        match length {
            ..=2 => (value, 0, None, rest),
            3 | 4 => (value / 100, value % 100, None, rest),
            _ => (value / 10_000, value / 100 % 100, Some(value % 100), rest),
        }
    };
    let (fraction, rest) = match rest.strip_prefix('.').filter(|_| second.is_some()) {
        Some(rest) => fraction(rest),
        None => (0, rest),
    };
    let second = second.unwrap_or(0);
    let of_day = ((hour * 60 + minute) * 60 + second) * SECOND + fraction;
    // 60 is a leap second; 24:00 is the end of the day.
    let possible = minute < 60 && second <= 60 && (hour < 24 || of_day == 24 * 3600 * SECOND);
    possible.then_some((sign * of_day, rest))
}

/// Nanoseconds of the digits after the decimal point of a second, and what follows.
fn fraction(text: &str) -> (i64, &str) {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let digits = &text.as_bytes()[..length.min(9)];
    let value = digits
        .iter()
        .fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    let missing = 9 - digits.len() as u32;
    (value * 10i64.pow(missing), &text[length..])
}

/// Minutes ahead of UTC that a text states; an empty text is UTC.
fn zone(text: &str) -> Option<i32> {
    if text.is_empty() || UTC.iter().any(|name| name.eq_ignore_ascii_case(text)) {
        return Some(0);
    }
    let (sign, text) = signed(text);
    let (hour, minute) = match text.split_once(':') {
        Some((hour, minute)) => (whole(hour)?, whole(minute)?),
        None if text.len() <= 2 => (whole(text)?, 0),
        None => {
            let value = digits(text, 4).filter(|(_, rest)| rest.is_empty())?.0;
            (value / 100, value % 100)
        }
    };
    let possible = hour < 24 && minute < 60;
    i32::try_from(sign * (hour * 60 + minute))
        .ok()
        .filter(|_| possible)
}

fn whole(text: &str) -> Option<i64> {
    digits(text, 2)
        .filter(|(_, rest)| rest.is_empty())
        .map(|(value, _)| value)
}
