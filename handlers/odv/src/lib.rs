//! Odv file: a line `odv 1`, a line of names, and rows of numbers.

mod codes;
mod review;

use std::sync::Arc;

use data_review_core::{
    Card, FileHandler, Input, LambdaHints, Limits, ReviewBuilder, ReviewError, register_handler,
};

/// The handler.
pub struct Odv;

static CARD: Card = Card {
    id: "odv",
    title: "Odv file",
    version: 1,
    extensions: &[".odv"],
    magic: &[b"odv 1\n", b"odv 1\r\n"],
    // A table of delimited text may have its shape, but not its first line.
    refines: &["csv"],
    docs: "handlers/odv/README.md",
    observations: "rows below the line of names",
    reader: concat!("odv ", env!("CARGO_PKG_VERSION")),
    vocabulary: None,
    codes: codes::ALL,
    limits: Limits::DEFAULT,
    lambda: LambdaHints::DEFAULT,
};

impl FileHandler for Odv {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        review::review(input, review)
    }
}

register_handler!(Odv);
