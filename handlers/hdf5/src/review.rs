//! Every dataset by itself.

use std::sync::Arc;

use array_file::{ArrayFile, Attribute, Group, Variable, View};
use data_review_array::{Plan, Rules, Tally, gather, open, refuse, report, tell};
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
    review.kind(kind(&file.root));
    let mut tally = Tally::new(file);
    for variable in file.root.all().into_iter().flat_map(|group| &group.variables) {
        let plan = Plan {
            variable,
            rules: Rules::default(),
            flags: None,
        };
        match gather(file, &plan, review) {
            Ok(gathered) => {
                for one in &gathered {
                    tally.add(one.total.count());
                    report(one, &plan, facts(variable), review);
                }
            }
            Err(problem) => {
                refuse(&variable.path, &problem, review);
                tally.refuse(problem);
            }
        }
    }
    review.observations(tally.most());
    tally.finish()
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
