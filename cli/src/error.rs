//! Errors of commands. Each says what to do, and leads to exit code 2.

use std::io;

use data_review_core::RegistryError;
use data_review_core::store::StoreError;
use data_review_engine::{ListError, RunError};

use crate::export::ExportError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    List(#[from] ListError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Run(#[from] RunError),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[cfg(feature = "cloud")]
    #[error(transparent)]
    Cloud(#[from] data_review_aws::CallError),
    /// An argument names something that does not exist, or is invalid; in words.
    #[error("{0}")]
    Usage(String),
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
    #[cfg(feature = "cloud")]
    #[error("cannot keep keys in temporary files: {0}; TMPDIR names another folder for them")]
    Temporary(io::Error),
    #[error("the document of `{key}` cannot be read: {reason}; review the file again with --force")]
    Document { key: String, reason: serde_json::Error },
    #[error("cannot listen for interrupts: {0}")]
    Signals(#[from] ctrlc::Error),
}
