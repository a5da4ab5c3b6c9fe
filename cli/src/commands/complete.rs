//! Completions: `data-review completions`, and the values that it asks for when a key is pressed.
//!
//! The script of a shell calls the program with `COMPLETE=SHELL`, so that keys and codes can be completed from the store.

use std::ffi::OsStr;
use std::io::Write;
use std::ops::ControlFlow;

use clap::CommandFactory;
use clap_complete::CompletionCandidate;
use clap_complete::env::{CompleteEnv, Shells};
use data_review_core::Registry;
use data_review_store_sqlite::{FileQuery, SqliteStore};

use crate::args::{Args, Db};
use crate::config::Settings;
use crate::error::CliError;
use crate::exit::End;
use crate::output;

/// The environment variable that asks for completions.
const VARIABLE: &str = "COMPLETE";
/// The most keys that are offered.
const MOST: usize = 200;

/// Answers the script of a shell and ends the process, if the script called the program.
pub(crate) fn complete_if_asked() {
    CompleteEnv::with_factory(Args::command)
        .bin("data-review")
        .complete();
}

/// Prints the script of a shell.
pub(super) fn script(shell: &str) -> End {
    let shells = Shells::builtins();
    let Some(completer) = shells.completer(shell) else {
        return Err(CliError::Usage(format!("unknown shell `{shell}`")));
    };
    let mut script = Vec::new();
    completer.write_registration(VARIABLE, "data-review", "data-review", "data-review", &mut script)?;
    let mut out = output::data();
    out.write_all(&script)?;
    out.flush()?;
    Ok(std::process::ExitCode::SUCCESS)
}

/// Keys of the store that begin with what is typed, up to the next `/`.
pub(crate) fn keys(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let mut found: Vec<String> = Vec::new();
    let Some(store) = store() else { return Vec::new() };
    // An error of the store means no candidates: a shell has no place for a message.
    let _ = store.visit_files(&FileQuery::default(), &mut |row| {
        if let Some(rest) = row.key.strip_prefix(&*typed) {
            let end = rest.find('/').map_or(row.key.len(), |at| typed.len() + at + 1);
            let candidate = row.key[..end].to_owned();
            if found.last() != Some(&candidate) {
                found.push(candidate);
            }
        }
        match found.len() {
            MOST.. => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    });
    found.into_iter().map(CompletionCandidate::new).collect()
}

/// The store of the environment or the configuration; `--db` is not known here.
fn store() -> Option<SqliteStore> {
    let settings = Settings::load(None, false, &Registry::linked().ok()?).ok()?;
    SqliteStore::open_existing(&settings.store(&Db {
        path: from_environment(),
    }))
    .ok()
}

#[expect(
    clippy::disallowed_methods,
    reason = "clap reads it for commands, but not for completions"
)]
fn from_environment() -> Option<std::path::PathBuf> {
    std::env::var_os("DATA_REVIEW_DB").map(Into::into)
}

/// Codes that begin with what is typed, in any case.
pub(crate) fn codes(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy().to_lowercase();
    let Ok(registry) = Registry::linked() else {
        return Vec::new();
    };
    let known = crate::codes::codes(&registry).into_iter();
    let found = known.filter(|(code, _)| code.starts_with(&typed));
    let candidate = |(code, known): (&str, crate::codes::Code)| {
        CompletionCandidate::new(code).help(Some(clap::builder::StyledStr::from(known.info.title)))
    };
    found.map(candidate).collect()
}
