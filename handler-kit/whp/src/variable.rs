//! One variable of the cruise: its names, and the statistics of its parts.

use data_review_core::quality::{IGOSS, WOCE_BOTTLE, WOCE_CTD, WOCE_SAMPLE};
use data_review_core::stats::{Accumulator, Cell, Column as TypedColumn, Dtype, InvalidCell};
use data_review_core::{FlagScheme, VariableFacts};
use whp_exchange::{Column, DataType, Scheme, Value};

/// The scheme of the flags on a parameter (Exchange 1.3, "Quality Codes"); `flag` is the column of the flags.
pub(crate) fn flag_scheme(column: &Column, flag: &Column) -> Option<&'static FlagScheme> {
    if flag.name.to_ascii_uppercase().ends_with("_FLAG_I") {
        return Some(&IGOSS);
    }
    match column.scheme()? {
        Scheme::Bottle => Some(&WOCE_BOTTLE),
        Scheme::Sample => Some(&WOCE_SAMPLE),
        Scheme::Ctd => Some(&WOCE_CTD),
        _ => None,
    }
}

/// Statistics of one column within a part of a file.
pub(crate) enum Part {
    /// Statistics of numbers, which the parser has read already.
    Numbers(Box<Accumulator>),
    /// Statistics of text, whole numbers, and parameters whose type the cells decide.
    Cells(Box<TypedColumn>),
}

impl Part {
    fn new(dtype: Option<Dtype>, flagged: bool) -> Self {
        match dtype {
            Some(Dtype::Decimal) => Part::Numbers(Box::new(Accumulator::new(Dtype::Decimal, flagged))),
            dtype => Part::Cells(Box::new(TypedColumn::new(dtype))),
        }
    }

    /// Adds a cell; returns whether it does not have the type of the column although the parser accepted it.
    pub(crate) fn push(&mut self, value: Value, cell: &[u8], flag: Option<&[u8]>, at: (u64, u64)) -> bool {
        match (self, value) {
            (Part::Numbers(numbers), Value::Number(number)) => numbers.push_number(number, flag),
            (Part::Numbers(numbers), Value::Fill | Value::Blank) => numbers.push_missing(cell, flag),
            (Part::Numbers(numbers), _) => numbers.push_invalid(flag),
            (Part::Cells(cells), Value::Fill | Value::Blank) => cells.push_missing(cell, flag),
            (Part::Cells(cells), _) => {
                return cells.push(cell, flag, at) == Cell::Invalid && value != Value::Invalid;
            }
        }
        false
    }

    fn finish(&mut self) -> (&Accumulator, Vec<InvalidCell>) {
        match self {
            Part::Numbers(numbers) => {
                numbers.settle();
                (numbers, Vec::new())
            }
            Part::Cells(cells) => {
                cells.finish();
                let invalid = cells.take_invalid();
                (cells.finish(), invalid)
            }
        }
    }
}

/// A variable, with the sum of all its parts so far.
pub(crate) struct Variable {
    pub(crate) facts: VariableFacts,
    /// Type according to the vocabulary; `None` if the cells decide.
    dtype: Option<Dtype>,
    flagged: bool,
    total: Option<Accumulator>,
}

impl Variable {
    /// A variable without parts; `at` is the index of its column, from 0, and `flag` the column of its flags.
    pub(crate) fn new(column: &Column, at: usize, flag: Option<&Column>) -> Self {
        let parameter = column.parameter();
        let facts = VariableFacts {
            name: column.name.clone(),
            unit: column.unit.clone(),
            canonical: parameter.map(|parameter| parameter.name.to_owned()),
            standard_name: parameter
                .and_then(|parameter| parameter.standard_name)
                .map(str::to_owned),
            column: Some(at as u64 + 1),
            scheme: flag.and_then(|flag| flag_scheme(column, flag)).cloned(),
            ..VariableFacts::default()
        };
        let dtype = column.data_type().and_then(|data_type| match data_type {
            DataType::Decimal => Some(Dtype::Decimal),
            DataType::Integer => Some(Dtype::Integer),
            DataType::String => Some(Dtype::Text),
            _ => None,
        });
        Variable {
            facts,
            dtype,
            flagged: flag.is_some(),
            total: None,
        }
    }

    /// An empty part. If the cells of an earlier part decided the type, it applies to later parts.
    pub(crate) fn part(&self) -> Part {
        let found = self
            .total
            .as_ref()
            .filter(|total| total.count() > 0)
            .map(Accumulator::dtype);
        // If the cells decide, numbers are parsed cell by cell, too: quotes and huge integers matter then.
        match self.dtype {
            Some(dtype) => Part::new(Some(dtype), self.flagged),
            None => Part::Cells(Box::new(TypedColumn::new(found))),
        }
    }

    /// Adds a complete part, and returns the cells that turned out to be invalid only at its end.
    pub(crate) fn merge(&mut self, mut part: Part) -> Vec<InvalidCell> {
        let (accumulator, invalid) = part.finish();
        match &mut self.total {
            Some(total) => total.merge(accumulator),
            None => self.total = Some(accumulator.clone()),
        }
        invalid
    }

    /// Sets whether the variable has flags in a further file.
    pub(crate) fn set_flagged(&mut self, is_flagged: bool) {
        self.flagged |= is_flagged;
    }

    /// The sum of all parts.
    pub(crate) fn total(&self) -> Accumulator {
        let empty = || Accumulator::new(self.dtype.unwrap_or(Dtype::Text), self.flagged);
        self.total.clone().unwrap_or_else(empty)
    }
}
