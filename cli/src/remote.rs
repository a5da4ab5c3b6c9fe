//! Objects of buckets and single files of web servers, as sources of a review.

#[cfg(feature = "remote")]
mod stores;

use std::sync::Arc;

use data_review_engine::Remote;

/// The reader of remote objects.
#[cfg(feature = "remote")]
pub(crate) fn remote() -> Arc<dyn Remote> {
    Arc::new(stores::Stores::default())
}

/// Explains how to get a reader of remote objects.
#[cfg(not(feature = "remote"))]
pub(crate) fn remote() -> Arc<dyn Remote> {
    Arc::new(absent::Absent)
}

#[cfg(not(feature = "remote"))]
mod absent {
    use std::io::Write;

    use data_review_engine::{FetchError, Remote, RemoteVersion, Resolved};

    const REASON: &str = "this build reads files of this machine only; build it with `cargo build --release --package \
                          data-review-cli --features remote`";

    /// No reader of remote objects.
    #[derive(Debug)]
    pub(super) struct Absent;

    impl Remote for Absent {
        fn resolve(&self, _: &str) -> Result<Resolved, String> {
            Err(REASON.to_owned())
        }

        fn list(&self, _: &str, _: &mut dyn FnMut(&str, RemoteVersion)) -> Result<(), String> {
            Err(REASON.to_owned())
        }

        fn fetch(&self, _: &str, _: &mut dyn Write) -> Result<RemoteVersion, FetchError> {
            Err(FetchError::Service(REASON.to_owned()))
        }
    }
}
