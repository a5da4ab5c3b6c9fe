//! Casts: where and when a row was measured, and whether keys and coordinates are consistent.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use text_format::{Civil, Code, Deviation, Line, Place, Sink};

use crate::cells::{Cells, Shown};
use crate::codes;
use crate::columns::{Column, name};
use crate::header::Header;
use crate::kind::Kind;
use crate::levels::Levels;
use crate::time::{self, DateForm, TimeOfDay};
use crate::value::{self, Value, Written};

/// Days after the creation stamp on which data may still be dated: a file is created in some time zone, and data are
/// dated in UTC.
const STAMP_MARGIN_DAYS: i64 = 2;

/// A cast: one lowering of the instruments at a station, with its key, position and time.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Cast {
    /// EXPOCODE as the file writes it; empty if it has none.
    pub expocode: String,
    /// STNNBR as the file writes it; empty if it has none.
    pub station: String,
    /// CASTNO as the file writes it; empty if it has none.
    pub number: String,
    /// Longitude (-180 to 180) and latitude (-90 to 90) in degrees; `None` if either is missing or invalid.
    pub position: Option<(f64, f64)>,
    /// Date, with or without a time of day, in UTC; `None` if the date is missing or invalid.
    pub time: Option<Civil>,
}

/// One cell or header, with its place.
#[derive(Clone, Copy)]
struct Field<'a> {
    text: &'a [u8],
    name: &'a str,
    line: u64,
    column: u64,
}

impl<'a> Field<'a> {
    fn report(&self, code: &'static Code, sink: Sink<'_>, message: fmt::Arguments<'_>) {
        sink(Deviation::new(code, Place::line(self.line, self.column), message).on(self.name));
    }

    fn shown(&self) -> Shown<'a> {
        Shown(self.text)
    }

    /// The date in the field; `last` is the last day on which there can be data.
    fn date(&self, last: Option<Civil>, sink: Sink<'_>) -> Option<Civil> {
        if value::is_missing(self.text) {
            return None;
        }
        let (name, shown) = (self.name, self.shown());
        let form = time::read_date(self.text);
        match form {
            DateForm::Plain(_) => {}
            DateForm::OtherForm(_) => {
                let message = format_args!("{name} is `{shown}`, expected YYYYMMDD");
                self.report(&codes::DATE_FORM, sink, message);
            }
            DateForm::Impossible(reason) => {
                let message = format_args!("{name} is `{shown}`: {reason}");
                self.report(&codes::DATE_IMPOSSIBLE, sink, message);
            }
            DateForm::Invalid => {
                let message = format_args!("{name} is `{shown}`, expected a date as YYYYMMDD");
                self.report(&codes::DATE_IMPOSSIBLE, sink, message);
            }
        }
        let date = form.date()?;
        if let Some(last) = last
            && date.days() > last.days()
        {
            let created = last.plus_days(-STAMP_MARGIN_DAYS);
            let message = format_args!("{name} is {date}, but the file was created on {created}");
            self.report(&codes::DATE_FUTURE, sink, message);
        }
        Some(date)
    }

    /// Minutes since midnight; 1440 is midnight at the end of the day.
    fn minutes(&self, sink: Sink<'_>) -> Option<u16> {
        if value::is_missing(self.text) {
            return None;
        }
        let (code, minutes) = match time::read_time(self.text) {
            TimeOfDay::Plain(minutes) => return Some(minutes),
            TimeOfDay::OtherForm(minutes) => (&codes::TIME_FORM, Some(minutes)),
            TimeOfDay::Unknown => (&codes::TIME_FORM, None),
            TimeOfDay::Invalid => (&codes::TIME_IMPOSSIBLE, None),
        };
        let message = format_args!(
            "{} is `{}`, expected HHMM from 0000 to 2359",
            self.name,
            self.shown()
        );
        self.report(code, sink, message);
        minutes
    }

    /// The degrees in a header; those in a column are parsed with its row.
    fn degrees(&self, limit: f64, sink: Sink<'_>) -> Option<f64> {
        if value::is_missing(self.text) {
            return None;
        }
        let (name, shown) = (self.name, self.shown());
        let degrees = match value::number(self.text) {
            Written::Plain(degrees, _) => degrees,
            Written::OtherForm(degrees) => {
                self.report(
                    &codes::NUMBER_FORM,
                    sink,
                    format_args!("{name} is written `{shown}`"),
                );
                degrees
            }
            Written::Invalid => {
                let message = format_args!("{name} is `{shown}`, expected a number");
                self.report(&codes::NOT_A_NUMBER, sink, message);
                return None;
            }
        };
        if degrees.abs() <= limit {
            return Some(degrees);
        }
        let message = format_args!("{name} is {shown}, expected -{limit} to {limit}");
        self.report(&codes::POSITION_IMPOSSIBLE, sink, message);
        None
    }
}

/// The columns of keys and coordinates.
struct Places {
    key: [Option<usize>; 3],
    sample: Option<usize>,
    date: Option<usize>,
    time: Option<usize>,
    latitude: Option<usize>,
    longitude: Option<usize>,
    pressure: Option<usize>,
    bottle_date: Option<usize>,
    bottle_time: Option<usize>,
}

impl Places {
    fn new(header: &Header) -> Self {
        let find = |name| header.column(name);
        Places {
            key: [find(name::EXPOCODE), find(name::STATION), find(name::CAST)],
            sample: find(name::SAMPLE).or_else(|| find(name::BOTTLE)),
            date: find(name::DATE),
            time: find(name::TIME),
            latitude: find(name::LATITUDE),
            longitude: find(name::LONGITUDE),
            pressure: find(name::PRESSURE),
            bottle_date: find(name::BOTTLE_DATE),
            bottle_time: find(name::BOTTLE_TIME),
        }
    }

    fn coordinates(&self) -> [Option<usize>; 4] {
        [self.date, self.time, self.latitude, self.longitude]
    }
}

/// A data line with its classified cells.
#[derive(Clone, Copy)]
pub(crate) struct DataLine<'a> {
    pub(crate) line: Line<'a>,
    pub(crate) cells: &'a Cells,
    pub(crate) columns: &'a [Column],
}

impl<'a> DataLine<'a> {
    fn text(&self, column: Option<usize>) -> &'a [u8] {
        column.map_or(&[], |column| self.cells.text(self.line.bytes, column))
    }

    fn field(&self, column: usize) -> Field<'a> {
        Field {
            text: self.cells.text(self.line.bytes, column),
            name: &self.columns[column].name,
            line: self.line.number,
            column: self.cells.column(column),
        }
    }

    fn number(&self, column: Option<usize>) -> Option<f64> {
        self.cells.value(column?).number()
    }
}

/// Follows the casts of a file. Keys are kept as 64-bit hashes, so that millions of rows need little memory.
pub(crate) struct Casts {
    kind: Kind,
    places: Places,
    pub(crate) cast: Cast,
    /// Keys and coordinates of the last row, as written; most rows repeat them.
    last: Vec<u8>,
    /// Whether keys or coordinates of the last row deviate; then they also do in a row that repeats them.
    last_deviates: bool,
    date: Option<Civil>,
    minutes: Option<u16>,
    /// Last day on which there can be data, from the creation stamp.
    last_day: Option<Civil>,
    /// Hash of the key of each cast, with its place among the casts and the coordinates in its first row.
    casts: HashMap<u64, (u64, [u64; 4])>,
    /// Place of the cast of the last row among the casts.
    pub(crate) at: u64,
    samples: HashSet<u64>,
    pressures: Levels,
}

impl Casts {
    /// Reads the key and coordinates of a CTD cast from its headers; in bottle files they come with the rows.
    pub(crate) fn new(header: &Header, sink: Sink<'_>) -> Self {
        let last_day = header.created().map(|date| date.plus_days(STAMP_MARGIN_DAYS));
        let cast = match header.kind {
            Kind::Bottle => Cast::default(),
            Kind::Ctd => cast_of(header, last_day, sink),
        };
        Casts {
            kind: header.kind,
            places: Places::new(header),
            cast,
            last: Vec::new(),
            last_deviates: false,
            date: None,
            minutes: None,
            last_day,
            casts: HashMap::new(),
            at: 0,
            samples: HashSet::new(),
            pressures: Levels::default(),
        }
    }

    /// Number of distinct casts so far.
    pub(crate) fn count(&self) -> u64 {
        match self.kind {
            Kind::Bottle => self.casts.len() as u64,
            Kind::Ctd => 1,
        }
    }

    /// Adds a row; returns whether its cast differs from that of the previous row.
    pub(crate) fn add(&mut self, line: DataLine<'_>, sink: Sink<'_>) -> bool {
        match self.kind {
            Kind::Bottle => self.add_bottle(line, sink),
            Kind::Ctd => {
                self.check_pressure(line, sink);
                let is_first = self.last.is_empty();
                self.last = vec![b' '];
                is_first
            }
        }
    }

    fn check_pressure(&mut self, line: DataLine<'_>, sink: Sink<'_>) {
        let Some(at) = self.places.pressure else { return };
        let Some(value) = line.number(Some(at)).filter(|value| value.is_finite()) else {
            return;
        };
        let field = line.field(at);
        let (name, shown) = (field.name, field.shown());
        if value < 0.0 {
            let place = Place::line(field.line, field.column);
            let message = format_args!("{name} is {shown}");
            sink(
                Deviation::new(&codes::PRESSURE_NEGATIVE, place, message)
                    .on(name)
                    .outside(value, (0.0, f64::INFINITY)),
            );
        }
        let last = self.pressures.last();
        if self.pressures.add(value) {
            field.report(
                &codes::PRESSURE_REPEATS,
                sink,
                format_args!("{name} {shown} occurs again"),
            );
        }
        if let Some(last) = last.filter(|last| value < *last) {
            let message = format_args!("{name} goes from {last} to {shown}");
            field.report(&codes::PRESSURE_DECREASES, sink, message);
        }
    }

    fn add_bottle(&mut self, line: DataLine<'_>, sink: Sink<'_>) -> bool {
        let watched = self.places.key.into_iter().chain(self.places.coordinates());
        let mut rest = self.last.as_slice();
        let is_same = watched.clone().all(|column| {
            let cell = line.text(column);
            let held = rest
                .split_at_checked(cell.len())
                .filter(|(held, more)| *held == cell && more.first() == Some(&b','));
            held.is_some_and(|(_, more)| {
                rest = &more[1..];
                true
            })
        });
        if !is_same || self.last_deviates {
            self.last.clear();
            for column in watched {
                self.last.extend_from_slice(line.text(column));
                self.last.push(b',');
            }
            let mut deviates = false;
            let mut sink = |deviation: Deviation<'_>| {
                deviates = true;
                sink(deviation);
            };
            self.check_cast(line, &mut sink);
            self.last_deviates = deviates;
        }
        self.check_sample(line, sink);
        self.check_bottle_time(line, sink);
        !is_same
    }

    fn check_cast(&mut self, line: DataLine<'_>, sink: Sink<'_>) {
        let text = |column| String::from_utf8_lossy(line.text(column)).into_owned();
        let last_day = self.last_day;
        self.date = (self.places.date).and_then(|at| line.field(at).date(last_day, sink));
        self.minutes = self.places.time.and_then(|at| line.field(at).minutes(sink));
        let possible = |column, limit: f64| line.number(column).filter(|value| value.abs() <= limit);
        let [expocode, station, number] = self.places.key;
        self.cast = Cast {
            expocode: text(expocode),
            station: text(station),
            number: text(number),
            position: possible(self.places.longitude, 180.0).zip(possible(self.places.latitude, 90.0)),
            time: self.date.map(|date| time::moment(date, self.minutes)),
        };
        self.check_coordinates(line, sink);
    }

    /// Compares the coordinates of a row with those of the first row of its cast.
    fn check_coordinates(&mut self, line: DataLine<'_>, sink: Sink<'_>) {
        let coordinates = self.places.coordinates().map(|column| match line.number(column) {
            // -0 and 0 are the same position.
            Some(value) => (value + 0.0).to_bits(),
            None => hash(&[line.text(column)]),
        });
        let key = hash(&self.places.key.map(|column| line.text(column)));
        let next = self.casts.len() as u64;
        let (at, first) = *self.casts.entry(key).or_insert((next, coordinates));
        self.at = at;
        for ((first, now), column) in first.into_iter().zip(coordinates).zip(self.places.coordinates()) {
            if let Some(column) = column.filter(|_| first != now) {
                let field = line.field(column);
                let Cast { station, number, .. } = &self.cast;
                let message = format_args!(
                    "{} is {} in station {station}, cast {number}, but was different in its first row",
                    field.name,
                    field.shown()
                );
                field.report(&codes::COORDINATE_VARIES, sink, message);
            }
        }
    }

    fn check_sample(&mut self, line: DataLine<'_>, sink: Sink<'_>) {
        let Some(sample) = self.places.sample else { return };
        if matches!(line.cells.value(sample), Value::Blank | Value::Fill) {
            return;
        }
        let [expocode, station, number] = self.places.key.map(|column| line.text(column));
        let key = hash(&[expocode, station, number, line.text(Some(sample))]);
        if !self.samples.insert(key) {
            let field = line.field(sample);
            let Cast { station, number, .. } = &self.cast;
            let message = format_args!(
                "{} {} occurs again in station {station}, cast {number}",
                field.name,
                field.shown()
            );
            field.report(&codes::KEY_REPEATED, sink, message);
        }
    }

    /// BTL_TIME without BTL_DATE may be on the next day, so it cannot be compared.
    fn check_bottle_time(&self, line: DataLine<'_>, sink: Sink<'_>) {
        let minutes = (self.places.bottle_time).and_then(|at| line.field(at).minutes(sink));
        let Some(date_at) = self.places.bottle_date else {
            return;
        };
        let field = line.field(date_at);
        let (Some(date), Some(cast_date)) = (field.date(self.last_day, sink), self.date) else {
            return;
        };
        // If a time of day is not known, only the days are compared.
        let (minutes, cast_minutes) = minutes.zip(self.minutes).unwrap_or_default();
        let seconds = time::moment(date, Some(minutes)).seconds()
            - time::moment(cast_date, Some(cast_minutes)).seconds();
        let hours = seconds / 3600;
        if seconds.abs() > 86_400 {
            let side = if hours < 0 { "before" } else { "after" };
            let message = format_args!("the bottle was closed {} hours {side} its cast", hours.abs());
            field.report(&codes::BOTTLE_TIME, sink, message);
        }
    }
}

/// Key and coordinates of a CTD cast, from its headers.
fn cast_of(header: &Header, last_day: Option<Civil>, sink: Sink<'_>) -> Cast {
    let text = |name| header.value(name).unwrap_or_default().to_owned();
    let field = |name| {
        header.line(name).map(|line| Field {
            text: line.value.as_bytes(),
            name: line.name.as_str(),
            line: line.line,
            column: line.column,
        })
    };
    let latitude = field(name::LATITUDE).and_then(|field| field.degrees(90.0, sink));
    let longitude = field(name::LONGITUDE).and_then(|field| field.degrees(180.0, sink));
    let minutes = field(name::TIME).and_then(|field| field.minutes(sink));
    let date = field(name::DATE).and_then(|field| field.date(last_day, sink));
    Cast {
        expocode: text(name::EXPOCODE),
        station: text(name::STATION),
        number: text(name::CAST),
        position: longitude.zip(latitude),
        time: date.map(|date| time::moment(date, minutes)),
    }
}

/// Hash of several texts, which does not depend only on their concatenation.
fn hash(texts: &[&[u8]]) -> u64 {
    let mut hasher = DefaultHasher::new();
    texts.hash(&mut hasher);
    hasher.finish()
}
