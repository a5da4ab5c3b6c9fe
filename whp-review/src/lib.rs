//! What the bottle and the ctd handler share: Exchange rows become statistics, coverage and findings.
//!
//! [`Cruise`] reads one file after the other (a bottle file; every cast of a CTD archive) and keeps a total per variable,
//! which is the merge of fixed parts in the file's order: a file, or 8 MiB of its rows.

mod codes;
mod cruise;
mod sniff;
mod variable;

pub use codes::{BOTTLE_CODES, CTD_CODES, OWN_CODES};
pub use cruise::{Cruise, Facts, refusal};
pub use sniff::sniff;
