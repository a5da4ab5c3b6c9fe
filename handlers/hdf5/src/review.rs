//! Every dataset by itself.

use std::sync::Arc;

use array_file::{ArrayFile, Attribute, Group, Variable, View};
use data_review_array::{Plan, Rules, Tally, codes, gather, open, tell};
use data_review_core::{Input, ReviewBuilder, ReviewError, VariableFacts, printable};

pub(crate) fn review(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    review_file(&open(input, View::Hdf5, review)?, review)
}

/// Reviews a file that was opened, by whatever reader.
///
/// # Errors
/// Where there are datasets and none could be read.
pub fn review_file(file: &ArrayFile, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    tell(file, review);
    codes::explain(review);
    review.kind(kind(&file.root));
    let mut tally = Tally::new(file);
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
                    tally.report(one, &plan, facts(variable), review);
                }
            }
            Err(problem) => tally.refuse(&variable.path, problem, review),
        }
    }
    review.observations(most);
    tally.finish(review)
}

/// PyTables and pandas sign their files; MATLAB signs the user block, which is not looked at.
fn kind(root: &Group) -> String {
    match root
        .attribute("PYTABLES_FORMAT_VERSION")
        .and_then(Attribute::text)
    {
        Some(version) => format!("HDF5 (PyTables {version})"),
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
