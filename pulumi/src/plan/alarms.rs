//! What a person is told of; docs/deploy.md says what to do about each.

use super::{Config, Place, Plan, Shared, map, policy};
use crate::sdk::{Attribute, Resource, Value, list};

/// The topic's name, without the stack's prefix.
pub(super) const TOPIC: &str = "alarms";
/// Seconds that numbers are gathered for.
const PERIOD: u32 = 300;
/// Oldest message that may wait: longer, and the handlers do not keep up.
const WAITING_SECONDS: u32 = 6 * 3600;

/// Where alarms go.
pub(super) fn topic(plan: &mut Plan, config: &Config, place: &Place, key: &Resource) -> Resource {
    let name = place.name(TOPIC);
    let topic = plan.add(
        Resource::new("aws:sns/topic:Topic", &name)
            .with("name", name.as_str())
            .with("kmsMasterKeyId", key.arn()),
    );
    let service = "cloudwatch.amazonaws.com";
    let statements = vec![
        policy::allow_service(
            service,
            ["sns:Publish"],
            topic.arn(),
            Some(policy::for_account(place)),
        ),
        policy::deny_plain("sns:Publish", vec![topic.arn()]),
    ];
    plan.add(
        Resource::new("aws:sns/topicPolicy:TopicPolicy", &name)
            .with("arn", topic.arn())
            .with("policy", policy::document(statements)),
    );
    if let Some(email) = &config.alarm_email {
        plan.add(
            Resource::new("aws:sns/topicSubscription:TopicSubscription", &name)
                .with("topic", topic.arn())
                .with("protocol", "email")
                .with("endpoint", email.as_str()),
        );
    }
    topic
}

/// A function that fails or is held back.
pub(super) fn function(plan: &mut Plan, shared: &Shared<'_>, function: &Resource) {
    let of = || map([("FunctionName", function.output(Attribute::Name))]);
    let errors = Metric {
        namespace: "AWS/Lambda",
        name: "Errors",
        statistic: "Sum",
        threshold: 0,
        periods: 1,
    };
    alarm(
        plan,
        shared,
        &format!("{}-errors", function.id.name),
        errors,
        of(),
    );
    let throttles = Metric {
        namespace: "AWS/Lambda",
        name: "Throttles",
        statistic: "Sum",
        threshold: 0,
        periods: 3,
    };
    alarm(
        plan,
        shared,
        &format!("{}-throttles", function.id.name),
        throttles,
        of(),
    );
}

/// Dead messages that the janitor does not take away.
pub(super) fn dead_letters(plan: &mut Plan, shared: &Shared<'_>, queue: &Resource) {
    let depth = Metric {
        namespace: "AWS/SQS",
        name: "ApproximateNumberOfMessagesVisible",
        statistic: "Maximum",
        threshold: 0,
        periods: 1,
    };
    alarm(
        plan,
        shared,
        &format!("{}-depth", queue.id.name),
        depth,
        of_queue(queue),
    );
}

/// Messages that wait too long.
pub(super) fn waiting(plan: &mut Plan, shared: &Shared<'_>, queue: &Resource) {
    let age = Metric {
        namespace: "AWS/SQS",
        name: "ApproximateAgeOfOldestMessage",
        statistic: "Maximum",
        threshold: WAITING_SECONDS,
        periods: 1,
    };
    alarm(
        plan,
        shared,
        &format!("{}-age", queue.id.name),
        age,
        of_queue(queue),
    );
}

/// Invocations that EventBridge could not make: they leave no trace in the function that they are for.
pub(super) fn rule(plan: &mut Plan, shared: &Shared<'_>, rule: &Resource) {
    let failed = Metric {
        namespace: "AWS/Events",
        name: "FailedInvocations",
        statistic: "Sum",
        threshold: 0,
        periods: 1,
    };
    let dimensions = map([("RuleName", rule.output(Attribute::Name))]);
    alarm(
        plan,
        shared,
        &format!("{}-failed", rule.id.name),
        failed,
        dimensions,
    );
}

fn of_queue(queue: &Resource) -> Value {
    map([("QueueName", queue.output(Attribute::Name))])
}

/// A number that AWS counts, and what it must not pass.
struct Metric {
    namespace: &'static str,
    name: &'static str,
    statistic: &'static str,
    threshold: u32,
    periods: u32,
}

fn alarm(plan: &mut Plan, shared: &Shared<'_>, name: &str, metric: Metric, dimensions: Value) {
    plan.add(
        Resource::new("aws:cloudwatch/metricAlarm:MetricAlarm", name)
            .with("name", name)
            .with("namespace", metric.namespace)
            .with("metricName", metric.name)
            .with("statistic", metric.statistic)
            .with("dimensions", dimensions)
            .with("comparisonOperator", "GreaterThanThreshold")
            .with("threshold", metric.threshold)
            .with("period", PERIOD)
            .with("evaluationPeriods", metric.periods)
            .with("treatMissingData", "notBreaching")
            .with("alarmActions", list([shared.alarm_topic.arn()]))
            .with("okActions", list([shared.alarm_topic.arn()])),
    );
}
