//! Scans become statistics, a part of the data after the other.

use data_review_core::stats::{Accumulator, Dtype};
use data_review_core::{ReviewBuilder, VariableFacts};
use seabird::{Column, Header, Scan, Value};

/// A part ends after so many bytes of scans.
const PART: usize = 8 << 20;

/// The statistics of all columns but the flags'.
pub(crate) struct Scans {
    variables: Vec<Variable>,
    /// The column that marks scans.
    flag: Option<usize>,
    /// Of the scans in the current part.
    bytes: usize,
}

struct Variable {
    facts: VariableFacts,
    column: usize,
    part: Accumulator,
    /// Of the parts before.
    total: Option<Accumulator>,
}

impl Scans {
    pub(crate) fn new(header: &Header) -> Self {
        let flag = header.columns.iter().position(Column::is_flag);
        let columns = header.columns.iter().enumerate();
        let values = columns.filter(|(at, _)| Some(*at) != flag);
        Scans {
            variables: values
                .map(|(at, column)| Variable::new(column, at, flag.is_some()))
                .collect(),
            flag,
            bytes: 0,
        }
    }

    pub(crate) fn take(&mut self, scan: Scan<'_>) {
        let flag = self.flag.map(|at| scan.cell(at));
        for variable in &mut self.variables {
            match scan.value(variable.column) {
                Value::Number(number) => variable.part.push_number(number, flag),
                Value::BadFlag | Value::Missing => {
                    variable.part.push_missing(scan.cell(variable.column), flag)
                }
                Value::Invalid => variable.part.push_invalid(flag),
            }
        }
        self.bytes += scan.bytes();
        if self.bytes >= PART {
            self.end_part();
        }
    }

    fn end_part(&mut self) {
        self.bytes = 0;
        let is_flagged = self.flag.is_some();
        for variable in &mut self.variables {
            variable.end_part(is_flagged);
        }
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

/// The column of pressure, else that of depth.
fn vertical(variables: &[Variable]) -> Option<&Variable> {
    let named = |start: &str| {
        let mut of_all = variables.iter();
        of_all.find(|variable| variable.facts.name.starts_with(start))
    };
    named("pr").or_else(|| named("dep"))
}

impl Variable {
    fn new(column: &Column, at: usize, is_flagged: bool) -> Self {
        Variable {
            facts: VariableFacts {
                name: column.name.clone(),
                unit: column.unit.clone(),
                column: Some(at as u64 + 1),
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
