//! What the handlers of bottle files and of CTD casts share: rows of Exchange files become statistics, coverage and
//! findings.
//!
//! [`Cruise`] reads one file after the other: a bottle file, or every cast of an archive. The statistics of a variable
//! are the sum of fixed parts in the order of the file; a part is a file, or 8 MiB of its rows.

mod applicable;
mod codes;
mod cruise;
mod findings;
mod levels;
mod sniff;
mod variable;

pub use codes::{BOTTLE_CODES, COMMON_CODES, CTD_CODES, OWN_CODES};
pub use cruise::{Cruise, Facts, review_error};
pub use sniff::sniff;
