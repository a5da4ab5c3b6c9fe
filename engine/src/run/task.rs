//! What is handed from one part of a run to the next.

use std::path::PathBuf;

use data_review_core::pipeline::{Done, Effect, Journey};
use data_review_core::store::Write;

use super::RunError;
use crate::source::{Object, Trouble};

/// What a journey is about.
#[derive(Debug, Clone)]
pub(super) enum Subject<'r> {
    Object(&'r Object),
    Trouble(&'r Trouble),
    /// A key that the store has and the listing has not.
    Absent {
        key: String,
        path: PathBuf,
        origin: &'r str,
    },
}

impl Subject<'_> {
    pub(super) fn key(&self) -> &str {
        match self {
            Subject::Object(object) => &object.key,
            Subject::Trouble(trouble) => &trouble.key,
            Subject::Absent { key, .. } => key,
        }
    }

    pub(super) fn origin(&self) -> &str {
        match self {
            Subject::Object(object) => &object.origin,
            Subject::Trouble(trouble) => &trouble.origin,
            Subject::Absent { origin, .. } => origin,
        }
    }

    pub(super) fn size(&self) -> u64 {
        match self {
            Subject::Object(object) => object.size,
            Subject::Trouble(_) | Subject::Absent { .. } => 0,
        }
    }

    /// Stamp that was listed.
    pub(super) fn stamp(&self) -> Option<&str> {
        match self {
            Subject::Object(object) => Some(&object.stamp),
            Subject::Trouble(trouble) => trouble.stamp.as_deref(),
            Subject::Absent { .. } => None,
        }
    }
}

/// A journey, and what it wants done next.
#[derive(Debug)]
pub(super) struct Task<'r> {
    pub(super) subject: Subject<'r>,
    pub(super) journey: Journey<'r>,
    pub(super) effect: Effect,
}

/// What reaches the writer.
pub(super) enum Message<'r> {
    /// To be written, and its journey told.
    Record {
        subject: Subject<'r>,
        journey: Journey<'r>,
        write: Box<Write>,
    },
    /// Ended without a write, in a lane.
    Done {
        subject: Subject<'r>,
        journey: Journey<'r>,
        done: Done,
    },
    /// Left alone by the feeder, and never in the queue.
    Unchanged {
        subject: Subject<'r>,
        journey: Journey<'r>,
        done: Done,
    },
    /// Dropped, because the run is over.
    Dropped,
    /// The run cannot go on.
    Fatal(RunError),
}
