//! `data-review cloud`: sweeps, queries and exports of a stack.

mod connection;
mod copy;
mod estimate;
mod reconcile;
mod review;
mod status;

use std::process::ExitCode;

use data_review_aws::message::{Request, encode};

use crate::args::cloud::{Cloud, Command, Sweep};
use crate::commands::export::Form;
use crate::commands::{export, failures, list, show, summary, unhandled};
use crate::config::Settings;
use crate::exit::End;
#[cfg(feature = "exports")]
use crate::export::address::Site;
use crate::output;
use connection::Connection;
use copy::Copy;

/// Runs a subcommand of `data-review cloud`.
pub(crate) fn run(args: &Cloud, settings: &Settings) -> End {
    let cloud = Connection::open(&args.stack)?;
    match &args.command {
        Command::Sweep(args) if args.estimate => estimate::run(&cloud, &args.prefix),
        Command::Sweep(args) => sweep(&cloud, args),
        Command::Status(args) => status::run(&cloud, args),
        Command::Review(args) => review::run(&cloud, args),
        Command::Show(args) => show::show(&Copy::of_named(&cloud, &args.file)?.store, args, settings),
        Command::List(args) => list::list(&Copy::of_all(&cloud)?.store, args, settings),
        Command::Summary(args) => summary::summarise(&Copy::of_all(&cloud)?.store, args, settings),
        Command::Export(args) => match export::form(&args.tables)? {
            Form::Tables(format) => export::write(&cloud.store, &args.tables, format, &settings.rules),
            Form::Store => export::copy(&Copy::of_all(&cloud)?.store, &args.tables),
            #[cfg(feature = "exports")]
            Form::Catalogue(catalogue) => {
                let bucket = &cloud.outputs.data_bucket;
                let site = Site::Url {
                    url: format!("s3://{bucket}/"),
                    prefix: String::new(),
                };
                let roots = [(String::new(), site)].into();
                export::describe(
                    &cloud.store,
                    &args.tables,
                    catalogue,
                    roots,
                    bucket,
                    &settings.rules,
                )
            }
        },
        Command::Failures(args) => failures::show(&cloud.store, args.json),
        Command::Unhandled(args) => unhandled::show(&cloud.store, args.json),
        Command::Reconcile(args) => reconcile::run(&cloud, args),
    }
}

fn sweep(cloud: &Connection, args: &Sweep) -> End {
    let request = encode(&Request::Sweep {
        prefix: args.prefix.clone(),
        force: args.force,
        inventory: args.inventory.clone(),
    });
    let orchestrator = &cloud.outputs.orchestrator_function;
    cloud.wait(cloud.clients.invoke(orchestrator, request.into_bytes()))?;
    let bucket = &cloud.outputs.data_bucket;
    let by = args.inventory.as_ref().map(|manifest| format!(" by {manifest}"));
    output::say(&format!(
        "sweeping s3://{bucket}/{}{}; `data-review cloud status --wait` shows the progress",
        data_review_core::percent_encode_controls(&args.prefix),
        data_review_core::percent_encode_controls(&by.unwrap_or_default()),
    ));
    Ok(ExitCode::SUCCESS)
}
