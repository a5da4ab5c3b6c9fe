//! Dates and times as people and programs write them.

use text_format::{Civil, month_by_name};

/// How a cell is written, if it holds a date, a time of day, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeForm {
    /// `2020-12-31`, `2020-12-31T10:00:00Z`, `2020-12-31 10:00+01:00`: ISO 8601.
    Iso,
    /// `2020/12/31`, `2020.12.31 10:00`, `2020-1-2`.
    YearFirst,
    /// `31/12/2020`, `31.12.20 10:00`: the first number can only be the day.
    DayFirst,
    /// `12/31/2020`: the second number can only be the day.
    MonthFirst,
    /// `01/02/2020`: either may be the day.
    DayOrMonthFirst,
    /// `31-Dec-2020`, `Dec 31, 2020 10:00`.
    MonthByName,
    /// `10:00`, `10:00:00.5`, `9:05 PM`: no date.
    Clock,
}

/// Which of the first two numbers of a date is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateOrder {
    /// `31/12/2020`.
    DayFirst,
    /// `12/31/2020`.
    MonthFirst,
}

/// A date, with or without a time of day, that was read from a cell; the time is UTC if the cell states a zone or an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Date and, if there is one, the time of day; in UTC if `has_zone`, else in the clock of whoever wrote it.
    pub civil: Civil,
    /// Whether the cell says which zone it means: `Z`, `UTC`, or an offset.
    pub has_zone: bool,
}

/// Longest text that is looked at, in bytes.
const LONGEST: usize = 48;

/// The form of a trimmed cell; `None` where it is neither a date nor a time of day.
///
/// ```
/// use text_table::{TimeForm, time_form};
///
/// assert_eq!(time_form(b"28/03/2022 14:30"), Some(TimeForm::DayFirst));
/// assert_eq!(time_form(b"01/02/2022"), Some(TimeForm::DayOrMonthFirst));
/// assert_eq!(time_form(b"2022-03-28T14:30:00Z"), Some(TimeForm::Iso));
/// assert_eq!(time_form(b"12.5"), None);
/// ```
pub fn time_form(cell: &[u8]) -> Option<TimeForm> {
    let text = text(cell)?;
    if is_clock(text) {
        return Some(TimeForm::Clock);
    }
    let (date, rest) = split(text)?;
    let form = date.form()?;
    let is_rest = rest.is_empty() || clock(rest).is_some();
    is_rest.then_some(form)
}

/// Reads a trimmed cell that holds a date, with or without a time of day. `order` decides where either number may be the day.
/// `None` where it is not a date, the calendar does not have it, or only `order` could decide and it is `None`.
///
/// ```
/// use text_table::{DateOrder, read_time};
///
/// let stamp = read_time(b"01/02/2022 9:05 PM", Some(DateOrder::MonthFirst)).unwrap();
/// assert_eq!((stamp.civil.to_string().as_str(), stamp.has_zone), ("2022-01-02T21:05:00", false));
/// let stamp = read_time(b"2022-03-01T01:00:00+02:00", None).unwrap();
/// assert_eq!((stamp.civil.to_string().as_str(), stamp.has_zone), ("2022-02-28T23:00:00", true));
/// assert_eq!(read_time(b"30.02.2022", None), None);
/// ```
pub fn read_time(cell: &[u8], order: Option<DateOrder>) -> Option<Stamp> {
    let (date, rest) = split(text(cell)?)?;
    let (year, month, day) = date.read(order)?;
    let civil = Civil::date(year, month, day).ok()?;
    if rest.is_empty() {
        return Some(Stamp {
            civil,
            has_zone: false,
        });
    }
    let clock = clock(rest)?;
    clock.on(civil)
}

/// Reads a trimmed cell that holds a time of day, on `date`: `10:00`, `10:00:00.5`, `9:05 PM`, `24:00`, `0930`.
///
/// ```
/// # use text_format::Civil;
/// let date = Civil::date(2022, 12, 31)?;
/// let stamp = text_table::read_clock(b"24:00", date).unwrap();
/// assert_eq!(stamp.civil.to_string(), "2023-01-01T00:00:00");
/// # Ok::<(), text_format::CivilError>(())
/// ```
pub fn read_clock(cell: &[u8], date: Civil) -> Option<Stamp> {
    let text = text(cell)?;
    if let Some(stamp) = clock(text).and_then(|clock| clock.on(date)) {
        return Some(stamp);
    }
    // Hours and minutes, perhaps seconds, as one number.
    let is_number = text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: u32 = text.parse().ok().filter(|_| is_number)?;
    let (hour, minute, second) = match text.len() {
        0..=4 => (number / 100, number % 100, 0),
        _ => (number / 10_000, number / 100 % 100, number % 100),
    };
    let civil = date.at(hour, minute, second, 0).ok()?;
    Some(Stamp {
        civil,
        has_zone: false,
    })
}

fn text(cell: &[u8]) -> Option<&str> {
    let is_short = (4..=LONGEST).contains(&cell.len()) || (1..=6).contains(&cell.len());
    let has_digit = cell.iter().any(u8::is_ascii_digit);
    std::str::from_utf8(cell).ok().filter(|_| is_short && has_digit)
}

/// The three parts of a date and what separates them.
struct Date<'t> {
    parts: [&'t str; 3],
    mark: char,
}

/// The date that a text begins with, and what follows it.
fn split(text: &str) -> Option<(Date<'_>, &str)> {
    let end_of = |from: usize, is_part: fn(char) -> bool| {
        let rest = &text[from..];
        from + rest.find(|c: char| !is_part(c)).unwrap_or(rest.len())
    };
    // A weekday may stand in front: `Tue, 01 Mar 2022`.
    let text_start = match text.split_once([',', ' ']) {
        Some((day, rest)) if is_weekday(day) => text.len() - rest.trim_start_matches([',', ' ']).len(),
        _ => 0,
    };
    let alphanumeric = |c: char| c.is_ascii_alphanumeric();
    let first_end = end_of(text_start, alphanumeric);
    let first = &text[text_start..first_end];
    let mark = text[first_end..]
        .chars()
        .next()
        .filter(|c| matches!(c, '/' | '.' | '-' | ' '))?;
    let mut at = first_end + 1;
    if mark == ' ' {
        at += text[at..].len() - text[at..].trim_start().len();
    }
    let second_end = end_of(at, alphanumeric);
    let second = &text[at..second_end];
    let rest = &text[second_end..];
    // `Dec 31, 2020` and `Jan. 5 2020`.
    let is_mark = |c: char| c == mark || mark == ' ' && c == ',';
    let skip = rest.len() - rest.trim_start_matches(is_mark).len();
    if skip == 0 || mark != ' ' && skip != 1 {
        return None;
    }
    let at = second_end + skip;
    let third_end = end_of(at, |c| c.is_ascii_digit());
    let third = &text[at..third_end];
    let rest = text[third_end..].trim_start_matches(',');
    let rest = match rest.strip_prefix(['T', 't']) {
        Some(clock) => clock,
        None if rest.is_empty() || rest.starts_with([' ', ':', '\t', '_']) => {
            rest[rest.len().min(1)..].trim_start()
        }
        None => return None,
    };
    let parts = [first, second, third];
    let date = Date { parts, mark };
    Some((date, rest.trim_end()))
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    word.len() >= 3
        && word.bytes().all(|byte| byte.is_ascii_alphabetic())
        && DAYS.iter().any(|day| word[..3].eq_ignore_ascii_case(day))
}

fn number(part: &str, most_digits: usize) -> Option<u32> {
    let is_number = (1..=most_digits).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    part.parse().ok().filter(|_| is_number)
}

/// A year of four digits, or of two: 00 to 69 are 2000 to 2069, as POSIX has it.
fn year(part: &str) -> Option<i32> {
    let year = number(part, 4)? as i32;
    match part.len() {
        4 if (1000..3000).contains(&year) => Some(year),
        2 => Some(if year < 69 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

impl Date<'_> {
    fn form(&self) -> Option<TimeForm> {
        let [a, b, c] = self.parts;
        let is_day = |part: &str| number(part, 2).is_some_and(|day| (1..=31).contains(&day));
        let is_named =
            |part: &str| part.starts_with(|c: char| c.is_ascii_alphabetic()) && month(part).is_some();
        let full_year = |part: &str| part.len() == 4 && year(part).is_some();
        match () {
            () if is_named(b) && is_day(a) && year(c).is_some() => Some(TimeForm::MonthByName),
            () if is_named(b) && full_year(a) && is_day(c) => Some(TimeForm::MonthByName),
            () if is_named(a) && is_day(b) && full_year(c) => Some(TimeForm::MonthByName),
            () if self.mark == ' ' => None,
            () if full_year(a) && number(b, 2).is_some_and(|b| (1..=12).contains(&b)) && is_day(c) => {
                Some(if self.mark == '-' && b.len() == 2 && c.len() == 2 {
                    TimeForm::Iso
                } else {
                    TimeForm::YearFirst
                })
            }
            () => {
                let (first, second) = (number(a, 2)?, number(b, 2)?);
                year(c)?;
                match (first, second) {
                    (13..=31, 1..=12) => Some(TimeForm::DayFirst),
                    (1..=12, 13..=31) => Some(TimeForm::MonthFirst),
                    (1..=12, 1..=12) => Some(TimeForm::DayOrMonthFirst),
                    _ => None,
                }
            }
        }
    }

    fn read(&self, order: Option<DateOrder>) -> Option<(i32, u32, u32)> {
        let [a, b, c] = self.parts;
        match self.form()? {
            TimeForm::Iso | TimeForm::YearFirst => Some((year(a)?, number(b, 2)?, number(c, 2)?)),
            TimeForm::DayFirst => Some((year(c)?, number(b, 2)?, number(a, 2)?)),
            TimeForm::MonthFirst => Some((year(c)?, number(a, 2)?, number(b, 2)?)),
            TimeForm::DayOrMonthFirst => match order {
                _ if a == b => Some((year(c)?, number(a, 2)?, number(b, 2)?)),
                Some(DateOrder::DayFirst) => Some((year(c)?, number(b, 2)?, number(a, 2)?)),
                Some(DateOrder::MonthFirst) => Some((year(c)?, number(a, 2)?, number(b, 2)?)),
                None => None,
            },
            TimeForm::MonthByName => match (month(a), month(b)) {
                (Some(month), _) => Some((year(c)?, month, number(b, 2)?)),
                (None, Some(month)) if a.len() == 4 => Some((year(a)?, month, number(c, 2)?)),
                (None, Some(month)) => Some((year(c)?, month, number(a, 2)?)),
                (None, None) => None,
            },
            TimeForm::Clock => None,
        }
    }
}

fn month(part: &str) -> Option<u32> {
    let is_word = part.len() >= 3 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    month_by_name(part)
        .or_else(|| month_by_name(part.get(..3)?))
        .filter(|_| is_word)
        .map(u32::from)
}

/// A time of day as it is written.
struct Clock {
    hour: u32,
    minute: u32,
    second: u32,
    nanosecond: u32,
    /// Minutes ahead of UTC.
    offset: Option<i64>,
}

impl Clock {
    fn on(&self, date: Civil) -> Option<Stamp> {
        let civil = date
            .at(self.hour, self.minute, self.second, self.nanosecond)
            .ok()?;
        Some(Stamp {
            civil: civil.plus_minutes(-self.offset.unwrap_or(0)),
            has_zone: self.offset.is_some(),
        })
    }
}

fn is_clock(text: &str) -> bool {
    text.contains(':') && clock(text).is_some()
}

/// `hh:mm`, `hh:mm:ss[.f]`, `hhmm`, then AM or PM, then a zone.
fn clock(text: &str) -> Option<Clock> {
    let mut at = 0;
    let bytes = text.as_bytes();
    let digits = |at: usize| {
        bytes[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let hour_len = digits(0);
    let (mut hour, mut minute, mut second, mut nanosecond) = (0, 0, 0, 0);
    if hour_len == 4 || hour_len == 6 {
        hour = number(&text[..2], 2)?;
        minute = number(&text[2..4], 2)?;
        second = number(&text[4..hour_len], 2).unwrap_or(0);
        at = hour_len;
    } else {
        for (position, part) in [&mut hour, &mut minute, &mut second].into_iter().enumerate() {
            if position > 0 {
                match bytes.get(at) {
                    Some(b':') => at += 1,
                    _ if position == 2 => break,
                    _ => return None,
                }
            }
            let len = digits(at);
            *part = number(text.get(at..at + len)?, 2)?;
            at += len;
        }
    }
    if matches!(bytes.get(at), Some(b'.' | b',')) {
        let len = digits(at + 1);
        let fraction = text
            .get(at + 1..at + 1 + len.min(9))
            .filter(|fraction| !fraction.is_empty())?;
        nanosecond = fraction.parse::<u32>().ok()? * 10u32.pow(9 - fraction.len() as u32);
        at += 1 + len;
    }
    let mut rest = text[at..].trim_start();
    if let Some(half) = rest
        .get(..2)
        .filter(|half| half.eq_ignore_ascii_case("am") || half.eq_ignore_ascii_case("pm"))
    {
        if !(1..=12).contains(&hour) {
            return None;
        }
        let is_pm = half.eq_ignore_ascii_case("pm");
        hour = hour % 12 + if is_pm { 12 } else { 0 };
        rest = rest[2..].trim_start();
    }
    if hour > 24 || minute > 59 || second > 60 || hour == 24 && (minute, second, nanosecond) != (0, 0, 0) {
        return None;
    }
    let offset = match rest {
        "" => None,
        _ => Some(zone(rest)?),
    };
    Some(Clock {
        hour,
        minute,
        second,
        nanosecond,
        offset,
    })
}

/// Minutes that a zone is ahead of UTC: `Z`, `UTC`, `GMT`, `+01:00`, `-0500`, `UTC-5`. `None` of other names, which stand for
/// different zones in different countries.
///
/// ```
/// assert_eq!(text_table::zone("UTC-5"), Some(-300));
/// assert_eq!(text_table::zone("+05:30"), Some(330));
/// assert_eq!(text_table::zone("LST"), None);
/// ```
pub fn zone(text: &str) -> Option<i64> {
    let text = text.trim();
    let upper = text.to_ascii_uppercase();
    let rest = ["UTC", "GMT", "Z"]
        .iter()
        .find_map(|name| upper.strip_prefix(name))
        .unwrap_or(&upper)
        .trim();
    if rest.is_empty() {
        return (!text.is_empty()).then_some(0);
    }
    let (sign, digits) = match rest.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match (digits.split_once(':'), digits.len()) {
        (Some((hours, minutes)), _) => (number(hours, 2)?, number(minutes, 2)?),
        (None, 1 | 2) => (number(digits, 2)?, 0),
        (None, 4) => (number(&digits[..2], 2)?, number(&digits[2..], 2)?),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then_some(sign * i64::from(hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_their_form() {
        for (form, cells) in [
            (
                TimeForm::Iso,
                &[
                    "2020-12-31",
                    "2020-12-31T10:00:00Z",
                    "2020-12-31 10:00",
                    "2020-12-31T10:00-0500",
                ][..],
            ),
            (
                TimeForm::YearFirst,
                &["2020/12/31", "2020.12.31", "2020/1/2 10:00", "2020-1-2"],
            ),
            (
                TimeForm::DayFirst,
                &[
                    "31/12/2020",
                    "31.12.2020 00:00:00",
                    "31-12-2020 10:00",
                    "31/12/20",
                ],
            ),
            (TimeForm::MonthFirst, &["12/31/2020", "12/31/20 9:05 PM"]),
            (TimeForm::DayOrMonthFirst, &["1.2.2020", "01/02/2020 10:00"]),
            (
                TimeForm::MonthByName,
                &[
                    "31-Dec-2020",
                    "Dec 31, 2020",
                    "31 December 2020",
                    "31   December  2020",
                    "02-JAN-20",
                    "20-Jul-2015 13:27:30.000",
                    "Tue 01 Mar 2022",
                ],
            ),
            (TimeForm::Clock, &["10:00", "10:00:00.5", "24:00", "9:05 PM"]),
        ] {
            for cell in cells {
                assert_eq!(time_form(cell.as_bytes()), Some(form), "{cell}");
            }
        }
        for cell in [
            "1",
            "12.5",
            "10.1.2.3",
            "12-34",
            "41/41/2020",
            "",
            "x/y/2020",
            "5 m",
            "1.2",
            "58 00.50 N",
            "25:00",
            "A-1-2",
        ] {
            assert_eq!(time_form(cell.as_bytes()), None, "{cell}");
        }
    }

    #[test]
    fn cells_and_their_meaning() {
        let read = |cell: &str, order| {
            read_time(cell.as_bytes(), order).map(|stamp| (stamp.civil.to_string(), stamp.has_zone))
        };
        for (cell, expected, has_zone) in [
            ("2020-12-31", "2020-12-31", false),
            ("2020-12-31T24:00", "2021-01-01T00:00:00", false),
            ("31.12.2020 10:05:06.5", "2020-12-31T10:05:06.5", false),
            ("12/31/20 12:05 AM", "2020-12-31T00:05:00", false),
            ("Dec 31, 2020", "2020-12-31", false),
            ("26-JAN-98 1015", "1998-01-26T10:15:00", false),
            ("2020/12/31 23:30 UTC-1", "2021-01-01T00:30:00", true),
            ("2020-12-31T10:00:00Z", "2020-12-31T10:00:00", true),
        ] {
            assert_eq!(read(cell, None), Some((expected.to_owned(), has_zone)), "{cell}");
        }
        assert_eq!(read("01/02/2020", None), None);
        let of = |order| read("01/02/2020", Some(order)).unwrap().0;
        assert_eq!(
            (of(DateOrder::DayFirst), of(DateOrder::MonthFirst)),
            ("2020-02-01".into(), "2020-01-02".into())
        );
        assert_eq!(read("30/02/2022", None), None);
        let date = Civil::date(2020, 1, 1).unwrap();
        let clock = |cell: &str| read_clock(cell.as_bytes(), date).map(|stamp| stamp.civil.to_string());
        assert_eq!(clock("0930").as_deref(), Some("2020-01-01T09:30:00"));
        assert_eq!(clock("930").as_deref(), Some("2020-01-01T09:30:00"));
        assert_eq!(clock("2561"), None);
    }
}
