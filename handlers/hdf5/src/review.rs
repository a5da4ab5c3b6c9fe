//! The review of an HDF5 file, dataset by dataset.

use std::sync::Arc;

use array_file::{ArrayFile, Attribute, Group, Variable, View};
use data_review_array::{Plan, Rules, VariableReport, codes, gather, open, report_notes};
use data_review_core::{Input, ReviewBuilder, ReviewError, VariableFacts, printable};

pub(crate) fn review(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    review_file(&open(input, View::Hdf5, review)?, review)
}

/// Reviews an open file: statistics of each dataset, and what is wrong with the file as a whole.
///
/// # Errors
/// When the file has datasets and none could be read.
pub fn review_file(file: &ArrayFile, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    report_notes(file, review);
    codes::explain(review);
    review.kind(kind(&file.root));
    let mut reports = VariableReport::new(file);
    let mut most = 0;
    for variable in file.root.all().into_iter().flat_map(|group| &group.variables) {
        let plan = Plan {
            variable,
            rules: Rules::default(),
            flags: None,
        };
        match gather(file, &plan, None, Some(review)) {
            Ok(gathered) => {
                for one in &gathered {
                    most = most.max(one.total.count());
                    reports.report(one, &plan, facts(variable), review);
                }
            }
            Err(problem) => reports.report_unreadable(&variable.path, problem, review),
        }
    }
    review.observations(most);
    reports.finish(review)
}

/// HDF5, with the program that wrote the file if it leaves marks: PyTables (and pandas) in the root group, MATLAB at
/// each variable.
fn kind(root: &Group) -> String {
    let pytables = root
        .attribute("PYTABLES_FORMAT_VERSION")
        .and_then(Attribute::text);
    let groups = root.all();
    let mut variables = groups.into_iter().flat_map(|group| &group.variables);
    match pytables {
        Some(version) => format!("HDF5 (PyTables {})", printable(version.as_bytes(), 16)),
        None if variables.any(|variable| variable.attribute("MATLAB_class").is_some()) => {
            "HDF5 (MATLAB 7.3)".to_owned()
        }
        None => "HDF5".to_owned(),
    }
}

fn facts(variable: &Variable) -> VariableFacts {
    let unit = variable.attribute("units").and_then(Attribute::text);
    VariableFacts {
        unit: unit.map(|unit| printable(unit.as_bytes(), 256)),
        ..VariableFacts::default()
    }
}
