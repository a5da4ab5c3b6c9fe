//! Copies one version of an object into a file without a name, and hashes it on the way.

use std::fs::File;
use std::io::Write;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use data_review_core::hex;
use sha2::{Digest, Sha256};

use super::{ObjectError, quoted};
use crate::{CallError, Clients};

/// A copy of an object in a file without a name. The system deletes it with its last descriptor, however the process ends.
#[derive(Debug)]
pub struct Spool {
    /// Its length in bytes.
    pub size: u64,
    /// The file and its SHA-256 in hexadecimal; `None` if the object is longer than the limit, and then no byte was read.
    pub content: Option<(File, String)>,
}

/// Copies an object if it is still the version `stamp` and has at most `limit` bytes.
///
/// # Errors
/// If it does not exist, is another version, or cannot be read.
pub async fn spool(
    clients: &Clients,
    bucket: &str,
    key: &str,
    stamp: &str,
    limit: u64,
) -> Result<Spool, ObjectError> {
    let answer = clients
        .s3
        .get_object()
        .bucket(bucket)
        .key(key)
        .if_match(quoted(stamp))
        .set_request_payer(clients.request_payer())
        .send()
        .await;
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            let error = ObjectError::of("reading an object", error);
            return Err(error.with_entry(clients, bucket, key).await);
        }
    };
    let mut hash = Sha256::new();
    let copy = copy(answer, limit, |chunk| hash.update(chunk)).await;
    let Copy { size, content } = copy.map_err(ObjectError::Call)?;
    Ok(Spool {
        size,
        content: content.map(|file| (file, hex(&hash.finalize()))),
    })
}

/// A copy of an answer's body in a file without a name.
#[derive(Debug)]
pub(crate) struct Copy {
    /// Its length in bytes.
    pub(crate) size: u64,
    /// The file; `None` if the object is longer than the limit, and then no byte was read.
    pub(crate) content: Option<File>,
}

/// Copies the body of an answer if it has at most `limit` bytes, and calls `visit` with each part of it.
///
/// # Errors
/// If it cannot be read or kept.
pub(crate) async fn copy(
    answer: GetObjectOutput,
    limit: u64,
    mut visit: impl FnMut(&[u8]),
) -> Result<Copy, CallError> {
    let failed = |error: String| CallError::transient(format!("reading an object: {error}"));
    let size = answer
        .content_length
        .and_then(|size| u64::try_from(size).ok())
        .ok_or_else(|| failed("S3 did not send the length of the object".to_owned()))?;
    if size > limit {
        return Ok(Copy { size, content: None });
    }
    let mut file = tempfile::tempfile().map_err(|error| failed(error.to_string()))?;
    let mut body = answer.body;
    let mut read = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| failed(error.to_string()))?;
        read += chunk.len() as u64;
        visit(&chunk);
        file.write_all(&chunk)
            .map_err(|error| failed(error.to_string()))?;
    }
    if read != size {
        return Err(failed(format!("expected {size} bytes, received {read}")));
    }
    Ok(Copy {
        size,
        content: Some(file),
    })
}
