//! What the netCDF and the HDF5 handler share: they turn variables of any rank into statistics, split by flags, and findings.
//!
//! [`open`] reads everything but values, [`report_notes`] reports what is wrong with it as a whole; [`gather`] reads one variable block by block, in bounded
//! memory. A variable that cannot be read is a finding, and the others are read all the same.

pub mod codes;
mod decode;
mod flags;
mod gather;
mod leaves;
mod open;
mod rows;
mod rules;
mod signature;
mod tally;
mod texts;

pub use decode::numbers;
pub use flags::{Flags, NO_FLAG};
pub use gather::{Gathered, Plan, gather, may_be_texts};
pub use open::{limits, open, refusal, report_notes};
pub use rows::{Padding, Rows};
pub use rules::{Fill, Rules};
pub use signature::find_superblock;
pub use tally::{Names, Tally};
pub use texts::text_values;
