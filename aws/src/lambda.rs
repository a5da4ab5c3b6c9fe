//! What every Lambda of Data Review consists of: a runtime, a log, clients, and a function that answers JSON with JSON.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::value::RawValue;

use crate::{Clients, telemetry};

/// One request to a function.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// Its id, as in the logs.
    pub request: String,
    /// When the answer must be ready: a little before the service kills the process.
    pub deadline: Instant,
    /// The time from its beginning to its deadline.
    pub budget: Duration,
}

impl Invocation {
    /// A request that must be answered within `budget` from now.
    pub fn new(request: impl Into<String>, budget: Duration) -> Self {
        Invocation {
            request: request.into(),
            deadline: Instant::now() + budget,
            budget,
        }
    }

    fn of(context: &lambda_runtime::Context) -> Self {
        let left = context
            .deadline()
            .duration_since(SystemTime::now())
            .unwrap_or_default();
        // Time to write and send the answer; a short time-out leaves little for that.
        let reserve = (left / 10).min(Duration::from_secs(10));
        Invocation::new(&context.request_id, left - reserve)
    }

    /// The time until the deadline; zero afterwards.
    pub fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Awaits `what` until the deadline. `None` if it had not ended by then; it may be half done.
    pub async fn in_time<T>(&self, what: impl Future<Output = T>) -> Option<T> {
        let left = self.left();
        if left.is_zero() {
            return None;
        }
        tokio::time::timeout(left, what).await.ok()
    }
}

/// The function of a Lambda.
pub trait Function {
    /// Answers a request.
    ///
    /// # Errors
    /// If there is no answer. The service repeats the request, or reports the error to the caller.
    fn answer(
        &self,
        request: Box<RawValue>,
        invocation: &Invocation,
    ) -> impl Future<Output = Result<Box<RawValue>, String>>;
}

/// Runs the function that `start` returns until the service ends the process. `start` is called once, in a runtime; its error
/// says what to do.
pub fn run<F: Function>(start: impl FnOnce(Clients) -> Result<F, String>) -> ExitCode {
    telemetry::start();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.to_string()),
    };
    match runtime.block_on(serve(start)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error.to_string()),
    }
}

fn failed(error: &str) -> ExitCode {
    tracing::error!(error, "the function cannot run");
    ExitCode::FAILURE
}

async fn serve<F: Function>(
    start: impl FnOnce(Clients) -> Result<F, String>,
) -> Result<(), lambda_runtime::Error> {
    let function = Arc::new(start(Clients::from_env().await)?);
    lambda_runtime::run(service_fn(|event: LambdaEvent<Box<RawValue>>| {
        let function = function.clone();
        async move {
            let invocation = Invocation::of(&event.context);
            let answer = function.answer(event.payload, &invocation).await;
            answer.map_err(|error| {
                tracing::error!(error, request = invocation.request, "the request has no answer");
                lambda_runtime::Error::from(error)
            })
        }
    }))
    .await
}

/// An environment variable that the infrastructure program sets.
///
/// # Errors
/// If it is not set.
pub fn variable(name: &str) -> Result<String, String> {
    std::env::var(name)
        .map_err(|_| format!("the environment variable {name} is not set: deploy the stack again"))
}
