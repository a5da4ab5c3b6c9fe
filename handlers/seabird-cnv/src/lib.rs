//! Sea-Bird converted data files (`.cnv`): the scans of one cast.
//!
//! `README.md` describes what is checked; [`SeabirdCnv`] is the handler.

mod codes;
mod review;
mod scans;
mod sniff;

use std::sync::Arc;

use data_review_core::{
    Card, FileHandler, Input, LambdaHints, Limits, Probe, ReviewBuilder, ReviewError, Verdict,
    register_handler,
};

/// The handler of Sea-Bird converted data.
pub struct SeabirdCnv;

static CARD: Card = Card {
    id: "seabird-cnv",
    title: "Sea-Bird converted data (.cnv)",
    version: 5,
    // The Northwest Atlantic fisheries centre of Canada writes `.pcnv`.
    extensions: &[".cnv", ".pcnv"],
    // Raw data, bottle summaries and configurations begin in the same way.
    magic: &[],
    // A header with many commas may look like a table.
    refines: &["csv"],
    docs: "https://www.seabird.com/software",
    observations: "scans below the header, including those marked bad",
    reader: seabird::READER,
    vocabulary: None,
    codes: &[codes::ALL, codes::OWN],
    limits: Limits {
        line_bytes: seabird::LONGEST_LINE as u64,
        variables: seabird::MOST_COLUMNS as u32,
        ..Limits::DEFAULT
    },
    lambda: LambdaHints::DEFAULT,
};

impl FileHandler for SeabirdCnv {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, probe: &mut Probe<'_>) -> Verdict {
        sniff::sniff(probe.head())
    }

    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        review::review(input, review)
    }
}

register_handler!(SeabirdCnv);
