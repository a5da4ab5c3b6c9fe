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

/// What a service may do to the resource that the policy belongs to, on behalf of this account only.
pub(super) fn allow_service<const N: usize>(
    place: &Place,
    service: &str,
    actions: [&str; N],
    resource: Value,
    source: Option<Value>,
) -> Value {
    let account = (
        "StringEquals",
        map([("aws:SourceAccount", place.account.as_str().into())]),
    );
    let condition = match source {
        Some(arn) => map([account, ("ArnEquals", map([("aws:SourceArn", arn)]))]),
        None => map([account]),
    };
    map([
        ("Effect", "Allow".into()),
        ("Principal", map([("Service", service.into())])),
        ("Action", list(actions)),
        ("Resource", resource),
        ("Condition", condition),
    ])
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

/// A role that only Lambda may take.
pub(super) fn role(name: &str) -> Resource {
    let trust = map([
        ("Effect", "Allow".into()),
        ("Principal", map([("Service", "lambda.amazonaws.com".into())])),
        ("Action", "sts:AssumeRole".into()),
    ]);
    Resource::new("aws:iam/role:Role", name)
        .with("name", name)
        .with("assumeRolePolicy", document(vec![trust]))
}
