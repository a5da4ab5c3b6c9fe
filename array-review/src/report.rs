//! A gathered variable as part of a review.

use data_review_core::{ReviewBuilder, VariableFacts};

use array_file::Problem;

use crate::codes;
use crate::gather::{Gathered, Plan};
use crate::open::code_of;

/// Hands a variable over. `facts` has what the convention knows of it.
pub fn report(gathered: &Gathered, plan: &Plan<'_>, facts: VariableFacts, review: &mut ReviewBuilder) {
    let total = &gathered.total;
    let subject = Some(gathered.name.as_str());
    if total.non_finite() > 0 {
        let message = || {
            format!(
                "{}: {} values are NaN or infinite",
                gathered.name,
                total.non_finite()
            )
        };
        review.found(&codes::NON_FINITE, subject, message, || None);
    }
    if total.total() > 0 && total.count() == 0 {
        let message = || {
            format!(
                "{}: none of {} cells has a valid value",
                gathered.name,
                total.total()
            )
        };
        review.found(&codes::ALL_MISSING, subject, message, || None);
    }
    let facts = VariableFacts {
        name: gathered.name.clone(),
        dtype: Some(gathered.of.to_string()),
        shape: Some(gathered.shape(plan)),
        ..facts
    };
    review.variable(facts, total);
}

/// Says why a variable has no statistics.
pub fn refuse(path: &str, problem: &Problem, review: &mut ReviewBuilder) {
    review.found(
        code_of(problem.kind),
        Some(path),
        || format!("{path}: {problem}"),
        || None,
    );
}
