//! Casts: who a row belongs to, where and when, and whether keys and coordinates hold together.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::civil::Date;

use crate::cell::{self, Value, Written};
use crate::columns::{Column, name};
use crate::deviation::{Code, Deviation, Sink, codes};
use crate::header::{Header, Kind};
use crate::levels::Levels;
use crate::row::Cells;
use crate::time::{self, TimeOfDay};

/// A cast: one lowering of the instruments at a station.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cast {
    /// EXPOCODE as written; empty where there is none.
    pub expocode: String,
    /// STNNBR as written.
    pub station: String,
    /// CASTNO as written.
    pub number: String,
    /// Longitude and latitude, where both are possible.
    pub position: Option<(f64, f64)>,
    /// ISO 8601: a date, or a date and a time in UTC; none where the date is impossible.
    pub time: Option<String>,
}

/// A file later than its own vocabulary is dated wrongly, or the vocabulary is old. Its version is `YYYY.MM.n`.
fn vocabulary_date() -> Option<Date> {
    let mut parts = crate::VOCABULARY_VERSION.split('.').map(str::parse::<i16>);
    let (year, month) = (parts.next()?.ok()?, parts.next()?.ok()?);
    Date::new(year, month as i8, 1).ok().map(Date::last_of_month)
}

/// One cell, and where it stands.
#[derive(Clone, Copy)]
struct At<'a> {
    cell: &'a [u8],
    name: &'a str,
    line: u64,
    column: u64,
}

impl At<'_> {
    fn found(&self, code: &'static Code, sink: Sink<'_>, message: fmt::Arguments<'_>) {
        sink(Deviation::at(code, self.line, self.column, message).on(self.name));
    }

    fn shown(&self) -> String {
        String::from_utf8_lossy(&self.cell[..self.cell.len().min(40)]).into_owned()
    }

    fn date(&self, sink: Sink<'_>) -> Option<Date> {
        if cell::is_missing(self.cell) {
            return None;
        }
        let plain = time::date(self.cell);
        let date = plain.or_else(|| time::date_written_oddly(self.cell));
        if plain.is_none() {
            let code = match date {
                Some(_) => &codes::DATE_FORM,
                None => &codes::DATE_IMPOSSIBLE,
            };
            let message = format_args!("{} is `{}`, expected is YYYYMMDD", self.name, self.shown());
            self.found(code, sink, message);
        }
        match date {
            Some(date) if vocabulary_date().is_some_and(|last| date > last) => {
                let version = crate::VOCABULARY_VERSION;
                self.found(
                    &codes::DATE_FUTURE,
                    sink,
                    format_args!("{} is {date}, the vocabulary is of {version}", self.name),
                );
            }
            _ => {}
        }
        date
    }

    fn time(&self, sink: Sink<'_>) -> Option<u16> {
        if cell::is_missing(self.cell) {
            return None;
        }
        let (code, minutes) = match time::time_of_day(self.cell) {
            TimeOfDay::Plain(minutes) => return Some(minutes),
            TimeOfDay::Oddly(minutes) => (&codes::TIME_FORM, Some(minutes)),
            TimeOfDay::Unknown => (&codes::TIME_FORM, None),
            TimeOfDay::No => (&codes::TIME_IMPOSSIBLE, None),
        };
        self.found(
            code,
            sink,
            format_args!("{} is `{}`, expected is HHMM", self.name, self.shown()),
        );
        minutes
    }

    /// A header's position; that of a column was read with its row.
    fn degrees(&self, limit: f64, sink: Sink<'_>) -> Option<f64> {
        if cell::is_missing(self.cell) {
            return None;
        }
        let value = match cell::number(self.cell) {
            Written::Plain(value, _) => value,
            Written::Oddly(value) => {
                self.found(
                    &codes::NUMBER_FORM,
                    sink,
                    format_args!("{} is written `{}`", self.name, self.shown()),
                );
                value
            }
            Written::No => {
                self.found(
                    &codes::NOT_A_NUMBER,
                    sink,
                    format_args!("{} is `{}`, which is no number", self.name, self.shown()),
                );
                return None;
            }
        };
        if value.abs() <= limit {
            return Some(value);
        }
        self.found(
            &codes::POSITION_IMPOSSIBLE,
            sink,
            format_args!(
                "{} is {}, expected is -{limit} to {limit}",
                self.name,
                self.shown()
            ),
        );
        None
    }
}

/// Where the columns of keys and coordinates are.
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
    fn of(header: &Header) -> Self {
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

/// A data line with what stands in its cells.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) number: u64,
    pub(crate) text: &'a [u8],
    pub(crate) cells: &'a Cells,
    pub(crate) columns: &'a [Column],
}

impl<'a> Line<'a> {
    fn cell(&self, column: Option<usize>) -> &'a [u8] {
        column.map_or(&[], |column| self.cells.text(self.text, column))
    }

    fn at(&self, column: usize) -> At<'a> {
        At {
            cell: self.cells.text(self.text, column),
            name: &self.columns[column].name,
            line: self.number,
            column: self.cells.column(column),
        }
    }

    fn number(&self, column: Option<usize>) -> Option<f64> {
        match self.cells.value(column?) {
            Value::Number(value) => Some(value),
            _ => None,
        }
    }
}

/// Follows the casts of a file. Keys are remembered by 64-bit hashes, so that millions of rows need little memory.
pub(crate) struct Casts {
    kind: Kind,
    places: Places,
    pub(crate) cast: Cast,
    /// Keys and coordinates of the last row, as written: most rows repeat them.
    last: Vec<u8>,
    /// They deviate, and so do those of a row that repeats them.
    last_deviates: bool,
    date: Option<Date>,
    minutes: Option<u16>,
    /// Coordinates of each cast's first row.
    casts: HashMap<u64, [u64; 4]>,
    samples: HashSet<u64>,
    pressures: Levels,
}

impl Casts {
    /// Reads a CTD cast's facts from its headers; those of bottles come with the rows.
    pub(crate) fn new(header: &Header, sink: Sink<'_>) -> Self {
        let mut casts = Casts {
            kind: header.kind,
            places: Places::of(header),
            cast: Cast::default(),
            last: Vec::new(),
            last_deviates: false,
            date: None,
            minutes: None,
            casts: HashMap::new(),
            samples: HashSet::new(),
            pressures: Levels::default(),
        };
        if header.kind == Kind::Ctd {
            let text = |name| header.value(name).unwrap_or_default().to_owned();
            let at = |name| {
                header.line(name).map(|line| At {
                    cell: line.value.as_bytes(),
                    name: line.name.as_str(),
                    line: line.line,
                    column: line.column,
                })
            };
            let latitude = at(name::LATITUDE).and_then(|at| at.degrees(90.0, sink));
            let longitude = at(name::LONGITUDE).and_then(|at| at.degrees(180.0, sink));
            let minutes = at(name::TIME).and_then(|at| at.time(sink));
            casts.cast = Cast {
                expocode: text(name::EXPOCODE),
                station: text(name::STATION),
                number: text(name::CAST),
                position: longitude.zip(latitude),
                time: at(name::DATE)
                    .and_then(|at| at.date(sink))
                    .map(|date| time::iso(date, minutes)),
            };
        }
        casts
    }

    /// Distinct casts so far.
    pub(crate) fn count(&self) -> u64 {
        match self.kind {
            Kind::Bottle => self.casts.len() as u64,
            Kind::Ctd => 1,
        }
    }

    /// Takes a row; whether its cast says anything else than on the row before.
    pub(crate) fn take(&mut self, line: Line<'_>, sink: Sink<'_>) -> bool {
        match self.kind {
            Kind::Bottle => self.bottle(line, sink),
            Kind::Ctd => {
                self.pressure(line, sink);
                let is_first = self.last.is_empty();
                self.last = vec![b' '];
                is_first
            }
        }
    }

    fn pressure(&mut self, line: Line<'_>, sink: Sink<'_>) {
        let Some(at) = self.places.pressure else { return };
        let Some(value) = line.number(Some(at)).filter(|value| value.is_finite()) else {
            return;
        };
        let shown = String::from_utf8_lossy(line.cell(Some(at)));
        if value < 0.0 {
            line.at(at)
                .found(&codes::PRESSURE_NEGATIVE, sink, format_args!("CTDPRS is {shown}"));
        }
        let last = self.pressures.last();
        if self.pressures.add(value) {
            line.at(at).found(
                &codes::PRESSURE_REPEATS,
                sink,
                format_args!("CTDPRS {shown} occurs again"),
            );
        }
        if let Some(last) = last.filter(|last| value < *last) {
            line.at(at).found(
                &codes::PRESSURE_DECREASES,
                sink,
                format_args!("CTDPRS goes from {last} to {shown}"),
            );
        }
    }

    fn bottle(&mut self, line: Line<'_>, sink: Sink<'_>) -> bool {
        let watched = self.places.key.into_iter().chain(self.places.coordinates());
        let mut rest = self.last.as_slice();
        let same = watched.clone().all(|column| {
            let cell = line.cell(column);
            let held = rest
                .split_at_checked(cell.len())
                .filter(|(held, more)| *held == cell && more.first() == Some(&b','));
            held.is_some_and(|(_, more)| {
                rest = &more[1..];
                true
            })
        });
        if !same || self.last_deviates {
            self.last.clear();
            for column in watched {
                self.last.extend_from_slice(line.cell(column));
                self.last.push(b',');
            }
            let mut deviates = false;
            let mut noting = |deviation: Deviation<'_>| {
                deviates = true;
                sink(deviation);
            };
            self.look_at_cast(line, &mut noting);
            self.last_deviates = deviates;
        }
        self.sample(line, sink);
        self.bottle_time(line, sink);
        !same
    }

    fn look_at_cast(&mut self, line: Line<'_>, sink: Sink<'_>) {
        let text = |column| String::from_utf8_lossy(line.cell(column)).into_owned();
        self.date = self.places.date.and_then(|at| line.at(at).date(sink));
        self.minutes = self.places.time.and_then(|at| line.at(at).time(sink));
        let possible = |column, limit: f64| line.number(column).filter(|value| value.abs() <= limit);
        let [expocode, station, number] = self.places.key;
        self.cast = Cast {
            expocode: text(expocode),
            station: text(station),
            number: text(number),
            position: possible(self.places.longitude, 180.0).zip(possible(self.places.latitude, 90.0)),
            time: self.date.map(|date| time::iso(date, self.minutes)),
        };
        let coordinates = self.places.coordinates().map(|column| match line.number(column) {
            Some(value) => (value + 0.0).to_bits(),
            None => hash(&[line.cell(column)]),
        });
        let key = hash(&self.places.key.map(|column| line.cell(column)));
        let first = *self.casts.entry(key).or_insert(coordinates);
        for ((first, now), column) in first.into_iter().zip(coordinates).zip(self.places.coordinates()) {
            if let Some(column) = column.filter(|_| first != now) {
                let at = line.at(column);
                let message = format_args!(
                    "{} is {} in a cast that began with another one",
                    at.name,
                    at.shown()
                );
                at.found(&codes::COORDINATE_VARIES, sink, message);
            }
        }
    }

    fn sample(&mut self, line: Line<'_>, sink: Sink<'_>) {
        let Some(sample) = self.places.sample else { return };
        if matches!(line.cells.value(sample), Value::Blank | Value::Fill) {
            return;
        }
        let [expocode, station, number] = self.places.key.map(|column| line.cell(column));
        if !self
            .samples
            .insert(hash(&[expocode, station, number, line.cell(Some(sample))]))
        {
            let at = line.at(sample);
            let Cast {
                expocode,
                station,
                number,
                ..
            } = &self.cast;
            let message = format_args!(
                "{} {} occurs again in {expocode}, {station}, {number}",
                at.name,
                at.shown()
            );
            at.found(&codes::KEY_REPEATED, sink, message);
        }
    }

    /// BTL_TIME without BTL_DATE may be of the next day, so that nothing can be held against it.
    fn bottle_time(&self, line: Line<'_>, sink: Sink<'_>) {
        let minutes = self.places.bottle_time.and_then(|at| line.at(at).time(sink));
        let Some(date_at) = self.places.bottle_date else {
            return;
        };
        let (Some(date), Some(cast_date)) = (line.at(date_at).date(sink), self.date) else {
            return;
        };
        // Where a time of day is not known, the days are compared.
        let (minutes, cast_minutes) = minutes.zip(self.minutes).unwrap_or_default();
        let apart = time::minutes(date, minutes) - time::minutes(cast_date, cast_minutes);
        if apart.abs() > 1440 {
            let message = format_args!("the bottle was closed {} hours from its cast", apart / 60);
            line.at(date_at).found(&codes::BOTTLE_TIME, sink, message);
        }
    }
}

/// Of texts that must not run into each other.
fn hash(texts: &[&[u8]]) -> u64 {
    let mut hasher = DefaultHasher::new();
    texts.hash(&mut hasher);
    hasher.finish()
}
