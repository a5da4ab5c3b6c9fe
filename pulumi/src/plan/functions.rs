//! The Lambdas: one for each card, the orchestrator, the janitor; each with a role of its own.

use data_review_core::deployment::{Routes, TICK, env, role};
use data_review_core::{Card, LambdaHints};

use super::buckets::Buckets;
use super::queues::Queue;
use super::tables::Tables;
use super::{Config, Plan, Shared, alarms, map, policy, queues};
use crate::sdk::{Attribute, Resource, Value, list};

/// Longest run of the orchestrator: a batch to identify, or a slice of a sweep.
pub(super) const ORCHESTRATOR_SECONDS: u32 = 300;
/// Longest run of the janitor: a batch of dead letters.
pub(super) const JANITOR_SECONDS: u32 = 60;
/// Share of the orchestrator: its batches, a tick and a request by hand.
pub(super) const ORCHESTRATORS: u32 = 22;
/// The fewest that an event source mapping may run at once.
const FEWEST: u32 = 2;
/// Messages in a batch; more than ten would have to be waited for.
const BATCH: u32 = 10;

/// Where outcomes go.
pub(super) struct Stores<'a> {
    pub(super) tables: &'a Tables,
    pub(super) buckets: &'a Buckets,
}

/// A Lambda and what wakes it.
pub(super) struct Function {
    pub(super) function: Resource,
    /// From its first queue.
    pub(super) mapping: Resource,
}

/// What a card has become.
pub(super) struct Handler {
    id: &'static str,
    function: Function,
    queue: Queue,
}

impl Handler {
    /// What the stack's outputs say of it.
    pub(super) fn output(&self) -> (String, Value) {
        let names = map([
            ("function", self.function.function.output(Attribute::Name)),
            ("queueUrl", self.queue.queue.output(Attribute::Url)),
            ("deadLetterQueueUrl", self.queue.dead.output(Attribute::Url)),
        ]);
        (self.id.to_owned(), names)
    }
}

/// What is asked of a Lambda.
struct Wanted<'a> {
    /// The end of its name.
    name: &'a str,
    /// Its zip file, without the ending.
    package: &'a str,
    hints: LambdaHints,
    /// Executions that it has to itself.
    reserved: u32,
    queues: Vec<&'a Queue>,
    /// Of each queue its dead-letter queue.
    dead: bool,
    environment: Vec<(&'static str, Value)>,
    permissions: Vec<Value>,
}

/// What a card's Lambda, queue and role are called, without the stack's prefix.
pub(super) fn handler_name(card: &Card) -> String {
    format!("handler-{}", card.id)
}

/// Executions that a handler has to itself: those of its queue, and one that is asked for directly.
pub(super) fn reservation(config: &Config, card: &Card) -> u32 {
    concurrency(config, card) + 1
}

/// Executions of the janitor: the fewest for each dead-letter queue, the intake's among them.
pub(super) fn janitors(handlers: usize) -> u32 {
    FEWEST * u32::try_from(handlers + 1).unwrap_or(u32::MAX / FEWEST)
}

fn concurrency(config: &Config, card: &Card) -> u32 {
    card.lambda.max_concurrency.min(config.max_concurrency)
}

/// A handler: reads what its queue names, writes outcomes.
pub(super) fn handler(
    plan: &mut Plan,
    shared: &Shared<'_>,
    stores: &Stores<'_>,
    card: &'static Card,
) -> Handler {
    let name = handler_name(card);
    let queue = queues::add(plan, shared, &name, card.lambda.timeout_seconds);
    let wanted = Wanted {
        name: &name,
        package: card.id,
        hints: LambdaHints {
            max_concurrency: concurrency(shared.config, card),
            ..card.lambda
        },
        reserved: reservation(shared.config, card),
        queues: vec![&queue],
        dead: false,
        environment: stores.environment(),
        permissions: stores.permissions(shared),
    };
    let function = add(plan, shared, wanted);
    Handler {
        id: card.id,
        function,
        queue,
    }
}

/// The orchestrator: events and sweeps in, one message for each file out.
pub(super) fn orchestrator(
    plan: &mut Plan,
    shared: &Shared<'_>,
    stores: &Stores<'_>,
    intake: &Queue,
    handlers: &[Handler],
) -> Function {
    let url = |queue: &Queue| queue.queue.output(Attribute::Url);
    let routes = handlers
        .iter()
        .map(|handler| (handler.id.to_owned(), url(&handler.queue)));
    let routes = Value::Written(Box::new(Value::Map(routes.collect())), routes_text);
    let mut environment = stores.environment();
    environment.extend([
        (env::ROLE, role::ORCHESTRATOR.into()),
        (env::SWEEPS_TABLE, stores.tables.sweeps.output(Attribute::Name)),
        (env::INTAKE_QUEUE_URL, url(intake)),
        (env::ROUTES, routes),
    ]);
    let to_queues = std::iter::once(intake).chain(handlers.iter().map(|handler| &handler.queue));
    let sweeps = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Scan"];
    let mut permissions = stores.permissions(shared);
    permissions.extend([
        policy::allow(
            ["sqs:SendMessage"],
            to_queues.map(|queue| queue.queue.arn()).collect(),
        ),
        policy::allow(sweeps, vec![stores.tables.sweeps.arn()]),
    ]);
    let wanted = Wanted {
        name: "orchestrator",
        package: "orchestrator",
        hints: LambdaHints {
            memory_mb: 1769,
            timeout_seconds: ORCHESTRATOR_SECONDS,
            ephemeral_mb: 512,
            max_concurrency: ORCHESTRATORS - 2,
        },
        reserved: ORCHESTRATORS,
        queues: vec![intake],
        dead: false,
        environment,
        permissions,
    };
    let function = add(plan, shared, wanted);
    tick(plan, shared, &function);
    function
}

/// The janitor: writes a failure row for every message that died.
pub(super) fn janitor(
    plan: &mut Plan,
    shared: &Shared<'_>,
    stores: &Stores<'_>,
    intake: &Queue,
    handlers: &[Handler],
) {
    let mut environment = stores.environment();
    environment.push((env::ROLE, role::JANITOR.into()));
    let wanted = Wanted {
        name: "janitor",
        package: "orchestrator",
        hints: LambdaHints {
            memory_mb: 512,
            timeout_seconds: JANITOR_SECONDS,
            ephemeral_mb: 512,
            max_concurrency: FEWEST,
        },
        reserved: janitors(handlers.len()),
        queues: std::iter::once(intake)
            .chain(handlers.iter().map(|handler| &handler.queue))
            .collect(),
        dead: true,
        environment,
        permissions: stores.permissions(shared),
    };
    add(plan, shared, wanted);
}

impl Stores<'_> {
    fn environment(&self) -> Vec<(&'static str, Value)> {
        vec![
            (env::REVIEWS_TABLE, self.tables.reviews.output(Attribute::Name)),
            (env::FAILURES_TABLE, self.tables.failures.output(Attribute::Name)),
            (
                env::DOCUMENTS_BUCKET,
                self.buckets.documents.output(Attribute::Id),
            ),
            (env::DATA_BUCKET, self.buckets.data.name.clone()),
        ]
    }

    /// Whoever records outcomes reads objects, keeps documents and writes rows.
    fn permissions(&self, shared: &Shared<'_>) -> Vec<Value> {
        let data = &self.buckets.data;
        let objects = |arn: Value| policy::below(arn, "/*");
        let mut statements = vec![
            policy::allow(["s3:GetObject"], vec![objects(data.arn.clone())]),
            // Without it a key that is gone looks like one that is forbidden.
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
            policy::allow(["kms:Decrypt", "kms:GenerateDataKey"], vec![shared.key.arn()]),
        ];
        if let Some(key) = &shared.config.data_bucket_key {
            statements.push(policy::allow(["kms:Decrypt"], vec![key.as_str().into()]));
        }
        statements
    }
}

/// A Lambda with its log group, role, permissions, event source mappings and alarms.
fn add(plan: &mut Plan, shared: &Shared<'_>, wanted: Wanted<'_>) -> Function {
    let name = shared.place.name(wanted.name);
    let sources: Vec<&Resource> = wanted
        .queues
        .iter()
        .map(|queue| if wanted.dead { &queue.dead } else { &queue.queue })
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
            .with("role", role.output(Attribute::Name))
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
            Value::Archive(shared.config.packages.join(format!("{}.zip", wanted.package))),
        )
        .with("memorySize", hints.memory_mb)
        .with("timeout", hints.timeout_seconds)
        .with("ephemeralStorage", map([("size", hints.ephemeral_mb.into())]))
        .with("environment", map([("variables", Value::Map(environment))]))
        .with("kmsKeyArn", shared.key.arn())
        .with("tracingConfig", map([("mode", "Active".into())]))
        .with(
            "loggingConfig",
            map([
                ("logFormat", "JSON".into()),
                ("logGroup", log_group.output(Attribute::Name)),
            ]),
        )
        .after(&rights);
    if shared.config.reserve_concurrency {
        function = function.with("reservedConcurrentExecutions", wanted.reserved);
    }
    let function = plan.add(function);
    alarms::function(plan, shared, &function);
    for queue in &wanted.queues {
        match wanted.dead {
            true => alarms::dead_letters(plan, shared, &queue.dead),
            false => alarms::waiting(plan, shared, &queue.queue),
        }
    }
    let mappings: Vec<Resource> = sources
        .iter()
        .map(|source| mapping(plan, source, &function, hints.max_concurrency))
        .collect();
    let mapping = mappings[0].clone();
    Function { function, mapping }
}

/// What every function may do with its own queues and log group, and with the tracer.
fn own_permissions(log_group: &Resource, sources: &[&Resource]) -> [Value; 3] {
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
        // X-Ray knows no resources: AWS takes nothing but `*` here.
        policy::allow(
            ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
            vec!["*".into()],
        ),
    ]
}

/// Hands a queue's messages to a function, which answers with those that it could not do.
fn mapping(plan: &mut Plan, queue: &Resource, function: &Resource, max_concurrency: u32) -> Resource {
    plan.add(
        Resource::new("aws:lambda/eventSourceMapping:EventSourceMapping", &queue.id.name)
            .with("eventSourceArn", queue.arn())
            .with("functionName", function.output(Attribute::Name))
            .with("batchSize", BATCH)
            .with("functionResponseTypes", list(["ReportBatchItemFailures"]))
            .with(
                "scalingConfig",
                map([("maximumConcurrency", max_concurrency.into())]),
            ),
    )
}

/// Invokes the orchestrator every minute, which continues the sweeps that are not done.
fn tick(plan: &mut Plan, shared: &Shared<'_>, orchestrator: &Function) {
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
            .with("function", orchestrator.function.output(Attribute::Name))
            .with("principal", "events.amazonaws.com")
            .with("sourceArn", rule.arn()),
    );
    plan.add(
        Resource::new("aws:cloudwatch/eventTarget:EventTarget", &name)
            .with("rule", rule.output(Attribute::Name))
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
        .with("functionName", orchestrator.function.output(Attribute::Name))
        .with("maximumRetryAttempts", 0)
        .with("maximumEventAgeInSeconds", 60),
    );
}

fn routes_text(urls: &serde_json::Value) -> String {
    let urls = urls.as_object().into_iter().flatten();
    let route = |(id, url): (&String, &serde_json::Value)| Some((id.clone(), url.as_str()?.to_owned()));
    Routes(urls.filter_map(route).collect()).to_text()
}
