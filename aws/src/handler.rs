//! The Lambda of a handler: reviews the objects that its queue names, in a worker process, and answers direct requests.
//!
//! ```ignore
//! // handlers/<id>/src/main.rs:
//! data_review_aws::lambda_main!(data_review_bottle);
//! ```

mod direct;
mod environment;
mod requested;
mod review;

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use data_review_core::pipeline::{Done, OutcomeRow, Policy, Superseded};
use data_review_core::{Card, Recipe, Registry, RegistryError};
use data_review_deployment::env;
use data_review_engine::{Worker, WorkerCommand, become_worker_if_asked};
use serde_json::value::RawValue;

use crate::actions::OutOfTime;
use crate::lambda::{Function, Invocation, variable};
use crate::telemetry::{Metrics, escape_untrusted};
use crate::{Clients, DynamoStore, StoreNames, batch};

use environment::ReviewingEnvironment;
use requested::group;

/// Attempts of a journey before its message goes back to the queue.
const ATTEMPTS: u32 = 3;

/// Runs the Lambda function of one handler until the runtime stops it; `linked` returns the one handler that the program
/// links. Called by [`crate::lambda_main!`], which also sets the global allocator that enforces the memory limit.
pub fn run(linked: fn() -> Result<Registry, RegistryError>) -> ExitCode {
    become_worker_if_asked(linked);
    crate::lambda::run(|clients| {
        HandlerFunction::start(clients, linked().map_err(|error| error.to_string())?)
    })
}

/// The state that the function keeps between invocations.
struct HandlerFunction {
    clients: Clients,
    store: DynamoStore,
    bucket: String,
    registry: Registry,
    card: &'static Card,
    /// The function has memory for one review at a time.
    worker: Arc<Mutex<Worker>>,
}

impl HandlerFunction {
    fn start(clients: Clients, registry: Registry) -> Result<Self, String> {
        let cards: Vec<_> = registry.cards().collect();
        let [card] = cards[..] else {
            return Err(format!(
                "the Lambda of a handler must link one handler, but this one links {registry:?}"
            ));
        };
        Ok(HandlerFunction {
            store: DynamoStore::new(&clients, StoreNames::from_env()?),
            bucket: variable(env::DATA_BUCKET)?,
            clients,
            registry,
            card,
            worker: Arc::new(Mutex::new(Worker::new(WorkerCommand::default()))),
        })
    }
}

impl Function for HandlerFunction {
    async fn answer(&self, request: Box<RawValue>, invocation: &Invocation) -> Result<Box<RawValue>, String> {
        match batch::of_request(&request) {
            Some(messages) => self.review_batch(messages?, invocation).await,
            None => self.answer_directly(&request, invocation).await,
        }
    }
}

impl HandlerFunction {
    async fn review_batch(
        &self,
        messages: Vec<batch::Message>,
        invocation: &Invocation,
    ) -> Result<Box<RawValue>, String> {
        let mut metrics = Metrics::of(self.card.id);
        let (reviews, mut not_done) = group(&messages);
        let keys: Vec<&str> = reviews
            .iter()
            .map(|requested| requested.request.key.as_str())
            .collect();
        let rows = self
            .store
            .read_rows(&keys)
            .await
            .map_err(|error| error.to_string())?;
        for (at, (requested, row)) in reviews.iter().zip(rows).enumerate() {
            let environment = ReviewingEnvironment::new(self, requested, invocation, reviews.len() - at);
            if !self.review(environment, row, &mut metrics).await {
                not_done.extend(&requested.messages);
            }
        }
        metrics.emit();
        Ok(batch::answer(not_done))
    }

    /// Runs one review. False if its message must be delivered again.
    async fn review(
        &self,
        mut environment: ReviewingEnvironment<'_>,
        row: Option<OutcomeRow>,
        metrics: &mut Metrics,
    ) -> bool {
        let request = &environment.requested.request;
        let policy = Policy {
            recipes: [(self.card.id.to_owned(), Recipe::of(self.card))].into(),
            registry: request.registry.clone(),
            force: request.force,
            attempts: ATTEMPTS,
        };
        let key = escape_untrusted(&request.key);
        let end = environment.run(&policy, row).await;
        metrics.read(environment.bytes);
        let (handler, file, request) = (self.card.id, key, &environment.invocation.request);
        match &end {
            Ok(Done::Recorded(outcome)) => metrics.recorded(*outcome),
            Ok(Done::Unchanged) => metrics.count("unchanged", 1),
            Ok(Done::HandedOff(Superseded)) => metrics.count("superseded", 1),
            Ok(Done::GivenUp(_)) | Err(OutOfTime) => metrics.count("again", 1),
        }
        let error = match end {
            Ok(Done::GivenUp(failure)) => failure.message,
            Err(OutOfTime) => "the function has no time left".to_owned(),
            Ok(done) => {
                tracing::info!(handler, file, request, ?done, "the message is done");
                return true;
            }
        };
        tracing::warn!(
            handler,
            file,
            request,
            error,
            "the message goes back to its queue"
        );
        false
    }
}
