//! What the project's suites stand on: test files, reviews in one process, and what each file must yield.
#![expect(
    clippy::disallowed_methods,
    reason = "tests read the project's files and the name of the folder of samples"
)]

// Links every handler.
use data_review_handlers as _;

pub mod archive;
pub mod copy;
pub mod expected;
pub mod files;
pub mod review;
pub mod store_conformance;
pub mod workspace;
