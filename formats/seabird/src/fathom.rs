//! The part of the header that Sea-Bird's program Fathom writes: it describes the columns in XML.

use text_format::Place;

use crate::column::{Column, Span};
use crate::header::{Interval, Stated, attribute};
use crate::time::{StartTime, clock, time};

/// Most columns that are kept; the limit of the reader is checked later.
const MOST_COLUMNS: usize = 8192;

/// The content of `<FathomProcessing …>`, one element per line.
#[derive(Debug, Default)]
pub(crate) struct Fathom {
    is_inside: bool,
    is_in_columns: bool,
    /// The column whose element is open.
    open: Option<Open>,
    pub(crate) columns: Vec<Column>,
    pub(crate) scans: Option<Stated<u64>>,
    pub(crate) interval: Option<Interval>,
    pub(crate) bad_flag: Option<f64>,
    pub(crate) start_time: Option<StartTime>,
}

#[derive(Debug)]
struct Open {
    number: Option<usize>,
    id: String,
    name: String,
    kind: String,
    unit: String,
    span: Option<Span>,
    place: Place,
}

impl Fathom {
    /// Interprets a line without its `#`; returns false if it does not belong to this part.
    pub(crate) fn line(&mut self, line: &str, place: Place) -> bool {
        if line.starts_with("<FathomProcessing") {
            self.is_inside = true;
        } else if line.starts_with("</FathomProcessing") {
            self.is_inside = false;
            return true;
        }
        if self.is_inside {
            self.element(line, place);
        }
        self.is_inside
    }

    fn element(&mut self, line: &str, place: Place) {
        let tag = line.trim_start_matches('<');
        let tag = &tag[..tag.find([' ', '>', '/']).unwrap_or(tag.len())];
        let text = || inner(line).unwrap_or_default().to_owned();
        match (tag, &mut self.open) {
            ("Columns", _) => self.is_in_columns = true,
            ("", _) if line.starts_with("</Columns") => self.is_in_columns = false,
            ("", _) if line.starts_with("</Column") => self.close(),
            ("Column", _) if self.is_in_columns => {
                self.open = Some(Open {
                    number: attribute(line, "Number").and_then(|number| number.parse().ok()),
                    id: attribute(line, "ID").unwrap_or_default(),
                    name: String::new(),
                    kind: String::new(),
                    unit: String::new(),
                    span: None,
                    place,
                });
            }
            ("ID", Some(open)) => open.id = text(),
            ("Name", Some(open)) => open.name = text(),
            ("Type", Some(open)) => open.kind = text(),
            ("Units", Some(open)) => open.unit = text(),
            ("Span", Some(open)) => {
                let ends = attribute(line, "Min").zip(attribute(line, "Max"));
                open.span = ends.and_then(|(min, max)| Span::from_ends(&min, &max, place));
            }
            ("NumScans", _) => {
                self.scans = text().parse().ok().map(|value| Stated { value, place });
            }
            ("BadFlag", _) => self.bad_flag = fast_float2::parse(text()).ok(),
            ("Interval", _) => {
                let parts = attribute(line, "Value").zip(attribute(line, "Units"));
                self.interval = parts.and_then(|(value, unit)| Interval::of_fathom(&value, &unit));
            }
            ("StartTime", _) => {
                let when = attribute(line, "DateTime").and_then(|text| time(&text));
                let source = attribute(line, "Source");
                self.start_time = when.map(|when| StartTime {
                    time: when,
                    clock: clock(source.as_deref().unwrap_or_default()),
                    source,
                    place,
                    written_year: None,
                });
            }
            _ => {}
        }
    }

    /// Ends the element of a column. A column replaces an earlier one with the same number, because each processing
    /// step lists all columns.
    fn close(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        let unit = match (open.kind.as_str(), open.unit.as_str()) {
            (_, "") => String::new(),
            // `ITS-90` is written with the unit, as in the header of other programs.
            (kind @ ("ITS-90" | "IPTS-68" | "ITS-68"), unit) => format!(" [{kind}, {unit}]"),
            (_, unit) => format!(" [{unit}]"),
        };
        let text = format!("{}: {}{unit}", open.id, open.name);
        let mut column = Column::read(&text, open.place);
        column.span = open.span;
        match open.number {
            Some(number) if number < self.columns.len() => self.columns[number] = column,
            _ if self.columns.len() < MOST_COLUMNS => self.columns.push(column),
            _ => {}
        }
    }
}

/// The text of `<Tag>text</Tag>`.
fn inner(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once('>')?;
    rest.split_once('<').map(|(text, _)| text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = "\
<FathomProcessing Version=2.1.7 XMLVersion='1.0.0'>
<NumScans>614</NumScans>
<Interval Value='1' Units='s'/>
<StartTime DateTime='2025-06-17T20:42:12' Source='Instrument timestamp'/>
<BadFlag>-9.99e-29</BadFlag>
<Columns>
<Column Number='0' ID='flag'>
<Name>Flag</Name>
<Units></Units>
</Column>
<Column Number='1' ID='t090C'>
<Name>Temperature</Name>
<Units>deg C</Units>
<Span Min='8.1199' Max='19.967'></Span>
<Type>ITS-90</Type>
</Column>
</Columns>
<Variable ID='t090C'>
</FathomProcessing>";

    #[test]
    fn columns_interval_and_start() {
        let mut fathom = Fathom::default();
        assert!(!fathom.line("<Sensors count=\"1\">", Place::line(1, 1)));
        for (number, line) in (2..).zip(LINES.lines()) {
            assert!(fathom.line(line, Place::line(number, 1)));
        }
        assert!(!fathom.line("nquan = 2", Place::line(99, 1)));
        let columns: Vec<_> = fathom
            .columns
            .iter()
            .map(|column| (column.name.as_str(), column.unit.as_deref()))
            .collect();
        assert_eq!(columns, [("flag", None), ("t090C", Some("ITS-90, deg C"))]);
        let span = fathom.columns[1].span.unwrap();
        assert_eq!(
            (span.min, span.max, span.place),
            (8.1199, 19.967, Place::line(15, 1))
        );
        assert_eq!(fathom.scans.map(|scans| scans.value), Some(614));
        assert_eq!(fathom.interval.unwrap().seconds(), Some(1.0));
        assert_eq!(fathom.start_time.unwrap().time.to_string(), "2025-06-17T20:42:12");
        assert_eq!(fathom.bad_flag, Some(-9.99e-29));
    }
}
