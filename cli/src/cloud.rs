//! `data-review cloud`: the same questions, asked of a stack.

mod args;
mod connection;
mod reconcile;
mod review;
mod status;

use std::process::ExitCode;

use data_review_aws::message::{Request, encode};

use crate::commands::{End, export, failures, unhandled};
use crate::output;

pub(crate) use args::Cloud;
use args::{Command, Sweep};
use connection::Connection;

/// Does what was asked for.
pub(crate) fn run(args: &Cloud) -> End {
    let cloud = Connection::open(&args.stack)?;
    match &args.command {
        Command::Sweep(args) => sweep(&cloud, args),
        Command::Status(args) => status::run(&cloud, args),
        Command::Review(args) => review::run(&cloud, args),
        Command::Export(args) => export::write(&cloud.store, &args.tables),
        Command::Failures(args) => failures::show(&cloud.store, args.json),
        Command::Unhandled(args) => unhandled::show(&cloud.store, args.json),
        Command::Reconcile(args) => reconcile::run(&cloud, args),
    }
}

fn sweep(cloud: &Connection, args: &Sweep) -> End {
    let request = encode(&Request::Sweep {
        prefix: args.prefix.clone(),
        force: args.force,
    });
    let orchestrator = &cloud.outputs.orchestrator_function;
    cloud.wait(cloud.clients.invoke(orchestrator, request.into_bytes()))?;
    let bucket = &cloud.outputs.data_bucket;
    output::say(&format!(
        "looking at s3://{bucket}/{}; `data-review cloud status --wait` shows how far it is",
        data_review_core::percent_encode_controls(&args.prefix)
    ));
    Ok(ExitCode::SUCCESS)
}
