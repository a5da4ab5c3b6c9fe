//! The store in the cloud does what every store does.

use data_review_tests::store_conformance::CASES;

use crate::setup::Builder;
use crate::{Emulator, Packages};

/// Every case of the suite, each against tables of its own.
///
/// # Panics
/// When the store does something else.
pub fn conformance(emulator: &Emulator) {
    let packages = Packages::of("");
    for (n, case) in CASES.iter().enumerate() {
        let stack = Builder::new(&emulator.url(), &format!("store-{n}"), &packages).store_only();
        eprintln!("store: {}", case.name);
        (case.run)(&stack.store);
    }
}
