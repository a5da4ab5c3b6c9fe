//! Runs the pipeline on one machine.
//!
//! [`list`] finds the objects below some paths; [`run`] takes each of them through a [`data_review_core::pipeline::Journey`]
//! and keeps the outcomes in a store. Reviews happen in [`Worker`] processes, which are the same program started again
//! ([`become_worker_if_asked`]), so that no file can end a run.
//!
//! Nothing is decided here: the journeys decide, this crate carries out.
#![expect(
    clippy::disallowed_methods,
    reason = "the engine is the shell that lists, opens, times and starts processes for everybody else"
)]

mod allocator;
mod run;
mod source;
mod worker;

pub use allocator::CountingAllocator;
pub use run::{Options, Progress, RunError, Tally, identify, run};
pub use source::{ListError, ListOptions, Listing, Object, Origin, Trouble, list};
pub use worker::{
    Answer, Job, Meanwhile, StartError, WORKER_ARGUMENT, Worker, WorkerCommand, become_worker_if_asked,
};
