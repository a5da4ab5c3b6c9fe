//! One variable of the cruise: what it is called, and the statistics of its parts.

use data_review_core::quality::{IGOSS, WOCE_BOTTLE, WOCE_CTD, WOCE_SAMPLE};
use data_review_core::stats::{Accumulator, Cell, Column as TypedColumn, Dtype, Late};
use data_review_core::{FlagScheme, VariableFacts};
use whp_exchange::{Column, DataType, Scheme, Value};

/// The scheme of a parameter's flags (Exchange 1.3, "Quality codes"); `None` for a parameter that the vocabulary lacks.
fn scheme(column: &Column, flag: &Column) -> Option<FlagScheme> {
    if flag.name.to_ascii_uppercase().ends_with("_FLAG_I") {
        return Some(IGOSS.clone());
    }
    let scheme = match column.parameter()?.scheme? {
        Scheme::Bottle => &WOCE_BOTTLE,
        Scheme::Sample => &WOCE_SAMPLE,
        Scheme::Ctd => &WOCE_CTD,
    };
    Some(scheme.clone())
}

/// Statistics of one column within a part.
pub(crate) enum Part {
    /// Numbers, which the parser has read already.
    Numbers(Box<Accumulator>),
    /// Text, whole numbers, and parameters whose type has to be found out.
    Cells(Box<TypedColumn>),
}

impl Part {
    fn new(dtype: Option<Dtype>, flagged: bool) -> Self {
        match dtype {
            Some(Dtype::Decimal) => Part::Numbers(Box::new(Accumulator::new(Dtype::Decimal, flagged))),
            dtype => Part::Cells(Box::new(TypedColumn::new(dtype))),
        }
    }

    /// Adds a cell; whether it is no value of the column's type though the parser had nothing against it.
    pub(crate) fn push(&mut self, value: Value, cell: &[u8], flag: Option<&[u8]>, at: (u64, u64)) -> bool {
        match (self, value) {
            (Part::Numbers(numbers), Value::Number(number)) => numbers.push_number(number, flag),
            (Part::Numbers(numbers), Value::Fill | Value::Blank) => numbers.push_missing(cell, flag),
            (Part::Numbers(numbers), Value::Text | Value::Invalid) => numbers.push_invalid(flag),
            (Part::Cells(cells), Value::Fill | Value::Blank) => cells.push_missing(cell, flag),
            (Part::Cells(cells), _) => {
                return cells.push(cell, flag, at) == Cell::Invalid && value != Value::Invalid;
            }
        }
        false
    }

    fn finish(&mut self) -> (&Accumulator, Vec<Late>) {
        match self {
            Part::Numbers(numbers) => (numbers, Vec::new()),
            Part::Cells(cells) => {
                cells.finish();
                let late = cells.take_late();
                (cells.finish(), late)
            }
        }
    }
}

/// A variable, with the merge of all its parts so far.
pub(crate) struct Variable {
    pub(crate) facts: VariableFacts,
    /// Of the vocabulary; none where the type has to be found out.
    dtype: Option<Dtype>,
    flagged: bool,
    total: Option<Accumulator>,
}

impl Variable {
    /// `at` is the column's index, from 0; `flag` the column of its flags.
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
            scheme: flag.and_then(|flag| scheme(column, flag)),
            ..VariableFacts::default()
        };
        let dtype = column.data_type().map(|data_type| match data_type {
            DataType::Decimal => Dtype::Decimal,
            DataType::Integer => Dtype::Integer,
            DataType::String => Dtype::Text,
        });
        Variable {
            facts,
            dtype,
            flagged: flag.is_some(),
            total: None,
        }
    }

    /// An empty part. A type that an earlier part found out holds for the later ones.
    pub(crate) fn part(&self) -> Part {
        let found = self
            .total
            .as_ref()
            .filter(|total| total.count() > 0)
            .map(Accumulator::dtype);
        // What is found to be numbers goes on being read cell by cell: quoting and huge integers are the column's business.
        match self.dtype {
            Some(dtype) => Part::new(Some(dtype), self.flagged),
            None => Part::Cells(Box::new(TypedColumn::new(found))),
        }
    }

    /// Adds a part that is complete, and returns cells of it that turned out invalid only now.
    pub(crate) fn merge(&mut self, mut part: Part) -> Vec<Late> {
        let (accumulator, late) = part.finish();
        match &mut self.total {
            Some(total) => total.merge(accumulator),
            None => self.total = Some(accumulator.clone()),
        }
        late
    }

    pub(crate) fn flagged_too(&mut self, flagged: bool) {
        self.flagged |= flagged;
    }

    /// Of all parts.
    pub(crate) fn total(&self) -> Accumulator {
        let empty = || Accumulator::new(self.dtype.unwrap_or(Dtype::Text), self.flagged);
        self.total.clone().unwrap_or_else(empty)
    }
}
