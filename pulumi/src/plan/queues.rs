//! Queues: each encrypted, with a dead-letter queue behind it, and closed to whoever comes without TLS.

use super::{Place, Plan, Shared, buckets, functions, map, policy};
use crate::Notify;
use crate::sdk::{Attribute, Resource, Value, list};

/// The intake queue, without the stack's prefix.
pub(super) const INTAKE: &str = "intake";
/// Deliveries before a message is given up.
const MAX_RECEIVES: u32 = 5;
/// How long messages are kept: four days to work on, the longest there is once they are dead.
const DAYS: u32 = 24 * 3600;

/// A queue and what becomes of messages that nobody could handle.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    pub(super) queue: Resource,
    pub(super) dead: Resource,
    /// The policy of the first.
    pub(super) policy: Resource,
}

/// A queue for a function that takes at most so long.
pub(super) fn add(plan: &mut Plan, shared: &Shared<'_>, what: &str, timeout_seconds: u32) -> Queue {
    let (queue, dead) = pair(plan, shared, what, timeout_seconds);
    close(plan, &dead, Vec::new());
    let policy = close(plan, &queue, Vec::new());
    Queue { queue, dead, policy }
}

/// The queue that the bucket's notifications and the pages of sweeps go to.
pub(super) fn intake(plan: &mut Plan, shared: &Shared<'_>, data: &buckets::Data) -> Queue {
    let (queue, dead) = pair(plan, shared, INTAKE, functions::ORCHESTRATOR_SECONDS);
    let allow = |service: &str, to: &Resource, condition: Value| {
        policy::allow_service(service, ["sqs:SendMessage"], to.arn(), Some(condition))
    };
    let of_bucket = policy::for_resource(shared.place, data.arn.clone());
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
pub(super) fn events_rule(place: &Place) -> String {
    place.name("data-events")
}

/// A queue and its dead-letter queue, without their policies.
fn pair(plan: &mut Plan, shared: &Shared<'_>, what: &str, timeout_seconds: u32) -> (Resource, Resource) {
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
            .with("queueUrl", dead.output(Attribute::Url))
            .with("redriveAllowPolicy", from.into_json_text()),
    );
    (queue, dead)
}

/// The queue's own policy: what is allowed, and nothing without TLS.
fn close(plan: &mut Plan, queue: &Resource, mut allowed: Vec<Value>) -> Resource {
    allowed.push(policy::deny_plain("sqs:*", vec![queue.arn()]));
    plan.add(
        Resource::new("aws:sqs/queuePolicy:QueuePolicy", &queue.id.name)
            .with("queueUrl", queue.output(Attribute::Url))
            .with("policy", policy::document(allowed)),
    )
}
