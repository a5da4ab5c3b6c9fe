//! The command line, as clap reads it and as `--help` explains it.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use data_review_core::Severity;

/// Where outcomes are kept when nothing else is said.
const DB: &str = "data-review.db";

const EXIT_CODES: &str = "\
Exit codes:
  0    everything asked for was done, and every file has a review
  1    a file failed or is unidentified, or --fail-on is met
  2    usage error, or the store cannot be used
  130  interrupted; what was finished is kept";

/// Looks at every oceanographic file, says what it is and why, and everything that is wrong with it and where.
#[derive(Debug, Parser)]
#[command(name = "data-review", version, after_help = EXIT_CODES, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Review files and everything below directories; what is unchanged since the last time is left alone
    #[command(after_help = EXIT_CODES)]
    Review(Review),
    /// Say what files are and why, and which handler came second; nothing is kept
    Identify(Identify),
    /// Show everything that is known of one file: coverage, variables, findings with their places and remedies
    Show(Show),
    /// Show the current outcome of every file
    List(List),
    /// Show the log of failures: what happened, when, and what to do next
    Failures(Failures),
    /// Rank what no handler knows by kind, so that the next handler is the one that is missed most
    Unhandled(Unhandled),
    /// Show the handlers: which formats are known, and how
    Handlers(Handlers),
    /// Write all current outcomes as tables: files, variables, findings, failures
    Export(Export),
    /// Print the JSON Schema of the review document
    Schema,
    /// Explain a finding code; without one, show all codes
    Explain(Explain),
    /// Ask the same of a stack in the cloud
    #[cfg(feature = "cloud")]
    #[command(after_help = EXIT_CODES)]
    Cloud(crate::cloud::Cloud),
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// The store of a command.
#[derive(Debug, clap::Args)]
pub(crate) struct Db {
    /// The file that outcomes are kept in
    #[arg(long = "db", value_name = "FILE", default_value = DB)]
    pub(crate) path: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Review {
    /// Files, and directories with everything below them
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) db: Db,
    /// Files that are reviewed at once [default: one per processor]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// Only files that match; without `/` a glob is for names, with `/` for paths (may be repeated)
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,
    /// No files that match, and nothing below directories that match (may be repeated)
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Put this before every key, with a `/`
    #[arg(long, value_name = "PREFIX")]
    pub(crate) prefix: Option<String>,
    /// Review what is unchanged, too
    #[arg(long)]
    pub(crate) force: bool,
    /// Compare the content of what seems unchanged
    #[arg(long)]
    pub(crate) verify: bool,
    /// Print one document a line, sorted by key, for every file, unchanged ones too
    #[arg(long)]
    pub(crate) json: bool,
    /// End with 1 when there is a finding of this severity or worse
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
}

/// Severities that a run can be made to fail on.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
}

impl FailOn {
    /// Whether a finding of `severity` is one to fail on.
    pub(crate) fn is_met_by(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity == Severity::Error,
            FailOn::Warning => severity != Severity::Info,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Identify {
    /// Files, and directories with everything below them
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Print one JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// Key of the file as `list` shows it, or the end of it
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
    /// Print one document a line, sorted by key
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Failures {
    #[command(flatten)]
    pub(crate) db: Db,
    /// Print one JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Unhandled {
    #[command(flatten)]
    pub(crate) db: Db,
    /// Print one JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Handlers {
    /// Print one JSON object a line, with every finding code
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
    /// Form of the tables: CSV, or JSON with one object a line
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    pub(crate) format: Format,
    /// Directory that they are written into; it is made if need be
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Leave CSV text as it is, even where a spreadsheet would take it for a formula
    #[arg(long)]
    pub(crate) raw: bool,
}

/// Forms of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Csv,
    Json,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// The code, as findings name it
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn failing_on_warnings_is_failing_on_errors_too() {
        assert!(FailOn::Warning.is_met_by(Severity::Error) && FailOn::Warning.is_met_by(Severity::Warning));
        assert!(FailOn::Error.is_met_by(Severity::Error) && !FailOn::Error.is_met_by(Severity::Warning));
        assert!(!FailOn::Warning.is_met_by(Severity::Info));
    }
}
