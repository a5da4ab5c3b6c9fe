//! `data-review review`

mod report;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Instant;

use data_review_core::pipeline::{Done, Reason};
use data_review_core::store::{Root, Store};
use data_review_core::{CORE_CODES, CodeInfo, Outcome, Registry, percent_encode_controls};
use data_review_engine::{ListOptions, Listing, Options, Progress, RunCounts, list, run as engine_run};
use data_review_store_sqlite::SqliteStore;

use crate::args::Review;
use crate::error::CliError;
use crate::exit::{End, INTERRUPTED, PROBLEMS};
use crate::output;
use crate::progress::Bar;
use crate::wording;
use report::Report;

/// What a run reported besides its counts.
#[derive(Default)]
struct Events {
    /// Deleted files, each by root and key.
    gone: Vec<(String, String)>,
    /// How many files were reviewed again, by reason.
    reasons: BTreeMap<String, u64>,
    /// Files without a new outcome, and why.
    given_up: Vec<(String, String)>,
}

pub(super) fn run(args: Review) -> End {
    let registry = Registry::linked()?;
    // A path that does not exist must not leave a new, empty store.
    let existing = match args.db.path.exists() {
        true => Some(SqliteStore::open(&args.db.path)?),
        false => None,
    };
    let known = match &existing {
        Some(store) => store.roots()?,
        None => Vec::new(),
    };
    let known = known.into_iter().map(|summary| summary.root).collect();
    let listing = list(&args.paths, &list_options(&args, known))?;
    let store = match existing {
        Some(store) => store,
        None => SqliteStore::open(&args.db.path)?,
    };
    store.put_codes(&codes(&registry))?;
    let options = options(&args)?;
    let mut events = Events::default();
    let bar = Bar::new();
    let begin = now();
    let end = engine_run(&registry, &store, &listing, &options, &mut |progress| {
        bar.take(&progress);
        events.take(&progress);
    });
    bar.clear();
    let (tally, seconds) = (end?, begin.elapsed().as_secs_f64());
    if tally.interrupted {
        output::say(&report::summary(&tally, seconds));
        output::say(&interrupted(&args, &tally));
        return Ok(ExitCode::from(INTERRUPTED));
    }
    finish(&args, &listing, &store, &tally, &events, seconds)
}

#[expect(clippy::disallowed_methods, reason = "the summary shows the speed of the run")]
fn now() -> Instant {
    Instant::now()
}

/// Every finding code with the handler that reports it.
fn codes(registry: &Registry) -> Vec<(&'static str, &'static CodeInfo)> {
    registry
        .cards()
        .flat_map(|card| card.all_codes().chain(CORE_CODES).map(|code| (card.id, code)))
        .collect()
}

fn list_options(args: &Review, known: Vec<Root>) -> ListOptions {
    ListOptions {
        include: args.include.clone(),
        exclude: args.exclude.clone(),
        prefix: args.prefix.clone(),
        never: SqliteStore::files(&args.db.path),
        known,
        named: args.roots.clone(),
    }
}

/// The options of the engine. From now on, an interrupt ends the run after writing finished outcomes.
fn options(args: &Review) -> Result<Options, CliError> {
    let mut options = Options {
        force: args.force,
        verify: args.verify,
        allow_gone: args.allow_gone,
        ..Options::default()
    };
    if let Some(jobs) = args.jobs {
        options.jobs = usize::from(jobs);
    }
    listen(Arc::clone(&options.interrupt))?;
    Ok(options)
}

fn listen(interrupt: Arc<AtomicBool>) -> Result<(), CliError> {
    ctrlc::set_handler(move || {
        if interrupt.swap(true, Relaxed) {
            // A second interrupt ends the process at once. At most one transaction is lost, and the next run repeats it.
            std::process::exit(i32::from(INTERRUPTED));
        }
        output::say("interrupted: writing finished outcomes; interrupt again to end at once");
    })?;
    Ok(())
}

fn interrupted(args: &Review, tally: &RunCounts) -> String {
    format!(
        "{} files are finished and kept in {}; run the same command to continue",
        tally.files,
        percent_encode_controls(&args.db.path.to_string_lossy())
    )
}

fn finish(
    args: &Review,
    listing: &Listing,
    store: &dyn Store,
    tally: &RunCounts,
    events: &Events,
    seconds: f64,
) -> End {
    let report = Report::write(args, listing, &events.gone, store)?;
    if listing.objects.is_empty() && listing.troubles.is_empty() {
        let named = args.roots.iter().map(|(_, path)| path);
        for path in args.paths.iter().chain(named) {
            let path = percent_encode_controls(&path.to_string_lossy());
            output::say(&format!("no files below {path}"));
        }
    }
    events.tell();
    output::say(&report::summary(tally, seconds));
    let is_bad = report.is_bad || tally.given_up > 0;
    Ok(if is_bad {
        ExitCode::from(PROBLEMS)
    } else {
        ExitCode::SUCCESS
    })
}

impl Events {
    fn take(&mut self, progress: &Progress<'_>) {
        let Progress::Finished {
            root,
            key,
            done,
            reason,
            ..
        } = progress
        else {
            return;
        };
        match done {
            Done::Recorded(Outcome::Gone) => self.gone.push(((*root).to_owned(), (*key).to_owned())),
            Done::GivenUp(failure) => self.given_up.push(((*key).to_owned(), failure.message.clone())),
            Done::Recorded(_) if **reason != Reason::New => {
                *self.reasons.entry(reason.to_string()).or_default() += 1;
            }
            _ => {}
        }
    }

    fn tell(&self) {
        for (reason, count) in &self.reasons {
            let reason = percent_encode_controls(reason);
            output::say(&format!(
                "{} reviewed again: {reason}",
                wording::plural(*count, "file")
            ));
        }
        for (key, reason) in &self.given_up {
            let line = percent_encode_controls(&format!("{key} has no new outcome: {reason}"));
            output::say(&format!(
                "{}: {line}; review it again",
                output::styled(output::BAD, "error")
            ));
        }
    }
}
