//! Calendar dates and times of day, validated once for all formats.

use std::fmt;

const DAY_SECONDS: u32 = 86_400;
const NANOSECONDS: u32 = 1_000_000_000;

/// A date of the proleptic Gregorian calendar, with or without a time of day. It has no zone.
///
/// Every value exists: there is no 29 February 2022, and `24:00` is the next day's `00:00`. Years are astronomical (year 0
/// is 1 BC).
///
/// ```
/// use text_format::Civil;
///
/// let date = Civil::date(2015, 12, 31)?;
/// assert_eq!(date.to_string(), "2015-12-31");
/// assert_eq!(date.at(9, 5, 0, 0)?.to_string(), "2015-12-31T09:05:00");
/// assert_eq!(date.at(24, 0, 0, 0)?.to_string(), "2016-01-01T00:00:00");
/// assert_eq!(Civil::date(2022, 2, 29).unwrap_err().to_string(), "February 2022 has 28 days, not 29");
/// # Ok::<(), text_format::CivilError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Civil {
    year: i32,
    month: u8,
    day: u8,
    clock: Option<Clock>,
}

/// A time of day from `00:00:00` to `23:59:59.999999999`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clock {
    /// Seconds since midnight, below 86,400.
    seconds: u32,
    nanoseconds: u32,
}

/// Why a text or a set of numbers is not a date or a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CivilError {
    /// The year is beyond ±999,999.
    #[error("the year {0} is out of range")]
    Year(i64),
    /// The month is not 1 to 12.
    #[error("there is no month {0}")]
    Month(u32),
    /// The month does not have this day.
    #[error("{} {year} has {} days, not {day}", month_name(*month), days_in_month(*year, *month))]
    Day {
        /// The year.
        year: i32,
        /// The month, 1 to 12.
        month: u8,
        /// The day that the month does not have.
        day: u32,
    },
    /// The time of day is beyond 24:00:00.
    #[error("there is no time {hour:02}:{minute:02}:{second:02}")]
    Clock {
        /// The hour.
        hour: u32,
        /// The minute.
        minute: u32,
        /// The second.
        second: u32,
    },
    /// The text does not have the expected form.
    #[error("expected a date as YYYY-MM-DD, or YYYY-MM-DDThh:mm:ss")]
    Form,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month_name(month: u8) -> &'static str {
    MONTHS[usize::from(month.clamp(1, 12)) - 1]
}

/// Number of a month by its English name or the first three letters of it, in any case.
///
/// ```
/// use text_format::month_by_name;
///
/// assert_eq!(month_by_name("Dec"), Some(12));
/// assert_eq!(month_by_name("FEBRUARY"), Some(2));
/// assert_eq!(month_by_name("Sept"), None);
/// ```
#[must_use]
pub fn month_by_name(name: &str) -> Option<u8> {
    let is_same = |month: &&str| month.eq_ignore_ascii_case(name) || month[..3].eq_ignore_ascii_case(name);
    (1..=12)
        .zip(MONTHS)
        .find(|(_, month)| is_same(month))
        .map(|(number, _)| number)
}

/// Number of days of a month in the proleptic Gregorian calendar; 0 if `month` is not 1 to 12.
///
/// ```
/// assert_eq!(text_format::days_in_month(2024, 2), 29);
/// assert_eq!(text_format::days_in_month(1900, 2), 28);
/// ```
#[must_use]
pub const fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

impl Civil {
    /// A date without a time of day.
    ///
    /// # Errors
    /// When the year lies beyond ±999,999, or there is no such month or day.
    pub fn date(year: i32, month: u32, day: u32) -> Result<Self, CivilError> {
        if !(-999_999..=999_999).contains(&year) {
            return Err(CivilError::Year(year.into()));
        }
        if !(1..=12).contains(&month) {
            return Err(CivilError::Month(month));
        }
        let month = month as u8;
        if day == 0 || day > days_in_month(year, month).into() {
            return Err(CivilError::Day { year, month, day });
        }
        Ok(Civil {
            year,
            month,
            day: day as u8,
            clock: None,
        })
    }

    /// This date at a time of day, whatever time it had before. `24:00:00` is the next day's `00:00:00`, and so is the leap
    /// second `23:59:60`.
    ///
    /// # Errors
    /// When there is no such time of day.
    pub fn at(self, hour: u32, minute: u32, second: u32, nanosecond: u32) -> Result<Self, CivilError> {
        let whole = nanosecond == 0;
        let is_next_midnight = whole && matches!((hour, minute, second), (24, 0, 0) | (23, 59, 60));
        if is_next_midnight {
            return Ok(self.plus_days(1).with_clock(0, 0));
        }
        if hour > 23 || minute > 59 || second > 59 || nanosecond >= NANOSECONDS {
            return Err(CivilError::Clock { hour, minute, second });
        }
        Ok(self.with_clock(3600 * hour + 60 * minute + second, nanosecond))
    }

    fn with_clock(self, seconds: u32, nanoseconds: u32) -> Self {
        let clock = Some(Clock { seconds, nanoseconds });
        Civil { clock, ..self }
    }

    /// Reads ISO 8601: `2015-12-31`, `2015-12-31T09:05`, `2015-12-31 09:05:30.25`. A `Z` or an offset such as `+01:00` at the
    /// end makes it UTC; without one the text does not say which zone it means, and none is assumed.
    ///
    /// ```
    /// use text_format::Civil;
    ///
    /// assert_eq!(Civil::parse("2015-12-31 09:05")?.to_string(), "2015-12-31T09:05:00");
    /// assert_eq!(Civil::parse("2015-12-31T23:30:00.250-01:00")?.to_string(), "2016-01-01T00:30:00.25");
    /// assert!(Civil::parse("31/12/2015").is_err());
    /// # Ok::<(), text_format::CivilError>(())
    /// ```
    ///
    /// # Errors
    /// When the text has another form, or there is no such date or time of day.
    pub fn parse(text: &str) -> Result<Self, CivilError> {
        let text = text.trim_ascii();
        let (day, clock) = match text.split_once(['T', 't', ' ']) {
            Some((day, clock)) => (day, Some(clock.trim_ascii())),
            None => (text, None),
        };
        let mut parts = day.split('-');
        let mut part = |length| {
            parts
                .next()
                .and_then(|part| digits(part, length))
                .ok_or(CivilError::Form)
        };
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        if parts.next().is_some() {
            return Err(CivilError::Form);
        }
        let date = Self::date(year as i32, month, day)?;
        match clock {
            Some(clock) => date.at_text(clock),
            None => Ok(date),
        }
    }

    /// This date at a time of day that is written `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fff`, with or without a zone as in
    /// [`Self::parse`]. The hour may have one digit.
    ///
    /// ```
    /// use text_format::Civil;
    ///
    /// assert_eq!(Civil::date(2015, 12, 31)?.at_text("9:05")?.to_string(), "2015-12-31T09:05:00");
    /// assert!(Civil::date(2015, 12, 31)?.at_text("25:00").is_err());
    /// # Ok::<(), text_format::CivilError>(())
    /// ```
    ///
    /// # Errors
    /// When the text has another form, or there is no such time of day.
    pub fn at_text(self, clock: &str) -> Result<Self, CivilError> {
        let (clock, offset) = split_zone(clock).ok_or(CivilError::Form)?;
        let mut parts = clock.split(':');
        let hour = parts.next().and_then(|hour| digits(hour, 2).or(digits(hour, 1)));
        let minute = parts.next().and_then(|minute| digits(minute, 2));
        let (second, nanosecond) = match parts.next() {
            None => (Some(0), Some(0)),
            Some(text) => {
                let (second, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
                (digits(second, 2), nanoseconds(fraction))
            }
        };
        match (hour, minute, second, nanosecond, parts.next()) {
            (Some(hour), Some(minute), Some(second), Some(nanosecond), None) => {
                Ok(self.at(hour, minute, second, nanosecond)?.plus_minutes(-offset))
            }
            _ => Err(CivilError::Form),
        }
    }

    /// The astronomical year: 0 is 1 BC, −1 is 2 BC.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.year
    }

    /// Month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// Day of the month, from 1.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// The time of day; `None` for a date without one.
    #[must_use]
    pub const fn clock(self) -> Option<Clock> {
        self.clock
    }

    /// Days since 1970-01-01; negative before it.
    ///
    /// ```
    /// assert_eq!(text_format::Civil::date(1970, 1, 31)?.days(), 30);
    /// # Ok::<(), text_format::CivilError>(())
    /// ```
    #[must_use]
    pub const fn days(self) -> i64 {
        // Counted in years that begin in March, so that the leap day is the last of its year.
        let shifted = (self.month as i64 + 9) % 12;
        let year = self.year as i64 - (self.month <= 2) as i64;
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        year * 365 + leap_days + (153 * shifted + 2) / 5 + self.day as i64 - 1 - 719_468
    }

    /// Seconds since 1970-01-01T00:00:00, without fractions. A date without a time of day counts as its midnight.
    #[must_use]
    pub fn seconds(self) -> i64 {
        let clock = self.clock.map_or(0, |clock| clock.seconds);
        self.days() * i64::from(DAY_SECONDS) + i64::from(clock)
    }

    /// The date `days` days later, at the same time of day. The result is clamped to ±999,999 years.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let (first, last) = (of_days(i64::MIN), of_days(i64::MAX));
        let date = of_days(self.days().saturating_add(days).clamp(first.days(), last.days()));
        Civil {
            clock: self.clock,
            ..date
        }
    }

    /// The time `minutes` minutes later. A date without a time of day counts as its midnight.
    #[must_use]
    pub fn plus_minutes(self, minutes: i64) -> Self {
        if minutes == 0 {
            return self;
        }
        let clock = self.clock.unwrap_or(Clock {
            seconds: 0,
            nanoseconds: 0,
        });
        let seconds = i64::from(clock.seconds).saturating_add(minutes.saturating_mul(60));
        let day = i64::from(DAY_SECONDS);
        self.plus_days(seconds.div_euclid(day))
            .with_clock(seconds.rem_euclid(day) as u32, clock.nanoseconds)
    }
}

/// Written in ISO 8601. A fraction of a second is written if it is not zero; years outside 0 to 9999 have a sign and
/// six digits.
impl fmt::Display for Civil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            year @ 0..=9999 => write!(f, "{year:04}")?,
            year => write!(f, "{year:+07}")?,
        }
        write!(f, "-{:02}-{:02}", self.month, self.day)?;
        match self.clock {
            Some(clock) => write!(f, "T{clock}"),
            None => Ok(()),
        }
    }
}

impl Clock {
    /// Hour, 0 to 23.
    #[must_use]
    pub const fn hour(self) -> u8 {
        (self.seconds / 3600) as u8
    }

    /// Minute, 0 to 59.
    #[must_use]
    pub const fn minute(self) -> u8 {
        (self.seconds / 60 % 60) as u8
    }

    /// Second, 0 to 59.
    #[must_use]
    pub const fn second(self) -> u8 {
        (self.seconds % 60) as u8
    }

    /// Fraction of the second, in nanoseconds.
    #[must_use]
    pub const fn nanosecond(self) -> u32 {
        self.nanoseconds
    }

    /// Nanoseconds since midnight.
    ///
    /// ```
    /// let noon = text_format::Civil::parse("2015-12-31T12:00")?;
    /// assert_eq!(noon.clock().map(|clock| clock.nanosecond_of_day()), Some(43_200_000_000_000));
    /// # Ok::<(), text_format::CivilError>(())
    /// ```
    #[must_use]
    pub const fn nanosecond_of_day(self) -> u64 {
        self.seconds as u64 * NANOSECONDS as u64 + self.nanoseconds as u64
    }
}

/// Written as `hh:mm:ss`, with a fraction if it is not zero.
impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour(), self.minute(), self.second())?;
        if self.nanoseconds > 0 {
            let fraction = format!("{:09}", self.nanoseconds);
            write!(f, ".{}", fraction.trim_end_matches('0'))?;
        }
        Ok(())
    }
}

/// The first day of the calendar that is not before `days` since 1970-01-01; the last day if that is beyond the end.
fn of_days(days: i64) -> Civil {
    let first = Civil {
        year: -999_999,
        month: 1,
        day: 1,
        clock: None,
    };
    let last = Civil {
        year: 999_999,
        month: 12,
        day: 31,
        clock: None,
    };
    if days <= first.days() {
        return first;
    }
    if days >= last.days() {
        return last;
    }
    // Eras of 400 years, in years that begin in March.
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = (shifted + 2) % 12 + 1;
    Civil {
        year: (era * 400 + year_of_era + i64::from(month <= 2)) as i32,
        month: month as u8,
        day: (of_year - (153 * shifted + 2) / 5 + 1) as u8,
        clock: None,
    }
}

/// A number of exactly `length` digits.
fn digits(text: &str, length: usize) -> Option<u32> {
    let all = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| {
        text.bytes()
            .fold(0, |value, digit| 10 * value + u32::from(digit - b'0'))
    })
}

/// A decimal fraction of a second; digits after the ninth are ignored.
fn nanoseconds(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let first = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    Some(first.fold(0, |value, digit| 10 * value + u32::from(digit - b'0')))
}

/// A time of day without its zone, and the offset of the zone from UTC in minutes; `None` for an invalid zone.
fn split_zone(clock: &str) -> Option<(&str, i64)> {
    if let Some(clock) = clock.strip_suffix(['Z', 'z']) {
        return Some((clock.trim_ascii_end(), 0));
    }
    let Some(at) = clock.rfind(['+', '-']) else {
        return Some((clock, 0));
    };
    let (clock, zone) = clock.split_at(at);
    let (sign, zone) = zone.split_at(1);
    let (hours, minutes) = match zone.split_once(':') {
        Some((hours, minutes)) => (digits(hours, 2)?, digits(minutes, 2)?),
        None if zone.len() == 2 => (digits(zone, 2)?, 0),
        None => {
            let number = digits(zone, 4)?;
            (number / 100, number % 100)
        }
    };
    if hours > 23 || minutes > 59 {
        return None;
    }
    let offset = i64::from(60 * hours + minutes);
    Some((clock.trim_ascii_end(), if sign == "-" { -offset } else { offset }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn invalid_dates_are_rejected_with_the_reason() {
        for (year, month, day, reason) in [
            (2022, 2, 29, "February 2022 has 28 days, not 29"),
            (1900, 2, 29, "February 1900 has 28 days, not 29"),
            (2021, 4, 31, "April 2021 has 30 days, not 31"),
            (2021, 1, 0, "January 2021 has 31 days, not 0"),
            (2021, 13, 1, "there is no month 13"),
            (2021, 0, 1, "there is no month 0"),
            (2021, 12, 256 + 1, "December 2021 has 31 days, not 257"),
            (1_000_000, 1, 1, "the year 1000000 is out of range"),
        ] {
            let error = Civil::date(year, month, day).unwrap_err();
            assert_eq!(error.to_string(), reason);
        }
        for (year, month, day) in [(2024, 2, 29), (2000, 2, 29), (0, 2, 29), (-4, 2, 29)] {
            assert!(Civil::date(year, month, day).is_ok());
        }
    }

    #[test]
    fn invalid_times_are_rejected_and_24_00_is_the_next_day() {
        let date = Civil::date(2016, 12, 31).unwrap();
        for midnight in [(24, 0, 0), (23, 59, 60)] {
            let next = date.at(midnight.0, midnight.1, midnight.2, 0).unwrap();
            assert_eq!(next.to_string(), "2017-01-01T00:00:00");
        }
        for (hour, minute, second, nanosecond) in [
            (24, 0, 1, 0),
            (24, 1, 0, 0),
            (24, 0, 0, 1),
            (25, 0, 0, 0),
            (0, 60, 0, 0),
            (12, 0, 60, 0),
            (0, 0, 0, NANOSECONDS),
        ] {
            assert!(date.at(hour, minute, second, nanosecond).is_err());
        }
        let error = date.at(24, 30, 0, 0).unwrap_err();
        assert_eq!(error.to_string(), "there is no time 24:30:00");
        let last = date.at(23, 59, 59, 999_999_999).unwrap();
        assert_eq!(last.to_string(), "2016-12-31T23:59:59.999999999");
        let clock = last.clock().unwrap();
        assert_eq!(
            (clock.hour(), clock.minute(), clock.second(), clock.nanosecond()),
            (23, 59, 59, 999_999_999)
        );
    }

    #[test]
    fn texts() {
        for (text, expected) in [
            ("2006-02-15", "2006-02-15"),
            (" 2006-02-15 ", "2006-02-15"),
            ("2006-02-15T01:02", "2006-02-15T01:02:00"),
            ("2006-02-15T1:02", "2006-02-15T01:02:00"),
            ("2006-02-15t01:02:03Z", "2006-02-15T01:02:03"),
            ("2006-02-15 01:02:03.500", "2006-02-15T01:02:03.5"),
            ("2006-02-15T01:02:03,5", "2006-02-15T01:02:03.5"),
            ("2006-02-15T01:02:03.0000000019", "2006-02-15T01:02:03.000000001"),
            ("2006-02-15T01:02:03+05:30", "2006-02-14T19:32:03"),
            ("2006-02-15T23:02:03-0100", "2006-02-16T00:02:03"),
            ("2006-02-15T23:02 +01", "2006-02-15T22:02:00"),
            ("2006-12-31T24:00", "2007-01-01T00:00:00"),
        ] {
            assert_eq!(Civil::parse(text).unwrap().to_string(), expected, "{text}");
        }
        for text in [
            "",
            "2006",
            "2006-02",
            "2006-2-15",
            "2006-02-15-01",
            "15/02/2006",
            "2006-02-15T",
            "2006-02-15T01",
            "2006-02-15T01:2",
            "2006-02-15T01:02:3",
            "2006-02-15T01:02:03.",
            "2006-02-15T01:02:03:04",
            "2006-02-15T01:02+1",
            "2006-02-15T01:02+24:00",
            "2006-02-15T25:00",
            "2006-02-30",
            "é006-02-15",
            "2006-02-15Té",
            "+2006-02-15",
            "2006-02-1\u{0661}",
        ] {
            assert!(Civil::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn years_beyond_four_digits_have_a_sign() {
        assert_eq!(Civil::date(-1, 1, 2).unwrap().to_string(), "-000001-01-02");
        assert_eq!(Civil::date(12_345, 1, 2).unwrap().to_string(), "+012345-01-02");
        assert_eq!(Civil::date(7, 1, 2).unwrap().to_string(), "0007-01-02");
    }

    #[test]
    fn days_and_seconds_are_counted_from_1970() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-03-01", 11_017),
            ("0000-03-01", -719_468),
        ] {
            assert_eq!(Civil::parse(text).unwrap().days(), days, "{text}");
        }
        assert_eq!(Civil::parse("1970-01-02T00:01:05.9").unwrap().seconds(), 86_465);
        let last = Civil::date(999_999, 12, 31).unwrap();
        assert_eq!(last.plus_days(1), last);
        assert_eq!(
            last.plus_minutes(i64::MAX).plus_minutes(i64::MIN).year(),
            -999_999
        );
    }

    #[test]
    fn months_by_name() {
        for (name, number) in [("Jan", 1), ("may", 5), ("May", 5), ("DECEMBER", 12)] {
            assert_eq!(month_by_name(name), Some(number), "{name}");
        }
        for name in ["", "Ja", "Janu", "é"] {
            assert_eq!(month_by_name(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn days_convert_in_both_directions(days in -300_000_000i64..300_000_000) {
            let date = of_days(days);
            prop_assert_eq!(date.days(), days);
            prop_assert_eq!(Civil::date(date.year(), date.month().into(), date.day().into()), Ok(date));
            prop_assert_eq!(date.plus_days(-1).plus_days(1), date);
        }

        #[test]
        fn any_text_is_parsed_or_rejected(text in ".{0,40}", clock in "[0-9:.TZ+-]{0,20}") {
            let _ = Civil::parse(&text);
            if let Ok(time) = Civil::parse(&format!("2020-02-29T{clock}")) {
                prop_assert_eq!(Civil::parse(&time.to_string()), Ok(time));
            }
        }
    }
}
