//! Objects that are not files of this machine.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;

/// A reader of remote objects by their addresses: `s3://bucket/key`, `https://host/path`.
///
/// Calls wait for the network. They come from several threads at once.
pub trait Remote: fmt::Debug + Send + Sync {
    /// What an address leads to. An address that is an object and has others below it is the object.
    ///
    /// # Errors
    /// If the service does not answer, or refuses to: a sentence that says why, and what to do.
    fn resolve(&self, address: &str) -> Result<Resolved, String>;

    /// Visits the objects below an address, in any order, each with its path relative to the address.
    ///
    /// # Errors
    /// As [`Remote::resolve`]. Objects may have been visited by then.
    fn list(&self, address: &str, visit: &mut dyn FnMut(&str, RemoteVersion)) -> Result<(), String>;

    /// Copies the current version of an object.
    ///
    /// # Errors
    /// If there is no such object, it cannot be read, or `into` cannot be written.
    fn fetch(&self, address: &str, into: &mut dyn Write) -> Result<RemoteVersion, FetchError>;
}

/// What an address leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// An object.
    Object(RemoteVersion),
    /// A place that may have objects below it.
    Prefix,
    /// Nothing.
    Nothing,
}

/// Tells versions of a remote object apart without reading it. Its text is `size:tag`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteVersion {
    /// Length in bytes.
    pub size: u64,
    /// What the service calls the version: its ETag or the time of its last modification. A service that calls it nothing
    /// gets another tag at each look, because its objects may have changed.
    pub tag: Box<str>,
}

impl fmt::Display for RemoteVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.size, self.tag)
    }
}

/// Why a remote object was not copied.
#[derive(Debug)]
pub enum FetchError {
    /// There is no such object.
    Missing,
    /// It lies in an archive, and must be restored before it can be read.
    Archived(String),
    /// The service refused to send it, or did not send all of it.
    Service(String),
    /// The copy cannot be written.
    Write(io::Error),
}

/// Whether a path is the address of a remote object or prefix.
pub fn is_remote(path: &Path) -> bool {
    let text = path.as_os_str().as_encoded_bytes();
    ["s3://", "https://", "http://"]
        .iter()
        .any(|scheme| text.starts_with(scheme.as_bytes()))
}
