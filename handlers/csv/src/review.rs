//! From a table's bytes to its aggregate.

use std::io;
use std::sync::Arc;

use data_review_core::stats::{Dtype, Summary};
use data_review_core::{CodeInfo, Input, Place, ReviewBuilder, ReviewError, printable};

use crate::codes;
use crate::dialect::{Dialect, Sample, is_comment_row, is_control, is_name};
use crate::encoding::{Encoding, Text};
use crate::geo::{self, Located, Positions, Role, Roles};
use crate::rows::{FaultKind, Row, Rows, Step};
use crate::table::TableColumn;

/// A part of a table, in bytes of its text: figures of parts are merged in their order.
const PART: u64 = 8 << 20;
/// Bytes looked at first to find out the form.
const SAMPLE: usize = 64 << 10;
/// Longest name kept of a column, in bytes.
const LONGEST_NAME: usize = 256;

/// Reviews the table in `input`.
pub(crate) fn review(input: &Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    let line_bytes = review.limits().line_bytes;
    let sample = sample(&**input, line_bytes)?;
    let encoding = Encoding::of(&sample.bytes);
    let dialect = Dialect::of(&sample, encoding)
        .map_err(|reason| ReviewError::corrupt(format!("no table: {reason}")))?;
    let most = review.limits().variables as usize;
    if dialect.width > most {
        let message = format!("{} columns; at most {most} are reviewed", dialect.width);
        return Err(ReviewError::limit(message).at(Place::text(1, 1, None)));
    }
    say_form(&dialect, encoding, review);
    let text = Text::new(input.clone(), encoding);
    let mut rows = Rows::new(text, dialect.delimiter, line_bytes);
    let mut table = Table::new(&dialect);
    loop {
        match rows.step()? {
            Step::Row(row) => table.row(&row, review),
            Step::TooLong { line } => too_long(line, line_bytes, review),
            Step::End => break,
        }
    }
    say_breaks(&rows, review);
    table.finish(review)
}

/// The beginning of the object: more of it where the first line is long.
fn sample(input: &dyn Input, line_bytes: u64) -> io::Result<Sample> {
    let mut len = SAMPLE as u64;
    loop {
        let wanted = len.min(input.len());
        let mut bytes = vec![0; usize::try_from(wanted).unwrap_or(SAMPLE)];
        input.read_exact_at(0, &mut bytes)?;
        let is_all = wanted == input.len();
        // Of UTF-16 it is the same byte, among others.
        let has_row = memchr::memchr2_iter(b'\n', b'\r', &bytes).nth(2).is_some();
        if is_all || has_row || len > line_bytes.saturating_mul(2) {
            return Ok(Sample { bytes, is_all });
        }
        len *= 2;
    }
}

fn say_form(dialect: &Dialect, encoding: Encoding, review: &mut ReviewBuilder) {
    let mut remarks = Vec::new();
    if !matches!(dialect.delimiter, b',' | b'\t') {
        remarks.push(dialect.parted_by);
    }
    if !encoding.is_utf8() {
        remarks.push(encoding.name.name());
    }
    let table = if dialect.delimiter == b'\t' {
        "TSV table"
    } else {
        "CSV table"
    };
    review.kind(if remarks.is_empty() {
        table.to_owned()
    } else {
        format!("{table} ({})", remarks.join(", "))
    });
    if dialect.delimiter != b',' {
        let message = || format!("cells are parted by {}", dialect.parted_by);
        review.found(&codes::DELIMITER, None, message, || Some(Place::text(1, 1, None)));
    }
    if !encoding.is_utf8() {
        let how = if encoding.mark > 0 {
            "says its byte order mark"
        } else {
            "by a guess"
        };
        let message = || format!("the text is {}, {how}", encoding.name.name());
        review.found(&codes::ENCODING, None, message, || None);
    } else if encoding.mark > 0 {
        let message = || "the text begins with EF BB BF".to_owned();
        review.found(&codes::BYTE_ORDER_MARK, None, message, || {
            Some(Place::Byte { byte: 0 })
        });
    }
}

fn say_breaks(rows: &Rows, review: &mut ReviewBuilder) {
    let breaks = rows.breaks;
    let forms = [(breaks.lf, "LF"), (breaks.crlf, "CRLF"), (breaks.cr, "CR")];
    let used: Vec<String> = forms
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, form)| format!("{count} with {form}"))
        .collect();
    if used.len() > 1 {
        let message = || format!("of the rows {} end", used.join(", "));
        review.found(&codes::MIXED_LINE_BREAKS, None, message, || None);
    }
}

fn too_long(line: u64, limit: u64, review: &mut ReviewBuilder) {
    let message = || format!("line {line} is longer than {limit} bytes and was passed over");
    review.found(&codes::RECORD_TOO_LONG, None, message, || {
        Some(Place::text(line, 1, None))
    });
}

/// A table while its rows are read.
struct Table<'a> {
    dialect: &'a Dialect,
    columns: Vec<TableColumn>,
    roles: Roles,
    positions: Positions,
    rows: u64,
    units_seen: bool,
    part: u64,
}

impl<'a> Table<'a> {
    fn new(dialect: &'a Dialect) -> Self {
        Table {
            dialect,
            columns: Vec::new(),
            roles: Roles::default(),
            positions: Positions::default(),
            rows: 0,
            units_seen: false,
            part: 0,
        }
    }

    fn row(&mut self, row: &Row<'_>, review: &mut ReviewBuilder) {
        say_bytes(row, review);
        let here = || Some(Place::text(row.line, 1, None));
        if row.is_blank() {
            review.found(
                &codes::BLANK_LINE,
                None,
                || format!("line {} is blank", row.line),
                here,
            );
            return;
        }
        let width = (!self.columns.is_empty()).then_some(self.columns.len());
        if is_comment_row(row, width) {
            let message = || format!("line {} is left out: `{}`", row.line, printable(row.bytes, 80));
            review.found(&codes::COMMENT_LINE, None, message, here);
            return;
        }
        self.say_faults(row, review);
        if self.columns.is_empty() {
            self.header(row, review);
        } else if self.dialect.has_units && !self.units_seen {
            self.units(row, review);
        } else {
            self.data(row, review);
        }
    }

    fn say_faults(&self, row: &Row<'_>, review: &mut ReviewBuilder) {
        for fault in row.faults {
            let (code, what) = match fault.kind {
                FaultKind::Unclosed => (&codes::UNCLOSED_QUOTE, "a quote that opens a cell is not closed"),
                FaultKind::TextAfterQuote => (&codes::TEXT_AFTER_QUOTE, "text follows a closing quote"),
                FaultKind::Stray => (
                    &codes::STRAY_QUOTE,
                    "a quote within a cell that does not begin with one",
                ),
            };
            let place = || Some(Place::text(fault.line, fault.column, None));
            review.found(code, None, || format!("line {}: {what}", fault.line), place);
        }
    }

    fn header(&mut self, row: &Row<'_>, review: &mut ReviewBuilder) {
        let width = self.dialect.width;
        if row.cells.len() != width {
            let message = || format!("{} names above rows of {width} cells", row.cells.len());
            let place = || Some(Place::text(row.line, 1, None));
            review.found(&codes::HEADER_WIDTH, None, message, place);
        }
        let mut seen = std::collections::HashSet::new();
        for index in 0..width {
            let cell = row.cell(index).trim_ascii();
            let at = row.place(index);
            let place = |name: &str| Some(Place::text(at.0, at.1, Some(name)));
            let name = match printable(cell, LONGEST_NAME) {
                name if name.is_empty() => format!("column {}", index + 1),
                name => name,
            };
            let shown = name.as_str();
            if cell.is_empty() {
                let message = || format!("column {} has no name", index + 1);
                review.found(&codes::UNNAMED_COLUMN, Some(shown), message, || place(shown));
            } else if !is_name(cell) {
                let message = || format!("`{shown}` is a value rather than a name");
                review.found(&codes::NAME_IS_VALUE, Some(shown), message, || place(shown));
            }
            if !seen.insert(name.clone()) {
                let message = || format!("`{shown}` is the name of several columns");
                review.found(&codes::DUPLICATE_COLUMN, Some(shown), message, || place(shown));
            }
            let unit = geo::split_unit(shown).1.map(str::to_owned);
            self.columns.push(TableColumn::new(name, unit, width));
        }
        self.roles = Roles::of(self.columns.iter().map(|column| column.name.as_str()));
    }

    fn units(&mut self, row: &Row<'_>, review: &mut ReviewBuilder) {
        self.units_seen = true;
        for (index, column) in self.columns.iter_mut().enumerate() {
            let unit = row.cell(index).trim_ascii();
            if !unit.is_empty() {
                column.unit = Some(printable(unit, LONGEST_NAME));
            }
        }
        let message = || format!("line {} holds units: `{}`", row.line, printable(row.bytes, 80));
        review.found(&codes::UNITS_ROW, None, message, || {
            Some(Place::text(row.line, 1, None))
        });
    }

    fn data(&mut self, row: &Row<'_>, review: &mut ReviewBuilder) {
        if row.at / PART != self.part {
            self.part = row.at / PART;
            self.columns.iter_mut().for_each(TableColumn::end_part);
        }
        self.rows += 1;
        let (cells, width) = (row.cells.len(), self.columns.len());
        if cells != width {
            self.say_width(row, review);
        }
        let mut values = [None; 4];
        for (index, column) in self.columns.iter_mut().enumerate() {
            if let Some(value) = column.push(row.cell(index), row.place(index), review) {
                self.roles.note(index, value, &mut values);
            }
        }
        self.place(row, values, review);
    }

    fn say_width(&self, row: &Row<'_>, review: &mut ReviewBuilder) {
        let (cells, width) = (row.cells.len(), self.columns.len());
        let (code, at) = if cells < width {
            (&codes::SHORT_ROW, row.place(cells))
        } else {
            (&codes::LONG_ROW, row.place(width))
        };
        let message = || {
            format!(
                "line {} has {cells} cells; the table has {width} columns",
                row.line
            )
        };
        review.found(code, None, message, || Some(Place::text(at.0, at.1, None)));
    }

    /// Adds the row's position and depth to the coverage.
    fn place(&mut self, row: &Row<'_>, values: [Option<f64>; 4], review: &mut ReviewBuilder) {
        let located = |role: Role| {
            let column = self.roles.column(role)?;
            Some(Located {
                value: values[role as usize]?,
                name: &self.columns[column].name,
                at: row.place(column),
            })
        };
        if let (Some(longitude), Some(latitude)) = (located(Role::Longitude), located(Role::Latitude)) {
            self.positions.position(&longitude, &latitude, review);
        }
        if let Some(depth) = located(Role::Vertical) {
            self.positions.depth(&depth, review);
        }
    }

    fn finish(self, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        if self.columns.is_empty() {
            return Err(ReviewError::corrupt("no table: its header cannot be read"));
        }
        review.observations(self.rows);
        if self.rows == 0 {
            review.found(
                &codes::NO_ROWS,
                None,
                || "no data row below the header".to_owned(),
                || None,
            );
        }
        let vertical = self
            .roles
            .column(Role::Vertical)
            .and_then(|column| self.columns[column].unit.clone());
        self.positions.finish(vertical.as_deref(), review);
        let mut dtypes = Vec::with_capacity(self.columns.len());
        for (index, column) in self.columns.into_iter().enumerate() {
            let name = column.name.clone();
            let summary: Summary = column.finish(index + 1, review);
            if self.roles.column(Role::Time) == Some(index) {
                geo::times(&name, &summary, review);
            }
            dtypes.push(summary.dtype);
        }
        say_what_had_nothing_to_look_at(&self.roles, &dtypes, review);
        Ok(())
    }
}

/// Checks that this table has nothing for.
fn say_what_had_nothing_to_look_at(roles: &Roles, dtypes: &[Dtype], review: &mut ReviewBuilder) {
    let has = |role: Role| roles.column(role).is_some();
    let numbers = dtypes.iter().any(|dtype| dtype.is_numeric());
    let typed = dtypes.iter().any(|dtype| *dtype != Dtype::Text);
    let checks: [(&CodeInfo, bool); 7] = [
        (
            &codes::IMPOSSIBLE_POSITION,
            has(Role::Latitude) && has(Role::Longitude),
        ),
        (&codes::IMPOSSIBLE_DEPTH, has(Role::Vertical)),
        (&codes::TIME_ZONE_ASSUMED, has(Role::Time)),
        (&codes::FILL_VALUE, numbers),
        (&codes::NON_FINITE, numbers),
        (&codes::INVALID_VALUE, typed),
        (&codes::MISSING_WORD, typed),
    ];
    for (code, _) in checks.iter().filter(|(_, applies)| !applies) {
        review.not_applicable(code);
    }
}

/// Bytes that a text should not have.
fn say_bytes(row: &Row<'_>, review: &mut ReviewBuilder) {
    let (mut ascii, mut control) = (true, false);
    for byte in row.bytes {
        ascii &= *byte < 0x80;
        control |= is_control(*byte);
    }
    let place = |at: usize| Some(Place::text(row.line, at as u64 + 1, None));
    if control && let Some(at) = row.bytes.iter().position(|byte| is_control(*byte)) {
        let message = || format!("line {} has a byte {:02X}", row.line, row.bytes[at]);
        review.found(&codes::CONTROL_CHARACTER, None, message, || place(at));
    }
    if ascii {
        return;
    }
    if let Err(error) = std::str::from_utf8(row.bytes) {
        let at = error.valid_up_to();
        let message = || {
            format!(
                "line {} has a byte {:02X} that is no UTF-8",
                row.line, row.bytes[at]
            )
        };
        review.found(&codes::INVALID_UTF8, None, message, || place(at));
    }
    if let Some(at) = memchr::memmem::find(row.bytes, "\u{FFFD}".as_bytes()) {
        let message = || format!("line {} has U+FFFD where a character was", row.line);
        review.found(&codes::LOST_CHARACTER, None, message, || place(at));
    }
}
