//! The header: everything above the data.

use std::collections::{BTreeMap, HashSet};

use text_format::{Civil, Place, Sink, decode, report};

use crate::column::{Axis, Column, Span};
use crate::deviation::codes;
use crate::fathom::Fathom;
use crate::position::{Angle, UserLines, UserPosition, degrees};
use crate::time::{self, Clock, Start, StartTime};

/// The bad flag if the header does not state one.
const BAD_FLAG: f64 = -9.99e-29;

/// Largest difference at which two times are taken to be of the same clock, in seconds.
const SAME_CLOCK: i64 = 120;

/// Longest time that data stay in an instrument before they are uploaded, in seconds: six years.
const LONGEST_DEPLOYMENT: i64 = 6 * 366 * 86_400;

/// Interval from which on scans are taken to be those of a mooring or of a ship's water line, in seconds. Profilers
/// make four to 24 scans a second, and bins of time are rarely longer than a second.
const SERIES: f64 = 5.0;

/// A value of the header, with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stated<T> {
    /// The value, as parsed.
    pub value: T,
    /// Place of the value in the header.
    pub place: Place,
}

/// How the data are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileType {
    /// A line of text for each scan.
    #[default]
    Ascii,
    /// Rows of little-endian 32-bit floating-point numbers.
    Binary,
}

/// The step from one scan to the next, such as `# interval = seconds: 0.25`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Interval {
    /// Unit of the step, as the header writes it: `seconds`, `decibars`, `meters` or `scans`.
    pub unit: String,
    /// Size of the step, in that unit.
    pub value: f64,
}

impl Interval {
    /// The step in seconds; `None` if the scans are not equidistant in time.
    #[must_use]
    pub fn seconds(&self) -> Option<f64> {
        let unit = match self.unit.trim_end_matches('s') {
            "second" | "sec" => 1.0,
            "minute" | "min" => 60.0,
            "hour" => 3_600.0,
            "day" => 86_400.0,
            _ => return None,
        };
        let seconds = self.value * unit;
        (seconds.is_finite() && seconds > 0.0).then_some(seconds)
    }
}

/// A line of the header that the operator wrote, beginning with `**`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserLine {
    /// The text after the two asterisks: `Ship: Example`.
    pub text: String,
    /// Place of the text in the header.
    pub place: Place,
}

/// Everything above the data: instrument, position, times and columns.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Header {
    /// The instrument that the first line names, such as `SBE19plus`; empty if it names none.
    pub instrument: String,
    /// Name and version of the acquisition program, such as `Seasave V 7.26.1.8`.
    pub software: Option<String>,
    /// `* FileName`: path of the raw data on the computer that acquired them.
    pub file_name: Option<String>,
    /// Serial number of the instrument.
    pub serial: Option<String>,
    /// `* Temperature SN`: serial number of the thermometer.
    pub temperature_sn: Option<String>,
    /// `* Conductivity SN`: serial number of the conductivity cell.
    pub conductivity_sn: Option<String>,
    /// The lines that begin with `**`, in the order of the file.
    pub user: Vec<UserLine>,
    /// `* NMEA Latitude`, in degrees north.
    pub latitude: Option<f64>,
    /// `* NMEA Longitude`, in degrees east, -180 to 180.
    pub longitude: Option<f64>,
    /// Position in the operator's lines, for files without one in the data and in the NMEA lines.
    pub user_position: Option<UserPosition>,
    /// `* NMEA UTC (Time)`: when the acquisition began, by the clock of the navigation receiver.
    pub nmea_time: Option<Civil>,
    /// `* System UTC`: when the acquisition began, by the clock of the computer.
    pub system_utc: Option<Civil>,
    /// `* System UpLoad Time`, by the clock of the computer, in an unknown zone. If the instrument stores its data, the
    /// time at which they were uploaded; otherwise the time at which the acquisition began.
    pub upload_time: Option<Civil>,
    /// `# nquan`: number of columns.
    pub nquan: Option<Stated<u64>>,
    /// `# nvalues`: number of scans.
    pub nvalues: Option<Stated<u64>>,
    /// `# units`: `specified`, or `metric` and `english` in old files.
    pub units: Option<String>,
    /// `# interval`: the step from one scan to the next.
    pub interval: Option<Interval>,
    /// `# start_time`, if it is valid. [`Self::start`] gives the time that follows from the whole header.
    pub start_time: Option<StartTime>,
    /// `# bad_flag`: the number that stands for a missing value, and that marks bad scans in the column `flag`.
    pub bad_flag: f64,
    /// `# file_type`: how the data are stored.
    pub file_type: FileType,
    /// The columns, in their order and without gaps.
    pub columns: Vec<Column>,
    /// See [`Self::start`].
    pub(crate) start: Option<Start>,
    /// `# datcnv_skipover`: number of scans of the raw data before the first one, if scans were not averaged into bins
    /// afterwards.
    pub(crate) skipped: u64,
}

impl Header {
    /// The time of the first scan of the raw data, by the best clock that the header names. `None` if the header only
    /// says when the data were uploaded or converted.
    #[must_use]
    pub fn start(&self) -> Option<Start> {
        self.start
    }

    /// Index of the column `flag`, whose values mark scans as bad; `None` if there is none.
    #[must_use]
    pub fn flag_column(&self) -> Option<usize> {
        self.columns.iter().position(Column::is_flag)
    }

    /// Whether the scans are so far apart in time that they are a series of a mooring or of a ship's water line, and
    /// not a cast.
    #[must_use]
    pub fn is_time_series(&self) -> bool {
        let seconds = self.interval.as_ref().and_then(Interval::seconds);
        seconds.is_some_and(|seconds| seconds >= SERIES)
    }

    /// A time by which the data existed, if [`Self::start`] is not known: that of the upload or of the conversion.
    pub(crate) fn latest(&self) -> Option<Civil> {
        let start = self.start_time.as_ref().map(|start| start.time);
        self.upload_time
            .into_iter()
            .chain(start)
            .max_by_key(|time| time.seconds())
    }
}

/// A header of which some lines are still to be read.
pub(crate) struct Draft {
    header: Header,
    most_columns: usize,
    most_user_lines: usize,
    names: BTreeMap<usize, Column>,
    spans: BTreeMap<usize, Span>,
    /// Place of `# start_time`, whether it is valid or not.
    start_time: Option<Place>,
    /// The part of the header that Fathom writes.
    fathom: Fathom,
    user: UserLines,
    /// The start of the cast according to the operator's lines.
    user_time: Option<(Civil, Place)>,
    skipover: u64,
    is_binned: bool,
}

/// The beginning of all files that Sea-Bird's programs write.
pub const FIRST: &str = "* Sea-Bird";

impl Draft {
    /// Begins with the first line of the file.
    pub(crate) fn new(first: &[u8], most_columns: usize, most_user_lines: usize) -> Self {
        let first = decode(first);
        let instrument = match first.strip_prefix(FIRST) {
            Some(rest) => rest
                .trim()
                .trim_end_matches(':')
                .trim_end_matches("Data File")
                .trim(),
            None => "",
        };
        Draft {
            header: Header {
                instrument: instrument.to_owned(),
                bad_flag: BAD_FLAG,
                ..Header::default()
            },
            most_columns,
            most_user_lines,
            names: BTreeMap::new(),
            spans: BTreeMap::new(),
            start_time: None,
            fathom: Fathom::default(),
            user: UserLines::default(),
            user_time: None,
            skipover: 0,
            is_binned: false,
        }
    }

    /// Whether a line of numbers may be a scan.
    pub(crate) fn may_be_followed_by_ascii(&self) -> bool {
        let has_columns = !self.names.is_empty() || self.header.nquan.is_some();
        has_columns && self.header.file_type == FileType::Ascii
    }

    /// Interprets a line that begins with `*` or `#`.
    pub(crate) fn line(&mut self, line: &[u8], number: u64, sink: Sink<'_>) {
        let text = decode(line);
        if let Some(user) = text.strip_prefix("**") {
            self.user_line(user.trim(), Place::line(number, 3));
            return;
        }
        let (mark, rest) = text.split_at(1);
        if mark == "#" && self.fathom.line(rest.trim(), Place::line(number, 1)) {
            return;
        }
        if mark == "*" {
            self.software(rest.trim());
        }
        let Some((key, value)) = rest.split_once('=') else {
            return;
        };
        let (key, value) = (key.trim(), value.trim());
        let place = Place::line(number, value_column(line));
        if mark == "*" {
            self.instrument_line(key, value, place, sink);
        } else if !self.data_line(key, value, place, sink) {
            let message = format_args!("invalid line `{key} = {value}`");
            // Lines with the same kind of key, such as all spans, are reported together.
            let kind = key.split(' ').next();
            report(sink, &codes::HEADER_FORM, kind, place, message);
        }
    }

    fn user_line(&mut self, text: &str, place: Place) {
        if self.header.user.len() >= self.most_user_lines {
            return;
        }
        self.user.line(text, place);
        if self.user_time.is_none() {
            self.user_time = time::by_operator(text).map(|time| (time, place));
        }
        self.header.user.push(UserLine {
            text: text.to_owned(),
            place,
        });
    }

    /// Interprets `* Software Version Seasave V 7.26.1.8` or `* Command Line = seasave`.
    fn software(&mut self, text: &str) {
        let lower = text.to_ascii_lowercase();
        if self.header.software.is_none()
            && let Some(version) = lower.strip_prefix("software version")
        {
            self.header.software = Some(text[text.len() - version.len()..].trim().to_owned());
        } else if lower.starts_with("command line") && lower.contains("seasave") {
            let version = self.header.software.take().unwrap_or_default();
            self.header.software = Some(format!("seasave {version}").trim().to_owned());
        }
    }

    /// Interprets `* key = value`, which the instrument or the acquisition program writes.
    fn instrument_line(&mut self, key: &str, value: &str, place: Place, sink: Sink<'_>) {
        let header = &mut self.header;
        let text = (!value.is_empty()).then(|| value.to_owned());
        match key {
            "FileName" | "Filename" => header.file_name = text,
            "Temperature SN" => header.temperature_sn = text,
            "Conductivity SN" => header.conductivity_sn = text,
            "System UpLoad Time" => header.upload_time = time::time(value),
            "System UTC" => header.system_utc = time::time(value),
            "NMEA UTC (Time)" => header.nmea_time = time::time(value),
            "NMEA Latitude" => header.latitude = nmea(key, value, Angle::Latitude, place, sink),
            "NMEA Longitude" => header.longitude = nmea(key, value, Angle::Longitude, place, sink),
            "<HardwareData DeviceType" => header.serial = attribute(value, "SerialNumber"),
            _ => {}
        }
    }

    /// Interprets `# key = value`, which the processing programs write; returns false if the value is invalid. Unknown
    /// keys are ignored.
    fn data_line(&mut self, key: &str, value: &str, place: Place, sink: Sink<'_>) -> bool {
        let header = &mut self.header;
        let stated = || value.parse().ok().map(|value| Stated { value, place });
        match key {
            "nquan" => {
                header.nquan = stated();
                header.nquan.is_some()
            }
            "nvalues" => {
                header.nvalues = stated();
                header.nvalues.is_some()
            }
            "units" => {
                header.units = Some(value.to_owned());
                true
            }
            "interval" => {
                header.interval = interval(value);
                header.interval.is_some()
            }
            "start_time" => {
                self.start_time = Some(place);
                header.start_time = StartTime::read(value, place);
                // A wrong start time is reported once, at the end of the header.
                true
            }
            "bad_flag" => set(&mut header.bad_flag, fast_float2::parse(value).ok()),
            "file_type" => set(&mut header.file_type, file_type(value)),
            "datcnv_skipover" => {
                self.skipover = value.parse().unwrap_or(0);
                true
            }
            _ => match key.split_once(' ') {
                Some(("name", number)) => self.name(number.trim(), value, place, sink),
                Some(("span", number)) => self.span(number.trim(), value, place),
                _ => {
                    self.is_binned |= key.starts_with("binavg_");
                    true
                }
            },
        }
    }

    /// Number of columns up to the last one with a name.
    fn named(&self) -> usize {
        self.names.last_key_value().map_or(0, |(at, _)| at + 1)
    }

    fn name(&mut self, number: &str, value: &str, place: Place, sink: Sink<'_>) -> bool {
        let Ok(at) = number.parse::<usize>() else {
            return false;
        };
        let expected = self.named();
        if at != expected {
            let message = format_args!("expected name {expected}, found name {at}");
            report(sink, &codes::NAME_NUMBER, Some(value), place, message);
        }
        if at < self.most_columns {
            self.names.entry(at).or_insert_with(|| Column::read(value, place));
        }
        true
    }

    fn span(&mut self, number: &str, value: &str, place: Place) -> bool {
        let read = number.parse().ok().zip(Span::read(value, place));
        if let Some((at, span)) = read
            && self.spans.len() < self.most_columns
        {
            self.spans.insert(at, span);
        }
        read.is_some()
    }

    /// Compares the lines of the header with each other. `end` is the place of its end. Too many columns are an error.
    pub(crate) fn finish(mut self, end: Place, sink: Sink<'_>) -> Result<Header, u64> {
        let is_fathom = self.names.is_empty() && self.use_fathom();
        self.close_gaps();
        let columns = match is_fathom {
            true => self.named() as u64,
            false => self.nquan(self.named() as u64, end, sink),
        };
        if columns > self.most_columns as u64 {
            return Err(columns);
        }
        let place = self.header.nquan.map_or(end, |nquan| nquan.place);
        self.check_names(sink);
        for at in 0..columns as usize {
            let column = self.names.remove(&at);
            let mut column = column.unwrap_or_else(|| Column::nameless(at, place));
            column.span = self.spans.remove(&at).or(column.span);
            self.header.columns.push(column);
        }
        for (at, span) in &self.spans {
            let message = format_args!("there is no name {at} for span {at}");
            report(sink, &codes::NAME_NUMBER, None, span.place, message);
        }
        self.header.user_position = self.user.position();
        self.header.skipped = if self.is_binned { 0 } else { self.skipover };
        self.check_user_position(sink);
        self.decide_start(end, sink);
        Ok(self.header)
    }

    /// Renumbers the names if numbers were left out: there are as many names as nquan says, and the last number is
    /// higher.
    fn close_gaps(&mut self) {
        let count = self.names.len();
        let has_gaps = self.named() > count;
        if !has_gaps || self.header.nquan.is_none_or(|nquan| nquan.value != count as u64) {
            return;
        }
        let names = std::mem::take(&mut self.names);
        let mut spans = std::mem::take(&mut self.spans);
        for (at, (number, column)) in names.into_iter().enumerate() {
            if let Some(span) = spans.remove(&number) {
                self.spans.insert(at, span);
            }
            self.names.insert(at, column);
        }
    }

    /// Uses the part of the header that Fathom writes; returns false if there is none.
    fn use_fathom(&mut self) -> bool {
        let fathom = std::mem::take(&mut self.fathom);
        let header = &mut self.header;
        if fathom.columns.is_empty() || fathom.columns.len() > self.most_columns {
            return false;
        }
        header.nvalues = header.nvalues.or(fathom.scans);
        header.interval = header.interval.take().or(fathom.interval);
        if let Some(bad_flag) = fathom.bad_flag {
            header.bad_flag = bad_flag;
        }
        if header.start_time.is_none() {
            header.start_time = fathom.start_time;
            self.start_time = self
                .start_time
                .or(header.start_time.as_ref().map(|start| start.place));
        }
        self.names = fathom.columns.into_iter().enumerate().collect();
        true
    }

    /// Number of columns to read: that of nquan or of the names, whichever is greater.
    fn nquan(&self, named: u64, end: Place, sink: Sink<'_>) -> u64 {
        match self.header.nquan {
            None if named == 0 => 0,
            None => {
                let message =
                    format_args!("there is no nquan; the header names {}", counted(named, "column"));
                report(sink, &codes::NQUAN_MISSING, None, end, message);
                named
            }
            Some(nquan) if nquan.value != named => {
                let message = format_args!(
                    "nquan is {}, the header names {}",
                    nquan.value,
                    counted(named, "column")
                );
                report(sink, &codes::NQUAN, None, nquan.place, message);
                named.max(nquan.value)
            }
            Some(_) => named,
        }
    }

    fn check_names(&self, sink: Sink<'_>) {
        let mut seen = HashSet::new();
        for column in self.names.values() {
            if !seen.insert(&column.name) {
                let message = format_args!("two columns are called {}", column.name);
                report(
                    sink,
                    &codes::NAME_REPEATED,
                    Some(&column.name),
                    column.place,
                    message,
                );
            }
        }
        let without: Vec<&Column> = self.names.values().filter(|column| column.needs_unit()).collect();
        if let Some(first) = without.first() {
            let names: Vec<&str> = without.iter().map(|column| column.name.as_str()).collect();
            let (count, names) = (counted(names.len() as u64, "column"), names.join(", "));
            let message = format_args!("{count} without a unit: {names}");
            report(sink, &codes::UNIT_MISSING, None, first.place, message);
        }
    }

    fn check_user_position(&self, sink: Sink<'_>) {
        let has_column = |column: &Column| column.axis() == Some(Axis::Latitude);
        let has_other = self.header.latitude.is_some() || self.header.columns.iter().any(has_column);
        if let Some(place) = self.user.without_side().filter(|_| !has_other) {
            let message = format_args!("the operator's position does not state north or south, east or west");
            report(sink, &codes::HEMISPHERE_MISSING, None, place, message);
        }
    }

    /// Determines when the first scan was taken, and reports defects of the start time.
    fn decide_start(&mut self, end: Place, sink: Sink<'_>) {
        let header = &mut self.header;
        if let Some(start) = &mut header.start_time {
            start.correct_century(header.upload_time);
            if let Some(year) = start.written_year {
                let message = format_args!("the year {year} was read as {}", start.time.year());
                report(sink, &codes::START_TIME, None, start.place, message);
            }
            // A clock that lost its power starts again, mostly with the year 2000.
            if let Some(upload) = header.upload_time
                && upload.seconds() - start.time.seconds() > LONGEST_DEPLOYMENT
            {
                let message = format_args!("start_time {} is years before the upload, {upload}", start.time);
                report(sink, &codes::START_TIME, None, start.place, message);
            }
        }
        let nmea = header.nmea_time.map(|time| (time, Clock::Nmea));
        let acquisition = header.system_utc.map(|time| (time, Clock::Acquisition));
        let by_utc = nmea.or(acquisition);
        let decided = match &header.start_time {
            Some(start) => decide(start, header, by_utc, sink),
            None => by_utc.or_else(|| {
                let (time, place) = self.user_time?;
                let message = format_args!("start time {time} comes from a line of the operator");
                report(sink, &codes::START_TIME_CLOCK, None, place, message);
                Some((time, Clock::Operator))
            }),
        };
        header.start = decided.map(|(time, clock)| Start { time, clock });
        match (self.start_time, &header.start_time) {
            (Some(place), None) => {
                let message = format_args!("invalid start_time: expected a date and a time of day");
                report(sink, &codes::START_TIME, None, place, message);
            }
            (None, None) if header.start.is_none() => {
                let message = format_args!("there is no start_time");
                report(sink, &codes::START_TIME, None, end, message);
            }
            _ => {}
        }
    }
}

/// The time of the first scan, from the start time and the other lines of a header.
fn decide(
    start: &StartTime,
    header: &Header,
    by_utc: Option<(Civil, Clock)>,
    sink: Sink<'_>,
) -> Option<(Civil, Clock)> {
    let is_near = |time: Option<Civil>| {
        time.is_some_and(|time| (time.seconds() - start.time.seconds()).abs() <= SAME_CLOCK)
    };
    let is_upload = start.clock == Clock::Upload || is_near(header.upload_time);
    // Seasave records in real time: its "upload" is the beginning of the cast.
    let seasave = |text: &String| text.to_ascii_lowercase().contains("seasave");
    let is_live = header.software.as_ref().is_some_and(seasave);
    let source = start.source.as_deref().unwrap_or("a clock that is not stated");
    let (time, place) = (start.time, start.place);
    match start.clock {
        Clock::Instrument | Clock::Nmea | Clock::Acquisition => return Some((time, start.clock)),
        Clock::Unknown if is_near(header.nmea_time) => return Some((time, Clock::Nmea)),
        Clock::Unknown if is_near(header.system_utc) => return Some((time, Clock::Acquisition)),
        _ => {}
    }
    if let Some((utc, clock)) = by_utc {
        let line = match clock {
            Clock::Nmea => "NMEA UTC (Time)",
            _ => "System UTC",
        };
        let message = format_args!("start_time {time} comes from {source}; {line}, {utc}, was used instead");
        report(sink, &codes::START_TIME_CLOCK, None, place, message);
        return Some((utc, clock));
    }
    let clock = match start.clock {
        Clock::Upload | Clock::Unknown if is_upload && is_live => Clock::Computer,
        Clock::Unknown if !is_upload => Clock::Unknown,
        Clock::Computer => Clock::Computer,
        _ => {
            let what = if is_upload {
                "of the upload"
            } else {
                "of the conversion"
            };
            let message = format_args!("start_time {time} is the time {what}, not of the cast");
            report(sink, &codes::START_TIME_UPLOAD, None, place, message);
            return None;
        }
    };
    match clock {
        Clock::Computer => {
            let message = format_args!(
                "start_time {time} comes from the clock of the computer, in a zone that is not stated"
            );
            report(sink, &codes::START_TIME_CLOCK, None, place, message);
        }
        _ => {
            let message = format_args!("start_time {time} comes from {source}");
            report(sink, &codes::START_TIME_CLOCK, None, place, message);
        }
    }
    Some((time, clock))
}

/// A number with a noun: `1 column`, `3 columns`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn set<T>(into: &mut T, value: Option<T>) -> bool {
    let is_there = value.is_some();
    if let Some(value) = value {
        *into = value;
    }
    is_there
}

/// Byte at which the value after `=` begins, from 1.
fn value_column(line: &[u8]) -> u64 {
    let behind = line.iter().position(|byte| *byte == b'=').map_or(0, |at| at + 1);
    let blanks = line[behind..]
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    (behind + blanks) as u64 + 1
}

/// Parses `seconds: 0.25`.
fn interval(text: &str) -> Option<Interval> {
    let (unit, value) = text.split_once(':')?;
    let value = fast_float2::parse(value.trim()).ok()?;
    let unit = unit.trim().to_owned();
    Some(Interval { unit, value })
}

impl Interval {
    /// Parses `<Interval Value='1' Units='s'/>`.
    pub(crate) fn of_fathom(value: &str, unit: &str) -> Option<Self> {
        let unit = match unit {
            "s" | "sec" => "seconds",
            "db" | "dbar" => "decibars",
            "m" => "meters",
            other => other,
        };
        let value = fast_float2::parse(value).ok()?;
        let unit = unit.to_owned();
        Some(Interval { unit, value })
    }
}

fn file_type(text: &str) -> Option<FileType> {
    match text {
        "ascii" => Some(FileType::Ascii),
        "binary" => Some(FileType::Binary),
        _ => None,
    }
}

/// The value of `name='value'` or `name="value"` in an XML element.
pub(crate) fn attribute(element: &str, name: &str) -> Option<String> {
    ['\'', '"'].into_iter().find_map(|quote| {
        let (_, rest) = element.split_once(&format!("{name}={quote}"))?;
        rest.split_once(quote).map(|(value, _)| value.to_owned())
    })
}

/// A latitude or longitude in a line of the navigation receiver; an invalid one is reported.
fn nmea(key: &str, text: &str, angle: Angle, place: Place, sink: Sink<'_>) -> Option<f64> {
    let found = degrees(text, angle, None).filter(|degrees| degrees.has_side);
    if found.is_none() {
        let message = format_args!("expected degrees, minutes and a letter, found `{text}`");
        report(sink, &codes::POSITION, Some(key), place, message);
    }
    found.map(|degrees| degrees.value)
}
