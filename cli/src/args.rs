//! The arguments of the command line; clap reads them, and `--help` shows their comments.

#[cfg(feature = "cloud")]
pub(crate) mod cloud;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCompleter;
use data_review_core::{Outcome, Severity};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::commands::complete;
use crate::export;

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
    #[command(flatten)]
    pub(crate) general: General,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, clap::Args)]
pub(crate) struct General {
    /// Configuration [default: data-review.toml in this directory or one above it]
    #[arg(long, value_name = "FILE", global = true, help_heading = GENERAL)]
    pub(crate) config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long, global = true, help_heading = GENERAL, conflicts_with = "config")]
    pub(crate) no_config: bool,
    /// When to use colours; NO_COLOR turns them off, too
    #[arg(long, value_name = "WHEN", global = true, help_heading = GENERAL, default_value = "auto")]
    pub(crate) color: Color,
    /// Print results and errors only
    #[arg(long, short, global = true, help_heading = GENERAL, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print more details
    #[arg(long, short, global = true, help_heading = GENERAL)]
    pub(crate) verbose: bool,
}

const GENERAL: &str = "General options";

/// When colours are used.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    Local(Local),
    /// Explain how to get the commands for the cloud, which this build lacks
    #[cfg(not(feature = "cloud"))]
    #[command(hide = true, disable_help_flag = true)]
    Cloud {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<std::ffi::OsString>,
    },
    /// Review the objects of a stack in the cloud, and query its outcomes
    #[cfg(feature = "cloud")]
    #[command(after_help = EXIT_CODES)]
    Cloud(cloud::Cloud),
}

/// Commands that need no cloud.
#[derive(Debug, Subcommand)]
pub(crate) enum Local {
    /// Review files and everything below directories; files that did not change since the last run are skipped
    #[command(after_help = REVIEW)]
    Review(Review),
    /// Identify files: the handler, the reason and the runners-up; nothing is stored
    #[command(
        after_help = "Examples:\n  data-review identify unknown.dat\n  data-review identify --json incoming/"
    )]
    Identify(Identify),
    /// Show the review of one file: coverage, what is wrong and why it matters, variables and their flags
    #[command(after_help = SHOW)]
    Show(Show),
    /// List files with their current outcomes
    #[command(after_help = LIST)]
    List(List),
    /// Count findings by code, or summarise files by kind, handler, folder, cruise, platform or month
    #[command(after_help = SUMMARY)]
    Summary(Summary),
    /// Compare two stores: files added, gone and changed, findings new, fixed and changed
    #[command(after_help = DIFF)]
    Diff(Diff),
    /// Write the archive as a page, or as a folder of pages: map, findings, parameters, every file
    #[command(after_help = REPORT)]
    Report(Report),
    /// Show the report of a store that changes in the browser, on this machine only
    #[command(after_help = SERVE)]
    Serve(Serve),
    /// Show the log of failures: what happened, when, and what to do next
    #[command(after_help = "Examples:\n  data-review failures\n  data-review failures --json | jq .class")]
    Failures(Failures),
    /// Rank files that no handler recognises by kind, to choose the next handler to write
    #[command(after_help = "Examples:\n  data-review unhandled")]
    Unhandled(Unhandled),
    /// Show the handlers and the formats that they recognise
    #[command(after_help = "Examples:\n  data-review handlers")]
    Handlers(Handlers),
    /// Show the roots: the directories whose files the store knows; rename or forget one
    #[command(after_help = "Examples:\n  data-review roots\n  data-review roots rename /mnt/argo argo")]
    Roots(Roots),
    /// Write all current outcomes as tables: files, casts, variables, flags, findings, failures
    #[command(after_help = EXPORT)]
    Export(Export),
    /// Print the JSON Schema of the review document
    #[command(after_help = "Examples:\n  data-review schema > document.schema.json")]
    Schema,
    /// Explain a finding code; without a code, list all of them
    #[command(
        after_help = "Examples:\n  data-review explain out-of-range\n  data-review explain | grep flag"
    )]
    Explain(Explain),
    /// Show the configuration that applies here, or explain its keys
    #[command(after_help = CONFIG)]
    Config(Config),
    /// Print the completions for a shell, which complete keys and codes, too
    #[command(after_help = COMPLETIONS)]
    Completions {
        /// The shell
        #[arg(value_parser = ["bash", "elvish", "fish", "powershell", "zsh"])]
        shell: String,
    },
    /// Write the manual pages
    #[command(hide = true)]
    Man {
        /// Output directory; created if it does not exist
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

const REVIEW: &str = "\
Examples:
  data-review review archive/
  data-review review archive/ --include '*.nc' --exclude old --fail-on error
  data-review review --json archive/ | jq .kind
  data-review review archive/ --output-format sarif > findings.sarif
  find archive/ -name '*.nc' -newer last -print0 | data-review review -0 --files-from -
  gunzip < cruise.csv.gz | data-review review - --name cruise.csv

Exit codes:
  0    success, and every file has a review
  1    a file failed or is unidentified, or --fail-on is met
  2    usage error, or the store cannot be used
  130  interrupted; finished outcomes are kept";

const SHOW: &str = "\
Examples:
  data-review show 33RO20150410_hy1.csv
  data-review show cruise.nc --variable TEMP
  data-review show cruise.nc --findings --severity error";

const LIST: &str = "\
Examples:
  data-review list --outcome failed
  data-review list --code out-of-range --sort problems --limit 20
  data-review list --glob 'argo/**' --severity error --csv > errors.csv
  data-review list --since 24h";

const SUMMARY: &str = "\
Examples:
  data-review summary
  data-review summary --by folder --json
  data-review summary --by cruise
  data-review summary --by cruise --group 33RO20150410";

const DIFF: &str = "\
Examples:
  data-review diff last-week.db data-review.db
  data-review diff old.db new.db --json

Exit codes:
  0    no finding is new or worse, and no file lost its review
  1    a finding is new or worse, or a file lost its review
  2    usage error, or a store cannot be used";

const REPORT: &str = "\
Examples:
  data-review report --out report.html
  data-review report --out report/ --against last-week.db

The page needs no server and loads nothing. A name that ends with .html is one page, of up to 20,000 files; any other is a
folder, whose index.html is the page.";

const SERVE: &str = "\
Examples:
  data-review serve
  data-review serve --db archive.db --port 8080

It prints the address, which holds a random token, and ends with Ctrl-C. The page is read-only. It is written again when the store
has changed, and reloads while a review runs.";

const EXPORT: &str = "\
Examples:
  data-review export --out tables
  data-review export --format parquet --out parquet
  data-review export --format stac --base-url https://data.example.org/argo --out stac
  data-review export --format sqlite --out copy.db
  data-review export --out - --table findings | head";

const CONFIG: &str = "\
Examples:
  data-review config
  data-review config --explain severity
  data-review config --schema > data-review.schema.json";

const COMPLETIONS: &str = "\
Examples:
  data-review completions bash > ~/.local/share/bash-completion/completions/data-review
  data-review completions zsh > ~/.zfunc/_data-review
  data-review completions fish > ~/.config/fish/completions/data-review.fish";

/// The store of a command.
#[derive(Debug, clap::Args)]
pub(crate) struct Db {
    /// File of the store [default: `db` of the configuration, else data-review.db]
    #[arg(
        long = "db",
        value_name = "FILE",
        env = "DATA_REVIEW_DB",
        hide_env_values = true
    )]
    pub(crate) path: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Review {
    /// Files and directories; s3://BUCKET/PREFIX, and the addresses (https://…) of single files; `-` for standard input as
    /// one file
    #[arg(required_unless_present_any = ["roots", "files_from"], value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) list: FileList,
    /// Name of the file on standard input, if PATH is `-`; it becomes its key
    #[arg(long, value_name = "NAME", default_value = "stdin")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) db: Db,
    /// Keep the files below PATH under NAME, also if PATH changes later; without other paths, review all of it (may be
    /// repeated)
    #[arg(long = "root", value_name = "NAME=PATH", value_parser = named_root)]
    pub(crate) roots: Vec<(String, PathBuf)>,
    /// Record files as gone even if a directory is missing or empty, or more than half of its files are gone
    #[arg(long)]
    pub(crate) allow_gone: bool,
    /// Keep no preview of profiles, from which a report draws them
    #[arg(long)]
    pub(crate) no_preview: bool,
    /// Number of files to review at once [default: one per processor]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// Review only files that match; a glob with `/` is compared with the path, without with the name (may be repeated)
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,
    /// Skip files that match, and everything below directories that match (may be repeated)
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Review what .datareviewignore and the defaults skip: version control, checksums, .DS_Store
    #[arg(long)]
    pub(crate) no_ignore: bool,
    /// Prefix of every key; a `/` follows it
    #[arg(long, value_name = "PREFIX")]
    pub(crate) prefix: Option<String>,
    /// Review unchanged files, too
    #[arg(long)]
    pub(crate) force: bool,
    /// Compare the content of files that seem unchanged
    #[arg(long)]
    pub(crate) verify: bool,
    /// What to print, also of unchanged files
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output_format: ReviewFormat,
    /// Print one document per line: short for --output-format json
    #[arg(long, conflicts_with = "output_format")]
    pub(crate) json: bool,
    /// Print what changed since the last run, as `data-review diff` does
    #[arg(long, conflicts_with_all = ["json", "output_format"])]
    pub(crate) diff: bool,
    /// Exit with 1 if there is a finding of this severity or worse
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
}

/// What a review prints on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReviewFormat {
    /// A table of files, and how often each code occurs
    Table,
    /// One document per line as files finish, in no particular order
    Json,
    /// Findings as annotations of GitHub Actions
    Github,
    /// Findings as JUnit XML, a test suite for each file
    Junit,
    /// Findings as SARIF 2.1.0, for code scanning and editors
    Sarif,
}

impl Review {
    /// What to print.
    pub(crate) fn format(&self) -> ReviewFormat {
        match self.json {
            true => ReviewFormat::Json,
            false => self.output_format,
        }
    }
}

/// A list of further paths.
#[derive(Debug, clap::Args)]
pub(crate) struct FileList {
    /// Read further paths from FILE, one a line; `-` reads them from standard input
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) files_from: Option<PathBuf>,
    /// The paths of --files-from are separated by NUL, as `find -print0` writes them
    #[arg(long, short = '0', requires = "files_from")]
    pub(crate) null: bool,
}

/// Reads `NAME=PATH`.
fn named_root(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if !path.is_empty() => Ok((name.to_owned(), path.into())),
        _ => Err("expected NAME=PATH, such as argo=/mnt/argo".to_owned()),
    }
}

/// The severities that `--fail-on` accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FailOn {
    /// An error.
    Error,
    /// A warning or an error.
    Warning,
}

impl FailOn {
    /// The word of the option.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            FailOn::Error => "error",
            FailOn::Warning => "warning",
        }
    }

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
    #[command(flatten)]
    pub(crate) db: Db,
    #[command(flatten)]
    pub(crate) what: ShowWhat,
}

/// What is shown of a file, wherever its outcome is kept.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowWhat {
    /// Key of the file, or the end of its key; `list` shows keys
    #[arg(value_name = "FILE", add = ArgValueCompleter::new(complete::keys))]
    pub(crate) file: String,
    /// Show this variable only, with all its statistics (may be repeated)
    #[arg(long, value_name = "NAME")]
    pub(crate) variable: Vec<String>,
    /// Show the findings only
    #[arg(long)]
    pub(crate) findings: bool,
    /// Show findings of this severity or worse
    #[arg(long, value_name = "SEVERITY", default_value = "info")]
    pub(crate) severity: Level,
    /// Print the document in canonical JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) db: Db,
    #[command(flatten)]
    pub(crate) what: ListWhat,
}

/// Which files are listed, wherever their outcomes are kept, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct ListWhat {
    /// Only files with this outcome (may be repeated)
    #[arg(long, value_name = "OUTCOME")]
    pub(crate) outcome: Vec<OutcomeName>,
    /// Only files whose kind or handler contains this text, in any case
    #[arg(long, value_name = "TEXT")]
    pub(crate) kind: Option<String>,
    /// Only files with a finding of this code (may be repeated)
    #[arg(long, value_name = "CODE", add = ArgValueCompleter::new(complete::codes))]
    pub(crate) code: Vec<String>,
    /// Only files with a finding of this severity or worse
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) severity: Option<Level>,
    /// Only outcomes recorded since then: a date, a time, or an age such as 7d, 24h or 30min
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<String>,
    /// Only files that match; a glob with `/` is compared with the key, without with the name (may be repeated)
    #[arg(long, value_name = "GLOB")]
    pub(crate) glob: Vec<String>,
    /// The order of the files
    #[arg(long, value_name = "ORDER", default_value = "key")]
    pub(crate) sort: Sort,
    /// Show the first N files only
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Print one document per line
    #[arg(long)]
    pub(crate) json: bool,
    /// Print the table as CSV
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
}

/// A severity as an option names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    Error,
    Warning,
    Info,
}

impl Level {
    /// Whether a finding of this severity is as serious as the level, or more.
    pub(crate) fn admits(self, severity: Severity) -> bool {
        let least = match self {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Info => Severity::Info,
        };
        severity <= least
    }
}

/// An outcome as an option names it.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum OutcomeName {
    Reviewed,
    Failed,
    Unidentified,
    Gone,
}

impl From<OutcomeName> for Outcome {
    fn from(name: OutcomeName) -> Self {
        match name {
            OutcomeName::Reviewed => Outcome::Reviewed,
            OutcomeName::Failed => Outcome::Failed,
            OutcomeName::Unidentified => Outcome::Unidentified,
            OutcomeName::Gone => Outcome::Gone,
        }
    }
}

/// The orders of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    /// By key
    Key,
    /// Without a review first, then by errors and warnings
    Problems,
    /// The latest outcome first
    Latest,
    /// The largest file first
    Size,
    /// The most rows first
    Rows,
    /// The earliest observation first
    Time,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Summary {
    #[command(flatten)]
    pub(crate) db: Db,
    #[command(flatten)]
    pub(crate) what: SummaryWhat,
}

/// What is counted, wherever outcomes are kept, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct SummaryWhat {
    /// What to count by
    #[arg(long, value_name = "WHAT", default_value = "code")]
    pub(crate) by: By,
    /// Show this cruise, platform, month, kind, handler or folder only, with its variables
    #[arg(long, value_name = "NAME")]
    pub(crate) group: Option<String>,
    /// Merge the statistics of the variables of each group, as with --by cruise, platform and month, and show them
    #[arg(long)]
    pub(crate) variables: bool,
    /// Print one JSON object per line
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a summary counts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Finding code
    Code,
    /// Variant of the format
    Kind,
    /// Handler
    Handler,
    /// Directory
    Folder,
    /// Cruise that the file names, by handler: a bottle file and a CTD file have the same casts
    Cruise,
    /// Platform or ship that the file names, by handler
    Platform,
    /// Month of the first observation, by handler
    Month,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Diff {
    /// The earlier store
    #[arg(value_name = "OLD", value_hint = clap::ValueHint::FilePath)]
    pub(crate) old: PathBuf,
    /// The later store
    #[arg(value_name = "NEW", value_hint = clap::ValueHint::FilePath)]
    pub(crate) new: PathBuf,
    /// Print one JSON object per line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Report {
    #[command(flatten)]
    pub(crate) db: Db,
    /// The page (a name that ends with .html), or the folder of pages
    #[arg(long, value_name = "PATH", default_value = "report.html", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) out: PathBuf,
    /// Show what changed since an earlier store
    #[arg(long, value_name = "OLD", value_hint = clap::ValueHint::FilePath)]
    pub(crate) against: Option<PathBuf>,
    /// Title of the page [default: name of the root]
    #[arg(long, value_name = "TITLE")]
    pub(crate) title: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) db: Db,
    /// Port of 127.0.0.1 [default: a free one]
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    pub(crate) port: u16,
    /// Title of the page [default: name of the root]
    #[arg(long, value_name = "TITLE")]
    pub(crate) title: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Config {
    /// Explain a key of the configuration, such as `severity` or `override.files`
    #[arg(long, value_name = "KEY", conflicts_with = "schema")]
    pub(crate) explain: Option<String>,
    /// Print the JSON Schema of the configuration, for editors
    #[arg(long)]
    pub(crate) schema: bool,
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
    /// Format of the tables
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    pub(crate) format: FormatName,
    /// Output directory, created if it does not exist; `-` with --table writes to standard output. With --format sqlite: the
    /// file of the new store. With stac, erddap and jsonld: a new directory
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Write this table only (may be repeated)
    #[arg(long, value_name = "TABLE", value_parser = export::table_names())]
    pub(crate) table: Vec<String>,
    /// With csv: write text unchanged, even if a spreadsheet would run it as a formula
    #[arg(long)]
    pub(crate) raw: bool,
    /// With stac, erddap and jsonld: the title [default: name of the root]
    #[arg(long, value_name = "TITLE")]
    pub(crate) title: Option<String>,
    /// With stac, erddap and jsonld: URL below which the files are served [default: the directory of each root]
    #[arg(long, value_name = "URL", value_hint = clap::ValueHint::Url)]
    pub(crate) base_url: Option<String>,
}

/// Formats of an export, as the option names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatName {
    /// Comma-separated values
    Csv,
    /// One JSON object per line
    Json,
    /// A store of its own, which every command reads with --db
    Sqlite,
    /// Parquet, for DuckDB, pandas, polars and R; files with their boxes as GeoParquet
    Parquet,
    /// A static STAC catalogue: a collection, and an item per file
    Stac,
    /// The datasets.xml of an ERDDAP server: a dataset for each group of like netCDF files or tables
    Erddap,
    /// A schema.org Dataset with the fields of Croissant, as JSON-LD
    Jsonld,
}

impl FormatName {
    /// The name that the option takes.
    pub(crate) fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// Finding code, in any case
    #[arg(value_name = "CODE", add = ArgValueCompleter::new(complete::codes))]
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
