//! Comparisons of the data as a whole with the header.

use text_format::{Code, Deviation, Sink, report};

use crate::deviation::codes;
use crate::header::{Header, counted};
use crate::row::{Cells, Value};

/// Least and greatest finite value; `None` before the first one.
type Range = Option<(f64, f64)>;

#[derive(Debug)]
pub(crate) struct Checks {
    /// For each column, the range of all values, and the range of values in scans that are not marked bad.
    ranges: Vec<(Range, Range)>,
    rows: u64,
    bad_rows: u64,
}

impl Checks {
    pub(crate) fn new(header: &Header) -> Self {
        Checks {
            ranges: vec![(None, None); header.columns.len()],
            rows: 0,
            bad_rows: 0,
        }
    }

    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    pub(crate) fn push(&mut self, cells: &Cells) {
        self.rows += 1;
        let is_bad = cells.is_bad();
        self.bad_rows += u64::from(is_bad);
        for (value, (all, good)) in cells.values().zip(&mut self.ranges) {
            if let Value::Number(number) = value
                && number.is_finite()
            {
                widen(all, number);
                if !is_bad {
                    widen(good, number);
                }
            }
        }
    }

    /// Compares the data with the header, at the end of the data. `is_cut` says that the file ends before its data do.
    pub(crate) fn compare(&self, header: &Header, is_cut: bool, sink: Sink<'_>) {
        let mut cause: Option<&'static Code> = is_cut.then_some(&codes::TRUNCATED);
        if let Some(nvalues) = header.nvalues
            && nvalues.value != self.rows
        {
            let found = counted(self.rows, "scan");
            let message = format_args!("nvalues is {}, the data have {found}", nvalues.value);
            sink(following(
                Deviation::new(&codes::NVALUES, nvalues.place, message),
                cause,
            ));
            cause = cause.or(Some(&codes::NVALUES));
        }
        let columns = header.columns.iter().zip(&self.ranges);
        let differing = columns.filter_map(|(column, (all, good))| {
            let (span, all) = column.span.zip(*all)?;
            (!span.agrees(all, *good)).then_some((column, span, all))
        });
        let differing: Vec<_> = differing.collect();
        for (column, span, all) in &differing {
            let (name, low, high) = (&column.name, span.min, span.max);
            let message = format_args!(
                "the header says {low} to {high}, the values of {name} are {} to {}",
                all.0, all.1
            );
            let deviation = Deviation::new(&codes::SPAN, span.place, message);
            // Several wrong spans probably have one cause, so they are reported without a column.
            let deviation = match differing.len() {
                1 => deviation.on(name),
                _ => deviation,
            };
            sink(following(deviation, cause));
        }
        if let Some(flag) = header.flag_column()
            && self.rows > 0
            && self.bad_rows == self.rows
        {
            let message = format_args!("all {} are marked bad", counted(self.rows, "scan"));
            report(sink, &codes::ALL_BAD, None, header.columns[flag].place, message);
        }
    }
}

fn following<'a>(deviation: Deviation<'a>, cause: Option<&'static Code>) -> Deviation<'a> {
    match cause {
        Some(cause) => deviation.caused_by(cause),
        None => deviation,
    }
}

fn widen(range: &mut Range, number: f64) {
    let (min, max) = range.get_or_insert((number, number));
    (*min, *max) = (min.min(number), max.max(number));
}
