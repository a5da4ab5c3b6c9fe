//! Groups the messages of a batch, so that each version of an object is reviewed once.

use crate::batch::Message;
use crate::message::{self, ReviewRequest};

/// One version of one object to be reviewed, and the messages that ask for it.
#[derive(Debug)]
pub(super) struct RequestedReview<'m> {
    pub(super) request: ReviewRequest,
    /// At least one message.
    pub(super) messages: Vec<&'m Message>,
}

impl RequestedReview<'_> {
    /// How often it was received: the highest count of its messages.
    pub(super) fn receives(&self) -> u32 {
        self.messages
            .iter()
            .map(|message| message.receives)
            .max()
            .unwrap_or(1)
    }
}

/// The requested reviews of a batch in the order in which they are run, and the messages that cannot be read.
pub(super) fn group(messages: &[Message]) -> (Vec<RequestedReview<'_>>, Vec<&Message>) {
    let mut reviews: Vec<RequestedReview<'_>> = Vec::new();
    let mut unreadable = Vec::new();
    for message in messages {
        let request: ReviewRequest = match message::decode_queued(&message.body) {
            Ok(request) => request,
            Err(error) => {
                tracing::error!(%error, id = message.id, "the message goes back to its queue, and after its last delivery to the dead-letter queue");
                unreadable.push(message);
                continue;
            }
        };
        let same = |requested: &&mut RequestedReview<'_>| {
            (&requested.request.key, &requested.request.stamp) == (&request.key, &request.stamp)
        };
        match reviews.iter_mut().find(same) {
            Some(requested) => {
                requested.request.force |= request.force;
                requested.messages.push(message);
            }
            None => reviews.push(RequestedReview {
                request,
                messages: vec![message],
            }),
        }
    }
    // A review that was begun before may use up the whole time of the function: those that were not run yet come first.
    reviews.sort_by_key(RequestedReview::receives);
    (reviews, unreadable)
}

#[cfg(test)]
mod tests {
    use data_review_core::{Candidate, Confidence, Identified};

    use super::*;

    fn message(id: &str, key: &str, stamp: &str, force: bool, receives: u32) -> Message {
        let winner = Candidate {
            id: "aa".to_owned(),
            verdict: Confidence::Certain,
            because: String::new(),
        };
        let request = ReviewRequest {
            key: key.to_owned(),
            stamp: stamp.to_owned(),
            identified: Identified {
                winner,
                runners_up: Vec::new(),
                contradiction: None,
            },
            registry: String::new(),
            force,
        };
        Message {
            id: id.to_owned(),
            body: message::encode_queued(&request),
            receives,
            queue: String::new(),
            sent: None,
        }
    }

    #[test]
    fn all_messages_of_one_version_are_one_review() {
        let mut messages = vec![
            message("1", "a", "v1", false, 1),
            message("2", "b", "v1", false, 1),
            message("3", "a", "v1", true, 4),
            message("4", "a", "v2", false, 2),
        ];
        messages.push(Message {
            id: "5".to_owned(),
            body: "no JSON".to_owned(),
            ..messages[0].clone()
        });
        let (reviews, unreadable) = group(&messages);
        let found: Vec<_> = reviews
            .iter()
            .map(|requested| {
                let ids: Vec<_> = requested
                    .messages
                    .iter()
                    .map(|message| message.id.as_str())
                    .collect();
                let ReviewRequest {
                    key, stamp, force, ..
                } = &requested.request;
                (key.as_str(), stamp.as_str(), *force, ids.join(" "))
            })
            .collect();
        let expected = [
            ("b", "v1", false, "2".to_owned()),
            ("a", "v2", false, "4".to_owned()),
            ("a", "v1", true, "1 3".to_owned()),
        ];
        assert_eq!(found, expected);
        assert_eq!(unreadable, [&messages[4]]);
    }
}
