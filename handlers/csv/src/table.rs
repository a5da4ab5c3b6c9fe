//! The columns of a table while its rows are read.

use data_review_core::stats::{Cell, Column, Dtype, EXACT, Number, Scalar, Summary, number};
use data_review_core::{CodeInfo, Place, ReviewBuilder, VariableFacts, printable};

use crate::codes;
use crate::forms::Forms;
use crate::words;

/// Cells that all columns together hold back until their types are known: about 25 MB.
const HELD_BACK: usize = 512 << 10;
/// Least number of cells a type is decided on, however many columns there are.
const LEAST: usize = 32;
/// Longest cell shown in a message, in bytes.
const SHOWN: usize = 40;

/// One column.
pub(crate) struct TableColumn {
    /// As the header has it, or `column N`.
    pub(crate) name: String,
    pub(crate) unit: Option<String>,
    cells: Column,
    /// Of the cells before the type was known.
    forms: Option<Box<Forms>>,
    fill: Option<Fill>,
    /// Least value that is no fill.
    least: f64,
    /// First place of a missing value that is spelt with a word.
    first_word: Option<(u64, u64)>,
    /// First place of an infinite value.
    first_infinite: Option<(u64, u64)>,
}

/// A value like -999, and how often it occurs.
struct Fill {
    value: f64,
    count: u64,
    first: (u64, u64),
}

const FILLS: [f64; 5] = [-99.0, -999.0, -9999.0, -99_999.0, -999_999.0];

impl TableColumn {
    /// A column of a table of `width` columns.
    pub(crate) fn new(name: String, unit: Option<String>, width: usize) -> Self {
        TableColumn {
            name,
            unit,
            cells: Column::default()
                .missing_words(words::MISSING)
                .decide_after((HELD_BACK / width.max(1)).clamp(LEAST, EXACT)),
            forms: None,
            fill: None,
            least: f64::INFINITY,
            first_word: None,
            first_infinite: None,
        }
    }

    /// Adds a cell; its value, where it is a number.
    pub(crate) fn push(&mut self, cell: &[u8], at: (u64, u64), review: &mut ReviewBuilder) -> Option<f64> {
        match self.cells.push(cell, None, at) {
            Cell::Number(value) => {
                self.watch(value, at);
                Some(value)
            }
            Cell::Text => None,
            Cell::Missing => {
                if self.first_word.is_none() && !cell.trim_ascii().is_empty() {
                    self.first_word = Some(at);
                }
                None
            }
            Cell::Invalid => {
                self.invalid(cell.trim_ascii(), at, review);
                None
            }
            Cell::NonFinite => {
                self.first_infinite.get_or_insert(at);
                None
            }
            Cell::Waiting => self.waiting(cell.trim_ascii(), at, review),
        }
    }

    /// A cell must be looked at here as well: the value is wanted now, and the form is not asked for later.
    fn waiting(&mut self, cell: &[u8], at: (u64, u64), review: &mut ReviewBuilder) -> Option<f64> {
        self.forms.get_or_insert_default().push(cell);
        if self.cells.dtype().is_some() {
            self.late(review);
        }
        let value = match number(cell)? {
            Number::Integer(value) => value as f64,
            Number::Decimal(value) => value,
        };
        if !value.is_finite() {
            self.first_infinite.get_or_insert(at);
            return None;
        }
        self.watch(value, at);
        Some(value)
    }

    /// Whether a value is a fill can be said when all others are known.
    fn watch(&mut self, value: f64, at: (u64, u64)) {
        if value <= FILLS[0] && FILLS.contains(&value) {
            let fill = self.fill.get_or_insert(Fill {
                value,
                count: 0,
                first: at,
            });
            if fill.value == value {
                fill.count += 1;
                return;
            }
        }
        if value < self.least {
            self.least = value;
        }
    }

    fn late(&mut self, review: &mut ReviewBuilder) {
        for late in self.cells.take_late() {
            self.invalid(&late.text, late.at, review);
        }
    }

    fn invalid(&self, cell: &[u8], at: (u64, u64), review: &mut ReviewBuilder) {
        let dtype = self.cells.dtype().map_or("value", |dtype| dtype.as_str());
        review.found(
            &codes::INVALID_VALUE,
            Some(&self.name),
            || format!("`{}` is no {dtype}", printable(cell, SHOWN)),
            || Some(Place::text(at.0, at.1, Some(&self.name))),
        );
    }

    /// Ends a part of the table.
    pub(crate) fn end_part(&mut self) {
        self.cells.end_part();
    }

    /// Ends the table: adds the variable in column `number` (from 1), and hands over its figures.
    pub(crate) fn finish(mut self, number: usize, review: &mut ReviewBuilder) -> Summary {
        self.cells.finish();
        self.late(review);
        let summary = self.cells.finish().summary();
        self.say_forms(&summary, review);
        self.say_words(&summary, review);
        self.say_infinite(&summary, review);
        self.say_fill(&summary, review);
        let facts = VariableFacts {
            name: self.name,
            unit: self.unit,
            column: Some(number as u64),
            ..VariableFacts::default()
        };
        review.variable(facts, self.cells.finish());
        summary
    }

    fn say_forms(&self, summary: &Summary, review: &mut ReviewBuilder) {
        if summary.dtype != Dtype::Text {
            return;
        }
        if let Some((code, what)) = self.forms.as_ref().and_then(|forms| forms.verdict()) {
            review.found(
                code,
                Some(&self.name),
                || format!("`{}`: {what}", self.name),
                || None,
            );
        }
    }

    /// Adds a finding that is known when all cells are.
    fn say(
        &self,
        code: &CodeInfo,
        count: u64,
        first: Option<(u64, u64)>,
        what: &str,
        review: &mut ReviewBuilder,
    ) {
        review.found_many(
            code,
            Some(&self.name),
            count,
            || format!("`{}`: {what}", self.name),
            || first.map(|at| Place::text(at.0, at.1, Some(&self.name))),
        );
    }

    fn say_words(&self, summary: &Summary, review: &mut ReviewBuilder) {
        let words = summary.missing.iter().filter(|(word, _)| !word.is_empty());
        let count: u64 = words.clone().map(|(_, count)| count).sum();
        if count > 0 {
            let spellings: Vec<&str> = words.map(|(word, _)| word.as_str()).collect();
            let what = format!("{count} missing values are spelt {}", spellings.join(", "));
            self.say(&codes::MISSING_WORD, count, self.first_word, &what, review);
        }
    }

    fn say_infinite(&self, summary: &Summary, review: &mut ReviewBuilder) {
        if summary.non_finite > 0 {
            let what = format!("{} values are infinite", summary.non_finite);
            self.say(
                &codes::NON_FINITE,
                summary.non_finite,
                self.first_infinite,
                &what,
                review,
            );
        }
    }

    /// A fill stands alone: it is farther below the other values than they lie apart.
    fn say_fill(&self, summary: &Summary, review: &mut ReviewBuilder) {
        let (Some(fill), Some(most)) = (&self.fill, summary.max.map(Scalar::as_f64)) else {
            return;
        };
        let stands_alone = self.least.is_infinite() || self.least - fill.value > most - self.least;
        if summary.dtype.is_numeric() && fill.value < self.least && stands_alone {
            let what = format!("{} values are {}, far below all others", fill.count, fill.value);
            self.say(&codes::FILL_VALUE, fill.count, Some(fill.first), &what, review);
        }
    }
}
