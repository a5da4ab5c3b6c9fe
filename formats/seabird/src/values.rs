//! What the data turn out to be, against what the header says of them.

use crate::cells::Value;
use crate::deviation::{Sink, codes, report};
use crate::header::Header;

#[derive(Debug)]
pub(crate) struct Values {
    /// Least and greatest value of each column.
    ranges: Vec<Option<(f64, f64)>>,
    flag: Option<usize>,
    scans: u64,
    marked: u64,
}

impl Values {
    pub(crate) fn new(header: &Header) -> Self {
        Values {
            ranges: vec![None; header.columns.len()],
            flag: header.columns.iter().position(crate::Column::is_flag),
            scans: 0,
            marked: 0,
        }
    }

    pub(crate) fn scans(&self) -> u64 {
        self.scans
    }

    pub(crate) fn take(&mut self, values: impl Iterator<Item = Value>) {
        self.scans += 1;
        for (at, (value, range)) in values.zip(&mut self.ranges).enumerate() {
            match value {
                Value::Number(number) if number.is_finite() => {
                    let (min, max) = range.get_or_insert((number, number));
                    (*min, *max) = (min.min(number), max.max(number));
                }
                Value::BadFlag if self.flag == Some(at) => self.marked += 1,
                _ => {}
            }
        }
    }

    /// At the end of the data.
    pub(crate) fn compare(&self, header: &Header, sink: Sink<'_>) {
        if let Some(nvalues) = header.nvalues
            && nvalues.value != self.scans
        {
            let message = format_args!("nvalues is {}, and there are {} scans", nvalues.value, self.scans);
            report(sink, &codes::NVALUES, None, nvalues.place, message);
        }
        for (column, range) in header.columns.iter().zip(&self.ranges) {
            if let (Some(span), Some((min, max))) = (column.span, *range)
                && !span.agrees(min, max)
            {
                let (name, low, high) = (&column.name, span.min, span.max);
                let message =
                    format_args!("the span of {name} is {low} … {high}, its values are {min} … {max}");
                report(sink, &codes::SPAN, Some(name), span.place, message);
            }
        }
        if let Some(flag) = self.flag
            && self.scans > 0
            && self.marked == self.scans
        {
            let message = format_args!("all {} scans are marked bad", self.scans);
            report(sink, &codes::ALL_BAD, None, header.columns[flag].place, message);
        }
    }
}
