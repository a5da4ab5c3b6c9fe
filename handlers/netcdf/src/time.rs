//! Times as numbers: `days since 1950-01-01 00:00:00 UTC`, in a calendar (CF 1.11, 4.4).

/// Seconds of a day.
const DAY: f64 = 86_400.0;
/// Days of UDUNITS's year, of which a month is the twelfth part.
const YEAR: f64 = 365.242_198_781;

/// How days are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Calendar {
    /// Julian before 1582-10-15, Gregorian from then on.
    Standard,
    /// Gregorian always.
    Proleptic,
    Julian,
    /// 365 days each year.
    NoLeap,
    /// 366 days each year.
    AllLeap,
    /// Twelve months of 30 days.
    Days360,
}

impl Calendar {
    pub(crate) fn named(name: &str) -> Option<Calendar> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "" | "standard" | "gregorian" => Calendar::Standard,
            "proleptic_gregorian" => Calendar::Proleptic,
            "julian" => Calendar::Julian,
            "noleap" | "365_day" => Calendar::NoLeap,
            "all_leap" | "366_day" => Calendar::AllLeap,
            "360_day" => Calendar::Days360,
            _ => return None,
        })
    }

    fn is_leap(self, year: i64) -> bool {
        let gregorian = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        match self {
            Calendar::Proleptic => gregorian,
            Calendar::Standard => {
                if year > 1582 {
                    gregorian
                } else {
                    year % 4 == 0
                }
            }
            Calendar::Julian => year % 4 == 0,
            Calendar::AllLeap => true,
            Calendar::NoLeap | Calendar::Days360 => false,
        }
    }

    fn month_days(self, year: i64, month: u8) -> i64 {
        match month {
            _ if self == Calendar::Days360 => 30,
            2 if self.is_leap(year) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// Days before the first of January, from an origin of this calendar's own.
    fn before_year(self, year: i64) -> i64 {
        let fours = |year: i64| 365 * year + (year + 3).div_euclid(4);
        let gregorian = |year: i64| fours(year) - (year - 1).div_euclid(100) + (year - 1).div_euclid(400);
        match self {
            Calendar::Proleptic => gregorian(year),
            Calendar::Julian => fours(year),
            // Year 0 of the Julian calendar begins two days before that of the Gregorian one.
            Calendar::Standard if year > 1582 => gregorian(year),
            Calendar::Standard => fours(year) - JULIAN_AHEAD,
            Calendar::NoLeap => 365 * year,
            Calendar::AllLeap => 366 * year,
            Calendar::Days360 => 360 * year,
        }
    }

    fn day(self, (year, month, day): (i64, u8, u8)) -> i64 {
        let before: i64 = (1..month).map(|month| self.month_days(year, month)).sum();
        let skipped = self == Calendar::Standard && year == 1582 && (month, day) >= (10, 15);
        self.before_year(year) + before + i64::from(day) - 1 - if skipped { SKIPPED } else { 0 }
    }

    fn date(self, day: i64) -> (i64, u8, u8) {
        let mut year = (day as f64 / 365.25).floor() as i64;
        while self.day((year + 1, 1, 1)) <= day {
            year += 1;
        }
        while self.day((year, 1, 1)) > day {
            year -= 1;
        }
        let mut rest = day - self.day((year, 1, 1));
        if self == Calendar::Standard && year == 1582 && day >= self.day((1582, 10, 15)) {
            rest += SKIPPED;
        }
        let mut month = 1;
        while rest >= self.month_days(year, month) && month < 12 {
            rest -= self.month_days(year, month);
            month += 1;
        }
        (year, month, u8::try_from(rest + 1).unwrap_or(31))
    }
}

/// Days by which the first of January of year 0 is earlier in the Julian calendar than in the Gregorian one.
const JULIAN_AHEAD: i64 = 2;
/// 1582-10-04 is followed by 1582-10-15.
const SKIPPED: i64 = 10;

/// Unit and origin of a time variable.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TimeUnits {
    /// Seconds of one unit.
    seconds: f64,
    calendar: Calendar,
    /// Day of the origin in the calendar, and seconds of it in UTC.
    day: i64,
    second: f64,
}

impl TimeUnits {
    /// Whether units have the form of a time at all.
    pub(crate) fn looks_like(units: &str) -> bool {
        units
            .split_whitespace()
            .nth(1)
            .is_some_and(|word| word.eq_ignore_ascii_case("since"))
    }

    /// `None` for what cannot be decoded.
    pub(crate) fn parse(units: &str, calendar: Calendar) -> Option<TimeUnits> {
        let mut words = units.split_whitespace();
        let seconds = seconds_of(words.next()?)?;
        words.next().filter(|word| word.eq_ignore_ascii_case("since"))?;
        let rest = words.collect::<Vec<_>>().join(" ");
        let (date, clock) = rest.split_once(['T', 't', ' ']).unwrap_or((&rest, ""));
        let date = date.trim_end_matches(['Z', 'z']);
        let (negative, digits) = date
            .strip_prefix('-')
            .map_or((false, date), |digits| (true, digits));
        let mut parts = digits.splitn(3, '-');
        let year: i64 = parts.next()?.parse().ok().filter(|year| *year <= 99_999)?;
        let month: u8 = parts
            .next()
            .unwrap_or("1")
            .parse()
            .ok()
            .filter(|month| (1..=12).contains(month))?;
        let day: u8 = parts.next().unwrap_or("1").parse().ok()?;
        let year = if negative { -year } else { year };
        if day == 0 || i64::from(day) > calendar.month_days(year, month) {
            return None;
        }
        Some(TimeUnits {
            seconds,
            calendar,
            day: calendar.day((year, month, day)),
            second: clock_seconds(clock)?,
        })
    }

    /// ISO 8601 in UTC, to the second; `None` beyond the years 0 to 9999.
    pub(crate) fn decode(&self, value: f64) -> Option<String> {
        let seconds = (value * self.seconds + self.second).round();
        let days = (seconds / DAY).floor();
        if !days.is_finite() || days.abs() > 1e7 {
            return None;
        }
        let (year, month, day) = self.calendar.date(self.day + days as i64);
        let second = (seconds - days * DAY) as i64;
        let (hour, minute) = (second / 3600, second / 60 % 60);
        (0..=9999).contains(&year).then(|| {
            format!(
                "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}Z",
                second % 60
            )
        })
    }
}

fn seconds_of(unit: &str) -> Option<f64> {
    Some(match unit.to_ascii_lowercase().as_str() {
        "microsecond" | "microseconds" | "microsec" | "microsecs" => 1e-6,
        "millisecond" | "milliseconds" | "millisec" | "millisecs" | "msec" | "msecs" | "ms" => 1e-3,
        "second" | "seconds" | "sec" | "secs" | "s" => 1.0,
        "minute" | "minutes" | "min" | "mins" => 60.0,
        "hour" | "hours" | "hr" | "hrs" | "h" => 3600.0,
        "day" | "days" | "d" => DAY,
        "month" | "months" => YEAR / 12.0 * DAY,
        "year" | "years" | "yr" | "yrs" => YEAR * DAY,
        _ => return None,
    })
}

/// Seconds of the day of `[hh[:mm[:ss[.f]]]] [zone]`, in UTC.
fn clock_seconds(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.'))
        .unwrap_or(text.len());
    let (clock, zone) = text.split_at(end);
    let mut seconds = 0.0;
    for (part, unit) in clock.split(':').zip([3600.0, 60.0, 1.0]) {
        seconds += if part.is_empty() {
            0.0
        } else {
            part.parse::<f64>().ok()? * unit
        };
    }
    Some(seconds - zone_seconds(zone.trim())?)
}

fn zone_seconds(zone: &str) -> Option<f64> {
    let zone = zone.trim_start_matches(['Z', 'z']);
    let zone = zone
        .strip_prefix("UTC")
        .or(zone.strip_prefix("GMT"))
        .unwrap_or(zone)
        .trim();
    let (sign, digits) = if let Some(digits) = zone.strip_prefix('+') {
        (1.0, digits)
    } else if let Some(digits) = zone.strip_prefix('-') {
        (-1.0, digits)
    } else {
        return zone.is_empty().then_some(0.0);
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    Some(sign * (hours.parse::<f64>().ok()? * 3600.0 + minutes.parse::<f64>().ok()? * 60.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(units: &str, calendar: &str, value: f64) -> Option<String> {
        TimeUnits::parse(units, Calendar::named(calendar)?)?.decode(value)
    }

    /// Checked with cftime 1.6.
    #[test]
    fn as_cftime_decodes_them() {
        let cases = [
            (
                "days since 1950-01-01 00:00:00 UTC",
                "standard",
                18262.5,
                "2000-01-01T12:00:00Z",
            ),
            (
                "days since 1950-01-01T00:00:00+00:00",
                "gregorian",
                19213.25,
                "2002-08-09T06:00:00Z",
            ),
            (
                "seconds since 1970-01-01",
                "proleptic_gregorian",
                951_782_400.0,
                "2000-02-29T00:00:00Z",
            ),
            ("days since 1582-10-04", "standard", 1.0, "1582-10-15T00:00:00Z"),
            ("days since 1-1-1", "standard", 0.0, "0001-01-01T00:00:00Z"),
            (
                "days since 0001-01-01",
                "standard",
                730_121.0,
                "2000-01-01T00:00:00Z",
            ),
            ("days since 2000-02-28", "noleap", 1.0, "2000-03-01T00:00:00Z"),
            ("days since 2001-02-28", "all_leap", 1.0, "2001-02-29T00:00:00Z"),
            ("days since 2000-01-30", "360_day", 30.0, "2000-02-30T00:00:00Z"),
            ("days since 1900-02-28", "julian", 1.0, "1900-02-29T00:00:00Z"),
        ];
        for (units, calendar, value, iso) in cases {
            assert_eq!(
                decode(units, calendar, value).as_deref(),
                Some(iso),
                "{value} {units}, {calendar}"
            );
        }
    }

    /// cftime knows no year 0, and no zone without a leading zero; UDUNITS does.
    #[test]
    fn climatologies_and_zones() {
        let origin = decode("hour since 0000-01-01 00:00:00", "standard", 366.0);
        assert_eq!(origin.as_deref(), Some("0000-01-16T06:00:00Z"));
        let zone = decode("minutes since 2000-01-01 12:00 -5:30", "standard", 30.0);
        assert_eq!(zone.as_deref(), Some("2000-01-01T18:00:00Z"));
        let digits = decode("minutes since 2000-01-01 12:00 +0530", "standard", 30.0);
        assert_eq!(digits.as_deref(), Some("2000-01-01T07:00:00Z"));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for units in [
            "days",
            "days since yesterday",
            "fortnights since 2000-01-01",
            "days since 2000-13-01",
            "days since 2000-02-30",
            "days since 2000-01-01 00:00 +1é2",
            "days since 2000-01-01 00:00 −5:00",
            "days since 2000-01-01 00:00 é",
        ] {
            assert_eq!(TimeUnits::parse(units, Calendar::Standard), None, "{units}");
        }
        assert_eq!(decode("days since 1950-01-01", "standard", 1e9), None);
        assert_eq!(decode("days since 1950-01-01", "standard", f64::NAN), None);
    }

    #[test]
    fn dates_come_back_as_they_went() {
        for calendar in [
            "standard",
            "proleptic_gregorian",
            "julian",
            "noleap",
            "all_leap",
            "360_day",
        ] {
            let calendar = Calendar::named(calendar).unwrap();
            for day in (-1000..1_000_000).step_by(97) {
                assert_eq!(calendar.day(calendar.date(day)), day, "{calendar:?}");
            }
        }
    }
}
