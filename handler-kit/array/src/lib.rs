//! What the netCDF and the HDF5 handler share: they turn variables of any rank into statistics, split by flags, and
//! findings.
//!
//! [`open`] reads everything but values, and [`report_notes`] reports what is wrong with the file as a whole.
//! [`gather`] reads one variable block by block, in bounded memory. A variable that cannot be read is a finding, and
//! does not affect the others.

pub mod codes;
mod decode;
mod flags;
mod gather;
mod leaves;
mod open;
mod rows;
mod rules;
mod signature;
mod texts;
mod variable_report;

pub use decode::numbers;
pub use flags::{Flags, NO_FLAG};
pub use gather::{Gathered, Plan, gather, may_be_texts};
pub use open::{limits, open, report_notes, review_error};
pub use rows::{Padding, Rows};
pub use rules::{Fill, Rules};
pub use signature::find_superblock;
pub use texts::text_values;
pub use variable_report::{Names, VariableReport};
