//! WHP-Exchange CTD files: one cast (`*_ct1.csv`), or a zip of a cruise's casts (`*_ct1.zip`).

mod archive;
mod codes;
mod review;
mod sniff;

use std::sync::Arc;

use data_review_core::{
    Card, FileHandler, Input, LambdaHints, Limits, Probe, ReviewBuilder, ReviewError, Verdict,
    register_handler,
};

/// The handler of CTD casts in WHP-Exchange, and of archives of casts.
pub struct Ctd;

static CARD: Card = Card {
    id: "ctd",
    title: "WHP-Exchange CTD cast, or a zip of casts",
    version: 6,
    extensions: &["_ct1.csv", "_ct1.zip", ".csv", ".zip"],
    magic: &[b"CTD,"],
    refines: &["csv"],
    docs: "https://exchange-format.readthedocs.io",
    observations: "data rows, one for each pressure level; profiles are casts",
    reader: whp_exchange::READER,
    vocabulary: Some(whp_exchange::VOCABULARY),
    codes: &[
        data_review_whp::COMMON_CODES,
        data_review_whp::CTD_CODES,
        data_review_whp::OWN_CODES,
        codes::OF_ARCHIVES,
    ],
    limits: Limits::DEFAULT,
    lambda: LambdaHints::DEFAULT,
};

impl FileHandler for Ctd {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, probe: &mut Probe<'_>) -> Verdict {
        sniff::sniff(probe)
    }

    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        review::review(input, review)
    }
}

register_handler!(Ctd);
