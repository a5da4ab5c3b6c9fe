//! The times of the scans: from the columns of time, otherwise from the start time and the interval.

use text_format::Civil;

use crate::column::{Axis, TimeUnit};
use crate::header::{Header, Interval};
use crate::row::{Row, Value};
use crate::time::Clock;

const DAY: f64 = 86_400.0;

/// What the times of a file are derived from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeBasis {
    /// The column with this index.
    Column(usize),
    /// The start time and the interval between scans.
    Interval,
    /// The start time alone, because the scans are not equidistant in time.
    Start,
}

/// First and last time of the scans that are not marked bad.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct TimeSpan {
    /// Earliest time, rounded to milliseconds.
    pub first: Civil,
    /// Latest time, rounded to milliseconds.
    pub last: Civil,
    /// What the times are derived from.
    pub basis: TimeBasis,
    /// Number of times that were not used: those of scans that are marked bad, and numbers that cannot be times.
    pub left_out: u64,
}

/// Collects the times of a file while its scans are read.
///
/// ```
/// use seabird::{Reader, TimeBasis, Timeline};
///
/// let file = "* Sea-Bird SBE37SM-RS232 Data File:\n# nquan = 2\n# name 0 = tv290C: Temperature [ITS-90, deg C]\n\
///     ## name 1 = timeK: Time, Instrument [seconds]\n*END*\n  10.1  705520801\n  10.2  705522601\n";
/// let mut reader = Reader::new(file.as_bytes(), &mut |_| {})?;
/// let mut timeline = Timeline::new(reader.header());
/// while let Some(row) = reader.next_row(&mut |_| {})? {
///     timeline.push(&row);
/// }
/// let span = timeline.finish(reader.header()).unwrap();
/// assert_eq!(span.first.to_string(), "2022-05-10T18:00:01");
/// assert_eq!(span.last.to_string(), "2022-05-10T18:30:01");
/// assert_eq!(span.basis, TimeBasis::Column(1));
/// # Ok::<(), seabird::Error>(())
/// ```
#[derive(Debug)]
pub struct Timeline {
    /// The columns of time, the most reliable first.
    columns: Vec<TimeColumn>,
    rows: u64,
    bad_rows: u64,
    /// Indices of the first and the last scan that are not marked bad.
    good: Option<(u64, u64)>,
}

#[derive(Debug)]
struct TimeColumn {
    at: usize,
    unit: TimeUnit,
    /// For days of the year: the number of new years so far, and the number before.
    years: u32,
    before: Option<f64>,
    /// Earliest and latest time, each as new years and number.
    range: Option<(Mark, Mark)>,
    left_out: u64,
}

/// A number of a column, with the number of new years before it.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Mark(u32, f64);

impl TimeColumn {
    fn push(&mut self, row: &Row<'_>) {
        let number = match row.value(self.at) {
            Value::Number(number) if self.is_time(number) => number,
            Value::Number(_) => {
                self.left_out += 1;
                return;
            }
            _ => return,
        };
        // Days that begin again from 1 mean a new year. Days that continue to 367 need nothing.
        let is_new_year = self.before.is_some_and(|before| before - number > 180.0);
        if self.unit == TimeUnit::DayOfYear && is_new_year {
            self.years += 1;
        }
        self.before = Some(number);
        if row.is_bad() {
            self.left_out += 1;
            return;
        }
        let mark = Mark(self.years, number);
        let (first, last) = self.range.get_or_insert((mark, mark));
        if mark < *first {
            *first = mark;
        }
        if mark > *last {
            *last = mark;
        }
    }

    /// Whether a number can be a time in this unit. A receiver without a fix gives 0.
    fn is_time(&self, number: f64) -> bool {
        match self.unit {
            TimeUnit::Unix | TimeUnit::Since2000 => number > 0.0 && number < 1e11,
            TimeUnit::DayOfYear => (0.0..1e5).contains(&number),
            TimeUnit::Elapsed(_) => number.abs() < 1e9,
        }
    }

    fn span(&self, header: &Header) -> Option<(Civil, Civil)> {
        let (first, last) = self.range?;
        let since = |year: i32, seconds: fn(f64) -> f64| {
            let epoch = Civil::date(year, 1, 1).ok()?;
            after(epoch, seconds(first.1)).zip(after(epoch, seconds(last.1)))
        };
        match self.unit {
            TimeUnit::Unix => since(1970, |number| number),
            TimeUnit::Since2000 => since(2000, |number| number),
            TimeUnit::DayOfYear => days_of_year(header, first, last),
            TimeUnit::Elapsed(unit) => {
                let start = header.start()?.time;
                after(start, first.1 * unit).zip(after(start, last.1 * unit))
            }
        }
    }
}

/// Converts days of the year to times. The year is the one that puts the first scan nearest to the start time. If only
/// the time of the upload is known, it is the last year in which all scans precede it.
fn days_of_year(header: &Header, first: Mark, last: Mark) -> Option<(Civil, Civil)> {
    let of = |year: i32, Mark(years, day): Mark| {
        let first_day = Civil::date(year.checked_add_unsigned(years)?, 1, 1).ok()?;
        after(first_day, (day - 1.0) * DAY)
    };
    let span = |year| of(year, first).zip(of(year, last));
    match header.start() {
        Some(start) if start.clock != Clock::Operator => {
            let distance = |span: &(Civil, Civil)| (span.0.seconds() - start.time.seconds()).abs();
            let year = start.time.year();
            [year, year - 1, year + 1]
                .into_iter()
                .filter_map(span)
                .min_by_key(distance)
        }
        start => {
            let latest = start.map(|start| start.time).or(header.latest())?;
            let is_before = |span: &(Civil, Civil)| span.1.seconds() <= latest.seconds() + DAY as i64;
            (0..100)
                .filter_map(|back| span(latest.year() - back))
                .find(is_before)
        }
    }
}

/// The time `seconds` later, rounded to milliseconds; always with a time of day.
fn after(start: Civil, seconds: f64) -> Option<Civil> {
    if !(-1e13..1e13).contains(&seconds) {
        return None;
    }
    let clock = start
        .clock()
        .map_or(0, |clock| clock.nanosecond_of_day() / 1_000_000);
    let milliseconds = i64::try_from(clock).ok()? + (seconds * 1e3).round() as i64;
    let (days, of_day) = (
        milliseconds.div_euclid(86_400_000),
        milliseconds.rem_euclid(86_400_000),
    );
    let date = Civil::date(start.year(), start.month().into(), start.day().into()).ok()?;
    let of_day = u32::try_from(of_day).ok()?;
    let (hour, minute, second) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1_000 % 60);
    date.plus_days(days)
        .at(hour, minute, second, of_day % 1_000 * 1_000_000)
        .ok()
}

impl Timeline {
    /// A timeline for the scans below this header.
    #[must_use]
    pub fn new(header: &Header) -> Self {
        let columns = header.columns.iter().enumerate();
        let mut columns: Vec<TimeColumn> = columns
            .filter_map(|(at, column)| match column.axis() {
                Some(Axis::Time(unit)) => Some(TimeColumn {
                    at,
                    unit,
                    years: 0,
                    before: None,
                    range: None,
                    left_out: 0,
                }),
                _ => None,
            })
            .collect();
        columns.sort_by_key(|column| column.unit.rank());
        Timeline {
            columns,
            rows: 0,
            bad_rows: 0,
            good: None,
        }
    }

    /// Adds the next scan.
    pub fn push(&mut self, row: &Row<'_>) {
        self.columns.iter_mut().for_each(|column| column.push(row));
        if row.is_bad() {
            self.bad_rows += 1;
        } else {
            self.good.get_or_insert((self.rows, self.rows)).1 = self.rows;
        }
        self.rows += 1;
    }

    /// First and last time of all scans that were added; `None` if neither the columns nor the header give a time.
    ///
    /// The first column that gives times counts, in this order: `timeQ` and `timeK`, `timeN` and `timeY`, days of the
    /// year, time since the start. Without one, the scans follow the start time at the interval. If they are not
    /// equidistant in time, only the start time is known.
    #[must_use]
    pub fn finish(&self, header: &Header) -> Option<TimeSpan> {
        for column in &self.columns {
            if let Some((first, last)) = column.span(header) {
                return Some(TimeSpan {
                    first,
                    last,
                    basis: TimeBasis::Column(column.at),
                    left_out: column.left_out,
                });
            }
        }
        let start = header.start()?.time;
        let seconds = header.interval.as_ref().and_then(Interval::seconds);
        let by_interval = seconds.zip(self.good).and_then(|(seconds, (first, last))| {
            // A source such as `first data scan` means the first scan of the file.
            let source = header
                .start_time
                .as_ref()
                .and_then(|start| start.source.as_deref());
            let is_of_data = source.is_some_and(|source| source.contains("first data scan"));
            let skipped = if is_of_data { 0 } else { header.skipped };
            let at = |row: u64| after(start, (skipped as f64 + row as f64) * seconds);
            at(first).zip(at(last))
        });
        let basis = match by_interval {
            Some(_) => TimeBasis::Interval,
            None => TimeBasis::Start,
        };
        let (first, last) = by_interval.unwrap_or((start, start));
        Some(TimeSpan {
            first,
            last,
            basis,
            left_out: if basis == TimeBasis::Interval {
                self.bad_rows
            } else {
                0
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reader;

    /// First and last time of a file with these names, header lines and rows.
    fn span(header: &str, rows: &str) -> Option<(String, String)> {
        let file = format!(
            "* Sea-Bird SBE 9 Data File:\n# nquan = 2\n{header}\n# bad_flag = -9.990e-29\n*END*\n{rows}\n"
        );
        let mut reader = Reader::new(file.as_bytes(), &mut |_| {}).unwrap();
        let mut timeline = Timeline::new(reader.header());
        while let Some(row) = reader.next_row(&mut |_| {}).unwrap() {
            timeline.push(&row);
        }
        let span = timeline.finish(reader.header())?;
        Some((span.first.to_string(), span.last.to_string()))
    }

    #[track_caller]
    fn case(header: &str, rows: &str, expected: (&str, &str)) {
        let found = span(header, rows).unwrap();
        assert_eq!((found.0.as_str(), found.1.as_str()), expected);
    }

    const FLAG: &str = "# name 1 = flag:";
    const START: &str = "# start_time = Dec 30 2021 12:00:00 [Instrument's time stamp, header]";

    #[test]
    fn seconds_since_1970_and_2000() {
        for name in ["timeK", "timeQ"] {
            let header = format!("# name 0 = {name}: Time [seconds]\n{FLAG}");
            case(
                &header,
                "735757264 0\n735757265.25 0",
                ("2023-04-25T17:01:04", "2023-04-25T17:01:05.25"),
            );
        }
        for name in ["timeN", "timeY"] {
            let header = format!("# name 0 = {name}: Time [seconds]\n{FLAG}\n{START}");
            // A receiver without a fix gives 0, which is not a time; a bad scan does not count.
            case(
                &header,
                "0 0\n1000000000 0\n1e10 -9.99e-29",
                ("2001-09-09T01:46:40", "2001-09-09T01:46:40"),
            );
            case(
                &header,
                "0 0\n0 0",
                ("2021-12-30T12:00:00", "2021-12-30T12:00:00"),
            );
        }
    }

    #[test]
    fn the_first_scan_may_be_of_the_year_before_the_start() {
        let start = "# start_time = Jan 01 2022 00:00:30 [Instrument's time stamp, header]";
        case(
            &format!("# name 0 = timeJ: Julian Days\n{FLAG}\n{start}"),
            "365.75 0\n366.25 0",
            ("2021-12-31T18:00:00", "2022-01-01T06:00:00"),
        );
    }

    #[test]
    fn days_of_the_year_go_on_or_begin_again_past_its_end() {
        let header = format!("# name 0 = timeJ: Julian Days\n{FLAG}\n{START}");
        case(
            &header,
            "364.5 0\n367.25 0",
            ("2021-12-30T12:00:00", "2022-01-02T06:00:00"),
        );
        case(
            &header,
            "364.5 0\n1.25 0\n2 0",
            ("2021-12-30T12:00:00", "2022-01-02T00:00:00"),
        );
        // The clock was set shortly before the new year.
        case(&header, "1.0 0", ("2022-01-01T00:00:00", "2022-01-01T00:00:00"));
    }

    #[test]
    fn the_year_of_stored_data_is_that_before_the_upload() {
        let upload = "# start_time = Feb 10 2022 12:00:00 [System UpLoad Time]";
        let header = format!("# name 0 = timeJV2: Time\n{FLAG}\n{upload}");
        case(
            &header,
            "340 0\n360 0",
            ("2021-12-06T00:00:00", "2021-12-26T00:00:00"),
        );
        case(
            &header,
            "10 0\n20 0",
            ("2022-01-10T00:00:00", "2022-01-20T00:00:00"),
        );
        assert_eq!(
            span(&format!("# name 0 = timeS: Time\n{FLAG}\n{upload}"), "1 0"),
            None
        );
    }

    #[test]
    fn elapsed_time_counts_from_the_start() {
        for (name, rows) in [
            ("timeS", "1.5 0\n3600 0"),
            ("timeM", "0.025 0\n60 0"),
            ("timeH", "0.000416667 0\n1 0"),
        ] {
            let header = format!("# name 0 = {name}: Time, Elapsed\n{FLAG}\n{START}");
            let found = span(&header, rows).unwrap();
            assert_eq!(
                found,
                (
                    "2021-12-30T12:00:01.5".to_owned(),
                    "2021-12-30T13:00:00".to_owned()
                ),
                "{name}"
            );
        }
    }

    #[test]
    fn intervals_from_the_start() {
        let header =
            |interval: &str| format!("# name 0 = t090C: T [deg C]\n{FLAG}\n# interval = {interval}\n{START}");
        let rows = "1 0\n2 0\n3 -9.99e-29";
        case(
            &header("seconds: 1800"),
            rows,
            ("2021-12-30T12:00:00", "2021-12-30T12:30:00"),
        );
        case(
            &header("decibars: 1"),
            rows,
            ("2021-12-30T12:00:00", "2021-12-30T12:00:00"),
        );
        case(
            &header("seconds: 0"),
            rows,
            ("2021-12-30T12:00:00", "2021-12-30T12:00:00"),
        );
        let skipped = format!("{}\n# datcnv_skipover = 2", header("minutes: 1"));
        case(&skipped, rows, ("2021-12-30T12:02:00", "2021-12-30T12:03:00"));
        let binned = format!("{skipped}\n# binavg_bintype = seconds");
        case(&binned, rows, ("2021-12-30T12:00:00", "2021-12-30T12:01:00"));
    }

    #[test]
    fn numbers_beyond_any_time_are_left_out() {
        for name in ["timeJ", "timeN", "timeK", "timeS", "timeH"] {
            let header = format!("# name 0 = {name}: Time\n{FLAG}\n{START}");
            case(
                &header,
                "1e300 0\n-1e300 0\nnan 0\ninf 0",
                ("2021-12-30T12:00:00", "2021-12-30T12:00:00"),
            );
        }
        let header = format!("# name 0 = x: X [m]\n{FLAG}\n# interval = days: 1e300\n{START}");
        case(
            &header,
            "1 0\n2 0",
            ("2021-12-30T12:00:00", "2021-12-30T12:00:00"),
        );
    }
}
