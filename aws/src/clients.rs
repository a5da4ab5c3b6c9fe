//! Clients of the services, which are made once and shared.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_s3::types::RequestPayer;
use data_review_deployment::env;

use crate::CallError;

/// The most attempts of one call; the SDK waits between them, longer each time.
const TRIES: u32 = 5;
/// The longest time that a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// The longest time from a request to the head of its answer. The SDK itself watches the progress of bodies.
const ANSWER: Duration = Duration::from_secs(30);

/// Clients of all services that Data Review uses.
#[derive(Debug, Clone)]
pub struct Clients {
    /// S3, for objects and documents.
    pub s3: aws_sdk_s3::Client,
    /// SQS, for queues.
    pub sqs: aws_sdk_sqs::Client,
    /// DynamoDB, for tables.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// Lambda, for direct requests.
    pub lambda: aws_sdk_lambda::Client,
    /// See [`Self::paying`].
    requester_pays: bool,
}

impl Clients {
    /// Clients with region, credentials and `AWS_ENDPOINT_URL` from the environment, as in every AWS program; in a Lambda,
    /// whether it pays for the data bucket.
    pub async fn from_env() -> Self {
        let clients = Self::of(&aws_config::defaults(BehaviorVersion::latest()).load().await);
        clients.paying(std::env::var(env::REQUESTER_PAYS).is_ok_and(|pays| pays == "true"))
    }

    /// Sets whether this account pays for requests to the data bucket: a bucket whose owner wants that (requester pays)
    /// refuses all others.
    #[must_use]
    pub fn paying(mut self, requester_pays: bool) -> Self {
        self.requester_pays = requester_pays;
        self
    }

    /// What each request to the data bucket says of its payment.
    pub(crate) fn request_payer(&self) -> Option<RequestPayer> {
        self.requester_pays.then_some(RequestPayer::Requester)
    }

    /// Clients with a configuration that has region, credentials and endpoint.
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
        // With an IP address as the host, the name of a bucket cannot be part of the host name.
        let s3 = aws_sdk_s3::config::Builder::from(&config)
            .force_path_style(config.endpoint_url().is_some())
            .build();
        Clients {
            requester_pays: false,
            s3: aws_sdk_s3::Client::from_conf(s3),
            sqs: aws_sdk_sqs::Client::new(&config),
            dynamodb: aws_sdk_dynamodb::Client::new(&config),
            // The answer to an invocation comes when the function has ended.
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
    /// If it cannot be called, or fails.
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
                "{function} failed ({kind}): {}; see its log",
                data_review_core::printable(&payload, 1000)
            ))),
        }
    }
}
