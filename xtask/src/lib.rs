//! What the chores share with the end-to-end tests: other programs, the emulator of AWS, the Pulumi CLI, Lambda packages, the
//! project's root, a cache outside the tree, and chance.
#![expect(
    clippy::disallowed_methods,
    reason = "chores read and write the project's files"
)]

pub mod emulator;
pub mod files;
pub mod package;
pub mod pulumi;
pub mod random;
pub mod server;
pub mod shell;
