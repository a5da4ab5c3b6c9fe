//! The levels of the stations for the preview of a file.

use data_review_core::preview::{PreviewBuilder, PreviewCell, choose};
use odv_spreadsheet::{Row, Value};

use crate::rows::Variable;

/// The preview of a file, row by row.
#[derive(Default)]
pub(crate) struct Levels {
    /// `None` before the first row with a depth or a pressure.
    preview: Option<PreviewBuilder>,
    /// Index of the station whose rows are read; `None` before the first row.
    station: Option<usize>,
    /// Rows of this station while there is no preview.
    skipped: u64,
    cells: Vec<PreviewCell>,
}

impl Levels {
    /// Adds a row. `variables` are those of the document, and `vertical` the columns of depth and pressure, the best first.
    pub(crate) fn push(
        &mut self,
        row: Row<'_>,
        variables: &[Variable],
        vertical: impl Iterator<Item = usize>,
    ) {
        if row.begins_station() {
            self.end_station();
            self.station = Some(self.station.map_or(0, |station| station + 1));
        }
        if self.preview.is_none() {
            self.preview = preview(row, variables, vertical);
            if let Some(preview) = &mut self.preview {
                // These rows have no level, but count as levels of the station.
                let missing = vec![(f64::NAN, None); preview.variables().len()];
                (0..self.skipped).for_each(|_| preview.level(&missing));
            }
        }
        let Some(preview) = &mut self.preview else {
            self.skipped += 1;
            return;
        };
        if preview.is_full() {
            return;
        }
        self.cells.clear();
        let chosen = preview.variables().iter();
        self.cells.extend(chosen.map(|at| variables[*at].cell(row)));
        preview.level(&self.cells);
    }

    fn end_station(&mut self) {
        self.skipped = 0;
        if let (Some(preview), Some(station)) = (&mut self.preview, self.station) {
            preview.end_cast(station);
        }
    }

    /// The preview of all rows; `None` if no row has a depth or a pressure.
    pub(crate) fn finish(mut self) -> Option<PreviewBuilder> {
        self.end_station();
        self.preview
    }
}

/// A preview along the first of the columns `vertical` that has a number in this row: some files have a column of depths without
/// any value beside one of pressures.
fn preview(
    row: Row<'_>,
    variables: &[Variable],
    mut vertical: impl Iterator<Item = usize>,
) -> Option<PreviewBuilder> {
    let column = vertical.find(|column| matches!(row.value(*column), Value::Number(_)))?;
    let at = { variables.iter() }.position(|variable| variable.column() == column)?;
    let quantities = { variables.iter() }.map(|variable| variable.measured().map(|quantity| quantity.name));
    Some(PreviewBuilder::new(choose(at, quantities)))
}
