//! Tables that fit the terminal. A number or a word is never split; without a terminal, each row is one line.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::Style;
use data_review_core::percent_encode_controls;
use textwrap::{WordSplitter, wrap};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};
use url::Url;

use crate::output::{HEADING, linked, styled};

/// Columns of blanks between two columns of a table.
const GAP: usize = 2;
/// What replaces the middle of a text that is too long.
const ELLIPSIS: &str = "…";
/// A column of sentences gets at least this width before another column is dropped, even if its words are shorter.
const LEAST: usize = 12;
/// The longest word that a column makes room for; a longer one loses its middle.
const WORD: usize = 16;

/// How the cells of a column are made to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// To the right, always whole.
    Number,
    /// To the left, always whole.
    Whole,
    /// To the left, broken between words.
    Words,
    /// To the left, the middle left out: the ends of a key say most.
    Path,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    name: &'static str,
    fit: Fit,
    /// Columns with a greater number are left out first where the terminal is narrow; 0 is never left out.
    rank: u8,
}

impl Column {
    const fn new(name: &'static str, fit: Fit) -> Self {
        Column { name, fit, rank: 0 }
    }

    /// A column of numbers.
    pub(crate) const fn number(name: &'static str) -> Self {
        Column::new(name, Fit::Number)
    }

    /// A column of short texts that are never broken, such as dates.
    pub(crate) const fn whole(name: &'static str) -> Self {
        Column::new(name, Fit::Whole)
    }

    /// A column of sentences.
    pub(crate) const fn words(name: &'static str) -> Self {
        Column::new(name, Fit::Words)
    }

    /// A column of keys.
    pub(crate) const fn path(name: &'static str) -> Self {
        Column::new(name, Fit::Path)
    }

    /// The same column, left out before those of a smaller rank where the terminal is narrow.
    pub(crate) const fn rank(self, rank: u8) -> Self {
        Column { rank, ..self }
    }
}

/// A cell. Its text may be foreign: characters that move the cursor or begin a new line are encoded.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    style: Style,
    /// What a terminal opens when the text is clicked.
    link: Option<Url>,
}

impl Cell {
    /// A cell in a style.
    pub(crate) fn styled(text: impl AsRef<str>, style: Style) -> Self {
        Cell {
            text: percent_encode_controls(text.as_ref()),
            style,
            link: None,
        }
    }

    /// The same cell, as a link where there is an address.
    pub(crate) fn linked(self, link: Option<Url>) -> Self {
        Cell { link, ..self }
    }

    /// The text.
    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl<S: AsRef<str>> From<S> for Cell {
    fn from(text: S) -> Self {
        Cell::styled(text, Style::new())
    }
}

/// The widths that the cells of a table need. Rows are measured one by one, so that a long table need not be kept.
#[derive(Debug, Clone)]
pub(crate) struct Measure {
    columns: Vec<Column>,
    /// Width of the widest cell, 0 if all cells are empty.
    widest: Vec<usize>,
    /// Width of the longest word.
    word: Vec<usize>,
}

impl Measure {
    /// A table without rows.
    pub(crate) fn new(columns: &[Column]) -> Self {
        Measure {
            columns: columns.to_vec(),
            widest: vec![0; columns.len()],
            word: vec![0; columns.len()],
        }
    }

    /// Measures a row.
    pub(crate) fn row(&mut self, cells: &[Cell]) {
        debug_assert_eq!(cells.len(), self.columns.len());
        for ((cell, widest), word) in cells.iter().zip(&mut self.widest).zip(&mut self.word) {
            *widest = cell.text.width().max(*widest);
            let longest = cell.text.split(' ').map(UnicodeWidthStr::width).max();
            *word = longest.unwrap_or(0).max(*word);
        }
    }

    /// The layout for a terminal of this width; `None` shows all columns in full.
    pub(crate) fn fit(&self, width: Option<u16>) -> Layout {
        let title = |column: &Column| column.name.width();
        let full = |at: usize| self.widest[at].max(title(&self.columns[at]));
        let mut widths: Vec<Option<usize>> = (0..self.columns.len()).map(|at| Some(full(at))).collect();
        if let Some(width) = width.map(usize::from) {
            for (at, shown) in widths.iter_mut().enumerate() {
                // A column without content tells nothing.
                if self.widest[at] == 0 && at > 0 {
                    *shown = None;
                }
            }
            let least = |at: usize| match self.columns[at].fit {
                Fit::Number | Fit::Whole => full(at),
                Fit::Words => self.word[at]
                    .clamp(LEAST, WORD)
                    .max(title(&self.columns[at]))
                    .min(full(at)),
                // The key names the row: it gets a third of the terminal.
                Fit::Path => full(at).min((width / 3).max(WORD)),
            };
            while total(&widths, least) > width {
                let ranked =
                    (0..widths.len()).filter(|at| widths[*at].is_some() && self.columns[*at].rank > 0);
                match ranked.max_by_key(|at| self.columns[*at].rank) {
                    Some(at) => widths[at] = None,
                    None => break,
                }
            }
            share(&mut widths, width, least);
        }
        Layout {
            columns: self.columns.clone(),
            widths,
        }
    }
}

/// The width of the table if each column that is shown has the width `of`.
fn total(widths: &[Option<usize>], of: impl Fn(usize) -> usize) -> usize {
    let shown: Vec<usize> = (0..widths.len()).filter(|at| widths[*at].is_some()).collect();
    shown.iter().map(|at| of(*at)).sum::<usize>() + GAP * shown.len().saturating_sub(1)
}

/// Narrows the widest of the columns that may be narrower, column by column of the terminal, until the table fits.
fn share(widths: &mut [Option<usize>], width: usize, least: impl Fn(usize) -> usize) {
    let excess = |widths: &[Option<usize>]| total(widths, |at| widths[at].unwrap_or(0)).saturating_sub(width);
    for _ in 0..excess(widths) {
        let narrowable = (0..widths.len()).filter(|at| widths[*at].is_some_and(|width| width > least(*at)));
        match narrowable.max_by_key(|at| widths[*at]) {
            Some(at) => widths[at] = widths[at].map(|width| width - 1),
            None => return,
        }
    }
}

/// The columns of a table that are shown, with their widths.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    columns: Vec<Column>,
    widths: Vec<Option<usize>>,
}

impl Layout {
    /// Writes the names of the columns.
    pub(crate) fn header(&self, out: &mut impl Write) -> io::Result<()> {
        let names = self.columns.iter().map(|column| Cell {
            text: column.name.to_uppercase(),
            style: HEADING,
            link: None,
        });
        self.row(out, &names.collect::<Vec<_>>())
    }

    /// Writes a row, over several lines where a sentence needs them.
    pub(crate) fn row(&self, out: &mut impl Write, cells: &[Cell]) -> io::Result<()> {
        let shown: Vec<(&Column, usize, Vec<Cow<'_, str>>, &Cell)> = self
            .columns
            .iter()
            .zip(&self.widths)
            .zip(cells)
            .filter_map(|((column, width), cell)| {
                let width = (*width)?;
                Some((column, width, lines(&cell.text, column.fit, width), cell))
            })
            .collect();
        let height = shown
            .iter()
            .map(|(_, _, lines, _)| lines.len())
            .max()
            .unwrap_or(0);
        for at in 0..height {
            let mut blanks = 0;
            for (place, (column, width, lines, cell)) in shown.iter().enumerate() {
                blanks += if place > 0 { GAP } else { 0 };
                let text = lines.get(at).map_or("", |line| line.as_ref());
                let rest = width.saturating_sub(text.width());
                if text.is_empty() {
                    blanks += rest;
                    continue;
                }
                let (before, after) = if column.fit == Fit::Number {
                    (rest, 0)
                } else {
                    (0, rest)
                };
                let text = if cell.style == Style::new() {
                    text.to_owned()
                } else {
                    styled(cell.style, text)
                };
                let text = match &cell.link {
                    Some(link) => linked(link, &text),
                    None => text,
                };
                write!(out, "{:1$}{text}", "", blanks + before)?;
                blanks = after;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// A cell as lines of at most this width.
fn lines(text: &str, fit: Fit, width: usize) -> Vec<Cow<'_, str>> {
    if text.width() <= width {
        return vec![Cow::Borrowed(text)];
    }
    match fit {
        Fit::Number | Fit::Whole => vec![Cow::Borrowed(text)],
        Fit::Path => vec![Cow::Owned(elide(text, width))],
        Fit::Words => fold(text, width).into_iter().map(Cow::Owned).collect(),
    }
}

/// Breaks a sentence between words into lines of at most `width` columns. A word that is longer loses its middle.
pub(crate) fn fold(text: &str, width: usize) -> Vec<String> {
    let options = textwrap::Options::new(width.max(1))
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace);
    wrap(text, options)
        .into_iter()
        .map(|line| elide(&line, width))
        .collect()
}

/// The text without its middle, if it is wider than `width` columns: a third from the beginning, the rest from the end.
pub(crate) fn elide(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(1);
    let taken = |budget: usize, chars: &mut dyn Iterator<Item = char>| -> String {
        let mut left = budget;
        let fits = |c: &char| match left.checked_sub(c.width().unwrap_or(0)) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        };
        chars.take_while(fits).collect()
    };
    let head = taken(room / 3, &mut text.chars());
    let tail: String = taken(room - head.width(), &mut text.chars().rev());
    let tail: String = tail.chars().rev().collect();
    format!("{head}{ELLIPSIS}{tail}")
}

/// A table that is kept as a whole.
pub(crate) struct Table {
    measure: Measure,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(columns: &[Column]) -> Self {
        Table {
            measure: Measure::new(columns),
            rows: Vec::new(),
        }
    }

    /// Adds a row: one cell per column.
    pub(crate) fn row<C: Into<Cell>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let cells: Vec<Cell> = cells.into_iter().map(Into::into).collect();
        self.measure.row(&cells);
        self.rows.push(cells);
    }

    /// Whether it has no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the table for a terminal of this width; `None` shows all columns in full.
    pub(crate) fn write(&self, out: &mut impl Write, width: Option<u16>) -> io::Result<()> {
        let layout = self.measure.fit(width);
        layout.header(out)?;
        self.rows.iter().try_for_each(|row| layout.row(out, row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(table: &Table, width: Option<u16>) -> String {
        let mut out = Vec::new();
        table.write(&mut out, width).unwrap();
        anstream::adapter::strip_str(&String::from_utf8(out).unwrap()).to_string()
    }

    fn table() -> Table {
        let columns = [
            Column::path("file"),
            Column::words("kind").rank(2),
            Column::number("rows").rank(1),
            Column::words("outcome"),
        ];
        let mut table = Table::new(&columns);
        table.row(["a.csv", "CSV", "7", "reviewed"]);
        table.row([
            "cruises/2015/33RO20150410/33RO20150410_00001_00001_ct1.csv",
            "WHP CTD cast",
            "1234567",
            "failed: corrupt: no row begins with the value out-of-range of the first column",
        ]);
        table
    }

    #[test]
    fn one_line_per_row_and_numbers_to_the_right() {
        let text = rendered(&table(), None);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(
            lines[0].starts_with("FILE ") && lines[0].ends_with("OUTCOME"),
            "{text}"
        );
        assert!(lines[1].contains("        7  reviewed"), "{text}");
    }

    #[test]
    fn foreign_characters_are_encoded() {
        let mut table = Table::new(&[Column::path("file")]);
        table.row(["\x1b[31mred\nnext\u{202E}"]);
        assert!(rendered(&table, None).contains("%1B[31mred%0Anext%E2%80%AE"));
    }

    #[test]
    fn any_width_splits_neither_words_nor_numbers() {
        for width in [30, 40, 60, 80, 100, 140, 200] {
            let text = rendered(&table(), Some(width));
            assert!(
                text.lines().all(|line| line.width() <= usize::from(width)),
                "{width}:\n{text}"
            );
            assert!(text.contains("out-of-range"), "{width}:\n{text}");
            assert_eq!(
                text.contains("ROWS"),
                text.contains("1234567"),
                "{width}:\n{text}"
            );
            assert!(text.contains("_ct1.csv"), "{width}:\n{text}");
        }
        let narrow = rendered(&table(), Some(40));
        assert!(!narrow.contains("KIND"), "the highest rank goes first:\n{narrow}");
    }

    #[test]
    fn a_column_without_content_is_left_out_on_a_terminal() {
        let mut table = Table::new(&[Column::path("file"), Column::number("profiles")]);
        table.row(["a.csv", ""]);
        assert_eq!(rendered(&table, Some(60)), "FILE\na.csv\n");
        assert!(rendered(&table, None).contains("PROFILES"));
    }

    #[test]
    fn both_ends_of_a_long_key_stay() {
        assert_eq!(elide("archive/2015/x_hy1.csv", 12), "arc…_hy1.csv");
        assert_eq!(elide("short", 12), "short");
        assert_eq!(elide("日本語日本語.csv", 9).width(), 9);
    }
}
