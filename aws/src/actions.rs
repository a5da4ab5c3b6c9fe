//! The actions of a journey that the orchestrator and the handlers perform in the same way: check the deadline, pause, read
//! the row of a key, and write an outcome.

use std::time::Duration;

use data_review_core::Failure;
use data_review_core::Stage;
use data_review_core::pipeline::{Conclusion, Interruption, KnownState};
use data_review_core::store::Written;

use crate::lambda::Invocation;
use crate::{CallError, DynamoStore, telemetry, timestamp};

/// The time of an invocation is over: the message of the journey comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfTime;

impl Invocation {
    /// Whether there is time for another action of a journey.
    ///
    /// # Errors
    /// When the deadline is over.
    pub fn check(&self) -> Result<(), OutOfTime> {
        match self.left().is_zero() {
            true => Err(OutOfTime),
            false => Ok(()),
        }
    }
}

/// Waits before an attempt, longer each time.
pub async fn pause(attempt: u32) {
    tokio::time::sleep(Duration::from_millis(100) * attempt).await;
}

/// The row of a key, for a journey.
///
/// # Errors
/// When the table cannot be read.
pub async fn read_row<H>(store: &DynamoStore, key: &str) -> Result<KnownState, Interruption<H, Failure>> {
    match store.read_rows(&[key]).await {
        Ok(mut rows) => Ok(KnownState {
            row: rows.pop().flatten(),
            stamp: None,
        }),
        Err(error) => Err(Interruption::Obstacle(failure(error))),
    }
}

/// Writes the outcome of a journey about an object of `bucket`. `receives` counts how often its message was received; if it
/// is not known, the attempts of the journey are recorded.
///
/// # Errors
/// When the store cannot be written.
pub async fn write_outcome(
    store: &DynamoStore,
    invocation: &Invocation,
    bucket: &str,
    key: &str,
    receives: Option<u32>,
    conclusion: Conclusion,
) -> Result<Written, Failure> {
    let root = format!("s3://{bucket}");
    let mut write = conclusion.into_write(key, &root, timestamp::now());
    if let Some(receives) = receives {
        write.entry.attempt = receives;
    }
    write.entry.log = telemetry::log_place(&invocation.request);
    store.write(&write).await.map_err(failure)
}

fn failure(error: CallError) -> Failure {
    error.into_failure(Stage::Record)
}
