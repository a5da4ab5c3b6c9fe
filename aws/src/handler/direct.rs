//! A direct request: one object is reviewed now, the document is the answer, and nothing is written.

use data_review_core::pipeline::{Event, Learnt};
use data_review_core::{Document, FileFacts, Identification, Recipe};
use serde_json::value::RawValue;

use super::Shell;
use super::review::{Share, Subject};
use crate::lambda::Invocation;
use crate::message::{Direct, Look, Version};
use crate::object;

/// Longest answer, in bytes: the service takes 6 MB.
const ANSWER: usize = 6_000_000;

impl Shell {
    pub(super) async fn answer_directly(
        &self,
        request: &RawValue,
        invocation: &Invocation,
    ) -> Result<Box<RawValue>, String> {
        let direct: Direct = serde_json::from_str(request.get()).map_err(|error| {
            format!(r#"the request is neither a batch of messages nor {{"bucket": …, "key": …}}: {error}"#)
        })?;
        let document = self.document(direct, invocation).await?.to_canonical_json();
        if document.len() > ANSWER {
            let bytes = document.len();
            return Err(format!(
                "the document has {bytes} bytes, and an answer at most {ANSWER}: review it by its queue"
            ));
        }
        RawValue::from_string(document).map_err(|error| error.to_string())
    }

    async fn document(&self, direct: Direct, invocation: &Invocation) -> Result<Document, String> {
        let Direct { bucket, key, version } = direct;
        let Version { stamp, identified } = match version {
            Some(version) => version,
            None => {
                let look = Look {
                    key: key.clone(),
                    size: None,
                };
                let found = object::identify(&self.clients, &self.registry, &bucket, &look)
                    .await
                    .map_err(|trouble| trouble.into_error().message)?;
                let file = facts(&key, Some(found.size), found.sha256);
                match found.identification {
                    Identification::Identified(identified) => Version {
                        stamp: found.stamp,
                        identified,
                    },
                    other => {
                        let document = Document::unidentified(file, &other);
                        return document.ok_or_else(|| "it is identified and is not".to_owned());
                    }
                }
            }
        };
        let subject = Subject {
            bucket: &bucket,
            key: &key,
            stamp: &stamp,
        };
        let (learnt, event) = self.look(&subject, Share::of(invocation, 1)).await;
        let failure = match event {
            Some(Event::Reviewed(end)) => end.err(),
            Some(Event::Unavailable(failure)) => return Err(failure.message),
            Some(Event::Vanished) => return Err("there is no such object".to_owned()),
            _ => {
                return Err(
                    "the object changed while it was read, or there is no time left: try again".to_owned(),
                );
            }
        };
        let Learnt {
            size, sha256, review, ..
        } = learnt;
        let (card, review) = review.ok_or("the review is lost")?;
        let recipe = Recipe::of(card);
        Ok(Document::handled(
            facts(&key, size, sha256),
            &identified,
            card.version,
            &recipe,
            review,
            failure,
        ))
    }
}

fn facts(key: &str, size: Option<u64>, sha256: Option<String>) -> FileFacts {
    FileFacts {
        key: key.to_owned(),
        size,
        sha256,
    }
}
