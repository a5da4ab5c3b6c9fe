//! Dates and times in the forms that labels name.

use jiff::civil::{Date, DateTime};

/// How a column writes dates or times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `yyyy-mm-ddThh:mm:ss.sss`, or the front of it.
    Iso,
    /// `mon/day/yr`, `mm/dd/yyyy`.
    MonthFirst,
    /// `dd/mm/yyyy`.
    DayFirst,
    /// `hh:mm`, beside a column of dates.
    Clock,
}

/// What a date or time says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Time {
    /// `YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM:SS`.
    Known(String),
    /// A year, or a month.
    Coarse,
    /// No date.
    Bad,
}

impl Form {
    /// That of a column, by its label.
    pub(crate) fn of(label: &str) -> Option<Self> {
        let label = label.to_ascii_lowercase();
        match label.as_str() {
            "mon/day/yr" | "mm/dd/yyyy" => Some(Form::MonthFirst),
            "dd/mm/yyyy" => Some(Form::DayFirst),
            "hh:mm" | "hh:mm:ss" | "hh:mm:ss.sss" => Some(Form::Clock),
            _ if label.starts_with("yyyy-mm-dd") || label == "time_iso8601" => Some(Form::Iso),
            _ => None,
        }
    }

    /// Reads a cell that is not empty. A clock's time of day is of no use without [`at`].
    pub(crate) fn read(self, cell: &str) -> Time {
        let date = match self {
            Form::Iso => return iso(cell),
            Form::MonthFirst => date(cell, [2, 0, 1]),
            Form::DayFirst => date(cell, [2, 1, 0]),
            Form::Clock => None,
        };
        date.map_or(Time::Bad, |date| Time::Known(date.to_string()))
    }
}

/// A date, `YYYY-MM-DD`, with the time of day beside it.
pub(crate) fn at(date: &str, clock: &str) -> Time {
    match date.len() {
        10 => iso(&format!("{date}T{clock}")),
        _ => Time::Bad,
    }
}

fn iso(cell: &str) -> Time {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (year, rest) = cell.split_once('-').unwrap_or((cell, ""));
    if year.len() != 4 || !is_number(year) {
        return Time::Bad;
    }
    if rest.is_empty() || rest.len() == 2 && is_number(rest) {
        return match rest.parse::<u8>() {
            Err(_) | Ok(1..=12) => Time::Coarse,
            Ok(_) => Time::Bad,
        };
    }
    let cell = cell.strip_suffix('Z').unwrap_or(cell);
    let read = match cell.len() {
        10 => cell.parse::<Date>().map(|date| date.to_string()),
        _ => cell
            .parse::<DateTime>()
            .map(|time| time.strftime("%Y-%m-%dT%H:%M:%S").to_string()),
    };
    read.map_or(Time::Bad, Time::Known)
}

/// Three numbers parted by slashes; `order` says where year, month and day stand.
fn date(cell: &str, [year, month, day]: [usize; 3]) -> Option<Date> {
    let parts: Vec<i16> = cell.split('/').map(str::parse).collect::<Result<_, _>>().ok()?;
    let part = |at: usize| i8::try_from(parts[at]).ok();
    if parts.len() != 3 || parts[year] < 1000 {
        return None;
    }
    Date::new(parts[year], part(month)?, part(day)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_by_label() {
        for (label, expected) in [
            ("yyyy-mm-ddThh:mm:ss.sss", Some(Form::Iso)),
            ("YYYY-MM-DD hh:mm", Some(Form::Iso)),
            ("time_ISO8601", Some(Form::Iso)),
            ("mon/day/yr", Some(Form::MonthFirst)),
            ("hh:mm", Some(Form::Clock)),
            ("Time [s]", None),
        ] {
            assert_eq!(Form::of(label), expected, "{label}");
        }
    }

    #[test]
    fn cells() {
        let known = |text: &str| Time::Known(text.to_owned());
        for (form, cell, expected) in [
            (Form::Iso, "2006-02-15T01:02:03.500", known("2006-02-15T01:02:03")),
            (Form::Iso, "2006-02-15T01:02Z", known("2006-02-15T01:02:00")),
            (Form::Iso, "2006-02-15 01:02", known("2006-02-15T01:02:00")),
            (Form::Iso, "2006-02-15", known("2006-02-15")),
            (Form::Iso, "2006-02", Time::Coarse),
            (Form::Iso, "2006", Time::Coarse),
            (Form::Iso, "2006-13", Time::Bad),
            (Form::Iso, "2006-02-30", Time::Bad),
            (Form::Iso, "15/02/2006", Time::Bad),
            (Form::Iso, "2006-02-15T25:00", Time::Bad),
            (Form::Iso, "é006-02-15", Time::Bad),
            (Form::MonthFirst, "02/15/2006", known("2006-02-15")),
            (Form::MonthFirst, "15/02/2006", Time::Bad),
            (Form::DayFirst, "15/2/2006", known("2006-02-15")),
            (Form::DayFirst, "15/02/06", Time::Bad),
            (Form::DayFirst, "15/02", Time::Bad),
            (Form::Clock, "10:00", Time::Bad),
        ] {
            assert_eq!(form.read(cell), expected, "{cell}");
        }
        assert_eq!(at("2006-02-15", "01:02"), known("2006-02-15T01:02:00"));
        assert_eq!(at("2006-02-15", "1.5"), Time::Bad);
        assert_eq!(at("2006-02-15T01:02:03", "01:02"), Time::Bad);
    }
}
