//! The janitor: takes what nobody could work off from the dead-letter queues, and writes the failure rows.

use data_review_aws::batch::{self, Message};
use data_review_aws::lambda::{Invocation, variable};
use data_review_aws::message::{self, Work};
use data_review_aws::telemetry::{self, Metrics, foreign};
use data_review_aws::{CallError, Clients, DynamoStore, Names, object};
use data_review_core::deployment::env;
use data_review_core::pipeline::{Burial, Done, bury};
use data_review_core::store::{FailureRecord, Written};
use data_review_core::{Class, Failure, Stage};
use serde_json::value::RawValue;

/// Times that a row is written anew because another writer took it.
const ATTEMPTS: u32 = 5;

pub(crate) struct Janitor {
    clients: Clients,
    store: DynamoStore,
    bucket: String,
}

/// What a dead letter is about.
enum Letter {
    /// Keys, and the stage that they did not get beyond.
    Keys(Vec<String>, Stage),
    /// Nothing that anybody understands.
    Unreadable,
}

impl Letter {
    fn read(body: &str) -> Self {
        if let Ok(work) = message::decode::<Work>(body) {
            return Letter::Keys(vec![work.key], Stage::Review);
        }
        match message::decode_intake(body) {
            Ok(looks) => {
                let keys = looks.looks.into_iter().map(|look| look.key);
                Letter::Keys(keys.collect(), Stage::Identify)
            }
            Err(_) => Letter::Unreadable,
        }
    }
}

impl Janitor {
    pub(crate) fn start(clients: Clients) -> Result<Self, String> {
        Ok(Janitor {
            store: DynamoStore::new(&clients, Names::from_env()?),
            bucket: variable(env::DATA_BUCKET)?,
            clients,
        })
    }

    /// Works a batch of dead letters off.
    pub(crate) async fn bury_all(&self, messages: Vec<Message>, invocation: &Invocation) -> Box<RawValue> {
        let mut metrics = Metrics::of("janitor");
        let not_done = work_off(&messages, invocation, async |message| {
            self.bury_letter(message, invocation, &mut metrics).await
        });
        let answer = batch::answer(not_done.await);
        metrics.emit();
        answer
    }

    async fn bury_letter(
        &self,
        message: &Message,
        invocation: &Invocation,
        metrics: &mut Metrics,
    ) -> Result<(), CallError> {
        match Letter::read(&message.body) {
            Letter::Keys(keys, stage) => {
                for key in keys {
                    self.bury_key(&key, stage, message, invocation, metrics).await?;
                }
                Ok(())
            }
            Letter::Unreadable => {
                metrics.count_as("unreadable", 1);
                let record = FailureRecord {
                    key: format!("message {} of {}", message.id, message.queue),
                    failure: Failure::new(
                        Stage::List,
                        Class::Service,
                        format!("unrecognised message: {}", foreign(&message.body)),
                    ),
                    handler: None,
                    recipe: None,
                    attempt: message.receives,
                    // The same at every receipt, so that the line is the same.
                    at: message.sent.clone().unwrap_or_else(telemetry::now),
                    log: telemetry::log_place(&invocation.request),
                };
                self.store.log_failure(&record, &message.id).await
            }
        }
    }

    async fn bury_key(
        &self,
        key: &str,
        stage: Stage,
        message: &Message,
        invocation: &Invocation,
        metrics: &mut Metrics,
    ) -> Result<(), CallError> {
        let origin = format!("s3://{}", self.bucket);
        for attempt in 1..=ATTEMPTS {
            let row = self.store.read_rows(&[key]).await?.pop().flatten();
            let stamp = object::stamp(&self.clients, &self.bucket, key).await?;
            let burial = Burial {
                key,
                origin: &origin,
                letter: &message.id,
                write: format!("{}.{attempt}", invocation.request),
                failure: failure(stage, message),
                at: telemetry::now(),
            };
            let Some(mut write) = bury(burial, row.as_ref(), stamp.as_deref()) else {
                metrics.count(&Done::Unchanged);
                return Ok(());
            };
            write.entry.log = telemetry::log_place(&invocation.request);
            let (outcome, token) = (write.entry.row.outcome, write.entry.row.token.clone());
            let written = self.store.write(&write).await?;
            if written == Written::Yes || written == Written::Taken(Some(token)) {
                tracing::warn!(
                    file = foreign(key),
                    outcome = outcome.as_str(),
                    queue = message.queue,
                    "a dead letter"
                );
                metrics.count(&Done::Recorded(outcome));
                return Ok(());
            }
        }
        Err(CallError::transient(format!(
            "other writers took the row at each of {ATTEMPTS} attempts"
        )))
    }
}

/// The messages that have no row yet, because a service failed or the time was over: they come again.
async fn work_off<'m>(
    messages: &'m [Message],
    invocation: &Invocation,
    mut bury: impl AsyncFnMut(&Message) -> Result<(), CallError>,
) -> Vec<&'m Message> {
    let mut not_done = Vec::new();
    for message in messages {
        let buried = invocation.in_time(bury(message)).await;
        if let Err(error) = buried.unwrap_or_else(|| Err(CallError::transient("no time is left"))) {
            tracing::error!(%error, id = message.id, "a dead letter waits for its row");
            not_done.push(message);
        }
    }
    not_done
}

/// The failure of a file whose message ended in a dead-letter queue.
fn failure(stage: Stage, message: &Message) -> Failure {
    let queue = &message.queue;
    let reason = format!(
        "its message was received as often as its queue allows, without success, and was moved to {queue}; see the log \
         of the function that reads the queue it came from"
    );
    Failure::new(stage, Class::Service, reason)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn what_fails_or_has_no_time_comes_again() {
        let messages = ["well", "refused", "endless", "late"].map(|id| Message {
            id: id.to_owned(),
            body: String::new(),
            receives: 1,
            queue: String::new(),
            sent: None,
        });
        let invocation = Invocation::new("r", Duration::from_millis(50));
        let mut tried = Vec::new();
        let not_done = work_off(&messages, &invocation, async |message| {
            tried.push(message.id.clone());
            match message.id.as_str() {
                "refused" => Err(CallError::transient("throttled")),
                "endless" => std::future::pending().await,
                _ => Ok(()),
            }
        });
        let not_done: Vec<_> = not_done.await.iter().map(|message| message.id.as_str()).collect();
        assert_eq!(not_done, ["refused", "endless", "late"]);
        assert_eq!(tried, ["well", "refused", "endless"]);
    }

    #[test]
    fn every_letter_of_ours_names_its_keys() {
        let keys = |body: &str| match Letter::read(body) {
            Letter::Keys(keys, stage) => Some((keys.join(" "), stage)),
            Letter::Unreadable => None,
        };
        let work = r#"{"key":"k","stamp":"s","registry":"r",
            "identified":{"winner":{"id":"aa","verdict":"certain","because":""},"runners_up":[],"contradiction":null}}"#;
        assert_eq!(keys(work), Some(("k".to_owned(), Stage::Review)));
        assert_eq!(
            keys(r#"{"looks":[{"key":"a"},{"key":"b"}]}"#),
            Some(("a b".to_owned(), Stage::Identify))
        );
        assert_eq!(keys("?"), None);
    }
}
