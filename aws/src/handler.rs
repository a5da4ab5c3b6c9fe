//! The Lambda of a handler: reviews what its queue brings, in a worker process, and answers direct requests.
//!
//! ```ignore
//! // handlers/<id>/src/main.rs:
//! data_review_aws::lambda_main!(data_review_bottle);
//! ```

mod direct;
mod errand;
mod review;
mod task;

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use data_review_core::deployment::env;
use data_review_core::pipeline::{Done, Policy, Row};
use data_review_core::{Card, Recipe, Registry, RegistryError};
use data_review_engine::{Worker, WorkerCommand, become_worker_if_asked};
use serde_json::value::RawValue;

use crate::lambda::{Function, Invocation, variable};
use crate::telemetry::{Metrics, foreign};
use crate::{Clients, DynamoStore, Names, batch};

use errand::errands;
use task::Task;

/// Beginnings of a journey before its message goes back to the queue.
const ATTEMPTS: u32 = 3;

/// Runs the Lambda function of one handler until the runtime stops it; `linked` returns the one handler that the program
/// links. Called by [`crate::lambda_main!`], which also sets the global allocator that enforces the memory limit.
pub fn run(linked: fn() -> Result<Registry, RegistryError>) -> ExitCode {
    become_worker_if_asked(linked);
    crate::lambda::run(|clients| Shell::start(clients, linked().map_err(|error| error.to_string())?))
}

/// What lives as long as the process.
struct Shell {
    clients: Clients,
    store: DynamoStore,
    bucket: String,
    registry: Registry,
    card: &'static Card,
    /// One review at a time: the memory of the function is one review's.
    worker: Arc<Mutex<Worker>>,
}

impl Shell {
    fn start(clients: Clients, registry: Registry) -> Result<Self, String> {
        let cards: Vec<_> = registry.cards().collect();
        let [card] = cards[..] else {
            return Err(format!(
                "a handler's Lambda links one handler, this one links {registry:?}"
            ));
        };
        Ok(Shell {
            store: DynamoStore::new(&clients, Names::from_env()?),
            bucket: variable(env::DATA_BUCKET)?,
            clients,
            registry,
            card,
            worker: Arc::new(Mutex::new(Worker::new(WorkerCommand::default()))),
        })
    }
}

impl Function for Shell {
    async fn answer(&self, request: Box<RawValue>, invocation: &Invocation) -> Result<Box<RawValue>, String> {
        match batch::of_request(&request) {
            Some(messages) => self.work_off(messages?, invocation).await,
            None => self.answer_directly(&request, invocation).await,
        }
    }
}

impl Shell {
    async fn work_off(
        &self,
        messages: Vec<batch::Message>,
        invocation: &Invocation,
    ) -> Result<Box<RawValue>, String> {
        let mut metrics = Metrics::of(self.card.id);
        let (errands, mut not_done) = errands(&messages);
        let keys: Vec<&str> = errands.iter().map(|errand| errand.work.key.as_str()).collect();
        let rows = self
            .store
            .read_rows(&keys)
            .await
            .map_err(|error| error.to_string())?;
        for (at, (errand, row)) in errands.iter().zip(rows).enumerate() {
            let task = Task::new(self, errand, invocation, errands.len() - at);
            if !self.review(task, row, &mut metrics).await {
                not_done.extend(&errand.messages);
            }
        }
        metrics.emit();
        Ok(batch::answer(not_done))
    }

    /// Whether the errand is done with.
    async fn review(&self, mut task: Task<'_>, row: Option<Row>, metrics: &mut Metrics) -> bool {
        let work = &task.errand.work;
        let policy = Policy {
            recipes: [(self.card.id.to_owned(), Recipe::of(self.card))].into(),
            registry: work.registry.clone(),
            force: work.force,
            verify: false,
            attempts: ATTEMPTS,
        };
        let end = task.run(&policy, row).await;
        metrics.read(task.bytes);
        let (handler, file, request) = (self.card.id, foreign(&work.key), &task.invocation.request);
        match end {
            Some(Done::GivenUp(failure)) => {
                let error = failure.message.as_str();
                tracing::warn!(handler, file, request, error, "it is given back to its queue");
                metrics.count(&Done::GivenUp(failure));
                false
            }
            Some(done) => {
                tracing::info!(handler, file, request, done = ?done, "it is done");
                metrics.count(&done);
                true
            }
            None => {
                tracing::warn!(
                    handler,
                    file,
                    request,
                    "no time is left for it: it is given back to its queue"
                );
                metrics.count_as("again", 1);
                false
            }
        }
    }
}
