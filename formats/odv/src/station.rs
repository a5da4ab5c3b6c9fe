//! What holds for the lines of a station.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::cells::{Cells, Value, known, time};
use crate::column::{Column, Role};
use crate::deviation::{Sink, codes, report};
use crate::header::Header;
use crate::lines::text;
use crate::time::at as combine;

/// Stations that are remembered, so that one that goes on after another is seen.
const MOST_REMEMBERED: usize = 1 << 20;

/// The station that the current line belongs to.
#[derive(Debug, Default)]
pub struct Station {
    /// From 1.
    pub number: u64,
    /// Date, or date and time in ISO 8601; the file does not say in which zone.
    pub time: Option<String>,
    /// Degrees east and north.
    pub position: Option<(f64, f64)>,
    /// By column; of metadata only.
    pub(crate) cells: Vec<Vec<u8>>,
}

/// Stations as they come.
#[derive(Debug, Default)]
pub(crate) struct Stations {
    pub(crate) current: Station,
    seen: HashSet<u64>,
}

impl Stations {
    /// Takes the metadata of a line; says whether a station begins with it.
    pub(crate) fn take(
        &mut self,
        at: (&[u8], u64),
        header: &Header,
        cells: &mut Cells,
        sink: Sink<'_>,
    ) -> bool {
        let is_first = self.current.number == 0;
        let begins = is_first
            || header.columns.iter().enumerate().any(|(index, column)| {
                column.role.is_identity() && self.differs(index, cells.raw(at.0, index))
            });
        match begins {
            true => self.begin(at, header, cells, sink),
            false => self.compare(at, header, cells, sink),
        }
        begins
    }

    /// Whether a cell says something, and not what the station says.
    fn differs(&self, column: usize, cell: &[u8]) -> bool {
        !cell.is_empty() && cell != self.current.cells[column]
    }

    fn begin(&mut self, at: (&[u8], u64), header: &Header, cells: &mut Cells, sink: Sink<'_>) {
        let of_station = |column: &Column| column.is_metadata;
        let held = header
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| match of_station(column) {
                true => cells.raw(at.0, index).to_vec(),
                false => Vec::new(),
            });
        let held: Vec<Vec<u8>> = held.collect();
        // Times are read once, with their clock.
        cells.read(at, header, |column| of_station(column) && !is_time(column), sink);
        let mut hasher = DefaultHasher::new();
        for (cell, column) in held.iter().zip(&header.columns) {
            if column.role.is_identity() {
                cell.hash(&mut hasher);
            }
        }
        let is_new = self.seen.len() >= MOST_REMEMBERED || self.seen.insert(hasher.finish());
        if !is_new {
            let message = format_args!("the station was there before, and others lie between");
            report(sink, &codes::STATION_RESUMED, None, (at.1, 1), message);
        }
        self.current = Station {
            number: self.current.number + 1,
            time: station_time(at, header, cells, sink),
            position: position(at.1, header, cells, sink),
            cells: held,
        };
        self.check(at.1, header, cells, sink);
    }

    /// What the first line of a station must say.
    fn check(&self, line: u64, header: &Header, cells: &Cells, sink: Sink<'_>) {
        for (index, column) in header.columns.iter().enumerate() {
            if column.role.is_identity() && self.current.cells[index].is_empty() {
                let message =
                    format_args!("station {} begins without `{}`", self.current.number, column.name);
                let at = (line, cells.at(index));
                report(sink, &codes::STATION_METADATA, Some(&column.name), at, message);
            }
        }
    }

    /// What a further line of a station says against its first.
    fn compare(&self, at: (&[u8], u64), header: &Header, cells: &Cells, sink: Sink<'_>) {
        for (index, column) in header.columns.iter().enumerate() {
            if column.is_metadata && self.differs(index, cells.raw(at.0, index)) {
                let message =
                    format_args!("`{}` changes within station {}", column.name, self.current.number);
                let place = (at.1, cells.at(index));
                report(sink, &codes::METADATA_CHANGES, Some(&column.name), place, message);
            }
        }
    }
}

fn is_time(column: &Column) -> bool {
    matches!(column.role, Role::Time | Role::Clock)
}

fn of_role(header: &Header, role: Role) -> Option<(usize, &Column)> {
    header
        .columns
        .iter()
        .enumerate()
        .find(|(_, column)| column.role == role)
}

fn station_time(
    (line, number): (&[u8], u64),
    header: &Header,
    cells: &mut Cells,
    sink: Sink<'_>,
) -> Option<String> {
    let (index, column) = of_role(header, Role::Time)?;
    let cell = cells.raw(line, index);
    if cell.is_empty() {
        return None;
    }
    let date = time(cell, column, (number, cells.at(index)), sink)?;
    let clock = of_role(header, Role::Clock).filter(|(index, _)| !cells.raw(line, *index).is_empty());
    let Some((index, column)) = clock else {
        return Some(date);
    };
    let cell = cells.raw(line, index);
    let time = combine(&date, &text(cell));
    known(time, cell, column, (number, cells.at(index)), sink).or(Some(date))
}

fn position(line: u64, header: &Header, cells: &Cells, sink: Sink<'_>) -> Option<(f64, f64)> {
    let mut degrees = |role, within: std::ops::RangeInclusive<f64>| {
        let (index, column) = of_role(header, role)?;
        let Value::Number(degrees) = cells.values[index] else {
            return None;
        };
        if !within.contains(&degrees) {
            let message = format_args!("`{}` is {degrees}", column.name);
            let at = (line, cells.at(index));
            report(sink, &codes::POSITION, Some(&column.name), at, message);
            return None;
        }
        Some(degrees)
    };
    let longitude = degrees(Role::Longitude, -180.0..=360.0);
    let latitude = degrees(Role::Latitude, -90.0..=90.0);
    longitude.zip(latitude)
}
