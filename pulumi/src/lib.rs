//! The infrastructure: which resources a stack consists of, derived from the handlers' cards.
//!
//! [`plan()`] is pure: from a checked [`Config`], the [`Place`] and the cards it makes a list of resources, which tests look
//! at. [`sdk`] registers such a list with the Pulumi engine, and [`run()`] does all of it. No format is named here: a handler that is on the list has its
//! queue, its Lambda, its role and its alarms.

mod config;
mod plan;
mod program;
pub mod sdk;

pub use config::{Architecture, Config, ConfigError, DataBucket};
pub use plan::{Place, Plan, PlanError, Sample, plan};
pub use program::run;
