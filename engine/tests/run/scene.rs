//! A directory, a store, and what a run over the one into the other tells.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use data_review_core::pipeline::{Done, Reason};
use data_review_core::store::Store;
use data_review_core::{Input, Limits, Outcome, Registry, RegistryError, ReviewBuilder, ReviewError};
use data_review_engine::{
    ListError, ListOptions, Listing, Options, Progress, RunCounts, RunError, WorkerCommand, list, run,
};
use tempfile::TempDir;

use crate::support::handler::{file_for, register, sum_up};
use crate::support::process;
use crate::support::store::MemoryStore;

/// Name and body of a trial.
pub(crate) type Named = (&'static str, fn());

/// How long the handler `slow` looks at a file.
pub(crate) const SLOW: Duration = Duration::from_millis(400);

/// The handlers `lines` and `slow`, of the version that the second argument of a worker asks for.
pub(crate) fn registry() -> Result<Registry, RegistryError> {
    let version = std::env::args().nth(2).and_then(|version| version.parse().ok());
    registry_of(version.unwrap_or(1))
}

fn registry_of(version: u32) -> Result<Registry, RegistryError> {
    Registry::of(&[
        register("lines", version, Limits::DEFAULT, sum_up),
        register("slow", 1, Limits::DEFAULT, slow),
    ])
}

fn slow(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    std::thread::sleep(SLOW);
    sum_up(input, review)
}

/// A key that came to its end, and how.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Finished {
    pub(crate) key: String,
    pub(crate) done: Done,
    pub(crate) reason: Reason,
}

/// See the module's page.
pub(crate) struct Scene {
    directory: TempDir,
    pub(crate) store: MemoryStore,
    pub(crate) options: Options,
    pub(crate) lists: ListOptions,
    version: u32,
}

impl Scene {
    /// An empty directory and an empty store.
    pub(crate) fn new() -> Self {
        Scene {
            directory: TempDir::new().unwrap(),
            store: MemoryStore::default(),
            options: Options {
                jobs: 2,
                ..Options::default()
            },
            lists: ListOptions::default(),
            version: 1,
        }
    }

    /// With one file for each of `lines`, of different content.
    pub(crate) fn with_files(count: usize) -> Self {
        let scene = Scene::new();
        for n in 0..count {
            scene.put(format!("{n:03}.dat"), format!("lines\n{n}\n"));
        }
        scene
    }

    /// From now on, with handlers of this version.
    pub(crate) fn version(&mut self, version: u32) {
        self.version = version;
        let mut worker = WorkerCommand::default();
        worker.args.push(version.to_string().into());
        self.options.worker = worker;
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.directory.path().canonicalize().unwrap()
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root().join(name)
    }

    pub(crate) fn put(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// A file for the handler of this id.
    pub(crate) fn put_for(&self, name: impl AsRef<Path>, id: &str) {
        self.put(name, file_for(id));
    }

    pub(crate) fn list(&self) -> Result<Listing, ListError> {
        list(&[self.root()], &self.lists)
    }

    /// Whether a worker of this program has `x.dat` open.
    ///
    /// Where the system does not tell, half of a slow review's time is waited instead.
    pub(crate) fn is_under_review(&self) -> bool {
        if !cfg!(target_os = "linux") {
            std::thread::sleep(SLOW / 2);
            return true;
        }
        let path = self.path("x.dat");
        let workers = process::all()
            .into_iter()
            .filter(|seen| seen.parent == std::process::id());
        workers
            .filter_map(|seen| std::fs::read_dir(format!("/proc/{}/fd", seen.id)).ok())
            .any(|open| {
                open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
                    .any(|target| target == path)
            })
    }

    /// Lists, and runs to the end.
    pub(crate) fn run(&self) -> (RunCounts, Vec<Finished>) {
        self.run_over(&self.list().unwrap())
    }

    pub(crate) fn run_over(&self, listing: &Listing) -> (RunCounts, Vec<Finished>) {
        let mut finished = Vec::new();
        let tally = self.try_run(listing, &mut |one| finished.push(one)).unwrap();
        finished.sort_by(|a, b| a.key.cmp(&b.key));
        assert_eq!(tally.files as usize, finished.len());
        (tally, finished)
    }

    pub(crate) fn try_run(
        &self,
        listing: &Listing,
        told: &mut dyn FnMut(Finished),
    ) -> Result<RunCounts, RunError> {
        let registry = registry_of(self.version).unwrap();
        run(&registry, &self.store, listing, &self.options, &mut |progress| {
            if let Progress::Finished {
                key,
                done,
                reason,
                document,
                ..
            } = progress
            {
                assert_eq!(document.is_some(), matches!(done, Done::Recorded(_)));
                told(Finished {
                    key: key.to_owned(),
                    done: done.clone(),
                    reason: reason.clone(),
                });
            }
        })
    }

    /// Runs, and says how the one key that there is ended, and why it was looked at.
    pub(crate) fn run_one(&self) -> (Done, Reason) {
        let (_, finished) = self.run();
        let [one] = <[Finished; 1]>::try_from(finished).unwrap();
        (one.done, one.reason)
    }
}

impl MemoryStore {
    /// All documents in canonical JSON, by root and key.
    pub(crate) fn snapshot(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        self.documents(&mut |object, document| {
            all.push((object.key.to_owned(), document.to_owned()));
            ControlFlow::Continue(())
        })
        .unwrap();
        all
    }
}

/// It was written with this outcome.
pub(crate) fn recorded(outcome: Outcome) -> Done {
    Done::Recorded(outcome)
}
