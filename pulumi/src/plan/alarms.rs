//! Alarms; docs/deploy.md says what to do about each.

use super::{Config, Shared, StackLocation, StackPlan, map, policy};
use crate::sdk::{OutputName, PropertyValue, Resource, list};

/// The topic's name, without the stack's prefix.
pub(super) const TOPIC: &str = "alarms";
/// The period of a metric in seconds.
const PERIOD: u32 = 300;
/// The longest time in seconds that a message may wait; beyond it, the handlers are too slow.
const WAITING_SECONDS: u32 = 6 * 3600;

/// The topic that alarms are sent to.
pub(super) fn topic(
    plan: &mut StackPlan,
    config: &Config,
    place: &StackLocation,
    key: &Resource,
) -> Resource {
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

/// Alarms for a function that fails or is throttled.
pub(super) fn function(plan: &mut StackPlan, shared: &Shared<'_>, function: &Resource) {
    let of = || map([("FunctionName", function.output(OutputName::Name))]);
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

/// An alarm for dead letters that the janitor does not process.
pub(super) fn dead_letters(plan: &mut StackPlan, shared: &Shared<'_>, queue: &Resource) {
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

/// An alarm for messages that wait too long.
pub(super) fn waiting(plan: &mut StackPlan, shared: &Shared<'_>, queue: &Resource) {
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
pub(super) fn rule(plan: &mut StackPlan, shared: &Shared<'_>, rule: &Resource) {
    let failed = Metric {
        namespace: "AWS/Events",
        name: "FailedInvocations",
        statistic: "Sum",
        threshold: 0,
        periods: 1,
    };
    let dimensions = map([("RuleName", rule.output(OutputName::Name))]);
    alarm(
        plan,
        shared,
        &format!("{}-failed", rule.id.name),
        failed,
        dimensions,
    );
}

/// Tells `alarmEmail` when the account's costs of a month are forecast to exceed the budget, and when they are four fifths
/// of it. The budget is of the whole account: AWS splits costs by tags only where the account's owner has activated them.
pub(super) fn budget(plan: &mut StackPlan, shared: &Shared<'_>) {
    let (Some(dollars), Some(email)) = (shared.config.monthly_budget, &shared.config.alarm_email) else {
        return;
    };
    // Budgets belong to the account, not to a region.
    let name = format!("{}-{}", shared.place.prefix(), shared.place.region);
    let notify = |kind: &str, percent: u32| {
        map([
            ("notificationType", kind.into()),
            ("comparisonOperator", "GREATER_THAN".into()),
            ("threshold", percent.into()),
            ("thresholdType", "PERCENTAGE".into()),
            ("subscriberEmailAddresses", list([email.as_str()])),
        ])
    };
    plan.add(
        Resource::new("aws:budgets/budget:Budget", &name)
            .with("name", name.as_str())
            .with("budgetType", "COST")
            .with("limitAmount", dollars.to_string())
            .with("limitUnit", "USD")
            .with("timeUnit", "MONTHLY")
            .with(
                "notifications",
                list([notify("ACTUAL", 80), notify("FORECASTED", 100)]),
            ),
    );
}

fn of_queue(queue: &Resource) -> PropertyValue {
    map([("QueueName", queue.output(OutputName::Name))])
}

/// A metric of AWS and its threshold.
struct Metric {
    namespace: &'static str,
    name: &'static str,
    statistic: &'static str,
    threshold: u32,
    periods: u32,
}

fn alarm(plan: &mut StackPlan, shared: &Shared<'_>, name: &str, metric: Metric, dimensions: PropertyValue) {
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
