//! The janitor: writes failure rows for messages in the dead-letter queues, which no function could process.

use data_review_aws::batch::{self, Message};
use data_review_aws::lambda::{Invocation, variable};
use data_review_aws::message::{self, ReviewRequest};
use data_review_aws::telemetry::{self, Metrics, escape_untrusted};
use data_review_aws::{CallError, Clients, DynamoStore, StoreNames, object, timestamp};
use data_review_core::pipeline::{Burial, bury};
use data_review_core::store::{FailureRecord, Written};
use data_review_core::{Class, Failure, Stage};
use data_review_deployment::env;
use serde_json::value::RawValue;

/// Attempts to write a row that other writers replace.
const ATTEMPTS: u32 = 5;

pub(crate) struct Janitor {
    clients: Clients,
    store: DynamoStore,
    bucket: String,
}

/// What a dead letter asked for.
enum Letter {
    /// Work on these keys, which ended in this stage; of a message of a later version only the keys are known.
    Keys(Vec<String>, Stage),
    /// A message that cannot be read.
    Unreadable,
}

impl Letter {
    fn read(body: &str) -> Self {
        if let Ok(work) = message::decode_queued::<ReviewRequest>(body) {
            return Letter::Keys(vec![work.key], Stage::Review);
        }
        match message::decode_intake(body) {
            Ok(looks) => {
                let keys = looks.looks.into_iter().map(|look| look.key);
                Letter::Keys(keys.collect(), Stage::Identify)
            }
            Err(_) => match message::keys(body) {
                keys if keys.is_empty() => Letter::Unreadable,
                keys => Letter::Keys(keys, Stage::Identify),
            },
        }
    }
}

impl Janitor {
    pub(crate) fn start(clients: Clients) -> Result<Self, String> {
        Ok(Janitor {
            store: DynamoStore::new(&clients, StoreNames::from_env()?),
            bucket: variable(env::DATA_BUCKET)?,
            clients,
        })
    }

    /// Processes a batch of dead letters; the answer names those to be delivered again.
    pub(crate) async fn bury_all(&self, messages: Vec<Message>, invocation: &Invocation) -> Box<RawValue> {
        let mut metrics = Metrics::of("janitor");
        let not_done = unfinished(&messages, invocation, async |message| {
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
                metrics.count("unreadable", 1);
                let record = FailureRecord {
                    root: format!("s3://{}", self.bucket),
                    key: format!("message {} of {}", message.id, message.queue),
                    failure: Failure::new(
                        Stage::List,
                        Class::Service,
                        format!("unrecognised message: {}", escape_untrusted(&message.body)),
                    ),
                    handler: None,
                    recipe: None,
                    attempt: message.receives,
                    // It does not change from receipt to receipt, so the line is written once.
                    at: message.sent.clone().unwrap_or_else(timestamp::now),
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
        let root = format!("s3://{}", self.bucket);
        for attempt in 1..=ATTEMPTS {
            let row = self.store.read_rows(&[key]).await?.pop().flatten();
            let stamp = object::stamp(&self.clients, &self.bucket, key).await?;
            let burial = Burial {
                key,
                root: &root,
                letter: &message.id,
                write: format!("{}.{attempt}", invocation.request),
                failure: failure(stage, message),
                at: timestamp::now(),
            };
            let Some(mut write) = bury(burial, row.as_ref(), stamp.as_deref()) else {
                metrics.count("unchanged", 1);
                return Ok(());
            };
            write.entry.log = telemetry::log_place(&invocation.request);
            let (outcome, token) = (write.entry.row.outcome, write.entry.row.token.clone());
            let written = self.store.write(&write).await?;
            if written == Written::Yes || written == Written::Taken(Some(token)) {
                tracing::warn!(
                    file = escape_untrusted(key),
                    outcome = outcome.as_str(),
                    queue = message.queue,
                    "a message of a dead-letter queue became a failure row"
                );
                metrics.recorded(outcome);
                return Ok(());
            }
        }
        Err(CallError::transient(format!(
            "other writers replaced the row at each of {ATTEMPTS} attempts"
        )))
    }
}

/// Calls `bury` for each message. Returns those without a row, because a service failed or the time was over.
async fn unfinished<'m>(
    messages: &'m [Message],
    invocation: &Invocation,
    mut bury: impl AsyncFnMut(&Message) -> Result<(), CallError>,
) -> Vec<&'m Message> {
    let mut not_done = Vec::new();
    for message in messages {
        let buried = invocation.in_time(bury(message)).await;
        if let Err(error) =
            buried.unwrap_or_else(|| Err(CallError::transient("the function has no time left")))
        {
            tracing::error!(%error, id = message.id, "the row of a dead letter is not written yet");
            not_done.push(message);
        }
    }
    not_done
}

/// The failure of a file whose message is in a dead-letter queue.
fn failure(stage: Stage, message: &Message) -> Failure {
    let queue = &message.queue;
    let reason = format!(
        "its message was received as often as its queue allows, always without success, and is now in {queue}; see the \
         log of the function that reads the original queue"
    );
    Failure::new(stage, Class::Service, reason)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn failed_and_late_messages_are_delivered_again() {
        let messages = ["good", "refused", "endless", "late"].map(|id| Message {
            id: id.to_owned(),
            body: String::new(),
            receives: 1,
            queue: String::new(),
            sent: None,
        });
        let invocation = Invocation::new("r", Duration::from_millis(50));
        let mut tried = Vec::new();
        let not_done = unfinished(&messages, &invocation, async |message| {
            tried.push(message.id.clone());
            match message.id.as_str() {
                "refused" => Err(CallError::transient("throttled")),
                "endless" => std::future::pending().await,
                _ => Ok(()),
            }
        });
        let not_done: Vec<_> = not_done.await.iter().map(|message| message.id.as_str()).collect();
        assert_eq!(not_done, ["refused", "endless", "late"]);
        assert_eq!(tried, ["good", "refused", "endless"]);
    }

    #[test]
    fn a_letter_names_its_keys() {
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
        let later = r#"{"schema":9,"key":"k","stamp":{"etag":"s"}}"#;
        assert_eq!(keys(later), Some(("k".to_owned(), Stage::Identify)));
        assert_eq!(keys("?"), None);
        assert_eq!(keys("{}"), None);
    }
}
