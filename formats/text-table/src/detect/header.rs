//! The rows above the first record: names and units.

use std::collections::HashSet;

use super::{is_data, sheet::Row, sheet::Sheet};
use crate::kind::{CellKind, is_missing_word};
use crate::layout::{ColumnKind, Delimiter};
use crate::names::{are_types, wide_names};

/// Rows that a header has at most.
const MOST_ROWS: usize = 4;
/// Rows of units, at most.
const MOST_UNITS: usize = 2;
/// Comments above the first record that may state the names.
const KEYS: usize = 200;
/// Longest unit, in bytes.
const LONGEST_UNIT: usize = 64;

/// Header and units of a table; positions are those of the sheet's rows.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) rows: Vec<usize>,
    pub(super) units: Vec<usize>,
    pub(super) is_comment: bool,
    /// Whether the names are separated otherwise than the records.
    pub(super) is_wide: bool,
    /// Cells of the header, without empty ones at its end.
    pub(super) names: usize,
}

impl Header {
    /// The header of the table whose first record is `content[first]`.
    pub(super) fn above(
        sheet: &Sheet<'_>,
        content: &[&Row],
        first: usize,
        kinds: &[ColumnKind],
        is_unit: fn(&str) -> bool,
    ) -> Self {
        let above = &content[..first];
        let finder = Finder {
            sheet,
            kinds,
            is_unit,
        };
        let mut units = 0;
        while units < MOST_UNITS.min(above.len().saturating_sub(1)) {
            let (below, row) = (&above[..above.len() - units - 1], above[above.len() - units - 1]);
            if !finder.is_units(row, below.last()) {
                break;
            }
            units += 1;
        }
        let is_adjacent = |upper: &Row, lower: &Row| {
            let between = &sheet.rows[sheet.position(upper) + 1..sheet.position(lower)];
            between
                .iter()
                .all(|row| row.is_blank || row.filled == 0 || row.is_comment)
                && between.len() <= 6
        };
        let names = &above[..above.len() - units];
        let mut rows: Vec<&Row> = Vec::new();
        let mut lower = content.get(first - units).copied();
        for row in names.iter().rev().take(MOST_ROWS) {
            if lower.is_some_and(|lower| !is_adjacent(row, lower)) || !finder.is_header(row, &rows) {
                break;
            }
            // A sentence above a gap is a note, not the name of a group.
            if !rows.is_empty() && is_below_gap(sheet, lower) && has_prose(sheet, row) {
                break;
            }
            rows.push(row);
            lower = Some(row);
        }
        // A row with few names, compared with the cells that records have, is the lower part of a header, or no header at all.
        let mut filled: Vec<usize> = content[first..]
            .iter()
            .take(100)
            .map(|row| row.filled.min(kinds.len()))
            .collect();
        filled.sort_unstable();
        let usual = filled.get(filled.len() / 2).copied().unwrap_or(kinds.len());
        let is_wide = matches!(rows[..], [row] if finder.has_wide_names(row));
        if !is_wide && rows.iter().all(|row| row.filled * 2 < usual.min(row.width)) {
            rows.clear();
        }
        rows.reverse();
        if let Some(names) = rows.iter().map(|row| row.width).max() {
            let units = above[above.len() - units..]
                .iter()
                .map(|row| sheet.position(row))
                .collect();
            return Header {
                rows: rows.iter().map(|row| sheet.position(row)).collect(),
                units,
                is_comment: false,
                is_wide,
                names: if is_wide { kinds.len() } else { names },
            };
        }
        if let Some(row) = finder.far_above(above) {
            return Header {
                rows: vec![sheet.position(row)],
                names: row.width,
                ..Header::default()
            };
        }
        finder.comment(
            content
                .get(first)
                .map_or(sheet.rows.len(), |row| sheet.position(row)),
        )
    }
}

/// The position of a row of names above rows that have values in some typed columns and text in others: these are records, too.
pub(super) fn above_uneven(sheet: &Sheet<'_>, above: &[&Row], kinds: &[ColumnKind]) -> Option<usize> {
    let width = kinds.len();
    let is_record = |row: &Row| {
        let has_value = |(kind, column): (&CellKind, &ColumnKind)| {
            column.is_typed() && !kind.is_text() && !matches!(kind, CellKind::Empty | CellKind::Missing)
        };
        row.width == width && sheet.kinds(row).iter().zip(kinds).any(has_value)
    };
    let names = above.iter().rposition(|row| !is_record(row))?;
    let row = above[names];
    let is_names = row.width == width
        && row.filled == width
        && sheet.kinds(row).iter().all(|kind| *kind == CellKind::Text);
    (is_names && names + 1 < above.len()).then_some(names)
}

struct Finder<'f> {
    sheet: &'f Sheet<'f>,
    kinds: &'f [ColumnKind],
    is_unit: fn(&str) -> bool,
}

impl Finder<'_> {
    /// Whether a row holds names above the rows of the header that were found below it.
    fn is_header(&self, row: &Row, below: &[&Row]) -> bool {
        let width = self.kinds.len();
        let kinds = self.sheet.kinds(row);
        let texts = kinds
            .iter()
            .filter(|kind| kind.is_text() || **kind == CellKind::Missing)
            .count();
        let is_scale = below.is_empty() && row.width == width && texts > 0 && is_scale(self.sheet, row, 3);
        if (texts * 2 <= row.filled || texts == 0) && !is_scale {
            return false;
        }
        let is_blanks = self.sheet.dialect.delimiter == Delimiter::Blanks;
        let Some(lower) = below.last() else {
            // Empty cells at the end are not names.
            let used = kinds
                .iter()
                .rposition(|kind| *kind != CellKind::Empty)
                .map_or(0, |at| at + 1);
            if self.has_wide_names(row) {
                return true;
            }
            // A single value among words that are separated by blanks: a record of words and values.
            let values = kinds
                .iter()
                .filter(|kind| matches!(kind, CellKind::Number | CellKind::Time))
                .count();
            let has_width = match is_blanks {
                true => row.width == width && (values != 1 || width < 3),
                false => {
                    [row.width, used].iter().any(|names| names.abs_diff(width) <= 1)
                        || used * 10 >= width * 8 && used <= width
                }
            };
            // One name, for the first column alone, is a title.
            return has_width && (row.filled > 1 || width == 1);
        };
        if is_blanks || row.width.abs_diff(width) > 1 {
            return false;
        }
        let (upper_cells, lower_cells) = (self.sheet.cells(row), self.sheet.cells(lower));
        if upper_cells == lower_cells {
            return true;
        }
        let filled: Vec<usize> = (0..row.width)
            .filter(|at| kinds[*at] != CellKind::Empty)
            .collect();
        if texts < row.filled || filled.len() < 2 {
            return false;
        }
        let is_empty_below = |at: &usize| {
            below.iter().all(|row| {
                self.sheet
                    .kinds(row)
                    .get(*at)
                    .is_none_or(|kind| *kind == CellKind::Empty)
            })
        };
        let fills_gaps = filled.iter().any(is_empty_below);
        let mut names: Vec<&Vec<u8>> = lower_cells.iter().filter(|cell| !cell.is_empty()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        // Two cells at the beginning are name and value of a line of metadata.
        let is_metadata = filled == [0, 1] && width > 2;
        // The name of a group stands above several names, so that there are fewer of them.
        let is_sparser = filled.len() < lower.filled;
        let groups_names = names.len() < all && filled.len() < row.width && is_sparser && !is_metadata;
        fills_gaps || groups_names
    }

    /// Whether a row has a name for each column only if it is separated otherwise than the records.
    fn has_wide_names(&self, row: &Row) -> bool {
        let (width, delimiter) = (self.kinds.len(), self.sheet.dialect.delimiter);
        let is_candidate = match delimiter {
            Delimiter::Blanks => row.width > width,
            Delimiter::Byte(_) => row.width == 1 && width > 1,
        };
        is_candidate && wide_names(self.sheet.line(row), width, delimiter).is_some()
    }

    /// Whether a row holds units, `upper` being the row above it.
    fn is_units(&self, row: &Row, upper: Option<&&Row>) -> bool {
        let Some(upper) = upper else { return false };
        let width = self.kinds.len();
        if row.width.abs_diff(width) > 1 || !self.is_header(upper, &[]) || row.filled == 0 {
            return false;
        }
        let cells = self.sheet.cells(row);
        if self.kinds.iter().any(|kind| kind.is_typed()) && are_types(&cells) {
            return true;
        }
        let (mut known, mut units, mut typed, mut filled) = (0, 0, 0, 0);
        for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let kind = CellKind::of(cell);
            let text = String::from_utf8_lossy(cell);
            let is_number_unit = is_number_unit(cell);
            if kind.is_value() && !is_number_unit || cell.len() > LONGEST_UNIT {
                return false;
            }
            filled += 1;
            let is_unit = is_number_unit
                || is_common_unit(&text)
                || (self.is_unit)(&text)
                || (self.is_unit)(bare(&text));
            let is_known = is_unit || is_missing_word(cell);
            known += usize::from(is_known);
            units += usize::from(is_unit);
            match self.kinds.get(at) {
                Some(kind) if kind.is_typed() => {
                    typed += usize::from(!is_missing_word(cell) && !is_number_unit)
                }
                // A remark below a name is not a unit.
                Some(ColumnKind::Text) if !is_known => return false,
                _ => {}
            }
        }
        // A record of missing values has none.
        units > 0 && (known * 2 > filled || known * 3 >= filled && typed >= 2)
    }

    /// A header with other lines below it: the nearest row above that has a name for each column.
    fn far_above<'r>(&self, above: &[&'r Row]) -> Option<&'r Row> {
        let width = self.kinds.len();
        let is_full = |row: &&&'r Row| {
            row.width == width
                && row.filled == width
                && self.sheet.kinds(row).iter().all(|kind| *kind == CellKind::Text)
        };
        let is_byte = self.sheet.dialect.delimiter != Delimiter::Blanks;
        above
            .iter()
            .rev()
            .find(is_full)
            .copied()
            .filter(|_| is_byte && width > 2)
    }

    /// A header that is written as a comment, in the last comments above the row at `first`.
    fn comment(&self, first: usize) -> Header {
        let width = self.kinds.len();
        let none = Header::default();
        let is_blanks = self.sheet.dialect.delimiter == Delimiter::Blanks;
        let is_stated = |at: &usize| {
            let row = &self.sheet.rows[*at];
            row.is_comment && row.width == width + 1 && is_key_of_names(&self.sheet.cells(row))
        };
        if let Some(at) = (0..first).rev().take(KEYS).find(|at| is_blanks && is_stated(at)) {
            return Header {
                rows: vec![at],
                is_comment: true,
                names: width,
                ..none
            };
        }
        let mut found: Vec<(usize, Vec<Vec<u8>>)> = Vec::new();
        for at in (0..first).rev() {
            let row = &self.sheet.rows[at];
            if row.is_blank {
                continue;
            }
            let has_width = row.width == width || is_blanks && row.width == width + 1;
            let is_wide = !has_width && self.has_wide_names(row);
            if !row.is_comment || !has_width && !is_wide || found.len() == 2 {
                break;
            }
            let cells = match is_wide {
                true => {
                    wide_names(self.sheet.line(row), width, self.sheet.dialect.delimiter).unwrap_or_default()
                }
                false => uncommented(self.sheet.cells(row)),
            };
            let texts = cells.iter().filter(|cell| CellKind::of(cell).is_text()).count();
            if cells.len() != width || texts * 2 <= width {
                break;
            }
            found.push((at, cells));
        }
        let units = |cells: &[Vec<u8>]| {
            let known = |cell: &&Vec<u8>| {
                let text = String::from_utf8_lossy(cell);
                is_common_unit(&text) || (self.is_unit)(&text)
            };
            cells.iter().filter(known).count() * 2 > cells.len()
        };
        let header = |row: usize, units: Vec<usize>| Header {
            rows: vec![row],
            units,
            is_comment: true,
            is_wide: self.has_wide_names(&self.sheet.rows[row]) && self.sheet.rows[row].width != width + 1,
            names: width,
        };
        match &found[..] {
            [] => none,
            [(lower, below), (upper, _), ..] if units(below) => header(*upper, vec![*lower]),
            [(row, _), ..] => header(*row, Vec::new()),
        }
    }
}

/// Whether a commented line is a key with the names of the columns, such as `%TableColumnTypes: LOND LATD VELU` in files of HF
/// radars.
fn is_key_of_names(cells: &[Vec<u8>]) -> bool {
    let Some((key, names)) = cells.split_first() else {
        return false;
    };
    let key = key.to_ascii_lowercase();
    let contains = |word: &str| memchr::memmem::find(&key, word.as_bytes()).is_some();
    is_key(&key)
        && (contains("column") || contains("field"))
        && names.iter().all(|name| CellKind::of(name).is_text())
}

/// Whether a cell is the mark of a comment with a key: `%TableColumnTypes:`.
fn is_key(cell: &[u8]) -> bool {
    cell.len() > 2 && matches!(cell.first(), Some(b'#' | b'%' | b'!')) && cell.ends_with(b":")
}

/// The cells of a commented line without the mark of the comment, or its key: `#time`, `# time` and `// time` are
/// `time`; a column that is called `#` keeps its name.
pub fn uncommented(mut cells: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let Some(first) = cells.first() else { return cells };
    if is_key(first) && cells.len() > 1 {
        cells.remove(0);
        return cells;
    }
    let rest: Vec<u8> = first
        .iter()
        .copied()
        .skip_while(|byte| matches!(byte, b'#' | b'%' | b'!' | b'/' | b'*') || byte.is_ascii_whitespace())
        .collect();
    match (rest.is_empty(), first.len()) {
        // A column that is called `#`.
        (true, 1)
            if cells.get(1).is_none_or(|next| !next.starts_with(b" "))
                && first == b"#"
                && cells.len() > 1 => {}
        (true, _) => {
            cells.remove(0);
        }
        (false, _) => cells[0] = rest,
    }
    cells
}

/// The first record, where the rows right above `first` are records that have none of the values by which records are known:
/// they are sparse, and each of their cells stands below a name of the full row above them.
pub(super) fn without_sparse_records(
    sheet: &Sheet<'_>,
    content: &[&Row],
    first: usize,
    width: usize,
    is_unit: fn(&str) -> bool,
) -> usize {
    const LOOK: usize = 5;
    let is_full = |row: &Row| {
        let texts = sheet.kinds(row).iter().filter(|kind| kind.is_text()).count();
        row.width.abs_diff(width) <= 1 && texts == row.filled && row.filled * 10 >= width * 6
    };
    // Of several rows of words the fullest one, and the lowest of those.
    let Some(header) = (first.saturating_sub(LOOK)..first)
        .filter(|at| is_full(content[*at]))
        .max_by_key(|at| content[*at].filled)
    else {
        return first;
    };
    let names = sheet.kinds(content[header]);
    let is_record = |row: &&Row| {
        let is_below_names = sheet.kinds(row).iter().enumerate().all(|(at, kind)| {
            *kind == CellKind::Empty || names.get(at).is_some_and(|name| *name != CellKind::Empty)
        });
        let has_unit = sheet.cells(row).iter().any(|cell| {
            let text = String::from_utf8_lossy(cell);
            CellKind::of(cell).is_text() && (is_common_unit(&text) || is_unit(&text))
        });
        // Units hold no value, a record holds no unit, or both.
        let has_value = sheet
            .cells(row)
            .iter()
            .any(|cell| CellKind::of(cell).is_value() && !is_number_unit(cell));
        is_below_names && (has_value || !has_unit && row.filled < content[header].filled)
    };
    match content[header + 1..first].iter().all(is_record) {
        true => header + 1,
        false => first,
    }
}

/// The first record, where the rows between the full row of names at `start` and the row at `first` have nothing in the columns
/// of values, or values: text with a value now and then. Rows of a header have words above the values.
pub(super) fn without_text_records(
    sheet: &Sheet<'_>,
    content: &[&Row],
    (start, first): (usize, usize),
    kinds: &[ColumnKind],
) -> usize {
    let width = kinds.len();
    let Some((names, records)) = content.get(start..first).and_then(<[_]>::split_first) else {
        return first;
    };
    let mut words = sheet.cells(names);
    words.sort_unstable();
    words.dedup();
    let is_names = width >= 3
        && names.filled == width
        && words.len() == width
        && sheet.kinds(names).len() == width
        && sheet.kinds(names).iter().all(|kind| *kind == CellKind::Text);
    let is_record = |row: &&Row| {
        let mut cells = sheet.kinds(row).iter().zip(kinds);
        row.width == width
            && row.filled > 1
            && !cells.any(|(kind, column)| column.is_typed() && kind.is_text())
    };
    match is_names && records.iter().all(is_record) {
        true => start + 1,
        false => first,
    }
}

/// The first record of a table without a header whose cells are separated by blanks: below the last of the rows at its
/// beginning that have another width and begin with a word, such as names with values.
pub(super) fn below_odd_words(sheet: &Sheet<'_>, content: &[&Row], first: usize, width: usize) -> usize {
    const LOOK: usize = 12;
    let most = LOOK.min(content.len().saturating_sub(first) / 3);
    let is_odd = |at: &usize| {
        content[*at].width != width && sheet.kinds(content[*at]).first() == Some(&CellKind::Text)
    };
    (first..first + most)
        .rev()
        .find(is_odd)
        .map_or(first, |at| at + 1)
}

/// The header of a table of words, where the row at `first` may be a note above it. Notes are sentences, or single cells; below
/// them follow a gap and a row of names, and most rows stand below that one.
pub(super) fn below_notes(sheet: &Sheet<'_>, content: &[&Row], first: usize, end: usize) -> usize {
    let is_note = |row: &Row| row.filled == 1 || has_prose(sheet, row);
    let is_names = |row: &Row| {
        let is_word = |kind: &CellKind| matches!(kind, CellKind::Text | CellKind::Empty);
        row.filled > 1 && sheet.kinds(row).iter().all(is_word)
    };
    let most = first + end.saturating_sub(first) / 3;
    let notes = (first..most).take_while(|at| is_note(content[*at])).count();
    let below = first + notes;
    let is_header =
        notes > 0 && below < end && is_below_gap(sheet, Some(content[below])) && is_names(content[below]);
    if is_header { below } else { first }
}

/// Whether a blank row, or one without a value, stands right above `row`.
fn is_below_gap(sheet: &Sheet<'_>, row: Option<&Row>) -> bool {
    let above = row.and_then(|row| sheet.position(row).checked_sub(1));
    above.is_some_and(|at| sheet.rows[at].is_blank || sheet.rows[at].filled == 0)
}

fn has_prose(sheet: &Sheet<'_>, row: &Row) -> bool {
    sheet.kinds(row).contains(&CellKind::Prose)
}

/// The first record, where rows right above `first` are records without any of the values by which records are known: they have
/// words that the records below have in the same columns, and names of columns do not occur in the columns.
pub(super) fn without_known_words(
    sheet: &Sheet<'_>,
    content: &[&Row],
    first: usize,
    kinds: &[ColumnKind],
) -> usize {
    /// Records that are compared with the rows above them.
    const BELOW: usize = 40;
    /// Rows that are compared.
    const ABOVE: usize = 20;
    /// Words that a row shares with records, at least.
    const FEWEST: usize = 2;
    let words = |row: &Row| -> Vec<(usize, Vec<u8>)> {
        let is_word = |at: usize| {
            kinds.get(at) == Some(&ColumnKind::Text) && sheet.kinds(row).get(at) == Some(&CellKind::Text)
        };
        let cells = sheet.cells(row).into_iter().enumerate();
        cells.filter(|(at, _)| is_word(*at)).collect()
    };
    let may_be_record = |row: &Row| {
        let texts = sheet.kinds(row).iter().zip(kinds);
        let texts = texts.filter(|(kind, column)| **kind == CellKind::Text && **column == ColumnKind::Text);
        row.width == kinds.len() && texts.count() >= FEWEST
    };
    let above = content[..first].iter().rev().take(ABOVE);
    let above: Vec<&Row> = above.copied().take_while(|row| may_be_record(row)).collect();
    if above.is_empty() {
        return first;
    }
    // A header that is repeated among the records does not count.
    let records = content[first..].iter().take(BELOW);
    let known: HashSet<(usize, Vec<u8>)> = records
        .filter(|row| is_data(sheet, row, kinds))
        .flat_map(|row| words(row))
        .collect();
    let is_record = |row: &&&Row| {
        let shared = words(row).iter().filter(|word| known.contains(word)).count();
        shared >= FEWEST && shared * 3 >= row.filled
    };
    first - above.iter().take_while(is_record).count()
}

/// Whether a number may be the unit of a quantity without dimension (CF: `1`, `1e-3`).
fn is_number_unit(cell: &[u8]) -> bool {
    matches!(cell, b"1" | b"1e-3" | b"1E-3" | b"0.001" | b"1.0")
}

/// Whether all cells that are not words are numbers that rise or fall, `least` of them or more: frequencies, depths or years that
/// name columns.
fn is_scale(sheet: &Sheet<'_>, row: &Row, least: usize) -> bool {
    let cells = sheet.cells(row);
    let numbers: Option<Vec<f64>> = cells
        .iter()
        .zip(sheet.kinds(row))
        .filter(|(_, kind)| !kind.is_text() && **kind != CellKind::Missing)
        .map(|(cell, _)| std::str::from_utf8(cell).ok()?.parse().ok())
        .collect();
    numbers.is_some_and(|numbers| {
        let rises = numbers.windows(2).all(|pair| pair[0] < pair[1]);
        let falls = numbers.windows(2).all(|pair| pair[0] > pair[1]);
        numbers.len() >= least && (rises || falls)
    })
}

/// Whether the first row holds names that are numbers: years or depths in steps, over rows that begin with a text, or a scale
/// beside words above numbers.
pub(super) fn has_numbers_for_names(sheet: &Sheet<'_>, rows: &[&Row], kinds: &[ColumnKind]) -> bool {
    let [first, second, ..] = rows else { return false };
    let are_numbers = |row: &[CellKind]| row.iter().skip(1).all(|kind| *kind == CellKind::Number);
    if first.width < 4 || first.width != kinds.len() || second.width != first.width {
        return false;
    }
    let cells = sheet.cells(first);
    let is_name = |cell: &[u8]| CellKind::of(cell).is_text();
    // Words in columns of numbers, and frequencies or depths that rise or fall.
    let has_words = sheet.kinds(first).iter().zip(kinds);
    let has_words = has_words
        .filter(|(kind, column)| kind.is_text() && column.is_typed())
        .count()
        > 0;
    if has_words && is_scale(sheet, first, 4) {
        return true;
    }
    if !are_numbers(sheet.kinds(first)) {
        return false;
    }
    // The corner names the rows.
    if !is_name(&cells[0]) || kinds[0] == ColumnKind::Empty {
        return false;
    }
    let numbers: Option<Vec<i64>> = cells[1..]
        .iter()
        .map(|cell| std::str::from_utf8(cell).ok()?.parse().ok())
        .collect();
    numbers.is_some_and(|numbers| {
        let step = numbers[1] - numbers[0];
        step != 0
            && numbers
                .windows(2)
                .all(|pair| pair[1].saturating_sub(pair[0]) == step)
    })
}

/// A header further below, where the rows above it look like records: names and values of metadata above a table of names and
/// values. It is full, no cell of it is a value, and most rows are below it.
pub(super) fn late(sheet: &Sheet<'_>, content: &[&Row], first: usize, kinds: &[ColumnKind]) -> Option<usize> {
    let most = first + (content.len() - first) / 3;
    (first..most).rev().find(|at| {
        let row = content[*at];
        let cells = sheet.kinds(row);
        row.width == kinds.len()
            && row.filled == row.width
            && cells.iter().all(|kind| *kind == CellKind::Text)
            && content
                .get(at + 1)
                .is_some_and(|next| is_data(sheet, next, kinds))
    })
}

/// Units and time zones that files of the field write most often.
pub(super) fn is_common_unit(text: &str) -> bool {
    const UNITS: &[&str] = &[
        "m",
        "cm",
        "mm",
        "km",
        "dbar",
        "db",
        "decibar",
        "decibars",
        "pa",
        "hpa",
        "kpa",
        "mbar",
        "bar",
        "c",
        "degc",
        "deg c",
        "deg_c",
        "°c",
        "celsius",
        "degrees_celsius",
        "degree_celsius",
        "degree_c",
        "degrees_c",
        "its-90",
        "ipts-68",
        "its90",
        "psu",
        "pss-78",
        "pss78",
        "ppt",
        "g/kg",
        "s/m",
        "ms/cm",
        "us/cm",
        "%",
        "percent",
        "ml/l",
        "mg/l",
        "ug/l",
        "umol/kg",
        "umol/l",
        "µmol/l",
        "mg/m^3",
        "mg/m3",
        "kg/m^3",
        "kg/m3",
        "m/s",
        "cm/s",
        "knots",
        "kt",
        "deg",
        "degrees",
        "degt",
        "degrees_north",
        "degrees_east",
        "degrees_true",
        "degree_north",
        "degree_east",
        "decimal degrees",
        "v",
        "volts",
        "volt",
        "a",
        "s",
        "sec",
        "seconds",
        "min",
        "hr",
        "hours",
        "days",
        "utc",
        "gmt",
        "ntu",
        "ftu",
        "counts",
        "count",
        "m^-1",
        "m-1",
        "1/m",
        "pct",
        "nmi",
        "mi",
        "ft",
        "yr",
        "mo",
        "dy",
        "mn",
        "w/m^2",
        "w/m2",
        "mgc/m3",
        "uatm",
        "µatm",
        "ph",
        "none",
        "unitless",
        "dimensionless",
        "n/a",
        "text",
        "ts",
        "rn",
    ];
    let lower = bare(text).to_lowercase();
    UNITS.contains(&lower.as_str()) || is_time_pattern(&lower)
}

/// A unit without the brackets around it.
fn bare(unit: &str) -> &str {
    let unit = unit.trim();
    unit.strip_prefix(['[', '('])
        .and_then(|rest| rest.strip_suffix([']', ')']))
        .unwrap_or(unit)
}

/// `yyyy-mm-dd`, `dd/mm/yyyy hh:mm`: how times are written, in place of a unit.
fn is_time_pattern(lower: &str) -> bool {
    let letters = lower.chars().filter(|c| c.is_ascii_alphabetic());
    lower.len() >= 4
        && lower.chars().all(|c| "ymdhs/-:. tz".contains(c))
        && letters.clone().any(|c| "yh".contains(c))
        && letters.count() >= 4
}
