//! Where the table is within its file, and how its records are written.

use std::fmt;

/// What separates the cells of a record: one byte, or any run of blanks and tabs. A table has one delimiter throughout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Delimiter {
    /// One byte: each occurrence ends a cell.
    Byte(u8),
    /// Runs of blanks and tabs; those at the ends of a line separate nothing.
    Blanks,
}

impl Delimiter {
    /// Returns the delimiter's name in the plural, for messages: "commas", "semicolons", "runs of blanks".
    pub fn plural(self) -> &'static str {
        match self {
            Delimiter::Byte(b',') => "commas",
            Delimiter::Byte(b';') => "semicolons",
            Delimiter::Byte(b'\t') => "tabs",
            Delimiter::Byte(b'|') => "bars",
            Delimiter::Byte(_) => "single characters",
            Delimiter::Blanks => "runs of blanks",
        }
    }
}

/// How the records of a text are written: what separates cells, what encloses them, and how a quote within a cell is escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dialect {
    /// What separates cells.
    pub delimiter: Delimiter,
    /// What encloses cells that contain delimiters or line breaks; a doubled one stands for itself. `None`: nothing does.
    pub quote: Option<u8>,
    /// Whether a quote also opens a cell behind blanks that follow the delimiter: `1, "two"`.
    pub blanks_before_quotes: bool,
    /// Whether a backslash within quotes makes the next quote a letter: `"5\" long"`.
    pub backslash_escapes: bool,
}

impl Default for Dialect {
    /// That of RFC 4180: commas and double quotes.
    fn default() -> Self {
        Dialect::of(Delimiter::Byte(b','))
    }
}

impl Dialect {
    /// A dialect with the given delimiter and otherwise the rules of RFC 4180: cells may stand in double quotes, and a
    /// doubled quote stands for one.
    pub const fn of(delimiter: Delimiter) -> Self {
        Dialect {
            delimiter,
            quote: Some(b'"'),
            blanks_before_quotes: false,
            backslash_escapes: false,
        }
    }

    /// Whether the cell so far, from its opening quote, ends with a backslash that escapes what follows.
    pub(crate) fn is_escaped(&self, cell: &[u8]) -> bool {
        self.backslash_escapes && cell.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
    }
}

/// The table of a file.
///
/// Lines are counted from 1 and are those that records begin on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Layout {
    /// How its records are written.
    pub dialect: Dialect,
    /// Number of columns, at least 2.
    pub width: usize,
    /// Lines of the header, in order: none of a table without one, several where names are spread over rows. Their
    /// names are joined, see [`join_names`](crate::join_names).
    pub header: Vec<u64>,
    /// Whether the header is a comment: its first name follows `#`, `%` or `//`.
    pub header_is_comment: bool,
    /// Whether the names are separated otherwise than the records: [`wide_names`](crate::wide_names) reads them.
    pub header_is_wide: bool,
    /// Names in the header; 0 where there is none. May differ from [`Layout::width`].
    pub names: usize,
    /// Lines below the header that hold the units of the columns, at most two; they are not records.
    pub units: Vec<u64>,
    /// First line of the table: its header, or else its first record. Everything above is metadata.
    pub first_line: u64,
    /// First line that may hold a data record; comments and blank lines may still follow it.
    pub first_record: u64,
    /// Lines above the table that are not blank.
    pub lines_above: u64,
    /// What the cells of each column mostly are in the sample.
    pub kinds: Vec<ColumnKind>,
    /// Data records in the sample that the detector read; the file may have more.
    pub sampled: usize,
    /// Those of them that have [`Layout::width`] cells.
    pub as_wide: usize,
    /// Whether all records end with a delimiter that the header does not have: the last column has neither name nor value.
    pub has_trailing_delimiter: bool,
}

/// The kind that more than six in ten cells of a column have in the sample; empty and missing cells do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ColumnKind {
    /// Nothing: all cells of the sample are empty or say that a value is missing.
    #[default]
    Empty,
    /// Numbers in any notation.
    Number,
    /// Dates, times of day, or both.
    Time,
    /// Positions with degrees, minutes or a letter of the compass.
    Position,
    /// Texts, or values of which no kind is so frequent.
    Text,
}

impl ColumnKind {
    /// Whether the column holds numbers, times or positions, so that a cell of text does not belong into it.
    pub fn is_typed(self) -> bool {
        matches!(self, ColumnKind::Number | ColumnKind::Time | ColumnKind::Position)
    }
}

/// The reasons, in one sentence: `header in line 13, 12 lines of metadata above, 3 columns separated by semicolons,
/// 40 of 40 sampled rows have them`.
impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.header[..] {
            [] => write!(f, "no header, rows from line {}", self.first_record)?,
            [line] => write!(f, "header in line {line}")?,
            [first, .., last] => write!(f, "header in lines {first} to {last}")?,
        }
        match self.units[..] {
            [] => {}
            [line] => write!(f, ", units in line {line}")?,
            [first, .., last] => write!(f, ", units in lines {first} to {last}")?,
        }
        match self.lines_above {
            0 => {}
            1 => write!(f, ", 1 line of metadata above")?,
            n => write!(f, ", {n} lines of metadata above")?,
        }
        write!(
            f,
            ", {} columns separated by {}",
            self.width,
            self.dialect.delimiter.plural()
        )?;
        match self.sampled {
            0 => write!(f, ", no row at hand"),
            n => write!(f, ", {} of {n} sampled rows have them", self.as_wide),
        }
    }
}

/// Why a text is not a table, with the figures that decided. The message is a clause that a verdict can quote, such as `it is
/// empty`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoTable {
    /// There is nothing but white space.
    #[error("it is empty")]
    Empty,
    /// Too many control characters for a text.
    #[error("{controls} of its first {bytes} bytes are control characters")]
    Binary {
        /// Control characters.
        controls: usize,
        /// Bytes looked at.
        bytes: usize,
    },
    /// It begins as another format does.
    #[error("it starts as {0} does")]
    OtherFormat(&'static str),
    /// No delimiter gives two columns.
    #[error("no delimiter gives it two columns")]
    OneColumn,
    /// The best delimiter gives rows of different widths.
    #[error("separated by {}, {as_wide} of {rows} rows have the {width} cells that most have", .delimiter.plural())]
    Uneven {
        /// The delimiter.
        delimiter: Delimiter,
        /// The most common width.
        width: usize,
        /// Rows that have it.
        as_wide: usize,
        /// All rows.
        rows: usize,
    },
    /// Its rows are as wide as each other, but hold neither numbers nor times, or too few for a file of that name.
    #[error("separated by {}, {rows} rows of {width} cells have too few numbers or times for a table", .delimiter.plural())]
    Prose {
        /// The delimiter.
        delimiter: Delimiter,
        /// Width of the rows.
        width: usize,
        /// Rows.
        rows: usize,
    },
}
