//! The report: the archive of a store as one page, or as a folder of pages. Both need no server.
//!
//! One pass over the store gathers the [`gather::Overview`], which is bounded, and writes a line for each file and its document
//! as they come, in numbered parts. The page itself is `web/report` and `web/view`, which the binary holds.

mod assets;
mod census;
mod details;
mod findings;
mod gather;
mod pages;
mod parameters;

pub(crate) use pages::{Options, write};
