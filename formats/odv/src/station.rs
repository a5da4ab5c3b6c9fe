//! Stations: the metadata that apply to several rows.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use text_format::{Civil, Sink, decode, report};

use crate::column::{Column, Kind, Role, TimePart};
use crate::deviation::codes;
use crate::header::Header;
use crate::lines::Line;
use crate::row::{Cells, Value, known, time};
use crate::time::{at as with_clock, of_parts};

/// Most stations that are remembered, to notice one whose rows are not together.
const MOST_REMEMBERED: usize = 1 << 20;

/// The station that a row belongs to, with its time and position.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Station {
    /// Number of the station in the order of the file, from 1.
    pub number: u64,
    /// Date of the station, with or without a time of day; `None` if it is missing or invalid. The general format does
    /// not state a time zone.
    pub time: Option<Civil>,
    /// Longitude and latitude in degrees east (-180 to 360) and north (-90 to 90); `None` if either is missing or
    /// invalid.
    pub position: Option<(f64, f64)>,
    /// Cells by column; only those of metadata are filled.
    pub(crate) cells: Vec<Vec<u8>>,
}

/// The stations, as the rows define them.
#[derive(Debug, Default)]
pub(crate) struct Stations {
    pub(crate) current: Station,
    seen: HashSet<u64>,
}

impl Stations {
    /// Takes over the metadata of a row, and returns whether the row begins a station.
    pub(crate) fn push(
        &mut self,
        line: Line<'_>,
        header: &Header,
        cells: &mut Cells,
        sink: Sink<'_>,
    ) -> bool {
        let is_first = self.current.number == 0;
        let identity = || {
            let columns = header.columns.iter().enumerate();
            columns.filter(|(_, column)| column.role.is_identity())
        };
        // A row that repeats only the time belongs to the previous station: some writers give the time of each sample
        // there.
        let is_named =
            identity().any(|(index, column)| !is_time(column) && !cells.raw(line.bytes, index).is_empty());
        let begins = is_first
            || is_named
                && identity()
                    .any(|(index, column)| self.differs(index, column, cells.raw(line.bytes, index)));
        match begins {
            true => self.begin(line, header, cells, sink),
            false => self.compare(line, header, cells, sink),
        }
        begins
    }

    /// Whether a cell has a value that differs from that of the station.
    fn differs(&self, index: usize, column: &Column, cell: &[u8]) -> bool {
        let held = self.current.cells[index].as_slice();
        if cell.is_empty() || cell == held {
            return false;
        }
        let number = |cell: &[u8]| fast_float2::parse::<f64, _>(cell).ok();
        let is_same_number =
            column.kind == Kind::Number && number(cell).is_some() && number(cell) == number(held);
        !is_same_number
    }

    fn begin(&mut self, line: Line<'_>, header: &Header, cells: &mut Cells, sink: Sink<'_>) {
        let columns = header.columns.iter().enumerate();
        let held = columns.map(|(index, column)| match column.is_metadata {
            true => cells.raw(line.bytes, index).to_vec(),
            false => Vec::new(),
        });
        let held: Vec<Vec<u8>> = held.collect();
        // Times are parsed once, together with the time of day.
        cells.read(
            line,
            header,
            |column| column.is_metadata && !is_time(column),
            sink,
        );
        let mut hasher = DefaultHasher::new();
        for (cell, column) in held.iter().zip(&header.columns) {
            if column.role.is_identity() {
                cell.hash(&mut hasher);
            }
        }
        let is_new = self.seen.len() >= MOST_REMEMBERED || self.seen.insert(hasher.finish());
        if !is_new {
            let message = format_args!("the station also has rows above other stations");
            report(sink, &codes::STATION_RESUMED, None, line.place(0), message);
        }
        self.current = Station {
            number: self.current.number + 1,
            time: station_time(line, header, cells, sink),
            position: position(line, header, cells, sink),
            cells: held,
        };
        self.check(line, header, cells, sink);
    }

    /// Reports the metadata that the first row of a station lacks.
    fn check(&self, line: Line<'_>, header: &Header, cells: &Cells, sink: Sink<'_>) {
        for (index, column) in header.columns.iter().enumerate() {
            if column.role.is_identity() && self.current.cells[index].is_empty() {
                let message =
                    format_args!("station {} begins without `{}`", self.current.number, column.name);
                let place = line.place(cells.at(index));
                report(sink, &codes::STATION_METADATA, Some(&column.name), place, message);
            }
        }
    }

    /// Compares a further row of a station with its first row.
    fn compare(&self, line: Line<'_>, header: &Header, cells: &Cells, sink: Sink<'_>) {
        for (index, column) in header.columns.iter().enumerate() {
            let cell = cells.raw(line.bytes, index);
            if column.is_metadata && column.role != Role::Flag && self.differs(index, column, cell) {
                let message =
                    format_args!("`{}` changes within station {}", column.name, self.current.number);
                let place = line.place(cells.at(index));
                report(sink, &codes::METADATA_CHANGES, Some(&column.name), place, message);
            }
        }
    }
}

fn is_time(column: &Column) -> bool {
    matches!(column.role, Role::Time | Role::Clock)
}

fn station_time(line: Line<'_>, header: &Header, cells: &mut Cells, sink: Sink<'_>) -> Option<Civil> {
    let Some(index) = header.of_role(Role::Time) else {
        return time_of_parts(line, header, cells, sink);
    };
    let cell = cells.raw(line.bytes, index);
    if cell.is_empty() {
        return None;
    }
    let date = time(cell, &header.columns[index], line.place(cells.at(index)), sink)?;
    let clock = header
        .of_role(Role::Clock)
        .filter(|index| !cells.raw(line.bytes, *index).is_empty());
    let Some(index) = clock else {
        return Some(date);
    };
    Some(with_clock_column(date, index, line, header, cells, sink))
}

/// The date with the time of day in the column `index`. If that is not a valid time of day, reports it and returns the
/// date.
fn with_clock_column(
    date: Civil,
    index: usize,
    line: Line<'_>,
    header: &Header,
    cells: &Cells,
    sink: Sink<'_>,
) -> Civil {
    let cell = cells.raw(line.bytes, index);
    let time = with_clock(date, &decode(cell));
    let (column, place) = (&header.columns[index], line.place(cells.at(index)));
    known(time, cell, column, place, sink).unwrap_or(date)
}

/// The time in a file that has a column for each of its parts.
fn time_of_parts(line: Line<'_>, header: &Header, cells: &Cells, sink: Sink<'_>) -> Option<Civil> {
    let part = |part| match cells.values[header.of_role(Role::TimePart(part))?] {
        Value::Number(number) => Some(number),
        _ => None,
    };
    let year = header.of_role(Role::TimePart(TimePart::Year))?;
    let date = [
        part(TimePart::Year)?,
        part(TimePart::Month)?,
        part(TimePart::Day)?,
    ];
    let clock = [
        part(TimePart::Hour),
        part(TimePart::Minute),
        part(TimePart::Second),
    ];
    let time = of_parts(date, clock);
    let (column, place) = (&header.columns[year], line.place(cells.at(year)));
    let date = known(time, cells.raw(line.bytes, year), column, place, sink)?;
    let Some(index) = header.of_role(Role::Clock) else {
        return Some(date);
    };
    Some(with_clock_column(date, index, line, header, cells, sink))
}

fn position(line: Line<'_>, header: &Header, cells: &Cells, sink: Sink<'_>) -> Option<(f64, f64)> {
    let mut degrees = |role, within: std::ops::RangeInclusive<f64>| {
        let index = header.of_role(role)?;
        let Value::Number(degrees) = cells.values[index] else {
            return None;
        };
        if !within.contains(&degrees) {
            let name = &header.columns[index].name;
            let message = format_args!("{degrees} is not between {} and {}", within.start(), within.end());
            report(
                sink,
                &codes::POSITION,
                Some(name),
                line.place(cells.at(index)),
                message,
            );
            return None;
        }
        Some(degrees)
    };
    let longitude = degrees(Role::Longitude, -180.0..=360.0);
    let latitude = degrees(Role::Latitude, -90.0..=90.0);
    longitude.zip(latitude)
}
