//! Tables that fit the terminal; without a terminal, each row is one line.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Row, TableStyle, Width, presets};
use data_review_core::percent_encode_controls;

/// A table of text. Cells may be foreign: characters that move the cursor or begin a new line are encoded here.
pub(crate) struct Table {
    table: comfy_table::Table,
}

/// Rows without borders, which are easy to read for `grep` and `awk`.
const STYLE: TableStyle = presets::NOTHING;

impl Table {
    /// An empty table with these columns. A `>` before a name marks a column of numbers.
    pub(crate) fn new(columns: &[&str]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(STYLE);
        table.set_header(
            columns
                .iter()
                .map(|name| name.trim_start_matches('>').to_uppercase()),
        );
        for (name, column) in columns.iter().zip(table.column_iter_mut()) {
            column.set_padding((0, 2));
            if name.starts_with('>') {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        Table { table }
    }

    /// Adds a row.
    pub(crate) fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) {
        let cells = cells
            .into_iter()
            .map(|cell| percent_encode_controls(cell.as_ref()));
        self.table.add_row(Row::from(cells));
    }

    /// Whether it has no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Wraps other columns before the first one, which names the row, unless it takes more than half of the terminal.
    fn keep_names_whole(&mut self, width: u16) {
        let widest = self
            .table
            .column_max_content_widths()
            .first()
            .copied()
            .unwrap_or(0);
        if let Some(column) = self.table.column_mut(0) {
            let padded = (widest + 2).min(width / 2);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(padded)));
        }
    }

    /// The table as text, wrapped to `width` columns; not wrapped if there is no terminal.
    pub(crate) fn render(mut self, width: Option<u16>) -> String {
        if let Some(width) = width {
            self.table.set_width(width);
            self.table.set_content_arrangement(ContentArrangement::Dynamic);
            self.keep_names_whole(width);
        }
        self.table
            .lines()
            .map(|line| line.trim_end().to_owned() + "\n")
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&["file", ">rows"]);
        table.row(["a.csv", "7"]);
        table.row(["\x1b[31mred\nnext\u{202E}", "1234567"]);
        table
    }

    #[test]
    fn one_line_per_row_and_numbers_to_the_right() {
        let text = table().render(None);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(
            lines[0].starts_with("FILE ") && lines[0].ends_with("ROWS"),
            "{text}"
        );
        assert!(
            lines[1].starts_with("a.csv") && lines[1].ends_with("      7"),
            "{text}"
        );
        assert!(lines[2].contains("%1B[31mred%0Anext%E2%80%AE"), "{text}");
    }

    #[test]
    fn the_name_stays_whole_and_the_rest_wraps() {
        let mut table = Table::new(&["file", "reason"]);
        let words = "many words that go on and on ".repeat(3);
        table.row(["a-long-name.zip", words.as_str()]);
        let text = table.render(Some(40));
        assert!(text.contains("a-long-name.zip  many"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let text = table().render(Some(24));
        assert!(text.lines().all(|line| line.chars().count() <= 24), "{text}");
        assert!(text.contains("1234567"), "{text}");
    }
}
