//! Policies: exact actions on exact resources.

use super::Place;
use crate::sdk::{Resource, Value, list, map};

/// A policy document.
pub(super) fn document(statements: Vec<Value>) -> Value {
    map([
        ("Version", "2012-10-17".into()),
        ("Statement", Value::List(statements)),
    ])
    .into_json_text()
}

/// What a role may do, and to what.
pub(super) fn allow<const N: usize>(actions: [&str; N], resources: Vec<Value>) -> Value {
    map([
        ("Effect", "Allow".into()),
        ("Action", list(actions)),
        ("Resource", Value::List(resources)),
    ])
}

/// Lets a service do `actions` to the resource that the policy belongs to.
///
/// AWS ignores a request silently when a condition names a key that the service does not send, so each caller gives
/// only conditions that the service's own documentation shows.
pub(super) fn allow_service<const N: usize>(
    service: &str,
    actions: [&str; N],
    resource: Value,
    condition: Option<Value>,
) -> Value {
    let statement = [
        ("Effect", "Allow".into()),
        ("Principal", map([("Service", service.into())])),
        ("Action", list(actions)),
        ("Resource", resource),
    ];
    let condition = condition.map(|condition| ("Condition", condition));
    let statement = statement.into_iter().chain(condition);
    Value::Map(statement.map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The condition that the service acts for this account.
pub(super) fn for_account(place: &Place) -> Value {
    map([("StringEquals", source_account(place))])
}

/// The condition that the service acts for this account, and for this resource of it.
pub(super) fn for_resource(place: &Place, arn: Value) -> Value {
    map([
        ("StringEquals", source_account(place)),
        ("ArnEquals", source(arn)),
    ])
}

/// The condition that the service acts for this resource.
pub(super) fn for_source(arn: Value) -> Value {
    map([("ArnEquals", source(arn))])
}

fn source_account(place: &Place) -> Value {
    map([("aws:SourceAccount", place.account.as_str().into())])
}

fn source(arn: Value) -> Value {
    map([("aws:SourceArn", arn)])
}

/// Nobody may do anything without TLS.
pub(super) fn deny_plain(actions: &str, resources: Vec<Value>) -> Value {
    map([
        ("Effect", "Deny".into()),
        ("Principal", "*".into()),
        ("Action", actions.into()),
        ("Resource", Value::List(resources)),
        (
            "Condition",
            map([("Bool", map([("aws:SecureTransport", "false".into())]))]),
        ),
    ])
}

/// An ARN with something behind it: the objects of a bucket, the streams of a log group, an index of a table.
pub(super) fn below(arn: Value, rest: &str) -> Value {
    Value::concat([arn, rest.into()])
}

/// A role that only Lambda may assume. Roles belong to the account, not to a region, so their names carry the region.
pub(super) fn role(place: &Place, name: &str) -> Resource {
    let trust = map([
        ("Effect", "Allow".into()),
        ("Principal", map([("Service", "lambda.amazonaws.com".into())])),
        ("Action", "sts:AssumeRole".into()),
    ]);
    Resource::new("aws:iam/role:Role", name)
        .with("name", place.role_name(name))
        .with("assumeRolePolicy", document(vec![trust]))
}
