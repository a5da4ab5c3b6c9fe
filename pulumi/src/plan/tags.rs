//! Tags: the stack's own, by which costs can be told apart, and those of the configuration.

use super::{Shared, StackPlan};
use crate::config::STACK_TAG;
use crate::sdk::PropertyValue;

/// The types of the plan that have tags in the provider. The samples (`aws:s3/bucketObjectv2:BucketObjectv2`) could have
/// them, too, but an object has at most ten.
const TAGGABLE: [&str; 12] = [
    "aws:budgets/budget:Budget",
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:dynamodb/table:Table",
    "aws:iam/role:Role",
    "aws:kms/key:Key",
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    "aws:lambda/function:Function",
    "aws:s3/bucket:Bucket",
    "aws:sns/topic:Topic",
    "aws:sqs/queue:Queue",
];

/// Adds the tags to every resource that can have them.
pub(super) fn add(plan: &mut StackPlan, shared: &Shared<'_>) {
    let own = (STACK_TAG.to_owned(), shared.place.stack.as_str().into());
    let configured = shared.config.tags.iter();
    let configured = configured.map(|(name, value)| (name.clone(), value.as_str().into()));
    let tags = PropertyValue::Map(configured.chain([own]).collect());
    for resource in &mut plan.resources {
        if TAGGABLE.contains(&resource.id.kind) {
            resource.inputs.insert("tags", tags.clone());
        }
    }
}
