//! How the cells of each column are written, decided on a sample of the records before the first one is reviewed.

use std::io::{self, Read};

use text_table::{
    DateOrder, Encoding, Layout, Notation, Record, Records, Step, Text, TimeForm, degrees, is_missing_word,
    notation, time_form, to_plain,
};

/// Records that are looked at.
const RECORDS: usize = 400;
/// Cells that are looked at, over all columns.
const CELLS: usize = 200_000;

/// How a column is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Style {
    /// As the statistics read it: plain numbers, ISO 8601 times in UTC, text.
    #[default]
    Plain,
    /// Numbers in another notation; a comma is a decimal comma or separates thousands.
    Number {
        comma_is_decimal: bool,
        points_group: bool,
    },
    /// Dates in another form than ISO 8601, or with offsets.
    Time { order: Option<DateOrder> },
    /// Dates of which either number may be the day; kept as text.
    AmbiguousTime,
    /// Numbers of which a comma separates decimals or thousands; kept as text.
    AmbiguousNumber,
}

/// What the sample shows of one column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Profile {
    pub(crate) style: Style,
    /// Cells that are neither empty nor a word for a missing value.
    pub(crate) filled: u32,
    /// Cells that are numbers in any notation, without limits of detection and amounts.
    pub(crate) numbers: u32,
    pub(crate) decimal_commas: u32,
    pub(crate) either_commas: u32,
    pub(crate) thousands: u32,
    /// Numbers with a decimal point.
    points: u32,
    point_groups: u32,
    fortran: u32,
    /// `<0.02`
    pub(crate) limits: u32,
    /// Cells that hold a date.
    pub(crate) dates: u32,
    pub(crate) day_first: u32,
    pub(crate) month_first: u32,
    pub(crate) either_first: u32,
    /// Dates separated by points: all who write them so put the day first.
    by_points: u32,
    /// Dates that are written as ISO 8601 without an offset.
    iso: u32,
    /// Cells that hold a time of day alone.
    pub(crate) clocks: u32,
    pub(crate) positions: u32,
    /// Extremes of the plain numbers.
    pub(crate) min: f64,
    pub(crate) max: f64,
    /// Whether all numbers are integers, and how many digits they have.
    pub(crate) digits: Option<(usize, usize)>,
    /// The first cell that is not empty.
    pub(crate) example: Vec<u8>,
    /// The smallest step between whole numbers that follow each other; 0 or less where one does not rise, or is
    /// not a whole number.
    least_step: Option<i64>,
    last_whole: Option<i64>,
    /// The last cell that is not a number, a time or a position: names repeat.
    last_text: Vec<u8>,
}

impl Profile {
    fn push(&mut self, cell: &[u8]) {
        let cell = cell.trim_ascii();
        if cell.is_empty() || is_missing_word(cell) {
            return;
        }
        if self.filled == 0 {
            (self.min, self.max) = (f64::INFINITY, f64::NEG_INFINITY);
            self.digits = Some((usize::MAX, 0));
            self.example = cell[..cell.len().min(64)].to_vec();
        }
        self.filled += 1;
        self.step(cell);
        if cell == self.last_text {
            return;
        }
        if let Some(notation) = notation(cell) {
            self.number(cell, notation);
            return;
        }
        self.digits = None;
        if let Some(form) = time_form(cell) {
            self.time(cell, form);
        } else if degrees(cell).is_some() {
            self.positions += 1;
        } else {
            self.last_text.clear();
            self.last_text.extend_from_slice(cell);
        }
    }

    /// Compares a cell with the one before it.
    fn step(&mut self, cell: &[u8]) {
        let whole = std::str::from_utf8(cell)
            .ok()
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| text.parse::<i64>().ok());
        let step = match (self.last_whole, whole) {
            (Some(last), Some(whole)) => Some(whole.saturating_sub(last)),
            (None, Some(_)) if self.filled == 1 => None,
            _ => Some(0),
        };
        self.least_step = match (self.least_step, step) {
            (Some(least), Some(step)) => Some(least.min(step)),
            (least, step) => least.or(step),
        };
        self.last_whole = whole;
    }

    fn number(&mut self, cell: &[u8], notation: Notation) {
        let is_integer = cell.iter().all(u8::is_ascii_digit);
        self.digits = self
            .digits
            .filter(|_| is_integer)
            .map(|(least, most)| (least.min(cell.len()), most.max(cell.len())));
        self.numbers += 1;
        match notation {
            Notation::Plain => {
                self.points += u32::from(cell.contains(&b'.'));
                if let Some(value) = std::str::from_utf8(cell)
                    .ok()
                    .and_then(|text| text.parse::<f64>().ok())
                {
                    (self.min, self.max) = (self.min.min(value), self.max.max(value));
                }
            }
            Notation::DecimalComma => {
                self.decimal_commas += 1;
                self.point_groups += u32::from(cell.contains(&b'.'));
            }
            Notation::CommaOrThousands => self.either_commas += 1,
            Notation::Thousands => self.thousands += 1,
            Notation::PointThousands => self.point_groups += 1,
            Notation::Fortran => self.fortran += 1,
            Notation::Limit => {
                self.limits += 1;
                self.numbers -= 1;
            }
            _ => self.numbers -= 1,
        }
    }

    fn time(&mut self, cell: &[u8], form: TimeForm) {
        if form == TimeForm::Clock {
            self.clocks += 1;
            return;
        }
        self.dates += 1;
        match form {
            TimeForm::DayFirst => self.day_first += 1,
            TimeForm::MonthFirst => self.month_first += 1,
            TimeForm::DayOrMonthFirst => {
                self.either_first += 1;
                let date = &cell[..cell
                    .iter()
                    .position(|byte| matches!(byte, b' ' | b'T'))
                    .unwrap_or(cell.len())];
                self.by_points += u32::from(date.iter().filter(|byte| **byte == b'.').count() == 2);
            }
            TimeForm::Iso => self.iso += u32::from(data_review_core::stats::is_time(cell)),
            _ => {}
        }
    }

    /// Whether all that the sample shows are dates of which either number may be the day.
    fn has_unclear_dates(&self) -> bool {
        self.either_first > 0 && self.by_points == 0 && self.day_first == 0 && self.month_first == 0
    }

    /// Whether so many of the cells are most of them.
    fn is_most(&self, count: u32) -> bool {
        count > 0 && count * 10 >= self.filled * 9
    }

    pub(crate) fn is_number(&self) -> bool {
        self.is_most(self.numbers + self.limits) && self.numbers > 0
    }

    pub(crate) fn is_date(&self) -> bool {
        self.is_most(self.dates)
    }

    pub(crate) fn is_clock(&self) -> bool {
        self.is_most(self.clocks)
    }

    /// Whether the cells are those of an index: whole numbers from 0 that rise, here or there by one, or times. Levels of depth
    /// rise by larger steps.
    pub(crate) fn is_index(&self) -> bool {
        self.is_date()
            || self.is_most(self.numbers)
                && self.last_whole.is_some()
                && match self.least_step {
                    Some(step) => step == 1,
                    None => self.max <= 1.0,
                }
    }

    pub(crate) fn is_position(&self) -> bool {
        self.positions > 0 && self.is_most(self.positions + self.numbers)
    }

    /// Decides how the column is read; `pattern` is its name and unit, which may say `dd/mm/yyyy`.
    fn decide(&mut self, all: &Whole, pattern: &str) {
        if self.is_date() && self.iso < self.dates {
            let stated = stated_order(pattern);
            let order = match (self.day_first, self.month_first) {
                (1.., 0) => Some(DateOrder::DayFirst),
                (0, 1..) => Some(DateOrder::MonthFirst),
                (0, 0) if self.by_points == self.either_first && self.either_first > 0 => {
                    Some(DateOrder::DayFirst)
                }
                (0, 0) => stated,
                // Both cannot be: the cells are read one by one, and those that may be either are left out.
                _ => None,
            };
            self.style = match order {
                None if self.either_first > 0 => Style::AmbiguousTime,
                order => Style::Time { order },
            };
            return;
        }
        if !self.is_number() {
            return;
        }
        let other = self.decimal_commas
            + self.thousands
            + self.either_commas
            + self.point_groups
            + self.fortran
            + self.limits;
        if other == 0 {
            return;
        }
        let points_group = self.point_groups > 0 && self.thousands == 0;
        self.style = match (self.decimal_commas, self.thousands) {
            (1.., 0) => Style::Number {
                comma_is_decimal: true,
                points_group,
            },
            (0, _) if self.either_commas == 0 => Style::Number {
                comma_is_decimal: false,
                points_group,
            },
            (0, 1..) => Style::Number {
                comma_is_decimal: false,
                points_group,
            },
            // Other columns, and points in this one, say what a comma means.
            (0, 0) if all.decimal_commas && !all.decimal_points && self.points == 0 => Style::Number {
                comma_is_decimal: true,
                points_group,
            },
            (0, 0) if self.points > 0 || all.decimal_points && !all.decimal_commas => Style::Number {
                comma_is_decimal: false,
                points_group,
            },
            _ => Style::AmbiguousNumber,
        };
    }

    /// Writes a cell as the statistics read it, into `plain`; whether it is written otherwise than it stands in the file.
    pub(crate) fn to_plain(&self, cell: &[u8], plain: &mut Vec<u8>) -> bool {
        match self.style {
            Style::Number {
                comma_is_decimal,
                points_group,
            } => {
                if points_group && comma_is_decimal && cell.contains(&b'.') && !cell.contains(&b',') {
                    // `1.000` among numbers such as 1.234,5.
                    plain.clear();
                    plain.extend(cell.iter().filter(|byte| **byte != b'.'));
                    return true;
                }
                to_plain(cell, comma_is_decimal, plain)
            }
            _ => false,
        }
    }
}

/// The order that a name or a unit states: `dd/mm/yyyy`.
fn stated_order(pattern: &str) -> Option<DateOrder> {
    let pattern = pattern.to_ascii_lowercase();
    let is_written = |words: &[&str]| words.iter().any(|word| pattern.contains(word));
    if is_written(&["dd/mm", "dd-mm", "d/m/y", "dd.mm"]) {
        Some(DateOrder::DayFirst)
    } else if is_written(&["mm/dd", "mm-dd", "m/d/y"]) {
        Some(DateOrder::MonthFirst)
    } else {
        None
    }
}

/// What all columns together show.
struct Whole {
    decimal_commas: bool,
    decimal_points: bool,
}

/// The sample of a table.
pub(crate) struct Profiles {
    pub(crate) columns: Vec<Profile>,
    /// Cells of the header's rows.
    pub(crate) header: Vec<Vec<Vec<u8>>>,
    /// Cells of the rows of units.
    pub(crate) units: Vec<Vec<Vec<u8>>>,
    /// Trimmed lines above the table, without those that are blank, at most [`ABOVE`].
    pub(crate) above: Vec<(u64, String)>,
}

/// Lines above a table that a dialect is recognised by.
const ABOVE: usize = 100;

impl Profiles {
    /// Reads the head of the file once more, now that its layout is known.
    pub(crate) fn of(head: &[u8], encoding: Encoding, layout: &Layout, most: u64) -> Self {
        let mut profiles = Profiles {
            columns: vec![Profile::default(); layout.width],
            header: Vec::new(),
            units: Vec::new(),
            above: Vec::new(),
        };
        let mut records = Records::new(Text::new(head, encoding), layout.dialect, most);
        let mut sampled = 0;
        while sampled < RECORDS && sampled * layout.width < CELLS {
            match records.step() {
                Ok(Step::Record(record)) => sampled += usize::from(profiles.record(&record, layout)),
                Ok(Step::TooLong { .. }) => {}
                Ok(Step::End) | Err(_) => break,
            }
        }
        profiles
    }

    /// Looks for the first date of the whole table that says which number is the day, in each column whose dates in the sample
    /// do not.
    pub(crate) fn settle_dates(
        &mut self,
        mut records: Records<impl Read>,
        layout: &Layout,
    ) -> io::Result<()> {
        let mut unclear: Vec<usize> = (0..self.columns.len())
            .filter(|at| self.columns[*at].has_unclear_dates())
            .collect();
        while !unclear.is_empty() {
            let record = match records.step()? {
                Step::Record(record) if record.line >= layout.first_record => record,
                Step::End => break,
                _ => continue,
            };
            unclear.retain(|at| {
                let column = &mut self.columns[*at];
                match time_form(record.cell(*at).trim_ascii()) {
                    Some(TimeForm::DayFirst) => column.day_first += 1,
                    Some(TimeForm::MonthFirst) => column.month_first += 1,
                    _ => {}
                }
                column.has_unclear_dates()
            });
        }
        Ok(())
    }

    /// Takes a record in; whether it is one of data.
    fn record(&mut self, record: &Record<'_>, layout: &Layout) -> bool {
        let cells = || {
            (0..record.cells.len())
                .map(|index| record.cell(index).trim_ascii().to_vec())
                .collect::<Vec<_>>()
        };
        if layout.header.contains(&record.line) {
            let wide = layout
                .header_is_wide
                .then(|| text_table::wide_names(record.bytes, layout.width, layout.dialect.delimiter));
            self.header.push(match wide.flatten() {
                Some(names) => names,
                None if layout.header_is_comment => text_table::uncommented(cells()),
                None => cells(),
            });
        } else if layout.units.contains(&record.line) {
            self.units.push(match layout.header_is_comment {
                true => text_table::uncommented(cells()),
                false => cells(),
            });
        } else if record.line < layout.first_record {
            if !record.is_blank() && self.above.len() < ABOVE {
                let text = String::from_utf8_lossy(&record.bytes[..record.bytes.len().min(512)]);
                self.above.push((record.line, text.trim().to_owned()));
            }
        } else if record.cells.len() == layout.width || record.cells.len() * 2 > layout.width {
            for (index, column) in self.columns.iter_mut().enumerate() {
                column.push(record.cell(index));
            }
            return true;
        }
        false
    }

    /// Decides how each column is read; `pattern` gives the name and unit of a column.
    pub(crate) fn decide(&mut self, pattern: impl Fn(usize) -> String) {
        let any = |of: fn(&Profile) -> u32| self.columns.iter().any(|column| of(column) > 0);
        let all = Whole {
            decimal_commas: any(|column| column.decimal_commas),
            decimal_points: any(|column| column.points + column.thousands),
        };
        for (index, column) in self.columns.iter_mut().enumerate() {
            column.decide(&all, &pattern(index));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style_of(cells: &[&str], pattern: &str) -> Style {
        let mut profile = Profile::default();
        cells.iter().for_each(|cell| profile.push(cell.as_bytes()));
        let all = Whole {
            decimal_commas: false,
            decimal_points: false,
        };
        profile.decide(&all, pattern);
        profile.style
    }

    #[test]
    fn columns_and_how_they_are_read() {
        let number = |comma_is_decimal, points_group| Style::Number {
            comma_is_decimal,
            points_group,
        };
        let time = |order| Style::Time { order };
        for (cells, pattern, expected) in [
            (&["1", "2.5"][..], "", Style::Plain),
            (&["12,5", "3", "1.234,5"], "", number(true, true)),
            (&["1,254.15", "12"], "", number(false, false)),
            (&["1,234", "12"], "", Style::AmbiguousNumber),
            (&["1 234", "999"], "", number(false, false)),
            (&["<0.02", "0.5", "0.7"], "", number(false, false)),
            (&["28/03/2022", "01/02/2022"], "", time(Some(DateOrder::DayFirst))),
            (
                &["03/28/2022", "01/02/2022"],
                "",
                time(Some(DateOrder::MonthFirst)),
            ),
            (&["01/02/2022", "03/02/2022"], "", Style::AmbiguousTime),
            (
                &["01/02/2022", "03/02/2022"],
                "Date dd/mm/yyyy",
                time(Some(DateOrder::DayFirst)),
            ),
            (&["01.02.2022", "03.02.2022"], "", time(Some(DateOrder::DayFirst))),
            (&["2022-03-01T00:00:00+00:00"], "", time(None)),
            (&["2022-03-01", "2022-03-02T00:00Z"], "", Style::Plain),
            (&["a", "b"], "", Style::Plain),
        ] {
            assert_eq!(style_of(cells, pattern), expected, "{cells:?}");
        }
    }
}
