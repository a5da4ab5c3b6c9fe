//! The review of a single cast, which is one Exchange table; an archive has many.

use std::io;
use std::sync::Arc;

use data_review_core::{Class, Input, InputReader, PastBudget, ReviewBuilder, ReviewError};
use data_review_whp::{Cruise, review_error};
use whp_exchange::Kind;

use crate::archive;
use crate::sniff::ZIP;

pub(crate) fn review(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    let mut first = [0; ZIP.len()];
    let is_zip = input.len() >= first.len() as u64 && {
        input.read_exact_at(0, &mut first)?;
        first == ZIP
    };
    if is_zip {
        archive::review(input, review)
    } else {
        cast(input, review)
    }
}

fn cast(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    review.kind("WHP CTD cast");
    archive::not_applicable(review);
    let mut cruise = Cruise::new(Kind::Ctd);
    let facts = match cruise.read(InputReader::new(input), None, review) {
        Ok(facts) => facts,
        Err(error) => {
            cruise.give_up(review);
            return Err(review_error(error, None));
        }
    };
    review.attribute("stamp", &facts.header.stamp);
    review.attribute("station", &facts.cast.station);
    review.attribute("cast", &facts.cast.number);
    cruise.finish(review);
    facts.failure.map_or(Ok(()), |error| Err(failure(&error)))
}

/// The class and the message of an error of the source.
pub(crate) fn failure(error: &io::Error) -> ReviewError {
    if let Some(past) = PastBudget::of(error) {
        return ReviewError::limit(past.to_string());
    }
    let class = match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
            Class::Corrupt
        }
        io::ErrorKind::Unsupported => Class::Unsupported,
        _ => Class::Unreadable,
    };
    ReviewError {
        class,
        message: error.to_string(),
        place: None,
    }
}
