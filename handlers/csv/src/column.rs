//! The columns of a table while its rows are read.

use std::collections::BTreeMap;

use data_review_core::stats::{Accumulator, Apart, Cell, Column, Dtype, EXACT, Number, number};
use data_review_core::{CodeInfo, Place, ReviewBuilder, VariableFacts, printable};
use text_table::{MISSING_WORDS, Notation, is_missing_word, notation, read_time, to_plain};

use crate::codes;
use crate::fills;
use crate::profile::{Profile, Style};
use crate::roles::{split_unit, words};

/// Cells that all columns together hold back until their types are known: about 25 MB.
const HELD_BACK: usize = 512 << 10;
/// Least number of cells a type is decided on, however many columns there are.
const LEAST: usize = 32;
/// Longest cell shown in a message, in bytes.
const SHOWN: usize = 40;
/// Fewer cells are not called mixed.
const FEW: u32 = 10;

/// One column.
pub(crate) struct TableColumn {
    /// As the header has it, or `column N`.
    pub(crate) name: String,
    pub(crate) unit: Option<String>,
    pub(crate) profile: Profile,
    cells: Column,
    /// Whether the sample has numbers here: a cell such as `1,254.15` is one, too.
    is_number: bool,
    /// The cell as the statistics read it.
    plain: Vec<u8>,
    /// First place of a missing value that is spelt with a word.
    first_word: Option<(u64, u64)>,
    /// First place of an infinite value.
    first_infinite: Option<(u64, u64)>,
    limits: Counted,
    thousands: Counted,
}

/// How often something occurred, and where first.
#[derive(Default)]
struct Counted {
    count: u64,
    first: Option<(u64, u64)>,
}

impl Counted {
    fn add(&mut self, at: (u64, u64)) {
        self.count += 1;
        self.first.get_or_insert(at);
    }
}

/// What a cell came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Pushed {
    /// A finite number.
    Number(f64),
    /// Anything else that has a value.
    Other,
    /// No value of the column's type.
    Nothing,
}

impl TableColumn {
    /// A column of a table of `width` columns.
    pub(crate) fn new(name: String, unit: Option<String>, width: usize, profile: Profile) -> Self {
        TableColumn {
            name,
            unit,
            is_number: profile.is_number(),
            profile,
            cells: Column::default()
                .missing_words(MISSING_WORDS)
                .keep_apart(fills::is_candidate)
                .decide_after((HELD_BACK / width.max(1)).clamp(LEAST, EXACT)),
            plain: Vec::new(),
            first_word: None,
            first_infinite: None,
            limits: Counted::default(),
            thousands: Counted::default(),
        }
    }

    /// The type, once it is known.
    pub(crate) fn dtype(&self) -> Option<Dtype> {
        self.cells.dtype()
    }

    /// Adds a cell.
    pub(crate) fn push(&mut self, cell: &[u8], at: (u64, u64), review: &mut ReviewBuilder) -> Pushed {
        match self.profile.style {
            Style::Plain | Style::AmbiguousNumber | Style::AmbiguousTime => {
                // Another delimiter, or quotes, leave commas in a number.
                if self.is_number
                    && cell.len() > 4
                    && self.profile.style == Style::Plain
                    && cell.contains(&b',')
                {
                    return self.separated(cell.trim_ascii(), at, review);
                }
                self.add(cell, at, review)
            }
            Style::Number { .. } => self.number(cell.trim_ascii(), at, review),
            Style::Time { order } => match read_time(cell.trim_ascii(), order) {
                Some(stamp) => {
                    let text = format!("{}{}", stamp.civil, if stamp.has_zone { "Z" } else { "" });
                    self.add(text.as_bytes(), at, review)
                }
                None => self.add(cell, at, review),
            },
        }
    }

    fn number(&mut self, cell: &[u8], at: (u64, u64), review: &mut ReviewBuilder) -> Pushed {
        let mut plain = std::mem::take(&mut self.plain);
        let pushed = if self.profile.to_plain(cell, &mut plain) {
            if cell.len() > plain.len() {
                self.thousands.add(at);
            }
            self.add(&plain, at, review)
        } else if notation(cell) == Some(Notation::Limit) {
            self.limits.add(at);
            self.cells
                .push_missing(b"below or above a limit of detection", None);
            Pushed::Nothing
        } else {
            self.add(cell, at, review)
        };
        self.plain = plain;
        pushed
    }

    /// A cell with a comma among plain numbers: `1,254.15` can only mean thousands.
    fn separated(&mut self, cell: &[u8], at: (u64, u64), review: &mut ReviewBuilder) -> Pushed {
        let mut plain = std::mem::take(&mut self.plain);
        let pushed = match notation(cell) {
            Some(Notation::Thousands) if to_plain(cell, false, &mut plain) => {
                self.thousands.add(at);
                self.add(&plain, at, review)
            }
            _ => self.add(cell, at, review),
        };
        self.plain = plain;
        pushed
    }

    fn add(&mut self, cell: &[u8], at: (u64, u64), review: &mut ReviewBuilder) -> Pushed {
        match self.cells.push(cell, None, at) {
            Cell::Number(value) => Pushed::Number(value),
            Cell::Text => Pushed::Other,
            Cell::Missing => {
                if self.first_word.is_none() && !cell.trim_ascii().is_empty() {
                    self.first_word = Some(at);
                }
                Pushed::Nothing
            }
            Cell::Invalid => {
                self.invalid(cell.trim_ascii(), at, review);
                Pushed::Nothing
            }
            Cell::NonFinite => {
                self.first_infinite.get_or_insert(at);
                Pushed::Nothing
            }
            Cell::Waiting => self.waiting(cell.trim_ascii(), at, review),
        }
    }

    /// The value of a cell is wanted now, though the type is not known yet.
    fn waiting(&mut self, cell: &[u8], at: (u64, u64), review: &mut ReviewBuilder) -> Pushed {
        if self.cells.dtype().is_some() {
            self.report_invalid(review);
        }
        let Some(value) = number(cell).map(Number::as_f64) else {
            return Pushed::Other;
        };
        if !value.is_finite() {
            self.first_infinite.get_or_insert(at);
            return Pushed::Nothing;
        }
        Pushed::Number(value)
    }

    fn report_invalid(&mut self, review: &mut ReviewBuilder) {
        for invalid in self.cells.take_invalid() {
            self.invalid(&invalid.text, invalid.at, review);
        }
    }

    fn invalid(&self, cell: &[u8], at: (u64, u64), review: &mut ReviewBuilder) {
        let dtype = match self.cells.dtype() {
            Some(Dtype::Integer | Dtype::Decimal) => "a number",
            Some(Dtype::Time) => "a time",
            Some(Dtype::Boolean) => "a truth value",
            _ => "a value",
        };
        review.found(
            &codes::INVALID_VALUE,
            Some(&self.name),
            || format!("`{}` is not {dtype}", printable(cell, SHOWN)),
            || Some(Place::text(at.0, at.1, Some(&self.name))),
        );
    }

    /// Ends a part of the table.
    pub(crate) fn end_part(&mut self) {
        self.cells.end_part();
    }

    /// Ends the table: adds the variable in column `number` (from 1), and hands over its type.
    pub(crate) fn finish(mut self, number: usize, review: &mut ReviewBuilder) -> Dtype {
        let fills = self.fills();
        self.report_invalid(review);
        let values: Vec<f64> = fills.iter().map(|fill| fill.value).collect();
        let others = self.cells.leave_out(|value| values.contains(&value));
        let all = self.cells.finish();
        let (dtype, missing, non_finite) = (all.dtype(), all.missing(), all.non_finite());
        self.report_notation(dtype, review);
        self.report_words(&missing, review);
        self.report_infinite(non_finite, review);
        if let Some(others) = &others {
            self.report_fills(&fills, others, review);
        }
        let facts = VariableFacts {
            name: self.name,
            unit: self.unit,
            column: Some(number as u64),
            ..VariableFacts::default()
        };
        match &others {
            Some(others) => review.variable_without(facts, self.cells.finish(), &values, others),
            None => review.variable(facts, self.cells.finish()),
        }
        dtype
    }

    /// Reports how the cells of the column are written, where a strict reader would take them for text.
    fn report_notation(&self, dtype: Dtype, review: &mut ReviewBuilder) {
        let profile = &self.profile;
        let example = printable(&profile.example, SHOWN);
        let mut report = |code: &CodeInfo, what: String| {
            review.found(
                code,
                Some(&self.name),
                || format!("`{}`: {what}", self.name),
                || None,
            );
        };
        match profile.style {
            Style::Number {
                comma_is_decimal: true,
                ..
            } if profile.decimal_commas + profile.either_commas > 0 => {
                report(
                    &codes::DECIMAL_COMMA,
                    format!("numbers have decimal commas, such as {example}"),
                );
            }
            Style::AmbiguousNumber => report(
                &codes::AMBIGUOUS_NUMBER,
                format!("in numbers such as {example} the comma may separate thousands or decimals"),
            ),
            Style::AmbiguousTime => report(
                &codes::AMBIGUOUS_DATE,
                format!("in dates such as {example} either number may be the day"),
            ),
            Style::Time { .. } => {
                let order = match (profile.day_first, profile.month_first, profile.either_first) {
                    (1.., 0, _) => "; some have a day above 12 in front, so all are read day first",
                    (0, 1.., _) => "; some have a day above 12 in second place, so all are read month first",
                    (0, 0, 1..) => "; they are read day first, as the points or the name say",
                    _ => "",
                };
                // An offset alone is ISO 8601.
                if profile.example.len() < 10
                    || data_review_core::Instant::parse(&String::from_utf8_lossy(&profile.example)).is_none()
                {
                    report(
                        &codes::DATE_FORM,
                        format!("dates are written like {example}{order}"),
                    );
                }
            }
            _ => {}
        }
        self.report(
            &codes::THOUSANDS_SEPARATOR,
            self.thousands.count,
            self.thousands.first,
            || format!("{} numbers have separated thousands", self.thousands.count),
            review,
        );
        self.report(
            &codes::DETECTION_LIMIT,
            self.limits.count,
            self.limits.first,
            || format!("{} values are given as below or above a limit", self.limits.count),
            review,
        );
        let (all, numbers) = (profile.filled, profile.numbers);
        // Below one in ten it is text with a number now and then, and few cells show no habit.
        let is_mixed =
            dtype == Dtype::Text && all >= FEW && numbers * 10 > all && profile.style == Style::Plain;
        let is_value = profile.dates + profile.clocks + profile.positions == 0 && !self.is_label();
        if is_mixed && is_value {
            let what = format!("{numbers} of the first {all} cells are numbers, the others are not");
            review.found(
                &codes::MIXED_COLUMN,
                Some(&self.name),
                || format!("`{}`: {what}", self.name),
                || None,
            );
        }
    }

    /// Whether the name says that the cells are labels: stations 7, 8 and 8A are not numbers that went wrong.
    fn is_label(&self) -> bool {
        const LABELS: &[&str] = &[
            "station",
            "stations",
            "stn",
            "sta",
            "site",
            "cruise",
            "cast",
            "sample",
            "event",
            "haul",
            "tow",
            "bottle",
            "ship",
            "vessel",
            "platform",
            "buoy",
            "mooring",
            "transect",
            "plot",
            "replicate",
            "rep",
            "tag",
            "batch",
            "specimen",
            "serial",
            "id",
            "ids",
            "identifier",
            "code",
            "label",
            "name",
            "key",
            "ref",
            "reference",
            "version",
        ];
        let words = words(split_unit(&self.name).0);
        words.iter().any(|word| LABELS.contains(&word.as_str()))
    }

    /// Adds a finding that is known when all cells are.
    fn report(
        &self,
        code: &CodeInfo,
        count: u64,
        first: Option<(u64, u64)>,
        what: impl FnOnce() -> String,
        review: &mut ReviewBuilder,
    ) {
        review.found_many(
            code,
            Some(&self.name),
            count,
            || format!("`{}`: {}", self.name, what()),
            || first.map(|at| Place::text(at.0, at.1, Some(&self.name))),
        );
    }

    fn report_words(&self, missing: &BTreeMap<String, u64>, review: &mut ReviewBuilder) {
        let words = missing
            .iter()
            .filter(|(word, _)| is_missing_word(word.as_bytes()));
        let count: u64 = words.clone().map(|(_, count)| count).sum();
        let spellings: Vec<&str> = words.map(|(word, _)| word.as_str()).collect();
        let what = || format!("{count} missing values are spelt {}", spellings.join(", "));
        self.report(&codes::MISSING_WORD, count, self.first_word, what, review);
    }

    fn report_infinite(&self, count: u64, review: &mut ReviewBuilder) {
        self.report(
            &codes::NON_FINITE,
            count,
            self.first_infinite,
            || format!("{count} values are infinite"),
            review,
        );
    }

    fn report_fills(&self, fills: &[Apart], others: &Accumulator, review: &mut ReviewBuilder) {
        let others = others.summary();
        let without = match (others.min, others.max, others.mean) {
            (Some(min), Some(max), Some(mean)) => {
                let count = others.count;
                format!("without them {count} values from {min} to {max}, mean {mean:.6}")
            }
            _ => "nothing else was measured".to_owned(),
        };
        for fill in fills {
            let what = || {
                let plural = if fill.count == 1 { "value is" } else { "values are" };
                format!(
                    "{} {plural} {}, far from all others; {without}",
                    fill.count, fill.value
                )
            };
            self.report(&codes::FILL_VALUE, fill.count, Some(fill.first), what, review);
        }
    }

    /// The fills of the column, once all its cells were pushed.
    pub(crate) fn fills(&mut self) -> Vec<Apart> {
        let others = self.cells.settle().range();
        let others = others.map(|(min, max)| (min.as_f64(), max.as_f64()));
        fills::judge(self.cells.apart(), others)
    }
}
