//! Data Review on AWS: S3 is the source, SQS has the queues, DynamoDB is the store, and Lambdas do the work.
//!
//! This is the only crate besides tests/e2e that names the AWS SDK. [`data_review_core::pipeline`] makes the decisions, and this
//! crate carries them out. `docs/cloud.md` describes the flow, and what happens if a part of it happens twice, late, half or never.
//!
//! - [`Clients`] are made once from the environment.
//! - [`object`] reads objects: pages of a listing, ranges for a probe, all of an object for a review.
//! - [`inventory`] reads the lists that S3 itself writes of a bucket.
//! - [`message`] defines the messages of the queues, and [`queue`] sends them.
//! - [`estimate`] says what a sweep will cost.
//! - [`DynamoStore`] is the store; [`Sweeps`] keeps the leases and cursors of sweeps.
//! - [`lambda_main!`] is the whole program of a handler's Lambda; it shares [`lambda`], [`batch`] and [`actions`] with the
//!   orchestrator.
#![expect(
    clippy::disallowed_methods,
    reason = "the Lambdas read their settings from the environment, and measure time"
)]

pub mod actions;
pub mod batch;
mod clients;
mod error;
pub mod estimate;
pub mod handler;
pub mod inventory;
pub mod lambda;
pub mod message;
pub mod object;
pub mod queue;
mod store;
mod sweeps;
pub mod telemetry;
pub mod timestamp;

pub use clients::Clients;
pub use data_review_engine::CountingAllocator;
pub use error::CallError;
pub use store::{Counters, DynamoStore, RowCounts, RowGroup, ScannedRow, StoreNames};
pub use sweeps::{Lease, Sweep, Sweeps};

/// What [`lambda_main!`] needs to reach from other crates; not for direct use.
#[doc(hidden)]
pub mod private {
    pub use data_review_core::Registry;
}

/// Defines the whole program of a handler's Lambda function: links the handler's crate for what it registers, sets the
/// allocator that keeps a review within its memory limit, and runs [`handler::run`].
///
/// ```ignore
/// data_review_aws::lambda_main!(data_review_bottle);
/// ```
#[macro_export]
macro_rules! lambda_main {
    ($handler:ident) => {
        use $handler as _;

        #[global_allocator]
        static ALLOCATOR: $crate::CountingAllocator = $crate::CountingAllocator;

        fn main() -> ::std::process::ExitCode {
            $crate::handler::run($crate::private::Registry::linked)
        }
    };
}
