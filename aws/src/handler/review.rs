//! One review: copies the object into a file without a name, and passes the descriptor of the file to the worker.

use std::fs::File;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use data_review_core::pipeline::{Interruption, Obstacle, ReviewedObject};
use data_review_core::{Class, Compression, Failure, Input, Limits, Review, Stage, name_of};
use data_review_engine::{Answer, FileInput, Job, Meanwhile, decompress};

use super::HandlerFunction;
use crate::actions::OutOfTime;
use crate::lambda::Invocation;
use crate::object::{self, ObjectError};

/// Bytes of `/tmp` that are left free for the runtime.
const SPARE: u64 = 64 << 20;

/// The version of an object that is reviewed.
pub(super) struct Subject<'a> {
    pub(super) bucket: &'a str,
    pub(super) key: &'a str,
    /// The ETag of the version; no other one is read.
    pub(super) stamp: &'a str,
}

/// The time that one review of a batch may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    until: Instant,
    /// Whether it is most of the time that the function can ever give: a review that needs more will never succeed.
    whole: bool,
}

impl Share {
    /// The last review of a batch gets the remaining time; one with others waiting gets half of it.
    pub(super) fn of(invocation: &Invocation, waiting: usize) -> Self {
        let left = invocation.left();
        let share = if waiting > 1 { left / 2 } else { left };
        Share {
            until: invocation.deadline - (left - share),
            whole: waiting <= 1 && left >= invocation.budget / 3,
        }
    }
}

/// What a handler reads.
struct Content {
    compression: Option<Compression>,
    file: Arc<File>,
    len: u64,
}

/// Cancels a review when its time is over.
struct Until(Instant);

impl Meanwhile for Until {
    fn is_cancelled(&self) -> bool {
        Instant::now() >= self.0
    }
}

impl HandlerFunction {
    /// Reads and reviews an object; adds the bytes that were read to `read`.
    ///
    /// # Errors
    /// [`OutOfTime`] if its share of the time is over, and another invocation may have more.
    pub(super) async fn look(
        &self,
        subject: &Subject<'_>,
        share: Share,
        read: &mut u64,
    ) -> Result<ReviewedObject, Interruption<OutOfTime>> {
        let limit = self.card.limits.object_bytes.min(self.capacity());
        let spool = object::spool(&self.clients, subject.bucket, subject.key, subject.stamp, limit).await?;
        let (card, size) = (self.card, spool.size);
        let name = name_of(subject.key);
        let too_large = |name, sha256, compression, len, limit| ReviewedObject {
            size,
            sha256,
            compression,
            card,
            review: Review::not_run(card, name),
            failure: Some(Failure::too_large(len, limit)),
        };
        let Some((file, sha256)) = spool.content else {
            return Ok(too_large(name, None, None, size, limit));
        };
        *read += size;
        let content = self.content(subject, file, size, share).await?;
        let compression = content.compression;
        let name = compression
            .map_or(name, |compression| compression.name_inside(name))
            .to_owned();
        let Content { file, len, .. } = content;
        let limit = card.limits.object_bytes;
        if len > limit {
            return Ok(too_large(&name, Some(sha256), compression, len, limit));
        }
        let worker = self.worker.clone();
        let began = Instant::now();
        let reviewing = tokio::task::spawn_blocking(move || {
            let job = Job {
                handler: card.id,
                version: card.version,
                name: &name,
                len,
                limits: card.limits,
                // The cloud keeps documents and states.
                preview: false,
            };
            let mut worker = worker.lock().unwrap_or_else(PoisonError::into_inner);
            let answer = worker.review(&job, &file, &mut Until(share.until));
            (answer, name)
        });
        let (answer, name) = reviewing.await.map_err(unavailable)?;
        let not_run = |failure| (Review::not_run(card, &name), Some(failure));
        let (review, failure) = match answer.map_err(unavailable)? {
            Answer::Review { review, failure, .. } => (*review, failure),
            Answer::Death(failure) => not_run(failure),
            Answer::Cancelled(_) if !share.whole => return Err(Interruption::Halt(OutOfTime)),
            Answer::Cancelled(place) => {
                let seconds = began.elapsed().as_secs();
                let message =
                    format!("its review had not ended after {seconds} s, and its function has no more time");
                not_run(Failure::new(Stage::Review, Class::TimedOut, message).at(place))
            }
        };
        Ok(ReviewedObject {
            size,
            sha256: Some(sha256),
            compression,
            card,
            review,
            failure,
        })
    }

    /// What the handler reads of the copy of an object: the copy itself, or its content if it is compressed as a whole.
    async fn content(
        &self,
        subject: &Subject<'_>,
        file: File,
        size: u64,
        share: Share,
    ) -> Result<Content, ObjectError> {
        let limits = Limits::DEFAULT.inflating_at_most(self.capacity().saturating_sub(size));
        let stamp = subject.stamp.to_owned();
        let decompressing = tokio::task::spawn_blocking(move || {
            let file = Arc::new(file);
            let stored: Arc<dyn Input> = Arc::new(FileInput::new(file.clone(), size));
            let compression = Compression::of_input(&*stored).map_err(ObjectError::transient)?;
            let (file, len) = match compression {
                None => (file, size),
                Some(compression) => {
                    let in_time = || Instant::now() < share.until;
                    let (content, len) = decompress(compression, &stored, &limits, in_time)
                        .map_err(|failure| ObjectError::of_content(*failure, &stamp, size))?;
                    (Arc::new(content), len)
                }
            };
            Ok(Content {
                compression,
                file,
                len,
            })
        });
        decompressing.await.map_err(ObjectError::transient)?
    }

    /// The most bytes of an object that fit into `/tmp`.
    pub(super) fn capacity(&self) -> u64 {
        (u64::from(self.card.lambda.ephemeral_mb) << 20).saturating_sub(SPARE)
    }
}

fn unavailable(error: impl std::error::Error) -> Obstacle {
    Obstacle::unavailable(Failure::new(Stage::Review, Class::Service, error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
    fn a_review_with_others_waiting_gets_half_and_is_not_timed_out() {
        assert_eq!(share(270, 270, 10), (135, false));
        assert_eq!(share(135, 270, 1), (135, true));
        assert_eq!(share(60, 270, 1), (60, false));
        assert_eq!(share(270, 270, 1), (270, true));
    }
}
