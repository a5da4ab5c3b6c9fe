//! Properties that must hold of any stack.

mod archived;
mod budget;
mod conformance;
mod counters;
mod crowd;
mod figures;
mod inventory;
mod keys;
mod once;
mod parity;
mod poison;
mod sweep;

use std::path::PathBuf;

pub use archived::archived;
pub use budget::budget;
pub use conformance::conformance;
pub use counters::counters;
pub use crowd::{Drained, crowd};
pub use figures::figures;
pub use inventory::inventory;
pub use keys::awkward_keys;
pub use once::{Scale, exactly_once};
pub use parity::{Compared, parity};
pub use poison::{dead_letters, poison};
pub use sweep::{begin_sweep, is_continued_by_the_tick, waits_for_a_sweep};

use crate::{Command, Emulator, Packages, Stack};

/// What a suite works with.
pub struct World<'w> {
    /// The emulator, with its proxy.
    pub emulator: &'w Emulator,
    /// The stack on it.
    pub stack: &'w Stack,
    /// The command line.
    pub command: &'w Command,
    /// The packages of the Lambdas.
    pub packages: &'w Packages,
    /// Folder of real files, if there is one.
    pub corpus: Option<PathBuf>,
}
