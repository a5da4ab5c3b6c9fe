//! Errors of calls to the services of AWS.

use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use data_review_core::store::StoreError;
use data_review_core::{Class, Failure, Stage};

/// The most characters of an error that are kept.
const MESSAGE: usize = 1000;

/// A call that failed, after the retries of the SDK.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct CallError {
    /// The action, and the answer of the service.
    pub message: String,
    /// Whether the same call may succeed later.
    pub transient: bool,
    /// The HTTP status of the answer, if there was one.
    pub(crate) status: Option<u16>,
}

impl CallError {
    /// The error of the action `what`, such as `reading a row`.
    pub(crate) fn of<E>(what: &str, error: SdkError<E>) -> Self
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let status = error.raw_response().map(|answer| answer.status().as_u16());
        // These refuse the request itself, a missing table or missing permissions: a retry gets the same answer.
        let denied = matches!(
            error.code(),
            Some(
                "ValidationException"
                    | "AccessDenied"
                    | "AccessDeniedException"
                    | "ResourceNotFoundException"
            )
        );
        let text = format!("{what}: {}", DisplayErrorContext(&error));
        CallError {
            message: data_review_core::printable(text.as_bytes(), MESSAGE),
            transient: !denied,
            status,
        }
    }

    /// An error that a retry will not fix.
    pub(crate) fn permanent(message: impl Into<String>) -> Self {
        CallError {
            message: message.into(),
            transient: false,
            status: None,
        }
    }

    /// An error that a retry may fix.
    pub fn transient(message: impl Into<String>) -> Self {
        CallError {
            transient: true,
            ..Self::permanent(message)
        }
    }

    /// The same as the failure of a file.
    pub fn into_failure(self, stage: Stage) -> Failure {
        Failure::new(stage, Class::Service, self.message)
    }
}

impl From<CallError> for StoreError {
    fn from(error: CallError) -> Self {
        StoreError {
            message: error.message,
            transient: error.transient,
        }
    }
}
