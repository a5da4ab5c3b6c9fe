//! The review of a bottle file, which is one Exchange table.

use std::sync::Arc;

use data_review_core::{Input, InputReader, ReviewBuilder, ReviewError};
use data_review_whp::{Cruise, review_error};
use whp_exchange::Kind;

pub(crate) fn review(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    review.kind("WHP bottle");
    let mut cruise = Cruise::new(Kind::Bottle);
    let facts = match cruise.read(InputReader::new(input), None, review) {
        Ok(facts) => facts,
        Err(error) => {
            cruise.give_up(review);
            return Err(review_error(error, None));
        }
    };
    review.attribute("stamp", &facts.header.stamp);
    cruise.finish(review);
    match facts.failure {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}
