//! Identifies an object with ranged reads: one request for a small object, both ends and a little more for a long one. An
//! object that is compressed as a whole is read and decompressed.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use data_review_core::{
    BytesInput, Compression, Failure, Identification, Input, Limits, Probe, Registry, hex, name_of,
};
use data_review_engine::{FileInput, decompress};
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::{ObjectError, Spool, quoted, spool, unquoted};
use crate::message::LookRequest;
use crate::{CallError, Clients};

/// Bytes that a probe holds of each end; the first request asks for as many.
const END: u64 = 64 << 10;
/// The two ends of an object with at most this many bytes are all of it.
const SMALL: u64 = 2 * END;
/// Held while a compressed object and its content take space on the disk: a batch identifies many objects at once.
static DISK: Semaphore = Semaphore::const_new(1);

/// An object that was shown to all handlers.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its handler, or why there is none.
    pub identification: Identification,
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256 in hexadecimal, if it has at most 128 KiB or is compressed; other objects are not read to the end.
    pub sha256: Option<String>,
    /// How it is compressed as a whole, if it is.
    pub compression: Option<Compression>,
    /// Its ETag.
    pub stamp: String,
    /// Bytes that were read.
    pub bytes: u64,
    /// Requests that were made.
    pub requests: u32,
}

/// Shows an object to every handler of a registry; of one that is compressed as a whole, its content. An object and its
/// content may together take `room` bytes of the disk.
///
/// # Errors
/// If it does not exist, changes while it is read, cannot be read, or is compressed and damaged or too large.
pub async fn identify(
    clients: &Clients,
    registry: &Registry,
    bucket: &str,
    look: &LookRequest,
    room: u64,
) -> Result<Found, ObjectError> {
    let ranges = Ranges::open(clients, bucket, look).await?;
    let registry = registry.clone();
    let name = name_of(&look.key).to_owned();
    if let Some(compression) = Compression::of(&ranges.head) {
        return identify_content(ranges, registry, &name, compression, room).await;
    }
    // Handlers wait for each read, which a thread of the runtime must not do.
    let probing = tokio::task::spawn_blocking(move || {
        let seen = Probe::new(&name, &ranges)
            .map(|mut probe| (registry.identify(&mut probe), sha256_of_all(&probe)));
        (seen, ranges)
    });
    let (seen, ranges) = probing.await.map_err(ObjectError::transient)?;
    ranges.into_found(seen)
}

/// Shows the content of a compressed object to every handler.
async fn identify_content(
    ranges: Ranges,
    registry: Registry,
    name: &str,
    compression: Compression,
    room: u64,
) -> Result<Found, ObjectError> {
    let _held = DISK.acquire().await.map_err(ObjectError::transient)?;
    let Ranges {
        clients,
        bucket,
        key,
        stamp,
        size,
        head,
        later,
        ..
    } = ranges;
    let mut bytes = head.len() as u64;
    let mut requests = later
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .requests;
    let (stored, sha256): (Arc<dyn Input>, _) = if bytes == size {
        let sha256 = hex(&Sha256::digest(&head));
        (Arc::new(BytesInput(head)), sha256)
    } else {
        bytes += size;
        requests += 1;
        let Spool { content, .. } = spool(&clients, &bucket, &key, &stamp, room).await?;
        let Some((file, sha256)) = content else {
            return Err(ObjectError::of_content(
                Failure::too_large(size, room),
                &stamp,
                size,
            ));
        };
        (Arc::new(FileInput::new(Arc::new(file), size)), sha256)
    };
    let limits = Limits::DEFAULT.inflating_at_most(room.saturating_sub(size));
    let name = compression.name_inside(name).to_owned();
    let probing = tokio::task::spawn_blocking(move || {
        let (file, len) = decompress(compression, &stored, &limits, || true)
            .map_err(|failure| ObjectError::of_content(*failure, &stamp, size))?;
        let content = FileInput::new(Arc::new(file), len);
        let mut probe = Probe::new(&name, &content).map_err(ObjectError::transient)?;
        Ok(Found {
            identification: registry.identify(&mut probe),
            size,
            sha256: Some(sha256),
            compression: Some(compression),
            stamp,
            bytes,
            requests,
        })
    });
    probing.await.map_err(ObjectError::transient)?
}

/// One version of an object, with its first bytes in memory.
struct Ranges {
    clients: Clients,
    runtime: Handle,
    bucket: String,
    key: String,
    stamp: String,
    size: u64,
    head: Vec<u8>,
    later: Mutex<Later>,
}

/// Results of the requests after the first.
#[derive(Default)]
struct Later {
    bytes: u64,
    requests: u32,
    /// The first error. It is kept here, because a handler that cannot read only answers that it does not know the file.
    trouble: Option<ObjectError>,
}

impl Ranges {
    async fn open(clients: &Clients, bucket: &str, look: &LookRequest) -> Result<Self, ObjectError> {
        let first = match look.size {
            Some(size) if size <= SMALL => SMALL,
            _ => END,
        };
        let get = clients.s3.get_object().bucket(bucket).key(&look.key);
        let get = get.set_request_payer(clients.request_payer());
        let mut requests = 1;
        let mut answer = get.clone().range(range(0, first)).send().await;
        // An empty object has no valid range.
        if answer.as_ref().is_err_and(|error| {
            error
                .raw_response()
                .is_some_and(|answer| answer.status().as_u16() == 416)
        }) {
            requests += 1;
            answer = get.send().await;
        }
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                let error = ObjectError::of("reading an object's beginning", error);
                return Err(error.with_entry(clients, bucket, &look.key).await);
            }
        };
        let stamp = unquoted(answer.e_tag.as_deref());
        let length = match answer.content_range.as_deref() {
            Some(range) => whole_length(range),
            None => answer.content_length.and_then(|size| u64::try_from(size).ok()),
        };
        let is_whole = answer.content_range.is_none();
        let head = body(answer.body).await?;
        // A proxy may omit the length from an answer with the whole object.
        let size = length.or(is_whole.then_some(head.len() as u64)).ok_or_else(|| {
            ObjectError::Call(CallError::transient("S3 did not send the length of the object"))
        })?;
        Ok(Ranges {
            clients: clients.clone(),
            runtime: Handle::current(),
            bucket: bucket.to_owned(),
            key: look.key.clone(),
            stamp,
            size,
            head,
            later: Mutex::new(Later {
                requests,
                ..Later::default()
            }),
        })
    }

    async fn read(&self, at: u64, len: u64) -> Result<Vec<u8>, ObjectError> {
        let answer = self
            .clients
            .s3
            .get_object()
            .bucket(&self.bucket)
            .key(&self.key)
            .if_match(quoted(&self.stamp))
            .range(range(at, len))
            .set_request_payer(self.clients.request_payer())
            .send()
            .await
            .map_err(|error| ObjectError::of("reading a part of an object", error))?;
        body(answer.body).await
    }

    fn into_found(self, seen: io::Result<(Identification, Option<String>)>) -> Result<Found, ObjectError> {
        let later = self.later.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(trouble) = later.trouble {
            return Err(trouble);
        }
        let (identification, sha256) = seen.map_err(ObjectError::transient)?;
        Ok(Found {
            identification,
            size: self.size,
            sha256,
            compression: None,
            stamp: self.stamp,
            bytes: self.head.len() as u64 + later.bytes,
            requests: later.requests,
        })
    }
}

/// The SHA-256 of an object whose two ends are all of it; `None` for longer ones.
fn sha256_of_all(probe: &Probe<'_>) -> Option<String> {
    let (head, tail) = (probe.head(), probe.tail());
    let is_all = (head.len() + tail.len()) as u64 == probe.len();
    is_all.then(|| hex(&Sha256::new().chain_update(head).chain_update(tail).finalize()))
}

impl Input for Ranges {
    fn len(&self) -> u64 {
        self.size
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let held = usize::try_from(at)
            .ok()
            .and_then(|at| self.head.get(at..))
            .unwrap_or_default();
        if !held.is_empty() || at >= self.size || into.is_empty() {
            let n = held.len().min(into.len());
            into[..n].copy_from_slice(&held[..n]);
            return Ok(n);
        }
        let read = self.runtime.block_on(self.read(at, into.len() as u64));
        let mut later = self.later.lock().unwrap_or_else(PoisonError::into_inner);
        later.requests += 1;
        match read {
            Ok(bytes) => {
                let n = bytes.len().min(into.len());
                into[..n].copy_from_slice(&bytes[..n]);
                later.bytes += bytes.len() as u64;
                Ok(n)
            }
            Err(trouble) => {
                let error = io::Error::other(trouble.clone().into_error().message);
                later.trouble.get_or_insert(trouble);
                Err(error)
            }
        }
    }
}

/// The HTTP range of `len` bytes from `at`.
fn range(at: u64, len: u64) -> String {
    format!("bytes={at}-{}", at + len - 1)
}

/// The length of the object, from a header such as `bytes 0-65535/123456`.
fn whole_length(content_range: &str) -> Option<u64> {
    content_range.rsplit('/').next()?.parse().ok()
}

async fn body(stream: aws_sdk_s3::primitives::ByteStream) -> Result<Vec<u8>, ObjectError> {
    match stream.collect().await {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(error) => Err(ObjectError::Call(CallError::transient(format!(
            "the connection ended before the object was complete: {error}"
        )))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_inclusive_and_have_the_total_length() {
        assert_eq!(range(0, END), "bytes=0-65535");
        assert_eq!(whole_length("bytes 0-65535/123456"), Some(123_456));
        assert_eq!(whole_length("bytes 0-65535/*"), None);
    }
}
