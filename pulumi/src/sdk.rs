//! What the Rust SDK lacks, closed in one place.
//!
//! `pulumi_gestalt_rust` 0.0.12 registers the stack, reads its configuration and exports its outputs. Its resources,
//! however, carry no dependencies (so a destroy deletes in any order), no options but the provider, no archives; an unknown
//! value inside an object becomes null; numbers end at `i32`; and what goes wrong is a panic. Here a program is a list of
//! [`Resource`]s, each of which names outputs of earlier ones; [`Monitor::register`] sends them to the engine, each as
//! soon as what it needs is there. Nothing else in the program sees the engine's wire format, and nothing here knows AWS.

mod monitor;
mod value;

pub use monitor::{Error, Monitor, Registered};
pub use value::{Attribute, Output, Resource, ResourceId, Value, list, map};
