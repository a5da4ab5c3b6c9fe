//! Looks at the objects that the intake queue names, and sends each to its handler's queue.

use std::collections::BTreeMap;
use std::time::Duration;

use data_review_aws::batch::{self, Message};
use data_review_aws::lambda::Invocation;
use data_review_aws::message::{self, Look, Work};
use data_review_aws::telemetry::{self, Metrics, foreign};
use data_review_aws::{CallError, object, queue};
use data_review_core::pipeline::{Done, Effect, Event, Journey, Learnt, Record, Role};
use data_review_core::store::Written;
use data_review_core::{Identified, Outcome, Stage};
use futures::stream::{self, StreamExt};
use serde_json::value::RawValue;

use crate::settings::Orchestrator;

/// Objects that are looked at at once.
const AT_ONCE: usize = 16;

/// One key, and the messages that want it looked at.
#[derive(Debug)]
struct Wish {
    look: Look,
    force: bool,
    /// Positions in the batch.
    messages: Vec<usize>,
}

/// Where a look led.
enum End {
    /// It is done with.
    Done(Done),
    /// It is to be sent to a handler.
    Dispatch { handler: String, body: String },
    /// It is to be looked at again, by another invocation.
    Again,
}

impl Orchestrator {
    /// Works a batch of the intake queue off.
    pub(crate) async fn take_in(&self, messages: Vec<Message>, invocation: &Invocation) -> Box<RawValue> {
        let mut metrics = Metrics::of("orchestrator");
        let (wishes, mut not_done) = wishes(&messages);
        let looks = stream::iter(wishes.iter().enumerate())
            .map(|(at, wish)| Looking::of(self, wish, invocation).run(format!("{}/{at}", invocation.request)))
            .buffered(AT_ONCE)
            .collect::<Vec<_>>();
        let mut outgoing: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
        let mut again = Vec::new();
        for (at, looked) in looks.await.into_iter().enumerate() {
            metrics.read(looked.bytes);
            match looked.end {
                End::Done(done) => metrics.count(&done),
                End::Dispatch { handler, body } => outgoing.entry(handler).or_default().push((at, body)),
                End::Again => again.push(at),
            }
        }
        for (handler, works) in outgoing {
            let (positions, bodies): (Vec<_>, Vec<_>) = works.into_iter().unzip();
            for (at, sent) in positions.into_iter().zip(self.send(&handler, &bodies).await) {
                match sent {
                    Ok(()) => metrics.count(&Done::Dispatched),
                    Err(error) => {
                        tracing::warn!(%error, handler, file = foreign(&wishes[at].look.key), "it is not sent");
                        again.push(at);
                    }
                }
            }
        }
        metrics.count_as("again", again.len() as u64);
        metrics.emit();
        not_done.extend(again.into_iter().flat_map(|at| wishes[at].messages.clone()));
        not_done.sort_unstable();
        not_done.dedup();
        batch::answer(not_done.into_iter().map(|at| &messages[at]))
    }

    async fn send(&self, handler: &str, bodies: &[String]) -> Vec<Result<(), CallError>> {
        let url = self.routes.queue(handler).unwrap_or_default();
        queue::send(&self.clients, url, bodies).await
    }
}

/// Each key once, however often it was announced, and the messages that are no wishes at all.
fn wishes(messages: &[Message]) -> (Vec<Wish>, Vec<usize>) {
    let mut wishes: BTreeMap<String, Wish> = BTreeMap::new();
    let mut unreadable = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        let looks = match message::decode_intake(&message.body) {
            Ok(looks) => looks,
            Err(error) => {
                tracing::error!(%error, id = message.id, "it is left to the dead-letter queue's janitor");
                unreadable.push(at);
                continue;
            }
        };
        for look in looks.looks {
            let wish = wishes.entry(look.key.clone()).or_insert_with(|| Wish {
                look,
                force: false,
                messages: Vec::new(),
            });
            wish.force |= looks.force;
            wish.messages.push(at);
        }
    }
    (wishes.into_values().collect(), unreadable)
}

/// A journey up to the message.
struct Looking<'o> {
    orchestrator: &'o Orchestrator,
    wish: &'o Wish,
    invocation: &'o Invocation,
    learnt: Learnt,
    bytes: u64,
}

struct Looked {
    end: End,
    bytes: u64,
}

impl<'o> Looking<'o> {
    fn of(orchestrator: &'o Orchestrator, wish: &'o Wish, invocation: &'o Invocation) -> Self {
        Looking {
            orchestrator,
            wish,
            invocation,
            learnt: Learnt::default(),
            bytes: 0,
        }
    }

    async fn run(mut self, run: String) -> Looked {
        let policy = self.orchestrator.policy(self.wish.force);
        let (mut journey, mut effect) = Journey::begin(Role::Route, policy, run);
        let end = loop {
            if self.invocation.left().is_zero() {
                break End::Again;
            }
            let event = match effect {
                // A new file is the rule, and a look-up would find nothing: one that finds a row in its way comes back.
                Effect::ReadRow if journey.attempt() == 1 => Event::Row(None, None),
                Effect::ReadRow => self.read_row(&journey).await,
                Effect::Identify => self.identify().await,
                Effect::Dispatch(identified) => break self.dispatch(&journey, identified),
                Effect::Record(record) => self.record(&journey, record).await,
                Effect::Again { attempt } => {
                    tokio::time::sleep(Duration::from_millis(100) * attempt).await;
                    Event::Begin
                }
                Effect::Done(Done::GivenUp(failure)) => {
                    let (file, error) = (foreign(&self.wish.look.key), failure.message);
                    tracing::warn!(
                        file,
                        request = self.invocation.request,
                        error,
                        "it is left for later"
                    );
                    break End::Again;
                }
                Effect::Done(done) => break End::Done(done),
                // No journey of this role asks for it; an event that answers nothing gives the journey up.
                Effect::Hash | Effect::Review(_) => Event::Begin,
            };
            effect = journey.step(event);
        };
        Looked {
            end,
            bytes: self.bytes,
        }
    }

    /// With the stamp that was seen in this journey: a duplicate then finds that the first has recorded it.
    async fn read_row(&self, journey: &Journey<'_>) -> Event {
        match self.orchestrator.store.read_rows(&[&self.wish.look.key]).await {
            Ok(mut rows) => Event::Row(rows.pop().flatten(), journey.stamp().map(str::to_owned)),
            Err(error) => away(error),
        }
    }

    async fn identify(&mut self) -> Event {
        let Orchestrator {
            clients,
            registry,
            bucket,
            ..
        } = self.orchestrator;
        self.learnt = Learnt::default();
        match object::identify(clients, registry, bucket, &self.wish.look).await {
            Ok(found) => {
                self.bytes += found.bytes;
                self.learnt = Learnt {
                    size: Some(found.size),
                    sha256: found.sha256,
                    identification: Some(found.identification.clone()),
                    review: None,
                };
                Event::Identified(found.identification, found.stamp)
            }
            Err(trouble) => trouble.into_event(),
        }
    }

    fn dispatch(&self, journey: &Journey<'_>, identified: Identified) -> End {
        let handler = identified.winner.id.clone();
        let work = Work {
            key: self.wish.look.key.clone(),
            stamp: journey.stamp().unwrap_or_default().to_owned(),
            identified,
            registry: self.orchestrator.policy(false).registry.clone(),
            force: self.wish.force,
        };
        let body = message::encode(&work);
        End::Dispatch { handler, body }
    }

    async fn record(&mut self, journey: &Journey<'_>, record: Record) -> Event {
        let mut learnt = std::mem::take(&mut self.learnt);
        if record.outcome == Outcome::Gone {
            learnt = Learnt::default();
        }
        let origin = format!("s3://{}", self.orchestrator.bucket);
        let mut write = journey.write(record, learnt, &self.wish.look.key, &origin, telemetry::now());
        write.entry.log = telemetry::log_place(&self.invocation.request);
        match self.orchestrator.store.write(&write).await {
            Ok(Written::Yes) => Event::Recorded,
            Ok(Written::Taken(found)) => Event::Taken(found),
            Err(error) => away(error),
        }
    }
}

fn away(error: CallError) -> Event {
    Event::Unavailable(error.into_failure(Stage::Record))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_announced_thrice_is_looked_at_once_and_answers_for_all() {
        let message = |id: &str, body: &str| Message {
            id: id.to_owned(),
            body: body.to_owned(),
            receives: 1,
            queue: String::new(),
            sent: None,
        };
        let event = |key| format!(r#"{{"Records":[{{"s3":{{"object":{{"key":"{key}","size":1}}}}}}]}}"#);
        let messages = [
            message("1", &event("a")),
            message("2", "no JSON"),
            message("3", &event("b")),
            message("4", r#"{"looks":[{"key":"a"}],"force":true}"#),
            message("5", r#"{"Event":"s3:TestEvent"}"#),
        ];
        let (wishes, unreadable) = wishes(&messages);
        let found: Vec<_> = wishes
            .iter()
            .map(|wish| (wish.look.key.as_str(), wish.force, wish.messages.as_slice()))
            .collect();
        assert_eq!(found, [("a", true, &[0, 3][..]), ("b", false, &[2][..])]);
        assert_eq!(unreadable, [1]);
    }
}
