//! One data line, as the reader lends it.

use crate::cast::Cast;
use crate::cells::Cells;
use crate::columns::{Column, Role};
use crate::flags::Meaning;
use crate::value::Value;

/// One data line, borrowed from the [`Reader`](crate::Reader). Columns count from 0, as in
/// [`Header::columns`](crate::Header::columns).
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub(crate) line: u64,
    pub(crate) text: &'a [u8],
    pub(crate) cells: &'a Cells,
    pub(crate) columns: &'a [Column],
    pub(crate) cast: &'a Cast,
    pub(crate) cast_at: u64,
    pub(crate) cast_changed: bool,
    pub(crate) is_ragged: bool,
}

impl<'a> Row<'a> {
    /// Number of the line, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The bytes of the line, without the line end.
    pub fn bytes(&self) -> &'a [u8] {
        self.text
    }

    /// The text of a cell, trimmed; empty if the line has too few cells.
    ///
    /// # Panics
    /// When there is no such column.
    pub fn cell(&self, column: usize) -> &'a [u8] {
        self.cells.text(self.text, column)
    }

    /// Byte of the line at which a cell begins, from 1.
    ///
    /// # Panics
    /// When there is no such column.
    pub fn place(&self, column: usize) -> u64 {
        self.cells.column(column)
    }

    /// The value of a cell. Flag columns are [`Value::Text`].
    ///
    /// # Panics
    /// When there is no such column.
    pub fn value(&self, column: usize) -> Value {
        self.cells.value(column)
    }

    /// The flag of a parameter's cell, trimmed; `None` if the parameter has no flag column.
    ///
    /// # Panics
    /// When there is no such column.
    pub fn flag(&self, column: usize) -> Option<&'a [u8]> {
        match self.columns[column].role {
            Role::Parameter { flag } => flag.map(|flag| self.cell(flag)),
            Role::Flag { .. } => None,
        }
    }

    /// Whether the flag says that the value is questionable or bad, or that there is no value: such a value should not
    /// extend a range.
    ///
    /// ```
    /// let file = "CTD,20240101SIOCCHABC\nNUMBER_HEADERS = 1\nCTDPRS,CTDPRS_FLAG_W\nDBAR,\n1.0,2\n9999.0,4\nEND_DATA\n";
    /// let mut reader = whp_exchange::Reader::new(file.as_bytes(), &mut |_| {})?;
    /// let mut doubtful = Vec::new();
    /// while let Some(row) = reader.next_row(&mut |_| {})? {
    ///     doubtful.push(row.is_doubtful(0));
    /// }
    /// assert_eq!(doubtful, [false, true]);
    /// # Ok::<(), whp_exchange::Error>(())
    /// ```
    ///
    /// # Panics
    /// When there is no such column.
    pub fn is_doubtful(&self, column: usize) -> bool {
        let flag = self.columns[column].scheme().zip(self.flag(column));
        flag.is_some_and(|(scheme, flag)| matches!(scheme.meaning(flag), Meaning::Doubtful | Meaning::Fill))
    }

    /// Whether the line has too few or too many cells, so that they may be in the wrong columns.
    pub fn is_ragged(&self) -> bool {
        self.is_ragged
    }

    /// The cast that the line belongs to.
    pub fn cast(&self) -> &'a Cast {
        self.cast
    }

    /// Index of the cast among the distinct casts of the file in the order of their first rows, from 0. A cast whose rows are not
    /// together keeps its index.
    pub fn cast_at(&self) -> u64 {
        self.cast_at
    }

    /// Whether [`Self::cast`] differs from the cast of the previous line; true for the first line.
    pub fn cast_changed(&self) -> bool {
        self.cast_changed
    }
}
