//! What the chores share with the end-to-end tests: other programs, the project's root, and a cache outside the tree.
#![expect(
    clippy::disallowed_methods,
    reason = "chores read and write the project's files"
)]

pub mod shell;
