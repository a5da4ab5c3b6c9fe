//! The handler as others see it: bytes in, a verdict or a review out.
#![expect(clippy::unwrap_used, reason = "what cannot be unwrapped has failed the test")]
#![expect(
    clippy::disallowed_methods,
    reason = "the tests read sample files that the environment names"
)]

mod any_bytes;
mod harness;
mod limits;
mod not_tables;
mod peer;
mod tables;
