//! What one part of a run passes to the next.

use data_review_core::pipeline::{Journey, JourneyEnd, KnownState, OutcomeRow, Recording, Whole};
use data_review_core::store::Write;

use super::RunError;
use super::vanished::Absent;
use crate::source::{Object, Trouble};

/// What a journey is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject<'r> {
    Object(&'r Object),
    Trouble(&'r Trouble),
    /// A key of the store whose file does not exist any more.
    Absent(&'r Absent),
}

impl<'r> Subject<'r> {
    pub(super) fn key(&self) -> &'r str {
        match self {
            Subject::Object(object) => &object.key,
            Subject::Trouble(trouble) => &trouble.key,
            Subject::Absent(absent) => &absent.key,
        }
    }

    /// The name of its root.
    pub(super) fn root(&self) -> &'r str {
        match self {
            Subject::Object(object) => &object.root.name,
            Subject::Trouble(trouble) => &trouble.root.name,
            Subject::Absent(absent) => &absent.root.name,
        }
    }

    pub(super) fn size(&self) -> u64 {
        match self {
            Subject::Object(object) => object.size(),
            Subject::Trouble(_) | Subject::Absent(_) => 0,
        }
    }

    /// The stamp that was listed, with the row of the key.
    pub(super) fn known(&self, row: Option<OutcomeRow>) -> KnownState {
        let stamp = match self {
            Subject::Object(object) => Some(object.stamp.to_string()),
            Subject::Trouble(trouble) => trouble.stamp.clone(),
            Subject::Absent(_) => None,
        };
        KnownState { row, stamp }
    }
}

/// A journey that goes on in a lane.
#[derive(Debug)]
pub(super) struct Task<'r> {
    pub(super) subject: Subject<'r>,
    pub(super) journey: Journey<'r, Whole>,
}

/// What reaches the writer.
pub(super) enum Message<'r> {
    /// An outcome to be written; the journey receives the answer of the store.
    Write {
        subject: Subject<'r>,
        recording: Box<Recording<'r, Whole>>,
        write: Box<Write>,
    },
    /// A journey that ended in a lane, without a write.
    Ended { subject: Subject<'r>, ended: JourneyEnd },
    /// A journey that the feeder ended, so that it never was in the queue.
    Unchanged { subject: Subject<'r>, ended: JourneyEnd },
    /// A task that was dropped, because the run is over.
    Dropped,
    /// The run cannot go on.
    Fatal(RunError),
}
