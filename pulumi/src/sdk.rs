//! Resources with dependencies, options and archives, which the Rust SDK of Pulumi does not offer.
//!
//! `pulumi_gestalt_rust` 0.0.12 registers the stack, reads its configuration and exports its outputs. Its resources,
//! however, carry no dependencies (so a destroy deletes in any order), no options but the provider, no archives; an unknown
//! value inside an object becomes null; numbers end at `i32`; and errors are panics. Here, a program is a list of
//! [`Resource`]s, each of which refers to outputs of earlier ones; [`Monitor::register`] sends them to the engine, each as
//! soon as the resources that it needs exist. Only this module knows the wire format of the engine; it does not know AWS.

mod monitor;
mod value;

pub use monitor::{Monitor, MonitorError, Registered};
pub use value::{Output, OutputName, PropertyValue, Resource, ResourceId, list, map};
