//! A stack, whoever built it, and the operations of tests on it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::types::{CreateBucketConfiguration, Event, NotificationConfiguration, QueueConfiguration};
use aws_sdk_sqs::types::QueueAttributeName;
use data_review_aws::message::{LookRequest, LookRequests, Request, encode};
use data_review_aws::{Clients, DynamoStore, StoreNames, queue};
use data_review_core::Outcome;
use data_review_core::pipeline::OutcomeRow;
use data_review_core::store::{ObjectId, Store};
use data_review_deployment::Outputs;
use serde_json::Value;
use xtask::pulumi::REGION;

use crate::{RUNTIME, until, wait};

/// A stack, and connections to it.
pub struct Stack {
    /// URL of its services.
    pub url: String,
    /// The outputs of the infrastructure program.
    pub outputs: Outputs,
    /// Connections to its services that do not pass the proxy.
    pub clients: Clients,
    /// Its store: the tables and the documents.
    pub store: DynamoStore,
}

/// SDK settings for an emulator, which accepts any key.
pub fn sdk(url: &str) -> SdkConfig {
    wait(
        aws_config::defaults(BehaviorVersion::latest())
            .region(Region::from_static(REGION))
            .credentials_provider(Credentials::new("test", "test", None, None, "e2e"))
            .endpoint_url(url)
            .load(),
    )
}

/// Creates a bucket.
pub(crate) fn make_bucket(clients: &Clients, name: &str) {
    let region = CreateBucketConfiguration::builder()
        .location_constraint(REGION.into())
        .build();
    let create = clients.s3.create_bucket().bucket(name);
    wait(create.create_bucket_configuration(region).send())
        .unwrap_or_else(|error| panic!("creating {name}: {error:?}"));
}

impl Stack {
    /// The stack with these outputs on the emulator at `url`.
    pub fn new(url: &str, outputs: Outputs) -> Self {
        let clients = Clients::of(&sdk(url));
        let _runtime = RUNTIME.enter();
        let store = DynamoStore::new(&clients, StoreNames::of(&outputs));
        Stack {
            url: url.to_owned(),
            outputs,
            clients,
            store,
        }
    }

    /// Puts an object into the data bucket.
    pub fn put(&self, key: &str, bytes: &[u8]) {
        let put = self
            .clients
            .s3
            .put_object()
            .bucket(&self.outputs.data_bucket)
            .key(key)
            .body(bytes.to_vec().into());
        wait(put.send()).unwrap_or_else(|error| panic!("putting {key:?}: {error:?}"));
    }

    /// Deletes an object from the data bucket.
    pub fn delete(&self, key: &str) {
        let delete = self
            .clients
            .s3
            .delete_object()
            .bucket(&self.outputs.data_bucket)
            .key(key);
        wait(delete.send()).unwrap_or_else(|error| panic!("deleting {key:?}: {error:?}"));
    }

    /// Asks the orchestrator to look at objects, with messages of schema 0: those that waited while the stack was upgraded.
    pub fn look(&self, keys: &[&str]) {
        let bodies: Vec<String> = keys
            .iter()
            .map(|key| {
                let look = LookRequest {
                    key: (*key).to_owned(),
                    size: None,
                };
                encode(&LookRequests {
                    looks: vec![look],
                    force: false,
                })
            })
            .collect();
        self.send(&self.outputs.intake_queue_url, &bodies);
    }

    /// Sends messages to the queue with this URL.
    pub fn send(&self, url: &str, bodies: &[String]) {
        for sent in wait(queue::send(&self.clients, url, bodies)) {
            sent.unwrap_or_else(|error| panic!("{error}"));
        }
    }

    /// Number of messages in each queue that wait or are being processed.
    pub fn depths(&self) -> BTreeMap<String, u64> {
        let depth = |url: &str| {
            let depth = wait(queue::depth(&self.clients, url)).unwrap_or_else(|error| panic!("{error}"));
            depth.waiting + depth.received
        };
        let queues = self.outputs.queues();
        let depths = queues.flat_map(|(name, queue, dead_letters)| {
            [
                (name.to_owned(), depth(queue)),
                (format!("{name}, dead letters"), depth(dead_letters)),
            ]
        });
        depths.collect()
    }

    /// Waits until no message waits and none is being processed.
    pub fn drain(&self, limit: Duration) {
        let mut empty = 0;
        let mut last = self.depths();
        until(
            &format!("the queues are empty; before the wait {last:?}"),
            limit,
            || {
                last = self.depths();
                empty = if last.values().all(|depth| *depth == 0) {
                    empty + 1
                } else {
                    0
                };
                (empty > 1).then_some(())
            },
        );
    }

    /// Sets the visibility time-out in seconds, and the most receives of a message. With the values on AWS the suites
    /// would wait for half an hour.
    pub fn set_queues(&self, visibility_seconds: u32, receives: u32) {
        for (_, queue, dead_letters) in self.outputs.queues() {
            let set = self.clients.sqs.set_queue_attributes().queue_url(queue);
            let attributes =
                queue_attributes(&arn(&self.clients, dead_letters), visibility_seconds, receives);
            wait(set.set_attributes(Some(attributes)).send()).unwrap();
        }
    }

    /// Waits until every key has an outcome.
    pub fn outcomes(&self, keys: &[&str], limit: Duration) -> Vec<OutcomeRow> {
        until(&format!("{} outcomes", keys.len()), limit, || {
            let rows = self
                .store
                .rows("", keys)
                .unwrap_or_else(|error| panic!("{error}"));
            rows.into_iter().collect()
        })
    }

    /// The current document of a key.
    pub fn document(&self, key: &str) -> Option<String> {
        let document = self.store.document(ObjectId { root: "", key });
        document.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Calls a function with these messages as the mapping of a queue does; returns the indices of the messages that it
    /// gives back.
    pub fn invoke_batch(&self, function: &str, bodies: &[String]) -> BTreeSet<usize> {
        let records: Vec<Value> = bodies
            .iter()
            .enumerate()
            .map(|(n, body)| record(n, body))
            .collect();
        let event = serde_json::json!({ "Records": records }).to_string();
        let answer =
            wait(self.clients.invoke(function, event.into_bytes())).unwrap_or_else(|error| panic!("{error}"));
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        let failed = answer["batchItemFailures"].as_array().unwrap();
        failed
            .iter()
            .map(|item| item["itemIdentifier"].as_str().unwrap().parse().unwrap())
            .collect()
    }

    /// Calls the function that the schedule calls every minute.
    pub fn tick(&self) {
        let request = encode(&Request::Tick {}).into_bytes();
        wait(self.clients.invoke(&self.outputs.orchestrator_function, request))
            .unwrap_or_else(|error| panic!("{error}"));
    }

    /// Turns the notifications of the data bucket to the intake queue on or off.
    pub fn set_events(&self, on: bool) {
        let mut configuration = NotificationConfiguration::builder();
        if on {
            let events = QueueConfiguration::builder()
                .queue_arn(arn(&self.clients, &self.outputs.intake_queue_url))
                .events(Event::S3ObjectCreated)
                .events(Event::S3ObjectRemoved)
                .events(Event::S3ObjectRestoreCompleted);
            configuration = configuration.queue_configurations(events.build().unwrap());
        }
        let put = self
            .clients
            .s3
            .put_bucket_notification_configuration()
            .bucket(&self.outputs.data_bucket)
            .notification_configuration(configuration.build());
        wait(put.send()).unwrap();
    }

    /// Replaces the package of a function.
    pub fn set_code(&self, function: &str, zip: Vec<u8>) {
        let update = self
            .clients
            .lambda
            .update_function_code()
            .function_name(function)
            .zip_file(zip.into());
        wait(update.send()).unwrap();
    }

    /// The function that reads a queue.
    pub fn reader(&self, queue_url: &str) -> String {
        let list = self.clients.lambda.list_event_source_mappings();
        let mappings = wait(list.event_source_arn(arn(&self.clients, queue_url)).send()).unwrap();
        let [mapping] = mappings.event_source_mappings() else {
            panic!("{queue_url} has not one reader: {mappings:?}");
        };
        mapping.function_arn().unwrap().to_owned()
    }

    /// Turns a mapping of a queue on or off, and sets its largest number of concurrent invocations.
    pub fn set_mapping(&self, function: &str, enabled: bool, at_once: i32) {
        let lambda = &self.clients.lambda;
        let mappings = wait(lambda.list_event_source_mappings().function_name(function).send()).unwrap();
        for mapping in mappings.event_source_mappings() {
            let scaling = aws_sdk_lambda::types::ScalingConfig::builder()
                .maximum_concurrency(at_once)
                .build();
            let update = lambda
                .update_event_source_mapping()
                .uuid(mapping.uuid().unwrap())
                .enabled(enabled)
                .scaling_config(scaling);
            wait(update.send()).unwrap();
        }
    }

    /// How the last look at a key ended; `None` if there was none.
    pub fn outcome_of(&self, key: &str) -> Option<Outcome> {
        let rows = self
            .store
            .rows("", &[key])
            .unwrap_or_else(|error| panic!("{error}"));
        rows.into_iter().flatten().next().map(|row| row.outcome)
    }
}

pub(crate) fn queue_attributes(
    dead_letters: &str,
    visibility_seconds: u32,
    receives: u32,
) -> HashMap<QueueAttributeName, String> {
    let policy = serde_json::json!({"deadLetterTargetArn": dead_letters, "maxReceiveCount": receives});
    HashMap::from([
        (QueueAttributeName::RedrivePolicy, policy.to_string()),
        (
            QueueAttributeName::VisibilityTimeout,
            visibility_seconds.to_string(),
        ),
    ])
}

/// The ARN of a queue.
pub(crate) fn arn(clients: &Clients, queue_url: &str) -> String {
    let get = clients
        .sqs
        .get_queue_attributes()
        .queue_url(queue_url)
        .attribute_names(QueueAttributeName::QueueArn);
    let answer = wait(get.send()).unwrap();
    answer.attributes().unwrap()[&QueueAttributeName::QueueArn].clone()
}

/// A message as a mapping passes it to a function.
fn record(n: usize, body: &str) -> Value {
    serde_json::json!({
        "messageId": n.to_string(),
        "receiptHandle": "none",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "0", "SenderId": "0",
            "ApproximateFirstReceiveTimestamp": "0"},
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:{REGION}:000000000000:test"),
        "awsRegion": REGION,
    })
}
