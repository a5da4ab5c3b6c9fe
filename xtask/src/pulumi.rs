//! The real Pulumi CLI on an emulator of AWS, with substitutes for the language host and the provider: see
//! tests/pulumi/README.md.

mod deployment;
mod process;
mod project;
mod reader;
mod tools;

pub use deployment::Deployment;
pub use process::{Ended, finish};
pub use project::{Cloud, Project, REGION};
pub use reader::DocsReader;
pub use tools::{Tools, python};
