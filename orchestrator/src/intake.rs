//! Looks at the objects that the intake queue names, and sends each to its handler's queue.

use std::collections::BTreeMap;

use data_review_aws::actions::{self, OutOfTime};
use data_review_aws::batch::{self, Message};
use data_review_aws::lambda::Invocation;
use data_review_aws::message::{self, LookRequest, ReviewRequest};
use data_review_aws::telemetry::{Metrics, escape_untrusted};
use data_review_aws::{CallError, object, queue};
use data_review_core::Failure;
use data_review_core::pipeline::{
    Conclusion, Dispatch, Done, Environment, IdentifyObject, Interruption, Journey, KnownState, ProbedObject,
    RecordOutcome, RetryCause, Routing,
};
use data_review_core::store::Written;
use futures::stream::{self, StreamExt};
use serde_json::value::RawValue;

use crate::settings::Orchestrator;

/// Objects that are identified at once.
const AT_ONCE: usize = 16;
/// Bytes of `/tmp` for a compressed object and its content, which also must fit into the function of its handler.
const ROOM: u64 = 2 << 30;

/// One key, and the messages that ask for a look at it.
#[derive(Debug)]
struct RequestedLook {
    request: LookRequest,
    force: bool,
    /// Their positions in the batch.
    messages: Vec<usize>,
}

impl Orchestrator {
    /// Processes a batch of the intake queue; the answer names the messages to be delivered again.
    pub(crate) async fn take_in(&self, messages: Vec<Message>, invocation: &Invocation) -> Box<RawValue> {
        let mut metrics = Metrics::of("orchestrator");
        let (requested, mut not_done) = group(&messages);
        let looks = stream::iter(requested.iter().enumerate())
            .map(|(at, look)| {
                RoutingEnvironment::new(self, look, invocation).run(format!("{}/{at}", invocation.request))
            })
            .buffered(AT_ONCE)
            .collect::<Vec<_>>();
        let mut outgoing: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
        let mut again = Vec::new();
        for (at, looked) in looks.await.into_iter().enumerate() {
            metrics.read(looked.bytes);
            match looked.end {
                Ok(Done::Recorded(outcome)) => metrics.recorded(outcome),
                Ok(Done::Unchanged) => metrics.count("unchanged", 1),
                Ok(Done::HandedOff(dispatch)) => {
                    let handler = dispatch.identified.winner.id.clone();
                    let body = self.body(&requested[at], dispatch);
                    outgoing.entry(handler).or_default().push((at, body));
                }
                Ok(Done::GivenUp(failure)) => {
                    let (file, error) = (escape_untrusted(&requested[at].request.key), failure.message);
                    let request = &invocation.request;
                    tracing::warn!(file, request, error, "the message goes back to its queue");
                    again.push(at);
                }
                Err(OutOfTime) => again.push(at),
            }
        }
        for (handler, works) in outgoing {
            let (positions, bodies): (Vec<_>, Vec<_>) = works.into_iter().unzip();
            for (at, sent) in positions.into_iter().zip(self.send(&handler, &bodies).await) {
                match sent {
                    Ok(()) => metrics.count("dispatched", 1),
                    Err(error) => {
                        tracing::warn!(%error, handler, file = escape_untrusted(&requested[at].request.key), "the message for the handler was not sent");
                        again.push(at);
                    }
                }
            }
        }
        metrics.count("again", again.len() as u64);
        metrics.emit();
        not_done.extend(again.into_iter().flat_map(|at| requested[at].messages.clone()));
        not_done.sort_unstable();
        not_done.dedup();
        batch::answer(not_done.into_iter().map(|at| &messages[at]))
    }

    fn body(&self, look: &RequestedLook, dispatch: Dispatch) -> String {
        message::encode_queued(&ReviewRequest {
            key: look.request.key.clone(),
            stamp: dispatch.stamp,
            identified: dispatch.identified,
            registry: self.policy(false).registry.clone(),
            force: look.force,
        })
    }

    async fn send(&self, handler: &str, bodies: &[String]) -> Vec<Result<(), CallError>> {
        let url = self.routes.queue(handler).unwrap_or_default();
        queue::send(&self.clients, url, bodies).await
    }
}

/// Each key once, however often the messages name it, and the positions of messages that cannot be read.
fn group(messages: &[Message]) -> (Vec<RequestedLook>, Vec<usize>) {
    let mut requested: BTreeMap<String, RequestedLook> = BTreeMap::new();
    let mut unreadable = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        let looks = match message::decode_intake(&message.body) {
            Ok(looks) => looks,
            Err(error) => {
                tracing::error!(%error, id = message.id, "the message goes back to its queue, and after its last delivery to the dead-letter queue");
                unreadable.push(at);
                continue;
            }
        };
        for request in looks.looks {
            let key = request.key.clone();
            let look = requested.entry(key).or_insert_with(|| RequestedLook {
                request,
                force: false,
                messages: Vec::new(),
            });
            look.force |= looks.force;
            look.messages.push(at);
        }
    }
    (requested.into_values().collect(), unreadable)
}

/// The environment of a journey from an event to the message for a handler.
struct RoutingEnvironment<'o> {
    orchestrator: &'o Orchestrator,
    look: &'o RequestedLook,
    invocation: &'o Invocation,
    /// Bytes that were read of the object.
    bytes: u64,
}

struct Looked {
    end: Result<Done<Dispatch>, OutOfTime>,
    bytes: u64,
}

impl<'o> RoutingEnvironment<'o> {
    fn new(orchestrator: &'o Orchestrator, look: &'o RequestedLook, invocation: &'o Invocation) -> Self {
        RoutingEnvironment {
            orchestrator,
            look,
            invocation,
            bytes: 0,
        }
    }

    /// Does not read the row at first, because most keys are new.
    async fn run(mut self, run: String) -> Looked {
        let policy = self.orchestrator.policy(self.look.force);
        let journey = Journey::begin(Routing, policy, run).assuming_no_row();
        let ended = journey.run(&mut self).await;
        Looked {
            end: ended.map(|ended| ended.done),
            bytes: self.bytes,
        }
    }
}

impl Environment for RoutingEnvironment<'_> {
    type Halt = OutOfTime;

    fn check(&mut self) -> Result<(), OutOfTime> {
        self.invocation.check()
    }

    async fn read_row(&mut self) -> Result<KnownState, Interruption<OutOfTime, Failure>> {
        actions::read_row(&self.orchestrator.store, &self.look.request.key).await
    }

    async fn pause(&mut self, attempt: u32, _: RetryCause) {
        actions::pause(attempt).await;
    }
}

impl IdentifyObject for RoutingEnvironment<'_> {
    async fn identify(&mut self) -> Result<ProbedObject, Interruption<OutOfTime>> {
        let Orchestrator {
            clients,
            registry,
            bucket,
            ..
        } = self.orchestrator;
        let found = object::identify(clients, registry, bucket, &self.look.request, ROOM).await?;
        self.bytes += found.bytes;
        Ok(ProbedObject {
            identification: found.identification,
            stamp: found.stamp,
            size: found.size,
            sha256: found.sha256,
            compression: found.compression,
        })
    }
}

impl RecordOutcome for RoutingEnvironment<'_> {
    async fn record(&mut self, conclusion: Conclusion) -> Result<Written, Failure> {
        let Orchestrator { store, bucket, .. } = self.orchestrator;
        let key = &self.look.request.key;
        actions::write_outcome(store, self.invocation, bucket, key, None, conclusion).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_several_messages_name_is_one_look() {
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
        let (requested, unreadable) = group(&messages);
        let found: Vec<_> = requested
            .iter()
            .map(|look| (look.request.key.as_str(), look.force, look.messages.as_slice()))
            .collect();
        assert_eq!(found, [("a", true, &[0, 3][..]), ("b", false, &[2][..])]);
        assert_eq!(unreadable, [1]);
    }
}
