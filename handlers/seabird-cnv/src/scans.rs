//! Scans become statistics and coverage, one part of the data after the other.

use data_review_core::preview::{PreviewBuilder, PreviewCell, choose};
use data_review_core::quality::SEABIRD;
use data_review_core::stats::{Accumulator, Dtype};
use data_review_core::{Cast, CoverageKind, FlagClass, Instant, Place, ReviewBuilder, VariableFacts};
use seabird::{Axis, Civil, Column, Header, Interval, Row, Timeline, Value};

use crate::codes::{POSITION_BY_OPERATOR, POSITION_JUMP};
use crate::review::said;

/// Bytes of scans after which a part ends.
const PART: usize = 8 << 20;

/// The statistics of all columns except flags, and the place and time of the scans.
pub(crate) struct Scans {
    variables: Vec<Variable>,
    /// The column that marks scans.
    flag: Option<usize>,
    timeline: Timeline,
    track: Track,
    vertical: Vec<Vertical>,
    /// Levels for plots, and the columns that they are taken from; `None` if the review was not asked for them, or without a vertical
    /// coordinate.
    preview: Option<(PreviewBuilder, Vec<usize>)>,
    cells: Vec<PreviewCell>,
    /// Bytes of the scans in the current part.
    bytes: usize,
}

struct Variable {
    facts: VariableFacts,
    column: usize,
    part: Accumulator,
    /// The statistics of the previous parts.
    total: Option<Accumulator>,
}

/// The columns of position, and the last position in them.
struct Track {
    latitude: Option<usize>,
    longitude: Option<usize>,
    /// The first position, as longitude and latitude.
    first: Option<(f64, f64)>,
    last: Option<(f64, f64)>,
    /// Degrees by which a ship cannot move between two scans.
    most: f64,
}

/// Degrees by which a position may change between two scans, whatever the time between them.
const JUMP: f64 = 1.0;
/// Degrees per second at about 50 m/s.
const DEGREES_PER_SECOND: f64 = 0.000_5;

/// A column of pressure or depth, and the range of its values in scans that are not marked bad.
struct Vertical {
    column: usize,
    unit: Option<String>,
    range: Option<(f64, f64)>,
    left_out: u64,
}

impl Scans {
    pub(crate) fn new(header: &Header, wants_preview: bool) -> Self {
        let flag = header.flag_column();
        let columns = header.columns.iter().enumerate();
        let values = columns.filter(|(at, _)| Some(*at) != flag);
        let of_axis = |axis| {
            header
                .columns
                .iter()
                .position(|column| column.axis() == Some(axis))
        };
        let seconds = header.interval.as_ref().and_then(Interval::seconds);
        // The pressure is measured, and a depth is derived from it.
        let vertical = of_axis(Axis::Pressure).into_iter().chain(of_axis(Axis::Depth));
        let variables: Vec<Variable> = values
            .map(|(at, column)| Variable::new(column, at, flag.is_some()))
            .collect();
        let is_profile = wants_preview && !header.is_time_series();
        let preview = { vertical.clone() }.next().filter(|_| is_profile);
        Scans {
            preview: preview.and_then(|vertical| previewed(&variables, vertical)),
            cells: Vec::new(),
            variables,
            flag,
            timeline: Timeline::new(header),
            track: Track {
                latitude: of_axis(Axis::Latitude),
                longitude: of_axis(Axis::Longitude),
                first: None,
                last: None,
                most: JUMP + DEGREES_PER_SECOND * seconds.unwrap_or(0.0),
            },
            vertical: vertical
                .map(|column| Vertical {
                    column,
                    unit: header.columns[column].bare_unit().map(str::to_owned),
                    range: None,
                    left_out: 0,
                })
                .collect(),
            bytes: 0,
        }
    }

    pub(crate) fn push(&mut self, row: Row<'_>, review: &mut ReviewBuilder) {
        let flag = self.flag.map(|at| flag(&row, at));
        for variable in &mut self.variables {
            match row.value(variable.column) {
                Value::Number(number) => variable.part.push_number(number, flag),
                Value::Invalid => variable.part.push_invalid(flag),
                _ => variable.part.push_missing(row.cell(variable.column), flag),
            }
        }
        self.timeline.push(&row);
        self.preview_level(&row);
        self.track.push(&row, review);
        self.vertical.iter_mut().for_each(|vertical| vertical.push(&row));
        self.bytes += row.bytes();
        if self.bytes >= PART {
            self.end_part();
        }
    }

    fn preview_level(&mut self, row: &Row<'_>) {
        let Some((preview, columns)) = &mut self.preview else {
            return;
        };
        let class = self.flag.map(|_| match row.is_bad() {
            true => FlagClass::Bad,
            false => FlagClass::Good,
        });
        self.cells.clear();
        self.cells
            .extend(columns.iter().map(|column| match row.value(*column) {
                Value::Number(number) => (number, class),
                _ => (f64::NAN, class),
            }));
        preview.level(&self.cells);
    }

    fn end_part(&mut self) {
        self.bytes = 0;
        let is_flagged = self.flag.is_some();
        for variable in &mut self.variables {
            variable.end_part(is_flagged);
        }
    }

    /// Adds statistics, coverage and the cast, whose number of scans is `rows`.
    pub(crate) fn finish(mut self, header: &Header, rows: u64, review: &mut ReviewBuilder) {
        self.end_part();
        let mut cast = Cast {
            station: said(header, "station"),
            number: said(header, "cast"),
            levels: Some(rows),
            ..Cast::default()
        };
        if let Some(span) = self.timeline.finish(header) {
            cast.time = instant(span.first);
            let times = [cast.time, instant(span.last)];
            times
                .into_iter()
                .flatten()
                .for_each(|time| review.coverage.time(time));
            review.coverage.leave_out_time(span.left_out);
        }
        if let Some((longitude, latitude)) = self.track.finish(header, review) {
            cast = cast.at(longitude, latitude);
        }
        let is_moving = self.track.first.is_some();
        review.coverage.kind(Some(match header.is_time_series() {
            true if is_moving => CoverageKind::Trajectory,
            true => CoverageKind::TimeSeries,
            false => CoverageKind::Profile,
        }));
        if !header.is_time_series() {
            review.profiles(1);
            review.cast(cast);
            if let Some((mut preview, _)) = self.preview.take() {
                preview.end_cast(0);
                review.preview(preview);
            }
        }
        if let Some(vertical) = self.vertical.iter().find(|vertical| vertical.range.is_some())
            && let Some((min, max)) = vertical.range
        {
            review.coverage.depth(min, max, vertical.unit.as_deref());
            review.coverage.leave_out_depth(vertical.left_out);
        }
        for variable in self.variables {
            review.variable(variable.facts, variable.total.as_ref().unwrap_or(&variable.part));
        }
    }
}

/// The preview of the most telling variables, and their columns; `vertical` is the column of the vertical coordinate.
fn previewed(variables: &[Variable], vertical: usize) -> Option<(PreviewBuilder, Vec<usize>)> {
    let vertical = variables
        .iter()
        .position(|variable| variable.column == vertical)?;
    let quantities = variables
        .iter()
        .map(|variable| Some(variable.facts.quantity()?.name));
    let chosen = choose(vertical, quantities);
    let columns = chosen.iter().map(|at| variables[*at].column).collect();
    Some((PreviewBuilder::new(chosen), columns))
}

/// The flag of a scan: `good`, `bad`, or another one as the file spells it.
fn flag<'a>(row: &'a Row<'_>, at: usize) -> &'a [u8] {
    match row.value(at) {
        Value::BadFlag => b"bad",
        Value::Number(0.0) => b"good",
        _ => row.cell(at),
    }
}

/// A place of the parser as a place of a finding.
pub(crate) fn place(place: seabird::Place) -> Place {
    match place {
        seabird::Place::Byte(byte) => Place::Byte { byte },
        seabird::Place::Line { line, column } => Place::text(line, column, None),
        _ => Place::text(1, 1, None),
    }
}

fn instant(time: Civil) -> Option<Instant> {
    let clock = time.clock()?;
    Instant::of_calendar(
        time.year().into(),
        time.month(),
        time.day(),
        clock.nanosecond_of_day(),
    )
}

impl Track {
    fn push(&mut self, row: &Row<'_>, review: &mut ReviewBuilder) {
        let Some((at_latitude, at_longitude)) = self.latitude.zip(self.longitude) else {
            return;
        };
        let (Value::Number(latitude), Value::Number(longitude)) =
            (row.value(at_latitude), row.value(at_longitude))
        else {
            return;
        };
        // A receiver without a fix gives 0 and 0.
        let is_fix =
            latitude.abs() <= 90.0 && longitude.abs() <= 360.0 && (latitude, longitude) != (0.0, 0.0);
        if row.is_bad() || !is_fix {
            return review.coverage.leave_out_position(1);
        }
        review.coverage.position(longitude, latitude);
        if let Some((before, before_longitude)) = self.last {
            let turn = (longitude - before_longitude).rem_euclid(360.0);
            // Near a pole all longitudes are close to each other.
            let east = turn.min(360.0 - turn) * latitude.abs().max(before.abs()).to_radians().cos();
            if (latitude - before).abs().max(east) > self.most {
                let message = || {
                    format!("{before:.4}, {before_longitude:.4} is followed by {latitude:.4}, {longitude:.4}")
                };
                let place = || Some(place(row.place(at_latitude)));
                review.found(&POSITION_JUMP, None, message, place);
            }
        }
        self.first.get_or_insert((longitude, latitude));
        self.last = Some((latitude, longitude));
    }

    /// The first position in the columns, as longitude and latitude. If they have none, adds that of the header: of the receiver,
    /// otherwise of the operator.
    fn finish(&self, header: &Header, review: &mut ReviewBuilder) -> Option<(f64, f64)> {
        if self.first.is_some() {
            review.attribute("position_source", "columns");
            return self.first;
        }
        if let Some(position) = header.longitude.zip(header.latitude) {
            review.coverage.position(position.0, position.1);
            review.attribute("position_source", "NMEA lines of the header");
            return Some(position);
        }
        let user = header.user_position.as_ref()?;
        review.coverage.position(user.longitude, user.latitude);
        review.attribute("position_source", &format!("operator, {}", user.place));
        let message = || {
            let (latitude, longitude) = (user.latitude, user.longitude);
            format!(
                "the operator typed the position {latitude:.5}, {longitude:.5}, see {}",
                user.place
            )
        };
        let place = || Some(place(user.place));
        review.found(&POSITION_BY_OPERATOR, None, message, place);
        Some((user.longitude, user.latitude))
    }
}

impl Vertical {
    fn push(&mut self, row: &Row<'_>) {
        match row.value(self.column) {
            Value::Number(number) if number.is_finite() && row.is_bad() => self.left_out += 1,
            Value::Number(number) if number.is_finite() => {
                let (min, max) = self.range.get_or_insert((number, number));
                (*min, *max) = (min.min(number), max.max(number));
            }
            _ => {}
        }
    }
}

impl Variable {
    fn new(column: &Column, at: usize, is_flagged: bool) -> Self {
        Variable {
            facts: VariableFacts {
                name: column.name.clone(),
                unit: column.unit.clone(),
                column: Some(at as u64 + 1),
                scheme: is_flagged.then(|| SEABIRD.clone()),
                ..VariableFacts::default()
            },
            column: at,
            part: Accumulator::new(Dtype::Decimal, is_flagged),
            total: None,
        }
    }

    fn end_part(&mut self, is_flagged: bool) {
        let part = std::mem::replace(&mut self.part, Accumulator::new(Dtype::Decimal, is_flagged));
        match &mut self.total {
            Some(total) => total.merge(&part),
            None => self.total = Some(part),
        }
    }
}
