//! A Lambda that does nothing, to measure the emulator itself.

use std::process::ExitCode;

use data_review_aws::batch;
use data_review_aws::lambda::{Function, Invocation, run};
use serde_json::value::RawValue;

struct Nothing;

impl Function for Nothing {
    async fn answer(&self, _: Box<RawValue>, _: &Invocation) -> Result<Box<RawValue>, String> {
        Ok(batch::answer([]))
    }
}

fn main() -> ExitCode {
    run(|_| Ok(Nothing))
}
