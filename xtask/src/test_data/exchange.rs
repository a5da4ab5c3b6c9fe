//! WHP-Exchange text, as specified; what deviates is edited in afterwards.

/// A bottle file, or one cast of a CTD.
#[derive(Clone)]
pub(super) struct Sheet {
    /// `BOTTLE` or `CTD`, and the creation stamp.
    pub(super) first: String,
    pub(super) comments: Vec<String>,
    /// Headers of a CTD cast, without the one that counts them.
    pub(super) headers: Vec<(&'static str, String)>,
    /// Names and units.
    pub(super) columns: Vec<(&'static str, &'static str)>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Sheet {
    /// All lines, `END_DATA` the last.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.first.clone()];
        lines.extend(self.comments.iter().map(|comment| format!("# {comment}")));
        if !self.headers.is_empty() {
            lines.push(format!("NUMBER_HEADERS = {}", self.headers.len() + 1));
        }
        lines.extend(
            self.headers
                .iter()
                .map(|(name, value)| format!("{name} = {value}")),
        );
        let (names, units): (Vec<_>, Vec<_>) = self.columns.iter().copied().unzip();
        lines.push(names.join(","));
        lines.push(units.join(","));
        lines.extend(self.rows.iter().map(|row| row.join(",")));
        lines.push("END_DATA".to_owned());
        lines
    }

    pub(super) fn text(&self) -> String {
        ended(&self.lines(), "\n")
    }

    /// Overwrites one cell; rows are counted from 0.
    pub(super) fn set(&mut self, row: usize, column: &str, cell: &str) {
        let at = self
            .columns
            .iter()
            .position(|(name, _)| *name == column)
            .unwrap_or_else(|| panic!("no column {column}"));
        self.rows[row][at] = cell.to_owned();
    }

    /// Calls a column, or its unit, something else.
    pub(super) fn rename(&mut self, column: &str, name: &'static str, unit: &'static str) {
        let found = self
            .columns
            .iter_mut()
            .find(|(name, _)| *name == column)
            .unwrap_or_else(|| panic!("no column {column}"));
        *found = (name, unit);
    }

    /// Adds a column that has the same in every row.
    pub(super) fn add(&mut self, name: &'static str, unit: &'static str, cell: &str) {
        self.columns.push((name, unit));
        for row in &mut self.rows {
            row.push(cell.to_owned());
        }
    }
}

/// Lines, each with its end.
pub(super) fn ended(lines: &[String], end: &str) -> String {
    lines.iter().flat_map(|line| [line.as_str(), end]).collect()
}
