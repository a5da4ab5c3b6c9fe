//! Queues: each encrypted, with a dead-letter queue behind it, and closed to whoever comes without TLS.

use super::{Plan, Shared, buckets, map, policy};
use crate::sdk::{Attribute, Resource, Value, list};

/// Deliveries before a message is given up.
const MAX_RECEIVES: u32 = 5;
/// How long messages are kept: four days to work on, the longest there is once they are dead.
const DAYS: u32 = 24 * 3600;

/// A queue and what becomes of messages that nobody could handle.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    pub(super) queue: Resource,
    pub(super) dead: Resource,
}

/// A queue for a function that takes at most so long.
pub(super) fn add(plan: &mut Plan, shared: &Shared<'_>, what: &str, timeout_seconds: u32) -> Queue {
    let Queue { queue, dead } = pair(plan, shared, what, timeout_seconds);
    close(plan, &queue, Vec::new());
    Queue { queue, dead }
}

/// The queue that the bucket's notifications and the pages of sweeps go to.
pub(super) fn intake(plan: &mut Plan, shared: &Shared<'_>, data: &buckets::Data) -> Queue {
    let Queue { queue, dead } = pair(plan, shared, "intake", super::functions::ORCHESTRATOR_SECONDS);
    let service = "s3.amazonaws.com";
    let from_bucket = policy::allow_service(
        shared.place,
        service,
        ["sqs:SendMessage"],
        queue.arn(),
        Some(data.arn.clone()),
    );
    close(plan, &queue, vec![from_bucket]);
    Queue { queue, dead }
}

fn pair(plan: &mut Plan, shared: &Shared<'_>, what: &str, timeout_seconds: u32) -> Queue {
    let queue = |what: &str| {
        let name = shared.place.name(what);
        Resource::new("aws:sqs/queue:Queue", &name)
            .with("name", name)
            .with("kmsMasterKeyId", shared.key.arn())
            // SQS wants six times the function's own time-out, or messages come back while they are worked on.
            .with("visibilityTimeoutSeconds", 6 * timeout_seconds)
    };
    let dead = plan.add(queue(&format!("{what}-dead")).with("messageRetentionSeconds", 14 * DAYS));
    close(plan, &dead, Vec::new());
    let redrive = map([
        ("deadLetterTargetArn", dead.arn()),
        ("maxReceiveCount", MAX_RECEIVES.into()),
    ]);
    let queue = plan.add(
        queue(what)
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
    Queue { queue, dead }
}

/// The queue's own policy: what is allowed, and nothing without TLS.
fn close(plan: &mut Plan, queue: &Resource, mut allowed: Vec<Value>) {
    allowed.push(policy::deny_plain("sqs:*", vec![queue.arn()]));
    plan.add(
        Resource::new("aws:sqs/queuePolicy:QueuePolicy", &queue.id.name)
            .with("queueUrl", queue.output(Attribute::Url))
            .with("policy", policy::document(allowed)),
    );
}
