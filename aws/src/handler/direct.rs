//! Direct requests: one object is reviewed at once, the answer is its document, and nothing is written.

use data_review_core::pipeline::{Interruption, Obstacle, ReviewedObject};
use data_review_core::{Compression, Document, FileFacts, Identification, Recipe};
use serde_json::value::RawValue;

use super::HandlerFunction;
use super::review::{Share, Subject};
use crate::actions::OutOfTime;
use crate::lambda::Invocation;
use crate::message::{Direct, LookRequest, Version};
use crate::object;

/// The most bytes of an answer: the service accepts 6 MB.
const ANSWER: usize = 6_000_000;

impl HandlerFunction {
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
                "the document has {bytes} bytes, and an answer may have {ANSWER}: have the object reviewed through its queue"
            ));
        }
        RawValue::from_string(document).map_err(|error| error.to_string())
    }

    async fn document(&self, direct: Direct, invocation: &Invocation) -> Result<Document, String> {
        let Direct { bucket, key, version } = direct;
        let Version { stamp, identified } = match version {
            Some(version) => version,
            None => {
                let look = LookRequest {
                    key: key.clone(),
                    size: None,
                };
                let found = object::identify(&self.clients, &self.registry, &bucket, &look, self.capacity())
                    .await
                    .map_err(|trouble| trouble.into_error().message)?;
                let file = facts(&key, found.size, found.sha256, found.compression);
                match found.identification {
                    Identification::Identified(identified) => Version {
                        stamp: found.stamp,
                        identified,
                    },
                    other => {
                        let document = Document::unidentified(file, &other);
                        return document.ok_or_else(|| {
                            "defect: an identification without a handler has no document".to_owned()
                        });
                    }
                }
            }
        };
        let subject = Subject {
            bucket: &bucket,
            key: &key,
            stamp: &stamp,
        };
        let reviewed = self.look(&subject, Share::of(invocation, 1), &mut 0).await;
        let ReviewedObject {
            size,
            sha256,
            compression,
            card,
            review,
            failure,
        } = reviewed.map_err(|interruption| match interruption {
            Interruption::Obstacle(Obstacle::Missing) => "there is no such object".to_owned(),
            Interruption::Obstacle(Obstacle::Changed) => {
                "the object changed while it was read: try again".to_owned()
            }
            Interruption::Obstacle(Obstacle::Unavailable(failure)) => failure.message,
            Interruption::Obstacle(Obstacle::Refused(refused)) => {
                let failure = refused.failure;
                format!("{}; {}", failure.message, failure.next_step())
            }
            Interruption::Halt(OutOfTime) => "the function has no time left: try again".to_owned(),
        })?;
        if let Some(failure) = &failure
            && failure.class.is_transient()
        {
            return Err(failure.message.clone());
        }
        let recipe = Recipe::of(card);
        Ok(Document::handled(
            facts(&key, size, sha256, compression),
            &identified,
            card.version,
            &recipe,
            review,
            failure,
        ))
    }
}

fn facts(key: &str, size: u64, sha256: Option<String>, compression: Option<Compression>) -> FileFacts {
    FileFacts {
        key: key.to_owned(),
        size: Some(size),
        sha256,
        compression,
    }
}
