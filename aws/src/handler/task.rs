//! One errand's journey.

use std::time::Duration;

use data_review_core::pipeline::{Done, Effect, Event, Journey, Learnt, Policy, Record, Role, Row};
use data_review_core::store::Written;
use data_review_core::{Identification, Stage};

use super::Shell;
use super::errand::Errand;
use super::review::{Share, Subject};
use crate::lambda::Invocation;
use crate::{CallError, telemetry};

pub(super) struct Task<'s> {
    shell: &'s Shell,
    pub(super) errand: &'s Errand<'s>,
    pub(super) invocation: &'s Invocation,
    /// Errands of the batch that are not done yet, this one included.
    waiting: usize,
    learnt: Learnt,
    /// Bytes that were read of the object.
    pub(super) bytes: u64,
}

impl<'s> Task<'s> {
    pub(super) fn new(
        shell: &'s Shell,
        errand: &'s Errand<'s>,
        invocation: &'s Invocation,
        waiting: usize,
    ) -> Self {
        Task {
            shell,
            errand,
            invocation,
            waiting,
            learnt: Learnt::default(),
            bytes: 0,
        }
    }

    /// From the row, which was looked up with its neighbours', to an end; none where the time is over.
    pub(super) async fn run(&mut self, policy: &Policy, row: Option<Row>) -> Option<Done> {
        let role = Role::Review {
            identified: Box::new(self.errand.work.identified.clone()),
            stamp: self.errand.work.stamp.clone(),
        };
        let run = format!("{}/{}", self.invocation.request, self.errand.messages[0].id);
        let (mut journey, _) = Journey::begin(role, policy, run);
        let mut effect = journey.step(Event::Row(row, None));
        loop {
            if self.invocation.left().is_zero() && !matches!(effect, Effect::Done(_)) {
                return None;
            }
            let event = match effect {
                Effect::ReadRow => self.read_row().await,
                Effect::Review(_) => self.review().await?,
                Effect::Record(record) => self.record(&journey, record).await,
                Effect::Again { attempt } => {
                    tokio::time::sleep(Duration::from_millis(100) * attempt).await;
                    Event::Begin
                }
                Effect::Done(done) => return Some(done),
                // No journey of this role asks for it; an event that answers nothing gives the journey up.
                Effect::Hash | Effect::Identify | Effect::Dispatch(_) => Event::Begin,
            };
            effect = journey.step(event);
        }
    }

    async fn read_row(&self) -> Event {
        match self.shell.store.read_rows(&[&self.errand.work.key]).await {
            Ok(mut rows) => Event::Row(rows.pop().flatten(), None),
            Err(error) => away(error),
        }
    }

    async fn review(&mut self) -> Option<Event> {
        let subject = Subject {
            bucket: &self.shell.bucket,
            key: &self.errand.work.key,
            stamp: &self.errand.work.stamp,
        };
        let share = Share::of(self.invocation, self.waiting);
        let (learnt, event) = self.shell.look(&subject, share).await;
        self.bytes += learnt.size.filter(|_| learnt.sha256.is_some()).unwrap_or(0);
        self.learnt = learnt;
        event
    }

    async fn record(&mut self, journey: &Journey<'_>, record: Record) -> Event {
        let mut learnt = std::mem::take(&mut self.learnt);
        if record.outcome != data_review_core::Outcome::Gone {
            learnt.identification = Some(Identification::Identified(self.errand.work.identified.clone()));
        }
        let origin = format!("s3://{}", self.shell.bucket);
        let mut write = journey.write(record, learnt, &self.errand.work.key, &origin, telemetry::now());
        write.entry.attempt = self.errand.receives();
        write.entry.log = telemetry::log_place(&self.invocation.request);
        match self.shell.store.write(&write).await {
            Ok(Written::Yes) => Event::Recorded,
            Ok(Written::Taken(found)) => Event::Taken(found),
            Err(error) => away(error),
        }
    }
}

fn away(error: CallError) -> Event {
    Event::Unavailable(error.into_failure(Stage::Record))
}
