//! The Lambda of a handler: reviews what its queue brings, in a worker process, and answers direct requests.
//!
//! ```no_run
//! // handlers/<id>/src/main.rs, besides naming the handler's crate:
//! use data_review_aws::{CountingAllocator, handler};
//!
//! #[global_allocator]
//! static ALLOCATOR: CountingAllocator = CountingAllocator;
//!
//! fn main() -> std::process::ExitCode {
//!     handler::run(data_review_core::Registry::linked)
//! }
//! ```

mod direct;
mod review;
mod task;

use std::process::ExitCode;
use std::sync::{Arc, Mutex, OnceLock};

use data_review_core::deployment::env;
use data_review_core::pipeline::{Done, Policy, Row};
use data_review_core::{Card, Recipe, Registry, RegistryError};
use data_review_engine::{Worker, WorkerCommand, become_worker_if_asked};
use serde_json::value::RawValue;

use crate::lambda::{Function, Invocation, variable};
use crate::message::Work;
use crate::telemetry::{Metrics, foreign};
use crate::{Clients, DynamoStore, Names, batch, message};

use task::Task;

/// Beginnings of a journey before its message goes back to the queue.
const ATTEMPTS: u32 = 3;

type Linked = fn() -> Result<Registry, RegistryError>;

/// For [`Function::start`], which is given nothing but clients.
static LINKED: OnceLock<Linked> = OnceLock::new();

/// All of a handler's `main`; `linked` gives the one handler that the program links.
///
/// The program's global allocator must be [`crate::CountingAllocator`], which keeps a review within its memory.
pub fn run(linked: Linked) -> ExitCode {
    become_worker_if_asked(linked);
    LINKED.get_or_init(|| linked);
    crate::lambda::run::<Shell>()
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

impl Function for Shell {
    async fn start(clients: Clients) -> Result<Self, String> {
        let linked = LINKED
            .get()
            .ok_or("a handler's Lambda begins with `handler::run`")?;
        let registry = linked().map_err(|error| error.to_string())?;
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
        mut messages: Vec<batch::Message>,
        invocation: &Invocation,
    ) -> Result<Box<RawValue>, String> {
        let mut metrics = Metrics::of(self.card.id);
        // What came before and was not done may be what takes all the time: it must not take its neighbours'.
        messages.sort_by_key(|message| message.receives);
        let works: Vec<Option<Work>> = messages.iter().map(read).collect();
        let keys: Vec<&str> = works.iter().flatten().map(|work| work.key.as_str()).collect();
        let rows = self
            .store
            .read_rows(&keys)
            .await
            .map_err(|error| error.to_string())?;
        let mut rows = rows.into_iter();
        let mut not_done = Vec::new();
        for (at, (message, work)) in messages.iter().zip(&works).enumerate() {
            let done = match work {
                Some(work) => {
                    let row = rows.next().flatten();
                    let task = Task::new(self, message, work, invocation, messages.len() - at);
                    self.review(task, row, &mut metrics).await
                }
                None => false,
            };
            if !done {
                not_done.push(message);
            }
        }
        metrics.emit();
        Ok(batch::answer(not_done))
    }

    /// Whether the message is done with.
    async fn review(&self, mut task: Task<'_>, row: Option<Row>, metrics: &mut Metrics) -> bool {
        let work = task.work;
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

fn read(message: &batch::Message) -> Option<Work> {
    message::decode(&message.body)
        .inspect_err(|error| {
            tracing::error!(%error, id = message.id, "it is left to the dead-letter queue's janitor");
        })
        .ok()
}
