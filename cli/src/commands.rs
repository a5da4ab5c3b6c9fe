//! One module per subcommand; each returns how the program ends.

mod explain;
pub(crate) mod export;
pub(crate) mod failures;
mod handlers;
mod identify;
mod list;
mod review;
mod roots;
mod schema;
mod show;
pub(crate) mod unhandled;

use crate::args::Local;
use crate::exit::End;

/// Runs a subcommand.
pub(crate) fn run(command: Local) -> End {
    match command {
        Local::Review(args) => review::run(args),
        Local::Identify(args) => identify::run(&args),
        Local::Show(args) => show::run(&args),
        Local::List(args) => list::run(&args),
        Local::Failures(args) => failures::run(&args),
        Local::Unhandled(args) => unhandled::run(&args),
        Local::Handlers(args) => handlers::run(&args),
        Local::Roots(args) => roots::run(&args),
        Local::Export(args) => export::run(&args),
        Local::Schema => schema::run(),
        Local::Explain(args) => explain::run(&args),
        Local::Completions { shell } => schema::completions(shell),
    }
}
