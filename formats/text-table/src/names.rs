//! Names of columns from the rows of a header.

use crate::layout::Delimiter;

/// Joins the rows of a header: a name that stands above several columns belongs to all of them up to the next one, and the
/// parts of a name are joined by a blank. Rows that repeat the row above add nothing. The result has as many names as the widest
/// row has cells; a column without any has an empty name.
///
/// ```
/// let rows: Vec<Vec<Vec<u8>>> = ["bottle,,sensor,", "T,S,T,S"]
///     .map(|row| row.split(',').map(|cell| cell.as_bytes().to_vec()).collect())
///     .to_vec();
/// let names = text_table::join_names(&rows);
/// assert_eq!(names, [&b"bottle T"[..], b"bottle S", b"sensor T", b"sensor S"]);
/// ```
pub fn join_names(rows: &[Vec<Vec<u8>>]) -> Vec<Vec<u8>> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut names: Vec<Vec<u8>> = vec![Vec::new(); width];
    for (at, row) in rows.iter().enumerate() {
        if at > 0 && rows[at - 1] == *row {
            continue;
        }
        let is_last = at + 1 == rows.len();
        let mut group: &[u8] = b"";
        for (column, name) in names.iter_mut().enumerate() {
            let cell = row.get(column).map_or(&b""[..], Vec::as_slice).trim_ascii();
            // A name of a group ends where a row below it names nothing.
            let has_below = rows[at + 1..]
                .iter()
                .any(|row| row.get(column).is_some_and(|cell| !cell.trim_ascii().is_empty()));
            if !cell.is_empty() {
                group = cell;
            } else if is_last || !has_below {
                group = b"";
            }
            if !group.is_empty() {
                if !name.is_empty() {
                    name.push(b' ');
                }
                name.extend_from_slice(group);
            }
        }
    }
    names
}

/// Whether the cells of a row below the names say how their columns are stored: three or more of `[f]` and `[t]`, as EcoTaxa
/// writes them, or of the names of types such as `float` and `text`, and nothing else.
///
/// ```
/// let row = |cells: &[&str]| cells.iter().map(|cell| cell.as_bytes().to_vec()).collect::<Vec<_>>();
/// assert!(text_table::are_types(&row(&["[t]", "[f]", "", "[f]"])));
/// assert!(!text_table::are_types(&row(&["[m]", "[f]", "[f]"])));
/// assert!(!text_table::are_types(&row(&["float", "text"])));
/// ```
pub fn are_types(cells: &[Vec<u8>]) -> bool {
    const TYPES: &[&str] = &[
        "[f]",
        "[t]",
        "float",
        "float32",
        "float64",
        "double",
        "real",
        "integer",
        "int",
        "int32",
        "int64",
        "numeric",
        "string",
        "str",
        "text",
        "varchar",
        "character",
        "char",
        "date",
        "datetime",
        "timestamp",
        "boolean",
        "bool",
        "logical",
    ];
    let is_type = |cell: &[u8]| {
        TYPES
            .iter()
            .any(|word| cell.eq_ignore_ascii_case(word.as_bytes()))
    };
    let mut filled = cells
        .iter()
        .map(|cell| cell.trim_ascii())
        .filter(|cell| !cell.is_empty());
    filled.clone().count() > 2 && filled.all(is_type)
}

/// Cuts a line into names.
type Split = fn(&[u8]) -> Vec<&[u8]>;

/// The names in a header that is separated otherwise than the records below it.
///
/// Under records separated by blanks, names may contain blanks: two blanks or more separate them, or each blank within a name
/// stands in front of a bracket. Under records separated by a byte, two blanks or more separate the names, or ` - `, commas or
/// semicolons do, and most names end with a unit in brackets. `None` if none of that gives `width` names, or if the line looks
/// like entries of metadata. The mark of a comment in front of them is left out.
///
/// ```
/// use text_table::{Delimiter, wide_names};
///
/// let names = wide_names(b"Depth (m) Temp (deg C) Sal", 3, Delimiter::Blanks).unwrap();
/// assert_eq!(names, [&b"Depth (m)"[..], b"Temp (deg C)", b"Sal"]);
/// assert_eq!(wide_names(b"Water depth   Air temp", 2, Delimiter::Blanks).unwrap()[0], b"Water depth");
/// assert_eq!(wide_names(b"Made by Ann", 2, Delimiter::Blanks), None);
///
/// let names = wide_names(b"Depth (m) - Temp (C) - Sal", 3, Delimiter::Byte(b'\t')).unwrap();
/// assert_eq!(names, [&b"Depth (m)"[..], b"Temp (C)", b"Sal"]);
/// assert_eq!(wide_names(b"Bremen, Germany, 2012", 3, Delimiter::Byte(b'\t')), None);
/// ```
pub fn wide_names(line: &[u8], width: usize, delimiter: Delimiter) -> Option<Vec<Vec<u8>>> {
    let is_mark = |byte: &u8| matches!(byte, b'#' | b'%' | b'!' | b'/' | b'*') || byte.is_ascii_whitespace();
    let line = line.trim_ascii();
    let start = line.iter().position(|byte| !is_mark(byte)).unwrap_or(line.len());
    let splits: &[Split] = match delimiter {
        Delimiter::Blanks => &[by_gaps, by_brackets],
        Delimiter::Byte(_) => &[by_gaps, by_dashes, by_commas, by_semicolons],
    };
    splits.iter().find_map(|split| {
        let names = split(&line[start..]);
        let is_entry = |name: &&[u8]| name.ends_with(b":") || name.contains(&b'=');
        let is_header = names.len() == width && !names.iter().any(is_entry);
        is_header.then(|| names.into_iter().map(<[u8]>::to_vec).collect())
    })
}

/// Pieces of a line between tabs and runs of two blanks or more.
fn by_gaps(line: &[u8]) -> Vec<&[u8]> {
    let (mut pieces, mut start) = (Vec::new(), 0);
    for at in 0..line.len() {
        let is_gap = line[at] == b'\t' || line[at] == b' ' && line.get(at + 1) == Some(&b' ');
        if is_gap {
            pieces.push(&line[start..at]);
            start = at + 1;
        }
    }
    pieces.push(&line[start..]);
    pieces
        .into_iter()
        .map(<[u8]>::trim_ascii)
        .filter(|piece| !piece.is_empty())
        .collect()
}

/// Pieces of a line between dashes within blanks.
fn by_dashes(line: &[u8]) -> Vec<&[u8]> {
    with_units(split(line, b" - "))
}

/// Pieces of a line between commas.
fn by_commas(line: &[u8]) -> Vec<&[u8]> {
    with_units(split(line, b","))
}

/// Pieces of a line between semicolons.
fn by_semicolons(line: &[u8]) -> Vec<&[u8]> {
    with_units(split(line, b";"))
}

fn split<'l>(line: &'l [u8], separator: &[u8]) -> Vec<&'l [u8]> {
    let (mut pieces, mut start) = (Vec::new(), 0);
    for at in memchr::memmem::find_iter(line, separator) {
        pieces.push(line[start..at].trim_ascii());
        start = at + separator.len();
    }
    pieces.push(line[start..].trim_ascii());
    pieces
}

/// The names, if most of them end with a unit in brackets; a sentence does not look so.
fn with_units(names: Vec<&[u8]>) -> Vec<&[u8]> {
    let units = names
        .iter()
        .filter(|name| name.ends_with(b")") || name.ends_with(b"]"));
    if units.count() * 2 > names.len() {
        names
    } else {
        Vec::new()
    }
}

/// Words of a line, each with the brackets that follow it.
fn by_brackets(line: &[u8]) -> Vec<&[u8]> {
    let (mut pieces, mut start, mut depth) = (Vec::new(), 0, 0u32);
    for (at, byte) in line.iter().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b' ' | b'\t' if depth == 0 => {
                let next = line[at..].trim_ascii_start().first();
                if !matches!(next, Some(b'(' | b'[')) {
                    pieces.push(&line[start..at]);
                    start = at + 1;
                }
            }
            _ => {}
        }
    }
    pieces.push(&line[start..]);
    pieces
        .into_iter()
        .map(<[u8]>::trim_ascii)
        .filter(|piece| !piece.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(row: &str) -> Vec<Vec<u8>> {
        row.split(',').map(|cell| cell.as_bytes().to_vec()).collect()
    }

    #[test]
    fn rows_of_a_header_are_joined() {
        for (rows, expected) in [
            (&["a,b"][..], "a|b"),
            (&[], ""),
            (&["a,b", "a,b"], "a|b"),
            (&["a,b", "a,c"], "a a|b c"),
            (&["a,,b,", "x,y,z,w"], "a x|a y|b z|b w"),
            (&["a,,b,", "x,,z,w"], "a x||b z|b w"),
            (&["a,,,", "x,y,,w"], "a x|a y||w"),
            (&["a,", "x,y,z"], "a x|a y|a z"),
            (&["x,y,z", "a,"], "x a|y|z"),
            (&[" a ,b", ",\tc"], "a|b c"),
            (&["a,,", ",b,", "c,d,e"], "a c|a b d|a b e"),
            (&["a,"], "a|"),
        ] {
            let rows: Vec<Vec<Vec<u8>>> = rows.iter().map(|row| cells(row)).collect();
            let names = join_names(&rows).join(&b'|');
            assert_eq!(String::from_utf8(names).unwrap(), expected, "{rows:?}");
        }
    }

    #[test]
    fn rows_of_types() {
        for (row, expected) in [
            ("[t],[f],[f]", true),
            ("Text, FLOAT ,,int", true),
            ("[t],[f],", false),
            ("[t],[f],m", false),
            ("", false),
        ] {
            assert_eq!(are_types(&cells(row)), expected, "{row}");
        }
    }

    #[test]
    fn names_that_are_separated_otherwise() {
        let (tab, blanks) = (Delimiter::Byte(b'\t'), Delimiter::Blanks);
        for (line, delimiter, expected) in [
            ("a b  c", blanks, "a b|c"),
            ("a b\tc d", blanks, "a b|c d"),
            ("  # a b   c  ", blanks, "a b|c"),
            ("a (m) b", blanks, "a (m)|b"),
            ("a (deg C) b [x y]", blanks, "a (deg C)|b [x y]"),
            ("a ((x) y) b", blanks, "a ((x) y)|b"),
            ("a) b", blanks, "a)|b"),
            ("a  b", tab, "a|b"),
            ("a (m) - b (s)", tab, "a (m)|b (s)"),
            ("a (m), b", tab, ""),
            ("a (m), b [s]", tab, "a (m)|b [s]"),
            ("a (m); b (s)", tab, "a (m)|b (s)"),
            ("a (m)-b (s)", tab, ""),
            ("a, b", tab, ""),
            ("a (m) b (s)", tab, ""),
            ("a:  b", tab, ""),
            ("a=1  b", tab, ""),
            ("a", tab, ""),
            ("#", tab, ""),
        ] {
            let names = wide_names(line.as_bytes(), 2, delimiter).unwrap_or_default();
            assert_eq!(String::from_utf8(names.join(&b'|')).unwrap(), expected, "{line}");
            assert_eq!(wide_names(line.as_bytes(), 9, delimiter), None, "{line}");
        }
        // More than half of the names have a unit.
        for (line, is_header) in [("a (m),b (m),c,d", false), ("a (m),b (m),c (m),d", true)] {
            assert_eq!(wide_names(line.as_bytes(), 4, tab).is_some(), is_header, "{line}");
        }
    }
}
