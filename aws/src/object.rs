//! Reads objects of a bucket: pages of a listing, ranges for a probe, all of an object for a review.

mod probe;
mod spool;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::EncodingType;
use data_review_core::pipeline::{Interruption, Obstacle};
use data_review_core::{Class, Failure, Stage};

pub use probe::{Found, identify};
pub use spool::{Spool, spool};

use crate::message::decode_key;
use crate::{CallError, Clients};

/// One object of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key, not encoded.
    pub key: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its ETag.
    pub stamp: String,
}

/// A page of a listing: at most 1,000 objects, sorted by the bytes of their keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The objects.
    pub objects: Vec<Listed>,
    /// Whether more objects follow.
    pub more: bool,
}

/// Lists the objects whose keys begin with `prefix` and come after `after`.
///
/// # Errors
/// If the bucket cannot be listed.
pub async fn list(
    clients: &Clients,
    bucket: &str,
    prefix: &str,
    after: Option<&str>,
) -> Result<Page, CallError> {
    let page = clients
        .s3
        .list_objects_v2()
        .bucket(bucket)
        .prefix(prefix)
        .set_start_after(after.map(str::to_owned))
        // XML cannot hold every character of a key.
        .encoding_type(EncodingType::Url)
        .send()
        .await
        .map_err(|error| CallError::of(&format!("listing s3://{bucket}/{prefix}"), error))?;
    let more = page.is_truncated == Some(true);
    let objects = page
        .contents
        .unwrap_or_default()
        .into_iter()
        .filter_map(|object| {
            Some(Listed {
                key: decode_key(object.key.as_deref()?),
                size: object.size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
                stamp: unquoted(object.e_tag.as_deref()),
            })
        });
    Ok(Page {
        objects: objects.collect(),
        more,
    })
}

/// The current ETag of an object; `None` if there is no such object.
///
/// # Errors
/// If the service fails.
pub async fn stamp(clients: &Clients, bucket: &str, key: &str) -> Result<Option<String>, CallError> {
    match clients.s3.head_object().bucket(bucket).key(key).send().await {
        Ok(head) => Ok(Some(unquoted(head.e_tag.as_deref()))),
        Err(error) => match ObjectError::of("asking for an object", error) {
            ObjectError::Missing => Ok(None),
            trouble => Err(trouble.into_error()),
        },
    }
}

/// Why an object was not read.
#[derive(Debug, Clone)]
pub enum ObjectError {
    /// There is no such object.
    Missing,
    /// It is not the version that was asked for.
    Changed,
    /// The service failed.
    Call(CallError),
}

impl ObjectError {
    fn of<E>(what: &str, error: SdkError<E>) -> Self
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let code = error.code().map(str::to_owned);
        let error = CallError::of(what, error);
        match error.status {
            // A missing bucket says nothing about its objects.
            Some(404) if code.as_deref() != Some("NoSuchBucket") => ObjectError::Missing,
            Some(412) => ObjectError::Changed,
            _ => ObjectError::Call(error),
        }
    }

    /// As an obstacle of the object's journey.
    pub fn into_obstacle(self) -> Obstacle {
        match self {
            ObjectError::Missing => Obstacle::Missing,
            ObjectError::Changed => Obstacle::Changed,
            ObjectError::Call(error) => {
                let class = match error.transient {
                    true => Class::Service,
                    false => Class::Unreadable,
                };
                Obstacle::unavailable(Failure::new(Stage::Read, class, error.message))
            }
        }
    }

    /// As an error for a person.
    pub fn into_error(self) -> CallError {
        match self {
            ObjectError::Missing => CallError::permanent("there is no such object"),
            ObjectError::Changed => CallError::transient("the object changed while it was read; try again"),
            ObjectError::Call(error) => error,
        }
    }
}

impl<H> From<ObjectError> for Interruption<H> {
    fn from(trouble: ObjectError) -> Self {
        Interruption::Obstacle(trouble.into_obstacle())
    }
}

/// Removes the quotes that ETags have in headers and listings, but not in notifications.
fn unquoted(etag: Option<&str>) -> String {
    etag.unwrap_or_default().trim_matches('"').to_owned()
}

fn quoted(stamp: &str) -> String {
    format!("\"{stamp}\"")
}
