//! One module per subcommand; each returns how the program ends.

pub(crate) mod complete;
mod config;
pub(crate) mod diff;
mod explain;
pub(crate) mod export;
pub(crate) mod failures;
mod handlers;
mod identify;
pub(crate) mod list;
mod man;
mod report;
mod review;
mod roots;
mod schema;
mod serve;
pub(crate) mod show;
pub(crate) mod summary;
pub(crate) mod unhandled;

use crate::args::Local;
use crate::config::Settings;
use crate::exit::End;

/// Runs a subcommand.
pub(crate) fn run(command: Local, settings: &Settings) -> End {
    match command {
        Local::Review(args) => review::run(args, settings),
        Local::Identify(args) => identify::run(&args),
        Local::Show(args) => show::run(&args, settings),
        Local::List(args) => list::run(&args, settings),
        Local::Summary(args) => summary::run(&args, settings),
        Local::Diff(args) => diff::run(&args, settings),
        Local::Report(args) => report::run(&args, settings),
        Local::Serve(args) => serve::run(&args, settings),
        Local::Failures(args) => failures::run(&args, settings),
        Local::Unhandled(args) => unhandled::run(&args, settings),
        Local::Handlers(args) => handlers::run(&args),
        Local::Roots(args) => roots::run(&args, settings),
        Local::Export(args) => export::run(&args, settings),
        Local::Schema => schema::run(),
        Local::Explain(args) => explain::run(&args),
        Local::Config(args) => config::run(&args, settings),
        Local::Completions { shell } => complete::script(&shell),
        Local::Man { out } => man::run(&out),
    }
}
