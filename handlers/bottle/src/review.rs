//! A bottle file is one Exchange table.

use std::sync::Arc;

use data_review_core::{Input, InputReader, ReviewBuilder, ReviewError};
use data_review_whp::{Cruise, refusal};

pub(crate) fn review(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    review.kind("WHP bottle");
    let mut cruise = Cruise::default();
    let facts = cruise
        .read(InputReader::new(input), None, review)
        .map_err(|error| refusal(error, None))?;
    review.attribute("stamp", &facts.header.stamp);
    cruise.finish(review);
    match facts.cut {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}
