//! A batch of messages, and the answer that names those to be delivered again.
//!
//! If an answer contains an empty id, or one that is not in the batch, the service delivers the whole batch again; if its
//! field names are wrong, the service deletes every message. Therefore an answer is made from the messages themselves.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use serde_json::value::RawValue;

use crate::timestamp;

/// One received message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id, which is never empty.
    pub id: String,
    /// Its text.
    pub body: String,
    /// How often it was received, including this time.
    pub receives: u32,
    /// The name of its queue.
    pub queue: String,
    /// When it was sent, RFC 3339 in UTC, if the service says so. It does not change from receipt to receipt.
    pub sent: Option<String>,
}

/// Reads the request of an event source mapping; `None` for any other request.
///
/// # Errors
/// If a message of the batch has no id, so that no answer could name it.
pub fn of_request(request: &RawValue) -> Option<Result<Vec<Message>, String>> {
    let event: SqsEvent = serde_json::from_str(request.get()).ok()?;
    let message = |record: aws_lambda_events::event::sqs::SqsMessage| {
        let id = record.message_id.filter(|id| !id.is_empty());
        let receives = record.attributes.get("ApproximateReceiveCount");
        let sent = record.attributes.get("SentTimestamp");
        let queue = record
            .event_source_arn
            .as_deref()
            .and_then(|arn| arn.rsplit(':').next());
        Ok(Message {
            id: id.ok_or("a message of the batch has no id")?,
            body: record.body.unwrap_or_default(),
            receives: receives.and_then(|text| text.parse().ok()).unwrap_or(1),
            queue: queue.unwrap_or_default().to_owned(),
            sent: sent.and_then(|text| timestamp::at_millisecond(text.parse().ok()?)),
        })
    };
    Some(event.records.into_iter().map(message).collect())
}

/// The answer to a batch. The messages in it are delivered again; all others are deleted from their queue.
pub fn answer<'m>(not_done: impl IntoIterator<Item = &'m Message>) -> Box<RawValue> {
    let mut answer = SqsBatchResponse::default();
    for message in not_done {
        answer.add_failure(&message.id);
    }
    serde_json::value::to_raw_value(&answer).expect("an answer is plain JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    #[test]
    fn the_answer_has_the_form_that_the_service_accepts() {
        let batch = r#"{"Records":[
            {"messageId":"m1","body":"one","attributes":{"ApproximateReceiveCount":"3","SentTimestamp":"1700000000123"},"eventSourceARN":"arn:aws:sqs:x:1:queue"},
            {"messageId":"m2","body":"two"}]}"#;
        let messages = of_request(&request(batch)).unwrap().unwrap();
        assert_eq!((messages[0].receives, messages[0].queue.as_str()), (3, "queue"));
        assert_eq!(messages[0].sent.as_deref(), Some("2023-11-14T22:13:20.123Z"));
        assert_eq!((messages[1].receives, messages[1].body.as_str()), (1, "two"));
        assert_eq!(answer([]).get(), r#"{"batchItemFailures":[]}"#);
        assert_eq!(
            answer(&messages).get(),
            r#"{"batchItemFailures":[{"itemIdentifier":"m1"},{"itemIdentifier":"m2"}]}"#
        );
    }

    /// The emulator accepts such answers; the service delivers every message again, or deletes it.
    #[test]
    fn a_batch_with_a_message_without_an_id_is_refused() {
        for id in [r#""messageId":"","#, r#""messageId":null,"#, ""] {
            let batch = format!(r#"{{"Records":[{{"messageId":"m1","body":"x"}},{{{id}"body":"x"}}]}}"#);
            assert!(of_request(&request(&batch)).unwrap().is_err(), "{batch}");
        }
    }

    #[test]
    fn an_answer_names_each_message_that_is_not_done_and_nothing_else() {
        let batch = r#"{"Records":[{"messageId":"m0"},{"messageId":"m1"},{"messageId":"m2"}]}"#;
        let messages = of_request(&request(batch)).unwrap().unwrap();
        for subset in 0..8_usize {
            let not_done = |at: &usize| subset & (1 << at) != 0;
            let answer = answer((0..3).filter(not_done).map(|at| &messages[at]));
            let answer: serde_json::Value = serde_json::from_str(answer.get()).unwrap();
            let expected: Vec<_> = (0..3)
                .filter(not_done)
                .map(|at| serde_json::json!({"itemIdentifier": format!("m{at}")}))
                .collect();
            assert_eq!(answer, serde_json::json!({"batchItemFailures": expected}));
        }
    }

    #[test]
    fn other_requests_are_not_batches() {
        for text in [r#"{"tick":{}}"#, r#"{"bucket":"b","key":"k"}"#, "null", "[]"] {
            assert!(of_request(&request(text)).is_none(), "{text}");
        }
    }
}
