//! Statistics of one variable, in one pass, in bounded memory, and mergeable.
//!
//! A table feeds a [`Column`] with cells; a binary format feeds an [`Accumulator`] with values. A file is read in fixed
//! parts (an archive's member, 8 MiB of rows, a chunk in storage order), and its total is the merge of the parts in that
//! order, so that the result depends neither on read buffers nor on threads. [`Accumulator::to_state`] keeps a part for
//! later roll-ups: counts, extremes and flags merge exactly, quantiles and distinct values within the sketches' errors.

mod accumulator;
mod apart;
mod column;
mod distinct;
mod moments;
mod quantiles;
mod state;
mod tally;

pub use accumulator::{Accumulator, Dtype, FlagSummary, Summary};
pub use apart::Apart;
pub use column::{Cell, Column, Late, Number, is_time, number};
pub use moments::{Moments, Scalar};
pub use state::StateError;

/// Up to so many values, quantiles and distinct counts are exact.
pub const EXACT: usize = 1024;
