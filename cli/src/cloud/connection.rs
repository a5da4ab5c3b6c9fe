//! A connection to a stack: its outputs, its services, its store.

use std::process::{Command, Stdio};

use data_review_aws::{Clients, DynamoStore, StoreNames, Sweeps};
use data_review_deployment::Outputs;
use tokio::runtime::Runtime;

use crate::args::cloud::Stack;
use crate::error::CliError;

/// An open connection to a stack.
pub(crate) struct Connection {
    runtime: Runtime,
    pub(crate) outputs: Outputs,
    pub(crate) clients: Clients,
    pub(crate) store: DynamoStore,
    pub(crate) sweeps: Sweeps,
}

impl Connection {
    pub(crate) fn open(stack: &Stack) -> Result<Self, CliError> {
        let outputs = outputs(stack)?;
        let runtime = Runtime::new()?;
        let clients = runtime
            .block_on(Clients::from_env())
            .paying(outputs.requester_pays);
        let store = {
            let _entered = runtime.enter();
            DynamoStore::new(&clients, StoreNames::of(&outputs))
        };
        Ok(Connection {
            runtime,
            sweeps: Sweeps::new(&clients, &outputs.sweeps_table),
            outputs,
            clients,
            store,
        })
    }

    /// Waits for an answer of a service.
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}

/// The outputs of the stack, from a file or from Pulumi.
#[expect(clippy::disallowed_methods, reason = "the user names a file")]
fn outputs(stack: &Stack) -> Result<Outputs, CliError> {
    let (json, origin) = match &stack.stack {
        Some(path) => {
            let name = path.display().to_string();
            let json = std::fs::read(path).map_err(|error| usage(&format!("cannot read {name}: {error}")))?;
            (json, name)
        }
        None => (ask_pulumi(stack)?, "`pulumi stack output --json`".to_owned()),
    };
    serde_json::from_slice(&json).map_err(|error| {
        usage(&format!(
            "{origin}: not the outputs of a stack: {error}; run `pulumi up`"
        ))
    })
}

fn ask_pulumi(stack: &Stack) -> Result<Vec<u8>, CliError> {
    let project = stack.project.display();
    let output = Command::new("pulumi")
        .args(["stack", "output", "--json", "--cwd"])
        .arg(&stack.project)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| {
            usage(&format!(
                "cannot run `pulumi`: {error}; install it, or name its output with --stack FILE"
            ))
        })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(usage(&format!(
        "`pulumi stack output --json` in {project} ended with {}; select a stack, name the program's directory with \
         --project DIR, or its output with --stack FILE",
        output.status
    )))
}

fn usage(message: &str) -> CliError {
    CliError::Usage(message.to_owned())
}
