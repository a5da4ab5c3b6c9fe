//! The state machine, and the loop that drives it.

use std::convert::Infallible;
use std::ops::ControlFlow;

use super::conclusion::{AttemptFacts, Conclusion};
use super::environment::{
    Environment, Interruption, KnownState, Obstacle, RecordOutcome, RefusedObject, RetryCause,
};
use super::scope::{Examine, FlowScope};
use super::{OutcomeRow, Policy, Reason};
use crate::store::Written;
use crate::{Class, Failure, Outcome, Stage};

/// One look at one key, from its row to its outcome; see [the module](super).
#[derive(Debug)]
pub struct Journey<'p, S> {
    scope: S,
    policy: &'p Policy,
    /// Makes the tokens of this journey differ from those of all others.
    run: String,
    /// Number of the current attempt, from 1.
    attempt: u32,
    /// Number of outcomes that were reached so far, so that no token is used twice.
    conclusions: u32,
    row: Option<OutcomeRow>,
    stamp: Option<String>,
    reason: Reason,
    next: Next,
}

/// What a journey does next.
#[derive(Debug, Clone, Copy)]
enum Next {
    ReadRow,
    /// The row was read: look at the object.
    Examine,
    /// Wait, and begin again.
    Retry(RetryCause),
}

/// How a journey ended. `H` is the [`FlowScope::Handoff`]; a journey over the [`super::Whole`] flow has none.
#[derive(Debug, Clone, PartialEq)]
pub enum Done<H = Infallible> {
    /// The store already holds the outcome of this version.
    Unchanged,
    /// This journey wrote the outcome.
    Recorded(Outcome),
    /// Another journey continues, such as that of the handler's message.
    HandedOff(H),
    /// Nothing is written: the whole journey is tried again later, or its message ends in a dead-letter queue.
    GivenUp(Box<Failure>),
}

/// A journey that ended, with the reason why it looked at the object or left it alone.
#[derive(Debug, Clone, PartialEq)]
pub struct JourneyEnd<H = Infallible> {
    /// How the journey ended.
    pub done: Done<H>,
    /// Why the journey looked at the object, or did not.
    pub reason: Reason,
}

/// Where [`Journey::drive`] stops: at an outcome to be written, or at the end.
#[derive(Debug)]
pub enum Stop<'p, S: FlowScope> {
    /// The caller writes the outcome and reports the answer of the store to the [`Recording`].
    Write(Box<Conclusion>, Box<Recording<'p, S>>),
    /// The journey ended; there is nothing to write.
    Ended(JourneyEnd<S::Handoff>),
}

/// A journey whose outcome is being written. The caller reports the answer of the store to it, once.
#[derive(Debug)]
pub struct Recording<'p, S> {
    journey: Journey<'p, S>,
    outcome: Outcome,
    token: String,
}

/// What looking at an object gave.
#[doc(hidden)]
#[derive(Debug)]
pub enum Examined<H> {
    Unchanged,
    HandedOff(H),
    Outcome {
        outcome: Outcome,
        failure: Option<Failure>,
        facts: AttemptFacts,
    },
    /// The review failed, and may succeed at the next attempt.
    Unavailable {
        failure: Failure,
        facts: AttemptFacts,
    },
}

/// One step: the journey continues, or stops.
type Step<'p, S> = ControlFlow<Stop<'p, S>, Journey<'p, S>>;

impl<'p, S: FlowScope> Journey<'p, S> {
    /// A journey that begins with reading the row. `run` must be unique among journeys: the id and delivery number of a
    /// message, or the id of a run and a number.
    pub fn begin(scope: S, policy: &'p Policy, run: impl Into<String>) -> Self {
        let stamp = scope.required_stamp().map(str::to_owned);
        Journey {
            scope,
            policy,
            run: run.into(),
            attempt: 1,
            conclusions: 0,
            row: None,
            stamp,
            reason: Reason::New,
            next: Next::ReadRow,
        }
    }

    /// Skips the first reading of the row, for runs in which most keys are new. If there is a row after all, the write
    /// detects it, and the second attempt reads it.
    pub fn assuming_no_row(mut self) -> Self {
        self.next = Next::Examine;
        self
    }

    /// Continues with a row that was read together with others. Breaks if the object needs no look, with the end of the
    /// journey.
    pub fn with_known(mut self, known: KnownState) -> ControlFlow<JourneyEnd<S::Handoff>, Self> {
        self.row = known.row;
        if self.scope.required_stamp().is_none() && known.stamp.is_some() {
            self.stamp = known.stamp;
        }
        self.reason = self.policy.reason(self.row.as_ref(), self.stamp.as_deref());
        if self.reason == Reason::Unchanged && !self.scope.verifies_content() {
            return ControlFlow::Break(self.ended(Done::Unchanged));
        }
        self.next = Next::Examine;
        ControlFlow::Continue(self)
    }

    /// Drives the journey until an outcome is to be written, or the journey ended.
    ///
    /// # Errors
    /// The environment abandoned the journey; then nothing of the current attempt is written.
    pub async fn drive<E>(mut self, environment: &mut E) -> Result<Stop<'p, S>, E::Halt>
    where
        E: Environment,
        S: Examine<E>,
    {
        loop {
            environment.check()?;
            let step = match self.next {
                Next::Retry(cause) => {
                    environment.pause(self.attempt, cause).await;
                    self.next = Next::ReadRow;
                    ControlFlow::Continue(self)
                }
                Next::ReadRow => match environment.read_row().await {
                    Ok(known) => self.with_known(known).map_break(Stop::Ended),
                    Err(Interruption::Obstacle(failure)) => self.retry(RetryCause::Unavailable, failure),
                    Err(Interruption::Halt(halt)) => return Err(halt),
                },
                Next::Examine => match S::examine(&mut self, environment).await {
                    Ok(examined) => self.examined(examined),
                    Err(Interruption::Obstacle(obstacle)) => self.obstructed(obstacle),
                    Err(Interruption::Halt(halt)) => return Err(halt),
                },
            };
            self = match step {
                ControlFlow::Continue(journey) => journey,
                ControlFlow::Break(stop) => return Ok(stop),
            };
        }
    }

    /// Drives the journey to its end, in an environment that writes each outcome at once.
    ///
    /// # Errors
    /// The environment abandoned the journey.
    pub async fn run<E>(mut self, environment: &mut E) -> Result<JourneyEnd<S::Handoff>, E::Halt>
    where
        E: RecordOutcome,
        S: Examine<E>,
    {
        loop {
            let (conclusion, recording) = match self.drive(environment).await? {
                Stop::Ended(ended) => return Ok(ended),
                Stop::Write(conclusion, recording) => (conclusion, recording),
            };
            environment.check()?;
            let settled = match environment.record(*conclusion).await {
                Ok(written) => recording.answered(written),
                Err(failure) => recording.failed(failure),
            };
            self = match settled {
                ControlFlow::Continue(journey) => journey,
                ControlFlow::Break(ended) => return Ok(ended),
            };
        }
    }

    pub(super) fn scope(&self) -> &S {
        &self.scope
    }

    pub(super) fn reason(&self) -> &Reason {
        &self.reason
    }

    pub(super) fn row_sha256(&self) -> Option<&String> {
        self.row.as_ref().and_then(|row| row.sha256.as_ref())
    }

    pub(super) fn content_changed(&mut self) {
        self.reason = Reason::ContentChanged;
    }

    pub(super) fn saw_version(&mut self, stamp: &str) {
        self.stamp = Some(stamp.to_owned());
    }

    fn ended(self, done: Done<S::Handoff>) -> JourneyEnd<S::Handoff> {
        JourneyEnd {
            done,
            reason: self.reason,
        }
    }

    fn stop(self, done: Done<S::Handoff>) -> Step<'p, S> {
        ControlFlow::Break(Stop::Ended(self.ended(done)))
    }

    fn examined(self, examined: Examined<S::Handoff>) -> Step<'p, S> {
        match examined {
            Examined::Unchanged => self.stop(Done::Unchanged),
            Examined::HandedOff(handoff) => self.stop(Done::HandedOff(handoff)),
            Examined::Outcome {
                outcome,
                failure,
                facts,
            } => self.conclude(outcome, failure, facts),
            Examined::Unavailable { failure, facts } => {
                self.unavailable(RetryCause::Unavailable, failure, facts)
            }
        }
    }

    /// Continues after an obstacle. What the attempt found out is discarded: the bytes may have been replaced.
    fn obstructed(self, obstacle: Obstacle) -> Step<'p, S> {
        let facts = AttemptFacts::default();
        match obstacle {
            Obstacle::Missing => match &self.row {
                Some(row) if row.outcome == Outcome::Gone => self.stop(Done::Unchanged),
                _ => self.conclude(Outcome::Gone, None, facts),
            },
            Obstacle::Changed => match self.scope.superseded() {
                Some(superseded) => self.stop(Done::HandedOff(superseded)),
                None => {
                    let message = "the content changed while it was read, at every attempt";
                    let failure = Failure::new(Stage::Read, Class::Unreadable, message);
                    self.unavailable(RetryCause::Changed, failure, facts)
                }
            },
            Obstacle::Unavailable(failure) => self.unavailable(RetryCause::Unavailable, *failure, facts),
            Obstacle::Refused(refused) => self.refused(*refused),
        }
    }

    /// Records the failure without another attempt. A review of the same version stays: the object was archived since.
    fn refused(mut self, refused: RefusedObject) -> Step<'p, S> {
        let RefusedObject { failure, stamp, size } = refused;
        if let Some(stamp) = stamp {
            if self
                .scope
                .required_stamp()
                .is_some_and(|required| required != stamp)
            {
                return self.obstructed(Obstacle::Changed);
            }
            self.saw_version(&stamp);
        }
        let is_reviewed = |row: &OutcomeRow| row.outcome == Outcome::Reviewed && row.stamp == self.stamp;
        if self.row.as_ref().is_some_and(is_reviewed) {
            return self.stop(Done::Unchanged);
        }
        let facts = AttemptFacts {
            size,
            ..AttemptFacts::default()
        };
        self.conclude(Outcome::Failed, Some(failure), facts)
    }

    fn unavailable(self, cause: RetryCause, failure: Failure, facts: AttemptFacts) -> Step<'p, S> {
        let is_last = self.attempt >= self.policy.attempts || !failure.class.is_transient();
        match is_last && self.scope.records_unavailable() {
            true => self.conclude(Outcome::Failed, Some(failure), facts),
            false => self.retry(cause, failure),
        }
    }

    fn conclude(mut self, outcome: Outcome, failure: Option<Failure>, facts: AttemptFacts) -> Step<'p, S> {
        self.conclusions += 1;
        let token = format!("{}.{}", self.run, self.conclusions);
        let conclusion = Conclusion {
            outcome,
            failure,
            facts,
            expect: self.row.as_ref().map(|row| row.token.clone()),
            token: token.clone(),
            stamp: self.stamp.clone(),
            registry: self.policy.registry.clone(),
            attempt: self.attempt,
        };
        let recording = Recording {
            journey: self,
            outcome,
            token,
        };
        ControlFlow::Break(Stop::Write(Box::new(conclusion), Box::new(recording)))
    }

    /// Begins another attempt, or gives up without a row: the sender of the event tries later, or the janitor writes
    /// the row.
    fn retry(self, cause: RetryCause, failure: Failure) -> Step<'p, S> {
        self.retry_or_end(cause, failure).map_break(Stop::Ended)
    }

    fn retry_or_end(
        mut self,
        cause: RetryCause,
        failure: Failure,
    ) -> ControlFlow<JourneyEnd<S::Handoff>, Self> {
        if self.attempt >= self.policy.attempts {
            return ControlFlow::Break(self.ended(Done::GivenUp(Box::new(failure))));
        }
        self.attempt += 1;
        self.next = Next::Retry(cause);
        ControlFlow::Continue(self)
    }
}

impl<'p, S: FlowScope> Recording<'p, S> {
    /// The store answered: breaks with the end of the journey, or continues with another attempt.
    pub fn answered(self, written: Written) -> ControlFlow<JourneyEnd<S::Handoff>, Journey<'p, S>> {
        match written {
            Written::Yes => ControlFlow::Break(self.journey.ended(Done::Recorded(self.outcome))),
            // The response to the first write was lost: the row that seems to be another writer's is our own.
            Written::Taken(Some(found)) if found == self.token => {
                ControlFlow::Break(self.journey.ended(Done::Recorded(self.outcome)))
            }
            Written::Taken(_) => {
                let message = "other writers replaced the row at every attempt";
                let failure = Failure::new(Stage::Record, Class::Service, message);
                self.journey.retry_or_end(RetryCause::RowTaken, failure)
            }
        }
    }

    /// The store failed, so it is unknown whether the outcome is written. Continues with another attempt, or breaks
    /// with the end of the journey.
    pub fn failed(self, failure: Failure) -> ControlFlow<JourneyEnd<S::Handoff>, Journey<'p, S>> {
        self.journey.retry_or_end(RetryCause::Unavailable, failure)
    }
}
