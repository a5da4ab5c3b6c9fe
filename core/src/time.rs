//! A moment or a calendar date in UTC, compared as an instant.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const NANOS_PER_SECOND: u64 = 1_000_000_000;
const NANOS_PER_MINUTE: u64 = 60 * NANOS_PER_SECOND;
const NANOS_PER_DAY: u64 = 86_400 * NANOS_PER_SECOND;
/// Length of the longest text that [`Instant::parse`] accepts, in bytes: 20 for a year, and a fraction that is longer
/// than any clock needs.
const LONGEST: usize = 128;

/// A moment in UTC, or a calendar date without a time of day.
///
/// Instants are equal and ordered as moments: a date is its midnight, so `2015-08-10` equals `2015-08-10T00:00:00Z`. The
/// text keeps the difference: a date is written without a time of day. Years follow the proleptic Gregorian calendar
/// with a year 0 (ISO 8601) and may have any value of an `i64`; every operation takes constant time.
///
/// ```
/// use data_review_core::Instant;
///
/// let noon = Instant::parse("2015-08-10 12:00+02:00").unwrap();
/// assert_eq!(noon.to_string(), "2015-08-10T10:00:00Z");
/// assert!(Instant::parse("2015-08-10").unwrap() < noon);
/// assert_eq!(Instant::date(-4712, 1, 1).unwrap().to_string(), "-004712-01-01");
/// assert_eq!(Instant::parse("2022-02-29"), None);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Instant {
    year: i64,
    /// 1 to 12.
    month: u8,
    /// 1 to 31.
    day: u8,
    /// Whether the time of day is not known; then `nanosecond` is 0.
    is_date: bool,
    /// Nanosecond of the day.
    nanosecond: u64,
}

impl Instant {
    /// A calendar date of the proleptic Gregorian calendar; `None` for a day that the month does not have.
    pub fn date(year: i64, month: u8, day: u8) -> Option<Instant> {
        is_day(year, month, day).then_some(Instant {
            year,
            month,
            day,
            is_date: true,
            nanosecond: 0,
        })
    }

    /// A moment of the proleptic Gregorian calendar, in UTC.
    ///
    /// 24:00:00 is 00:00:00 of the next day, and so is the leap second 23:59:60. `None` for a day that the month does not
    /// have, and for any other time of day out of range.
    pub fn new(
        year: i64,
        month: u8,
        day: u8,
        hour: u8,
        minute: u8,
        second: u8,
        nanosecond: u32,
    ) -> Option<Instant> {
        let in_day = clock(hour, minute, second, nanosecond)?;
        Instant::date(year, month, day)?.later_by(i128::from(in_day))
    }

    /// A moment of a calendar other than the Gregorian one, such as 30 February of the calendar `360_day`.
    ///
    /// Only the range of each field is checked: month 1 to 12, day 1 to 31, less than 86,400·10⁹ nanoseconds of the
    /// day. `None` if a field is out of range.
    pub fn of_calendar(year: i64, month: u8, day: u8, nanosecond_of_day: u64) -> Option<Instant> {
        let is_valid =
            (1..=12).contains(&month) && (1..=31).contains(&day) && nanosecond_of_day < NANOS_PER_DAY;
        is_valid.then_some(Instant {
            year,
            month,
            day,
            is_date: false,
            nanosecond: nanosecond_of_day,
        })
    }

    /// The moment `nanos` nanoseconds after 1970-01-01T00:00:00Z; `None` if its year does not fit into an `i64`.
    pub fn from_unix_nanos(nanos: i128) -> Option<Instant> {
        let (year, month, day) = date_of(nanos.div_euclid(i128::from(NANOS_PER_DAY)));
        Some(Instant {
            year: i64::try_from(year).ok()?,
            month,
            day,
            is_date: false,
            nanosecond: u64::try_from(nanos.rem_euclid(i128::from(NANOS_PER_DAY))).ok()?,
        })
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z. A day that does not exist in the Gregorian calendar is counted from the
    /// first of its month: 30 February is 1 or 2 March.
    pub fn to_unix_nanos(&self) -> i128 {
        day_of(self.year, self.month, self.day) * i128::from(NANOS_PER_DAY) + i128::from(self.nanosecond)
    }

    /// The moment `minutes` later. The negative of its offset turns a local time into UTC. A result beyond the range of
    /// years is replaced by the moment itself.
    #[must_use]
    pub fn shift_minutes(self, minutes: i32) -> Instant {
        self.later_by(i128::from(minutes) * i128::from(NANOS_PER_MINUTE))
            .unwrap_or(self)
    }

    /// Adds nanoseconds; the result has a time of day. Within the day the date of a foreign calendar is kept.
    fn later_by(self, nanos: i128) -> Option<Instant> {
        match u64::try_from(i128::from(self.nanosecond) + nanos) {
            Ok(nanosecond) if nanosecond < NANOS_PER_DAY => Some(Instant {
                nanosecond,
                is_date: false,
                ..self
            }),
            _ => Instant::from_unix_nanos(self.to_unix_nanos() + nanos),
        }
    }

    /// Reads ISO 8601: `2015-08-10`, `2015-08-10T12:30`, `2015-08-10 12:30:15.5Z`, `20150810T123015+0200`.
    ///
    /// A time of day follows a `T` or a blank, and may end with `Z`, `UTC` or an offset `±hh`, `±hhmm` or `±hh:mm`; without
    /// one it is UTC. Digits of a fraction beyond the ninth are cut off. A year has four digits, or a sign and four to
    /// nineteen. `None` for anything else, and for a day or a time of day that does not exist.
    pub fn parse(text: &str) -> Option<Instant> {
        parse(text, Instant::date)
    }

    /// Whether this is a date without a time of day.
    pub fn is_date(&self) -> bool {
        self.is_date
    }

    /// The astronomical year: year 0 is 1 BC, year −1 is 2 BC.
    pub fn year(&self) -> i64 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(&self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    pub fn day(&self) -> u8 {
        self.day
    }

    /// Nanoseconds since midnight, less than 86,400·10⁹; 0 for a date.
    pub fn nanosecond_of_day(&self) -> u64 {
        self.nanosecond
    }

    /// The same day without the time of day.
    #[must_use]
    pub fn to_date(self) -> Instant {
        Instant {
            is_date: true,
            nanosecond: 0,
            ..self
        }
    }

    fn fields(&self) -> (i64, u8, u8, u64) {
        (self.year, self.month, self.day, self.nanosecond)
    }
}

impl PartialEq for Instant {
    fn eq(&self, other: &Self) -> bool {
        self.fields() == other.fields()
    }
}

impl Eq for Instant {}

impl Hash for Instant {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.fields().hash(state);
    }
}

impl Ord for Instant {
    fn cmp(&self, other: &Self) -> Ordering {
        self.fields().cmp(&other.fields())
    }
}

impl PartialOrd for Instant {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Written as `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SS[.f…]Z`. Years outside 0…9999 have a sign and at least six digits.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            0..=9999 => write!(f, "{:04}", self.year)?,
            year => write!(
                f,
                "{}{:06}",
                if year < 0 { '-' } else { '+' },
                year.unsigned_abs()
            )?,
        }
        write!(f, "-{:02}-{:02}", self.month, self.day)?;
        if self.is_date {
            return Ok(());
        }
        let (second, nanosecond) = (
            self.nanosecond / NANOS_PER_SECOND,
            self.nanosecond % NANOS_PER_SECOND,
        );
        let (hour, minute) = (second / 3600, second / 60 % 60);
        write!(f, "T{hour:02}:{minute:02}:{:02}", second % 60)?;
        if nanosecond > 0 {
            let digits = format!("{nanosecond:09}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

/// The error of parsing a text that is not an ISO 8601 date or time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid date or time; expected ISO 8601, such as 2015-08-10 or 2015-08-10T12:30:00Z")]
pub struct InvalidTime;

impl FromStr for Instant {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        Instant::parse(text).ok_or(InvalidTime)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Also reads days that exist only in another calendar: documents of model output contain them.
impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let any_day = |year, month, day| Some(Instant::of_calendar(year, month, day, 0)?.to_date());
        parse(&text, any_day).ok_or_else(|| serde::de::Error::custom(InvalidTime))
    }
}

impl JsonSchema for Instant {
    fn schema_name() -> Cow<'static, str> {
        "Instant".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "UTC, ISO 8601: a date, or a date and a time of day. Years outside 0 to 9999 have a sign and at \
                            least six digits.",
            "type": "string",
            "pattern": "^([0-9]{4}|[+-][0-9]{6,19})-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?Z)?$"
        })
    }
}

/// Nanoseconds of the day, at most those of a whole day; `None` if a field is out of range.
fn clock(hour: u8, minute: u8, second: u8, nanosecond: u32) -> Option<u64> {
    match (hour, minute, second, nanosecond) {
        (24, 0, 0, 0) | (23, 59, 60, 0..1_000_000_000) => Some(NANOS_PER_DAY + u64::from(nanosecond)),
        (0..24, 0..60, 0..60, 0..1_000_000_000) => {
            let seconds = u64::from(hour) * 3600 + u64::from(minute) * 60 + u64::from(second);
            Some(seconds * NANOS_PER_SECOND + u64::from(nanosecond))
        }
        _ => None,
    }
}

/// Parses a text: `date` makes the date, and a time of day may follow.
fn parse(text: &str, date: fn(i64, u8, u8) -> Option<Instant>) -> Option<Instant> {
    if text.len() > LONGEST {
        return None;
    }
    let mut rest = Digits(text.as_bytes());
    let year = rest.year()?;
    let is_basic = !rest.skip(b"-");
    let month = rest.two()?;
    if is_basic == rest.skip(b"-") {
        return None;
    }
    let day = date(year, month, rest.two()?)?;
    if rest.0.is_empty() {
        // Eight digits alone are more often a number than a date.
        return (!is_basic).then_some(day);
    }
    if !rest.skip(b"Tt") && (is_basic || !rest.skip(b" ")) {
        return None;
    }
    let (nanos, is_leap) = rest.clock(is_basic)?;
    let minutes = rest.zone()?;
    let moment = day.later_by(nanos - i128::from(minutes) * i128::from(NANOS_PER_MINUTE))?;
    if !is_leap {
        return Some(moment);
    }
    // A leap second is valid only at the end of a UTC day.
    let is_last = moment.nanosecond / NANOS_PER_SECOND == 86_399;
    moment.later_by(i128::from(NANOS_PER_SECOND)).filter(|_| is_last)
}

/// The bytes that are not yet parsed.
struct Digits<'t>(&'t [u8]);

impl Digits<'_> {
    /// Skips one byte if it is among `any`, and says whether it did.
    fn skip(&mut self, any: &[u8]) -> bool {
        match self.0 {
            [first, rest @ ..] if any.contains(first) => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// Consumes all digits up to the next other byte.
    fn digits(&mut self) -> &[u8] {
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.0.split_at(count);
        self.0 = rest;
        digits
    }

    /// Four digits, or a sign and four to nineteen.
    fn year(&mut self) -> Option<i64> {
        let is_negative = self.0.first() == Some(&b'-');
        if !self.skip(b"+-") {
            let (year, rest) = self.0.split_first_chunk::<4>()?;
            self.0 = rest;
            let digits = year.iter().all(u8::is_ascii_digit);
            return digits.then(|| number(year)).map(i64::from);
        }
        let digits = self.digits();
        if !(4..=19).contains(&digits.len()) {
            return None;
        }
        let year = digits
            .iter()
            .fold(0i128, |year, digit| year * 10 + i128::from(digit - b'0'));
        match is_negative {
            true if year == 0 => None,
            true => i64::try_from(-year).ok(),
            false => i64::try_from(year).ok(),
        }
    }

    fn two(&mut self) -> Option<u8> {
        let (two, rest) = self.0.split_first_chunk::<2>()?;
        self.0 = rest;
        let digits = two.iter().all(u8::is_ascii_digit);
        digits.then(|| (two[0] - b'0') * 10 + two[1] - b'0')
    }

    /// Parses `hh`, `hh:mm` or `hh:mm:ss[.f]`, without colons if `is_basic`. Returns the nanoseconds of the day, and
    /// whether a leap second is to be added.
    fn clock(&mut self, is_basic: bool) -> Option<(i128, bool)> {
        let hour = self.two()?;
        let (mut minute, mut second, mut nanosecond) = (0, 0, 0);
        let next = |rest: &mut Self, into: &mut u8| {
            let follows = match is_basic {
                true => rest.0.first().is_some_and(u8::is_ascii_digit),
                false => rest.skip(b":"),
            };
            if follows {
                *into = rest.two()?;
            }
            Some(follows)
        };
        if next(self, &mut minute)? && next(self, &mut second)? && self.skip(b".,") {
            let fraction = self.digits();
            if fraction.is_empty() {
                return None;
            }
            let digits = fraction.iter().map(|digit| u32::from(digit - b'0'));
            let nine = digits.chain(std::iter::repeat(0)).take(9);
            nanosecond = nine.fold(0, |nanos, digit| nanos * 10 + digit);
        }
        let is_leap = second == 60;
        let nanos = clock(hour, minute, if is_leap { 59 } else { second }, nanosecond)?;
        Some((i128::from(nanos), is_leap))
    }

    /// Parses an offset up to the end of the text, and returns the minutes by which the clock is ahead of UTC.
    fn zone(&mut self) -> Option<i32> {
        self.skip(b" ");
        let is_negative = match self.0 {
            b"" | b"Z" | b"z" | b"UTC" => return Some(0),
            [sign @ (b'+' | b'-'), rest @ ..] => {
                let is_negative = *sign == b'-';
                self.0 = rest;
                is_negative
            }
            _ => return None,
        };
        let hours = self.two()?;
        self.skip(b":");
        let minutes = match self.0 {
            b"" => 0,
            _ => self.two()?,
        };
        if !self.0.is_empty() || hours > 24 || minutes > 59 {
            return None;
        }
        let offset = i32::from(hours) * 60 + i32::from(minutes);
        Some(if is_negative { -offset } else { offset })
    }
}

fn number(digits: &[u8]) -> u16 {
    digits
        .iter()
        .fold(0, |value, digit| value * 10 + u16::from(digit - b'0'))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn is_day(year: i64, month: u8, day: u8) -> bool {
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// Days of 400 years.
const CYCLE: i128 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i128 = 719_468;

/// Days since 1970-01-01. Years are counted from March, so that the leap day is the last of the year (H. Hinnant,
/// "chrono-compatible low-level date algorithms").
fn day_of(year: i64, month: u8, day: u8) -> i128 {
    let year = i128::from(year) - i128::from(month <= 2);
    let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
    let month = i128::from((month + 9) % 12);
    let in_year = (153 * month + 2) / 5 + i128::from(day) - 1;
    cycle * CYCLE + 365 * year + year / 4 - year / 100 + in_year - EPOCH
}

/// The inverse of [`day_of`].
fn date_of(days: i128) -> (i128, u8, u8) {
    let days = days + EPOCH;
    let (cycle, in_cycle) = (days.div_euclid(CYCLE), days.rem_euclid(CYCLE));
    let year = (in_cycle - in_cycle / 1460 + in_cycle / 36_524 - in_cycle / 146_096) / 365;
    let in_year = in_cycle - (365 * year + year / 4 - year / 100);
    let month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = cycle * 400 + year + i128::from(month <= 2);
    // Both are between 1 and 31 by construction.
    (year, month as u8, day as u8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Option<String> {
        Instant::parse(text).map(|time| time.to_string())
    }

    #[test]
    fn forms_of_iso_8601() {
        for (text, expected) in [
            ("2015-08-10", "2015-08-10"),
            ("2015-08-10T12:30", "2015-08-10T12:30:00Z"),
            ("2015-08-10 12:30:15.250", "2015-08-10T12:30:15.25Z"),
            ("2015-08-10t12:30:15,5z", "2015-08-10T12:30:15.5Z"),
            ("2015-08-10T12:30:15.1234567899", "2015-08-10T12:30:15.123456789Z"),
            ("2015-08-10 12:30:00 UTC", "2015-08-10T12:30:00Z"),
            ("2015-08-10T01:30:00+02", "2015-08-09T23:30:00Z"),
            ("2015-08-10 23:30:00 -0130", "2015-08-11T01:00:00Z"),
            ("20150810T123015Z", "2015-08-10T12:30:15Z"),
            ("20150810T1230+05:30", "2015-08-10T07:00:00Z"),
            ("2015-08-10T12", "2015-08-10T12:00:00Z"),
            ("2015-12-31T24:00:00", "2016-01-01T00:00:00Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("2016-12-31T18:59:60.5-05:00", "2017-01-01T00:00:00.5Z"),
            ("0000-01-01", "0000-01-01"),
            ("-4713-11-24T12:00:00Z", "-004713-11-24T12:00:00Z"),
            ("+12345678-01-01", "+12345678-01-01"),
            ("+9223372036854775807-12-31", "+9223372036854775807-12-31"),
            (
                "-9223372036854775808-01-01T00:00Z",
                "-9223372036854775808-01-01T00:00:00Z",
            ),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn invalid_times_are_rejected() {
        for text in [
            "",
            "2022-02-29",
            "1900-02-29T00:00Z",
            "2015-00-10",
            "2015-13-10",
            "2015-04-31",
            "2015-8-10",
            "15-08-10",
            "20150810",
            "2015-0810",
            "201508-10",
            "2015-08-10T",
            "2015-08-10T1:30",
            "2015-08-10T24:00:01",
            "2015-08-10T24:01",
            "2015-08-10T25:00",
            "2015-08-10T12:60",
            "2015-08-10T12:30:60",
            "2016-12-31T23:59:60+01:00",
            "2015-08-10T12:30:15.",
            "2015-08-10T12:30.5",
            "2015-08-10T12:30:15X",
            "2015-08-10T12:30:15+25",
            "2015-08-10T12:30:15+1",
            "2015-08-10  12:30",
            "-0000-01-01",
            "+123-01-01",
            "+99999999999999999999-01-01",
            "+9223372036854775807-12-31T24:00",
            "2015-08-10T12:30:15é",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
        let seconds = "2015-08-10T12:30:15.";
        let of_length = |length: usize| format!("{seconds}{}", "1".repeat(length - seconds.len()));
        assert!(shown(&of_length(LONGEST)).is_some());
        assert_eq!(shown(&of_length(LONGEST + 1)), None);
    }

    #[test]
    fn midnight_and_leap_seconds_roll_over() {
        let new = |hour, minute, second, nanos| Instant::new(2015, 12, 31, hour, minute, second, nanos);
        let year = Instant::date(2016, 1, 1);
        assert_eq!(new(24, 0, 0, 0), year);
        assert_eq!(new(23, 59, 60, 0), year);
        assert_eq!(new(24, 0, 0, 1), None);
        assert_eq!(new(22, 59, 60, 0), None);
        assert_eq!(new(1, 2, 3, 1_000_000_000), None);
        assert_eq!(Instant::new(2022, 2, 29, 0, 0, 0, 0), None);
        assert_eq!(Instant::new(i64::MAX, 12, 31, 24, 0, 0, 0), None);
    }

    #[test]
    fn mixed_forms_compare_as_moments() {
        let at = |text: &str| Instant::parse(text).unwrap();
        assert_eq!(at("2015-08-10"), at("2015-08-10 00:00"));
        assert!(at("2015-08-10 12:00") > at("2015-08-10T11:59:59.9"));
        assert!(at("-000001-01-01") < at("0000-01-01") && at("9999-12-31") < at("+010000-01-01"));
        assert!(at("2015-08-10T23:00-02:00") > at("2015-08-11"));
    }

    #[test]
    fn a_shift_keeps_a_foreign_day_within_the_day_and_the_ends_of_time() {
        let february = Instant::of_calendar(2001, 2, 30, 0).unwrap();
        assert_eq!(february.to_string(), "2001-02-30T00:00:00Z");
        assert_eq!(february.shift_minutes(60).to_string(), "2001-02-30T01:00:00Z");
        assert_eq!(february.shift_minutes(-1).to_string(), "2001-03-01T23:59:00Z");
        let last = Instant::new(i64::MAX, 12, 31, 23, 59, 0, 0).unwrap();
        assert_eq!(last.shift_minutes(1), last);
        assert_eq!(Instant::from_unix_nanos(i128::MAX), None);
        assert_eq!(Instant::of_calendar(2001, 2, 32, 0), None);
        assert_eq!(Instant::of_calendar(2001, 2, 1, NANOS_PER_DAY), None);
    }

    #[test]
    fn json_is_the_text_and_reads_days_of_other_calendars() {
        let february = Instant::of_calendar(2001, 2, 30, 0).unwrap();
        for time in [february, february.to_date(), Instant::date(2015, 8, 10).unwrap()] {
            let json = serde_json::to_string(&time).unwrap();
            assert_eq!(json, format!("\"{time}\""));
            let back: Instant = serde_json::from_str(&json).unwrap();
            assert_eq!((back, back.is_date()), (time, time.is_date()));
        }
        assert!(serde_json::from_str::<Instant>("\"2001-02-32\"").is_err());
    }

    fn years() -> impl Strategy<Value = i64> {
        prop_oneof![1900i64..2100, -10_000i64..20_000, any::<i64>()]
    }

    fn moments() -> impl Strategy<Value = Instant> {
        let clock = prop_oneof![
            Just(0),
            0..NANOS_PER_DAY,
            (0..86_400u64).prop_map(|s| s * NANOS_PER_SECOND)
        ];
        (years(), 1u8..=12, 1u8..=31, clock, any::<bool>()).prop_filter_map(
            "a day of the calendar",
            |(year, month, day, nanos, is_date)| {
                let day = Instant::date(year, month, day)?;
                if is_date {
                    Some(day)
                } else {
                    day.later_by(i128::from(nanos))
                }
            },
        )
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_moments(a in moments(), b in moments()) {
            prop_assert_eq!(a.cmp(&b), a.to_unix_nanos().cmp(&b.to_unix_nanos()));
            prop_assert_eq!(a == b, a.cmp(&b) == Ordering::Equal);
        }

        #[test]
        fn the_text_parses_to_the_same_instant(time in moments()) {
            let back = Instant::parse(&time.to_string());
            prop_assert_eq!(back.map(|back| (back, back.is_date())), Some((time, time.is_date())));
            let expanded = !(0..=9999).contains(&time.year());
            prop_assert_eq!(time.to_string().starts_with(['+', '-']), expanded);
        }

        #[test]
        fn nanoseconds_there_and_back(time in moments(), nanos in any::<i128>(), minutes in any::<i32>()) {
            prop_assert_eq!(Instant::from_unix_nanos(time.to_unix_nanos()), Some(time));
            if let Some(other) = Instant::from_unix_nanos(nanos) {
                prop_assert_eq!(other.to_unix_nanos(), nanos);
            }
            let shifted = time.shift_minutes(minutes);
            let moved = i128::from(minutes) * i128::from(NANOS_PER_MINUTE);
            prop_assert!(shifted == time || shifted.to_unix_nanos() - time.to_unix_nanos() == moved);
        }

        #[test]
        fn consecutive_days_are_consecutive(day in -4_000_000_000i128..4_000_000_000) {
            let (year, month, date) = date_of(day);
            let year = i64::try_from(year).unwrap();
            prop_assert!(is_day(year, month, date));
            prop_assert_eq!(day_of(year, month, date), day);
        }

        #[test]
        fn any_text_is_parsed_or_rejected(text in "[-+0-9TZ:., ]{0,40}") {
            if let Some(time) = Instant::parse(&text) {
                prop_assert_eq!(Instant::parse(&time.to_string()), Some(time));
            }
        }
    }
}
