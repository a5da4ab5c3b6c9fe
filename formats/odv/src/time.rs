//! Dates and times in the forms that labels declare.

use text_format::{Civil, month_by_name};

/// The form in which a column writes dates or times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `yyyy-mm-ddThh:mm:ss.sss`, or the beginning of it.
    Iso,
    /// Three numbers, such as `mon/day/yr`, with the positions of year, month and day.
    Ordered([usize; 3]),
    /// `hh:mm`, beside a column of dates.
    Clock,
    /// Days since the beginning of the Julian period, counted from midnight: 2440588 is 1970-01-01.
    JulianDay,
}

/// The meaning of a date or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Time {
    /// A date, with or without a time of day.
    Known(Civil),
    /// Only a year, or a year and a month.
    Coarse,
    /// Anything else.
    Bad,
}

impl From<Option<Civil>> for Time {
    fn from(time: Option<Civil>) -> Self {
        time.map_or(Time::Bad, Time::Known)
    }
}

/// The day number of 1970-01-01 in chronological Julian days.
const EPOCH: f64 = 2_440_588.0;

impl Form {
    /// The form of a column, from its name, its unit and the term that the file maps it to.
    pub(crate) fn detect(name: &str, unit: Option<&str>, term: Option<&str>) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let unit = unit.unwrap_or_default().to_ascii_lowercase();
        let has_term = |code: &str| term.is_some_and(|term| term.ends_with(code));
        match name.as_str() {
            "hh:mm" | "hh:mm:ss" | "hh:mm:ss.sss" => return Some(Form::Clock),
            "chronological julian date" => return Some(Form::JulianDay),
            _ => {}
        }
        let is_iso = |text: &str| text.starts_with("yyyy-mm-dd") || text == "iso8601" || text == "iso 8601";
        if is_iso(&name) || is_iso(&unit) || name.starts_with("time_iso8601") || has_term("::DTUT8601") {
            return Some(Form::Iso);
        }
        if has_term("::CJDY1101") {
            return Some(Form::JulianDay);
        }
        match name.as_str() {
            "yyyymmdd" => Some(Form::Iso),
            _ => order(&name).map(Form::Ordered),
        }
    }

    /// Parses a cell that is not empty. A time of day alone needs [`at`].
    pub(crate) fn read(self, cell: &str) -> Time {
        match self {
            Form::Iso => iso(cell),
            Form::Ordered(order) => ordered(cell, order).into(),
            Form::JulianDay => cell.replace(',', ".").parse().ok().and_then(julian_day).into(),
            Form::Clock => Time::Bad,
        }
    }
}

/// The positions of year, month and day in a label such as `mon/day/yr` or `dd.mm.yyyy`.
fn order(label: &str) -> Option<[usize; 3]> {
    let words: Vec<&str> = label.split(['/', '-', '.']).collect();
    if words.len() != 3 {
        return None;
    }
    let of = |names: &[&str]| words.iter().position(|word| names.contains(word));
    let year = of(&["yyyy", "yr", "year"])?;
    let month = of(&["mm", "mon", "month"])?;
    let day = of(&["dd", "day"])?;
    Some([year, month, day])
}

/// A date with the time of day from the next column: `9:05`, `09:05:30`, `0905`.
pub(crate) fn at(date: Civil, clock: &str) -> Time {
    if date.clock().is_some() {
        return Time::Bad;
    }
    let is_digits = clock.len() == 4 && clock.bytes().all(|byte| byte.is_ascii_digit());
    let with_colon = match is_digits {
        true => format!("{}:{}", &clock[..2], &clock[2..]),
        false => clock.to_owned(),
    };
    date.at_text(&with_colon).ok().into()
}

/// A time from numbers in separate columns. The seconds may have a fraction.
pub(crate) fn of_parts([year, month, day]: [f64; 3], clock: [Option<f64>; 3]) -> Time {
    let whole = |number: f64, most: f64| {
        (number.fract() == 0.0 && (0.0..=most).contains(&number)).then_some(number as u32)
    };
    let read = || {
        let year = whole(year, 9_999.0).filter(|year| *year >= 1_000)?;
        let date = Civil::date(year as i32, whole(month, 12.0)?, whole(day, 31.0)?).ok()?;
        let [Some(hour), minute, second] = clock else {
            return Some(date);
        };
        let second = second
            .filter(|second| (0.0..60.0).contains(second))
            .unwrap_or(0.0);
        let nanosecond = (second.fract() * 1e3).round() as u32 * 1_000_000;
        date.at(
            whole(hour, 24.0)?,
            whole(minute.unwrap_or(0.0), 59.0)?,
            second as u32,
            nanosecond.min(999_000_000),
        )
        .ok()
    };
    read().into()
}

fn iso(cell: &str) -> Time {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(cell) && cell.len() == 8 {
        return Civil::parse(&format!("{}-{}-{}", &cell[..4], &cell[4..6], &cell[6..]))
            .ok()
            .into();
    }
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
    // `2006-02-15T01` is precise to the hour.
    let hour = cell.get(11..).map(|hour| hour.trim_end_matches('Z'));
    match hour {
        Some(hour) if hour.len() == 2 && is_number(hour) => Civil::parse(&format!("{}:00", &cell[..13])),
        _ => Civil::parse(cell),
    }
    .ok()
    .into()
}

/// A date of three numbers, in this order, separated by slashes, dashes or points. The month may be an English name.
fn ordered(cell: &str, order: [usize; 3]) -> Option<Civil> {
    let parts: Vec<&str> = cell.split(['/', '-', '.']).map(str::trim).collect();
    if parts.len() != 3 {
        return None;
    }
    let [year, month, day] = order.map(|at| parts[at]);
    let number = |text: &str| text.parse::<u32>().ok();
    let month = number(month).or_else(|| month_by_name(month).map(u32::from))?;
    let year = number(year).filter(|_| year.len() == 4)?;
    Civil::date(i32::try_from(year).ok()?, month, number(day)?).ok()
}

/// The time of a chronological Julian day, rounded to milliseconds.
fn julian_day(day: f64) -> Option<Civil> {
    let milliseconds = ((day - EPOCH) * 86_400_000.0).round();
    if !(-1e15..1e15).contains(&milliseconds) {
        return None;
    }
    let milliseconds = milliseconds as i64;
    let of_day = u32::try_from(milliseconds.rem_euclid(86_400_000)).ok()?;
    let date = Civil::date(1970, 1, 1)
        .ok()?
        .plus_days(milliseconds.div_euclid(86_400_000));
    let (hour, minute, second) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1_000 % 60);
    date.at(hour, minute, second, of_day % 1_000 * 1_000_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_by_label_unit_and_term() {
        let of = |name| Form::detect(name, None, None);
        for (name, expected) in [
            ("yyyy-mm-ddThh:mm:ss.sss", Some(Form::Iso)),
            ("YYYY-MM-DD hh:mm", Some(Form::Iso)),
            ("time_ISO8601", Some(Form::Iso)),
            ("yyyymmdd", Some(Form::Iso)),
            ("mon/day/yr", Some(Form::Ordered([2, 0, 1]))),
            ("mm/dd/yyyy", Some(Form::Ordered([2, 0, 1]))),
            ("dd.mm.yyyy", Some(Form::Ordered([2, 1, 0]))),
            ("yyyy/mm/dd", Some(Form::Ordered([0, 1, 2]))),
            ("hh:mm", Some(Form::Clock)),
            ("Chronological Julian Date", Some(Form::JulianDay)),
            ("Time", None),
            ("a/b/c", None),
        ] {
            assert_eq!(of(name), expected, "{name}");
        }
        assert_eq!(
            Form::detect("Time", Some("YYYY-MM-DDThh:mm"), None),
            Some(Form::Iso)
        );
        assert_eq!(
            Form::detect("x", None, Some("SDN:P01::DTUT8601")),
            Some(Form::Iso)
        );
        assert_eq!(
            Form::detect("x", Some("days"), Some("SDN:P01::CJDY1101")),
            Some(Form::JulianDay)
        );
    }

    #[test]
    fn cells_in_the_form_of_their_column() {
        let (month_first, day_first) = (Form::Ordered([2, 0, 1]), Form::Ordered([2, 1, 0]));
        for (form, cell, expected) in [
            (Form::Iso, "2006-02-15T01:02:03.500", "2006-02-15T01:02:03.5"),
            (Form::Iso, "2006-02-15T01:02Z", "2006-02-15T01:02:00"),
            (Form::Iso, "2006-02-15 01:02", "2006-02-15T01:02:00"),
            (Form::Iso, "2006-02-15T01", "2006-02-15T01:00:00"),
            (Form::Iso, "2006-02-15", "2006-02-15"),
            (Form::Iso, "20060215", "2006-02-15"),
            (Form::Iso, "2022-12-31T24:00:00", "2023-01-01T00:00:00"),
            (month_first, "02/15/2006", "2006-02-15"),
            (month_first, "Feb/15/2006", "2006-02-15"),
            (day_first, "15/2/2006", "2006-02-15"),
            (day_first, "15.02.2006", "2006-02-15"),
            (Form::JulianDay, "2440588.5", "1970-01-01T12:00:00"),
            (Form::JulianDay, "2453782,25", "2006-02-15T06:00:00"),
        ] {
            match form.read(cell) {
                Time::Known(time) => assert_eq!(time.to_string(), expected, "{cell}"),
                other => panic!("{cell}: {other:?}"),
            }
        }
        for cell in ["2006-02", "2006"] {
            assert_eq!(Form::Iso.read(cell), Time::Coarse, "{cell}");
        }
        for (form, cell) in [
            (Form::Iso, "2006-13"),
            (Form::Iso, "2022-02-29"),
            (Form::Iso, "15/02/2006"),
            (Form::Iso, "2006-02-15T25:00"),
            (Form::Iso, "é006-02-15"),
            (Form::Iso, "2006-02-15Té"),
            (Form::Iso, "20060230"),
            (month_first, "15/02/2006"),
            (day_first, "15/02/06"),
            (day_first, "15/02"),
            (Form::Clock, "10:00"),
            (Form::JulianDay, "1e300"),
            (Form::JulianDay, "nan"),
        ] {
            assert_eq!(form.read(cell), Time::Bad, "{cell}");
        }
    }

    #[test]
    fn a_time_of_day_beside_its_date() {
        let date = Civil::date(2006, 2, 15).unwrap();
        for (clock, expected) in [
            ("01:02", "2006-02-15T01:02:00"),
            ("9:05", "2006-02-15T09:05:00"),
            ("0905", "2006-02-15T09:05:00"),
            ("24:00", "2006-02-16T00:00:00"),
        ] {
            assert_eq!(
                at(date, clock),
                Time::Known(Civil::parse(expected).unwrap()),
                "{clock}"
            );
        }
        assert_eq!(at(date, "1.5"), Time::Bad);
        assert_eq!(at(date.at(1, 2, 3, 0).unwrap(), "01:02"), Time::Bad);
    }

    #[test]
    fn times_in_parts() {
        let read = |date, clock| match of_parts(date, clock) {
            Time::Known(time) => time.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(read([2022.0, 3.0, 1.0], [None; 3]), "2022-03-01");
        assert_eq!(
            read([2022.0, 3.0, 1.0], [Some(10.0), None, None]),
            "2022-03-01T10:00:00"
        );
        assert_eq!(
            read([2022.0, 3.0, 1.0], [Some(24.0), None, None]),
            "2022-03-02T00:00:00"
        );
        assert_eq!(
            read([2022.0, 3.0, 1.0], [Some(10.0), Some(5.0), Some(1.5)]),
            "2022-03-01T10:05:01.5"
        );
        for date in [
            [2022.0, 2.0, 29.0],
            [22.0, 2.0, 1.0],
            [2022.0, 2.5, 1.0],
            [f64::NAN, 1.0, 1.0],
        ] {
            assert_eq!(read(date, [None; 3]), "Bad");
        }
    }
}
