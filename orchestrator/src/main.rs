//! The Lambda of the orchestrator: for each event or listed object it sends one message to the queue of the right handler. In
//! its other role it is the janitor, which empties the dead-letter queues.

mod intake;
mod janitor;
mod settings;
mod sweep;

use std::process::ExitCode;

use data_review_aws::lambda::{Function, Invocation, variable};
use data_review_aws::message::Request;
use data_review_aws::{Clients, batch, lambda, message};
use data_review_deployment::{env, role};
// Links every handler.
use data_review_handlers as _;
use serde_json::value::RawValue;

use janitor::Janitor;
use settings::Orchestrator;

enum Role {
    Orchestrator(Box<Orchestrator>),
    Janitor(Box<Janitor>),
}

impl Role {
    fn start(clients: Clients) -> Result<Self, String> {
        match variable(env::ROLE)?.as_str() {
            role::ORCHESTRATOR => Ok(Role::Orchestrator(Box::new(Orchestrator::start(clients)?))),
            role::JANITOR => Ok(Role::Janitor(Box::new(Janitor::start(clients)?))),
            other => Err(format!(
                "invalid role `{other}` in {}: deploy the stack again",
                env::ROLE
            )),
        }
    }
}

impl Function for Role {
    async fn answer(&self, request: Box<RawValue>, invocation: &Invocation) -> Result<Box<RawValue>, String> {
        let messages = batch::of_request(&request).transpose()?;
        match (self, messages) {
            (Role::Orchestrator(orchestrator), Some(messages)) => {
                Ok(orchestrator.take_in(messages, invocation).await)
            }
            (Role::Orchestrator(orchestrator), None) => {
                let request: Request = message::decode(request.get()).map_err(|error| error.to_string())?;
                orchestrator.sweep(request, invocation).await
            }
            (Role::Janitor(janitor), Some(messages)) => Ok(janitor.bury_all(messages, invocation).await),
            (Role::Janitor(_), None) => Err("the janitor takes batches of dead letters only".to_owned()),
        }
    }
}

fn main() -> ExitCode {
    lambda::run(Role::start)
}
