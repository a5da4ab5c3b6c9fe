//! Rules about memory and time: a review stays within the limits of the card, which a worker enforces.

use std::hint::black_box;
use std::time::{Duration, Instant};

use data_review_tests::review;

use super::{Case, memory};

pub(super) fn memory(case: &Case<'_>) -> Result<(), String> {
    let limit = case.handler.card().limits.memory_bytes;
    let peak = memory::peak_of(|| {
        black_box(review::document(case.registry, &case.file.key, &case.file.bytes));
    });
    match peak <= limit {
        true => Ok(()),
        false => Err(format!("its review uses {peak} bytes, the limit is {limit}")),
    }
}

pub(super) fn time(case: &Case<'_>) -> Result<(), String> {
    let limit = Duration::from_secs(case.handler.card().limits.cpu_seconds.into());
    let begun = now();
    black_box(review::document(case.registry, &case.file.key, &case.file.bytes));
    match begun.elapsed() {
        took if took <= limit => Ok(()),
        took => Err(format!("its review takes {took:?}, the limit is {limit:?}")),
    }
}

/// The clock that measures a review; a review itself never reads it.
#[expect(
    clippy::disallowed_methods,
    reason = "a test measures how long a review takes"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}
