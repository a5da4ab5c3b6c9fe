//! The cloud: S3, SQS and DynamoDB as the source, the queues and the store of Data Review, and the shell of its Lambdas.
//!
//! This is the only crate that names the AWS SDK. Nothing is decided here: [`data_review_core::pipeline`] decides, this
//! crate carries out. The flow, and what happens when a part of it happens twice, late, half or never, is in
//! `docs/cloud.md`.
//!
//! - [`Clients`] are made once from the environment, and passed on.
//! - [`object`] looks at objects: pages of a listing, a probe by ranged reads, one whole reading for a review.
//! - [`message`] is what travels through the queues, and [`queue`] sends it.
//! - [`DynamoStore`] is the store, [`Sweeps`] the leases and cursors of sweeps.
//! - [`lambda_main!`] is the whole program of a handler's Lambda function; [`lambda`] and [`batch`] are shared with the
//!   orchestrator's.
#![expect(
    clippy::disallowed_methods,
    reason = "a shell reads its settings from the environment, and times what it does"
)]

pub mod batch;
mod clients;
mod error;
pub mod handler;
pub mod lambda;
pub mod message;
pub mod object;
pub mod queue;
mod store;
mod sweeps;
pub mod telemetry;

pub use clients::Clients;
pub use data_review_engine::CountingAllocator;
pub use error::CallError;
pub use store::{DynamoStore, Names};
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
