//! Times in the header, and the clocks that gave them.

use text_format::{Civil, Place, month_by_name};

/// The clock that gave a start time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Clock {
    /// Clock of the instrument.
    Instrument,
    /// Clock of the navigation receiver, in UTC.
    Nmea,
    /// Clock of the acquiring computer, in UTC.
    Acquisition,
    /// Clock of the acquiring computer, in a zone that the file does not state.
    Computer,
    /// The operator, who typed the time into a line that begins with `**`.
    Operator,
    /// Clock of a computer when the stored data were uploaded, after the measurements.
    Upload,
    /// Clock of the computer that converted the data, after the measurements.
    Processing,
    /// The file does not name the clock.
    Unknown,
}

/// The line `# start_time`, as the file writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StartTime {
    /// Date and time of day; the line does not state a zone. A year that a program wrote with an error of a century is
    /// corrected.
    pub time: Civil,
    /// The clock, as far as the line names it.
    pub clock: Clock,
    /// The text in brackets that names the clock: `Instrument's time stamp, header`.
    pub source: Option<String>,
    /// Place of the value in the header.
    pub place: Place,
    /// The year as the file writes it, if it was corrected.
    pub(crate) written_year: Option<i32>,
}

/// The time of the first scan of the raw data, as far as the whole header gives it; see
/// [`Header::start`](crate::Header::start).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Start {
    /// Date and time of day, in UTC unless `clock` says otherwise.
    pub time: Civil,
    /// The clock that gave the time.
    pub clock: Clock,
}

/// Parses `Dec 10 2016 06:16:51`, `Wed Jan 19 11:48:56 2005`, `10-Dec-2016 06:16:51`, `2025-Jun-17 20:48:26 +00:00` and
/// ISO 8601, all with a time of day.
pub(crate) fn time(text: &str) -> Option<Civil> {
    if let Ok(time) = Civil::parse(text.trim().trim_end_matches("UTC").trim_end()) {
        return time.clock().is_some().then_some(time);
    }
    let (mut month, mut day, mut year, mut clock) = (None, None, None, None);
    let words = text
        .split([' ', '\t', '-', ',', '/'])
        .filter(|word| !word.is_empty());
    for word in words.take(8) {
        if word.contains(':') {
            // A zone of +00:00 at the end is UTC.
            if clock.is_some() {
                matches!(word, "+00:00" | "00:00").then_some(())?;
            } else {
                clock = Some(word);
            }
        } else if let Ok(number) = word.parse::<u32>() {
            match number {
                1..=31 if day.is_none() && word.len() <= 2 => day = Some(number),
                _ if year.is_none() && (3..=4).contains(&word.len()) => year = Some(number),
                _ => return None,
            }
        } else if let Some(number) = month_by_name(word) {
            month = Some(u32::from(number));
        } else if !["mon", "tue", "wed", "thu", "fri", "sat", "sun", "utc", "gmt", "z"]
            .contains(&word.to_ascii_lowercase().as_str())
        {
            return None;
        }
    }
    let date = Civil::date(i32::try_from(year?).ok()?, month?, day?).ok()?;
    date.at_text(clock?).ok()
}

impl StartTime {
    /// Parses `Dec 10 2016 06:16:51 [Instrument's time stamp, header]`.
    pub(crate) fn read(text: &str, place: Place) -> Option<Self> {
        let (when, source) = match text.split_once('[') {
            Some((when, source)) => (when, Some(source.trim_end().trim_end_matches(']'))),
            None => (text, None),
        };
        Some(StartTime {
            time: time(when)?,
            clock: source.map_or(Clock::Unknown, clock),
            source: source.map(str::to_owned),
            place,
            written_year: None,
        })
    }

    /// Corrects the year of programs from before 2000: `107` is 2007, and `1903` is 2003 if the upload was in that
    /// year.
    pub(crate) fn correct_century(&mut self, upload: Option<Civil>) {
        let written = self.time.year();
        let year = match written {
            100..=199 => written + 1900,
            1900..=1969 if upload.is_some_and(|upload| upload.year() == written + 100) => written + 100,
            _ => return,
        };
        let date = Civil::date(year, self.time.month().into(), self.time.day().into());
        let clock = self.time.clock();
        if let (Ok(date), Some(clock)) = (date, clock)
            && let Ok(time) = date.at(
                clock.hour().into(),
                clock.minute().into(),
                clock.second().into(),
                0,
            )
        {
            (self.time, self.written_year) = (time, Some(written));
        }
    }
}

/// The clock that a source names.
pub(crate) fn clock(source: &str) -> Clock {
    let source = source.to_ascii_lowercase();
    let says = |word| source.starts_with(word);
    match () {
        () if says("instrument") => Clock::Instrument,
        () if says("nmea") => Clock::Nmea,
        () if says("system utc") => Clock::Acquisition,
        () if says("system upload") || says("upload") => Clock::Upload,
        () if says("system") => Clock::Computer,
        () if says("datcnv") => Clock::Processing,
        () => Clock::Unknown,
    }
}

/// The time that an operator typed: `Date: 2018-02-07 20:03:21 UTC`. Date and time of day are required.
pub(crate) fn by_operator(line: &str) -> Option<Civil> {
    let (label, value) = line.split_once([':', '='])?;
    let label: Vec<String> = label
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let label: Vec<&str> = label.iter().map(String::as_str).collect();
    let is_time = matches!(
        label.as_slice(),
        ["date"] | ["date", "time"] | ["date", "utc"] | ["date", "time", "utc"] | ["start", "time"] | ["utc"]
    );
    is_time.then(|| time(value)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        time(text).map(|time| time.to_string())
    }

    #[test]
    fn times_in_many_forms() {
        for (text, expected) in [
            ("Dec 10 2016 06:16:51", "2016-12-10T06:16:51"),
            (" Jul 02 2019  15:46:41 ", "2019-07-02T15:46:41"),
            ("Jul 3 2008  14:44:28", "2008-07-03T14:44:28"),
            ("Wed Jan 19 11:48:56 2005", "2005-01-19T11:48:56"),
            ("10 Dec 2016 06:16:51", "2016-12-10T06:16:51"),
            ("05-Jan-2024 12:00:00", "2024-01-05T12:00:00"),
            ("2025-Jun-17 20:48:26 +00:00", "2025-06-17T20:48:26"),
            ("2024-03-04 20:45:17", "2024-03-04T20:45:17"),
            ("2018-02-07 20:03:21 UTC", "2018-02-07T20:03:21"),
            ("2018-02-07T20:03:21Z", "2018-02-07T20:03:21"),
            ("Dec 31 2016 24:00:00", "2017-01-01T00:00:00"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "none",
            "23:50:36",
            "Feb 29 2022 06:16:51",
            "10 Dec 2016",
            "Dec 10 2016 25:00:00",
            "é",
            "Dec 10 2016 06:16:51 +02:00",
            "Dec 10 11 2016 06:16:51",
            "2018-02-07",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn clocks_by_their_source() {
        for (source, expected) in [
            ("[Instrument's time stamp, first data scan]", Clock::Instrument),
            ("[NMEA time, header]", Clock::Nmea),
            ("[System UTC, header]", Clock::Acquisition),
            ("[System UpLoad Time]", Clock::Upload),
            ("[System time, header]", Clock::Computer),
            ("[DatCnv date, localtime]", Clock::Processing),
            ("[somebody's watch]", Clock::Unknown),
            ("", Clock::Unknown),
        ] {
            let start =
                StartTime::read(&format!("Dec 10 2016 06:16:51 {source}"), Place::line(1, 1)).unwrap();
            assert_eq!(start.clock, expected, "{source}");
        }
    }

    #[test]
    fn years_of_programs_from_before_2000() {
        for (text, upload, expected, written) in [
            (
                "Oct 15 1903 11:38:38",
                Some(2003),
                "2003-10-15T11:38:38",
                Some(1903),
            ),
            ("Oct 15 1903 11:38:38", None, "1903-10-15T11:38:38", None),
            ("May 10 107 16:11:52", None, "2007-05-10T16:11:52", Some(107)),
            ("May 10 1993 16:11:52", Some(2093), "1993-05-10T16:11:52", None),
        ] {
            let mut start = StartTime::read(text, Place::line(1, 1)).unwrap();
            start.correct_century(upload.map(|year| Civil::date(year, 1, 1).unwrap()));
            assert_eq!(
                (start.time.to_string().as_str(), start.written_year),
                (expected, written)
            );
        }
    }

    #[test]
    fn times_that_operators_type() {
        let read = |line: &str| by_operator(line).map(|time| time.to_string());
        assert_eq!(
            read("DATE/TIME: 2023-10-01 05:16").as_deref(),
            Some("2023-10-01T05:16:00")
        );
        assert_eq!(
            read("Date:     2018-02-07 20:03:21 UTC").as_deref(),
            Some("2018-02-07T20:03:21")
        );
        for line in [
            "DATE MOOR: 1 DEC 2017",
            "Date: 01-13-2020",
            "Ship: x",
            "Start Time (AKST):13:46",
            "cal date: 2018-02-07T10:00",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
