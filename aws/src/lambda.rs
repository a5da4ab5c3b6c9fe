//! What every Lambda of Data Review is: a runtime, a log, clients, and a function that answers JSON with JSON.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::value::RawValue;

use crate::{Clients, telemetry};

/// One request to a function.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// Its id, as the logs have it.
    pub request: String,
    /// When all must be answered: a little before the service ends the process.
    pub deadline: Instant,
    /// Time from its beginning to its deadline.
    pub budget: Duration,
}

impl Invocation {
    fn of(context: &lambda_runtime::Context) -> Self {
        let left = context
            .deadline()
            .duration_since(SystemTime::now())
            .unwrap_or_default();
        // An answer must still be written and sent; a short time-out cannot give much for that.
        let reserve = (left / 10).min(Duration::from_secs(10));
        let budget = left - reserve;
        Invocation {
            request: context.request_id.clone(),
            deadline: Instant::now() + budget,
            budget,
        }
    }

    /// Time to the deadline.
    pub fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// What a Lambda does.
pub trait Function: Sized + 'static {
    /// Makes it, once per process.
    ///
    /// # Errors
    /// When it is not set up as it should be; says what to do.
    fn start(clients: Clients) -> impl Future<Output = Result<Self, String>>;

    /// Answers a request.
    ///
    /// # Errors
    /// When there is no answer: the service tries again, or reports it to whoever asked.
    fn answer(
        &self,
        request: Box<RawValue>,
        invocation: &Invocation,
    ) -> impl Future<Output = Result<Box<RawValue>, String>>;
}

/// Runs a function until the service ends the process.
pub fn run<F: Function>() -> ExitCode {
    telemetry::start();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.to_string()),
    };
    match runtime.block_on(serve::<F>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error.to_string()),
    }
}

fn failed(error: &str) -> ExitCode {
    tracing::error!(error, "the function cannot run");
    ExitCode::FAILURE
}

async fn serve<F: Function>() -> Result<(), lambda_runtime::Error> {
    let function = Arc::new(F::start(Clients::from_env().await).await?);
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

/// A variable of the environment that the infrastructure program sets.
///
/// # Errors
/// When it is not there.
pub fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("the variable {name} is not set: deploy the stack again"))
}
