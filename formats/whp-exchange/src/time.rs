//! DATE and TIME in the forms that occur in files, not only in the specified form.

use text_format::{Civil, CivilError};

/// The meaning of a TIME cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeOfDay {
    /// Written HHMM, as specified; minutes since midnight.
    Plain(u16),
    /// Written otherwise, but unambiguous; 1440 is midnight at the end of the day.
    OtherForm(u16),
    /// A single 0, the usual form of an unknown time.
    Unknown,
    /// Not a time of day.
    Invalid,
}

/// A date in one of the forms that occur in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateForm {
    /// YYYYMMDD, as specified.
    Plain(Civil),
    /// The forms of spreadsheets: `20240131.0`, `2024-01-31`, `2024/01/31`.
    OtherForm(Civil),
    /// Year, month and day in a known form, but the day does not exist.
    Impossible(CivilError),
    /// Anything else.
    Invalid,
}

impl DateForm {
    /// The date, in any form.
    pub(crate) fn date(self) -> Option<Civil> {
        match self {
            DateForm::Plain(date) | DateForm::OtherForm(date) => Some(date),
            DateForm::Impossible(_) | DateForm::Invalid => None,
        }
    }
}

/// Removes the `.0` that spreadsheets add.
fn without_fraction(cell: &[u8]) -> &[u8] {
    match cell.iter().position(|byte| *byte == b'.') {
        Some(at) if cell[at + 1..].iter().all(|byte| *byte == b'0') => &cell[..at],
        _ => cell,
    }
}

/// A number of 1 to 8 digits.
fn digits(cell: &[u8]) -> Option<u32> {
    let is_number = (1..=8).contains(&cell.len()) && cell.iter().all(u8::is_ascii_digit);
    is_number.then(|| {
        cell.iter()
            .fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
    })
}

/// Parses the trimmed cell of a date.
pub(crate) fn read_date(cell: &[u8]) -> DateForm {
    let (number, is_plain) = match cell {
        [y @ .., s @ (b'-' | b'/'), m1, m2, t, d1, d2] if y.len() == 4 && s == t => {
            (digits(&[y[0], y[1], y[2], y[3], *m1, *m2, *d1, *d2]), false)
        }
        _ => {
            let whole = without_fraction(cell);
            (
                digits(whole).filter(|_| whole.len() == 8),
                whole.len() == cell.len(),
            )
        }
    };
    let Some(number) = number.filter(|number| *number >= 10_000) else {
        return DateForm::Invalid;
    };
    match Civil::date((number / 10_000) as i32, number / 100 % 100, number % 100) {
        Ok(date) if is_plain => DateForm::Plain(date),
        Ok(date) => DateForm::OtherForm(date),
        Err(reason) => DateForm::Impossible(reason),
    }
}

/// Parses YYYYMMDD, and no other form.
pub(crate) fn plain_date(cell: &[u8]) -> Option<Civil> {
    match read_date(cell) {
        DateForm::Plain(date) => Some(date),
        _ => None,
    }
}

/// Parses the trimmed cell of a time: HHMM, or another known form. Seconds are ignored.
pub(crate) fn read_time(cell: &[u8]) -> TimeOfDay {
    let (hours, minutes, is_plain) = match cell.iter().position(|byte| *byte == b':') {
        Some(at) => {
            let minutes = match &cell[at + 1..] {
                [m1, m2] => digits(&[*m1, *m2]),
                [m1, m2, b':', s1, s2] if digits(&[*s1, *s2]).is_some_and(|s| s < 60) => digits(&[*m1, *m2]),
                _ => None,
            };
            (digits(&cell[..at]), minutes, false)
        }
        None => {
            let whole = without_fraction(cell);
            if whole == b"0" {
                return TimeOfDay::Unknown;
            }
            let number = digits(whole).filter(|_| whole.len() <= 4);
            (number.map(|n| n / 100), number.map(|n| n % 100), cell.len() == 4)
        }
    };
    match (hours, minutes) {
        (Some(24), Some(0)) => TimeOfDay::OtherForm(1440),
        (Some(hours @ 0..24), Some(minutes @ 0..60)) => {
            let minutes = (hours * 60 + minutes) as u16;
            if is_plain {
                TimeOfDay::Plain(minutes)
            } else {
                TimeOfDay::OtherForm(minutes)
            }
        }
        _ => TimeOfDay::Invalid,
    }
}

/// A date at `minutes` since midnight; the date alone if the time of day is not known.
pub(crate) fn moment(date: Civil, minutes: Option<u16>) -> Civil {
    let Some(minutes) = minutes else { return date };
    let (hour, minute) = (u32::from(minutes) / 60, u32::from(minutes) % 60);
    // This cannot fail: minutes are at most 1440.
    date.at(hour, minute, 0, 0).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let plain = plain_date(b"20150812").unwrap();
        assert_eq!(plain.to_string(), "2015-08-12");
        for other in ["20160229.0", "2016-02-29", "2016/02/29"] {
            assert_eq!(plain_date(other.as_bytes()), None, "{other}");
            match read_date(other.as_bytes()) {
                DateForm::OtherForm(date) => assert_eq!(date.to_string(), "2016-02-29", "{other}"),
                form => panic!("{other}: {form:?}"),
            }
        }
        for (impossible, reason) in [
            ("20201301", "there is no month 13"),
            ("20220229", "February 2022 has 28 days, not 29"),
            ("2022/02/29", "February 2022 has 28 days, not 29"),
        ] {
            match read_date(impossible.as_bytes()) {
                DateForm::Impossible(error) => assert_eq!(error.to_string(), reason),
                form => panic!("{impossible}: {form:?}"),
            }
        }
        for invalid in [
            "2015-8-12",
            "2015-08/12",
            "150812",
            "",
            "-999",
            "00000000",
            "00001231",
            "03/01/2022",
        ] {
            assert_eq!(read_date(invalid.as_bytes()), DateForm::Invalid, "{invalid}");
        }
    }

    #[test]
    fn times() {
        assert_eq!(read_time(b"1813"), TimeOfDay::Plain(18 * 60 + 13));
        assert_eq!(read_time(b"0000"), TimeOfDay::Plain(0));
        for (other, minutes) in [
            ("930", 570),
            ("12:34", 754),
            ("12:34:56", 754),
            ("415.0", 255),
            ("2400", 1440),
            ("5", 5),
        ] {
            assert_eq!(
                read_time(other.as_bytes()),
                TimeOfDay::OtherForm(minutes),
                "{other}"
            );
        }
        assert_eq!(read_time(b"0"), TimeOfDay::Unknown);
        for invalid in [
            "2460", "2401", "", "-999", "12345", "ab", "1:2", "12:34:60", "12:34:5",
        ] {
            assert_eq!(read_time(invalid.as_bytes()), TimeOfDay::Invalid, "{invalid}");
        }
    }

    #[test]
    fn midnight_at_the_end_of_a_day_is_the_next_days() {
        let last = plain_date(b"20151231").unwrap();
        assert_eq!(moment(last, Some(1440)).to_string(), "2016-01-01T00:00:00");
        assert_eq!(moment(last, Some(570)).to_string(), "2015-12-31T09:30:00");
        assert_eq!(moment(last, None).to_string(), "2015-12-31");
    }
}
