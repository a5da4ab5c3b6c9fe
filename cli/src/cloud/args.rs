//! The command line of `data-review cloud`.

use std::path::PathBuf;

use clap::Subcommand;

use crate::args::Tables;

#[derive(Debug, clap::Args)]
pub(crate) struct Cloud {
    #[command(flatten)]
    pub(crate) stack: Stack,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Which stack. Region and credentials are those of every AWS program: AWS_REGION, AWS_PROFILE and the like.
#[derive(Debug, clap::Args)]
pub(crate) struct Stack {
    /// File with what `pulumi stack output --json` printed
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) stack: Option<PathBuf>,
    /// Without --stack: directory of the Pulumi program, where `pulumi stack output --json` is called
    #[arg(long, value_name = "DIR", default_value = "pulumi", global = true)]
    pub(crate) project: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Have every object of the bucket looked at; what is unchanged is left alone
    Sweep(Sweep),
    /// Show how many files have which outcome, and what waits in the queues
    Status(Status),
    /// Review one object now and print its document; nothing is kept
    Review(Review),
    /// Write all current outcomes as tables: files, variables, findings, failures
    Export(Export),
    /// Show the log of failures: what happened, when, and what to do next
    Failures(Failures),
    /// Compare the bucket with the tables: every object must have an outcome, and of the version that is there
    Reconcile(Reconcile),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Sweep {
    /// Only keys that begin with this
    #[arg(long, value_name = "PREFIX", default_value = "")]
    pub(crate) prefix: String,
    /// Review what is unchanged, too
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Status {
    /// Wait until no sweep is under way, nothing waits and nothing is worked on; shows a bar on a terminal
    #[arg(long)]
    pub(crate) wait: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Review {
    /// The object: s3://BUCKET/KEY
    #[arg(value_name = "URL")]
    pub(crate) url: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) tables: Tables,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Failures {
    /// Print one JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Reconcile {
    /// Only keys that begin with this
    #[arg(long, value_name = "PREFIX", default_value = "")]
    pub(crate) prefix: String,
    /// Have what differs looked at again
    #[arg(long)]
    pub(crate) redrive: bool,
}
