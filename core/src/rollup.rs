//! Statistics of many files as one, merged from what is stored of each, without reading a file again.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::coverage::joined_boxes;
use crate::review::{describe, good_values};
use crate::stats::{Accumulator, LONGEST_FLAG, StateError};
use crate::{
    CoverageBuilder, Depth, Document, FlagClass, GoodValues, LeftOut, PartState, TimeSpan, Variable,
    VariableFacts,
};

/// Merges documents and the states of their variables. Variables with the same name, unit and flag scheme are one, so that the
/// parts of a file come to the figures of the whole, digit for digit.
///
/// ```
/// # use data_review_core::*;
/// # fn merge(files: &[(Document, Vec<PartState>)]) -> Result<(), stats::StateError> {
/// let mut cruise = RollUp::default();
/// for (document, states) in files {
///     cruise.add(document, states)?;
/// }
/// let cruise = cruise.finish();
/// println!("{:?}: {} variables", cruise.edges, cruise.variables.len());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct RollUp {
    /// Of times only.
    coverage: CoverageBuilder,
    boxes: Vec<[f64; 4]>,
    /// Ranges by their unit.
    depths: BTreeMap<Option<String>, (f64, f64)>,
    left_out: LeftOut,
    /// In the order of their first occurrence.
    variables: Vec<Merging>,
}

/// Coverage and statistics of many files.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RolledUp {
    /// First and last time of the observations; null without a time.
    pub time: Option<TimeSpan>,
    /// Box around those of all files, `[west, south, east, north]` in degrees; west is greater than east if it crosses the
    /// antimeridian. Null without a position.
    #[serde(rename = "box")]
    pub edges: Option<[f64; 4]>,
    /// Ranges of the vertical coordinate, one for each unit that the files use.
    pub depths: Vec<Depth>,
    /// Numbers of values that time, box and depths do not use because of their flags.
    pub left_out: LeftOut,
    /// The variables, in the order of their first occurrence. Their shape is their number of cells.
    pub variables: Vec<Variable>,
}

impl RolledUp {
    /// Number of cells whose flags are of a class, in all variables.
    pub fn cells_of_class(&self, class: FlagClass) -> u64 {
        let cells = self
            .variables
            .iter()
            .filter_map(|variable| variable.cells_of_class(class));
        cells.fold(0, u64::saturating_add)
    }
}

/// One variable of many files.
#[derive(Debug)]
struct Merging {
    name: String,
    unit: Option<String>,
    flag_scheme: Option<String>,
    /// Number among the variables of a file with the same name, unit and scheme, from 0.
    nth: usize,
    canonical: Option<String>,
    standard_name: Option<String>,
    /// `None` once two files differ.
    column: Option<u64>,
    /// The stored type, for a binary format; `None` once two files differ.
    dtype: Option<String>,
    /// Classes of the flags, as the documents give them.
    classes: BTreeMap<String, FlagClass>,
    /// Whether a file has statistics of good values.
    has_good: bool,
    /// Whether a file leaves values out of the good ones that its state includes.
    leaves_out: bool,
    accumulator: Accumulator,
}

impl RollUp {
    /// Adds a file. `states` are those of the variables, in the order of the document.
    ///
    /// # Errors
    /// If a state was written by another version of this program, or is damaged. The file is not added then.
    pub fn add(&mut self, document: &Document, states: &[PartState]) -> Result<(), StateError> {
        let accumulators = states.iter().map(|part| Accumulator::from_state(&part.state));
        let accumulators: Vec<Accumulator> = accumulators.collect::<Result<_, _>>()?;
        let coverage = &document.coverage;
        if let Some(TimeSpan { first, last }) = coverage.time {
            self.coverage.time(first);
            self.coverage.time(last);
        }
        self.boxes.extend(coverage.boxes.iter().flatten());
        if let Some(Depth { min, max, unit }) = &coverage.depth {
            let range = self.depths.entry(unit.clone()).or_insert((*min, *max));
            *range = (range.0.min(*min), range.1.max(*max));
        }
        if let Some(left_out) = &coverage.left_out {
            let sum = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
            sum(&mut self.left_out.times, left_out.times);
            sum(&mut self.left_out.positions, left_out.positions);
            sum(&mut self.left_out.depths, left_out.depths);
        }
        for (at, (variable, accumulator)) in document.variables.iter().zip(accumulators).enumerate() {
            let nth = document.variables[..at]
                .iter()
                .filter(|other| key(other) == key(variable))
                .count();
            self.add_variable(variable, nth, accumulator);
        }
        Ok(())
    }

    fn add_variable(&mut self, variable: &Variable, nth: usize, accumulator: Accumulator) {
        let known = self.variables.iter_mut().find(|known| {
            (
                known.name.as_str(),
                known.unit.as_ref(),
                known.flag_scheme.as_ref(),
            ) == key(variable)
                && known.nth == nth
                && are_alike(&known.accumulator, &accumulator)
        });
        match known {
            Some(known) => known.merge(variable, accumulator),
            None => self.variables.push(Merging::new(variable, nth, accumulator)),
        }
    }

    /// What all files come to.
    pub fn finish(self) -> RolledUp {
        RolledUp {
            time: self.coverage.finish().time,
            edges: joined_boxes(&self.boxes),
            depths: self
                .depths
                .into_iter()
                .map(|(unit, (min, max))| Depth { min, max, unit })
                .collect(),
            left_out: self.left_out,
            variables: self.variables.into_iter().map(Merging::finish).collect(),
        }
    }
}

/// By what variables of files are the same.
fn key(variable: &Variable) -> (&str, Option<&String>, Option<&String>) {
    (
        &variable.name,
        variable.unit.as_ref(),
        variable.flag_scheme.as_ref(),
    )
}

/// Whether the values of two parts have one type; a part without a value has any.
fn are_alike(one: &Accumulator, other: &Accumulator) -> bool {
    let (type_of_one, type_of_other) = (one.dtype(), other.dtype());
    one.count() == 0
        || other.count() == 0
        || type_of_one == type_of_other
        || type_of_one.is_numeric() && type_of_other.is_numeric()
}

impl Merging {
    fn new(variable: &Variable, nth: usize, accumulator: Accumulator) -> Self {
        let is_stored = variable.dtype != accumulator.dtype().as_str();
        let mut new = Merging {
            name: variable.name.clone(),
            unit: variable.unit.clone(),
            flag_scheme: variable.flag_scheme.clone(),
            nth,
            canonical: None,
            standard_name: None,
            column: variable.column,
            dtype: is_stored.then(|| variable.dtype.clone()),
            classes: BTreeMap::new(),
            has_good: false,
            leaves_out: false,
            accumulator,
        };
        new.describe(variable);
        new
    }

    fn merge(&mut self, variable: &Variable, mut accumulator: Accumulator) {
        self.column = self.column.filter(|column| variable.column == Some(*column));
        self.dtype = self.dtype.take().filter(|dtype| *dtype == variable.dtype);
        self.describe(variable);
        // The type is that of the part with values.
        if self.accumulator.count() == 0 {
            std::mem::swap(&mut self.accumulator, &mut accumulator);
        }
        self.accumulator.merge(&accumulator);
    }

    fn describe(&mut self, variable: &Variable) {
        let fill = |own: &mut Option<String>, more: &Option<String>| {
            if own.is_none() {
                own.clone_from(more);
            }
        };
        fill(&mut self.canonical, &variable.canonical);
        fill(&mut self.standard_name, &variable.standard_name);
        for (flag, figures) in variable.flags.iter().flatten() {
            if let Some(class) = figures.class {
                self.classes.insert(flag.clone(), class);
            }
        }
        self.has_good |= variable.good.is_some();
        let left_out = variable.good.iter().flat_map(|good| &good.left_out);
        self.leaves_out |= left_out.count() > 0;
    }

    fn finish(self) -> Variable {
        let facts = VariableFacts {
            name: self.name,
            unit: self.unit,
            canonical: self.canonical,
            standard_name: self.standard_name,
            column: self.column,
            dtype: self.dtype,
            ..VariableFacts::default()
        };
        let mut merged = describe(facts, &self.accumulator);
        for (flag, figures) in merged.flags.iter_mut().flatten() {
            figures.class = self.classes.get(flag).copied();
        }
        merged.flag_scheme = self.flag_scheme;
        let is_good = |flag: &[u8]| {
            let class = self.classes.get(&crate::printable(flag, LONGEST_FLAG));
            class == Some(&FlagClass::Good)
        };
        merged.good = match (self.has_good, &merged.flags) {
            (true, Some(_)) => Some(good_values(
                &self.accumulator,
                &self.accumulator.summary(),
                is_good,
            )),
            // What stands for a missing value was decided in each file, and its state does not say which values these are.
            (true, None) if !self.leaves_out => Some(GoodValues {
                count: merged.count,
                min: merged.min,
                max: merged.max,
                mean: merged.mean,
                std: merged.std,
                quantiles: merged.quantiles.clone(),
                quantile_bounds: merged.quantile_bounds.clone(),
                ..GoodValues::default()
            }),
            _ => None,
        };
        merged
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::quality::ARGO;
    use crate::stats::Dtype;
    use crate::{Card, FileFacts, Instant, LambdaHints, Limits, Outcome, ReviewBuilder};

    pub(crate) static CARD: Card = Card {
        id: "sample",
        title: "Sample",
        version: 1,
        extensions: &[],
        magic: &[],
        refines: &[],
        docs: "none",
        observations: "rows",
        reader: "sample 1",
        vocabulary: None,
        codes: &[],
        limits: Limits::DEFAULT,
        lambda: LambdaHints::DEFAULT,
    };

    /// The review of rows with a longitude, a temperature and its flag.
    fn file(rows: &[(f64, f64, &str)]) -> (Document, Vec<PartState>) {
        let mut builder = ReviewBuilder::new(&CARD, "a");
        let mut temperature = Accumulator::new(Dtype::Integer, true);
        let mut remark = Accumulator::new(Dtype::Text, false);
        for (at, (longitude, value, flag)) in rows.iter().enumerate() {
            builder.coverage.position(*longitude, 10.0);
            let date = Instant::date(2020, 1, 1 + at as u8);
            builder.coverage.time(date.unwrap());
            builder.coverage.depth(*value, *value, Some("dbar"));
            temperature.push_number(*value, Some(flag.as_bytes()));
            remark.push_missing(b"", None);
        }
        let facts = |name: &str, scheme| VariableFacts {
            name: name.to_owned(),
            column: Some(1),
            scheme,
            ..VariableFacts::default()
        };
        builder.variable(facts("TEMP", Some(ARGO.clone())), &temperature);
        builder.variable(facts("REMARK", None), &remark);
        // The same name again is another variable.
        builder.variable(facts("TEMP", Some(ARGO.clone())), &temperature);
        let mut review = builder.finish(true);
        let facts = FileFacts {
            key: "a".to_owned(),
            size: None,
            sha256: None,
            compression: None,
        };
        let mut document = Document::without_handler(facts, Outcome::Reviewed, None);
        document.coverage = review.coverage;
        document.variables = review.variables;
        (document, std::mem::take(&mut review.states))
    }

    const ROWS: [(f64, f64, &str); 7] = [
        (170.0, 3.0, "1"),
        (175.0, 4.0, "1"),
        (-179.0, 5.0, "2"),
        (-170.0, 99.0, "4"),
        (-160.0, 6.0, "3"),
        (-150.0, 7.0, "1"),
        (-140.0, 8.0, ""),
    ];

    #[test]
    fn parts_in_any_order_come_to_the_figures_of_the_whole() {
        let (whole, _) = file(&ROWS);
        for split in 1..ROWS.len() {
            let mut parts = [file(&ROWS[..split]), file(&ROWS[split..])];
            for _ in 0..2 {
                parts.reverse();
                let mut merged = RollUp::default();
                for (document, states) in &parts {
                    merged.add(document, states).unwrap();
                }
                let merged = merged.finish();
                assert_eq!(merged.variables, whole.variables, "split at {split}");
                assert_eq!(merged.edges, Some(whole.coverage.boxes.clone().unwrap()[0]));
                assert_eq!(merged.depths, [whole.coverage.depth.clone().unwrap()]);
                assert_eq!(merged.time.unwrap().first, whole.coverage.time.unwrap().first);
            }
        }
    }

    #[test]
    fn a_part_without_values_has_the_type_of_the_others() {
        let part = |numbers: &[f64], dtype| {
            let mut accumulator = Accumulator::new(dtype, false);
            numbers
                .iter()
                .for_each(|number| accumulator.push_number(*number, None));
            accumulator.push_missing(b"-", None);
            let mut builder = ReviewBuilder::new(&CARD, "a");
            let name = "V".to_owned();
            builder.variable(
                VariableFacts {
                    name,
                    ..VariableFacts::default()
                },
                &accumulator,
            );
            let review = builder.finish(true);
            (review.variables, review.states)
        };
        let mut merged = RollUp::default();
        let (mut document, _) = file(&[]);
        for (variables, states) in [
            part(&[], Dtype::Text),
            part(&[1.0], Dtype::Integer),
            part(&[2.5], Dtype::Decimal),
        ] {
            document.variables = variables;
            merged.add(&document, &states).unwrap();
        }
        let merged = merged.finish();
        assert_eq!(merged.variables.len(), 1);
        let of_all = &merged.variables[0];
        assert_eq!((of_all.dtype.as_str(), of_all.mean), ("decimal", Some(1.75)));
        assert_eq!((of_all.total, of_all.missing["-"]), (5, 3));
    }
}
