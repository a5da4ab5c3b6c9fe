//! The state that the orchestrator keeps between invocations.

use data_review_aws::lambda::variable;
use data_review_aws::{Clients, DynamoStore, StoreNames, Sweeps};
use data_review_core::Registry;
use data_review_core::pipeline::Policy;
use data_review_deployment::{Routes, env};

/// Attempts of a journey before its message goes back to the queue.
const ATTEMPTS: u32 = 3;

pub(crate) struct Orchestrator {
    pub(crate) clients: Clients,
    pub(crate) store: DynamoStore,
    pub(crate) sweeps: Sweeps,
    pub(crate) registry: Registry,
    pub(crate) routes: Routes,
    pub(crate) bucket: String,
    pub(crate) intake: String,
    /// For changed objects only, and for all objects (force).
    policies: [Policy; 2],
}

impl Orchestrator {
    pub(crate) fn start(clients: Clients) -> Result<Self, String> {
        let registry = Registry::linked().map_err(|error| error.to_string())?;
        let routes = Routes::parse(&variable(env::ROUTES)?).map_err(|error| error.to_string())?;
        if let Some(id) = registry.ids().find(|id| routes.queue(id).is_none()) {
            return Err(format!("handler `{id}` has no queue: deploy the stack again"));
        }
        let changed = Policy::of(&registry, ATTEMPTS);
        let everything = Policy {
            force: true,
            ..changed.clone()
        };
        Ok(Orchestrator {
            store: DynamoStore::new(&clients, StoreNames::from_env()?),
            sweeps: Sweeps::new(&clients, variable(env::SWEEPS_TABLE)?),
            routes,
            bucket: variable(env::DATA_BUCKET)?,
            intake: variable(env::INTAKE_QUEUE_URL)?,
            policies: [changed, everything],
            clients,
            registry,
        })
    }

    pub(crate) fn policy(&self, force: bool) -> &Policy {
        &self.policies[usize::from(force)]
    }
}
