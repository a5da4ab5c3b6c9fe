//! What a service says when it does not do what it was asked.

use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use data_review_core::store::StoreError;
use data_review_core::{Class, Failure, Stage};

/// Longest text of an error that is kept.
const MESSAGE: usize = 1000;

/// A call that failed, after the SDK's own tries.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct CallError {
    /// What was tried, and what was answered.
    pub message: String,
    /// Whether trying again later may help.
    pub transient: bool,
    /// HTTP status of the answer, where there was one.
    pub(crate) status: Option<u16>,
}

impl CallError {
    /// `what` was tried: "reading a row".
    pub(crate) fn of<E>(what: &str, error: SdkError<E>) -> Self
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let status = error.raw_response().map(|answer| answer.status().as_u16());
        // A refusal that names the request, the table or the right to do it will be no other the next time.
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

    /// Something that another try will not mend.
    pub(crate) fn permanent(message: impl Into<String>) -> Self {
        CallError {
            message: message.into(),
            transient: false,
            status: None,
        }
    }

    /// Something that another try may mend.
    pub fn transient(message: impl Into<String>) -> Self {
        CallError {
            transient: true,
            ..Self::permanent(message)
        }
    }

    /// As the failure of a file, for its journey.
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
