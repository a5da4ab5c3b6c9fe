//! Shared by the test suites: test files, reviews within the process, expected documents, and a copy of the project.
#![expect(
    clippy::disallowed_methods,
    reason = "tests read the project's files and the name of the folder of sample files"
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
