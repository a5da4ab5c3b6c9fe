//! A gathered variable as part of a review.

use data_review_core::{ReviewBuilder, VariableFacts};

use crate::codes;
use crate::gather::{Gathered, Plan};

/// Adds a variable to the review. `facts` has what the convention of the file knows about it.
pub(crate) fn report(gathered: &Gathered, plan: &Plan<'_>, facts: VariableFacts, review: &mut ReviewBuilder) {
    let total = &gathered.total;
    let subject = Some(gathered.name.as_str());
    let message = || match total.non_finite() {
        1 => format!("{}: 1 value is NaN or infinite", gathered.name),
        count => format!("{}: {count} values are NaN or infinite", gathered.name),
    };
    review.found_many(&codes::NON_FINITE, subject, total.non_finite(), message, || None);
    let facts = VariableFacts {
        name: gathered.name.clone(),
        dtype: Some(gathered.of.to_string()),
        shape: Some(gathered.shape(plan)),
        ..facts
    };
    review.variable(facts, total);
}
