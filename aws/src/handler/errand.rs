//! What a batch wants done: each piece of work once, however often it was sent.

use crate::batch::Message;
use crate::message::{self, Work};

/// One version of one object to be reviewed, and the messages that want it.
#[derive(Debug)]
pub(super) struct Errand<'m> {
    pub(super) work: Work,
    /// At least one.
    pub(super) messages: Vec<&'m Message>,
}

impl Errand<'_> {
    /// Times that it was received, by the message that came most often.
    pub(super) fn receives(&self) -> u32 {
        self.messages
            .iter()
            .map(|message| message.receives)
            .max()
            .unwrap_or(1)
    }
}

/// The errands of a batch, in the order in which they are to be done, and the messages that are none.
pub(super) fn errands(messages: &[Message]) -> (Vec<Errand<'_>>, Vec<&Message>) {
    let mut errands: Vec<Errand<'_>> = Vec::new();
    let mut unreadable = Vec::new();
    for message in messages {
        let work: Work = match message::decode(&message.body) {
            Ok(work) => work,
            Err(error) => {
                tracing::error!(%error, id = message.id, "it is left to the dead-letter queue's janitor");
                unreadable.push(message);
                continue;
            }
        };
        let same =
            |errand: &&mut Errand<'_>| (&errand.work.key, &errand.work.stamp) == (&work.key, &work.stamp);
        match errands.iter_mut().find(same) {
            Some(errand) => {
                errand.work.force |= work.force;
                errand.messages.push(message);
            }
            None => errands.push(Errand {
                work,
                messages: vec![message],
            }),
        }
    }
    // What came before and was not done may be what takes all the time: it must not take its neighbours'.
    errands.sort_by_key(Errand::receives);
    (errands, unreadable)
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
        let work = Work {
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
            body: message::encode(&work),
            receives,
            queue: String::new(),
            sent: None,
        }
    }

    #[test]
    fn a_version_is_reviewed_once_and_answers_for_all_its_messages() {
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
        let (errands, unreadable) = errands(&messages);
        let found: Vec<_> = errands
            .iter()
            .map(|errand| {
                let ids: Vec<_> = errand
                    .messages
                    .iter()
                    .map(|message| message.id.as_str())
                    .collect();
                let Work {
                    key, stamp, force, ..
                } = &errand.work;
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
