//! SQS: sends messages in the largest batches that the service accepts, and reads the depth of a queue.

use aws_sdk_sqs::types::{QueueAttributeName, SendMessageBatchRequestEntry};
use futures::stream::{self, StreamExt};

use crate::message::{LookRequest, LookRequests, encode_queued};
use crate::{CallError, Clients};

/// The most messages of one request.
const BATCH: usize = 10;
/// The most bytes of all messages of one request.
const BATCH_BYTES: usize = 1 << 20;
/// Requests that run at once.
const AT_ONCE: usize = 8;
/// Requests of one message: few enough to be processed quickly.
const LOOKS_PER_MESSAGE: usize = 10;

/// Sends requests to look at objects to the intake queue; `force` as in [`LookRequests`].
///
/// # Errors
/// If a message was not sent. Others may have been sent.
pub async fn send_look_requests(
    clients: &Clients,
    intake: &str,
    looks: &[LookRequest],
    force: bool,
) -> Result<(), CallError> {
    let bodies: Vec<String> = looks
        .chunks(LOOKS_PER_MESSAGE)
        .map(|looks| {
            encode_queued(&LookRequests {
                looks: looks.to_vec(),
                force,
            })
        })
        .collect();
    send(clients, intake, &bodies).await.into_iter().collect()
}

/// Sends each of `bodies`, which [`crate::message::encode_queued`] made; one answer per body, in order.
///
/// A message whose answer is an error may have been sent nevertheless. Only the SDK repeats a call: the caller's own message or
/// page is processed again after an error.
pub async fn send(clients: &Clients, url: &str, bodies: &[String]) -> Vec<Result<(), CallError>> {
    let batches = pack(bodies.iter().map(String::len));
    let sent = stream::iter(batches)
        .map(|batch| send_batch(clients, url, &bodies[batch.clone()]))
        .buffered(AT_ONCE)
        .collect::<Vec<_>>();
    sent.await.into_iter().flatten().collect()
}

/// Ranges of messages that each fit into one request.
fn pack(lengths: impl Iterator<Item = usize>) -> Vec<std::ops::Range<usize>> {
    let mut batches: Vec<std::ops::Range<usize>> = Vec::new();
    let mut bytes = 0;
    for (at, len) in lengths.enumerate() {
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH && bytes + len <= BATCH_BYTES => batch.end = at + 1,
            _ => {
                batches.push(at..at + 1);
                bytes = 0;
            }
        }
        bytes += len;
    }
    batches
}

/// Sends one request. The id of an entry is its position.
async fn send_batch(clients: &Clients, url: &str, bodies: &[String]) -> Vec<Result<(), CallError>> {
    let entries = bodies.iter().enumerate().map(|(at, body)| {
        SendMessageBatchRequestEntry::builder()
            .id(at.to_string())
            .message_body(body)
            .build()
            .expect("an entry has an id and a body")
    });
    let sent = clients
        .sqs
        .send_message_batch()
        .queue_url(url)
        .set_entries(Some(entries.collect()))
        .send()
        .await
        .map_err(|error| CallError::of("sending messages", error));
    let sent = match sent {
        Ok(sent) => sent,
        Err(error) => return vec![Err(error); bodies.len()],
    };
    // Messages that the answer does not name count as not sent.
    let mut answers = vec![Err(CallError::transient("the queue did not confirm the message")); bodies.len()];
    for done in sent.successful() {
        note(&mut answers, done.id(), Ok(()));
    }
    for failed in sent.failed() {
        let error = CallError {
            transient: !failed.sender_fault(),
            ..CallError::transient(format!(
                "the queue refused a message: {} {}",
                failed.code(),
                failed.message().unwrap_or_default()
            ))
        };
        note(&mut answers, failed.id(), Err(error));
    }
    answers
}

fn note(answers: &mut [Result<(), CallError>], id: &str, answer: Result<(), CallError>) {
    if let Some(slot) = id.parse().ok().and_then(|at: usize| answers.get_mut(at)) {
        *slot = answer;
    }
}

/// The approximate number of messages in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueueDepth {
    /// Messages that wait to be delivered.
    pub waiting: u64,
    /// Messages that were delivered and are not acknowledged yet.
    pub received: u64,
}

/// Asks for the number of messages in a queue.
///
/// # Errors
/// If the service fails.
pub async fn depth(clients: &Clients, url: &str) -> Result<QueueDepth, CallError> {
    use QueueAttributeName::{
        ApproximateNumberOfMessages as Waiting, ApproximateNumberOfMessagesDelayed as Delayed,
        ApproximateNumberOfMessagesNotVisible as Received,
    };
    let found = clients
        .sqs
        .get_queue_attributes()
        .queue_url(url)
        .set_attribute_names(Some(vec![Waiting, Delayed, Received]))
        .send()
        .await
        .map_err(|error| CallError::of("reading the depth of a queue", error))?;
    let number = |name: &QueueAttributeName| -> u64 {
        let text = found.attributes().and_then(|all| all.get(name));
        text.and_then(|text| text.parse().ok()).unwrap_or(0)
    };
    Ok(QueueDepth {
        waiting: number(&Waiting) + number(&Delayed),
        received: number(&Received),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_holds_ten_messages_and_a_mebibyte() {
        assert_eq!(pack([1; 25].into_iter()), [0..10, 10..20, 20..25]);
        assert_eq!(pack([600_000, 400_000, 100_000].into_iter()), [0..2, 2..3]);
        assert_eq!(pack([BATCH_BYTES + 1, 1].into_iter()), [0..1, 1..2]);
        assert!(pack(std::iter::empty()).is_empty());
    }
}
