//! One review: the object's bytes into an unlinked file, the file's descriptor to the worker.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use data_review_core::pipeline::{Event, Learnt};
use data_review_core::{Class, Failure, Review, Stage, name_of};
use data_review_engine::{Answer, Job, Meanwhile, StartError};

use super::Shell;
use crate::lambda::Invocation;
use crate::object;

/// Part of `/tmp` that is left free, for what the runtime keeps there.
const SPARE: u64 = 64 << 20;

/// What is to be reviewed.
pub(super) struct Subject<'a> {
    pub(super) bucket: &'a str,
    pub(super) key: &'a str,
    /// The version: that one or none.
    pub(super) stamp: &'a str,
}

/// The time that a review may take of its invocation's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    until: Instant,
    /// Whether it is a good part of what the function has at all: who needs much more will never get it.
    whole: bool,
}

impl Share {
    /// The last of a batch gets what is left; who has neighbours waiting gets half of it.
    pub(super) fn of(invocation: &Invocation, waiting: usize) -> Self {
        let left = invocation.left();
        let share = if waiting > 1 { left / 2 } else { left };
        Share {
            until: invocation.deadline - (left - share),
            whole: waiting <= 1 && left >= invocation.budget / 3,
        }
    }
}

/// Gives up when the time is over.
struct Until(Instant);

impl Meanwhile for Until {
    fn is_cancelled(&self) -> bool {
        Instant::now() >= self.0
    }
}

impl Shell {
    /// Reads and reviews an object; no event where its share of the time is over, and another may have more.
    pub(super) async fn look(&self, subject: &Subject<'_>, share: Share) -> (Learnt, Option<Event>) {
        let limit = self.card.limits.object_bytes.min(self.room());
        let spool = object::spool(&self.clients, subject.bucket, subject.key, subject.stamp, limit).await;
        let spool = match spool {
            Ok(spool) => spool,
            Err(trouble) => return (Learnt::default(), Some(trouble.into_event())),
        };
        let name = name_of(subject.key).to_owned();
        let mut learnt = Learnt {
            size: Some(spool.size),
            ..Learnt::default()
        };
        let Some((file, sha256)) = spool.content else {
            let message = format!("it has {} bytes, and the limit is {limit}", spool.size);
            learnt.review = Some((self.card, Review::not_run(self.card, &name)));
            let failure = Failure::new(Stage::Read, Class::LimitExceeded, message);
            return (learnt, Some(Event::Reviewed(Err(failure))));
        };
        learnt.sha256 = Some(sha256);
        let (card, worker, len) = (self.card, self.worker.clone(), spool.size);
        let began = Instant::now();
        let answer = tokio::task::spawn_blocking(move || {
            let job = Job {
                handler: card.id,
                version: card.version,
                name: &name,
                len,
                limits: card.limits,
            };
            let mut worker = worker.lock().unwrap_or_else(PoisonError::into_inner);
            let answer = worker.review(&job, &file, &mut Until(share.until));
            (answer, name)
        });
        match answer.await {
            Ok((answer, name)) => self.judge(answer, &name, share, began.elapsed(), learnt),
            Err(error) => (learnt, Some(unavailable(error.to_string()))),
        }
    }

    fn judge(
        &self,
        answer: Result<Answer, StartError>,
        name: &str,
        share: Share,
        took: Duration,
        mut learnt: Learnt,
    ) -> (Learnt, Option<Event>) {
        let (review, end) = match answer {
            Err(error) => return (learnt, Some(unavailable(error.to_string()))),
            Ok(Answer::Cancelled(_)) if !share.whole => return (learnt, None),
            Ok(Answer::Cancelled(place)) => {
                let message = format!(
                    "its review had not ended after {} s, and its function has no more time",
                    took.as_secs()
                );
                let failure = Failure::new(Stage::Review, Class::TimedOut, message).at(place);
                (Review::not_run(self.card, name), Err(failure))
            }
            Ok(Answer::Death(failure)) => (Review::not_run(self.card, name), Err(failure)),
            Ok(Answer::Review { review, failure, .. }) => (*review, failure.map_or(Ok(()), Err)),
        };
        learnt.review = Some((self.card, review));
        let event = match end {
            Err(failure) if failure.class.is_transient() => Event::Unavailable(failure),
            end => Event::Reviewed(end),
        };
        (learnt, Some(event))
    }

    /// Bytes that an object may have to be kept while it is reviewed.
    fn room(&self) -> u64 {
        (u64::from(self.card.lambda.ephemeral_mb) << 20).saturating_sub(SPARE)
    }
}

fn unavailable(message: String) -> Event {
    Event::Unavailable(Failure::new(Stage::Review, Class::Service, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(left: u64, budget: u64, waiting: usize) -> (u64, bool) {
        let now = Instant::now();
        let invocation = Invocation {
            request: String::new(),
            deadline: now + Duration::from_secs(left),
            budget: Duration::from_secs(budget),
        };
        let share = Share::of(&invocation, waiting);
        ((share.until - now).as_secs_f64().round() as u64, share.whole)
    }

    #[test]
    fn who_has_neighbours_waiting_gets_half_and_is_not_judged_by_it() {
        assert_eq!(share(270, 270, 10), (135, false));
        assert_eq!(share(135, 270, 1), (135, true));
        assert_eq!(share(60, 270, 1), (60, false));
        assert_eq!(share(270, 270, 1), (270, true));
    }
}
