//! Rows become statistics and coverage, one part of the data after the other.

use data_review_core::preview::PreviewCell;
use data_review_core::quantity::Quantity;
use data_review_core::stats::{Accumulator, Dtype};
use data_review_core::{Cast, FlagScheme, Instant, ReviewBuilder, VariableFacts};
use odv_spreadsheet::{Civil, Column, Header, Kind, Role, Row, Value};

use crate::levels::Levels;

/// Bytes of rows after which a part ends.
const PART: usize = 8 << 20;

/// The statistics of all columns except flags, and the place and time of the samples.
pub(crate) struct Rows {
    variables: Vec<Variable>,
    stations: Stations,
    sample: Option<&'static FlagScheme>,
    vertical: Vec<Vertical>,
    /// `None` if the review was not asked for a preview, or the stations are not profiles.
    levels: Option<Levels>,
    count: u64,
    /// Bytes of the rows in the current part.
    bytes: usize,
}

/// A column that has a variable in the document, with its statistics.
pub(crate) struct Variable {
    facts: VariableFacts,
    column: usize,
    role: Role,
    dtype: Dtype,
    is_flagged: bool,
    scheme: Option<&'static FlagScheme>,
    part: Accumulator,
    /// The statistics of the previous parts.
    total: Option<Accumulator>,
}

/// The columns whose flags decide about the time and the position of a station.
struct Stations {
    time: Vec<Flagged>,
    position: Vec<Flagged>,
    /// Column of their names.
    name: Option<usize>,
    /// The station of the rows that are read.
    cast: Option<Cast>,
}

/// A column, and the scheme of its flags.
struct Flagged {
    column: usize,
    scheme: Option<&'static FlagScheme>,
}

/// A column of depth or pressure, and the range of its values that are not flagged.
struct Vertical {
    flagged: Flagged,
    unit: Option<String>,
    range: Option<(f64, f64)>,
    left_out: u64,
}

impl Rows {
    /// The rows below a header; `wants_levels` says whether levels are kept for a preview.
    pub(crate) fn new(header: &Header, wants_levels: bool) -> Self {
        let columns = || header.columns.iter().enumerate();
        // The time of day is part of the time.
        let is_variable = |column: &Column| !matches!(column.role, Role::Flag | Role::Clock);
        let of_roles = |roles: &[Role]| {
            let found = roles.iter().filter_map(|role| header.of_role(*role));
            found.map(|column| Flagged::new(column, header)).collect()
        };
        let mut vertical: Vec<(u8, usize)> = columns()
            .filter_map(|(at, column)| column.vertical_rank().map(|rank| (rank, at)))
            .collect();
        // Of equally good columns, the primary variable counts, otherwise the first.
        vertical.sort_by_key(|(rank, at)| (*rank, header.columns[*at].role != Role::Primary));
        Rows {
            variables: columns()
                .filter(|(_, column)| is_variable(column))
                .map(|(at, column)| Variable::new(column, at, header))
                .collect(),
            stations: Stations {
                time: of_roles(&[Role::Time, Role::Clock]),
                position: of_roles(&[Role::Longitude, Role::Latitude]),
                name: header.of_role(Role::Station),
                cast: None,
            },
            sample: header.sample_flag.and_then(|flag| scheme(header, flag)),
            vertical: vertical
                .into_iter()
                .map(|(_, at)| Vertical {
                    flagged: Flagged::new(at, header),
                    unit: header.columns[at].unit.clone(),
                    range: None,
                    left_out: 0,
                })
                .collect(),
            levels: wants_levels.then(Levels::default),
            count: 0,
            bytes: 0,
        }
    }

    /// Number of rows so far.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    pub(crate) fn push(&mut self, row: Row<'_>, review: &mut ReviewBuilder) {
        if row.begins_station() {
            self.stations.begin(row, review);
        }
        if let Some(cast) = &mut self.stations.cast {
            cast.levels = cast.levels.map(|levels| levels + 1);
        }
        let is_bad = is_left_out(self.sample, row.sample_flag());
        for variable in &mut self.variables {
            if row.begins_station() || !variable.role.is_metadata() {
                variable.push(row, is_bad, review);
            }
        }
        self.vertical
            .iter_mut()
            .for_each(|vertical| vertical.push(row, is_bad));
        if let Some(levels) = &mut self.levels {
            let vertical = self.vertical.iter().map(|vertical| vertical.flagged.column);
            levels.push(row, &self.variables, vertical);
        }
        self.count += 1;
        self.bytes += row.bytes();
        if self.bytes >= PART {
            self.end_part();
        }
    }

    fn end_part(&mut self) {
        self.bytes = 0;
        self.variables.iter_mut().for_each(Variable::end_part);
    }

    pub(crate) fn finish(mut self, review: &mut ReviewBuilder) {
        self.end_part();
        self.stations.end(review);
        if let Some(preview) = self.levels.take().and_then(Levels::finish) {
            review.preview(preview);
        }
        // A column without any value is not used.
        let with_values = self.vertical.iter().find(|vertical| vertical.range.is_some());
        if let Some(vertical) = with_values
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

/// The scheme of a column of flags, if it is known.
fn scheme(header: &Header, flag: usize) -> Option<&'static FlagScheme> {
    header.columns[flag].scheme.as_deref().and_then(FlagScheme::named)
}

/// Whether a flag says that its value is questionable, bad or missing.
fn is_left_out(scheme: Option<&FlagScheme>, flag: Option<&[u8]>) -> bool {
    let class = scheme.zip(flag).map(|(scheme, flag)| scheme.class(flag));
    class.is_some_and(|class| class.is_left_out())
}

impl Flagged {
    fn new(column: usize, header: &Header) -> Self {
        let flag = header.columns[column]
            .flag
            .or(match header.columns[column].is_metadata {
                true => None,
                false => header.sample_flag,
            });
        Flagged {
            column,
            scheme: flag.and_then(|flag| scheme(header, flag)),
        }
    }

    fn is_left_out(&self, row: Row<'_>) -> bool {
        is_left_out(self.scheme, row.flag(self.column))
    }
}

impl Stations {
    /// Adds the time and the position of a station, which its first row has.
    fn begin(&mut self, row: Row<'_>, review: &mut ReviewBuilder) {
        self.end(review);
        let station = row.station();
        let name = self.name.map(|name| row.cell(name));
        let mut cast = Cast {
            station: name.map(|name| String::from_utf8_lossy(name).into_owned()),
            levels: Some(0),
            ..Cast::default()
        };
        if let Some(time) = station.time.and_then(instant) {
            match self.time.iter().any(|flagged| flagged.is_left_out(row)) {
                true => review.coverage.leave_out_time(1),
                false => {
                    cast.time = Some(time);
                    review.coverage.time(time);
                }
            }
        }
        if let Some((longitude, latitude)) = station.position {
            match self.position.iter().any(|flagged| flagged.is_left_out(row)) {
                true => review.coverage.leave_out_position(1),
                false => {
                    cast = cast.at(longitude, latitude);
                    review.coverage.position(longitude, latitude);
                }
            }
        }
        self.cast = Some(cast);
    }

    /// Adds the station whose rows are read to the casts.
    fn end(&mut self, review: &mut ReviewBuilder) {
        if let Some(cast) = self.cast.take() {
            review.cast(cast);
        }
    }
}

/// A date without a time of day stays one.
fn instant(time: Civil) -> Option<Instant> {
    let (year, month, day) = (time.year().into(), time.month(), time.day());
    match time.clock() {
        Some(clock) => Instant::of_calendar(year, month, day, clock.nanosecond_of_day()),
        None => Instant::date(year, month, day),
    }
}

impl Vertical {
    fn push(&mut self, row: Row<'_>, is_bad_sample: bool) {
        let Value::Number(number) = row.value(self.flagged.column) else {
            return;
        };
        if is_bad_sample || self.flagged.is_left_out(row) || !number.is_finite() {
            self.left_out += 1;
            return;
        }
        let (min, max) = self.range.get_or_insert((number, number));
        (*min, *max) = (min.min(number), max.max(number));
    }
}

impl Variable {
    /// Index of its column.
    pub(crate) fn column(&self) -> usize {
        self.column
    }

    /// The quantity that it measures; `None` for texts, and for what belongs to the station.
    pub(crate) fn measured(&self) -> Option<&'static Quantity> {
        let is_measured = self.dtype == Dtype::Decimal && !self.role.is_metadata();
        is_measured.then(|| self.facts.quantity()).flatten()
    }

    /// Its value in a row, NaN without one, and the class of its flag if it has one.
    pub(crate) fn cell(&self, row: Row<'_>) -> PreviewCell {
        let number = match row.value(self.column) {
            Value::Number(number) => number,
            _ => f64::NAN,
        };
        let class = self.scheme.zip(row.flag(self.column));
        (number, class.map(|(scheme, flag)| scheme.class(flag)))
    }

    fn new(column: &Column, at: usize, header: &Header) -> Self {
        let dtype = match column.kind {
            Kind::Number => Dtype::Decimal,
            Kind::Time => Dtype::Time,
            _ => Dtype::Text,
        };
        let flagged = Flagged::new(at, header);
        let is_flagged = column.flag.is_some() || header.sample_flag.is_some() && !column.is_metadata;
        Variable {
            facts: VariableFacts {
                name: column.name.clone(),
                unit: column.unit.clone(),
                canonical: column.term.clone(),
                column: Some(at as u64 + 1),
                scheme: flagged.scheme.cloned(),
                ..VariableFacts::default()
            },
            column: at,
            role: column.role,
            dtype,
            is_flagged,
            scheme: flagged.scheme,
            part: Accumulator::new(dtype, is_flagged),
            total: None,
        }
    }

    fn push(&mut self, row: Row<'_>, is_bad_sample: bool, review: &mut ReviewBuilder) {
        let (cell, flag) = (row.cell(self.column), row.flag(self.column));
        if self.role == Role::Cruise && !cell.is_empty() {
            review.attribute("cruise", &data_review_core::printable(cell, 256));
        }
        if let Some(time) = row.time(self.column).and_then(instant)
            && !self.role.is_metadata()
        {
            match is_bad_sample || is_left_out(self.scheme, flag) {
                true => review.coverage.leave_out_time(1),
                false => review.coverage.time(time),
            }
        }
        match (self.role, row.value(self.column)) {
            (Role::Time, _) => match &row.station().time {
                Some(time) => self.part.push_text(time.to_string().as_bytes(), flag),
                None if cell.is_empty() => self.part.push_missing(cell, flag),
                None => self.part.push_invalid(flag),
            },
            (_, Value::Number(number)) => self.part.push_number(number, flag),
            (_, Value::Text) => self.part.push_text(cell, flag),
            (_, Value::Time) => match row.time(self.column) {
                Some(time) => self.part.push_text(time.to_string().as_bytes(), flag),
                None => self.part.push_invalid(flag),
            },
            (_, Value::Missing) => self.part.push_missing(cell, flag),
            _ => self.part.push_invalid(flag),
        }
    }

    fn end_part(&mut self) {
        let next = Accumulator::new(self.dtype, self.is_flagged);
        let part = std::mem::replace(&mut self.part, next);
        match &mut self.total {
            Some(total) => total.merge(&part),
            None => self.total = Some(part),
        }
    }
}
