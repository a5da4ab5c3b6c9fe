//! Rows become statistics, a part of the data after the other.

use data_review_core::stats::{Accumulator, Dtype};
use data_review_core::{FlagScheme, Instant, ReviewBuilder, VariableFacts};
use odv_spreadsheet::{Column, Header, Kind, Role, Row, Value};

/// A part ends after so many bytes of rows.
const PART: usize = 8 << 20;

/// The statistics of all columns but flags.
pub(crate) struct Rows {
    variables: Vec<Variable>,
    count: u64,
    /// Of the rows in the current part.
    bytes: usize,
}

struct Variable {
    facts: VariableFacts,
    column: usize,
    role: Role,
    dtype: Dtype,
    is_flagged: bool,
    part: Accumulator,
    /// Of the parts before.
    total: Option<Accumulator>,
}

impl Rows {
    pub(crate) fn new(header: &Header) -> Self {
        let columns = header.columns.iter().enumerate();
        // The time of day is a part of the time.
        let variables = columns.filter(|(_, column)| !matches!(column.role, Role::Flag | Role::Clock));
        Rows {
            variables: variables
                .map(|(at, column)| Variable::new(column, at, header))
                .collect(),
            count: 0,
            bytes: 0,
        }
    }

    /// Rows so far.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    pub(crate) fn take(&mut self, row: Row<'_>, review: &mut ReviewBuilder) {
        if row.begins_station() {
            cover(row, review);
        }
        for variable in &mut self.variables {
            if row.begins_station() || !variable.role.is_metadata() {
                variable.take(row, review);
            }
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
        if let Some(vertical) = vertical(&self.variables)
            && let Some((min, max)) = vertical.total.as_ref().and_then(Accumulator::range)
        {
            let unit = vertical.facts.unit.as_deref();
            review.coverage.depth(min.as_f64(), max.as_f64(), unit);
        }
        for variable in self.variables {
            review.variable(variable.facts, variable.total.as_ref().unwrap_or(&variable.part));
        }
    }
}

/// What the first line of a station says of where and when.
fn cover(row: Row<'_>, review: &mut ReviewBuilder) {
    let station = row.station();
    if let Some(time) = &station.time {
        cover_time(time, review);
    }
    if let Some((longitude, latitude)) = station.position {
        review.coverage.position(longitude, latitude);
    }
}

/// A date stays a date.
fn cover_time(time: &str, review: &mut ReviewBuilder) {
    if let Some(time) = Instant::parse(time) {
        review.coverage.time(time);
    }
}

/// The primary variable, where it is a depth or pressure, else the first that is called so.
fn vertical(variables: &[Variable]) -> Option<&Variable> {
    let is_length = |variable: &&Variable| {
        let unit = variable.facts.unit.as_deref().unwrap_or_default();
        [
            "m", "meter", "meters", "metres", "db", "dbar", "decibar", "decibars",
        ]
        .iter()
        .any(|of| unit.eq_ignore_ascii_case(of))
    };
    let is_named = |variable: &&Variable| {
        let name = variable.facts.name.to_ascii_lowercase();
        !variable.role.is_metadata() && (name.starts_with("depth") || name.starts_with("pres"))
    };
    let primary = variables.iter().find(|variable| variable.role == Role::Primary);
    let primary = primary.filter(|primary| is_length(primary) || is_named(primary));
    primary.or_else(|| variables.iter().find(is_named))
}

impl Variable {
    fn new(column: &Column, at: usize, header: &Header) -> Self {
        let dtype = match column.kind {
            Kind::Number => Dtype::Decimal,
            Kind::Text => Dtype::Text,
            Kind::Time => Dtype::Time,
        };
        let is_flagged = column.flag.is_some();
        let scheme = column
            .flag
            .and_then(|flag| header.columns[flag].scheme.as_deref());
        Variable {
            facts: VariableFacts {
                name: column.name.clone(),
                unit: column.unit.clone(),
                canonical: column.term.clone(),
                column: Some(at as u64 + 1),
                scheme: scheme.and_then(FlagScheme::named).cloned(),
                ..VariableFacts::default()
            },
            column: at,
            role: column.role,
            dtype,
            is_flagged,
            part: Accumulator::new(dtype, is_flagged),
            total: None,
        }
    }

    fn take(&mut self, row: Row<'_>, review: &mut ReviewBuilder) {
        let (cell, flag) = (row.cell(self.column), row.flag(self.column));
        if self.role == Role::Cruise && !cell.is_empty() {
            review.attribute("cruise", &data_review_core::printable(cell, 256));
        }
        match (self.role, row.value(self.column)) {
            (Role::Time, _) => match &row.station().time {
                Some(time) => self.part.push_text(time.as_bytes(), flag),
                None if cell.is_empty() => self.part.push_missing(cell, flag),
                None => self.part.push_invalid(flag),
            },
            (_, Value::Number(number)) => self.part.push_number(number, flag),
            (_, Value::Text) => self.part.push_text(cell, flag),
            (_, Value::Time) => {
                cover_time(&String::from_utf8_lossy(cell), review);
                self.part.push_text(cell, flag);
            }
            (_, Value::Missing) => self.part.push_missing(cell, flag),
            (_, Value::Invalid) => self.part.push_invalid(flag),
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
