//! WHP-Exchange bottle files: water samples of a cruise, one row per sample.

mod review;

use std::sync::Arc;

use data_review_core::{
    Card, FileHandler, Input, LambdaHints, Limits, Probe, ReviewBuilder, ReviewError, Verdict,
    register_handler,
};
use whp_exchange::Kind;

/// The handler of WHP-Exchange bottle files.
pub struct Bottle;

static CARD: Card = Card {
    id: "bottle",
    title: "WHP-Exchange bottle file",
    version: 6,
    extensions: &["_hy1.csv", ".csv"],
    magic: &[b"BOTTLE,"],
    refines: &["csv"],
    docs: "https://exchange-format.readthedocs.io",
    observations: "data rows, one for each water sample; profiles are distinct EXPOCODE, STNNBR and CASTNO",
    reader: whp_exchange::READER,
    vocabulary: Some(whp_exchange::VOCABULARY),
    codes: &[
        data_review_whp::COMMON_CODES,
        data_review_whp::BOTTLE_CODES,
        data_review_whp::OWN_CODES,
    ],
    limits: Limits::DEFAULT,
    lambda: LambdaHints::DEFAULT,
};

impl FileHandler for Bottle {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, probe: &mut Probe<'_>) -> Verdict {
        data_review_whp::sniff(Kind::Bottle, probe.head())
    }

    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        review::review(input, review)
    }
}

register_handler!(Bottle);
