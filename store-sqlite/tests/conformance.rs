//! The suite that every store passes.

use data_review_store_sqlite::SqliteStore;
use data_review_tests::store_conformance::{CASES, ROOT_CASES};
use libtest_mimic::{Arguments, Trial};

fn main() {
    let trials = CASES.iter().chain(ROOT_CASES).map(|case| {
        Trial::test(case.name, || {
            let directory = tempfile::tempdir()?;
            let store = SqliteStore::open(&directory.path().join("store.db"))?;
            (case.run)(&store);
            Ok(())
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}
