//! Values or flags that are one column away from their parameters, which only the whole table shows.

use text_format::{Deviation, Place, Sink};

use crate::codes;
use crate::columns::{Column, Role};
use crate::flags::Meaning;
use crate::value::{self, Value, Written};

/// Least number of contradictions between values and flags that a shift of the flags must explain to be reported.
const FEWEST_CONTRADICTIONS: u64 = 4;

/// Counts over all complete lines of a table.
#[derive(Debug, Default)]
pub(crate) struct Shifts {
    lines: u64,
    /// The flagged parameters, from left to right.
    flagged: Vec<Flagged>,
}

/// A parameter with its flag column.
#[derive(Debug)]
struct Flagged {
    parameter: usize,
    flag: usize,
    /// Number of lines in which the flag column contains a number with decimals.
    decimals: u64,
    /// Number of lines in which the flag contradicts the value of its own parameter, of the previous and of the next
    /// one.
    contradicts: [u64; 3],
    /// Meaning of the flag in the current line.
    meaning: Meaning,
}

/// Index in [`Flagged::contradicts`].
const OWN: usize = 0;
const BEFORE: usize = 1;
const AFTER: usize = 2;

impl Shifts {
    pub(crate) fn new(columns: &[Column]) -> Self {
        let flagged = columns.iter().enumerate().filter_map(|(parameter, column)| {
            let Role::Parameter { flag } = column.role else {
                return None;
            };
            column.scheme()?;
            Some(Flagged {
                parameter,
                flag: flag?,
                decimals: 0,
                contradicts: [0; 3],
                meaning: Meaning::Zero,
            })
        });
        Shifts {
            lines: 0,
            flagged: flagged.collect(),
        }
    }

    /// Adds a line with as many cells as columns; `cell` returns the text of a cell.
    pub(crate) fn add<'t>(&mut self, columns: &[Column], values: &[Value], cell: impl Fn(usize) -> &'t [u8]) {
        self.lines += 1;
        for flagged in &mut self.flagged {
            let flag = cell(flagged.flag);
            flagged.decimals += u64::from(flag.len() > 2 && is_decimal_number(flag));
            let scheme = columns[flagged.parameter].scheme();
            flagged.meaning = scheme.map_or(Meaning::Zero, |scheme| scheme.meaning(flag));
        }
        for at in 0..self.flagged.len() {
            let meaning = self.flagged[at].meaning;
            let contradicts = |other: Option<&Flagged>| {
                other.is_some_and(|other| contradicts(meaning, values[other.parameter]))
            };
            let before = at.checked_sub(1).and_then(|before| self.flagged.get(before));
            let found = [
                contradicts(self.flagged.get(at)),
                contradicts(before),
                contradicts(self.flagged.get(at + 1)),
            ];
            let counts = self.flagged[at].contradicts.iter_mut();
            counts
                .zip(found)
                .for_each(|(count, found)| *count += u64::from(found));
        }
    }

    /// Reports flag columns that contain values, or the flags of neighbouring parameters; `line` is the number of the
    /// first row.
    pub(crate) fn report(&self, line: u64, columns: &[Column], sink: Sink<'_>) {
        self.report_values(line, columns, sink);
        self.report_flags(line, columns, sink);
    }

    fn report_values(&self, line: u64, columns: &[Column], sink: Sink<'_>) {
        let mut shifted = self
            .flagged
            .iter()
            .filter(|flagged| 2 * flagged.decimals > self.lines);
        let Some(first) = shifted.next() else { return };
        let more = match shifted.count() {
            0 => String::new(),
            1 => ", and so does 1 more flag column".to_owned(),
            more => format!(", and so do {more} more flag columns"),
        };
        let (name, count, lines) = (&columns[first.flag].name, first.decimals, self.lines);
        let message = format_args!("{name} contains numbers with decimals in {count} of {lines} rows{more}");
        sink(Deviation::new(&codes::COLUMNS_SHIFTED, Place::line(line, 1), message).field(name));
    }

    /// Reports flags that contradict their own values, and fit those of the previous or the next parameter.
    fn report_flags(&self, line: u64, columns: &[Column], sink: Sink<'_>) {
        let last = self.flagged.len().saturating_sub(1);
        let sides = [
            (BEFORE, "before", 1..=last),
            (AFTER, "after", 0..=last.saturating_sub(1)),
        ];
        for (side, name, with_neighbour) in sides {
            let flagged = self.flagged.get(with_neighbour).unwrap_or_default();
            let is_odd = |flagged: &&Flagged| flagged.contradicts[OWN] > 0;
            let mut odd = flagged.iter().filter(is_odd);
            let (Some(from), Some(to)) = (odd.next(), odd.next_back()) else {
                continue;
            };
            let sum = |of: usize| flagged.iter().map(|flagged| flagged.contradicts[of]).sum::<u64>();
            let (own, moved) = (sum(OWN), sum(side));
            if own < FEWEST_CONTRADICTIONS || moved * 10 > own {
                continue;
            }
            let (from, to) = (&columns[from.flag].name, &columns[to.flag].name);
            let message = format_args!(
                "from {from} to {to}, the flags fit the parameter {name} their own: {own} contradictions with values, \
                 {moved} when moved"
            );
            sink(Deviation::new(&codes::FLAGS_SHIFTED, Place::line(line, 1), message).field(from));
            return;
        }
    }
}

/// Whether a flag says that there is a value although there is none, or the reverse.
fn contradicts(meaning: Meaning, value: Value) -> bool {
    match meaning {
        Meaning::Fill => !value.is_missing(),
        Meaning::Value | Meaning::Doubtful => value.is_missing(),
        _ => false,
    }
}

/// Whether a text is a number with a point, but not a padded flag (`2.0`).
fn is_decimal_number(text: &[u8]) -> bool {
    match value::number(text) {
        Written::Plain(number, _) => number.fract() != 0.0 || !(0.0..=9.0).contains(&number),
        _ => false,
    }
}
