//! From a table's bytes to its aggregate.

use std::io;
use std::sync::Arc;

use data_review_core::stats::Dtype;
use data_review_core::{CodeInfo, Input, InputReader, Place, ReviewBuilder, ReviewError, printable};
use text_table::{
    Block, CellKind, ColumnKind, Delimiter, Encoding, FaultKind, Layout, NameHint, Record, Records, Step,
    Text, are_types, is_control, join_names,
};

use crate::codes;
use crate::column::{Pushed, TableColumn};
use crate::dialects::{self, Named};
use crate::metadata::{Metadata, described_unit};
use crate::profile::{Profile, Profiles};
use crate::roles::{Positions, Roles, split_unit};
use crate::rows::{Cells, Kept, is_empty};
use crate::times::{Times, Zone, is_zone};

/// A part of a table, in bytes of its text: figures of parts are merged in their order.
const PART: u64 = 8 << 20;
/// Bytes looked at first to find the table.
const SAMPLE: usize = 64 << 10;
/// Bytes of the sample if the first one shows no table.
const LARGE_SAMPLE: usize = 1 << 20;
/// Longest name kept of a column, in bytes.
const LONGEST_NAME: usize = 256;
/// Rows of another form that are kept until it is known what they are.
const KEPT: usize = 64;

/// Reviews the table in `input`.
pub(crate) fn review(input: &Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    let line_bytes = review.limits().line_bytes;
    if input.is_empty() {
        report_empty(review);
        return Ok(());
    }
    let (head, encoding, mut layout) = find(&**input, line_bytes, review.file_name())?;
    let mut profiles = Profiles::of(&head, encoding, &layout, line_bytes);
    drop(head);
    let named = dialects::recognise(&profiles);
    if let Some(named) = named
        && named.lines.is_some()
    {
        named.adjust(&mut layout);
        let head = read_head(&**input, SAMPLE as u64)?.0;
        profiles = Profiles::of(&head, encoding, &layout, line_bytes);
    }
    let most = review.limits().variables as usize;
    if layout.width > most {
        let message = format!("{} columns; at most {most} are reviewed", layout.width);
        return Err(ReviewError::limit(message).at(Place::text(layout.first_line, 1, None)));
    }
    report_form(&layout, named, encoding, review);
    let records = || {
        let text = Text::new(InputReader::new(input.clone()), encoding);
        Records::new(text, layout.dialect, line_bytes)
    };
    profiles.settle_dates(records(), &layout)?;
    let mut records = records();
    let mut table = Table::new(layout, profiles, named);
    table.start(review);
    loop {
        match records.step()? {
            Step::Record(record) => table.record(&record, review),
            Step::TooLong { line } => too_long(line, line_bytes, review),
            Step::End => break,
        }
    }
    report_breaks(&records, review);
    table.finish(review)
}

/// Reports that there is nothing: the name alone says that it should be a table.
fn report_empty(review: &mut ReviewBuilder) {
    review.kind("CSV table (empty)");
    review.observations(0);
    let message = || "the file has no bytes".to_owned();
    review.found(&codes::EMPTY_FILE, None, message, || None);
    for code in codes::ALL
        .iter()
        .filter(|code| code.code != codes::EMPTY_FILE.code)
    {
        review.not_applicable(code);
    }
}

/// The head of the file, its encoding, and where the table is.
fn find(input: &dyn Input, line_bytes: u64, name: &str) -> Result<(Vec<u8>, Encoding, Layout), ReviewError> {
    let mut len = SAMPLE as u64;
    loop {
        let (head, is_all) = read_head(input, len)?;
        let encoding = Encoding::of(&head);
        // Of UTF-16 it is the same byte, among others.
        let has_row = memchr::memchr2_iter(b'\n', b'\r', &head).nth(2).is_some();
        let is_last = is_all || len > line_bytes.saturating_mul(2);
        if has_row || is_last {
            // What was identified by its name, or by the caller, is read by the most generous rules.
            let found = crate::detect(&head, is_all, crate::name_hint(name))
                .or_else(|_| crate::detect(&head, is_all, NameHint::Table));
            match found {
                Ok(layout) if layout.sampled > 0 || is_last => return Ok((head, encoding, layout)),
                Err(reason) if is_last || len > LARGE_SAMPLE as u64 => {
                    return Err(ReviewError::corrupt(format!("no table: {reason}")));
                }
                Ok(layout) if len > LARGE_SAMPLE as u64 => return Ok((head, encoding, layout)),
                _ => {}
            }
        }
        len *= 2;
    }
}

/// The first bytes, and whether they are all.
fn read_head(input: &dyn Input, len: u64) -> io::Result<(Vec<u8>, bool)> {
    let wanted = len.min(input.len());
    let mut bytes = vec![0; usize::try_from(wanted).unwrap_or(SAMPLE)];
    input.read_exact_at(0, &mut bytes)?;
    Ok((bytes, wanted == input.len()))
}

fn report_form(layout: &Layout, named: Option<&Named>, encoding: Encoding, review: &mut ReviewBuilder) {
    let dialect = layout.dialect;
    let mut remarks: Vec<&str> = named.map(|named| named.name).into_iter().collect();
    if !matches!(dialect.delimiter, Delimiter::Byte(b',' | b'\t')) {
        remarks.push(dialect.delimiter.plural());
    }
    if !encoding.is_utf8() {
        remarks.push(encoding.name());
    }
    let table = match dialect.delimiter {
        Delimiter::Byte(b'\t') => "TSV table",
        Delimiter::Blanks => "Table",
        _ => "CSV table",
    };
    review.kind(if remarks.is_empty() {
        table.to_owned()
    } else {
        format!("{table} ({})", remarks.join(", "))
    });
    let place = || Some(Place::text(layout.first_line, 1, None));
    if dialect.delimiter != Delimiter::Byte(b',') {
        let message = || format!("cells are separated by {}", dialect.delimiter.plural());
        review.found(&codes::DELIMITER, None, message, place);
    }
    let quotes = [
        (dialect.quote == Some(b'\''), "cells are in apostrophes"),
        (
            dialect.blanks_before_quotes && dialect.quote == Some(b'"'),
            "blanks stand in front of quotes",
        ),
        (dialect.backslash_escapes, "quotes within cells have a backslash"),
    ];
    for (_, message) in quotes.iter().filter(|(is_so, _)| *is_so) {
        review.found(&codes::QUOTES, None, || (*message).to_owned(), place);
    }
    if !encoding.is_utf8() {
        let how = if encoding.is_guessed() {
            "by its bytes"
        } else {
            "by its byte order mark"
        };
        let message = || format!("the text is {}, {how}", encoding.name());
        review.found(&codes::ENCODING, None, message, || None);
    } else if encoding.mark() > 0 {
        let message = || "the text begins with EF BB BF".to_owned();
        review.found(&codes::BYTE_ORDER_MARK, None, message, || {
            Some(Place::Byte { byte: 0 })
        });
    }
}

fn report_breaks(records: &Records<InputReader>, review: &mut ReviewBuilder) {
    let breaks = records.breaks;
    let forms = [(breaks.lf, "LF"), (breaks.crlf, "CRLF"), (breaks.cr, "CR")];
    let used: Vec<String> = forms
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, form)| match count {
            1 => format!("1 row ends with {form}"),
            count => format!("{count} rows end with {form}"),
        })
        .collect();
    if used.len() > 1 {
        review.found(&codes::MIXED_LINE_BREAKS, None, || used.join(", "), || None);
    }
}

fn too_long(line: u64, limit: u64, review: &mut ReviewBuilder) {
    let message = || format!("line {line} is longer than {limit} bytes and was skipped");
    review.found(&codes::RECORD_TOO_LONG, None, message, || {
        Some(Place::text(line, 1, None))
    });
}

/// A table while its rows are read.
struct Table {
    layout: Layout,
    profiles: Profiles,
    named: Option<&'static Named>,
    columns: Vec<TableColumn>,
    /// What the cells of the row came to.
    pushed: Vec<Pushed>,
    /// Trimmed names of the header's last row, by which a repeated header is known.
    names: Vec<Vec<u8>>,
    roles: Roles,
    positions: Positions,
    times: Option<Times>,
    metadata: Metadata,
    block: Block,
    rows: u64,
    part: u64,
    kept: Vec<Kept>,
    /// Whether blank or empty rows stand in front of the next record.
    is_after_gap: bool,
    /// Text of the first record; a second copy of the table begins with it.
    first_record: Option<Vec<u8>>,
    is_after_header: bool,
    /// A second table has begun: the rest of the file is left out.
    is_over: bool,
}

impl Table {
    fn new(layout: Layout, profiles: Profiles, named: Option<&'static Named>) -> Self {
        Table {
            layout,
            profiles,
            named,
            columns: Vec::new(),
            pushed: Vec::new(),
            names: Vec::new(),
            roles: Roles::default(),
            positions: Positions::default(),
            times: None,
            metadata: Metadata::default(),
            block: Block::default(),
            rows: 0,
            part: 0,
            kept: Vec::new(),
            is_after_gap: false,
            first_record: None,
            is_after_header: false,
            is_over: false,
        }
    }

    /// Makes the columns, by what the sample shows.
    fn start(&mut self, review: &mut ReviewBuilder) {
        let width = self.layout.width;
        let header = std::mem::take(&mut self.profiles.header);
        self.names = header.last().cloned().unwrap_or_default();
        let joined = join_names(&header);
        let line = self
            .layout
            .header
            .last()
            .copied()
            .unwrap_or(self.layout.first_record);
        self.report_header(&header, line, review);
        let is_scale = is_scale(&joined);
        let mut seen = std::collections::HashSet::new();
        let mut named: Vec<(String, Option<String>)> = Vec::with_capacity(width);
        for index in 0..width {
            let cell = joined.get(index).map_or(&b""[..], Vec::as_slice).trim_ascii();
            let name = match printable(cell, LONGEST_NAME) {
                name if name.is_empty() => format!("column {}", index + 1),
                name => name,
            };
            let place = || Some(Place::text(line, self.column_of(&header, index), Some(&name)));
            let is_behind_last = self.layout.has_trailing_delimiter && index + 1 == width;
            if !header.is_empty() && !is_behind_last {
                let is_index = || index == 0 && self.profiles.columns.first().is_some_and(Profile::is_index);
                if cell.is_empty() && is_index() {
                    let message = || "column 1 has no name; it is an index of the rows".to_owned();
                    review.found(&codes::INDEX_COLUMN, Some(&name), message, place);
                } else if cell.is_empty() && index + 1 == width && self.profiles.columns[index].filled == 0 {
                    let message = || "the header and the rows end with a delimiter".to_owned();
                    review.found(&codes::TRAILING_DELIMITER, Some(&name), message, place);
                } else if cell.is_empty() {
                    let message = || format!("column {} has no name", index + 1);
                    review.found(&codes::UNNAMED_COLUMN, Some(&name), message, place);
                } else if !is_scale && matches!(CellKind::of(cell), CellKind::Number | CellKind::Time) {
                    // Not a position: `N2` and `S4` are names.
                    let message = || format!("`{name}` is a value rather than a name");
                    review.found(&codes::NAME_IS_VALUE, Some(&name), message, place);
                }
                if !seen.insert(name.clone()) {
                    let message = || format!("`{name}` is the name of several columns");
                    review.found(&codes::DUPLICATE_COLUMN, Some(&name), message, place);
                }
            }
            let unit = self.unit(index, &name);
            named.push((name, unit));
        }
        let pattern = |index: usize| {
            let (name, unit) = &named[index];
            format!("{name} {}", unit.as_deref().unwrap_or_default())
        };
        self.profiles.decide(pattern);
        for ((name, unit), profile) in named.into_iter().zip(&self.profiles.columns) {
            self.columns
                .push(TableColumn::new(name, unit, width, profile.clone()));
        }
        self.roles = Roles::of(&self.columns, review);
    }

    /// Where the name of a column stands in the last row of the header, in bytes from 1.
    fn column_of(&self, header: &[Vec<Vec<u8>>], index: usize) -> u64 {
        let before = header.last().map_or(&[][..], |row| &row[..index.min(row.len())]);
        1 + before.iter().map(|cell| cell.len() as u64 + 1).sum::<u64>()
    }

    fn unit(&self, index: usize, name: &str) -> Option<String> {
        let units = self.profiles.units.iter().filter(|row| !are_types(row));
        let rows = units.filter_map(|row| row.get(index));
        let below = rows
            .map(|cell| printable(cell, LONGEST_NAME))
            .find(|unit| !unit.is_empty());
        let bare = |unit: &str| {
            let bare = unit
                .strip_prefix(['[', '('])
                .and_then(|rest| rest.strip_suffix([']', ')']));
            bare.unwrap_or(unit).trim().to_owned()
        };
        below
            .map(|unit| bare(&unit))
            .or_else(|| split_unit(name).1.map(str::to_owned))
            .or_else(|| {
                let mut above = self.profiles.above.iter();
                above.find_map(|(_, line)| described_unit(line, name).map(str::to_owned))
            })
            .filter(|unit| !unit.is_empty())
            .filter(|unit| !is_zone(unit) || !self.profiles.units.is_empty())
    }

    fn report_header(&self, header: &[Vec<Vec<u8>>], line: u64, review: &mut ReviewBuilder) {
        let (names, width) = (header.iter().map(Vec::len).max().unwrap_or(0), self.layout.width);
        let place = || Some(Place::text(line, 1, None));
        if header.is_empty() {
            let message = || format!("line {line} has the form of the rows below it");
            review.found(&codes::NO_HEADER, None, message, place);
        } else if self.layout.has_trailing_delimiter {
            let message = || format!("rows end with a delimiter, the header in line {line} does not");
            review.found(&codes::TRAILING_DELIMITER, None, message, || {
                Some(Place::text(self.layout.first_record, 1, None))
            });
        } else if names > width
            && header.iter().flatten().skip(width).all(|name| name.is_empty())
            && header.len() == 1
        {
            let message = || format!("the header in line {line} ends with a delimiter, the rows do not");
            review.found(&codes::TRAILING_DELIMITER, None, message, place);
        } else if names != width {
            let message = || format!("{names} names above rows of {width} cells");
            review.found(&codes::HEADER_WIDTH, None, message, place);
        }
        for (unit, row) in self.layout.units.iter().zip(&self.profiles.units) {
            let text: Vec<_> = row.iter().filter(|cell| !cell.is_empty()).cloned().collect();
            let what = match are_types(row) {
                true => "types of columns",
                false => "units",
            };
            let message = || {
                format!(
                    "line {unit} holds {what}: `{}`",
                    printable(&text.join(&b", "[..]), 80)
                )
            };
            review.found(&codes::UNITS_ROW, None, message, || {
                Some(Place::text(*unit, 1, None))
            });
        }
        if header.len() > 1 {
            let message = || format!("names are spread over {} rows, down to line {line}", header.len());
            review.found(&codes::METADATA_ABOVE, Some("header"), message, || {
                Some(Place::text(self.layout.first_line, 1, None))
            });
        }
    }

    fn record(&mut self, record: &Record<'_>, review: &mut ReviewBuilder) {
        if self.is_over {
            return;
        }
        report_bytes(record, review);
        let line = record.line;
        let here = || Some(Place::text(line, 1, None));
        let is_comment = self.block.is_comment(record);
        if line < self.layout.first_record {
            self.above(record, is_comment, review);
            return;
        }
        if record.is_blank() {
            review.found(&codes::BLANK_LINE, None, || format!("line {line} is blank"), here);
            self.is_after_gap = true;
            return;
        }
        let width = self.layout.width;
        // `#` may begin a cell (RFC 4180 has no comments); other marks do so only in a column of text.
        let is_like_row = record.cells.len() == width
            && (record.bytes.trim_ascii_start().starts_with(b"#")
                || !self.layout.kinds.first().is_some_and(|kind| kind.is_typed()));
        if is_comment && !is_like_row {
            report_comment(record, review);
            return;
        }
        report_faults(record, review);
        if is_empty(record) {
            review.found(
                &codes::EMPTY_ROW,
                None,
                || format!("line {line} has no value"),
                here,
            );
            self.is_after_gap = true;
            return;
        }
        if self.is_header_again(record) {
            self.header_again(record, review);
            return;
        }
        if self.is_copy(record, review) {
            return;
        }
        let is_note = self.is_note(record);
        let is_odd = record.cells.len() != width || self.is_after_gap || !self.kept.is_empty() || is_note;
        if is_odd && self.keep(record, is_note, review) {
            return;
        }
        self.release(review);
        self.is_after_gap = false;
        self.data(record, review);
    }

    /// A line above the first record, of the header or the metadata.
    fn above(&mut self, record: &Record<'_>, is_comment: bool, review: &mut ReviewBuilder) {
        let (line, layout) = (record.line, &self.layout);
        if layout.header.contains(&line) {
            report_faults(record, review);
            return;
        }
        if layout.units.contains(&line) {
            return;
        }
        self.metadata.line(line, record.bytes, layout.dialect.delimiter);
        if record.is_blank() {
            if line > layout.first_line {
                review.found(
                    &codes::BLANK_LINE,
                    None,
                    || format!("line {line} is blank"),
                    || Some(Place::text(line, 1, None)),
                );
            }
        } else if is_comment {
            report_comment(record, review);
        } else if !is_empty(record) {
            let message = || {
                format!(
                    "line {line} is above the table: `{}`",
                    printable(record.bytes, 80)
                )
            };
            review.found(&codes::METADATA_ABOVE, None, message, || {
                Some(Place::text(line, 1, None))
            });
        }
    }

    /// Whether a record repeats the header.
    fn is_header_again(&self, record: &Record<'_>) -> bool {
        let is_same = |index: usize| {
            self.names
                .get(index)
                .is_some_and(|name| record.cell(index).trim_ascii() == &name[..])
        };
        // One cell decides nearly always.
        !self.names.is_empty()
            && is_same(0)
            && record.cells.len() == self.names.len()
            && (1..self.names.len()).all(is_same)
    }

    fn header_again(&mut self, record: &Record<'_>, review: &mut ReviewBuilder) {
        // Titles of the rows that follow.
        let titles = std::mem::take(&mut self.kept);
        for title in &titles {
            report_footer(title, review);
        }
        let message = || format!("line {} repeats the header", record.line);
        review.found(&codes::REPEATED_HEADER, None, message, || {
            Some(Place::text(record.line, 1, None))
        });
        self.is_after_header = true;
        self.is_after_gap = false;
    }

    /// Whether the rows are a second copy of the first ones; the first record is kept to know.
    fn is_copy(&mut self, record: &Record<'_>, review: &mut ReviewBuilder) -> bool {
        // Quotes may differ, cells do not.
        let text = || {
            (0..record.cells.len().min(64))
                .map(|index| record.cell(index).trim_ascii())
                .collect::<Vec<_>>()
                .join(&b"\n"[..])
        };
        if self.first_record.is_none() {
            self.first_record = Some(text());
        }
        if !std::mem::take(&mut self.is_after_header) {
            return false;
        }
        let is_copy = self.rows > 2 && self.first_record == Some(text());
        if is_copy {
            let line = record.line;
            let message = || format!("from line {line} on the table is there a second time");
            review.found(&codes::SECOND_TABLE, None, message, || {
                Some(Place::text(line, 1, None))
            });
            self.is_over = true;
        }
        is_copy
    }

    /// Keeps a record that may belong to a footer or to a second table; returns whether it was kept.
    fn keep(&mut self, record: &Record<'_>, is_note: bool, review: &mut ReviewBuilder) -> bool {
        let kinds = kinds_of(record);
        let values = kinds.iter().filter(|kind| kind.is_value()).count();
        let width = record.cells.len();
        let is_wide_row = self.is_blanks() && width * 2 > self.layout.width && !is_note;
        if self.begins_second_table(record, is_note, &kinds) {
            let mut kept = std::mem::take(&mut self.kept);
            let names = kept.pop();
            for title in &kept {
                report_footer(title, review);
            }
            if let Some(names) = names {
                let columns = if self.is_blanks() { width } else { names.filled() };
                let line = names.line();
                let message = || format!("a second table of {columns} columns begins in line {line}");
                review.found(&codes::SECOND_TABLE, None, message, || {
                    Some(Place::text(line, 1, None))
                });
            }
            self.is_over = true;
            return true;
        }
        let is_text = values == 0;
        let is_kept = match width {
            _ if is_wide_row => false,
            _ if is_note => true,
            1 => is_text,
            width if width != self.layout.width => is_text || self.is_after_gap && !self.has_kinds(&kinds),
            _ => (self.is_after_gap || !self.kept.is_empty()) && !self.has_kinds(&kinds),
        };
        if !is_kept || self.kept.len() >= KEPT || self.rows == 0 {
            return false;
        }
        self.kept.push(Kept::of(record, self.is_after_gap, is_note));
        true
    }

    /// Whether a record is the first one of another table, whose names were kept last: either both have another width than this
    /// table, and the record has values, or the names stand below a gap and a title, and the record lacks this table's kinds or
    /// one of the names is in this table's header, too.
    fn begins_second_table(&self, record: &Record<'_>, is_note: bool, kinds: &[CellKind]) -> bool {
        let Some(names) = self.kept.last() else {
            return false;
        };
        let width = record.cells.len();
        if self.is_blanks() {
            // Names that contain blanks have more cells than there are columns.
            let values = kinds.iter().filter(|kind| kind.is_value()).count();
            return self.kept.len() > 1
                && !is_note
                && width != self.layout.width
                && width > 2
                && values * 2 > width;
        }
        if names.width() != width || width < 2 {
            return false;
        }
        if width != self.layout.width {
            return is_names(names) && kinds.iter().any(|kind| kind.is_value());
        }
        // A spreadsheet pads all its tables to the width of the widest.
        const FEWEST_NAMES: usize = 3;
        let title = self.kept.iter().rev().nth(1);
        let has_title = title.is_some_and(|title| title.is_after_gap && title.filled() == 1);
        let is_below_names = |(index, kind): (usize, &CellKind)| {
            *kind == CellKind::Empty || !names.cell(index).trim_ascii().is_empty()
        };
        // Some names are sentences.
        let is_name = |index: usize| !CellKind::of(names.cell(index)).is_value();
        // Its values may have made the sample's columns what they are, but not the names of this table's header.
        let is_shared = |index: usize| {
            let name = names.cell(index).trim_ascii();
            !name.is_empty() && self.names.get(index).is_some_and(|own| *own == name)
        };
        has_title
            && names.filled() >= FEWEST_NAMES
            && (0..width).all(is_name)
            && (!self.has_kinds(kinds) || (0..width).any(is_shared))
            && kinds.iter().enumerate().all(is_below_names)
    }

    /// Whether cells have the kinds of the table's columns; of a table of text that cannot be said.
    fn has_kinds(&self, kinds: &[CellKind]) -> bool {
        let typed = self
            .layout
            .kinds
            .iter()
            .zip(kinds)
            .filter(|(column, _)| column.is_typed());
        let (mut fit, mut filled, mut all) = (0, 0, 0);
        for (column, kind) in typed {
            all += 1;
            filled += usize::from(*kind != CellKind::Empty);
            fit += usize::from(match column {
                ColumnKind::Number => matches!(kind, CellKind::Number | CellKind::Missing),
                ColumnKind::Time => matches!(kind, CellKind::Time | CellKind::Missing),
                _ => matches!(kind, CellKind::Position | CellKind::Number | CellKind::Missing),
            });
        }
        // A total below the rows has one value among many columns.
        all == 0 || fit > 0 && fit * 2 > filled && filled * 2 > all.min(kinds.len())
    }

    /// Counts the rows that were kept: they turned out to be rows of the table. Notes between rows are left out.
    fn release(&mut self, review: &mut ReviewBuilder) {
        for kept in std::mem::take(&mut self.kept) {
            match kept.is_note {
                true => report_footer(&kept, review),
                false => self.data(&kept, review),
            }
        }
    }

    fn is_blanks(&self) -> bool {
        self.layout.dialect.delimiter == Delimiter::Blanks
    }

    /// Whether a line of a table that is separated by blanks is a title or a remark: it begins with a word where the rows have a
    /// value, as `Depth(M): 1 5 8`, or has no value in most of the columns of values.
    fn is_note(&self, row: &impl Cells) -> bool {
        if !self.is_blanks() {
            return false;
        }
        let is_word = |index: usize| {
            let cell = row.cell(index);
            CellKind::of(cell).is_text() && cell.iter().any(u8::is_ascii_alphabetic)
        };
        let typed = self.layout.kinds.iter().position(|column| column.is_typed());
        match typed {
            Some(0) => is_word(0),
            Some(index) => is_word(index) && !self.has_kinds(&kinds_of(row)),
            None => false,
        }
    }

    fn data(&mut self, row: &impl Cells, review: &mut ReviewBuilder) {
        if self.times.is_none() {
            let stated = self
                .metadata
                .zone()
                .or(self.named.and_then(|named| named.zone).map(Zone::Offset));
            self.times = Some(Times::of(&self.columns, stated, review));
        }
        if row.at() / PART != self.part {
            self.part = row.at() / PART;
            self.columns.iter_mut().for_each(TableColumn::end_part);
        }
        self.rows += 1;
        let (cells, width) = (row.width(), self.columns.len());
        if cells != width {
            self.report_width(row, review);
        }
        self.pushed.clear();
        for (index, column) in self.columns.iter_mut().enumerate() {
            self.pushed
                .push(column.push(row.cell(index), row.place(index), review));
        }
        let pushed = |at: Option<usize>| at.map_or(Pushed::Nothing, |at| self.pushed[at]);
        let Roles {
            latitude,
            longitude,
            vertical,
            ..
        } = self.roles;
        let position = [latitude, longitude, vertical].map(pushed);
        self.positions
            .row(row, &self.roles, position, &self.columns, review);
        if let Some(times) = &mut self.times {
            let source = times.source.map(|source| source.column());
            times.row(row, &self.columns, pushed(source));
        }
    }

    fn report_width(&self, row: &impl Cells, review: &mut ReviewBuilder) {
        let (cells, width, line) = (row.width(), self.columns.len(), row.line());
        let is_empty = |index: usize| row.cell(index).trim_ascii().is_empty();
        if cells > width && (width..cells).all(is_empty) {
            let message = || format!("line {line} ends with {} delimiters too many", cells - width);
            review.found(&codes::TRAILING_DELIMITER, None, message, || {
                Some(Place::text(line, 1, None))
            });
            return;
        }
        let (code, at) = if cells < width {
            (&codes::SHORT_ROW, row.place(cells))
        } else {
            (&codes::LONG_ROW, row.place(width))
        };
        let message = || {
            let plural = if cells == 1 { "cell" } else { "cells" };
            format!("line {line} has {cells} {plural}; the table has {width} columns")
        };
        review.found(code, None, message, || Some(Place::text(at.0, at.1, None)));
    }

    fn finish(mut self, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        let kept = std::mem::take(&mut self.kept);
        // What follows a gap or has one cell is a footer; rows cut short are rows.
        let footer = kept
            .iter()
            .position(|kept| kept.is_after_gap || kept.width() == 1 || is_names(kept))
            .unwrap_or(kept.len());
        for (at, row) in kept.iter().enumerate() {
            if at < footer && !row.is_note {
                self.data(row, review);
            } else {
                report_footer(row, review);
            }
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
        if let Some(at) = self.roles.vertical {
            let column = &mut self.columns[at];
            let fills: Vec<f64> = column.fills().iter().map(|fill| fill.value).collect();
            self.positions.finish(column.unit.as_deref(), &fills, review);
        }
        let has_time_source = self.times.as_ref().is_some_and(|times| times.source.is_some());
        let has_time = self
            .times
            .take()
            .is_some_and(|times| times.finish(&self.columns, review));
        self.metadata.finish(self.positions.any, has_time, review);
        let mut dtypes = Vec::with_capacity(self.columns.len());
        for (index, column) in self.columns.into_iter().enumerate() {
            dtypes.push(column.finish(index + 1, review));
        }
        report_not_applicable(&self.roles, has_time_source, &dtypes, review);
        Ok(())
    }
}

/// Whether a kept row has the form of a header: two names or more and no value.
fn is_names(row: &Kept) -> bool {
    let mut texts = 0;
    for index in 0..row.width() {
        match CellKind::of(row.cell(index)) {
            CellKind::Text => texts += 1,
            CellKind::Empty => {}
            _ => return false,
        }
    }
    texts > 1
}

fn kinds_of(row: &impl Cells) -> Vec<CellKind> {
    (0..row.width())
        .map(|index| CellKind::of(row.cell(index)))
        .collect()
}

fn report_footer(row: &Kept, review: &mut ReviewBuilder) {
    let line = row.line();
    let message = || {
        format!(
            "line {line} is not a row of the table: `{}`",
            printable(&row.text(), 80)
        )
    };
    review.found(&codes::FOOTER, None, message, || Some(Place::text(line, 1, None)));
}

fn report_comment(record: &Record<'_>, review: &mut ReviewBuilder) {
    let message = || {
        format!(
            "line {} is left out: `{}`",
            record.line,
            printable(record.bytes, 80)
        )
    };
    review.found(&codes::COMMENT_LINE, None, message, || {
        Some(Place::text(record.line, 1, None))
    });
}

fn report_faults(record: &Record<'_>, review: &mut ReviewBuilder) {
    for fault in record.faults {
        let (code, what) = match fault.kind {
            FaultKind::Unclosed => (&codes::UNCLOSED_QUOTE, "a quote that opens a cell is not closed"),
            FaultKind::TextAfterQuote => (&codes::TEXT_AFTER_QUOTE, "text follows a closing quote"),
            _ => (
                &codes::STRAY_QUOTE,
                "a quote within a cell that does not begin with one",
            ),
        };
        let place = || Some(Place::text(fault.line, fault.column, None));
        review.found(code, None, || format!("line {}: {what}", fault.line), place);
    }
}

/// Marks the checks that this table has nothing for.
fn report_not_applicable(roles: &Roles, has_time: bool, dtypes: &[Dtype], review: &mut ReviewBuilder) {
    let numbers = dtypes.iter().any(|dtype| dtype.is_numeric());
    let typed = dtypes.iter().any(|dtype| *dtype != Dtype::Text);
    let checks: [(&CodeInfo, bool); 12] = [
        (
            &codes::IMPOSSIBLE_POSITION,
            roles.latitude.is_some() && roles.longitude.is_some(),
        ),
        (&codes::IMPOSSIBLE_DEPTH, roles.vertical.is_some()),
        (&codes::TIME_ZONE_ASSUMED, has_time),
        (&codes::TIME_ZONE_LOCAL, has_time),
        (&codes::TIME_UNREADABLE, has_time),
        (&codes::TIME_JOINED, has_time),
        (&codes::FILL_VALUE, numbers),
        (&codes::NON_FINITE, numbers),
        (&codes::DETECTION_LIMIT, numbers),
        (&codes::THOUSANDS_SEPARATOR, numbers),
        (&codes::INVALID_VALUE, typed),
        (&codes::MISSING_WORD, typed),
    ];
    for (code, _) in checks.iter().filter(|(_, applies)| !applies) {
        review.not_applicable(code);
    }
}

/// Reports bytes that a text should not have.
fn report_bytes(record: &Record<'_>, review: &mut ReviewBuilder) {
    // Without an early end, many bytes are compared at once.
    let is_printable = |all: bool, byte: &u8| all & (b' '..=b'~').contains(byte);
    if record.bytes.iter().fold(true, is_printable) {
        return;
    }
    let place = |at: usize| Some(Place::text(record.line, at as u64 + 1, None));
    if let Some(at) = record.bytes.iter().position(|byte| is_control(*byte)) {
        let message = || format!("line {} has a byte {:02X}", record.line, record.bytes[at]);
        review.found(&codes::CONTROL_CHARACTER, None, message, || place(at));
    }
    if record.bytes.is_ascii() {
        return;
    }
    // In the cells: between them are the remains of escaped quotes.
    let invalid = (0..record.cells.len()).find_map(|index| {
        let cell = record.cell(index);
        let at = std::str::from_utf8(cell).err()?.valid_up_to();
        let (line, column) = record.place(index);
        Some((cell[at], line, column + at as u64))
    });
    if let Some((byte, line, column)) = invalid {
        let message = || format!("line {line} has a byte {byte:02X} that is not UTF-8");
        review.found(&codes::INVALID_UTF8, None, message, || {
            Some(Place::text(line, column, None))
        });
    }
    if let Some(at) = memchr::memmem::find(record.bytes, "\u{FFFD}".as_bytes()) {
        let message = || format!("line {} has U+FFFD where a character was", record.line);
        review.found(&codes::LOST_CHARACTER, None, message, || place(at));
    }
}
/// Whether some names are numbers that rise or fall, three or more: frequencies, depths or years of a wide table.
fn is_scale(names: &[Vec<u8>]) -> bool {
    let numbers: Vec<f64> = names
        .iter()
        .filter_map(|name| std::str::from_utf8(name.trim_ascii()).ok()?.parse().ok())
        .filter(|number: &f64| number.is_finite())
        .collect();
    let rises = numbers.windows(2).all(|pair| pair[0] < pair[1]);
    let falls = numbers.windows(2).all(|pair| pair[0] > pair[1]);
    numbers.len() > 2 && (rises || falls)
}
