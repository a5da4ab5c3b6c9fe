//! The Lambdas: one for each card, the orchestrator, the janitor; each with a role of its own.

use data_review_core::{Card, LambdaHints};
use data_review_deployment::{Routes, TICK, env, role};

use super::buckets::Buckets;
use super::queues::Queue;
use super::tables::Tables;
use super::{Config, Shared, StackPlan, alarms, map, policy, queues};
use crate::sdk::{OutputName, PropertyValue, Resource, list};

/// The time-out of the orchestrator in seconds: enough for a batch, or a part of a sweep.
pub(super) const ORCHESTRATOR_SECONDS: u32 = 300;
/// Longest run of the janitor: a batch of dead letters.
pub(super) const JANITOR_SECONDS: u32 = 60;
/// Invocations of the orchestrator for batches of the intake queue that run at once.
const INTAKES: u32 = 20;
/// Reserved executions of the orchestrator: batches, a manual request, and ticks, of which each minute brings one that works on
/// sweeps for up to [`ORCHESTRATOR_SECONDS`].
pub(super) const ORCHESTRATORS: u32 = INTAKES + 1 + ORCHESTRATOR_SECONDS / 60;
/// The lowest concurrency of an event source mapping.
const MIN_CONCURRENCY: u32 = 2;
/// Messages of a batch. With more than ten, the service would wait for a batch to fill.
const BATCH: u32 = 10;

/// The tables and the bucket of outcomes.
pub(super) struct Stores<'a> {
    pub(super) tables: &'a Tables,
    pub(super) buckets: &'a Buckets,
}

/// A Lambda and its event source mappings.
pub(super) struct Function {
    pub(super) function: Resource,
    /// The mapping of its first queue.
    pub(super) mapping: Resource,
    /// Its memory in MB.
    pub(super) memory_mb: u32,
}

/// The resources of a handler.
pub(super) struct Handler {
    id: &'static str,
    function: Function,
    queue: Queue,
}

impl Handler {
    pub(super) fn queue(&self) -> &Queue {
        &self.queue
    }

    pub(super) fn function(&self) -> &Function {
        &self.function
    }

    /// Its entry in the outputs of the stack.
    pub(super) fn output(&self) -> (String, PropertyValue) {
        let names = map([
            ("function", self.function.function.output(OutputName::Name)),
            ("queueUrl", self.queue.queue.output(OutputName::Url)),
            ("deadLetterQueueUrl", self.queue.dead.output(OutputName::Url)),
        ]);
        (self.id.to_owned(), names)
    }
}

/// The properties of a Lambda.
struct FunctionSpec<'a> {
    /// The end of its name.
    name: &'a str,
    /// The name of its zip file, without the extension.
    package: &'a str,
    hints: LambdaHints,
    /// Its reserved executions.
    reserved: u32,
    queues: Vec<&'a Queue>,
    /// Whether it consumes the dead-letter queue of each queue instead of the queue itself.
    consumes_dead_letters: bool,
    environment: Vec<(&'static str, PropertyValue)>,
    permissions: Vec<PropertyValue>,
}

/// The name of the Lambda, queue and role of a handler, without the prefix of the stack.
pub(super) fn handler_name(card: &Card) -> String {
    format!("handler-{}", card.id)
}

/// Reserved executions of a handler: those of its queue, and one for direct requests.
pub(super) fn reservation(config: &Config, card: &Card) -> u32 {
    concurrency(config, card) + 1
}

/// Reserved executions of the janitor: the lowest concurrency for each dead-letter queue, including that of the intake.
pub(super) fn janitors(handlers: usize) -> u32 {
    MIN_CONCURRENCY * u32::try_from(handlers + 1).unwrap_or(u32::MAX / MIN_CONCURRENCY)
}

fn concurrency(config: &Config, card: &Card) -> u32 {
    card.lambda.max_concurrency.min(config.max_concurrency)
}

/// The Lambda of a handler, which reads the objects that its queue names, and writes outcomes.
pub(super) fn handler(
    plan: &mut StackPlan,
    shared: &Shared<'_>,
    stores: &Stores<'_>,
    card: &'static Card,
) -> Handler {
    let name = handler_name(card);
    let queue = queues::add(plan, shared, &name, card.lambda.timeout_seconds);
    let wanted = FunctionSpec {
        name: &name,
        package: card.id,
        hints: LambdaHints {
            max_concurrency: concurrency(shared.config, card),
            ..card.lambda
        },
        reserved: reservation(shared.config, card),
        queues: vec![&queue],
        consumes_dead_letters: false,
        environment: stores.environment(shared),
        permissions: stores.permissions(shared),
    };
    let function = add(plan, shared, wanted);
    Handler {
        id: card.id,
        function,
        queue,
    }
}

/// The orchestrator, which sends one message to a handler for each event or listed object.
pub(super) fn orchestrator(
    plan: &mut StackPlan,
    shared: &Shared<'_>,
    stores: &Stores<'_>,
    intake: &Queue,
    handlers: &[Handler],
) -> Function {
    let url = |queue: &Queue| queue.queue.output(OutputName::Url);
    let routes = handlers
        .iter()
        .map(|handler| (handler.id.to_owned(), url(&handler.queue)));
    let routes = PropertyValue::Written(Box::new(PropertyValue::Map(routes.collect())), routes_text);
    let mut environment = stores.environment(shared);
    environment.extend([
        (env::ROLE, role::ORCHESTRATOR.into()),
        (env::SWEEPS_TABLE, stores.tables.sweeps.output(OutputName::Name)),
        (env::INTAKE_QUEUE_URL, url(intake)),
        (env::ROUTES, routes),
    ]);
    let to_queues = std::iter::once(intake).chain(handlers.iter().map(|handler| &handler.queue));
    let sweeps = [
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "dynamodb:Scan",
    ];
    let mut permissions = stores.permissions(shared);
    permissions.extend([
        policy::allow(
            ["sqs:SendMessage"],
            to_queues.map(|queue| queue.queue.arn()).collect(),
        ),
        policy::allow(sweeps, vec![stores.tables.sweeps.arn()]),
    ]);
    if let Some(bucket) = &shared.config.inventory_bucket {
        let lists = format!("arn:{}:s3:::{bucket}/*", shared.place.partition);
        permissions.push(policy::allow(["s3:GetObject"], vec![lists.into()]));
    }
    let wanted = FunctionSpec {
        name: "orchestrator",
        package: "orchestrator",
        hints: LambdaHints {
            memory_mb: 1769,
            timeout_seconds: ORCHESTRATOR_SECONDS,
            // Files of an inventory: four at a time, of at most 2 GiB each.
            ephemeral_mb: 10240,
            max_concurrency: INTAKES,
        },
        reserved: ORCHESTRATORS,
        queues: vec![intake],
        consumes_dead_letters: false,
        environment,
        permissions,
    };
    let function = add(plan, shared, wanted);
    tick(plan, shared, &function);
    function
}

/// The janitor, which writes a failure row for every dead letter.
pub(super) fn janitor(
    plan: &mut StackPlan,
    shared: &Shared<'_>,
    stores: &Stores<'_>,
    intake: &Queue,
    handlers: &[Handler],
) -> Function {
    let mut environment = stores.environment(shared);
    environment.push((env::ROLE, role::JANITOR.into()));
    let wanted = FunctionSpec {
        name: "janitor",
        package: "orchestrator",
        hints: LambdaHints {
            memory_mb: 512,
            timeout_seconds: JANITOR_SECONDS,
            ephemeral_mb: 512,
            max_concurrency: MIN_CONCURRENCY,
        },
        reserved: janitors(handlers.len()),
        queues: std::iter::once(intake)
            .chain(handlers.iter().map(|handler| &handler.queue))
            .collect(),
        consumes_dead_letters: true,
        environment,
        permissions: stores.permissions(shared),
    };
    add(plan, shared, wanted)
}

impl Stores<'_> {
    fn environment(&self, shared: &Shared<'_>) -> Vec<(&'static str, PropertyValue)> {
        let mut environment = vec![
            (env::STACK, shared.place.stack.as_str().into()),
            (env::REVIEWS_TABLE, self.tables.reviews.output(OutputName::Name)),
            (env::FAILURES_TABLE, self.tables.failures.output(OutputName::Name)),
            (env::COUNTERS_TABLE, self.tables.counters.output(OutputName::Name)),
            (
                env::DOCUMENTS_BUCKET,
                self.buckets.documents.output(OutputName::Id),
            ),
            (env::DATA_BUCKET, self.buckets.data.name.clone()),
        ];
        if shared.config.requester_pays {
            environment.push((env::REQUESTER_PAYS, "true".into()));
        }
        environment
    }

    /// Permissions to record outcomes: read objects, write documents and rows.
    fn permissions(&self, shared: &Shared<'_>) -> Vec<PropertyValue> {
        let data = &self.buckets.data;
        let objects = |arn: PropertyValue| policy::below(arn, "/*");
        let mut statements = vec![
            policy::allow(["s3:GetObject"], vec![objects(data.arn.clone())]),
            // Without it, S3 answers 403 instead of 404 for a deleted object.
            policy::allow(["s3:ListBucket"], vec![data.arn.clone()]),
            policy::allow(
                ["s3:PutObject", "s3:DeleteObject"],
                vec![objects(self.buckets.documents.arn())],
            ),
            policy::allow(
                ["dynamodb:BatchGetItem", "dynamodb:PutItem"],
                vec![self.tables.reviews.arn()],
            ),
            policy::allow(["dynamodb:PutItem"], vec![self.tables.failures.arn()]),
            policy::allow(["dynamodb:UpdateItem"], vec![self.tables.counters.arn()]),
            policy::allow(["kms:Decrypt", "kms:GenerateDataKey"], vec![shared.key.arn()]),
        ];
        if let Some(key) = &shared.config.data_bucket_key {
            statements.push(policy::allow(["kms:Decrypt"], vec![key.as_str().into()]));
        }
        statements
    }
}

/// A Lambda with its log group, role, permissions, event source mappings and alarms.
fn add(plan: &mut StackPlan, shared: &Shared<'_>, wanted: FunctionSpec<'_>) -> Function {
    let name = shared.place.name(wanted.name);
    let sources: Vec<&Resource> = wanted
        .queues
        .iter()
        .map(|queue| {
            if wanted.consumes_dead_letters {
                &queue.dead
            } else {
                &queue.queue
            }
        })
        .collect();
    let log_group = plan.add(
        Resource::new("aws:cloudwatch/logGroup:LogGroup", &name)
            .with("name", format!("/aws/lambda/{name}"))
            .with("retentionInDays", shared.config.log_retention_days)
            .with("kmsKeyId", shared.key.arn()),
    );
    let role = plan.add(policy::role(shared.place, &name));
    let mut permissions = wanted.permissions;
    permissions.extend(own_permissions(&log_group, &sources));
    let rights = plan.add(
        Resource::new("aws:iam/rolePolicy:RolePolicy", &name)
            .with("name", name.as_str())
            .with("role", role.output(OutputName::Name))
            .with("policy", policy::document(permissions)),
    );
    let hints = wanted.hints;
    let environment = wanted
        .environment
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let mut function = Resource::new("aws:lambda/function:Function", &name)
        .with("name", name.as_str())
        .with("role", role.arn())
        .with("runtime", "provided.al2023")
        .with("handler", "bootstrap")
        .with("architectures", list([shared.config.architecture.name()]))
        .with(
            "code",
            PropertyValue::Archive(shared.config.packages.join(format!("{}.zip", wanted.package))),
        )
        .with("memorySize", hints.memory_mb)
        .with("timeout", hints.timeout_seconds)
        .with("ephemeralStorage", map([("size", hints.ephemeral_mb.into())]))
        .with(
            "environment",
            map([("variables", PropertyValue::Map(environment))]),
        )
        .with("kmsKeyArn", shared.key.arn())
        .with("tracingConfig", map([("mode", "Active".into())]))
        .with(
            "loggingConfig",
            map([
                ("logFormat", "JSON".into()),
                ("logGroup", log_group.output(OutputName::Name)),
            ]),
        )
        .after(&rights);
    if shared.config.reserve_concurrency {
        function = function.with("reservedConcurrentExecutions", wanted.reserved);
    }
    let function = plan.add(function);
    alarms::function(plan, shared, &function);
    for queue in &wanted.queues {
        match wanted.consumes_dead_letters {
            true => alarms::dead_letters(plan, shared, &queue.dead),
            false => alarms::waiting(plan, shared, &queue.queue),
        }
    }
    let mappings: Vec<Resource> = sources
        .iter()
        .map(|source| mapping(plan, source, &function, hints.max_concurrency))
        .collect();
    Function {
        function,
        mapping: mappings[0].clone(),
        memory_mb: hints.memory_mb,
    }
}

/// Permissions of every function for its queues, its log group and tracing.
fn own_permissions(log_group: &Resource, sources: &[&Resource]) -> [PropertyValue; 3] {
    let streams = policy::below(log_group.arn(), ":*");
    let consume = [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
        "sqs:GetQueueAttributes",
    ];
    [
        policy::allow(consume, sources.iter().map(|queue| queue.arn()).collect()),
        policy::allow(["logs:CreateLogStream", "logs:PutLogEvents"], vec![streams]),
        // X-Ray has no resources: AWS accepts only `*` here.
        policy::allow(
            ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
            vec!["*".into()],
        ),
    ]
}

/// Delivers the messages of a queue to a function, which answers with those to be delivered again.
fn mapping(plan: &mut StackPlan, queue: &Resource, function: &Resource, max_concurrency: u32) -> Resource {
    plan.add(
        Resource::new("aws:lambda/eventSourceMapping:EventSourceMapping", &queue.id.name)
            .with("eventSourceArn", queue.arn())
            .with("functionName", function.output(OutputName::Name))
            .with("batchSize", BATCH)
            .with("functionResponseTypes", list(["ReportBatchItemFailures"]))
            .with(
                "scalingConfig",
                map([("maximumConcurrency", max_concurrency.into())]),
            ),
    )
}

/// Invokes the orchestrator every minute, which continues the sweeps that are not done.
fn tick(plan: &mut StackPlan, shared: &Shared<'_>, orchestrator: &Function) {
    let name = shared.place.name("tick");
    let rule = plan.add(
        Resource::new("aws:cloudwatch/eventRule:EventRule", &name)
            .with("name", name.as_str())
            .with("description", "Continues the sweeps that are not done")
            .with("scheduleExpression", "rate(1 minute)"),
    );
    alarms::rule(plan, shared, &rule);
    // `sourceAccount` is for S3 only: EventBridge sends none, and a permission that asks for one refuses every invocation
    // without an error.
    let permission = plan.add(
        Resource::new("aws:lambda/permission:Permission", &name)
            .with("action", "lambda:InvokeFunction")
            .with("function", orchestrator.function.output(OutputName::Name))
            .with("principal", "events.amazonaws.com")
            .with("sourceArn", rule.arn()),
    );
    plan.add(
        Resource::new("aws:cloudwatch/eventTarget:EventTarget", &name)
            .with("rule", rule.output(OutputName::Name))
            .with("arn", orchestrator.function.arn())
            .with("input", TICK)
            .after(&permission),
    );
    // The next minute brings another one: a tick is not retried, and not kept for long.
    plan.add(
        Resource::new(
            "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
            &name,
        )
        .with("functionName", orchestrator.function.output(OutputName::Name))
        .with("maximumRetryAttempts", 0)
        .with("maximumEventAgeInSeconds", 60),
    );
}

fn routes_text(urls: &serde_json::Value) -> String {
    let urls = urls.as_object().into_iter().flatten();
    let route = |(id, url): (&String, &serde_json::Value)| Some((id.clone(), url.as_str()?.to_owned()));
    Routes(urls.filter_map(route).collect()).to_text()
}
