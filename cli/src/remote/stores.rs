//! Reads objects with `object_store`: of buckets with the credentials of the environment, of web servers one at a time.
//!
//! An object is copied in one request. If the connection ends early, the rest is asked for with the range that is missing,
//! as long as the ETag is the same.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use data_review_engine::{FetchError, Remote, RemoteVersion, Resolved};
use futures::TryStreamExt;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, resolve_bucket_region};
use object_store::http::HttpBuilder;
use object_store::path::Path;
use object_store::{ClientOptions, Error, ObjectMeta, ObjectStore, ObjectStoreExt, RetryConfig};
use tokio::runtime::Runtime;

/// Variables of the environment that hold credentials, or say that none are needed.
const CREDENTIALS: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_SKIP_SIGNATURE",
];

/// The stores that were used so far.
#[derive(Debug, Default)]
pub(super) struct Stores {
    runtime: OnceLock<Runtime>,
    buckets: Mutex<HashMap<String, Arc<dyn ObjectStore>>>,
}

/// An object or a prefix, with the store that has it.
struct Located {
    store: Arc<dyn ObjectStore>,
    path: Path,
    is_bucket: bool,
}

impl Stores {
    fn runtime(&self) -> Result<&Runtime, String> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| format!("cannot begin to read from the network: {error}"))?;
        Ok(self.runtime.get_or_init(|| runtime))
    }

    fn locate(&self, address: &str) -> Result<Located, String> {
        let Some(rest) = address.strip_prefix("s3://") else {
            return web(address);
        };
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        let path = Path::parse(key)
            .map_err(|error| format!("the key cannot be asked for: {error}; copy the object to a file"))?;
        Ok(Located {
            store: self.bucket(bucket)?,
            path,
            is_bucket: true,
        })
    }

    fn bucket(&self, bucket: &str) -> Result<Arc<dyn ObjectStore>, String> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = buckets.get(bucket) {
            return Ok(store.clone());
        }
        let mut builder = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_retry(retries());
        let set = |key| builder.get_config_value(&key).filter(|value| !value.is_empty());
        let endpoint = [
            set(AmazonS3ConfigKey::S3Endpoint),
            set(AmazonS3ConfigKey::Endpoint),
        ];
        let is_plain = endpoint
            .iter()
            .flatten()
            .any(|endpoint| endpoint.starts_with("http://"));
        let is_placed = set(AmazonS3ConfigKey::Region).is_some() || endpoint.iter().any(Option::is_some);
        if !is_placed {
            let region = self
                .runtime()?
                .block_on(resolve_bucket_region(bucket, &options(false)))
                .map_err(|error| format!("{}; AWS_REGION names its region", innermost(&error)))?;
            builder = builder.with_region(region);
        }
        let store = builder.with_client_options(options(is_plain)).build();
        let store: Arc<dyn ObjectStore> = Arc::new(store.map_err(|error| innermost(&error))?);
        buckets.insert(bucket.to_owned(), store.clone());
        Ok(store)
    }

    async fn copy(located: &Located, into: &mut dyn Write) -> Result<RemoteVersion, FetchError> {
        let failed = |error: Error| match &error {
            Error::NotFound { .. } => FetchError::Missing,
            _ => match located.reason(&error) {
                reason if reason.contains("InvalidObjectState") => {
                    FetchError::Archived(format!("it is archived and not restored: {reason}"))
                }
                reason => FetchError::Service(format!("it cannot be fetched: {reason}")),
            },
        };
        let got = located.store.get(&located.path).await.map_err(failed)?;
        let version = version(&got.meta);
        let mut chunks = got.into_stream();
        let mut received = 0;
        while let Some(chunk) = chunks.try_next().await.map_err(failed)? {
            received += chunk.len() as u64;
            into.write_all(&chunk).map_err(FetchError::Write)?;
        }
        if received != version.size {
            return Err(FetchError::Service(format!(
                "it cannot be fetched: {received} of {} bytes came",
                version.size
            )));
        }
        Ok(version)
    }
}

impl Remote for Stores {
    fn resolve(&self, address: &str) -> Result<Resolved, String> {
        let located = self.locate(address)?;
        if located.path.as_ref().is_empty() && located.is_bucket {
            return Ok(Resolved::Prefix);
        }
        let looked = async {
            match located.store.head(&located.path).await {
                // A server may answer GET only.
                Err(error) if !located.is_bucket && !matches!(error, Error::NotFound { .. }) => {
                    Ok(located.store.get(&located.path).await?.meta)
                }
                looked => looked,
            }
        };
        match self.runtime()?.block_on(looked) {
            Ok(meta) => Ok(Resolved::Object(version(&meta))),
            Err(Error::NotFound { .. }) if located.is_bucket => Ok(Resolved::Prefix),
            Err(Error::NotFound { .. }) => Ok(Resolved::Nothing),
            Err(error) => Err(located.reason(&error)),
        }
    }

    fn list(&self, address: &str, visit: &mut dyn FnMut(&str, RemoteVersion)) -> Result<(), String> {
        let located = self.locate(address)?;
        let prefix = located.path.as_ref();
        let relative = |meta: &ObjectMeta| {
            let rest = meta.location.as_ref().strip_prefix(prefix)?;
            Some(rest.strip_prefix('/').unwrap_or(rest).to_owned()).filter(|relative| !relative.is_empty())
        };
        // An empty object before the keys that it begins marks a folder.
        let mut empty: Option<(String, RemoteVersion)> = None;
        let listed = async {
            let mut objects = located.store.list(Some(&located.path));
            while let Some(meta) = objects.try_next().await? {
                let Some(relative) = relative(&meta) else {
                    continue;
                };
                if let Some((marker, version)) = empty.take()
                    && !relative
                        .strip_prefix(&marker)
                        .is_some_and(|rest| rest.starts_with('/'))
                {
                    visit(&marker, version);
                }
                let version = version(&meta);
                match version.size {
                    0 => empty = Some((relative, version)),
                    _ => visit(&relative, version),
                }
            }
            Ok(())
        };
        self.runtime()?
            .block_on(listed)
            .map_err(|error: Error| located.reason(&error))?;
        if let Some((last, version)) = empty {
            visit(&last, version);
        }
        Ok(())
    }

    fn fetch(&self, address: &str, into: &mut dyn Write) -> Result<RemoteVersion, FetchError> {
        let located = self.locate(address).map_err(FetchError::Service)?;
        let runtime = self.runtime().map_err(FetchError::Service)?;
        runtime.block_on(Stores::copy(&located, into))
    }
}

impl Located {
    /// Why a request failed, and what to do.
    fn reason(&self, error: &Error) -> String {
        let mut reason = match error {
            Error::NotFound { .. } if self.is_bucket => "there is no such bucket".to_owned(),
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
                format!("access is refused: {}", innermost(error))
            }
            _ => innermost(error),
        };
        let without_credentials = self.is_bucket && !CREDENTIALS.iter().any(|name| variable(name).is_some());
        if without_credentials {
            reason.push_str(
                "; no credentials are set: AWS_SKIP_SIGNATURE=true reads a public bucket, AWS_ACCESS_KEY_ID and \
                 AWS_SECRET_ACCESS_KEY any other",
            );
        }
        reason
    }
}

/// A single file of a web server, which is a store of its own: its address may have a query.
fn web(address: &str) -> Result<Located, String> {
    let host = address
        .split_once("://")
        .and_then(|(_, rest)| rest.split('/').next());
    if host.is_some_and(|host| host.contains('@')) {
        return Err(
            "an address is kept in the store, so it must not have a password; download the file".to_owned(),
        );
    }
    let store = HttpBuilder::new()
        .with_url(address)
        .with_client_options(options(address.starts_with("http://")))
        .with_retry(retries())
        .build();
    Ok(Located {
        store: Arc::new(store.map_err(|error| innermost(&error))?),
        path: Path::default(),
        is_bucket: false,
    })
}

/// No limit for the whole of an object, which may be long; one for the time between two blocks.
fn options(allow_http: bool) -> ClientOptions {
    ClientOptions::new()
        .with_allow_http(allow_http)
        .with_timeout_disabled()
        .with_read_timeout(Duration::from_secs(60))
}

fn retries() -> RetryConfig {
    RetryConfig {
        max_retries: 3,
        retry_timeout: Duration::from_secs(60),
        ..RetryConfig::default()
    }
}

fn version(meta: &ObjectMeta) -> RemoteVersion {
    let tag = match &meta.e_tag {
        Some(tag) => tag.trim_start_matches("W/").trim_matches('"').to_owned(),
        // The crate's time of an answer without one.
        None if meta.last_modified.timestamp() == 0 => nanoseconds(),
        None => meta.last_modified.timestamp().to_string(),
    };
    RemoteVersion {
        size: meta.size,
        tag: tag.into(),
    }
}

/// A tag that no other look has.
#[expect(
    clippy::disallowed_methods,
    reason = "a version without a name is another one at each look"
)]
fn nanoseconds() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    now.as_nanos().to_string()
}

/// The first cause of an error, which is the most precise.
fn innermost(error: &Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let text = cause.to_string();
    data_review_core::printable(text.as_bytes(), 300)
}

#[expect(clippy::disallowed_methods, reason = "credentials come from the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
