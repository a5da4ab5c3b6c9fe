//! The tables of outcomes, failures, counters and sweeps.

use data_review_deployment::table::{AT, COUNTER, KEY, PROBLEM, PROBLEM_INDEX, SWEEP};

use super::{Shared, StackPlan, map};
use crate::sdk::{PropertyValue, Resource, list};

pub(super) struct Tables {
    /// The current outcome of every object.
    pub(super) reviews: Resource,
    /// The log of all failures.
    pub(super) failures: Resource,
    /// How many objects have which outcome.
    pub(super) counters: Resource,
    /// Sweeps, with their leases and cursors.
    pub(super) sweeps: Resource,
}

pub(super) fn add(plan: &mut StackPlan, shared: &Shared<'_>) -> Tables {
    let key_schema =
        |attribute: &str, kind: &str| map([("attributeName", attribute.into()), ("keyType", kind.into())]);
    let problems = map([
        ("name", PROBLEM_INDEX.into()),
        (
            "keySchemas",
            list([key_schema(PROBLEM, "HASH"), key_schema(KEY, "RANGE")]),
        ),
        ("projectionType", "ALL".into()),
    ]);
    let counters = plan.add(table(shared, "counters", &[COUNTER]).with("hashKey", COUNTER));
    // A table of reviews that is older than the counters has rows that are not counted.
    let reviews = table(shared, "reviews", &[KEY, PROBLEM])
        .after(&counters)
        .with("hashKey", KEY)
        .with("globalSecondaryIndexes", list([problems]));
    let failures = table(shared, "failures", &[KEY, AT])
        .with("hashKey", KEY)
        .with("rangeKey", AT);
    Tables {
        reviews: plan.add(reviews),
        failures: plan.add(failures),
        counters,
        sweeps: plan.add(table(shared, "sweeps", &[SWEEP]).with("hashKey", SWEEP)),
    }
}

/// A table whose keys are strings.
fn table(shared: &Shared<'_>, what: &str, keys: &[&str]) -> Resource {
    let attribute = |name: &&str| map([("name", (*name).into()), ("type", "S".into())]);
    let encryption = map([("enabled", true.into()), ("kmsKeyArn", shared.key.arn())]);
    Resource::new("aws:dynamodb/table:Table", shared.place.name(what))
        .with("name", shared.place.name(what))
        .with("billingMode", "PAY_PER_REQUEST")
        .with(
            "attributes",
            PropertyValue::List(keys.iter().map(attribute).collect()),
        )
        .with("pointInTimeRecovery", map([("enabled", true.into())]))
        .with("serverSideEncryption", encryption)
        .with("deletionProtectionEnabled", shared.config.retain)
        .protected(shared.config.retain)
}
