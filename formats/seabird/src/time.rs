//! Times as the header writes them.

use jiff::civil::DateTime;

/// Whose clock gave the start time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The instrument's.
    Instrument,
    /// The navigation receiver's.
    Nmea,
    /// The acquiring computer's, in UTC.
    Acquisition,
    /// That of the upload or of the processing computer.
    Processing,
    /// The file does not say.
    Unknown,
}

/// `# start_time`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartTime {
    /// `YYYY-MM-DDTHH:MM:SS`; the file does not say in which zone.
    pub time: String,
    /// By which clock.
    pub clock: Clock,
    /// How the file says so, without brackets.
    pub source: Option<String>,
}

/// `Mon DD YYYY HH:MM:SS`, with or without a day of the week, as ISO 8601 without a zone.
pub(crate) fn time(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let text = match words.as_slice() {
        // `Wed Jan 19 11:48:56 2005`, as C's `asctime` writes it.
        [_, month, day, time, year] if time.contains(':') => format!("{month} {day} {year} {time}"),
        _ => words.join(" "),
    };
    let time = DateTime::strptime("%b %d %Y %H:%M:%S", text).ok()?;
    (time.year() > 0).then(|| time.to_string())
}

impl StartTime {
    /// `Dec 10 2016 06:16:51 [Instrument's time stamp, header]`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (when, source) = match text.split_once('[') {
            Some((when, source)) => (when, Some(source.trim_end().trim_end_matches(']'))),
            None => (text, None),
        };
        Some(StartTime {
            time: time(when)?,
            clock: source.map_or(Clock::Unknown, clock),
            source: source.map(str::to_owned),
        })
    }
}

fn clock(source: &str) -> Clock {
    let source = source.to_ascii_lowercase();
    let says = |word| source.starts_with(word);
    match () {
        () if says("instrument") => Clock::Instrument,
        () if says("nmea") => Clock::Nmea,
        () if says("system utc") => Clock::Acquisition,
        () if says("system upload") || says("datcnv") => Clock::Processing,
        () => Clock::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, expected) in [
            ("Dec 10 2016 06:16:51", "2016-12-10T06:16:51"),
            (" Jul 02 2019  15:46:41 ", "2019-07-02T15:46:41"),
            ("Wed Jan 19 11:48:56 2005", "2005-01-19T11:48:56"),
        ] {
            assert_eq!(time(text).as_deref(), Some(expected), "{text}");
        }
        for no in [
            "",
            "Feb 30 2016 06:16:51",
            "10 Dec 2016",
            "Dec 10 2016 25:00:00",
            "é",
        ] {
            assert_eq!(time(no), None, "{no}");
        }
    }

    #[test]
    fn clocks() {
        for (source, expected) in [
            ("[Instrument's time stamp, first data scan]", Clock::Instrument),
            ("[NMEA time, header]", Clock::Nmea),
            ("[System UTC, header]", Clock::Acquisition),
            ("[System UpLoad Time]", Clock::Processing),
            ("[DatCnv date, localtime]", Clock::Processing),
            ("[somebody's watch]", Clock::Unknown),
            ("", Clock::Unknown),
        ] {
            let start = StartTime::read(&format!("Dec 10 2016 06:16:51 {source}")).unwrap();
            assert_eq!(start.clock, expected, "{source}");
        }
    }
}
