//! Rules of conventions that concern single clauses.
//!
//! A rule is a row of a `codes!` table: its clause, the peer's check of the same thing, an example that passes and one
//! that fails. `tests/suite/rules.rs` reviews both examples of every row. What a rule looks at is a row of a table where that is
//! possible (reference tables, mandatory texts), and otherwise a function.
//!
//! Examples are written in CDL, with the values beside the declaration: `char SENSOR(N_SENSOR=2, STRING32=32) = "A", "B" ;`.
//! An example of Argo stands for a whole file: `tests/suite/rules.rs` adds the variables that all Argo files have.

pub(crate) mod argo;
pub(crate) mod cf;

use array_file::{ArrayFile, Variable};
use data_review_array::numbers;

/// Most elements of a variable that a rule reads. Larger ones are judged by the statistics only.
const MOST: u64 = 1 << 20;

/// A variable of the root group.
pub(crate) fn variable<'f>(file: &'f ArrayFile, name: &str) -> Option<&'f Variable> {
    file.root.variables.iter().find(|variable| variable.name == name)
}

/// The text of a variable's attribute, empty if it has none.
pub(crate) fn text<'v>(variable: &'v Variable, name: &str) -> &'v str {
    crate::coordinates::text(variable, name).trim()
}

/// All numbers of a variable, row by row; `None` if it has none, too many, or cannot be read.
pub(crate) fn values(file: &ArrayFile, variable: &Variable) -> Option<Vec<f64>> {
    let bytes = bytes(file, variable).filter(|_| variable.of.is_number())?;
    Some(numbers(&variable.of, &bytes))
}

/// All stored bytes of a variable; `None` if there are too many, or they cannot be read.
pub(crate) fn bytes(file: &ArrayFile, variable: &Variable) -> Option<Vec<u8>> {
    variable.elements().filter(|count| *count <= MOST)?;
    let start = vec![0; variable.shape.len()];
    file.read(variable, &start, &variable.shape).ok()
}
