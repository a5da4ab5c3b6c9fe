//! Shared by the tasks (main.rs), tests/e2e and tests/fixtures: running other programs, the emulator of AWS, the Pulumi CLI,
//! Lambda packages, paths of the project, a cache outside the tree, and random numbers.
#![expect(
    clippy::disallowed_methods,
    reason = "tasks read and write the project's files"
)]

pub mod emulator_command;
pub mod files;
pub mod package;
pub mod pulumi;
pub mod random;
pub mod server;
pub mod shell;
