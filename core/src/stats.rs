//! Statistics of one variable, in one pass, in bounded memory, and mergeable.
//!
//! A table feeds a [`Column`] with cells; a binary format feeds an [`Accumulator`] with values. All figures are functions of the set
//! of cells (crate `order-free-stats`): parts of a file may be read and merged in any order, with the same bytes as result.
//! [`Accumulator::to_state`] keeps a part for later roll-ups, which equal a review of everything.

mod accumulator;
mod apart;
mod batch;
mod column;
mod scalar;
mod state;

pub use accumulator::{Accumulator, Dtype, FlagSummary, FrequentValue, NumberOrText, Summary};
pub(crate) use accumulator::{LONGEST_KEY as LONGEST_FLAG, Numbers};
pub use apart::Apart;
pub use column::{Cell, Column, InvalidCell, Number, is_time, number};
pub use order_free_stats::{Flags, Histogram};
pub use scalar::Scalar;
pub use state::StateError;

/// Number of cells from which the type of a column is determined.
pub const EXACT: usize = 1024;
