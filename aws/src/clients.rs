//! Connections to the services, made once.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};

use crate::CallError;

/// Tries of one call, with the SDK's growing and random waits between them.
const TRIES: u32 = 5;
/// A connection that takes longer will not come.
const CONNECT: Duration = Duration::from_secs(5);
/// From a request to the head of its answer; bodies have the SDK's own guard against stalling.
const ANSWER: Duration = Duration::from_secs(30);

/// Clients of every service that is used.
#[derive(Debug, Clone)]
pub struct Clients {
    /// Objects and documents.
    pub s3: aws_sdk_s3::Client,
    /// Queues.
    pub sqs: aws_sdk_sqs::Client,
    /// Tables.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// Direct requests.
    pub lambda: aws_sdk_lambda::Client,
}

impl Clients {
    /// Settings as every AWS program reads them: region, credentials and `AWS_ENDPOINT_URL` from the environment.
    pub async fn from_env() -> Self {
        Self::of(&aws_config::defaults(BehaviorVersion::latest()).load().await)
    }

    /// Settings of which the caller has region, credentials and endpoint.
    pub fn of(config: &SdkConfig) -> Self {
        let config = config
            .to_builder()
            .retry_config(RetryConfig::standard().with_max_attempts(TRIES))
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(CONNECT)
                    .operation_attempt_timeout(ANSWER)
                    .build(),
            )
            .build();
        // A bucket's name cannot become part of the host's where that is an address.
        let s3 = aws_sdk_s3::config::Builder::from(&config)
            .force_path_style(config.endpoint_url().is_some())
            .build();
        Clients {
            s3: aws_sdk_s3::Client::from_conf(s3),
            sqs: aws_sdk_sqs::Client::new(&config),
            dynamodb: aws_sdk_dynamodb::Client::new(&config),
            // An invocation answers when the function is done.
            lambda: aws_sdk_lambda::Client::from_conf(
                aws_sdk_lambda::config::Builder::from(&config)
                    .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT).build())
                    .build(),
            ),
        }
    }

    /// Calls a function and waits for its answer.
    ///
    /// # Errors
    /// When it cannot be called, or it fails.
    pub async fn invoke(&self, function: &str, payload: Vec<u8>) -> Result<Vec<u8>, CallError> {
        let answer = self
            .lambda
            .invoke()
            .function_name(function)
            .payload(payload.into())
            .send()
            .await
            .map_err(|error| CallError::of(&format!("invoking {function}"), error))?;
        let payload = answer.payload.map(|blob| blob.into_inner()).unwrap_or_default();
        match answer.function_error {
            None => Ok(payload),
            Some(kind) => Err(CallError::permanent(format!(
                "{function} failed ({kind}): {}; its log has more",
                data_review_core::printable(&payload, 1000)
            ))),
        }
    }
}
