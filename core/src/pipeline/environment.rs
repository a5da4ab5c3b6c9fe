//! What a journey asks of the program around it.

use super::{Conclusion, OutcomeRow};
use crate::store::Written;
use crate::{Card, Failure, Identification, Identified, Review};

/// Performs the actions of one journey. The methods wait; a program without an asynchronous runtime returns futures that
/// are ready at once.
pub trait Environment {
    /// Why this environment abandons a journey in the middle: the user interrupted the run, the time of the function is
    /// over, its own store is defective.
    type Halt;

    /// Called before each action: whether the journey may go on.
    ///
    /// # Errors
    /// When it must stop here. Nothing of the current attempt is written.
    fn check(&mut self) -> Result<(), Self::Halt> {
        Ok(())
    }

    /// Reads the current row of the key.
    ///
    /// # Errors
    /// A failure of the store is retried as long as the policy allows.
    fn read_row(&mut self) -> impl Future<Output = Result<KnownState, Interruption<Self::Halt, Failure>>>;

    /// Waits before the attempt of this number, from 2.
    fn pause(&mut self, attempt: u32, cause: RetryCause) -> impl Future<Output = ()>;
}

/// Can compute the SHA-256 of the object.
pub trait HashObject: Environment {
    /// The SHA-256 of the object as it is now, in hexadecimal.
    ///
    /// # Errors
    /// When the object cannot be read, or the journey must stop.
    fn hash(&mut self) -> impl Future<Output = Result<String, Interruption<Self::Halt>>>;
}

/// Can show the object to all handlers.
pub trait IdentifyObject: Environment {
    /// Probes the object as it is now.
    ///
    /// # Errors
    /// When the object cannot be read, or the journey must stop.
    fn identify(&mut self) -> impl Future<Output = Result<ProbedObject, Interruption<Self::Halt>>>;
}

/// Can call a handler.
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

/// Can write an outcome at once. An environment that collects outcomes and writes many together uses [`super::Recording`]
/// instead.
pub trait RecordOutcome: Environment {
    /// Writes the outcome and its document, if the row of the key is still the expected one.
    ///
    /// # Errors
    /// A failure of the store is retried as long as the policy allows.
    fn record(&mut self, conclusion: Conclusion) -> impl Future<Output = Result<Written, Failure>>;
}

/// Why an action has no answer.
#[derive(Debug)]
pub enum Interruption<H, O = Obstacle> {
    /// The journey knows what to do about it.
    Obstacle(O),
    /// The environment abandons the journey.
    Halt(H),
}

impl<H> From<Obstacle> for Interruption<H> {
    fn from(obstacle: Obstacle) -> Self {
        Interruption::Obstacle(obstacle)
    }
}

/// Why an object was not read.
#[derive(Debug, Clone, PartialEq)]
pub enum Obstacle {
    /// There is no such object.
    Missing,
    /// It is not the version that was identified, or it changed while it was read.
    Changed,
    /// The object or a service failed, and may succeed at the next attempt.
    Unavailable(Box<Failure>),
}

impl Obstacle {
    /// An object or a service that failed in this way.
    pub fn unavailable(failure: Failure) -> Self {
        Obstacle::Unavailable(Box::new(failure))
    }
}

/// What is known about a key before its object is opened.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KnownState {
    /// The current row, if there is one.
    pub row: Option<OutcomeRow>,
    /// The stamp of the object as it was listed. If it is not known, the stamp that this journey saw before is used.
    pub stamp: Option<String>,
}

/// An object that was shown to all handlers.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbedObject {
    /// Its handler, or why there is none.
    pub identification: Identification,
    /// The stamp of the version that was probed.
    pub stamp: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256 in hexadecimal, if all of it was read.
    pub sha256: Option<String>,
}

/// An object that a handler was asked to review.
#[derive(Debug)]
pub struct ReviewedObject {
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256 in hexadecimal, if all of it was read.
    pub sha256: Option<String>,
    /// The card of the handler.
    pub card: &'static Card,
    /// What the handler found; [`Review::not_run`] if it did not finish.
    pub review: Review,
    /// Why the review failed. A failure of a transient class is retried.
    pub failure: Option<Failure>,
}

/// Why a journey begins again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryCause {
    /// Another writer replaced the row.
    RowTaken,
    /// The object changed while it was read.
    Changed,
    /// The object, its store or another service failed.
    Unavailable,
}
