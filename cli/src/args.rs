//! The arguments of the command line; clap reads them, and `--help` shows their comments.

#[cfg(feature = "cloud")]
pub(crate) mod cloud;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use data_review_core::Severity;

/// The default file of the store.
const DB: &str = "data-review.db";

const EXIT_CODES: &str = "\
Exit codes:
  0    success, and every file has a review
  1    a file failed or is unidentified, or --fail-on is met
  2    usage error, or the store cannot be used
  130  interrupted; finished outcomes are kept";

/// Reviews oceanographic files: identifies each, summarises its content, and reports everything that is wrong and where
#[derive(Debug, Parser)]
#[command(name = "data-review", version, after_help = EXIT_CODES, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    Local(Local),
    /// Review the objects of a stack in the cloud, and query its outcomes
    #[cfg(feature = "cloud")]
    #[command(after_help = EXIT_CODES)]
    Cloud(cloud::Cloud),
}

/// Commands that need no cloud.
#[derive(Debug, Subcommand)]
pub(crate) enum Local {
    /// Review files and everything below directories; files that did not change since the last run are skipped
    #[command(after_help = EXIT_CODES)]
    Review(Review),
    /// Identify files: the handler, the reason and the runners-up; nothing is stored
    Identify(Identify),
    /// Show the review of one file: coverage, variables, findings with places and remedies
    Show(Show),
    /// Show the current outcome of every file
    List(List),
    /// Show the log of failures: what happened, when, and what to do next
    Failures(Failures),
    /// Rank files that no handler recognises by kind, to choose the next handler to write
    Unhandled(Unhandled),
    /// Show the handlers and the formats that they recognise
    Handlers(Handlers),
    /// Show the roots: the directories whose files the store knows; rename or forget one
    Roots(Roots),
    /// Write all current outcomes as tables: files, variables, findings, failures
    Export(Export),
    /// Print the JSON Schema of the review document
    Schema,
    /// Explain a finding code; without a code, list all of them
    Explain(Explain),
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// The store of a command.
#[derive(Debug, clap::Args)]
pub(crate) struct Db {
    /// File of the store
    #[arg(long = "db", value_name = "FILE", default_value = DB)]
    pub(crate) path: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Review {
    /// Files and directories
    #[arg(required_unless_present = "roots", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) db: Db,
    /// Keep the files below PATH under NAME, also if PATH changes later; without other paths, review all of it (may be
    /// repeated)
    #[arg(long = "root", value_name = "NAME=PATH", value_parser = named_root)]
    pub(crate) roots: Vec<(String, PathBuf)>,
    /// Record files as gone even if a directory is missing or empty, or more than half of its files are gone
    #[arg(long)]
    pub(crate) allow_gone: bool,
    /// Number of files to review at once [default: one per processor]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// Review only files that match; a glob with `/` is compared with the path, without with the name (may be repeated)
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,
    /// Skip files that match, and everything below directories that match (may be repeated)
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Prefix of every key; a `/` follows it
    #[arg(long, value_name = "PREFIX")]
    pub(crate) prefix: Option<String>,
    /// Review unchanged files, too
    #[arg(long)]
    pub(crate) force: bool,
    /// Compare the content of files that seem unchanged
    #[arg(long)]
    pub(crate) verify: bool,
    /// Print one document per line, sorted by key, also of unchanged files
    #[arg(long)]
    pub(crate) json: bool,
    /// Exit with 1 if there is a finding of this severity or worse
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
}

/// Reads `NAME=PATH`.
fn named_root(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if !path.is_empty() => Ok((name.to_owned(), path.into())),
        _ => Err("expected NAME=PATH, such as argo=/mnt/argo".to_owned()),
    }
}

/// The severities that `--fail-on` accepts.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
}

impl FailOn {
    /// Whether a finding of this severity makes the run fail.
    pub(crate) fn is_met_by(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity == Severity::Error,
            FailOn::Warning => severity != Severity::Info,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Identify {
    /// Files and directories
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Print one JSON object per line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// Key of the file, or the end of its key; `list` shows keys
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    #[command(flatten)]
    pub(crate) db: Db,
    /// Print the document in canonical JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) db: Db,
    /// Print one document per line, sorted by key
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Roots {
    #[command(subcommand)]
    pub(crate) action: Option<RootAction>,
    #[command(flatten)]
    pub(crate) list: RootList,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RootList {
    #[command(flatten)]
    pub(crate) db: Db,
    /// Print one JSON object per line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RootAction {
    /// Give a root another name
    Rename {
        /// Its present name; that of an unnamed root is its path
        #[arg(value_name = "ROOT")]
        root: String,
        /// Its new name
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        db: Db,
    },
    /// Remove a root and the outcomes of all its files from the store; no file is touched, and the failure log stays
    Forget {
        /// Its name; that of an unnamed root is its path
        #[arg(value_name = "ROOT")]
        root: String,
        #[command(flatten)]
        db: Db,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Failures {
    #[command(flatten)]
    pub(crate) db: Db,
    /// Print one JSON object per line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Unhandled {
    #[command(flatten)]
    pub(crate) db: Db,
    /// Print one JSON object per line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Handlers {
    /// Print one JSON object per line, with every finding code
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) tables: Tables,
    #[command(flatten)]
    pub(crate) db: Db,
}

/// The tables of an export.
#[derive(Debug, clap::Args)]
pub(crate) struct Tables {
    /// Format of the tables: CSV, or JSON with one object per line
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    pub(crate) format: Format,
    /// Output directory; created if it does not exist
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Write CSV text unchanged, even if a spreadsheet would run it as a formula
    #[arg(long)]
    pub(crate) raw: bool,
}

/// Formats of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Csv,
    Json,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// Finding code
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn failing_on_warnings_is_failing_on_errors_too() {
        assert!(FailOn::Warning.is_met_by(Severity::Error) && FailOn::Warning.is_met_by(Severity::Warning));
        assert!(FailOn::Error.is_met_by(Severity::Error) && !FailOn::Error.is_met_by(Severity::Warning));
        assert!(!FailOn::Warning.is_met_by(Severity::Info));
    }
}
