//! The store in the cloud behaves as every store must.

use data_review_tests::store_conformance::CASES;

use crate::setup::Builder;
use crate::{Emulator, Packages};

/// Runs every case of the conformance suite, each with tables of its own.
///
/// # Panics
/// If a case fails.
pub fn conformance(emulator: &Emulator) {
    let packages = Packages::new("");
    for (n, case) in CASES.iter().enumerate() {
        let stack = Builder::new(&emulator.url(), &format!("store-{n}"), &packages).store_only();
        eprintln!("store: {}", case.name);
        (case.run)(&stack.store);
    }
}
