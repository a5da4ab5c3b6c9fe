//! DATE and TIME as they occur, not only as they are specified.

use jiff::civil::Date;

/// What a TIME cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeOfDay {
    /// HHMM, as minutes of the day.
    Plain(u16),
    /// Otherwise, but clear; 1440 is the next day's midnight.
    Oddly(u16),
    /// A single 0: how a time that nobody noted is written.
    Unknown,
    No,
}

/// Drops the `.0` that table programs add.
fn whole(cell: &[u8]) -> &[u8] {
    match cell.iter().position(|byte| *byte == b'.') {
        Some(at) if cell[at + 1..].iter().all(|byte| *byte == b'0') => &cell[..at],
        _ => cell,
    }
}

fn digits(cell: &[u8]) -> Option<u32> {
    let all = !cell.is_empty() && cell.len() <= 8 && cell.iter().all(u8::is_ascii_digit);
    all.then(|| {
        cell.iter()
            .fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
    })
}

/// YYYYMMDD.
pub(crate) fn date(cell: &[u8]) -> Option<Date> {
    let number = digits(cell).filter(|_| cell.len() == 8)?;
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    Date::new(year as i16, month as i8, day as i8)
        .ok()
        .filter(|date| date.year() > 0)
}

/// What table programs make of YYYYMMDD: `20240131.0`, `2024-01-31`, `2024/01/31`.
pub(crate) fn date_written_oddly(cell: &[u8]) -> Option<Date> {
    match cell {
        [y @ .., s @ (b'-' | b'/'), m1, m2, t, d1, d2] if y.len() == 4 && s == t => {
            date(&[y[0], y[1], y[2], y[3], *m1, *m2, *d1, *d2])
        }
        _ => date(whole(cell)),
    }
}

/// HHMM, and what stands for it; seconds are looked past.
pub(crate) fn time_of_day(cell: &[u8]) -> TimeOfDay {
    let (hours, minutes, plain) = match cell.iter().position(|byte| *byte == b':') {
        Some(at) => {
            let minutes = match &cell[at + 1..] {
                [m1, m2] => digits(&[*m1, *m2]),
                [m1, m2, b':', s1, s2] if digits(&[*s1, *s2]).is_some_and(|s| s < 60) => digits(&[*m1, *m2]),
                _ => None,
            };
            (digits(&cell[..at]), minutes, false)
        }
        None => {
            let cell_whole = whole(cell);
            if cell_whole == b"0" {
                return TimeOfDay::Unknown;
            }
            let number = digits(cell_whole).filter(|_| cell_whole.len() <= 4);
            (number.map(|n| n / 100), number.map(|n| n % 100), cell.len() == 4)
        }
    };
    match (hours, minutes) {
        (Some(24), Some(0)) => TimeOfDay::Oddly(1440),
        (Some(hours @ 0..24), Some(minutes @ 0..60)) => {
            let minutes = (hours * 60 + minutes) as u16;
            if plain {
                TimeOfDay::Plain(minutes)
            } else {
                TimeOfDay::Oddly(minutes)
            }
        }
        _ => TimeOfDay::No,
    }
}

/// ISO 8601: a date, or a date and a time in UTC.
pub(crate) fn iso(date: Date, minutes: Option<u16>) -> String {
    match minutes {
        None => date.to_string(),
        Some(1440..) => format!("{}T00:00:00Z", date.tomorrow().unwrap_or(date)),
        Some(minutes) => format!("{date}T{:02}:{:02}:00Z", minutes / 60, minutes % 60),
    }
}

/// Minutes since a fixed day, for differences.
pub(crate) fn minutes(date: Date, minutes: u16) -> i64 {
    let days = i64::from((date - Date::constant(1970, 1, 1)).get_days());
    days * 1440 + i64::from(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(date(b"20150812").unwrap().to_string(), "2015-08-12");
        for odd in ["20160229.0", "2016-02-29", "2016/02/29"] {
            assert_eq!(date(odd.as_bytes()), None, "{odd}");
            let date = date_written_oddly(odd.as_bytes()).unwrap();
            assert_eq!(date.to_string(), "2016-02-29", "{odd}");
        }
        for no in [
            "20201301",
            "20150229",
            "2015-8-12",
            "2015-08/12",
            "150812",
            "",
            "-999",
            "00000000",
        ] {
            assert_eq!(date(no.as_bytes()), None, "{no}");
            assert_eq!(date_written_oddly(no.as_bytes()), None, "{no}");
        }
    }

    #[test]
    fn times() {
        assert_eq!(time_of_day(b"1813"), TimeOfDay::Plain(18 * 60 + 13));
        assert_eq!(time_of_day(b"0000"), TimeOfDay::Plain(0));
        for (odd, minutes) in [
            ("930", 570),
            ("12:34", 754),
            ("12:34:56", 754),
            ("415.0", 255),
            ("2400", 1440),
            ("5", 5),
        ] {
            assert_eq!(time_of_day(odd.as_bytes()), TimeOfDay::Oddly(minutes), "{odd}");
        }
        assert_eq!(time_of_day(b"0"), TimeOfDay::Unknown);
        for no in [
            "2460", "2401", "", "-999", "12345", "ab", "1:2", "12:34:60", "12:34:5",
        ] {
            assert_eq!(time_of_day(no.as_bytes()), TimeOfDay::No, "{no}");
        }
    }

    #[test]
    fn midnight_at_the_end_of_a_day_is_the_next_days() {
        let last = date(b"20151231").unwrap();
        assert_eq!(iso(last, Some(1440)), "2016-01-01T00:00:00Z");
        assert_eq!(iso(last, None), "2015-12-31");
        assert_eq!(minutes(last, 1440), minutes(date(b"20160101").unwrap(), 0));
    }
}
