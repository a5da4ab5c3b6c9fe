//! Everything above the data.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use crate::column::{Column, Span};
use crate::deviation::{Place, Sink, codes, report};
use crate::time::{self, Clock, StartTime};

/// Most columns that are read: real files have a few dozen.
pub const MOST_COLUMNS: usize = 1024;
/// Most `**` lines that are kept.
pub const MOST_USER_LINES: usize = 1000;
/// What marks bad scans where the header does not say.
const BAD_FLAG: f64 = -9.99e-29;

/// A value of the header with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stated<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

/// How the data are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileType {
    /// A line for each scan.
    #[default]
    Ascii,
    /// Rows of little-endian 32-bit floats.
    Binary,
}

/// Everything above the data.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Header {
    /// `SBE19plus`, from the first line.
    pub instrument: String,
    /// `* FileName`: the raw data's.
    pub file_name: Option<String>,
    /// Serial number of the instrument.
    pub serial: Option<String>,
    /// `* Temperature SN`.
    pub temperature_sn: Option<String>,
    /// `* Conductivity SN`.
    pub conductivity_sn: Option<String>,
    /// `** …` lines, without the asterisks.
    pub user: Vec<String>,
    /// `* NMEA Latitude`, in degrees north.
    pub latitude: Option<f64>,
    /// `* NMEA Longitude`, in degrees east.
    pub longitude: Option<f64>,
    /// `* NMEA UTC (Time)`, in ISO 8601 without a zone.
    pub nmea_time: Option<String>,
    /// `* System UpLoad Time`, in ISO 8601 without a zone: of the transfer, not of the cast.
    pub upload_time: Option<String>,
    /// `# nquan`: columns.
    pub nquan: Option<Stated<u64>>,
    /// `# nvalues`: scans.
    pub nvalues: Option<Stated<u64>>,
    /// `# units`: `specified`, or `metric` and `english` in old files.
    pub units: Option<String>,
    /// `# interval`, as unit and value: `("seconds", 0.25)`, `("decibars", 2.0)`.
    pub interval: Option<(String, f64)>,
    /// `# start_time`, where it can be read.
    pub start_time: Option<StartTime>,
    /// `# bad_flag`.
    pub bad_flag: f64,
    /// `# file_type`.
    pub file_type: FileType,
    /// In the order of their numbers, without gaps.
    pub columns: Vec<Column>,
}

/// A header that is being read.
pub(crate) struct Draft {
    header: Header,
    names: BTreeMap<usize, Column>,
    spans: BTreeMap<usize, Span>,
    /// Where `# start_time` stands, read or not.
    start_time: Option<Place>,
}

/// The first line up to the instrument: all files of Sea-Bird's programs begin with it.
pub const FIRST: &str = "* Sea-Bird";

impl Draft {
    /// Begins with the first line.
    pub(crate) fn new(first: &[u8]) -> Self {
        let first = text(first);
        let first = first.trim_start_matches(FIRST).trim();
        let instrument = first.trim_end_matches(':').trim_end_matches("Data File").trim();
        Draft {
            header: Header {
                instrument: instrument.to_owned(),
                bad_flag: BAD_FLAG,
                ..Header::default()
            },
            names: BTreeMap::new(),
            spans: BTreeMap::new(),
            start_time: None,
        }
    }

    /// Whether a line of numbers can be a scan.
    pub(crate) fn may_be_followed_by_ascii(&self) -> bool {
        let has_columns = !self.names.is_empty() || self.header.nquan.is_some();
        has_columns && self.header.file_type == FileType::Ascii
    }

    /// Reads a line that begins with `*` or `#`.
    pub(crate) fn line(&mut self, line: &[u8], number: u64, sink: Sink<'_>) {
        let text = text(line);
        if let Some(user) = text.strip_prefix("**") {
            if self.header.user.len() < MOST_USER_LINES {
                self.header.user.push(user.trim().to_owned());
            }
            return;
        }
        let Some((key, value)) = text[1..].split_once('=') else {
            return;
        };
        let (key, value) = (key.trim(), value.trim());
        let place = Place::Text(number, value_column(line));
        if text.starts_with('*') {
            self.instrument_line(key, value, place, sink);
        } else if !self.data_line(key, value, place, sink) {
            let message = format_args!("`{key} = {value}` cannot be read");
            report(sink, &codes::HEADER_FORM, Some(key), place, message);
        }
    }

    /// `* key = value`, as the instrument and the acquisition program write it.
    fn instrument_line(&mut self, key: &str, value: &str, place: Place, sink: Sink<'_>) {
        let header = &mut self.header;
        let text = (!value.is_empty()).then(|| value.to_owned());
        match key {
            "FileName" => header.file_name = text,
            "Temperature SN" => header.temperature_sn = text,
            "Conductivity SN" => header.conductivity_sn = text,
            "System UpLoad Time" => header.upload_time = time::time(value),
            "NMEA UTC (Time)" => header.nmea_time = time::time(value),
            "NMEA Latitude" => header.latitude = position(key, value, ("N", "S"), 90.0, place, sink),
            "NMEA Longitude" => header.longitude = position(key, value, ("E", "W"), 180.0, place, sink),
            "<HardwareData DeviceType" => header.serial = attribute(value, "SerialNumber"),
            _ => {}
        }
    }

    /// `# key = value`, as the processing programs write it; false where it cannot be read. Unknown keys are theirs.
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
                header.start_time = StartTime::read(value);
                // What is wrong with it is said once, at the end of the header.
                true
            }
            "bad_flag" => set(&mut header.bad_flag, fast_float2::parse(value).ok()),
            "file_type" => set(&mut header.file_type, file_type(value)),
            _ => match key.split_once(' ') {
                Some(("name", number)) => self.name(number.trim(), value, place, sink),
                Some(("span", number)) => self.span(number.trim(), value, place),
                _ => true,
            },
        }
    }

    /// Columns up to the last one that has a name.
    fn named(&self) -> usize {
        self.names.last_key_value().map_or(0, |(at, _)| at + 1)
    }

    fn name(&mut self, number: &str, value: &str, place: Place, sink: Sink<'_>) -> bool {
        let Ok(at) = number.parse::<usize>() else {
            return false;
        };
        let expected = self.named();
        if at != expected {
            let message = format_args!("name {at} stands where name {expected} is expected");
            report(sink, &codes::NAME_NUMBER, Some(value), place, message);
        }
        if at < MOST_COLUMNS {
            self.names.entry(at).or_insert_with(|| Column::read(value, place));
        }
        true
    }

    fn span(&mut self, number: &str, value: &str, place: Place) -> bool {
        let read = number.parse().ok().zip(Span::read(value, place));
        if let Some((at, span)) = read
            && self.spans.len() < MOST_COLUMNS
        {
            self.spans.insert(at, span);
        }
        read.is_some()
    }

    /// Compares what the header says of itself. `end` is where it ends. More columns than are read are an error.
    pub(crate) fn finish(mut self, end: Place, sink: Sink<'_>) -> Result<Header, u64> {
        let columns = self.nquan(self.named() as u64, end, sink);
        if columns > MOST_COLUMNS as u64 {
            return Err(columns);
        }
        let place = self.header.nquan.map_or(end, |nquan| nquan.place);
        self.names(sink);
        for at in 0..columns as usize {
            let column = self.names.remove(&at);
            let mut column = column.unwrap_or_else(|| Column::nameless(at, place));
            column.span = self.spans.remove(&at);
            self.header.columns.push(column);
        }
        for (at, span) in &self.spans {
            let message = format_args!("span {at} belongs to no name");
            report(sink, &codes::NAME_NUMBER, None, span.place, message);
        }
        self.check_start_time(end, sink);
        Ok(self.header)
    }

    /// Columns to be read: by nquan or by the names, whichever has more.
    fn nquan(&self, named: u64, end: Place, sink: Sink<'_>) -> u64 {
        match self.header.nquan {
            None => {
                let message = format_args!("there is no nquan, and {named} names");
                report(sink, &codes::NQUAN, None, end, message);
                named
            }
            Some(nquan) if nquan.value != named => {
                let message = format_args!("nquan is {}, and there are {named} names", nquan.value);
                report(sink, &codes::NQUAN, None, nquan.place, message);
                named.max(nquan.value)
            }
            Some(_) => named,
        }
    }

    fn names(&self, sink: Sink<'_>) {
        let mut seen = HashSet::new();
        for column in self.names.values() {
            let name = Some(column.name.as_str());
            if !seen.insert(&column.name) {
                let message = format_args!("{} names two columns", column.name);
                report(sink, &codes::NAME_REPEATED, name, column.place, message);
            }
            if column.unit.is_none() && !column.is_flag() {
                let message = format_args!("{} has no unit", column.name);
                report(sink, &codes::UNIT_MISSING, name, column.place, message);
            }
        }
    }

    fn check_start_time(&self, end: Place, sink: Sink<'_>) {
        let start = self.header.start_time.as_ref();
        match (self.start_time, start) {
            (None, _) => {
                let message = format_args!("there is no start_time");
                report(sink, &codes::START_TIME, None, end, message);
            }
            (Some(place), None) => {
                let message = format_args!("the start_time cannot be read");
                report(sink, &codes::START_TIME, None, place, message);
            }
            (Some(place), Some(start)) if matches!(start.clock, Clock::Processing | Clock::Unknown) => {
                let source = start.source.as_deref().unwrap_or("nothing");
                let message = format_args!("{} is by: {source}", start.time);
                report(sink, &codes::START_TIME_CLOCK, None, place, message);
            }
            (Some(_), Some(_)) => {}
        }
    }
}

fn set<T>(into: &mut T, value: Option<T>) -> bool {
    let is_there = value.is_some();
    if let Some(value) = value {
        *into = value;
    }
    is_there
}

/// UTF-8, else ISO 8859-1, which any bytes are.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

/// Where the value behind `=` begins, from 1.
fn value_column(line: &[u8]) -> u64 {
    let behind = line.iter().position(|byte| *byte == b'=').map_or(0, |at| at + 1);
    let blanks = line[behind..]
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    (behind + blanks) as u64 + 1
}

/// `seconds: 0.25`.
fn interval(text: &str) -> Option<(String, f64)> {
    let (unit, value) = text.split_once(':')?;
    let value = fast_float2::parse(value.trim()).ok()?;
    Some((unit.trim().to_owned(), value))
}

fn file_type(text: &str) -> Option<FileType> {
    match text {
        "ascii" => Some(FileType::Ascii),
        "binary" => Some(FileType::Binary),
        _ => None,
    }
}

/// `name='value'` within an element of XML.
fn attribute(element: &str, name: &str) -> Option<String> {
    let (_, rest) = element.split_once(&format!("{name}='"))?;
    rest.split_once('\'').map(|(value, _)| value.to_owned())
}

/// A position in degrees; reports what is none.
fn position(
    key: &str,
    text: &str,
    sides: (&str, &str),
    most: f64,
    place: Place,
    sink: Sink<'_>,
) -> Option<f64> {
    let position = degrees(text, sides).filter(|degrees| degrees.abs() <= most);
    if position.is_none() {
        let message = format_args!("`{text}` is no position");
        report(sink, &codes::POSITION, Some(key), place, message);
    }
    position
}

/// `43 32.75 N`: degrees, minutes and side.
fn degrees(text: &str, (positive, negative): (&str, &str)) -> Option<f64> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let [degrees, minutes, side] = *words.as_slice() else {
        return None;
    };
    let (degrees, minutes) = degrees.parse::<u32>().ok().zip(minutes.parse::<f64>().ok())?;
    let magnitude = f64::from(degrees) + minutes / 60.0;
    match side {
        _ if !(0.0..60.0).contains(&minutes) => None,
        _ if side == positive => Some(magnitude),
        _ if side == negative => Some(-magnitude),
        _ => None,
    }
}
