//! Records of a table, borrowed from the reader or kept until the next one shows what they are.

use text_table::Record;

/// The cells of a record, each with its place.
pub(crate) trait Cells {
    /// Line that the record begins on.
    fn line(&self) -> u64;
    /// Byte of the text that it begins at.
    fn at(&self) -> u64;
    /// Number of cells.
    fn width(&self) -> usize;
    /// The text of a cell; empty where there is none.
    fn cell(&self, index: usize) -> &[u8];
    /// Line and column of a cell; of one that is not there, the end of the record.
    fn place(&self, index: usize) -> (u64, u64);
}

impl Cells for Record<'_> {
    fn line(&self) -> u64 {
        self.line
    }

    fn at(&self) -> u64 {
        self.at
    }

    fn width(&self) -> usize {
        self.cells.len()
    }

    fn cell(&self, index: usize) -> &[u8] {
        Record::cell(self, index)
    }

    fn place(&self, index: usize) -> (u64, u64) {
        Record::place(self, index)
    }
}

/// A record that is kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    line: u64,
    at: u64,
    cells: Vec<Vec<u8>>,
    places: Vec<(u64, u64)>,
    /// Whether blank or empty rows stand in front of it.
    pub(crate) is_after_gap: bool,
    /// Whether it is a title or a remark of a table that is separated by blanks.
    pub(crate) is_note: bool,
}

impl Kept {
    pub(crate) fn of(record: &Record<'_>, is_after_gap: bool, is_note: bool) -> Self {
        let width = record.cells.len();
        Kept {
            line: record.line,
            at: record.at,
            cells: (0..width).map(|index| record.cell(index).to_vec()).collect(),
            places: (0..=width).map(|index| record.place(index)).collect(),
            is_after_gap,
            is_note,
        }
    }

    /// Number of cells with something in them.
    pub(crate) fn filled(&self) -> usize {
        self.cells
            .iter()
            .filter(|cell| !cell.trim_ascii().is_empty())
            .count()
    }

    /// Its text, for messages.
    pub(crate) fn text(&self) -> Vec<u8> {
        let filled: Vec<&[u8]> = self
            .cells
            .iter()
            .map(|cell| cell.trim_ascii())
            .filter(|cell| !cell.is_empty())
            .collect();
        filled.join(&b" | "[..])
    }
}

impl Cells for Kept {
    fn line(&self) -> u64 {
        self.line
    }

    fn at(&self) -> u64 {
        self.at
    }

    fn width(&self) -> usize {
        self.cells.len()
    }

    fn cell(&self, index: usize) -> &[u8] {
        self.cells.get(index).map_or(&[], Vec::as_slice)
    }

    fn place(&self, index: usize) -> (u64, u64) {
        self.places[index.min(self.cells.len())]
    }
}

/// Whether no cell has anything in it, though there are delimiters.
pub(crate) fn is_empty(record: &Record<'_>) -> bool {
    // The first byte that is neither blank nor delimiter decides; nearly always that is the first one.
    record.cells.len() > 1
        && (0..record.cells.len()).all(|index| Record::cell(record, index).trim_ascii().is_empty())
}
