//! Whether a text is a table, and of which form: the one rule that both the sniff and the review go by.

use std::borrow::Cow;
use std::sync::Arc;

use data_review_core::BytesInput;
use data_review_core::stats::{is_time, number};

use crate::encoding::{Encoding, Text};
use crate::rows::{Row, Rows, Step};
use crate::words;

/// Delimiters in order of preference.
const DELIMITERS: [(u8, &str); 4] = [
    (b',', "commas"),
    (b';', "semicolons"),
    (b'\t', "tabs"),
    (b'|', "bars"),
];
/// Rows of a sample that are looked at.
const ROWS: usize = 1000;
/// Longest unit.
const LONGEST_UNIT: usize = 64;

/// The beginning of an object.
pub(crate) struct Sample {
    /// Its bytes, as they are stored.
    pub(crate) bytes: Vec<u8>,
    /// Whether that is all of it.
    pub(crate) is_all: bool,
}

/// The form of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    /// The delimiter in words.
    pub(crate) parted_by: &'static str,
    /// Names in the header.
    pub(crate) names: usize,
    /// Cells in a row.
    pub(crate) width: usize,
    /// Whether the second row holds units.
    pub(crate) has_units: bool,
    /// Data rows that were looked at.
    pub(crate) sampled: usize,
    /// Those of them that are as wide as the table.
    pub(crate) as_wide: usize,
}

type Reason = Cow<'static, str>;

impl Dialect {
    /// Finds the delimiter that gives at least two columns, a header of names, and nine in ten of the rows one width.
    pub(crate) fn of(sample: &Sample, encoding: Encoding) -> Result<Self, Reason> {
        let text = decoded(sample, encoding);
        refuse_other_formats(&text)?;
        let (mut best, mut refusal): (Option<Dialect>, Option<Reason>) = (None, None);
        for (delimiter, parted_by) in DELIMITERS {
            match Self::parted(&text, sample.is_all, delimiter, parted_by) {
                Ok(dialect) if best.as_ref().is_none_or(|best| dialect.width > best.width) => {
                    best = Some(dialect);
                }
                Ok(_) => {}
                Err(Some(reason)) => refusal = refusal.or(Some(reason)),
                Err(None) => {}
            }
        }
        best.ok_or_else(|| {
            refusal.unwrap_or_else(|| "its first line has no comma, semicolon, tab or bar: one column".into())
        })
    }

    /// The table as one delimiter gives it; no reason where the delimiter does not occur in the header.
    fn parted(
        text: &[u8],
        is_all: bool,
        delimiter: u8,
        parted_by: &'static str,
    ) -> Result<Self, Option<Reason>> {
        let mut rows = sampled_rows(text, is_all, delimiter);
        if rows.is_empty() {
            return Err(None);
        }
        let header = rows.remove(0);
        let names = header.len();
        if names < 2 {
            return Err(None);
        }
        if !is_header(&header) {
            let shown = data_review_core::printable(&header.join(&delimiter), 80);
            return Err(Some(
                format!("its first row is no header of names: `{shown}`").into(),
            ));
        }
        let rows: Vec<Vec<Vec<u8>>> = rows
            .into_iter()
            .filter(|row| row.len() == names || !is_comment(row))
            .collect();
        let width = table_width(names, &rows).ok_or_else(|| {
            Some(
                format!(
                    "parted by {parted_by}, fewer than nine in ten of its rows have the {names} cells of its header"
                )
                .into(),
            )
        })?;
        let has_units = rows.len() > 1 && is_units(&rows[0], &rows[1..]);
        let as_wide = rows.iter().filter(|row| row.len() == width).count();
        Ok(Dialect {
            delimiter,
            parted_by,
            names,
            width,
            has_units,
            sampled: rows.len(),
            as_wide,
        })
    }
}

/// Whether a row of a table's sample is a comment.
fn is_comment(row: &[Vec<u8>]) -> bool {
    row[0].starts_with(b"#")
}

/// Whether a line is a comment: before the header always, below it where it does not have the table's width.
pub(crate) fn is_comment_row(row: &Row<'_>, width: Option<usize>) -> bool {
    row.bytes.trim_ascii_start().starts_with(b"#") && width != Some(row.cells.len())
}

fn decoded(sample: &Sample, encoding: Encoding) -> Vec<u8> {
    let mut text = Text::new(Arc::new(BytesInput(sample.bytes.clone())), encoding);
    let mut all = Vec::new();
    loop {
        let before = all.len();
        // Bytes in memory cannot fail.
        if text.more(&mut all).is_err() || all.len() == before {
            return all;
        }
    }
}

fn refuse_other_formats(text: &[u8]) -> Result<(), Reason> {
    let start = text.trim_ascii_start();
    if start.is_empty() {
        return Err("it is empty".into());
    }
    if let Some(controls) = binary(text) {
        return Err(format!(
            "{controls} of its first {} bytes are control characters",
            text.len()
        )
        .into());
    }
    let second = start[1..].trim_ascii_start().first();
    match (start[0], second) {
        (b'{', Some(b'"' | b'}' | b'\\')) => Err("it starts as JSON or RTF does".into()),
        (b'[', Some(b'{' | b'[' | b'"' | b']' | b'0'..=b'9' | b'-')) => Err("it starts as JSON does".into()),
        (b'<', Some(b'?' | b'!' | b'a'..=b'z' | b'A'..=b'Z')) => Err("it starts as XML or HTML does".into()),
        _ => Ok(()),
    }
}

/// How many control characters say that it is no text: a byte or two may be damage, more of them are another format.
pub(crate) fn binary(bytes: &[u8]) -> Option<usize> {
    let controls = bytes.iter().filter(|byte| is_control(**byte)).count();
    (controls > 2 && controls * 100 > bytes.len()).then_some(controls)
}

/// Control characters that no text needs.
pub(crate) fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C) || byte == 0x7F
}

/// Rows of the sample: the header and at most [`ROWS`] others; a row that the sample's end cuts is left out, unless it is
/// the header.
fn sampled_rows(text: &[u8], is_all: bool, delimiter: u8) -> Vec<Vec<Vec<u8>>> {
    let utf8 = Encoding {
        name: encoding_rs::UTF_8,
        mark: 0,
    };
    let source = Text::new(Arc::new(BytesInput(text.to_vec())), utf8);
    let mut reader = Rows::new(source, delimiter, text.len() as u64);
    let mut rows: Vec<Vec<Vec<u8>>> = Vec::new();
    while rows.len() <= ROWS {
        let Ok(Step::Row(row)) = reader.step() else { break };
        let is_cut = !is_all && row.at as usize + row.bytes.len() >= text.len();
        let is_header = rows.is_empty();
        if row.is_blank() || is_header && is_comment_row(&row, None) {
            continue;
        }
        if is_cut && !is_header {
            break;
        }
        let cells = (0..row.cells.len()).map(|i| row.cell(i).trim_ascii().to_vec());
        rows.push(cells.collect());
        // Most delimiters are ruled out by the header.
        if rows[0].len() < 2 {
            break;
        }
    }
    rows
}

/// More than half of the cells that are not empty are names: neither numbers nor times.
fn is_header(cells: &[Vec<u8>]) -> bool {
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    let names = cells.iter().filter(|cell| is_name(cell)).count();
    names * 2 > filled
}

/// Whether a trimmed cell of the header is a name.
pub(crate) fn is_name(cell: &[u8]) -> bool {
    !cell.is_empty() && number(cell).is_none() && !is_time(cell)
}

/// The header's width, if nine in ten rows have it; one cell more or less, if nine in ten of at least ten rows have that.
fn table_width(names: usize, rows: &[Vec<Vec<u8>>]) -> Option<usize> {
    let share = |width: usize| rows.iter().filter(|row| row.len() == width).count() * 10 >= rows.len() * 9;
    if share(names) {
        return Some(names);
    }
    [names + 1, names - 1]
        .into_iter()
        .find(|width| rows.len() >= 10 && *width > 1 && share(*width))
}

/// Whether `first` has no number (but 1), and no time, where the rows below it have, but units at least in two columns;
/// a column of text may have none.
fn is_units(first: &[Vec<u8>], below: &[Vec<Vec<u8>>]) -> bool {
    let mut units = 0;
    for (index, cell) in first.iter().enumerate() {
        let is_value = |cell: &[u8]| number(cell).is_some() || is_time(cell);
        // The unit of a number without one (CF: `1`), not a value.
        let is_one = cell.as_slice() == b"1";
        if is_value(cell) && !is_one || cell.len() > LONGEST_UNIT {
            return false;
        }
        let column = || {
            below
                .iter()
                .filter_map(|row| row.get(index))
                .filter(|cell| !cell.is_empty() && !words::is_missing(cell))
        };
        let values = column().filter(|cell| is_value(cell)).count();
        let has_unit = !cell.is_empty() && !words::is_missing(cell);
        if values > 0 && values * 10 >= column().count() * 9 {
            units += usize::from(has_unit && !is_one);
        } else if has_unit && column().count() > 0 {
            return false;
        }
    }
    units >= 2
}

#[cfg(test)]
#[path = "dialect/tests.rs"]
mod tests;
