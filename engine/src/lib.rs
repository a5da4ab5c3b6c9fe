//! Runs the pipeline on one machine.
//!
//! [`list`] finds the objects below some paths; [`run`] drives a [`data_review_core::pipeline::Journey`] for each of them and
//! writes the outcomes to a store. Reviews run in [`Worker`] processes, which are the same program started again
//! ([`become_worker_if_asked`]), so that no file can end a run.
//!
//! The journeys make the decisions, and this crate carries them out.
#![expect(
    clippy::disallowed_methods,
    reason = "the engine lists and opens files, measures time and starts processes for all other crates"
)]

mod allocator;
mod content;
mod run;
mod source;
mod worker;

pub use allocator::CountingAllocator;
pub use content::{FileInput, decompress};
pub use run::{Options, Progress, RunCounts, RunError, Vanished, identify, run};
pub use source::{
    FetchError, FileStamp, ListError, ListOptions, Listing, Object, ObjectStamp, Remote, RemoteVersion,
    Resolved, Subtree, Trouble, is_remote, is_root_name, list, path_of,
};
pub use worker::{
    Answer, Job, Meanwhile, StartError, WORKER_ARGUMENT, Worker, WorkerCommand, become_worker_if_asked,
};
