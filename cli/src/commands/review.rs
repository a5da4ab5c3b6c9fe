//! `data-review review`

mod outcomes;
mod problems;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Instant;

use data_review_core::pipeline::{Done, Reason};
use data_review_core::store::{ObjectId, Root, RootChange, Store};
use data_review_core::{CORE_CODES, CodeInfo, Outcome, Registry, percent_encode_controls};
use data_review_engine::{
    ListOptions, Listing, Options, Progress, Remote, RunCounts, list, run as engine_run,
};
use data_review_store_sqlite::SqliteStore;

use crate::args::{Review, ReviewFormat};
use crate::config::Settings;
use crate::error::CliError;
use crate::exit::{End, INTERRUPTED, PROBLEMS};
use crate::files_from::{self, Spooled};
use crate::progress::Bar;
use crate::remote::remote;
use crate::{ignored, output, store, wording};
use outcomes::Outcomes;

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

pub(super) fn run(mut args: Review, settings: &Settings) -> End {
    let begin = now();
    let spooled = spool(&mut args)?;
    let listed = files_from::listed(&args.list)?;
    let registry = Registry::linked()?;
    let db = settings.store(&args.db);
    store::check(&db)?;
    // A path that does not exist must not leave a new, empty store.
    let existing = db.exists().then(|| store::to_write(&db)).transpose()?;
    let known = match &existing {
        Some(store) => store.roots()?,
        None => Vec::new(),
    };
    let remote = remote();
    let (listing, ignored) = listing(&args, listed, settings, &db, known, &remote)?;
    let store = match existing {
        Some(store) => store,
        None => store::to_write(&db)?,
    };
    store.put_codes(&codes(&registry))?;
    let before = args.diff.then(|| Before::of(&store, &db)).transpose()?;
    let options = options(&args, settings, remote)?;
    let mut events = Events::default();
    let format = args.format();
    let mut documents = (format == ReviewFormat::Json).then(Documents::new);
    let mut bar = Bar::new();
    let end = engine_run(&registry, &store, &listing, &options, &mut |progress| {
        bar.take(&progress);
        events.take(&progress);
        if let Some(documents) = &mut documents {
            documents.take(&progress, &store);
        }
    });
    bar.clear();
    if spooled.is_some() {
        // The temporary directory goes away; the root stays.
        store.change_roots(&[RootChange::Put(Root {
            name: files_from::STDIN.to_owned(),
            place: String::new(),
            prefix: String::new(),
        })])?;
    }
    let tally = end?;
    if let Some(documents) = documents {
        documents.finish()?;
    }
    if tally.interrupted {
        output::say(&outcomes::summary(&tally, begin.elapsed().as_secs_f64()));
        output::say(&interrupted(&db, &tally));
        return Ok(ExitCode::from(INTERRUPTED));
    }
    let mut outcomes = Outcomes::read(&listing, &events.gone, &store, &settings.rules)?;
    let mut is_worse = false;
    if let Some(before) = before {
        is_worse = super::diff::compare(&before.store()?, &store, &settings.rules, false)?;
    } else if format == ReviewFormat::Table {
        outcomes.write(&registry)?;
    } else {
        problems::write(format, &listing, &store, &settings.rules, &registry)?;
    }
    if listing.objects.is_empty() && listing.troubles.is_empty() {
        if args.list.files_from.is_some() {
            output::say("the list names no file");
        }
        let named = args.roots.iter().map(|(_, path)| path);
        for path in args.paths.iter().chain(named) {
            let path = percent_encode_controls(&path.to_string_lossy());
            output::say(&format!("no files below {path}"));
        }
    }
    if ignored > 0 {
        output::say(&format!(
            "{} ignored by .datareviewignore and the defaults; --no-ignore reviews them",
            wording::plural(ignored, "file")
        ));
    }
    super::summary::tell_suppressed(outcomes.codes.suppressed, settings);
    events.tell();
    output::say(&outcomes::summary(&tally, begin.elapsed().as_secs_f64()));
    output::say(&format!(
        "outcomes are in {}; `data-review show FILE` explains one",
        percent_encode_controls(&db.to_string_lossy())
    ));
    Ok(close(&args, settings, &outcomes, &tally, is_worse))
}

/// Says why the run ends with another exit code than 0.
fn close(
    args: &Review,
    settings: &Settings,
    outcomes: &Outcomes,
    tally: &RunCounts,
    is_worse: bool,
) -> ExitCode {
    let mut reasons = Vec::new();
    let files_have = |count: u64| {
        let verb = if count == 1 { "has" } else { "have" };
        format!("{} {verb}", wording::plural(count, "file"))
    };
    if outcomes.without_review > 0 {
        reasons.push(format!("{} no review", files_have(outcomes.without_review)));
    }
    if tally.given_up > 0 {
        reasons.push(format!(
            "{} without a new outcome",
            wording::plural(tally.given_up, "file")
        ));
    }
    if let Some(fail_on) = args.fail_on.or(settings.config.fail_on) {
        let count = outcomes.files_that_meet(fail_on);
        if count > 0 {
            let files = files_have(count);
            let least = fail_on.as_str();
            reasons.push(format!(
                "{files} a finding of severity {least} or worse (--fail-on {least})"
            ));
        }
    }
    if is_worse {
        reasons.push("a finding is new or worse than in the last run (--diff)".to_owned());
    }
    if reasons.is_empty() {
        return ExitCode::SUCCESS;
    }
    output::say(&format!("exit code {PROBLEMS}: {}", reasons.join("; ")));
    ExitCode::from(PROBLEMS)
}

/// A copy of the store before the run, which goes away with it.
struct Before {
    _directory: tempfile::TempDir,
    path: PathBuf,
}

impl Before {
    fn of(store: &SqliteStore, db: &Path) -> Result<Self, CliError> {
        let directory = tempfile::Builder::new()
            .prefix(".data-review-")
            .tempdir_in(store::directory(db))
            .map_err(|error| CliError::Usage(format!("--diff: cannot copy the store: {error}")))?;
        let path = directory.path().join("before.db");
        store.copy_to(&path)?;
        Ok(Before {
            _directory: directory,
            path,
        })
    }

    fn store(&self) -> Result<SqliteStore, CliError> {
        store::to_read(&self.path)
    }
}

/// Prints documents as files finish.
struct Documents {
    out: Box<dyn Write>,
    result: Result<(), CliError>,
}

impl Documents {
    fn new() -> Self {
        Documents {
            out: Box::new(output::data()),
            result: Ok(()),
        }
    }

    fn take(&mut self, progress: &Progress<'_>, store: &SqliteStore) {
        if self.result.is_ok() {
            self.result = self.write(progress, store);
        }
    }

    fn write(&mut self, progress: &Progress<'_>, store: &SqliteStore) -> Result<(), CliError> {
        let Progress::Finished {
            root,
            key,
            done,
            document,
            ..
        } = progress
        else {
            return Ok(());
        };
        match (done, document) {
            (Done::Recorded(Outcome::Gone), _) => return Ok(()),
            (_, Some(document)) => writeln!(self.out, "{}", document.to_canonical_json())?,
            (_, None) => match store.document(ObjectId { root, key })? {
                Some(document) => writeln!(self.out, "{document}")?,
                None => return Ok(()),
            },
        }
        self.out.flush()?;
        Ok(())
    }

    fn finish(mut self) -> Result<(), CliError> {
        self.result?;
        Ok(self.out.flush()?)
    }
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

/// Copies standard input to a file if it is an argument, which then names the file, below a root of its own.
fn spool(args: &mut Review) -> Result<Option<Spooled>, CliError> {
    let Some(at) = args
        .paths
        .iter()
        .position(|path| path.as_os_str() == files_from::STDIN)
    else {
        return Ok(None);
    };
    if args
        .list
        .files_from
        .as_ref()
        .is_some_and(|from| from.as_os_str() == files_from::STDIN)
    {
        let message = "standard input is either a file (-) or a list of files (--files-from -)";
        return Err(CliError::Usage(message.to_owned()));
    }
    let spooled = Spooled::stdin(&args.name)?;
    args.paths[at].clone_from(&spooled.path);
    let directory = spooled.directory().to_owned();
    args.roots.push((files_from::STDIN.to_owned(), directory));
    Ok(Some(spooled))
}

/// The files to review, and how many are ignored.
fn listing(
    args: &Review,
    listed: Vec<PathBuf>,
    settings: &Settings,
    db: &Path,
    known: Vec<Root>,
    remote: &Arc<dyn Remote>,
) -> Result<(Listing, u64), CliError> {
    let config = &settings.config;
    let include = match args.include.is_empty() {
        true => &config.include,
        false => &args.include,
    };
    let mut exclude = [config.exclude.as_slice(), &args.exclude].concat();
    if !args.no_ignore {
        exclude.extend(ignored::DIRECTORIES.map(str::to_owned));
    }
    let named = args.roots.iter().map(|(_, path)| path);
    let arguments: Vec<PathBuf> = args.paths.iter().chain(&listed).chain(named).cloned().collect();
    let list = |include: &[String]| -> Result<(Listing, u64), CliError> {
        let options = ListOptions {
            include: include.to_vec(),
            exclude: exclude.clone(),
            prefix: args.prefix.clone(),
            never: SqliteStore::files(db),
            known: known.clone(),
            named: args.roots.clone(),
            from_list: listed.clone(),
            remote: Some(remote.clone()),
        };
        let mut listing = list(&args.paths, &options)?;
        let ignored = match args.no_ignore {
            true => 0,
            false => ignored::remove(&mut listing, &arguments, config.default_ignores.unwrap_or(true))?,
        };
        Ok((listing, ignored))
    };
    let found = list(include)?;
    if found.0.objects.is_empty() && found.0.troubles.is_empty() && !include.is_empty() {
        let all = list(&[])?.0.objects.len() as u64;
        if all > 0 {
            let files = wording::plural(all, "file");
            return Err(CliError::Usage(format!(
                "{files}, none {} --include {}",
                if all == 1 { "of which matches" } else { "match" },
                include.join(" ")
            )));
        }
    }
    Ok(found)
}

/// The options of the engine. From now on, an interrupt ends the run after writing finished outcomes.
fn options(args: &Review, settings: &Settings, remote: Arc<dyn Remote>) -> Result<Options, CliError> {
    let mut options = Options {
        force: args.force,
        verify: args.verify,
        allow_gone: args.allow_gone,
        preview: !args.no_preview,
        remote: Some(remote),
        ..Options::default()
    };
    if let Some(jobs) = args.jobs.or(settings.config.jobs.map(u16::from)) {
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

fn interrupted(db: &Path, tally: &RunCounts) -> String {
    format!(
        "{} finished, kept in {}; run the same command to continue",
        wording::plural(tally.files, "file"),
        percent_encode_controls(&db.to_string_lossy())
    )
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
