//! Policies: exact actions on exact resources.

use super::StackLocation;
use crate::sdk::{PropertyValue, Resource, list, map};

/// A policy document.
pub(super) fn document(statements: Vec<PropertyValue>) -> PropertyValue {
    map([
        ("Version", "2012-10-17".into()),
        ("Statement", PropertyValue::List(statements)),
    ])
    .into_json_text()
}

/// Allows a role to perform actions on resources.
pub(super) fn allow<const N: usize>(actions: [&str; N], resources: Vec<PropertyValue>) -> PropertyValue {
    map([
        ("Effect", "Allow".into()),
        ("Action", list(actions)),
        ("Resource", PropertyValue::List(resources)),
    ])
}

/// Lets a service do `actions` to the resource that the policy belongs to.
///
/// AWS ignores a request silently when a condition names a key that the service does not send, so each caller gives
/// only conditions that the service's own documentation shows.
pub(super) fn allow_service<const N: usize>(
    service: &str,
    actions: [&str; N],
    resource: PropertyValue,
    condition: Option<PropertyValue>,
) -> PropertyValue {
    let statement = [
        ("Effect", "Allow".into()),
        ("Principal", map([("Service", service.into())])),
        ("Action", list(actions)),
        ("Resource", resource),
    ];
    let condition = condition.map(|condition| ("Condition", condition));
    let statement = statement.into_iter().chain(condition);
    PropertyValue::Map(statement.map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The condition that the service acts for this account.
pub(super) fn for_account(place: &StackLocation) -> PropertyValue {
    map([("StringEquals", source_account(&place.account))])
}

/// The condition that the service acts for an account, and for this resource of it.
pub(super) fn for_resource(account: &str, arn: PropertyValue) -> PropertyValue {
    map([
        ("StringEquals", source_account(account)),
        ("ArnEquals", source(arn)),
    ])
}

/// The condition that the service acts for this resource.
pub(super) fn for_source(arn: PropertyValue) -> PropertyValue {
    map([("ArnEquals", source(arn))])
}

fn source_account(account: &str) -> PropertyValue {
    map([("aws:SourceAccount", account.into())])
}

fn source(arn: PropertyValue) -> PropertyValue {
    map([("aws:SourceArn", arn)])
}

/// Denies every action without TLS.
pub(super) fn deny_plain(actions: &str, resources: Vec<PropertyValue>) -> PropertyValue {
    map([
        ("Effect", "Deny".into()),
        ("Principal", "*".into()),
        ("Action", actions.into()),
        ("Resource", PropertyValue::List(resources)),
        (
            "Condition",
            map([("Bool", map([("aws:SecureTransport", "false".into())]))]),
        ),
    ])
}

/// An ARN with a suffix: the objects of a bucket, the streams of a log group, an index of a table.
pub(super) fn below(arn: PropertyValue, rest: &str) -> PropertyValue {
    PropertyValue::concat([arn, rest.into()])
}

/// A role that only Lambda may assume. Roles belong to the account, not to a region, so their names carry the region.
pub(super) fn role(place: &StackLocation, name: &str) -> Resource {
    let trust = map([
        ("Effect", "Allow".into()),
        ("Principal", map([("Service", "lambda.amazonaws.com".into())])),
        ("Action", "sts:AssumeRole".into()),
    ]);
    Resource::new("aws:iam/role:Role", name)
        .with("name", place.role_name(name))
        .with("assumeRolePolicy", document(vec![trust]))
}
