//! Times as numbers: `days since 1950-01-01 00:00:00 UTC` in a calendar (CF 1.13, 4.4; UDUNITS-2).
//!
//! Times of the calendars `standard`, `proleptic_gregorian`, `julian`, `utc` and `tai` are moments. They are written in
//! the Gregorian calendar of ISO 8601, so that 1 January 2000 of the Julian calendar is 2000-01-14. Times of the other
//! calendars, which models use, are dates of that calendar.

mod calendar;
mod leap_seconds;

use std::cmp::Ordering;
use std::fmt;

use data_review_core::Instant;
use udunits::Reference;

pub(crate) use calendar::Calendar;

/// Nanoseconds of a day.
const DAY: i128 = 86_400_000_000_000;
/// Nanoseconds of a second.
const SECOND: f64 = 1e9;
/// Largest magnitude of a year that is decoded: no time precedes the universe.
const MOST_YEARS: i64 = 100_000_000_000;
/// Coarsest rounding of floating-point times, in nanoseconds: to the millisecond.
const COARSEST: f64 = 1e6;

/// A value of a time variable, stored or unpacked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Count {
    Real(f64),
    /// Decoded without loss, as nanoseconds in 64 bits require.
    Integer(i128),
}

impl Count {
    /// The value as a float; integers beyond 2^53 are rounded.
    pub(crate) fn as_f64(self) -> f64 {
        match self {
            Count::Real(value) => value,
            Count::Integer(value) => value as f64,
        }
    }
}

impl PartialEq for Count {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Count {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Count::Integer(one), Count::Integer(other)) => Some(one.cmp(other)),
            _ => self.as_f64().partial_cmp(&other.as_f64()),
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Count::Real(value) => value.fmt(f),
            Count::Integer(value) => value.fmt(f),
        }
    }
}

/// Why units cannot be decoded as those of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undecodable {
    /// The calendar is not known.
    Calendar,
    /// The unit is not a unit of time.
    Unit,
    /// The reference is not a date of the calendar.
    Reference,
    /// The reference is in the year 0 of a calendar without one: a climatology of the conventions before CF.
    YearZero,
}

/// Unit, calendar and origin of a time variable.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TimeUnits {
    unit: Length,
    calendar: Calendar,
    /// Nanoseconds between day 0 of the calendar and the origin.
    origin: i128,
}

/// Nanoseconds of one unit: exact if they are a whole number, or if a whole number of units is a nanosecond.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Length {
    Times(i128),
    Fraction(i128),
    Real(f64),
}

/// Units of the days of EPIC, the convention of PMEL and USGS, in lower case.
const EPIC_DAYS: &str = "true julian day";

impl TimeUnits {
    /// The days of EPIC, which are numbered as Julian days but begin at midnight: day 2440000 is 23 May 1968. `None`
    /// for other units. The time of day is in a variable of its own.
    pub(crate) fn of_epic(units: &str) -> Option<TimeUnits> {
        const DAY_OF_REFERENCE: i128 = 2_440_000;
        if !units.trim().eq_ignore_ascii_case(EPIC_DAYS) {
            return None;
        }
        let mut epic = TimeUnits::parse("days since 1968-05-23", "").ok()?;
        epic.origin -= DAY_OF_REFERENCE * DAY;
        Some(epic)
    }

    /// Whether units are those of a time of day: they count from a clock without a date, such as `msec since 0:00 GMT`.
    pub(crate) fn is_of_day(units: &str) -> bool {
        let reference = udunits::split_reference(units).map(|(_, reference)| reference);
        let clock = reference.and_then(|reference| reference.split_whitespace().next());
        clock.is_some_and(|clock| {
            let parts = || clock.split(':');
            parts().nth(1).is_some() && parts().all(|part| part.len() <= 2 && part.parse::<u8>().is_ok())
        })
    }

    /// Whether units are intended as those of a time: they have a reference, valid or not, and before it no other unit
    /// than one of time.
    pub(crate) fn looks_like(units: &str) -> bool {
        let Some((unit, _)) = udunits::split_reference(units) else {
            return units.trim().eq_ignore_ascii_case(EPIC_DAYS);
        };
        if TimeUnits::is_of_day(units) {
            return false;
        }
        let has_since = units
            .split_whitespace()
            .nth(1)
            .is_some_and(|word| word.eq_ignore_ascii_case("since"));
        udunits::parse(unit).map_or(has_since, |unit| unit.is_time())
    }

    /// Parses units such as `days since 1950-01-01`.
    pub(crate) fn parse(units: &str, calendar: &str) -> Result<TimeUnits, Undecodable> {
        let calendar = Calendar::named(calendar).ok_or(Undecodable::Calendar)?;
        let (unit, reference) = udunits::split_reference(units).ok_or(Undecodable::Unit)?;
        let unit = udunits::parse(unit).ok().filter(|unit| unit.is_time());
        let unit = unit.ok_or(Undecodable::Unit)?;
        let reference = Reference::parse(reference).ok_or(Undecodable::Reference)?;
        if reference.year == 0 && !calendar.has_year_zero() {
            return Err(Undecodable::YearZero);
        }
        let day = calendar.day(reference.year, reference.month, reference.day);
        let zone = i128::from(reference.zone_minutes) * 60_000_000_000;
        let civil = day.ok_or(Undecodable::Reference)? * DAY + i128::from(reference.nanosecond) - zone;
        Ok(TimeUnits {
            unit: Length::from_nanos(unit.scale() * SECOND),
            origin: calendar.elapsed(civil),
            calendar,
        })
    }

    /// The time that a value stands for. `None` for a value that is not a number, and for impossible times, more than
    /// 10¹¹ years away.
    ///
    /// A floating-point value is rounded to the precision of its last bit, so that 0.1 days are 02:24:00 and not a few
    /// nanoseconds less.
    pub(crate) fn decode(&self, value: Count) -> Option<Instant> {
        let nanos = self
            .calendar
            .civil(self.origin.checked_add(self.unit.nanos(value)?)?);
        let day = i64::try_from(nanos.div_euclid(DAY)).ok()?;
        if day.abs() / 366 > MOST_YEARS {
            return None;
        }
        if self.calendar.is_real() {
            return Instant::from_unix_nanos(nanos);
        }
        let (year, month, day) = self.calendar.date(day);
        Instant::of_calendar(year, month, day, u64::try_from(nanos.rem_euclid(DAY)).ok()?)
    }
}

impl Length {
    fn from_nanos(nanos: f64) -> Length {
        let whole =
            |value: f64| ((value - value.round()).abs() <= 1e-12 * value).then_some(value.round() as i128);
        if let Some(times) = whole(nanos).filter(|_| (1.0..1e30).contains(&nanos)) {
            Length::Times(times)
        } else if let Some(parts) = whole(1.0 / nanos).filter(|_| (1e-30..1.0).contains(&nanos)) {
            Length::Fraction(parts)
        } else {
            Length::Real(nanos)
        }
    }

    fn as_f64(self) -> f64 {
        match self {
            Length::Times(times) => times as f64,
            Length::Fraction(parts) => 1.0 / parts as f64,
            Length::Real(nanos) => nanos,
        }
    }

    fn nanos(self, value: Count) -> Option<i128> {
        match (value, self) {
            (Count::Integer(count), Length::Times(times)) => count.checked_mul(times),
            (Count::Integer(count), Length::Fraction(parts)) => Some(count.div_euclid(parts)),
            (Count::Integer(count), Length::Real(_)) => self.nanos(Count::Real(count as f64)),
            (Count::Real(count), _) => {
                let approximate = count * self.as_f64();
                if !approximate.is_finite() || approximate.abs() > 1e36 {
                    return None;
                }
                // The whole part times the unit is exact; only the fraction is rounded.
                let (whole, part) = (count.trunc(), count.fract());
                let nanos = match self {
                    Length::Times(times) if whole.abs() < 1e18 => (whole as i128)
                        .checked_mul(times)?
                        .checked_add((part * times as f64).round() as i128)?,
                    _ => approximate.round() as i128,
                };
                let last_bit = (count.abs().next_up() - count.abs()) * self.as_f64();
                Some(rounded(nanos, last_bit))
            }
        }
    }
}

/// Rounds to the power of ten of nanoseconds above twice the last bit, but to a millisecond at most.
fn rounded(nanos: i128, last_bit: f64) -> i128 {
    let (mut step, mut step_f) = (1i128, 1.0);
    while step_f < 2.0 * last_bit && step_f < COARSEST {
        step *= 10;
        step_f *= 10.0;
    }
    (nanos + step / 2).div_euclid(step) * step
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(units: &str, calendar: &str, value: f64) -> Option<String> {
        let units = TimeUnits::parse(units, calendar).ok()?;
        Some(units.decode(Count::Real(value))?.to_string())
    }

    /// Units, calendar, value and time, as cftime 1.6 decodes them, except that Julian dates are converted.
    const DECODED: &str = "
        days since 1950-01-01 00:00:00 UTC         | standard            | 18262.5       | 2000-01-01T12:00:00Z
        days since 1950-01-01T00:00:00+00:00       | gregorian           | 19213.25      | 2002-08-09T06:00:00Z
        days since 1950-01-01                      |                     | 18262.1       | 2000-01-01T02:24:00Z
        seconds since 1970-01-01                   | proleptic_gregorian | 951782400     | 2000-02-29T00:00:00Z
        days since 1582-10-04                      | standard            | 1             | 1582-10-15T00:00:00Z
        days since 0001-01-01                      | standard            | 730121        | 2000-01-01T00:00:00Z
        days since 1-1-1                           | proleptic_gregorian | 0             | 0001-01-01T00:00:00Z
        days since 0000-01-01                      | proleptic_gregorian | 366           | 0001-01-01T00:00:00Z
        days since 2000-02-28                      | noleap              | 1             | 2000-03-01T00:00:00Z
        days since 2001-02-28                      | all_leap            | 1             | 2001-02-29T00:00:00Z
        days since 2000-01-30                      | 360_day             | 30            | 2000-02-30T00:00:00Z
        days since 0001-01-01                      | 365_day             | -7665000      | -020999-01-01T00:00:00Z
        days since 1900-02-28                      | julian              | 1             | 1900-03-13T00:00:00Z
        days since 2000-01-01                      | julian              | 0             | 2000-01-14T00:00:00Z
        Days Since 1858-11-17                      | Gregorian           | 1             | 1858-11-18T00:00:00Z
        days since -4713-01-01T12:00:00Z           | standard            | 2451544.5     | 2000-01-01T00:00:00Z
        days since -4713-01-01T12:00:00Z           | julian              | 2451544.5     | 2000-01-01T00:00:00Z
        days since -4712-01-01T12:00:00Z           | proleptic_gregorian | 2451506.5     | 2000-01-01T00:00:00Z
        days since -0001-12-31                     | standard            | 1             | 0000-12-30T00:00:00Z
        weeks since 2000-01-01                     | standard            | 10            | 2000-03-11T00:00:00Z
        fortnights since 2000-01-01                | standard            | 1             | 2000-01-15T00:00:00Z
        common_years since 0001-01-01              | noleap              | 100           | 0101-01-01T00:00:00Z
        months since 1960-01-01                    | 360_day             | 0.5           | 1960-01-16T05:14:31.9156125Z
        years since 2000-01-01                     | standard            | 1             | 2000-12-31T05:48:45.9747Z
        ms since 1970-01-01                        | standard            | 1500          | 1970-01-01T00:00:01.5Z
        microseconds since 1970-01-01              | standard            | 1             | 1970-01-01T00:00:00.000001Z
        seconds after 1970-01-01                   | standard            | 1             | 1970-01-01T00:00:01Z
        s@19700101T000000                          | standard            | 1             | 1970-01-01T00:00:01Z
        minutes since 2000-01-01 12:00 -5:30       | standard            | 30            | 2000-01-01T18:00:00Z
        minutes since 2000-01-01 12:00 +0530       | standard            | 30            | 2000-01-01T07:00:00Z
        seconds since 1992-10-8 15:15:42.5 6:00    | standard            | 0             | 1992-10-08T09:15:42.5Z
        days since 2000-01-01 24:00:00             | standard            | 0             | 2000-01-02T00:00:00Z
        days since 1000000000-01-01                | noleap              | 1             | +1000000000-01-02T00:00:00Z
        seconds since 2016-12-31T23:59:59          | utc                 | 2             | 2017-01-01T00:00:00Z
        days since 2000-01-01                      | utc                 | 1             | 2000-01-02T00:00:00Z
        seconds since 2017-01-01T00:00:37          | tai                 | 0             | 2017-01-01T00:00:00Z
    ";

    #[test]
    fn times_of_all_calendars() {
        for line in DECODED.lines().filter(|line| !line.trim().is_empty()) {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let time = decode(cells[0], cells[1], cells[2].parse().unwrap());
            assert_eq!(time.as_deref(), Some(cells[3]), "{line}");
        }
    }

    #[test]
    fn integers_are_decoded_without_loss() {
        let units = TimeUnits::parse("nanoseconds since 1970-01-01", "").unwrap();
        let time = |count| units.decode(Count::Integer(count)).unwrap().to_string();
        assert_eq!(time(1_700_000_000_123_456_789), "2023-11-14T22:13:20.123456789Z");
        assert_eq!(time(-1), "1969-12-31T23:59:59.999999999Z");
        let units = TimeUnits::parse("picoseconds since 1970-01-01", "").unwrap();
        let time = units.decode(Count::Integer(1_999)).unwrap().to_string();
        assert_eq!(time, "1970-01-01T00:00:00.000000001Z");
    }

    #[test]
    fn invalid_units_have_a_reason() {
        let cases = [
            ("days", "", Undecodable::Unit),
            ("metres since 2000-01-01", "", Undecodable::Unit),
            ("days since yesterday", "", Undecodable::Reference),
            ("days since 2000-13-01", "", Undecodable::Reference),
            ("days since 2022-02-29", "", Undecodable::Reference),
            ("days since 1582-10-10", "standard", Undecodable::Reference),
            ("days since 2000-02-30", "noleap", Undecodable::Reference),
            ("days since 2000-01-01 00:00 +1é2", "", Undecodable::Reference),
            ("days since 2000-01-01 00:00 −5:00", "", Undecodable::Reference),
            ("hour since 0000-01-01", "standard", Undecodable::YearZero),
            (
                "days since 2000-01-01",
                "thirty_day_months",
                Undecodable::Calendar,
            ),
            ("days since 2000-01-01", "none", Undecodable::Calendar),
        ];
        for (units, calendar, why) in cases {
            assert_eq!(TimeUnits::parse(units, calendar), Err(why), "{units}, {calendar}");
        }
    }

    #[test]
    fn impossible_values_have_no_time() {
        for value in [f64::NAN, f64::INFINITY, 9.969_209_968_386_869e36, -1e35, 1e14] {
            assert_eq!(
                decode("days since 1950-01-01", "standard", value),
                None,
                "{value}"
            );
        }
    }

    #[test]
    fn days_of_epic_begin_at_midnight() {
        let units = TimeUnits::of_epic("True Julian Day").unwrap();
        let time = |day| units.decode(Count::Integer(day)).unwrap().to_string();
        assert_eq!(time(2_440_000), "1968-05-23T00:00:00Z");
        assert_eq!(time(2_451_545), "2000-01-01T00:00:00Z");
        assert_eq!(TimeUnits::of_epic("days"), None);
    }

    #[test]
    fn units_intended_as_times() {
        assert!(TimeUnits::looks_like("days since yesterday"));
        assert!(TimeUnits::looks_like("moons since 1950-01-01"));
        assert!(TimeUnits::looks_like("s @ 1970-01-01"));
        assert!(!TimeUnits::looks_like("K @ 273.15"));
        assert!(!TimeUnits::looks_like("days"));
        assert!(!TimeUnits::looks_like("msec since 0:00 GMT"));
        assert!(!TimeUnits::looks_like("msec since 00:00:00"));
        assert!(TimeUnits::looks_like("True Julian Day"));
    }
}
