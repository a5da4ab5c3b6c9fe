//! A small stack: what the infrastructure program creates, without what only AWS enforces (roles, keys, alarms).

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};
use aws_sdk_lambda::types::{
    Environment, EphemeralStorage, FunctionCode, FunctionResponseType, Runtime, ScalingConfig, State,
};
use aws_sdk_sqs::types::QueueAttributeName;
use data_review_aws::Clients;
use data_review_core::{Card, LambdaHints};
use data_review_deployment::{HandlerOutputs, Outputs, Routes, env, role, table};

use crate::stack::{arn, make_bucket, queue_attributes};
use crate::{Packages, Stack, sdk, until, wait};

/// Seconds after which a message that was not acknowledged is delivered again. On AWS it is six times the time-out of
/// the function.
const VISIBILITY_SECONDS: u32 = 5;
/// Most receives of a message before it becomes a dead letter.
const RECEIVES: u32 = 5;

/// Builds stacks on an emulator.
pub struct Builder<'p> {
    url: String,
    clients: Clients,
    name: String,
    packages: &'p Packages,
}

impl<'p> Builder<'p> {
    /// On the emulator at `url`, with `name` before every name.
    pub fn new(url: &str, name: &str, packages: &'p Packages) -> Self {
        let builder = Builder {
            url: url.to_owned(),
            clients: Clients::of(&sdk(url)),
            name: name.to_owned(),
            packages,
        };
        builder.bucket("code");
        builder
    }

    /// Builds everything that the handlers with these cards need.
    pub fn build<'c>(&self, cards: impl Iterator<Item = &'c Card>) -> Stack {
        let mut outputs = self.store();
        (outputs.intake_queue_url, outputs.intake_dead_letter_queue_url) = self.queue("intake");
        for card in cards {
            let (queue_url, dead_letter_queue_url) = self.queue(card.id);
            let handler = HandlerOutputs {
                function: self.name(card.id),
                queue_url,
                dead_letter_queue_url,
            };
            self.deploy(card.id, card.id, card.lambda, &handler_environment(&outputs));
            self.map(&handler.function, &handler.queue_url, card.lambda.max_concurrency);
            outputs.handlers.insert(card.id.to_owned(), handler);
        }
        self.orchestrator(&outputs);
        let stack = Stack::new(&self.url, outputs);
        stack.set_events(true);
        stack
    }

    /// Builds only the tables and the bucket of the documents.
    pub fn store_only(&self) -> Stack {
        Stack::new(&self.url, self.store())
    }

    fn store(&self) -> Outputs {
        Outputs {
            counters_table: self.table("counters", &[table::COUNTER]),
            reviews_table: self.table("reviews", &[table::KEY]),
            failures_table: self.table("failures", &[table::KEY, table::AT]),
            sweeps_table: self.table("sweeps", &[table::SWEEP]),
            requester_pays: false,
            data_bucket: self.bucket("data"),
            documents_bucket: self.bucket("documents"),
            intake_queue_url: String::new(),
            intake_dead_letter_queue_url: String::new(),
            orchestrator_function: self.name("orchestrator"),
            handlers: BTreeMap::new(),
        }
    }

    fn orchestrator(&self, outputs: &Outputs) {
        let mut janitor = handler_environment(outputs);
        janitor.insert(env::ROLE.to_owned(), role::JANITOR.to_owned());
        let environments = [
            ("orchestrator", orchestrator_environment(outputs)),
            ("janitor", janitor),
        ];
        for (name, environment) in environments {
            let size = LambdaHints {
                timeout_seconds: 60,
                ..LambdaHints::DEFAULT
            };
            self.deploy(name, "orchestrator", size, &environment);
        }
        self.map(&outputs.orchestrator_function, &outputs.intake_queue_url, 10);
        for (_, _, dead_letters) in outputs.queues() {
            self.map(&self.name("janitor"), dead_letters, 2);
        }
    }

    /// The full name of a part of this stack.
    pub fn name(&self, part: &str) -> String {
        format!("{}-{part}", self.name)
    }

    fn bucket(&self, part: &str) -> String {
        let name = self.name(part);
        make_bucket(&self.clients, &name);
        name
    }

    /// Creates a table with a partition key and perhaps a sort key, all of them strings.
    fn table(&self, part: &str, keys: &[&str]) -> String {
        let name = self.name(part);
        let create = self
            .clients
            .dynamodb
            .create_table()
            .table_name(&name)
            .billing_mode(BillingMode::PayPerRequest)
            .set_key_schema(Some(key_schema(keys)));
        let create = if part == "reviews" {
            let index = GlobalSecondaryIndex::builder()
                .index_name(table::PROBLEM_INDEX)
                .set_key_schema(Some(key_schema(&[table::PROBLEM, table::KEY])))
                .projection(Projection::builder().projection_type(ProjectionType::All).build())
                .build()
                .unwrap();
            create
                .global_secondary_indexes(index)
                .set_attribute_definitions(Some(definitions(&[keys, &[table::PROBLEM]].concat())))
        } else {
            create.set_attribute_definitions(Some(definitions(keys)))
        };
        wait(create.send()).unwrap();
        name
    }

    /// URLs of a queue and of its dead-letter queue, which are created.
    pub fn queue(&self, part: &str) -> (String, String) {
        let dead_letters = self.make_queue(&format!("{part}-dlq"), HashMap::new());
        let dead_letters_arn = arn(&self.clients, &dead_letters);
        let attributes = queue_attributes(&dead_letters_arn, VISIBILITY_SECONDS, RECEIVES);
        (self.make_queue(part, attributes), dead_letters)
    }

    fn make_queue(&self, part: &str, attributes: HashMap<QueueAttributeName, String>) -> String {
        let create = self.clients.sqs.create_queue().queue_name(self.name(part));
        let answer = wait(create.set_attributes(Some(attributes)).send()).unwrap();
        answer.queue_url.unwrap()
    }

    /// Creates a function from a package. The emulator accepts large packages only through a bucket.
    pub fn deploy(
        &self,
        name: &str,
        package: &str,
        size: LambdaHints,
        environment: &HashMap<String, String>,
    ) {
        let bucket = self.name("code");
        let put = self.clients.s3.put_object().bucket(&bucket).key(package);
        wait(put.body(self.packages.zip(package).into()).send()).unwrap();
        let code = FunctionCode::builder().s3_bucket(bucket).s3_key(package).build();
        let storage = EphemeralStorage::builder()
            .size(size.ephemeral_mb.cast_signed())
            .build()
            .unwrap();
        let environment = Environment::builder()
            .set_variables(Some(environment.clone()))
            .build();
        let create = self
            .clients
            .lambda
            .create_function()
            .function_name(self.name(name))
            .runtime(Runtime::Providedal2023)
            .handler("bootstrap")
            .role("arn:aws:iam::000000000000:role/e2e")
            .code(code)
            .memory_size(size.memory_mb.cast_signed())
            .timeout(size.timeout_seconds.cast_signed())
            .ephemeral_storage(storage)
            .environment(environment);
        wait(create.send()).unwrap();
        until(&format!("{name} is there"), Duration::from_secs(30), || {
            let get = self
                .clients
                .lambda
                .get_function_configuration()
                .function_name(self.name(name));
            (wait(get.send()).ok()?.state == Some(State::Active)).then_some(())
        });
    }

    /// Maps the messages of a queue to a function, with at most `at_once` invocations at a time.
    pub fn map(&self, function: &str, queue_url: &str, at_once: u32) {
        let scaling = ScalingConfig::builder()
            .maximum_concurrency(at_once.clamp(2, 8).cast_signed())
            .build();
        let create = self
            .clients
            .lambda
            .create_event_source_mapping()
            .function_name(function)
            .event_source_arn(arn(&self.clients, queue_url))
            .batch_size(10)
            .function_response_types(FunctionResponseType::ReportBatchItemFailures)
            .scaling_config(scaling);
        wait(create.send()).unwrap();
    }
}

fn key_schema(keys: &[&str]) -> Vec<KeySchemaElement> {
    let kinds = [KeyType::Hash, KeyType::Range];
    keys.iter()
        .zip(kinds)
        .map(|(key, kind)| {
            KeySchemaElement::builder()
                .attribute_name(*key)
                .key_type(kind)
                .build()
                .unwrap()
        })
        .collect()
}

fn definitions(names: &[&str]) -> Vec<AttributeDefinition> {
    names
        .iter()
        .map(|name| {
            AttributeDefinition::builder()
                .attribute_name(*name)
                .attribute_type(ScalarAttributeType::S)
                .build()
                .unwrap()
        })
        .collect()
}

/// The environment of a handler's Lambda.
pub fn handler_environment(outputs: &Outputs) -> HashMap<String, String> {
    let variables = [
        (env::REVIEWS_TABLE, &outputs.reviews_table),
        (env::FAILURES_TABLE, &outputs.failures_table),
        (env::COUNTERS_TABLE, &outputs.counters_table),
        (env::DOCUMENTS_BUCKET, &outputs.documents_bucket),
        (env::DATA_BUCKET, &outputs.data_bucket),
    ];
    variables
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect()
}

fn orchestrator_environment(outputs: &Outputs) -> HashMap<String, String> {
    let queues = outputs
        .handlers
        .iter()
        .map(|(id, handler)| (id.clone(), handler.queue_url.clone()));
    let mut environment = handler_environment(outputs);
    environment.extend([
        (env::SWEEPS_TABLE.to_owned(), outputs.sweeps_table.clone()),
        (env::INTAKE_QUEUE_URL.to_owned(), outputs.intake_queue_url.clone()),
        (env::ROUTES.to_owned(), Routes(queues.collect()).to_text()),
        (env::ROLE.to_owned(), role::ORCHESTRATOR.to_owned()),
    ]);
    environment
}
