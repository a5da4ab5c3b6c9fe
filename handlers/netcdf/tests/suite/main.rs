//! Reviews of small files, the table of rules, and coverage recomputed.
#![expect(clippy::unwrap_used, reason = "what cannot be reviewed fails the test")]

mod cdl;
mod conventions;
mod coverage;
mod rules;

use std::sync::Arc;

use data_review_core::{BytesInput, FileHandler, Review, ReviewBuilder};
use data_review_netcdf::NetCdf;

/// A review without or with a preview.
fn review(name: &str, bytes: Vec<u8>, has_preview: bool) -> Review {
    let mut builder = ReviewBuilder::new(NetCdf.card(), name).with_preview(has_preview);
    NetCdf.review(Arc::new(BytesInput(bytes)), &mut builder).unwrap();
    builder.finish(true)
}
