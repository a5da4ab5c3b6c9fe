//! The columns that say when: one of date and time, or several that are joined.

use data_review_core::stats::Dtype;
use data_review_core::{Instant, Place, ReviewBuilder};
use text_table::{Civil, Stamp, read_clock, read_time, zone};

use crate::codes;
use crate::column::{Pushed, TableColumn};
use crate::profile::Style;
use crate::roles::{split_unit, words};
use crate::rows::Cells;

/// Where the times of the rows come from; numbers are those of columns, from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Source {
    /// Dates with or without times of day, as the column reads them.
    Column(usize),
    /// A date, and a time of day in another column.
    DateAndClock(usize, usize),
    /// Year, month, day, and hour, minute and second where there are such columns.
    Parts {
        year: usize,
        month: usize,
        day: usize,
        clock: [Option<usize>; 3],
    },
    /// Year, and the day of the year from 1, with a fraction.
    YearDay(usize, usize),
    /// Digits from the year to the day, minute or second.
    Digits(usize),
    /// Digits from the year to the day, and hours and minutes in another column.
    DigitsAndClock(usize, usize),
    /// Days or seconds since a moment.
    Count { column: usize, days: bool, since: Since },
}

/// The moments that numbers are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    /// 4713 BC, noon: Julian days.
    Julian,
    /// 1899-12-30: serial dates of spreadsheets.
    Spreadsheet,
    /// 1970-01-01.
    Unix,
    /// 1950-01-01.
    Oceanographic,
}

impl Since {
    fn nanos(self) -> i128 {
        const DAY: i128 = 86_400_000_000_000;
        match self {
            Since::Julian => -(2_440_587 * DAY + DAY / 2),
            Since::Spreadsheet => -25_569 * DAY,
            Since::Unix => 0,
            Since::Oceanographic => -7305 * DAY,
        }
    }

    fn describe(self) -> &'static str {
        match self {
            Since::Julian => "Julian days",
            Since::Spreadsheet => "serial dates of a spreadsheet",
            Since::Unix => "counted since 1970-01-01",
            Since::Oceanographic => "counted since 1950-01-01",
        }
    }
}

/// Which zone the times are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Zone {
    /// Minutes ahead of UTC.
    Offset(i64),
    /// A local zone whose name has several meanings.
    Local(String),
    /// Nothing says.
    Unknown,
}

/// Finds the times of a table and gathers their coverage.
#[derive(Debug)]
pub(crate) struct Times {
    pub(crate) source: Option<Source>,
    zone: Zone,
    /// Texts of a column of ISO 8601, by length: of equal length their order is that of time.
    texts: Vec<(Vec<u8>, Vec<u8>)>,
    first: Option<Instant>,
    last: Option<Instant>,
    /// Whether a time without a zone was seen, and an example.
    zoneless: Option<String>,
    unreadable: u64,
    first_unreadable: Option<(u64, u64)>,
}

/// Different lengths of texts that are kept, at most.
const LENGTHS: usize = 8;

impl Times {
    /// `metadata` is the zone that lines above the table state, `default` the one of a named dialect.
    pub(crate) fn of(columns: &[TableColumn], metadata: Option<Zone>, review: &mut ReviewBuilder) -> Self {
        let finder = Finder::of(columns);
        let source = finder.source();
        let zone = match source {
            Some(source) => match finder.zone(source) {
                Zone::Unknown => metadata.unwrap_or(Zone::Unknown),
                zone => zone,
            },
            None => Zone::Unknown,
        };
        if source.is_none() {
            finder.report_unused(review);
        }
        Times {
            source,
            zone,
            texts: Vec::new(),
            first: None,
            last: None,
            zoneless: None,
            unreadable: 0,
            first_unreadable: None,
        }
    }

    /// Adds the time of a row; `pushed` is what the column of the source came to.
    pub(crate) fn row(&mut self, row: &impl Cells, columns: &[TableColumn], pushed: Pushed) {
        let Some(source) = self.source else { return };
        let cell = |at: usize| row.cell(at).trim_ascii();
        let stamp = match source {
            Source::Column(at) => match columns[at].profile.style {
                Style::Plain => {
                    if pushed == Pushed::Other {
                        self.text(cell(at), columns[at].dtype());
                    }
                    return;
                }
                Style::Time { order } => read_time(cell(at), order),
                _ => return,
            },
            Source::DateAndClock(date, clock) => {
                let order = match columns[date].profile.style {
                    Style::Time { order } => order,
                    _ => None,
                };
                let date = read_time(cell(date), order).filter(|stamp| stamp.civil.clock().is_none());
                date.and_then(|date| at_clock(cell(clock), date.civil))
            }
            Source::Parts {
                year,
                month,
                day,
                clock,
            } => parts(cell(year), cell(month), cell(day), clock.map(|at| at.map(cell))),
            Source::YearDay(year, day) => year_day(cell(year), cell(day)),
            Source::Digits(at) => digits(cell(at)),
            Source::DigitsAndClock(date, clock) => {
                digits(cell(date)).and_then(|date| at_clock(cell(clock), date.civil))
            }
            Source::Count { column, days, since } => {
                if let Pushed::Number(value) = pushed
                    && let Some(time) = counted(value, days, since)
                {
                    self.add(time);
                } else if !cell(column).is_empty() {
                    self.miss(row.place(column));
                }
                return;
            }
        };
        let at = source.column();
        match stamp {
            Some(stamp) => self.stamp(stamp),
            None if is_absent(cell(at)) => {}
            None => self.miss(row.place(at)),
        }
    }

    fn miss(&mut self, at: (u64, u64)) {
        self.unreadable += 1;
        self.first_unreadable.get_or_insert(at);
    }

    /// A text of a column that the statistics read as times.
    fn text(&mut self, text: &[u8], dtype: Option<Dtype>) {
        match dtype {
            Some(Dtype::Time) => {}
            None if data_review_core::stats::is_time(text) => {}
            _ => return,
        }
        if let Some((least, most)) = self.texts.iter_mut().find(|(least, _)| least.len() == text.len()) {
            if text > &most[..] {
                most.copy_from_slice(text);
            } else if text < &least[..] {
                least.copy_from_slice(text);
            }
        } else if self.texts.len() < LENGTHS {
            self.texts.push((text.to_vec(), text.to_vec()));
        } else if let Some(time) = std::str::from_utf8(text).ok().and_then(Instant::parse) {
            self.add(time);
        }
    }

    fn stamp(&mut self, stamp: Stamp) {
        let offset = match (&self.zone, stamp.has_zone) {
            (Zone::Offset(minutes), false) => *minutes,
            _ => 0,
        };
        if !stamp.has_zone && self.zoneless.is_none() {
            self.zoneless = Some(stamp.civil.to_string());
        }
        // A date alone is not moved: which part of the day it means is not known.
        let civil = match stamp.civil.clock() {
            Some(_) => stamp.civil.plus_minutes(-offset),
            None => stamp.civil,
        };
        if let Some(time) = instant(civil) {
            self.add(time);
        }
    }

    fn add(&mut self, time: Instant) {
        if self.first.is_none_or(|first| time < first) {
            self.first = Some(time);
        }
        if self.last.is_none_or(|last| time > last) {
            self.last = Some(time);
        }
    }

    /// Ends the rows: adds the coverage, or says why there is none.
    pub(crate) fn finish(mut self, columns: &[TableColumn], review: &mut ReviewBuilder) -> bool {
        let Some(source) = self.source else { return false };
        for (least, most) in std::mem::take(&mut self.texts) {
            for text in [least, most] {
                let Some(time) = std::str::from_utf8(&text).ok().and_then(Instant::parse) else {
                    continue;
                };
                let has_zone = text.len() <= 10 || text.ends_with(b"Z");
                if !has_zone && self.zoneless.is_none() {
                    self.zoneless = Some(String::from_utf8_lossy(&text).into_owned());
                }
                let moved = match self.zone {
                    Zone::Offset(minutes) if !has_zone => {
                        time.shift_minutes(i32::try_from(-minutes).unwrap_or(0))
                    }
                    _ => time,
                };
                self.add(moved);
            }
        }
        let name = columns[source.column()].name.clone();
        let subject = Some(name.as_str());
        let of: Vec<String> = source
            .columns()
            .into_iter()
            .map(|at| format!("`{}`", columns[at].name))
            .collect();
        let of = of.join(", ");
        review.found_many(
            &codes::TIME_UNREADABLE,
            subject,
            self.unreadable,
            || match self.unreadable {
                1 => format!("1 time in {of} could not be read"),
                count => format!("{count} times in {of} could not be read"),
            },
            || self.first_unreadable.map(|at| Place::text(at.0, at.1, subject)),
        );
        let (Some(first), Some(last)) = (self.first, self.last) else {
            return false;
        };
        if let Source::Count { since, .. } = source {
            let message = || {
                format!(
                    "the numbers of `{name}` are read as {}: {first} to {last}",
                    since.describe()
                )
            };
            review.found(&codes::TIME_JOINED, subject, message, || None);
        } else if !matches!(source, Source::Column(_)) {
            review.found(
                &codes::TIME_JOINED,
                subject,
                || format!("{of} are read as the times"),
                || None,
            );
        }
        let example = self.zoneless.clone().filter(|text| text.len() > 10);
        match (&self.zone, example) {
            (Zone::Local(zone), Some(example)) => {
                let message = || {
                    format!(
                        "`{name}` has local times ({zone}), such as {example}; the coverage leaves them out"
                    )
                };
                review.found(&codes::TIME_ZONE_LOCAL, subject, message, || None);
                return false;
            }
            (Zone::Unknown, Some(example)) => {
                let message = || format!("`{name}` has times without a zone, such as {example}");
                review.found(&codes::TIME_ZONE_ASSUMED, subject, message, || None);
            }
            _ => {}
        }
        review.coverage.time(first);
        review.coverage.time(last);
        true
    }
}

fn instant(civil: Civil) -> Option<Instant> {
    let year = i64::from(civil.year());
    match civil.clock() {
        Some(clock) => Instant::new(
            year,
            civil.month(),
            civil.day(),
            clock.hour(),
            clock.minute(),
            clock.second(),
            clock.nanosecond(),
        ),
        None => Instant::date(year, civil.month(), civil.day()),
    }
}

impl Source {
    /// The column that findings name.
    pub(crate) fn column(self) -> usize {
        match self {
            Source::Column(at)
            | Source::DateAndClock(at, _)
            | Source::Digits(at)
            | Source::DigitsAndClock(at, _) => at,
            Source::Parts { year, .. } | Source::YearDay(year, _) => year,
            Source::Count { column, .. } => column,
        }
    }

    fn columns(self) -> Vec<usize> {
        match self {
            Source::Column(at) | Source::Digits(at) | Source::Count { column: at, .. } => vec![at],
            Source::DateAndClock(one, two) | Source::YearDay(one, two) | Source::DigitsAndClock(one, two) => {
                vec![one, two]
            }
            Source::Parts {
                year,
                month,
                day,
                clock,
            } => [year, month, day]
                .into_iter()
                .chain(clock.into_iter().flatten())
                .collect(),
        }
    }
}

fn integer(cell: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(cell).ok()?;
    // Some programs write 3.0.
    let text = text
        .strip_suffix(".0")
        .or_else(|| text.strip_suffix('.'))
        .unwrap_or(text);
    text.parse().ok()
}

fn full_year(cell: &[u8]) -> Option<i32> {
    let year = integer(cell)?;
    match year {
        1000..=2999 => i32::try_from(year).ok(),
        0..=68 if cell.len() <= 2 => i32::try_from(2000 + year).ok(),
        69..=99 => i32::try_from(1900 + year).ok(),
        _ => None,
    }
}

fn parts(year: &[u8], month: &[u8], day: &[u8], clock: [Option<&[u8]>; 3]) -> Option<Stamp> {
    let date = Civil::date(full_year(year)?, integer(month)?, integer(day)?).ok()?;
    let [hour, minute, second] = clock;
    let civil = match (hour, minute) {
        (None, _) => date,
        (Some(hour), _) if is_absent(hour) => date,
        // One column of hours may hold a whole time of day: `1430`, `14:30`.
        (Some(hour), None) if hour.len() > 2 => return read_clock(hour, date),
        (Some(hour), minute) => {
            let second = second
                .and_then(|second| std::str::from_utf8(second).ok()?.parse::<f64>().ok())
                .unwrap_or(0.0);
            let whole = second.trunc();
            let nanosecond = ((second - whole) * 1e9) as u32;
            date.at(
                integer(hour)?,
                minute.map_or(Some(0), integer)?,
                whole as u32,
                nanosecond.min(999_999_999),
            )
            .ok()?
        }
    };
    Some(Stamp {
        civil,
        has_zone: false,
    })
}

/// The time of day in a cell of its own; where it is absent, the date stands alone.
fn at_clock(clock: &[u8], date: Civil) -> Option<Stamp> {
    match is_absent(clock) {
        true => Some(Stamp {
            civil: date,
            has_zone: false,
        }),
        false => read_clock(clock, date),
    }
}

fn is_absent(cell: &[u8]) -> bool {
    cell.is_empty() || text_table::is_missing_word(cell)
}

/// A day of the year from 1, with a fraction of the day.
fn year_day(year: &[u8], day: &[u8]) -> Option<Stamp> {
    let first = Civil::date(full_year(year)?, 1, 1).ok()?;
    let day: f64 = std::str::from_utf8(day).ok()?.parse().ok()?;
    if !(1.0..367.0).contains(&day) {
        return None;
    }
    let date = first.plus_days(day.trunc() as i64 - 1);
    let millis = (day.fract() * 86_400_000.0).round() as u32;
    let civil = match millis {
        0 if !day.to_string().contains('.') => date,
        millis => {
            let (second, rest) = (millis / 1000, millis % 1000);
            date.at(second / 3600, second / 60 % 60, second % 60, rest * 1_000_000)
                .ok()?
        }
    };
    Some(Stamp {
        civil,
        has_zone: false,
    })
}

/// `yyyymmdd`, `yyyymmddhh`, `yyyymmddhhmm`, `yyyymmddhhmmss`.
fn digits(cell: &[u8]) -> Option<Stamp> {
    let text = std::str::from_utf8(cell).ok()?;
    if !matches!(text.len(), 8 | 10 | 12 | 14) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| {
        text.get(from..to)
            .map_or(Some(0), |part| part.parse::<u32>().ok())
    };
    let date = Civil::date(i32::try_from(number(0, 4)?).ok()?, number(4, 6)?, number(6, 8)?).ok()?;
    let civil = match text.len() {
        8 => date,
        _ => date
            .at(number(8, 10)?, number(10, 12)?, number(12, 14)?, 0)
            .ok()?,
    };
    Some(Stamp {
        civil,
        has_zone: false,
    })
}

fn counted(value: f64, days: bool, since: Since) -> Option<Instant> {
    // To the millisecond: a day as `f64` holds no more.
    let millis = value * if days { 86_400_000.0 } else { 1000.0 };
    if millis.abs() > 1e15 {
        return None;
    }
    Instant::from_unix_nanos(since.nanos() + i128::from(millis.round() as i64) * 1_000_000)
}

/// Looks for the columns of time.
struct Finder<'c> {
    columns: &'c [TableColumn],
    names: Vec<Vec<String>>,
}

/// Words of names of times that are not those of the measurement.
const NOT: &[&str] = &[
    "created",
    "modified",
    "updated",
    "update",
    "processed",
    "processing",
    "deployed",
    "deployment",
    "recovery",
    "end",
    "stop",
    "upload",
    "birth",
    "analysis",
    "analyzed",
    "analysed",
    "received",
    "calibration",
    "flag",
    "qc",
    "qf",
    "error",
    "file",
    "expiry",
    "publication",
    "elapsed",
    "duration",
    "travel",
    "out",
    "ingested",
    "ingestion",
    "inserted",
    "entered",
    "uploaded",
    "downloaded",
    "retrieved",
    "accessed",
    "exported",
    "submitted",
    "published",
    "revised",
    "asked",
    "answered",
    "annotation",
];

impl<'c> Finder<'c> {
    fn of(columns: &'c [TableColumn]) -> Self {
        let names = columns.iter().map(|column| words(&column.name)).collect();
        Finder { columns, names }
    }

    fn has(&self, at: usize, list: &[&str]) -> bool {
        self.names[at].iter().any(|word| list.contains(&word.as_str()))
    }

    fn is_utc(&self, at: usize) -> bool {
        self.has(at, &["utc", "gmt", "z", "zulu"])
    }

    fn source(&self) -> Option<Source> {
        let all = 0..self.columns.len();
        let profile = |at: usize| &self.columns[at].profile;
        let is_readable = |at: usize| profile(at).is_date() && profile(at).style != Style::AmbiguousTime;
        // Dates with times of day before dates alone, UTC before others, plain names before others.
        let has_clock = |at: usize| profile(at).example.contains(&b':') || profile(at).example.len() > 12;
        let dates: Vec<usize> = all.clone().filter(|at| is_readable(*at)).collect();
        let rank = |at: usize| {
            let is_named = self.has(
                at,
                &[
                    "time",
                    "date",
                    "datetime",
                    "timestamp",
                    "eventdate",
                    "isodatetime",
                    "obstime",
                ],
            );
            (
                self.has(at, NOT),
                !has_clock(at),
                !self.is_utc(at),
                !is_named,
                self.is_local(at),
                at,
            )
        };
        let best = dates
            .iter()
            .copied()
            .min_by_key(|at| rank(*at))
            .filter(|at| !self.has(*at, NOT));
        if let Some(at) = best.filter(|at| has_clock(*at)) {
            return Some(Source::Column(at));
        }
        if let Some(date) = best {
            let clock = self.clock(date);
            return Some(clock.map_or(Source::Column(date), |clock| Source::DateAndClock(date, clock)));
        }
        self.parts().or_else(|| self.digits()).or_else(|| self.counted())
    }

    /// The column of the times of day that belongs to a column of dates: the nearest one behind it that is in the same zone.
    fn clock(&self, date: usize) -> Option<usize> {
        let is_clock = |at: &usize| self.columns[*at].profile.is_clock() && !self.has(*at, NOT);
        let clocks: Vec<usize> = (0..self.columns.len()).filter(is_clock).collect();
        let mut same_zone = clocks
            .iter()
            .copied()
            .filter(|at| self.is_utc(*at) == self.is_utc(date));
        let behind = same_zone.clone().find(|at| *at > date);
        behind
            .or_else(|| same_zone.next_back())
            .or_else(|| clocks.first().copied())
    }

    /// A column of numbers whose name is one of `names`, and whose values lie within the range.
    fn named(&self, names: &[&str], range: std::ops::RangeInclusive<f64>) -> Option<usize> {
        (0..self.columns.len()).find(|at| {
            let (profile, words) = (&self.columns[*at].profile, &self.names[*at]);
            let name: String = words
                .iter()
                .filter(|word| !["utc", "gmt", "start", "obs"].contains(&word.as_str()))
                .map(String::as_str)
                .collect();
            names.contains(&name.as_str())
                && profile.numbers > 0
                && profile.is_number()
                && range.contains(&profile.min)
                && range.contains(&profile.max)
        })
    }

    fn parts(&self) -> Option<Source> {
        let year = self.named(
            &["year", "yyyy", "yy", "yr", "jahr", "annee", "ano"],
            0.0..=2999.0,
        )?;
        let day_of_year = || {
            self.named(
                &[
                    "dayofyear",
                    "yearday",
                    "yday",
                    "doy",
                    "julianday",
                    "jday",
                    "jd",
                    "decimalday",
                    "decimaldayofyear",
                    "jdecimal",
                ],
                1.0..=367.0,
            )
        };
        let month = self.named(&["month", "mon", "mo", "mm", "monat", "mois", "mes"], 1.0..=12.0);
        let day = self.named(
            &["day", "dy", "dd", "tag", "jour", "dia", "dayofmonth"],
            1.0..=31.0,
        );
        if let (Some(month), Some(day)) = (month, day) {
            let hour = self
                .named(
                    &["hour", "hr", "hh", "stunde", "hours", "time", "hhmm"],
                    0.0..=2400.0,
                )
                .or_else(|| {
                    (0..self.columns.len()).find(|at| {
                        self.columns[*at].profile.is_clock()
                            && self.has(*at, &["time", "hour", "clock", "hhmm"])
                    })
                });
            let minute = self.named(&["minute", "minutes", "min", "mn", "mi"], 0.0..=59.0);
            let second = self.named(&["second", "seconds", "sec", "ss"], 0.0..=61.0);
            // Of `MM` and `mm` in one header the first is the month.
            let minute = minute.or_else(|| self.second_named(&["mm"], month));
            return Some(Source::Parts {
                year,
                month,
                day,
                clock: [
                    hour,
                    minute.filter(|_| hour.is_some()),
                    second.filter(|_| hour.is_some()),
                ],
            });
        }
        day_of_year().map(|day| Source::YearDay(year, day))
    }

    fn second_named(&self, names: &[&str], first: usize) -> Option<usize> {
        (first + 1..self.columns.len()).find(|at| names.contains(&self.names[*at].concat().as_str()))
    }

    /// A number of 8 to 14 digits in a column that is called a date or a time.
    fn digits(&self) -> Option<Source> {
        let at = (0..self.columns.len()).find(|at| {
            let profile = &self.columns[*at].profile;
            let is_named = self.has(
                *at,
                &[
                    "date",
                    "time",
                    "datetime",
                    "timestamp",
                    "yyyymmdd",
                    "yyyymmddhhmmss",
                    "dat",
                ],
            ) && !self.has(*at, NOT);
            let is_long = profile
                .digits
                .is_some_and(|(least, most)| least == most && matches!(least, 8 | 10 | 12 | 14));
            is_named
                && is_long
                && digits(&profile.example).is_some_and(|stamp| (1800..2200).contains(&stamp.civil.year()))
        })?;
        if self.columns[at].profile.example.len() > 8 {
            return Some(Source::Digits(at));
        }
        let clock = (0..self.columns.len()).find(|other| {
            let profile = &self.columns[*other].profile;
            let is_number = profile.digits.is_some_and(|(_, most)| most <= 6) && profile.max <= 240_000.0;
            *other != at
                && self.has(*other, &["time", "hour", "hhmm", "hhmmss", "clock"])
                && !self.has(*other, NOT)
                && (profile.is_clock() || is_number)
        });
        Some(clock.map_or(Source::Digits(at), |clock| Source::DigitsAndClock(at, clock)))
    }

    /// Numbers of days or seconds since a moment that the name, the unit or their size tells.
    fn counted(&self) -> Option<Source> {
        for (column, named) in self.columns.iter().enumerate() {
            let profile = &named.profile;
            if !profile.is_number() || profile.numbers == 0 || self.has(column, NOT) {
                continue;
            }
            let lies =
                |range: std::ops::Range<f64>| range.contains(&profile.min) && range.contains(&profile.max);
            let whole =
                format!("{} {}", named.name, named.unit.as_deref().unwrap_or_default()).to_lowercase();
            let unit = named.unit.as_deref().unwrap_or_default().to_lowercase();
            let is_time = self.has(
                column,
                &[
                    "time",
                    "date",
                    "datetime",
                    "timestamp",
                    "epoch",
                    "juld",
                    "julian",
                    "jd",
                    "unix",
                ],
            );
            let count = |days, since| Some(Source::Count { column, days, since });
            match () {
                () if whole.contains("since 1970-01-01") || whole.contains("since 1-jan-1970") => {
                    return count(whole.contains("day"), Since::Unix);
                }
                // Loggers count from 1970, whatever they call it.
                () if is_time
                    && lies(9e8..4e9)
                    && ["sec", "s", "second", "seconds"].contains(&unit.as_str()) =>
                {
                    return count(false, Since::Unix);
                }
                () if whole.contains("days since 1950-01-01") => return count(true, Since::Oceanographic),
                () if !is_time => {}
                () if lies(2_300_000.0..2_600_000.0) => return count(true, Since::Julian),
                () if self.has(column, &["epoch", "unix", "timestamp"]) && lies(1e8..4e9) => {
                    return count(false, Since::Unix);
                }
                () if self.has(column, &["juld"]) && lies(10_000.0..40_000.0) => {
                    return count(true, Since::Oceanographic);
                }
                () if self.has(column, &["date", "datetime"]) && lies(20_000.0..60_000.0) => {
                    return count(true, Since::Spreadsheet);
                }
                () => {}
            }
        }
        None
    }

    /// Whether a name says that times are local.
    fn is_local(&self, at: usize) -> bool {
        matches!(self.zone_of(at), Zone::Local(_))
    }

    fn zone_of(&self, at: usize) -> Zone {
        const LOCAL: &[&str] = &[
            "local", "lst", "lt", "ldt", "pst", "pdt", "mst", "mdt", "cst", "cdt", "est", "edt", "ast",
            "adt", "nst", "ndt", "hst", "akst", "akdt", "cet", "cest", "bst", "jst", "aest", "aedt", "nzst",
            "nzdt", "eet", "eest", "met", "mez", "mesz",
        ];
        let (name, unit) = (
            &self.columns[at].name,
            self.columns[at].unit.as_deref().unwrap_or_default(),
        );
        if let Some(offset) = stated_zone(name).or_else(|| stated_zone(unit)) {
            return Zone::Offset(offset);
        }
        let local = self.names[at].iter().find(|word| LOCAL.contains(&word.as_str()));
        local.map_or(Zone::Unknown, |word| Zone::Local(word.to_uppercase()))
    }

    fn zone(&self, source: Source) -> Zone {
        let zones = source.columns().into_iter().map(|at| self.zone_of(at));
        zones
            .reduce(|one, other| if one == Zone::Unknown { other } else { one })
            .unwrap_or(Zone::Unknown)
    }

    /// Says of columns that look like times why they are not used.
    fn report_unused(&self, review: &mut ReviewBuilder) {
        for (at, column) in self.columns.iter().enumerate() {
            let name = self.names[at].concat();
            let is_named = ["time", "date", "datetime", "timestamp"].contains(&name.as_str());
            let profile = &column.profile;
            if !is_named || profile.filled == 0 || profile.style == Style::AmbiguousTime {
                continue;
            }
            let example = data_review_core::printable(&profile.example, 40);
            let message = || {
                format!(
                    "`{}` looks like a time, but cells such as `{example}` do not say of which day",
                    column.name
                )
            };
            review.found(&codes::ROLE_UNUSED, Some(&column.name), message, || None);
        }
    }
}

/// The zone that a name states: `UTC`, `GMT-04:00`, `UTC+1`; minutes ahead of UTC.
pub(crate) fn stated_zone(text: &str) -> Option<i64> {
    let upper = text.to_ascii_uppercase();
    let at = ["UTC", "GMT"].iter().find_map(|name| upper.find(name))?;
    let is_word = at == 0 || !upper.as_bytes()[at - 1].is_ascii_alphanumeric();
    if !is_word {
        return None;
    }
    let rest: String = upper[at..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "+-:".contains(*c))
        .collect();
    let rest = rest.trim_end_matches([':', '-', '+']);
    zone(rest).or_else(|| zone(&rest[..3]).filter(|_| rest.len() == 3))
}

/// The unit in brackets of a name may be a zone; it is not a unit then.
pub(crate) fn is_zone(unit: &str) -> bool {
    stated_zone(unit).is_some() || split_unit(unit).0.eq_ignore_ascii_case("local")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_in_names() {
        for (name, offset) in [
            ("Date Time, GMT-04:00", Some(-240)),
            ("ISO_DateTime_UTC", Some(0)),
            ("time (UTC+1)", Some(60)),
            ("Time (UTC)", Some(0)),
            ("Date/Time (LST)", None),
            ("outcome", None),
        ] {
            assert_eq!(stated_zone(name), offset, "{name}");
        }
    }

    #[test]
    fn numbers_and_parts() {
        let shown = |stamp: Option<Stamp>| stamp.map(|stamp| stamp.civil.to_string());
        assert_eq!(
            shown(digits(b"20220301010000")).as_deref(),
            Some("2022-03-01T01:00:00")
        );
        assert_eq!(shown(digits(b"20220301")).as_deref(), Some("2022-03-01"));
        assert_eq!(shown(digits(b"20221301")), None);
        assert_eq!(
            shown(year_day(b"2022", b"60.5")).as_deref(),
            Some("2022-03-01T12:00:00")
        );
        let clock = [Some(&b"14"[..]), Some(&b"30"[..]), None];
        assert_eq!(
            shown(parts(b"2022", b"3", b"1", clock)).as_deref(),
            Some("2022-03-01T14:30:00")
        );
        assert_eq!(shown(parts(b"2022", b"2", b"30", [None; 3])), None);
        let shown = |value, days, since| counted(value, days, since).unwrap().to_string();
        assert_eq!(shown(2_459_639.5, true, Since::Julian), "2022-03-01T00:00:00Z");
        assert_eq!(shown(44_621.25, true, Since::Spreadsheet), "2022-03-01T06:00:00Z");
        assert_eq!(shown(1_646_092_800.0, false, Since::Unix), "2022-03-01T00:00:00Z");
        assert_eq!(
            shown(26_357.0, true, Since::Oceanographic),
            "2022-03-01T00:00:00Z"
        );
    }
}
