//! Queues. Each is encrypted, accepts only TLS, and has a dead-letter queue.

use super::{Shared, StackLocation, StackPlan, buckets, functions, map, policy};
use crate::Notify;
use crate::sdk::{OutputName, PropertyValue, Resource, list};

/// The intake queue, without the stack's prefix.
pub(super) const INTAKE: &str = "intake";
/// How often a message is delivered before it becomes a dead letter.
const MAX_RECEIVES: u32 = 5;
/// How long messages are kept, in seconds: four days, and dead letters as long as the service allows.
const DAYS: u32 = 24 * 3600;

/// A queue and its dead-letter queue.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    pub(super) queue: Resource,
    pub(super) dead: Resource,
    /// The policy of the first.
    pub(super) policy: Resource,
}

/// A queue for a function with this time-out.
pub(super) fn add(plan: &mut StackPlan, shared: &Shared<'_>, what: &str, timeout_seconds: u32) -> Queue {
    let (queue, dead) = pair(plan, shared, what, timeout_seconds);
    close(plan, &dead, Vec::new());
    let policy = close(plan, &queue, Vec::new());
    Queue { queue, dead, policy }
}

/// The intake queue, for notifications of the bucket and pages of sweeps.
pub(super) fn intake(plan: &mut StackPlan, shared: &Shared<'_>, data: &buckets::Data) -> Queue {
    let (queue, dead) = pair(plan, shared, INTAKE, functions::ORCHESTRATOR_SECONDS);
    let allow = |service: &str, to: &Resource, condition: PropertyValue| {
        policy::allow_service(service, ["sqs:SendMessage"], to.arn(), Some(condition))
    };
    // S3 sends for the account that the bucket belongs to.
    let owner = shared.config.data_bucket_account.as_deref();
    let of_bucket = policy::for_resource(owner.unwrap_or(&shared.place.account), data.arn.clone());
    // As for Lambda, EventBridge documents `aws:SourceArn` alone.
    let rule = shared
        .place
        .arn("events", &format!("rule/{}", events_rule(shared.place)));
    let of_rule = || policy::for_source(rule.as_str().into());
    let (to_queue, to_dead) = match shared.config.notify {
        Notify::Bucket => (vec![allow("s3.amazonaws.com", &queue, of_bucket)], vec![]),
        Notify::EventBridge => (
            vec![allow("events.amazonaws.com", &queue, of_rule())],
            vec![allow("events.amazonaws.com", &dead, of_rule())],
        ),
        Notify::Off => (vec![], vec![]),
    };
    close(plan, &dead, to_dead);
    let policy = close(plan, &queue, to_queue);
    Queue { queue, dead, policy }
}

/// The name of the rule that forwards the bucket's events from EventBridge.
pub(super) fn events_rule(place: &StackLocation) -> String {
    place.name("data-events")
}

/// A queue and its dead-letter queue, without their policies.
fn pair(plan: &mut StackPlan, shared: &Shared<'_>, what: &str, timeout_seconds: u32) -> (Resource, Resource) {
    // SQS refuses a mapping whose queue has a visibility time-out below the function's time-out, and recommends six times that:
    // otherwise messages are delivered again while they are processed.
    let queue = |what: &str, function_seconds: u32| {
        let name = shared.place.name(what);
        Resource::new("aws:sqs/queue:Queue", &name)
            .with("name", name)
            .with("kmsMasterKeyId", shared.key.arn())
            .with("visibilityTimeoutSeconds", 6 * function_seconds)
    };
    let dead = plan.add(
        queue(&format!("{what}-dead"), functions::JANITOR_SECONDS).with("messageRetentionSeconds", 14 * DAYS),
    );
    let redrive = map([
        ("deadLetterTargetArn", dead.arn()),
        ("maxReceiveCount", MAX_RECEIVES.into()),
    ]);
    let queue = plan.add(
        queue(what, timeout_seconds)
            .with("messageRetentionSeconds", 4 * DAYS)
            .with("redrivePolicy", redrive.into_json_text()),
    );
    let from = map([
        ("redrivePermission", "byQueue".into()),
        ("sourceQueueArns", list([queue.arn()])),
    ]);
    plan.add(
        Resource::new("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", &dead.id.name)
            .with("queueUrl", dead.output(OutputName::Url))
            .with("redriveAllowPolicy", from.into_json_text()),
    );
    (queue, dead)
}

/// Sets the policy of a queue: the allowed actions, and only with TLS.
fn close(plan: &mut StackPlan, queue: &Resource, mut allowed: Vec<PropertyValue>) -> Resource {
    allowed.push(policy::deny_plain("sqs:*", vec![queue.arn()]));
    plan.add(
        Resource::new("aws:sqs/queuePolicy:QueuePolicy", &queue.id.name)
            .with("queueUrl", queue.output(OutputName::Url))
            .with("policy", policy::document(allowed)),
    )
}
