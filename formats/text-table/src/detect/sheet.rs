//! A sample of a text, cut into rows by one dialect.

use crate::kind::CellKind;
use crate::layout::{Delimiter, Dialect};
use crate::record::{Record, Records, Step};

/// Rows that are read at most.
const MOST_ROWS: usize = 4000;
/// Cells that are read at most.
const MOST_CELLS: usize = 200_000;
/// Reading ends after so many rows of one width.
const ENOUGH: usize = 300;

/// One row of the sample.
#[derive(Debug)]
pub(super) struct Row {
    /// Line that it begins on.
    pub(super) line: u64,
    /// Byte of the text that it begins at.
    at: usize,
    /// Its bytes, without the line break.
    len: usize,
    /// First of its cells among those of the sheet.
    first: usize,
    /// Number of its cells.
    pub(super) width: usize,
    /// Cells that are not empty.
    pub(super) filled: usize,
    /// Whether it begins with `#`, `%`, `//`, `!` or `*`, lies within `/* */`, or names the delimiter (`sep=;`).
    pub(super) is_comment: bool,
    /// Whether there is nothing but white space.
    pub(super) is_blank: bool,
    /// Whether it ends with a delimiter.
    pub(super) is_open: bool,
    /// Whether it has a quote where none should be.
    pub(super) is_faulty: bool,
}

/// The rows of a sample under one dialect.
pub(super) struct Sheet<'t> {
    text: &'t [u8],
    pub(super) dialect: Dialect,
    pub(super) rows: Vec<Row>,
    cells: Vec<CellKind>,
    /// The last text of each column. Names repeat, and comparing one is faster than finding out that it is not a value.
    texts: Vec<Vec<u8>>,
}

impl<'t> Sheet<'t> {
    /// Cuts `text`; a row that the end of a sample cuts is left out.
    pub(super) fn of(text: &'t [u8], is_all: bool, dialect: Dialect) -> Self {
        let mut records = Records::of_bytes(text, dialect);
        let mut sheet = Sheet {
            text,
            dialect,
            rows: Vec::new(),
            cells: Vec::new(),
            texts: Vec::new(),
        };
        let mut block = Block::default();
        let (mut same, mut last) = (0, 0);
        while sheet.rows.len() < MOST_ROWS && sheet.cells.len() < MOST_CELLS && same < ENOUGH {
            let Ok(Step::Record(record)) = records.step() else {
                break;
            };
            let is_cut = !is_all && record.at as usize + record.bytes.len() >= text.len();
            if is_cut && !sheet.rows.is_empty() {
                break;
            }
            let is_comment = block.is_comment(&record);
            sheet.push(&record, is_comment);
            let width = record.cells.len();
            same = if width == last && width > 1 && !is_comment {
                same + 1
            } else {
                0
            };
            last = width;
        }
        sheet
    }

    fn push(&mut self, record: &Record<'_>, is_comment: bool) {
        let first = self.cells.len();
        if self.texts.len() < record.cells.len() {
            self.texts.resize(record.cells.len(), Vec::new());
        }
        for (index, text) in self.texts.iter_mut().enumerate().take(record.cells.len()) {
            let cell = record.cell(index);
            if !text.is_empty() && text == cell {
                self.cells.push(CellKind::Text);
                continue;
            }
            let kind = CellKind::of(cell);
            if kind == CellKind::Text {
                text.clear();
                text.extend_from_slice(cell);
            }
            self.cells.push(kind);
        }
        let filled = self.cells[first..]
            .iter()
            .filter(|kind| **kind != CellKind::Empty)
            .count();
        self.rows.push(Row {
            line: record.line,
            at: record.at as usize,
            len: record.bytes.len(),
            first,
            width: record.cells.len(),
            filled,
            is_comment,
            is_blank: record.is_blank(),
            is_open: match self.dialect.delimiter {
                Delimiter::Byte(delimiter) => {
                    record.bytes.trim_ascii_end().last() == Some(&delimiter)
                        || record.bytes.last() == Some(&delimiter)
                }
                Delimiter::Blanks => false,
            },
            is_faulty: !record.faults.is_empty(),
        });
    }

    /// The kinds of a row's cells.
    pub(super) fn kinds(&self, row: &Row) -> &[CellKind] {
        &self.cells[row.first..row.first + row.width]
    }

    /// The trimmed cells of a row.
    pub(super) fn cells(&self, row: &Row) -> Vec<Vec<u8>> {
        let mut records = Records::of_bytes(&self.text[row.at..row.at + row.len], self.dialect);
        match records.step() {
            Ok(Step::Record(record)) => (0..record.cells.len())
                .map(|index| record.cell(index).trim_ascii().to_vec())
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The line that a row begins on, without its line break.
    pub(super) fn line(&self, row: &Row) -> &[u8] {
        let rest = &self.text[row.at..];
        &rest[..memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())]
    }

    /// The position of `row` among all rows.
    pub(super) fn position(&self, row: &Row) -> usize {
        self.rows.partition_point(|other| other.line < row.line)
    }

    /// The three commonest widths above 1, commonest first; of comments only where there is nothing else.
    pub(super) fn widths(&self) -> Vec<usize> {
        let mut counts: Vec<(usize, usize)> = Vec::new();
        for row in self
            .rows
            .iter()
            .filter(|row| row.width > 1 && row.filled > 0 && !row.is_comment)
        {
            match counts.iter().position(|(width, _)| *width == row.width) {
                Some(at) => counts[at].1 += 1,
                None if counts.len() < 64 => counts.push((row.width, 1)),
                None => {}
            }
        }
        // Of equally common widths the first one: a second table comes later.
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let mut widths: Vec<usize> = counts.into_iter().take(3).map(|(width, _)| width).collect();
        // Where names contain blanks, the header knows the width.
        let first = self
            .rows
            .iter()
            .find(|row| row.filled > 0 && !row.is_comment)
            .map(|row| row.width);
        if self.dialect.delimiter == Delimiter::Blanks
            && let Some(first) = first.filter(|first| *first > 2 && !widths.contains(first))
        {
            widths.push(first);
        }
        widths
    }
}

/// Distinguishes comments from rows, over several lines: `/* ... */`, and the attributes that NCCSV writes from `*GLOBAL*` to
/// `*END_METADATA*`.
#[derive(Debug, Default)]
pub struct Block {
    /// What ends the comment that is open.
    end: Option<&'static [u8]>,
}

impl Block {
    /// Whether a record is a comment. Records are shown in order, and none is left out.
    pub fn is_comment(&mut self, record: &Record<'_>) -> bool {
        let bytes = record.bytes.trim_ascii_start();
        if self.end.is_none() {
            self.end = match bytes {
                [b'/', b'*', ..] => Some(b"*/"),
                _ if bytes.starts_with(b"*GLOBAL*,") => Some(b"*END_METADATA*"),
                _ => None,
            };
        }
        if let Some(end) = self.end {
            if memchr::memmem::find(bytes, end).is_some() {
                self.end = None;
            }
            return true;
        }
        let bytes = bytes.strip_prefix(b"\"").unwrap_or(bytes);
        is_comment(bytes) || is_rule(bytes) || record.line == 1 && is_stated_delimiter(bytes)
    }
}

/// Whether a line is drawn to separate a header from its rows: `-----  ------`, `====`.
fn is_rule(bytes: &[u8]) -> bool {
    matches!(bytes, [b'-', b'-', b'-', b'-', ..] | [b'=', b'=', b'=', b'=', ..])
        && bytes
            .iter()
            .all(|byte| matches!(byte, b'-' | b'=' | b'+' | b'|' | b',' | b';' | b' ' | b'\t'))
}

/// Whether a line begins as comments do.
fn is_comment(bytes: &[u8]) -> bool {
    match bytes {
        [b'#' | b'%' | b'!', ..] | [b'/', b'/', ..] => true,
        [b'*', rest @ ..] => !rest.trim_ascii().is_empty(),
        _ => false,
    }
}

/// Whether a line is `sep=;` or the like, by which a spreadsheet is told the delimiter.
fn is_stated_delimiter(bytes: &[u8]) -> bool {
    bytes.len() < 64 && bytes.len() > 4 && bytes[..4].eq_ignore_ascii_case(b"sep=")
}

/// The delimiter that the first line states: `sep=;`.
pub(super) fn stated_delimiter(text: &[u8]) -> Option<u8> {
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    is_stated_delimiter(text.get(..5)?)
        .then(|| text[4])
        .filter(|byte| super::DELIMITERS.contains(byte))
}

/// What a text has of unusual quotes.
pub(super) struct Evidence {
    pub(super) blanks_before_quotes: bool,
    pub(super) backslashes: bool,
    pub(super) apostrophes: bool,
    pub(super) blanks_before_apostrophes: bool,
}

impl Evidence {
    pub(super) fn of(text: &[u8], delimiter: Delimiter) -> Self {
        let is_delimiter = |byte: u8| match delimiter {
            Delimiter::Byte(delimiter) => byte == delimiter,
            Delimiter::Blanks => matches!(byte, b' ' | b'\t'),
        };
        let blank_then = |quote: u8| match delimiter {
            Delimiter::Byte(byte) => memchr::memmem::find(text, &[byte, b' ', quote]).is_some(),
            Delimiter::Blanks => false,
        };
        let ends =
            |byte: Option<&u8>| byte.is_none_or(|byte| is_delimiter(*byte) || matches!(byte, b'\n' | b'\r'));
        let backslashes = memchr::memmem::find_iter(text, b"\\\"").any(|at| !ends(text.get(at + 2)));
        let (mut opening, mut closing, mut inner) = (0, 0, 0);
        for at in memchr::memchr_iter(b'\'', text) {
            let opens = ends(at.checked_sub(1).and_then(|at| text.get(at)));
            let closes = ends(text.get(at + 1));
            match (opens, closes) {
                (true, _) => opening += 1,
                (_, true) => closing += 1,
                _ => inner += 1,
            }
        }
        let blanks_before_apostrophes = blank_then(b'\'');
        let apostrophes =
            closing > 2 && (opening > closing / 2 || blanks_before_apostrophes) && inner <= 2 * closing;
        Evidence {
            blanks_before_quotes: blank_then(b'"'),
            backslashes,
            apostrophes,
            blanks_before_apostrophes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Delimiter = Delimiter::Byte(b',');

    fn sheet(text: &str, is_all: bool) -> Sheet<'_> {
        Sheet::of(text.as_bytes(), is_all, Dialect::of(COMMA))
    }

    #[test]
    fn rows_with_their_cells_and_marks() {
        let sheet = sheet("# a,b\n1, x ,\n\n,,\n\"a,b\",2, \nx\"y,3\n", true);
        let shown = |row: &Row| {
            let marks = [row.is_comment, row.is_blank, row.is_open, row.is_faulty]
                .map(|mark| if mark { 'x' } else { '.' });
            let marks: String = marks.iter().collect();
            format!("{} {} {} {marks}", row.line, row.width, row.filled)
        };
        let rows: Vec<String> = sheet.rows.iter().map(shown).collect();
        assert_eq!(
            rows,
            [
                "1 2 2 x...",
                "2 3 2 ..x.",
                "3 1 0 .x..",
                "4 3 0 ..x.",
                "5 3 2 ..x.",
                "6 2 2 ...x"
            ]
        );
        assert_eq!(sheet.cells(&sheet.rows[1]), [&b"1"[..], b"x", b""]);
        assert_eq!(
            sheet.kinds(&sheet.rows[1]),
            [CellKind::Number, CellKind::Text, CellKind::Empty]
        );
        assert_eq!(sheet.line(&sheet.rows[4]), b"\"a,b\",2, ");
        let positions: Vec<usize> = sheet.rows.iter().map(|row| sheet.position(row)).collect();
        assert_eq!(positions, [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_sample_ends_after_300_rows_of_one_width_or_4000_in_all() {
        let rows = |text: &str| sheet(text, true).rows.len();
        assert_eq!(rows(&"1,2\n".repeat(500)), 301);
        assert_eq!(rows(&"1,2\n3\n".repeat(5000)), 4000);
        assert_eq!(rows(&"1\n".repeat(500)), 500, "one cell has no separator");
        assert_eq!(rows(&"# 1,2\n".repeat(500)), 500);
        assert_eq!(
            rows(&format!("{}3\n{}", "1,2\n".repeat(300), "1,2\n".repeat(500))),
            602
        );
        // 200,000 cells are reached with the fourth wide row.
        let wide = format!("1{}\n2\n", ",1".repeat(49_999));
        assert_eq!(rows(&wide.repeat(9)), 7);
    }

    #[test]
    fn a_row_that_the_end_of_a_sample_cuts_is_left_out() {
        for (text, is_all, rows) in [
            ("1,2\n3,4", false, 1),
            ("1,2\n3,4\n", false, 2),
            ("1,2\n3,4", true, 2),
            ("1,2", false, 1),
        ] {
            assert_eq!(sheet(text, is_all).rows.len(), rows, "{text:?}");
        }
    }

    #[test]
    fn the_commonest_widths() {
        for (text, expected) in [
            ("1,2\n", &[2][..]),
            ("1\n2\n", &[]),
            ("1,2\n1,2,3\n1,2,3\n", &[3, 2]),
            ("1,2,3\n1,2\n", &[3, 2]),
            ("1,2\n1,2,3\n1,2,3,4\n1,2,3,4,5\n1,2,3,4,5\n", &[5, 2, 3]),
            (",,,\n# 1,2,3\n1,2\n", &[2]),
        ] {
            assert_eq!(sheet(text, true).widths(), expected, "{text:?}");
        }
        let blanks = |text: &str| Sheet::of(text.as_bytes(), true, Dialect::of(Delimiter::Blanks)).widths();
        assert_eq!(
            blanks("a b c d\n1 2 3\n1 2 3\n1 2\n1 2\n1 2 3 4 5\n1 2 3 4 5\n"),
            [3, 2, 5, 4]
        );
        assert_eq!(
            blanks("a b\n1 2 3\n1 2 3\n1 2 3 4\n1 2 3 4\n1 2 3 4 5\n1 2 3 4 5\n"),
            [3, 4, 5]
        );
        // Only 64 different widths are counted.
        let many: String = (2..70)
            .map(|width| ["1"].repeat(width).join(",") + "\n")
            .collect();
        assert_eq!(
            sheet(
                &format!("{many}{}", many.lines().last().unwrap().to_owned() + "\n"),
                true
            )
            .widths(),
            [2, 3, 4]
        );
    }

    #[test]
    fn comments_rules_and_blocks() {
        let comments = |text: &str| -> String {
            let sheet = sheet(text, true);
            sheet
                .rows
                .iter()
                .map(|row| if row.is_comment { 'c' } else { '.' })
                .collect()
        };
        for (text, expected) in [
            ("#a\n%a\n!a\n//a\n* a\n\"#a\"\n  #a\n", "ccccccc"),
            ("/a\n*\n* \na#\n-a\n", "....."),
            (
                "----\n====\n---- ---\n----,----\n---- a\n---\n===\n-=--\n",
                "cccc....",
            ),
            ("/* a\nb\nc */\nd\n", "ccc."),
            ("/* a */\nb\n", "c."),
            ("*GLOBAL*,a\n*/\nb\n*END_METADATA*\nc\n", "cccc."),
            ("*GLOBAL\n", "c"),
            ("sep=;\nsep=;\n", "c."),
            ("SEP=,\n", "c"),
            ("sep=\n", "."),
        ] {
            assert_eq!(comments(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_delimiter_may_be_stated() {
        for (text, expected) in [
            ("sep=;\na;b\n", Some(b';')),
            ("\"sep=,\"\n", Some(b',')),
            ("Sep=\t\n", Some(b'\t')),
            ("sep=x\n", None),
            ("sep=", None),
            ("sap=;\n", None),
            ("", None),
        ] {
            assert_eq!(stated_delimiter(text.as_bytes()), expected, "{text:?}");
        }
        assert!(is_stated_delimiter(&[b"sep=".as_slice(), &[b'x'; 59]].concat()));
        assert!(!is_stated_delimiter(&[b"sep=".as_slice(), &[b'x'; 60]].concat()));
    }

    #[test]
    fn evidence_of_unusual_quotes() {
        let blanks = Delimiter::Blanks;
        for (text, delimiter, expected) in [
            ("a,b\n", COMMA, ""),
            ("a, \"b\"\n", COMMA, "blanks"),
            ("a,\"b\"\n", COMMA, ""),
            ("a \"b\"\n", blanks, ""),
            ("\"a \\\"b\\\" c\"\n", COMMA, "backslashes"),
            ("\"a\\\",\"b\\\"\n", COMMA, ""),
            ("'a','b','c'\n", COMMA, "apostrophes"),
            ("'a','b'\n", COMMA, ""),
            ("'a', 'b', 'c', 'd'\n", COMMA, "apostrophes blanks-before"),
            ("a',b',c'\n", COMMA, ""),
            ("'a',b',c'\n", COMMA, ""),
            ("'a','b',c'\n", COMMA, "apostrophes"),
            ("'a''s'',x'x'x'x'x'x'x'x,'b','c'\n", COMMA, ""),
            ("'a' 'b' 'c'\n", blanks, "apostrophes"),
        ] {
            let found = Evidence::of(text.as_bytes(), delimiter);
            let marks = [
                (found.blanks_before_quotes, "blanks"),
                (found.backslashes, "backslashes"),
                (found.apostrophes, "apostrophes"),
                (found.blanks_before_apostrophes, "blanks-before"),
            ];
            let marks: Vec<&str> = marks
                .iter()
                .filter(|(is_so, _)| *is_so)
                .map(|(_, mark)| *mark)
                .collect();
            assert_eq!(marks.join(" "), expected, "{text:?}");
        }
    }
}
