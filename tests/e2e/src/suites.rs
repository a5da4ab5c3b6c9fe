//! What must hold of any stack.

mod budget;
mod conformance;
mod crowd;
mod figures;
mod keys;
mod once;
mod parity;
mod poison;

use std::path::PathBuf;

pub use budget::budget;
pub use conformance::conformance;
pub use crowd::{Drained, crowd};
pub use figures::figures;
pub use keys::awkward_keys;
pub use once::{Scale, exactly_once};
pub use parity::parity;
pub use poison::{dead_letters, poison};

use crate::{Command, Emulator, Packages, Stack};

/// What a suite works on.
pub struct World<'w> {
    /// The ground.
    pub emulator: &'w Emulator,
    /// The stack on it.
    pub stack: &'w Stack,
    /// The command line.
    pub command: &'w Command,
    /// Where the Lambdas came from.
    pub packages: &'w Packages,
    /// Folders of real files, if there are any.
    pub corpus: Option<PathBuf>,
}
