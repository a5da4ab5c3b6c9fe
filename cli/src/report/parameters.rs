//! Quantities over the archive: distributions from merged states, flags, and units in use.

use std::collections::{BTreeMap, BTreeSet};

use data_review_core::page::{Picture, good_flags};
use data_review_core::stats::Accumulator;
use data_review_core::{Document, FlagClass, PartState, Variable, quantity};
use serde::Serialize;

use super::details::PICTURED;
use super::findings::cut;

/// Bins in which merged states are read, before they are converted to one unit.
const FINE: usize = 4096;
/// Bins of a distribution.
const BINS: usize = 60;
/// The most names, units, cruises and platforms of a quantity that are counted, and that are shown.
const COUNTED: usize = 2000;
const SHOWN: usize = 25;
/// Quantities that the map shows.
const COORDINATES: [&str; 2] = ["latitude", "longitude"];
/// Files outside the expected range that are named.
const EXAMPLES: usize = 12;
/// The axis of a distribution ends this many expected ranges beyond the expected range.
const BEYOND: f64 = 0.4;

/// A quantity of the archive.
#[derive(Debug, Serialize)]
pub(crate) struct ParameterTotal {
    quantity: &'static str,
    unit: &'static str,
    expected: (f64, f64),
    files: u64,
    values: u64,
    /// Spellings of its name, with their numbers of files.
    names: Vec<(String, u64)>,
    /// Units as the files write them, with their numbers of files, and whether they can be converted.
    units: Vec<(Option<String>, u64, bool)>,
    /// Cells by class of their flags: good, not assessed, questionable, bad, missing, of an unknown scheme, without a flag.
    flags: [u64; 7],
    /// Least and greatest good value, in `unit`.
    range: Option<(f64, f64)>,
    /// Files with a good value outside the expected range, and the first of them with their keys and ranges.
    outside: u64,
    examples: Vec<(usize, String, f64, f64)>,
    /// Ends of the axis, and the counts of its bins.
    axis: Option<(f64, f64)>,
    counts: Vec<u64>,
    /// Values below and above the axis.
    below: u64,
    above: u64,
    /// By cruise, platform and month: name, files, values, least, greatest and mean.
    cruises: Vec<Row>,
    platforms: Vec<Row>,
    months: Vec<Row>,
}

type Row = (String, u64, u64, Option<f64>, Option<f64>, Option<f64>);

/// Good values of the files of a cruise, a platform or a month.
#[derive(Debug, Default, Clone)]
struct Span {
    files: u64,
    values: u64,
    range: Option<(f64, f64)>,
    sum: f64,
    weighed: u64,
}

impl Span {
    fn add(&mut self, values: u64, range: Option<(f64, f64)>, mean: Option<f64>) {
        self.files += 1;
        self.values = self.values.saturating_add(values);
        if let Some(range) = range {
            self.range = Some(joined(self.range, range));
        }
        if let Some(mean) = mean.filter(|mean| mean.is_finite()) {
            self.sum += mean * values as f64;
            self.weighed = self.weighed.saturating_add(values);
        }
    }

    fn row(self, name: String) -> Row {
        let mean = (self.weighed > 0).then(|| self.sum / self.weighed as f64);
        let (min, max) = self.range.unzip();
        (name, self.files, self.values, min, max, mean)
    }
}

fn joined(known: Option<(f64, f64)>, (low, high): (f64, f64)) -> (f64, f64) {
    known.map_or((low, high), |known| (known.0.min(low), known.1.max(high)))
}

/// What states are merged by: those of one conversion and one scheme of flags.
#[derive(Debug, PartialEq)]
struct Kind {
    conversion: (f64, f64),
    scheme: Option<String>,
    has_flags: bool,
}

#[derive(Debug)]
struct Merged {
    kind: Kind,
    /// Flags whose values count.
    flags: BTreeSet<String>,
    state: Accumulator,
}

#[derive(Debug, Default)]
struct Totals {
    files: u64,
    last_file: Option<usize>,
    values: u64,
    names: BTreeMap<String, u64>,
    units: BTreeMap<Option<String>, (u64, bool)>,
    flags: [u64; 7],
    range: Option<(f64, f64)>,
    outside: u64,
    last_outside: Option<usize>,
    examples: Vec<(usize, String, f64, f64)>,
    merged: Vec<Merged>,
    cruises: BTreeMap<String, Span>,
    platforms: BTreeMap<String, Span>,
    months: [Span; 12],
}

/// The quantities of an archive, in the order of the table of quantities.
#[derive(Debug, Default)]
pub(crate) struct Parameters(BTreeMap<usize, Totals>);

impl Parameters {
    /// Adds the variables of a file, and returns their pictures.
    pub(crate) fn add(
        &mut self,
        file: usize,
        document: &Document,
        parts: &[PartState],
        names: &[Vec<String>; 2],
        month: Option<usize>,
    ) -> Vec<Option<Picture>> {
        let mut pictures = Vec::new();
        for (at, variable) in document.variables.iter().enumerate() {
            let quantity = variable.quantity.as_deref().and_then(|name| {
                if COORDINATES.contains(&name) {
                    return None;
                }
                let number = quantity::all()
                    .iter()
                    .position(|quantity| quantity.name == name)?;
                Some((number, &quantity::all()[number]))
            });
            let wanted = at < PICTURED || quantity.is_some();
            let state = parts
                .get(at)
                .filter(|_| wanted && variable.min.is_some())
                .and_then(|part| Accumulator::from_state(&part.state).ok());
            if at < PICTURED {
                let is_constant = variable.min == variable.max;
                let state = state.as_ref().filter(|_| !is_constant);
                pictures.push(state.and_then(|state| Picture::of(variable, state)));
            }
            if let Some((number, quantity)) = quantity {
                let totals = self.0.entry(number).or_default();
                totals.add(file, document, variable, quantity, state, names, month);
            }
        }
        pictures
    }

    /// The quantities of most files first.
    pub(crate) fn finish(self) -> Vec<ParameterTotal> {
        let mut all: Vec<ParameterTotal> = self
            .0
            .into_iter()
            .map(|(number, totals)| totals.finish(&quantity::all()[number]))
            .collect();
        all.sort_by_key(|total| std::cmp::Reverse(total.files));
        all
    }
}

impl Totals {
    #[expect(clippy::too_many_arguments, reason = "all of one variable")]
    fn add(
        &mut self,
        file: usize,
        document: &Document,
        variable: &Variable,
        quantity: &quantity::Quantity,
        state: Option<Accumulator>,
        names: &[Vec<String>; 2],
        month: Option<usize>,
    ) {
        let is_new = self.last_file != Some(file);
        self.last_file = Some(file);
        self.files += u64::from(is_new);
        self.values = self.values.saturating_add(variable.count);
        let count = |counts: &mut BTreeMap<String, u64>, name: String| {
            if counts.len() < COUNTED || counts.contains_key(&name) {
                *counts.entry(name).or_default() += 1;
            }
        };
        count(&mut self.names, cut(&variable.name, 80));
        let conversion = match variable.unit.as_deref() {
            Some(unit) => quantity.conversion(unit),
            // A number without a unit is what the names of the quantity say, if it is one of those without a unit.
            None => (quantity.unit == "1").then_some((1.0, 0.0)),
        };
        let unit = variable.unit.as_deref().map(|unit| cut(unit, 60));
        if self.units.len() < COUNTED || self.units.contains_key(&unit) {
            let known = self.units.entry(unit).or_insert((0, conversion.is_some()));
            known.0 += 1;
        }
        self.add_flags(variable);
        let Some(conversion) = conversion else { return };
        let Some(flags) = good_flags(variable) else { return };
        let converted = |value: f64| value * conversion.0 + conversion.1;
        let (min, max, mean, values) = match &variable.good {
            Some(good) => (good.min, good.max, good.mean, good.count),
            None => (variable.min, variable.max, variable.mean, variable.count),
        };
        let range = min.zip(max).map(|(min, max)| {
            let (one, other) = (converted(min.as_f64()), converted(max.as_f64()));
            (one.min(other), one.max(other))
        });
        if let Some((low, high)) = range {
            self.range = Some(joined(self.range, (low, high)));
            if (low < quantity.range.0 || high > quantity.range.1) && self.last_outside != Some(file) {
                self.last_outside = Some(file);
                self.outside += 1;
                if self.examples.len() < EXAMPLES {
                    self.examples.push((file, document.file.key.clone(), low, high));
                }
            }
        }
        let mean = mean.map(converted);
        for (spans, names) in [&mut self.cruises, &mut self.platforms].into_iter().zip(names) {
            for name in names {
                if spans.len() < COUNTED || spans.contains_key(name) {
                    spans.entry(name.clone()).or_default().add(values, range, mean);
                }
            }
        }
        if let Some(month) = month {
            self.months[month - 1].add(values, range, mean);
        }
        if let Some(state) = state {
            let kind = Kind {
                conversion,
                scheme: variable.flag_scheme.clone(),
                has_flags: variable.flags.is_some(),
            };
            match self.merged.iter_mut().find(|merged| merged.kind == kind) {
                Some(merged) => {
                    merged.flags.extend(flags.iter().cloned());
                    merged.state.merge(&state);
                }
                None => self.merged.push(Merged {
                    kind,
                    flags: flags.iter().cloned().collect(),
                    state,
                }),
            }
        }
    }

    fn add_flags(&mut self, variable: &Variable) {
        let Some(flags) = &variable.flags else {
            self.flags[6] = self.flags[6].saturating_add(variable.count);
            return;
        };
        for figures in flags.values() {
            let class = match figures.class {
                Some(FlagClass::Good) => 0,
                Some(FlagClass::NotAssessed) => 1,
                Some(FlagClass::Questionable) => 2,
                Some(FlagClass::Bad) => 3,
                Some(FlagClass::Missing) => 4,
                None => 5,
            };
            self.flags[class] = self.flags[class].saturating_add(figures.total);
        }
    }

    fn finish(self, quantity: &'static quantity::Quantity) -> ParameterTotal {
        let expected = quantity.range;
        let mut names: Vec<(String, u64)> = self.names.into_iter().collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        names.truncate(SHOWN);
        let mut units: Vec<(Option<String>, u64, bool)> = self
            .units
            .into_iter()
            .map(|(unit, (files, known))| (unit, files, known))
            .collect();
        units.sort_by_key(|(_, files, _)| std::cmp::Reverse(*files));
        units.truncate(SHOWN);
        let spans = |spans: BTreeMap<String, Span>| {
            let mut rows: Vec<Row> = spans.into_iter().map(|(name, span)| span.row(name)).collect();
            rows.sort_by_key(|row| std::cmp::Reverse((row.1, row.2)));
            rows.truncate(SHOWN);
            rows
        };
        let months = self
            .months
            .into_iter()
            .enumerate()
            .filter(|(_, span)| span.files > 0);
        let mut total = ParameterTotal {
            quantity: quantity.name,
            unit: quantity.unit,
            expected,
            files: self.files,
            values: self.values,
            names,
            units,
            flags: self.flags,
            range: self.range,
            outside: self.outside,
            examples: self.examples,
            axis: None,
            counts: vec![0; BINS],
            below: 0,
            above: 0,
            cruises: spans(self.cruises),
            platforms: spans(self.platforms),
            months: months.map(|(at, span)| span.row((at + 1).to_string())).collect(),
        };
        total.draw(self.merged);
        total
    }
}

impl ParameterTotal {
    /// Draws the distribution of all merged states: as far as values go, and not far beyond the expected range.
    fn draw(&mut self, merged: Vec<Merged>) {
        let mut points = Vec::new();
        for Merged { kind, flags, state } in merged {
            let flags: Vec<String> = flags.into_iter().collect();
            let (scale, offset) = kind.conversion;
            let Some(fine) = state.histogram(FINE, &flags) else {
                continue;
            };
            let width = fine.high / FINE as f64 - fine.low / FINE as f64;
            let of_bins = fine
                .counts
                .into_iter()
                .enumerate()
                .filter(|(_, count)| *count > 0);
            points.extend(of_bins.map(|(bin, count)| {
                let middle = (fine.low + (bin as f64 + 0.5) * width).clamp(fine.low, fine.high);
                (middle * scale + offset, count)
            }));
        }
        let hull = points
            .iter()
            .fold(None, |hull, (value, _)| Some(joined(hull, (*value, *value))));
        let Some((low, high)) = hull else { return };
        let margin = (self.expected.1 - self.expected.0) * BEYOND;
        let (low, high) = (
            low.max(self.expected.0 - margin),
            high.min(self.expected.1 + margin),
        );
        if low > high {
            return;
        }
        self.axis = Some((low, high));
        let width = high - low;
        for (value, count) in points {
            let place = match value {
                _ if value < low => &mut self.below,
                _ if value > high => &mut self.above,
                _ => {
                    let bin = if width > 0.0 {
                        ((value - low) / width * BINS as f64) as usize
                    } else {
                        0
                    };
                    &mut self.counts[bin.min(BINS - 1)]
                }
            };
            *place = place.saturating_add(count);
        }
    }
}
