//! Objects of a bucket: listed by the page, probed by ranged reads, read whole once.

mod probe;
mod spool;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::EncodingType;
use data_review_core::pipeline::Event;
use data_review_core::{Class, Failure, Stage};

pub use probe::{Found, identify};
pub use spool::{Spool, spool};

use crate::message::decode_key;
use crate::{CallError, Clients};

/// One object of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key, as it is.
    pub key: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its ETag.
    pub stamp: String,
}

/// Up to 1,000 objects, by the bytes of their keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The objects.
    pub objects: Vec<Listed>,
    /// Whether others follow the last one.
    pub more: bool,
}

/// Lists the objects whose keys begin with `prefix` and come after `after`.
///
/// # Errors
/// When the bucket cannot be listed.
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

/// The ETag of the object as it is now; none where there is no such object.
///
/// # Errors
/// When the service does not say.
pub async fn stamp(clients: &Clients, bucket: &str, key: &str) -> Result<Option<String>, CallError> {
    match clients.s3.head_object().bucket(bucket).key(key).send().await {
        Ok(head) => Ok(Some(unquoted(head.e_tag.as_deref()))),
        Err(error) => match Trouble::of("asking for an object", error) {
            Trouble::Vanished => Ok(None),
            trouble => Err(trouble.into_error()),
        },
    }
}

/// Why an object cannot be looked at.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// There is no such object.
    Vanished,
    /// It is not the version that was asked for.
    Changed,
    /// The service does not give it.
    Call(CallError),
}

impl Trouble {
    fn of<E>(what: &str, error: SdkError<E>) -> Self
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let code = error.code().map(str::to_owned);
        let error = CallError::of(what, error);
        match error.status {
            // A bucket that is not there says nothing of its objects.
            Some(404) if code.as_deref() != Some("NoSuchBucket") => Trouble::Vanished,
            Some(412) => Trouble::Changed,
            _ => Trouble::Call(error),
        }
    }

    /// For the object's journey.
    pub fn into_event(self) -> Event {
        match self {
            Trouble::Vanished => Event::Vanished,
            Trouble::Changed => Event::Changed,
            Trouble::Call(error) => {
                let class = match error.transient {
                    true => Class::Service,
                    false => Class::Unreadable,
                };
                Event::Unavailable(Failure::new(Stage::Read, class, error.message))
            }
        }
    }

    /// For a person.
    pub fn into_error(self) -> CallError {
        match self {
            Trouble::Vanished => CallError::permanent("there is no such object"),
            Trouble::Changed => CallError::transient("the object changed while it was read; try again"),
            Trouble::Call(error) => error,
        }
    }
}

/// ETags stand in quotes in headers and listings, and without them in notifications.
fn unquoted(etag: Option<&str>) -> String {
    etag.unwrap_or_default().trim_matches('"').to_owned()
}

fn quoted(stamp: &str) -> String {
    format!("\"{stamp}\"")
}
