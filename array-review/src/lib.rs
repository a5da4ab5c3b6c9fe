//! What the netCDF and the HDF5 handler share: variables of any rank become statistics, split by flags, and findings.
//!
//! [`open`] reads everything but values, [`tell`] reports what is odd; [`gather`] reads one variable block by block. A variable
//! that cannot be read is a finding and costs no other.

pub mod codes;
mod decode;
mod flags;
mod gather;
mod leaves;
mod open;
mod report;
mod rules;
mod tally;
mod texts;

pub use decode::numbers;
pub use gather::{Gathered, Plan, gather, may_be_texts};
pub use open::{limits, open, refusal, tell};
pub use report::{refuse, report};
pub use rules::{Fill, Rules};
pub use tally::Tally;
pub use texts::text_values;
