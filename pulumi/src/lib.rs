//! The infrastructure: which resources a stack consists of, derived from the handlers' cards.
//!
//! [`plan()`] is pure: from a checked [`Config`], the [`StackLocation`] and the cards it makes a list of resources, which tests
//! look at. [`account`] asks AWS what the plan depends on, and refuses what would fail or do harm half-way. [`sdk`]
//! registers the list with the Pulumi engine, and [`run()`] does all of it. No format is named here: a handler that is on
//! the list has its queue, its Lambda, its role and its alarms.

pub mod account;
mod config;
mod plan;
mod program;
pub mod sdk;

pub use config::{Architecture, Config, ConfigError, DataBucket, Notify};
pub use plan::{PlanError, Sample, StackLocation, StackPlan, plan};
pub use program::run;
