//! One whole reading of one version of an object, hashed on its way into a file without a name.

use std::fs::File;
use std::io::Write;

use data_review_core::hex;
use sha2::{Digest, Sha256};

use super::{Trouble, quoted};
use crate::{CallError, Clients};

/// An object in a file that no path leads to: it is gone when its last descriptor is, however the process ends.
#[derive(Debug)]
pub struct Spool {
    /// Its length in bytes.
    pub size: u64,
    /// The bytes and their SHA-256; none where the object is longer than was asked for, and then nothing was read.
    pub content: Option<(File, String)>,
}

/// Reads an object, if it is still the version `stamp` and has at most `limit` bytes.
///
/// # Errors
/// When it is not there, is another version, or cannot be read.
pub async fn spool(
    clients: &Clients,
    bucket: &str,
    key: &str,
    stamp: &str,
    limit: u64,
) -> Result<Spool, Trouble> {
    let answer = clients
        .s3
        .get_object()
        .bucket(bucket)
        .key(key)
        .if_match(quoted(stamp))
        .send()
        .await
        .map_err(|error| Trouble::of("reading an object", error))?;
    let failed = |error: String| Trouble::Call(CallError::transient(format!("reading an object: {error}")));
    let size = answer
        .content_length
        .and_then(|size| u64::try_from(size).ok())
        .ok_or_else(|| failed("S3 does not say how long it is".to_owned()))?;
    if size > limit {
        return Ok(Spool { size, content: None });
    }
    let mut file = tempfile::tempfile().map_err(|error| failed(error.to_string()))?;
    let mut hash = Sha256::new();
    let mut body = answer.body;
    let mut read = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| failed(error.to_string()))?;
        read += chunk.len() as u64;
        hash.update(&chunk);
        file.write_all(&chunk)
            .map_err(|error| failed(error.to_string()))?;
    }
    if read != size {
        return Err(failed(format!("{size} bytes were announced, {read} came")));
    }
    Ok(Spool {
        size,
        content: Some((file, hex(&hash.finalize()))),
    })
}
