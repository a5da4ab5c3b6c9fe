//! Ocean Data View spreadsheets: stations of one or more cruises, a line for each sample.
//!
//! `README.md` describes what is checked; [`Odv`] is the handler.

mod codes;
mod levels;
mod review;
mod rows;
mod sniff;

use std::sync::Arc;

use data_review_core::{
    Card, FileHandler, Input, LambdaHints, Limits, Probe, ReviewBuilder, ReviewError, Verdict,
    register_handler,
};

/// The handler of Ocean Data View spreadsheets.
pub struct Odv;

static CARD: Card = Card {
    id: "odv",
    title: "Ocean Data View spreadsheet",
    version: 6,
    extensions: &[".txt", "_odv.txt", ".odv"],
    // Comments come first, and may contain any text.
    magic: &[],
    // ODV spreadsheets are tables of delimited text.
    refines: &["csv"],
    docs: "https://odv.awi.de/documentation/",
    observations: "rows of data below the labels",
    reader: odv_spreadsheet::READER,
    vocabulary: None,
    codes: &[codes::ALL],
    // Memory for the statistics of thousands of columns.
    limits: Limits {
        memory_bytes: 768 << 20,
        line_bytes: odv_spreadsheet::LONGEST_LINE as u64,
        variables: odv_spreadsheet::MOST_COLUMNS as u32,
        ..Limits::DEFAULT
    },
    lambda: LambdaHints::DEFAULT,
};

impl FileHandler for Odv {
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

register_handler!(Odv);
