//! The calendars of CF (CF 1.13, 4.4.2): conversion of dates to days and back, in constant time for any year.

use super::leap_seconds;

/// How days are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Calendar {
    /// Julian before 1582-10-15, Gregorian from then on; without a year 0.
    Standard,
    /// Always Gregorian, with a year 0.
    Proleptic,
    /// Always Julian, without a year 0.
    Julian,
    /// 365 days each year.
    NoLeap,
    /// 366 days each year.
    AllLeap,
    /// Twelve months of 30 days.
    Days360,
    /// Gregorian, with leap seconds in the elapsed time.
    Utc,
    /// Gregorian, in international atomic time.
    Tai,
}

/// Number of days before each month of a year without a leap day.
const BEFORE_MONTH: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
/// Days between 1970-01-01 of the Gregorian calendar and the first of March of year 0 of each calendar.
const GREGORIAN_MARCH: i64 = -719_468;
const JULIAN_MARCH: i64 = -719_470;
/// The first day of the Gregorian calendar.
const REFORM: (i64, u8, u8) = (1582, 10, 15);
/// The last day of the Julian calendar.
const LAST_JULIAN: (i64, u8, u8) = (1582, 10, 4);

impl Calendar {
    /// A calendar by its name in CF, in any case; an empty name is the default, `standard`.
    pub(crate) fn named(name: &str) -> Option<Calendar> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "" | "standard" | "gregorian" => Calendar::Standard,
            "proleptic_gregorian" => Calendar::Proleptic,
            "julian" => Calendar::Julian,
            "noleap" | "365_day" => Calendar::NoLeap,
            "all_leap" | "366_day" => Calendar::AllLeap,
            "360_day" => Calendar::Days360,
            "utc" => Calendar::Utc,
            "tai" => Calendar::Tai,
            _ => return None,
        })
    }

    /// Whether a year 0 is between 1 BC and AD 1 (CF 1.13, 4.4.2).
    pub(crate) fn has_year_zero(self) -> bool {
        !matches!(self, Calendar::Standard | Calendar::Julian)
    }

    /// Whether times are moments, with day 0 at 1970-01-01 of the Gregorian calendar.
    pub(crate) fn is_real(self) -> bool {
        !matches!(self, Calendar::NoLeap | Calendar::AllLeap | Calendar::Days360)
    }

    /// The number of a day; `None` for a date that the calendar does not have.
    pub(crate) fn day(self, year: i64, month: u8, day: u8) -> Option<i128> {
        let written = (year, month, day);
        // The year before 1 is -1, which is the astronomical year 0.
        let year = year + i64::from(year < 0 && !self.has_year_zero());
        if day == 0 || day > self.month_days(year, month)? {
            return None;
        }
        let before = BEFORE_MONTH.get(usize::from(month) - 1)?;
        let leap_day = i64::from(month > 2);
        let day = i64::from(day) - 1;
        let number = match self {
            Calendar::Standard if written >= REFORM => gregorian(year, month, day),
            Calendar::Standard if written > LAST_JULIAN => return None,
            Calendar::Standard | Calendar::Julian => julian(year, month, day),
            Calendar::Proleptic | Calendar::Utc | Calendar::Tai => gregorian(year, month, day),
            Calendar::NoLeap => 365 * year + before + day,
            Calendar::AllLeap => 366 * year + before + leap_day + day,
            Calendar::Days360 => 360 * year + 30 * (i64::from(month) - 1) + day,
        };
        Some(i128::from(number))
    }

    /// The date of a day's number in a calendar of models.
    pub(crate) fn date(self, day: i64) -> (i64, u8, u8) {
        let length = match self {
            Calendar::Days360 => 360,
            Calendar::AllLeap => 366,
            _ => 365,
        };
        let (year, of_year) = (day.div_euclid(length), day.rem_euclid(length));
        if self == Calendar::Days360 {
            return (year, (of_year / 30 + 1) as u8, (of_year % 30 + 1) as u8);
        }
        let leap = i64::from(self == Calendar::AllLeap);
        let before = |month: usize| BEFORE_MONTH[month] + if month > 1 { leap } else { 0 };
        let month = (0..12).rev().find(|month| before(*month) <= of_year).unwrap_or(0);
        (year, month as u8 + 1, (of_year - before(month) + 1) as u8)
    }

    /// Elapsed nanoseconds at a moment that is written as a date and a time of day.
    pub(crate) fn elapsed(self, civil: i128) -> i128 {
        match self {
            Calendar::Utc => civil + leap_seconds::at_utc(civil),
            _ => civil,
        }
    }

    /// The date and time of day, in UTC for a real calendar, after `elapsed` nanoseconds.
    pub(crate) fn civil(self, elapsed: i128) -> i128 {
        match self {
            Calendar::Utc | Calendar::Tai => elapsed - leap_seconds::at_tai(elapsed),
            _ => elapsed,
        }
    }

    /// Number of days of a month; the year is astronomical.
    fn month_days(self, year: i64, month: u8) -> Option<u8> {
        Some(match month {
            1..=12 if self == Calendar::Days360 => 30,
            2 => 28 + u8::from(self.is_leap(year)),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        })
    }

    fn is_leap(self, year: i64) -> bool {
        let fourth = year % 4 == 0;
        match self {
            Calendar::Standard if year <= REFORM.0 => fourth,
            Calendar::Julian => fourth,
            Calendar::AllLeap => true,
            Calendar::NoLeap | Calendar::Days360 => false,
            Calendar::Standard | Calendar::Proleptic | Calendar::Utc | Calendar::Tai => {
                fourth && (year % 100 != 0 || year % 400 == 0)
            }
        }
    }
}

/// The year that begins in March, and the day within it of the first of a month: the leap day is the last of such a
/// year.
fn from_march(year: i64, month: u8) -> (i64, i64) {
    let month = i64::from(month);
    (year - i64::from(month <= 2), (153 * ((month + 9) % 12) + 2) / 5)
}

/// The number of a day of the Gregorian calendar; `day` counts from 0.
fn gregorian(year: i64, month: u8, day: i64) -> i64 {
    let (year, of_year) = from_march(year, month);
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leap_days + of_year + day + GREGORIAN_MARCH
}

/// The number of a day of the Julian calendar; `day` counts from 0.
fn julian(year: i64, month: u8, day: i64) -> i64 {
    let (year, of_year) = from_march(year, month);
    365 * year + year.div_euclid(4) + of_year + day + JULIAN_MARCH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_models_convert_in_both_directions() {
        for calendar in [Calendar::NoLeap, Calendar::AllLeap, Calendar::Days360] {
            for number in (-1_000_000..1_000_000).step_by(97) {
                let (year, month, day) = calendar.date(number);
                assert_eq!(
                    calendar.day(year, month, day),
                    Some(i128::from(number)),
                    "{calendar:?}"
                );
            }
        }
    }

    #[test]
    fn julian_days_count_from_noon_of_the_first_of_january_4713_before_christ() {
        // 2440587.5 is 1970-01-01.
        for calendar in [Calendar::Standard, Calendar::Julian] {
            assert_eq!(calendar.day(-4713, 1, 1), Some(-2_440_588));
        }
        assert_eq!(Calendar::Proleptic.day(-4713, 11, 24), Some(-2_440_588));
    }

    #[test]
    fn the_reform_skipped_ten_days() {
        let day = |month, day| Calendar::Standard.day(1582, month, day);
        assert_eq!(day(10, 15), day(10, 4).map(|number| number + 1));
        assert_eq!(day(10, 5), None);
        assert_eq!(day(10, 14), None);
        assert_eq!(day(10, 15), Calendar::Proleptic.day(1582, 10, 15));
    }

    #[test]
    fn leap_years() {
        let has = |calendar: Calendar, year| calendar.day(year, 2, 29).is_some();
        assert!(has(Calendar::Standard, 1500) && !has(Calendar::Standard, 1900));
        assert!(has(Calendar::Julian, 1900) && has(Calendar::Julian, -1) && !has(Calendar::Julian, -4));
        assert!(!has(Calendar::Proleptic, 1500) && has(Calendar::Proleptic, 0));
        assert!(!has(Calendar::NoLeap, 2000) && has(Calendar::AllLeap, 2001));
        assert_eq!(Calendar::Days360.day(2001, 2, 30), Some(720_419));
    }
}
