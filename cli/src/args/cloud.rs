//! The arguments of `data-review cloud`.

use std::path::PathBuf;

use clap::Subcommand;

use super::{ListWhat, ShowWhat, SummaryWhat, Tables};

#[derive(Debug, clap::Args)]
pub(crate) struct Cloud {
    #[command(flatten)]
    pub(crate) stack: Stack,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The stack. Region and credentials come from the environment, as for every AWS program: AWS_REGION, AWS_PROFILE and others.
#[derive(Debug, clap::Args)]
pub(crate) struct Stack {
    /// File with the output of `pulumi stack output --json`
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) stack: Option<PathBuf>,
    /// Without --stack: directory of the Pulumi program, in which `pulumi stack output --json` is run
    #[arg(long, value_name = "DIR", default_value = "pulumi", global = true)]
    pub(crate) project: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Have every object of the bucket reviewed; unchanged objects are skipped
    Sweep(Sweep),
    /// Show the number of files by outcome, and the messages in the queues
    Status(Status),
    /// Review one object now and print its document; nothing is stored
    Review(Review),
    /// Show the review of one object
    #[command(after_help = "Examples:\n  data-review cloud show 33RO20150410_hy1.csv --findings")]
    Show(ShowWhat),
    /// List objects with their current outcomes
    #[command(after_help = "Examples:\n  data-review cloud list --outcome failed --limit 20")]
    List(ListWhat),
    /// Count findings by code, or summarise objects by kind, handler, folder, cruise, platform or month
    #[command(after_help = "Examples:\n  data-review cloud summary --by cruise")]
    Summary(SummaryWhat),
    /// Write all current outcomes as tables (files, variables, findings, failures), or as a store that the local commands read
    #[command(after_help = EXPORT)]
    Export(Export),
    /// Show the log of failures: what happened, when, and what to do next
    Failures(Failures),
    /// Rank files that no handler recognises by kind
    Unhandled(Unhandled),
    /// Compare the bucket with the tables: every object must have an outcome of its current version
    Reconcile(Reconcile),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Sweep {
    /// Only keys with this prefix
    #[arg(long, value_name = "PREFIX", default_value = "")]
    pub(crate) prefix: String,
    /// Review unchanged objects, too
    #[arg(long)]
    pub(crate) force: bool,
    /// Read an inventory that S3 made of the bucket (CSV) instead of listing it: its manifest, s3://BUCKET/…/manifest.json
    #[arg(long, value_name = "URL", conflicts_with = "estimate")]
    pub(crate) inventory: Option<String>,
    /// Only list the objects, and print what reviewing all of them would cost and how long it would take
    #[arg(long, conflicts_with = "force")]
    pub(crate) estimate: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Status {
    /// Wait until all sweeps are done and all queues are empty; shows a bar on a terminal
    #[arg(long)]
    pub(crate) wait: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Review {
    /// URL of the object: s3://BUCKET/KEY
    #[arg(value_name = "URL")]
    pub(crate) url: String,
}

const EXPORT: &str = "\
Examples:
  data-review cloud export --out tables
  data-review cloud export --format sqlite --out stack.db
  data-review list --db stack.db --severity error";

#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) tables: Tables,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Failures {
    /// Print one JSON object per line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Unhandled {
    /// Print one JSON object per line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Reconcile {
    /// Only keys with this prefix
    #[arg(long, value_name = "PREFIX", default_value = "")]
    pub(crate) prefix: String,
    /// Have objects that differ reviewed again
    #[arg(long)]
    pub(crate) redrive: bool,
    /// Correct the counters that `cloud status` shows, if they differ from the table
    #[arg(long)]
    pub(crate) rebuild_counters: bool,
}
