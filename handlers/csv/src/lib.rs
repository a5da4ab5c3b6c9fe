//! Tables of delimited text: CSV, TSV and their kin.
//!
//! `README.md` says what is known of them; [`Csv`] is the handler.

mod codes;
mod dialect;
mod encoding;
mod forms;
mod geo;
mod review;
mod rows;
mod table;
mod words;

use std::sync::Arc;

use data_review_core::{
    Card, FileHandler, Input, LambdaHints, Limits, Probe, ReviewBuilder, ReviewError, Verdict,
    register_handler,
};

use dialect::{Dialect, Sample};
use encoding::Encoding;

/// Bytes of further reads that a long first line is worth, at most.
const FURTHER: usize = 128 << 10;

/// The handler of general tables, which those of particular tables refine.
pub struct Csv;

static CARD: Card = Card {
    id: "csv",
    title: "Table of delimited text (CSV, TSV)",
    version: 2,
    extensions: &[".csv", ".tsv", ".tab", ".txt", ".dat"],
    magic: &[],
    refines: &[],
    docs: "https://www.rfc-editor.org/rfc/rfc4180",
    observations: "rows below the header (and the units), without blank lines and comments",
    reader: concat!("delimited text ", env!("CARGO_PKG_VERSION")),
    vocabulary: None,
    codes: &[codes::ALL],
    // 10,000 columns of 1,500 different numbers each, the worst that was measured, take 560 MiB of sketches.
    limits: Limits {
        memory_bytes: 768 << 20,
        variables: 12_000,
        ..Limits::DEFAULT
    },
    lambda: LambdaHints::DEFAULT,
};

impl FileHandler for Csv {
    fn card(&self) -> &'static Card {
        &CARD
    }

    /// Never certain: a table has no signature. Likely by its shape; where no whole row is at hand to show it, the name
    /// must promise a table.
    fn sniff(&self, probe: &mut Probe<'_>) -> Verdict {
        let sample = sample(probe);
        let dialect = match Dialect::of(&sample, Encoding::of(&sample.bytes)) {
            Ok(dialect) => dialect,
            Err(reason) => return Verdict::no(reason),
        };
        let (names, parted_by) = (dialect.names, dialect.parted_by);
        if dialect.sampled > 0 {
            return Verdict::likely(format!(
                "{names} columns parted by {parted_by}, a header of names, {} of {} sampled rows as wide",
                dialect.as_wide, dialect.sampled
            ));
        }
        let name = probe.name().to_ascii_lowercase();
        if CARD.extensions.iter().any(|extension| name.ends_with(extension)) {
            Verdict::maybe(format!(
                "{names} names parted by {parted_by}, and a name that promises a table, but no whole row to see"
            ))
        } else {
            Verdict::no(format!(
                "one line of {names} cells parted by {parted_by}: too little to be a table"
            ))
        }
    }

    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        review::review(&input, review)
    }
}

register_handler!(Csv);

/// The head, and a little more where the first line is longer: a table of thousands of columns.
fn sample(probe: &mut Probe<'_>) -> Sample {
    let mut bytes = probe.head().to_vec();
    if !probe.head_is_all() && memchr::memchr2(b'\n', b'\r', &bytes).is_none() && is_text(&bytes) {
        let start = bytes.len();
        bytes.resize(start + FURTHER, 0);
        // What cannot be read is not looked at.
        let n = probe.read_at(start as u64, &mut bytes[start..]).unwrap_or(0);
        bytes.truncate(start + n);
    }
    let is_all = bytes.len() as u64 == probe.len();
    Sample { bytes, is_all }
}

/// Whether it is worth a further read.
fn is_text(bytes: &[u8]) -> bool {
    !bytes.iter().any(|byte| dialect::is_control(*byte))
}
