//! What a journey asks of the program around it.

use super::{Conclusion, OutcomeRow};
use crate::store::Written;
use crate::{Card, Compression, Failure, Identification, Identified, Review};

/// What a program implements to run journeys: how to read the row of a key, to pause, and to stop. It implements the traits of
/// the actions of its scope, too. A program without an asynchronous runtime returns futures that are ready at once.
pub trait Environment {
    /// Why this environment abandons a journey: the user interrupted the run, the time of the function is over, or its
    /// own store is defective.
    type Halt;

    /// Called before each action, to ask whether the journey may go on.
    ///
    /// # Errors
    /// The journey must stop here. Nothing of the current attempt is written.
    fn check(&mut self) -> Result<(), Self::Halt> {
        Ok(())
    }

    /// Reads the current row of the key.
    ///
    /// # Errors
    /// The store failed, which is retried as long as the policy allows, or the journey must stop.
    fn read_row(&mut self) -> impl Future<Output = Result<KnownState, Interruption<Self::Halt, Failure>>>;

    /// Waits before an attempt; `attempt` is its number, from 2.
    fn pause(&mut self, attempt: u32, cause: RetryCause) -> impl Future<Output = ()>;
}

/// An environment that can compute the SHA-256 of the object.
pub trait HashObject: Environment {
    /// The SHA-256 of the object as it is now, in hexadecimal.
    ///
    /// # Errors
    /// When the object cannot be read, or the journey must stop.
    fn hash(&mut self) -> impl Future<Output = Result<String, Interruption<Self::Halt>>>;
}

/// An environment that can show the object to all handlers.
pub trait IdentifyObject: Environment {
    /// Probes the object as it is now.
    ///
    /// # Errors
    /// When the object cannot be read, or the journey must stop.
    fn identify(&mut self) -> impl Future<Output = Result<ProbedObject, Interruption<Self::Halt>>>;
}

/// An environment that can call a handler.
pub trait ReviewObject: Environment {
    /// Has the winning handler review the version of the object that was identified, and no other version.
    ///
    /// # Errors
    /// [`Obstacle::Changed`] if another version is there. A failure of the review itself is part of the answer.
    fn review(
        &mut self,
        identified: &Identified,
    ) -> impl Future<Output = Result<ReviewedObject, Interruption<Self::Halt>>>;
}

/// An environment that can write an outcome at once. One that collects outcomes and writes many together uses
/// [`super::Recording`] instead.
pub trait RecordOutcome: Environment {
    /// Writes the outcome and its document, if the row of the key is still the expected one.
    ///
    /// # Errors
    /// The store failed, which is retried as long as the policy allows.
    fn record(&mut self, conclusion: Conclusion) -> impl Future<Output = Result<Written, Failure>>;
}

/// Why an action has no answer.
#[derive(Debug)]
pub enum Interruption<H, O = Obstacle> {
    /// An obstacle that the journey itself handles.
    Obstacle(O),
    /// The environment abandons the journey.
    Halt(H),
}

impl<H> From<Obstacle> for Interruption<H> {
    fn from(obstacle: Obstacle) -> Self {
        Interruption::Obstacle(obstacle)
    }
}

/// Why an object could not be read.
#[derive(Debug, Clone, PartialEq)]
pub enum Obstacle {
    /// The object does not exist.
    Missing,
    /// The object is not the version that was identified, or it changed while it was read.
    Changed,
    /// The object or a service failed, and may succeed at the next attempt.
    Unavailable(Box<Failure>),
    /// The object exists, but cannot be read in its current state, however often it is tried.
    Refused(Box<RefusedObject>),
}

/// An object that its source refuses to return: it is archived, or encrypted with a key that the source does not have.
#[derive(Debug, Clone, PartialEq)]
pub struct RefusedObject {
    /// Why; of a class that is not transient.
    pub failure: Failure,
    /// The stamp of the current version, if the source says so.
    pub stamp: Option<String>,
    /// Its length in bytes, if the source says so.
    pub size: Option<u64>,
}

impl Obstacle {
    /// An obstacle from the failure of an object or of a service.
    pub fn unavailable(failure: Failure) -> Self {
        Obstacle::Unavailable(Box::new(failure))
    }

    /// An obstacle from the failure of [`Compression::decompress`] on the version `stamp` of an object of `size` bytes: a
    /// damaged object stays damaged, and one that could not be read may be read later.
    pub fn of_content(failure: Failure, stamp: String, size: u64) -> Self {
        match failure.class.is_transient() {
            true => Obstacle::unavailable(failure),
            false => Obstacle::Refused(Box::new(RefusedObject {
                failure,
                stamp: Some(stamp),
                size: Some(size),
            })),
        }
    }
}

/// What is known about a key before its object is opened.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KnownState {
    /// The current row, if there is one.
    pub row: Option<OutcomeRow>,
    /// Stamp of the object when it was listed. If it is not known, the stamp that this journey saw before counts.
    pub stamp: Option<String>,
}

/// What a look at an object by all handlers gave.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbedObject {
    /// Handler of the object, or why it has none.
    pub identification: Identification,
    /// Stamp of the version that was probed.
    pub stamp: String,
    /// Length of the object in bytes.
    pub size: u64,
    /// SHA-256 of the object in hexadecimal, if all of it was read.
    pub sha256: Option<String>,
    /// How the object is compressed as a whole, if its content was probed.
    pub compression: Option<Compression>,
}

/// What the review of an object by its handler gave.
#[derive(Debug)]
pub struct ReviewedObject {
    /// Length of the object in bytes.
    pub size: u64,
    /// SHA-256 of the object in hexadecimal, if all of it was read.
    pub sha256: Option<String>,
    /// How the object is compressed as a whole, if its content was reviewed.
    pub compression: Option<Compression>,
    /// Card of the handler that was called.
    pub card: &'static Card,
    /// What the handler found; [`Review::not_run`] if it did not finish.
    pub review: Review,
    /// Why the review failed, if it did. A failure of a transient class is retried.
    pub failure: Option<Failure>,
}

/// Why a journey begins another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryCause {
    /// Another writer replaced the row.
    RowTaken,
    /// The object changed while it was read.
    Changed,
    /// The object, the store or another service failed.
    Unavailable,
}
