//! How the Lambda of a handler reads, reviews and records one object.

use std::ops::ControlFlow;

use data_review_core::pipeline::{
    Conclusion, Done, Environment, Interruption, Journey, JourneyEnd, KnownState, OutcomeRow, Policy,
    RecordOutcome, RetryCause, ReviewObject, ReviewedObject, Reviewing, Superseded,
};
use data_review_core::store::Written;
use data_review_core::{Failure, Identified};

use super::HandlerFunction;
use super::requested::RequestedReview;
use super::review::{Share, Subject};
use crate::actions::{self, OutOfTime};
use crate::lambda::Invocation;

/// The environment of the journey from a message to an outcome.
pub(super) struct ReviewingEnvironment<'s> {
    function: &'s HandlerFunction,
    pub(super) requested: &'s RequestedReview<'s>,
    pub(super) invocation: &'s Invocation,
    /// Reviews of the batch that are not done yet, including this one.
    waiting: usize,
    /// Bytes that were read of the object.
    pub(super) bytes: u64,
}

impl<'s> ReviewingEnvironment<'s> {
    pub(super) fn new(
        function: &'s HandlerFunction,
        requested: &'s RequestedReview<'s>,
        invocation: &'s Invocation,
        waiting: usize,
    ) -> Self {
        ReviewingEnvironment {
            function,
            requested,
            invocation,
            waiting,
            bytes: 0,
        }
    }

    /// Drives the journey from the row, which was read together with those of the whole batch, to its end.
    pub(super) async fn run(
        &mut self,
        policy: &Policy,
        row: Option<OutcomeRow>,
    ) -> Result<Done<Superseded>, OutOfTime> {
        let scope = Reviewing {
            identified: self.requested.request.identified.clone(),
            stamp: self.requested.request.stamp.clone(),
        };
        let run = format!("{}/{}", self.invocation.request, self.requested.messages[0].id);
        let known = KnownState { row, stamp: None };
        let JourneyEnd { done, .. } = match Journey::begin(scope, policy, run).with_known(known) {
            ControlFlow::Break(ended) => ended,
            ControlFlow::Continue(journey) => journey.run(self).await?,
        };
        Ok(done)
    }
}

impl Environment for ReviewingEnvironment<'_> {
    type Halt = OutOfTime;

    fn check(&mut self) -> Result<(), OutOfTime> {
        self.invocation.check()
    }

    async fn read_row(&mut self) -> Result<KnownState, Interruption<OutOfTime, Failure>> {
        actions::read_row(&self.function.store, &self.requested.request.key).await
    }

    async fn pause(&mut self, attempt: u32, _: RetryCause) {
        actions::pause(attempt).await;
    }
}

impl ReviewObject for ReviewingEnvironment<'_> {
    async fn review(&mut self, _: &Identified) -> Result<ReviewedObject, Interruption<OutOfTime>> {
        let subject = Subject {
            bucket: &self.function.bucket,
            key: &self.requested.request.key,
            stamp: &self.requested.request.stamp,
        };
        let share = Share::of(self.invocation, self.waiting);
        let reviewed = self.function.look(&subject, share, &mut self.bytes).await?;
        Ok(reviewed)
    }
}

impl RecordOutcome for ReviewingEnvironment<'_> {
    async fn record(&mut self, conclusion: Conclusion) -> Result<Written, Failure> {
        actions::write_outcome(
            &self.function.store,
            self.invocation,
            &self.function.bucket,
            &self.requested.request.key,
            Some(self.requested.receives()),
            conclusion,
        )
        .await
    }
}
