//! Reads objects of a bucket: pages of a listing, ranges for a probe, all of an object for a review.

mod probe;
mod spool;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::{EncodingType, Object, ObjectStorageClass, OptionalObjectAttributes, RestoreStatus};
use data_review_core::pipeline::{Interruption, Obstacle, RefusedObject};
use data_review_core::{Class, Failure, Stage};
use futures::stream::{self, StreamExt, TryStreamExt};

pub use probe::{Found, identify};
pub(crate) use spool::copy;
pub use spool::{Spool, spool};

use crate::message::decode_key;
use crate::{CallError, Clients};

/// Requests that run at once.
const AT_ONCE: usize = 16;

/// One object of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key, not encoded.
    pub key: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its ETag.
    pub stamp: String,
    /// The archive that it lies in and is not restored from, such as `DEEP_ARCHIVE`; none if it can be read.
    ///
    /// The listing does not show the archive tiers of `INTELLIGENT_TIERING`: such an object seems readable, and S3 refuses
    /// to return it.
    pub archive: Option<String>,
}

impl Listed {
    fn of(object: Object) -> Option<Self> {
        Some(Listed {
            key: decode_key(object.key.as_deref()?),
            size: object.size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            stamp: unquoted(object.e_tag.as_deref()),
            archive: archive(object.storage_class, object.restore_status),
        })
    }
}

/// The archive that an object of a class must be restored from before it can be read; `None` if it is restored, or need not be.
pub(crate) fn archive(class: Option<ObjectStorageClass>, restore: Option<RestoreStatus>) -> Option<String> {
    use ObjectStorageClass::{DeepArchive, Glacier};
    let is_restored = restore.is_some_and(|status| status.is_restore_in_progress == Some(false));
    let archive = class.filter(|class| matches!(class, Glacier | DeepArchive) && !is_restored);
    archive.map(|class| class.as_str().to_owned())
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
    list_at_most(clients, bucket, prefix, after, None).await
}

/// The listing's entry of one key; `None` if there is no such object. It needs no key for the object's content, and no
/// restored copy.
async fn entry(clients: &Clients, bucket: &str, key: &str) -> Result<Option<Listed>, CallError> {
    // Of all keys that begin with this one, it is the first.
    let page = list_at_most(clients, bucket, key, None, Some(1)).await?;
    Ok(page.objects.into_iter().find(|object| object.key == key))
}

async fn list_at_most(
    clients: &Clients,
    bucket: &str,
    prefix: &str,
    after: Option<&str>,
    most: Option<i32>,
) -> Result<Page, CallError> {
    let page = clients
        .s3
        .list_objects_v2()
        .bucket(bucket)
        .prefix(prefix)
        .set_start_after(after.map(str::to_owned))
        .set_max_keys(most)
        .set_request_payer(clients.request_payer())
        .optional_object_attributes(OptionalObjectAttributes::RestoreStatus)
        // XML cannot hold every character of a key.
        .encoding_type(EncodingType::Url)
        .send()
        .await
        .map_err(|error| CallError::of(&format!("listing s3://{bucket}/{prefix}"), error))?;
    let more = page.is_truncated == Some(true);
    let objects = page.contents.unwrap_or_default().into_iter();
    let objects = objects.filter_map(Listed::of);
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
    let head = clients.s3.head_object().bucket(bucket).key(key);
    match head.set_request_payer(clients.request_payer()).send().await {
        Ok(head) => Ok(Some(unquoted(head.e_tag.as_deref()))),
        Err(error) => match ObjectError::of("asking for an object", error) {
            ObjectError::Missing => Ok(None),
            // An answer to HEAD has no body, and so no code: a bad request is one without the object's own key.
            ObjectError::Call(error) if error.status == Some(400) => {
                let listed = entry(clients, bucket, key).await?;
                Ok(listed.map(|listed| listed.stamp))
            }
            trouble => Err(trouble.into_error()),
        },
    }
}

/// Those of `keys` that no object has.
///
/// # Errors
/// If the service fails.
pub async fn missing(clients: &Clients, bucket: &str, keys: Vec<String>) -> Result<Vec<String>, CallError> {
    let asked = stream::iter(keys).map(|key| async move {
        let found = stamp(clients, bucket, &key).await?;
        Ok(found.is_none().then_some(key))
    });
    asked
        .buffered(AT_ONCE)
        .try_filter_map(|missing| async { Ok(missing) })
        .try_collect()
        .await
}

/// Why an object was not read.
#[derive(Debug, Clone)]
pub enum ObjectError {
    /// There is no such object.
    Missing,
    /// It is not the version that was asked for.
    Changed,
    /// It is archived, encrypted with a key that S3 does not have, or compressed and damaged.
    Refused(Box<RefusedObject>),
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
            _ => match code.as_deref().and_then(refusal) {
                Some((class, reason)) => {
                    let message = format!("{reason}: {}", error.message);
                    ObjectError::Refused(Box::new(RefusedObject {
                        failure: Failure::new(Stage::Read, class, message),
                        stamp: None,
                        size: None,
                    }))
                }
                None => ObjectError::Call(error),
            },
        }
    }

    /// A failure of this machine while an object was read.
    pub(crate) fn transient(error: impl std::error::Error) -> Self {
        ObjectError::Call(CallError::transient(error.to_string()))
    }

    /// The content of the version `stamp` of an object of `size` bytes cannot be decompressed.
    pub(crate) fn of_content(failure: Failure, stamp: &str, size: u64) -> Self {
        match failure.class.is_transient() {
            true => ObjectError::Call(CallError::transient(failure.message)),
            false => ObjectError::Refused(Box::new(RefusedObject {
                failure,
                stamp: Some(stamp.to_owned()),
                size: Some(size),
            })),
        }
    }

    /// Adds what the listing says of a refused object: S3 sends neither ETag nor size with the refusal.
    async fn with_entry(self, clients: &Clients, bucket: &str, key: &str) -> Self {
        let ObjectError::Refused(mut refused) = self else {
            return self;
        };
        match entry(clients, bucket, key).await {
            Ok(Some(listed)) => {
                if let Some(archive) = listed.archive {
                    let message = &mut refused.failure.message;
                    *message = format!("its storage class is {archive}, and {message}");
                }
                refused.stamp = Some(listed.stamp);
                refused.size = Some(listed.size);
                ObjectError::Refused(refused)
            }
            Ok(None) => ObjectError::Missing,
            Err(error) => ObjectError::Call(error),
        }
    }

    /// As an obstacle of the object's journey.
    pub fn into_obstacle(self) -> Obstacle {
        match self {
            ObjectError::Missing => Obstacle::Missing,
            ObjectError::Changed => Obstacle::Changed,
            ObjectError::Refused(refused) => Obstacle::Refused(refused),
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
            ObjectError::Refused(refused) => CallError::permanent(refused.failure.message),
            ObjectError::Call(error) => error,
        }
    }
}

impl<H> From<ObjectError> for Interruption<H> {
    fn from(trouble: ObjectError) -> Self {
        Interruption::Obstacle(trouble.into_obstacle())
    }
}

/// The class of a refusal to return an object, and its reason.
///
/// `InvalidObjectState` is documented for `GLACIER`, `DEEP_ARCHIVE` and the archive tiers of `INTELLIGENT_TIERING` (API
/// reference, `GetObject`). For an object that is encrypted with a customer's key (SSE-C), a request without that key is an
/// `InvalidRequest`; the requests of this module have nothing else that S3 could call so.
fn refusal(code: &str) -> Option<(Class, &'static str)> {
    match code {
        "InvalidObjectState" => Some((Class::Archived, "it is archived and not restored")),
        "InvalidRequest" => Some((
            Class::CustomerKey,
            "S3 cannot decrypt it without the key that it was stored with (SSE-C)",
        )),
        _ => None,
    }
}

/// Removes the quotes that ETags have in headers and listings, but not in notifications.
fn unquoted(etag: Option<&str>) -> String {
    etag.unwrap_or_default().trim_matches('"').to_owned()
}

fn quoted(stamp: &str) -> String {
    format!("\"{stamp}\"")
}
