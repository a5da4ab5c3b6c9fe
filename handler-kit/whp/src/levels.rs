//! The levels of the casts for the preview of a cruise.

use data_review_core::FlagScheme;
use data_review_core::preview::{PreviewBuilder, PreviewCell, choose};
use whp_exchange::{Header, Role, Row};

use crate::variable::{Variable, flag_scheme};

/// The preview of a cruise, over all its files.
pub(crate) struct Levels {
    builder: PreviewBuilder,
    /// The cast whose rows are read.
    cast: Option<usize>,
    cells: Vec<PreviewCell>,
}

/// For each variable of the preview its column in a file, if the file has it, and the scheme of its flags.
pub(crate) type Columns = Vec<Option<(usize, Option<&'static FlagScheme>)>>;

impl Levels {
    /// The preview of the variables of the first file; `None` if it has no vertical coordinate.
    pub(crate) fn new(variables: &[Variable], vertical: &str) -> Option<Self> {
        let is_vertical = |variable: &Variable| variable.facts.canonical.as_deref() == Some(vertical);
        let at = variables.iter().position(is_vertical)?;
        let quantities = variables
            .iter()
            .map(|variable| Some(variable.facts.quantity()?.name));
        let chosen = choose(at, quantities);
        Some(Levels {
            cells: Vec::with_capacity(chosen.len()),
            builder: PreviewBuilder::new(chosen),
            cast: None,
        })
    }

    /// Where a file has the variables; `slots` are its columns with the index of the variable of each.
    pub(crate) fn columns(
        &self,
        header: &Header,
        slots: impl Iterator<Item = (usize, usize)> + Clone,
    ) -> Columns {
        let column = |wanted: &usize| {
            let (at, _) = slots.clone().find(|(_, variable)| variable == wanted)?;
            let column = &header.columns[at];
            let scheme = match column.role {
                Role::Parameter { flag: Some(flag) } => flag_scheme(column, &header.columns[flag]),
                _ => None,
            };
            Some((at, scheme))
        };
        self.builder.variables().iter().map(column).collect()
    }

    /// Adds a row of the cast with this index; without `columns`, a level without values. The rows of a cast that other casts
    /// interrupted are left out.
    pub(crate) fn add(&mut self, row: &Row<'_>, cast: usize, columns: Option<&Columns>) {
        if self.builder.is_full() || self.cast.is_some_and(|current| cast < current) {
            return;
        }
        if self.cast != Some(cast) {
            self.end_cast();
            self.cast = Some(cast);
        }
        self.cells.clear();
        let Some(columns) = columns else {
            self.cells
                .resize(self.builder.variables().len(), (f64::NAN, None));
            return self.builder.level(&self.cells);
        };
        self.cells.extend(columns.iter().map(|column| {
            let Some((at, scheme)) = column else {
                return (f64::NAN, None);
            };
            let value = row.value(*at).number().unwrap_or(f64::NAN);
            let class = scheme.and_then(|scheme| Some(scheme.class(row.flag(*at)?)));
            (value, class)
        }));
        self.builder.level(&self.cells);
    }

    fn end_cast(&mut self) {
        if let Some(cast) = self.cast {
            self.builder.end_cast(cast);
        }
    }

    /// The preview of all rows.
    pub(crate) fn finish(mut self) -> PreviewBuilder {
        self.end_cast();
        self.builder
    }
}
