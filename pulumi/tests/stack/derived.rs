//! The stack follows the cards: no format is named in the program.

use std::collections::BTreeSet;

use data_review_core::{Card, LambdaHints};
use data_review_deployment::Outputs;
use data_review_pulumi::sdk::{PropertyValue, ResourceId};
use data_review_pulumi::{StackPlan, plan};

use crate::rule::{at, of};
use crate::{cards, config, place};

/// A card that is not on the list.
fn card(id: &'static str, lambda: LambdaHints) -> &'static Card {
    let like = cards()[0].clone();
    Box::leak(Box::new(Card { id, lambda, ..like }))
}

fn plan_with(more: &[&'static Card]) -> Result<StackPlan, String> {
    let mut all = cards();
    all.extend(more);
    all.sort_by_key(|card| card.id);
    plan(&config(&[]), &place(), &all, &[]).map_err(|error| error.to_string())
}

fn ids(plan: &StackPlan) -> BTreeSet<ResourceId> {
    plan.resources
        .iter()
        .map(|resource| resource.id.clone())
        .collect()
}

#[test]
fn a_new_card_brings_its_queues_lambda_role_and_alarms_and_changes_no_other() {
    let (before, after) = (
        plan_with(&[]).unwrap(),
        plan_with(&[card("boat", LambdaHints::DEFAULT)]).unwrap(),
    );
    let (before, after) = (ids(&before), ids(&after));
    assert!(before.is_subset(&after));
    let new: Vec<String> = after.difference(&before).map(ResourceId::to_string).collect();
    assert_eq!(
        new,
        [
            "aws:cloudwatch/logGroup:LogGroup `data-review-dev-handler-boat`",
            "aws:cloudwatch/metricAlarm:MetricAlarm `data-review-dev-handler-boat-age`",
            "aws:cloudwatch/metricAlarm:MetricAlarm `data-review-dev-handler-boat-dead-depth`",
            "aws:cloudwatch/metricAlarm:MetricAlarm `data-review-dev-handler-boat-errors`",
            "aws:cloudwatch/metricAlarm:MetricAlarm `data-review-dev-handler-boat-throttles`",
            "aws:iam/role:Role `data-review-dev-handler-boat`",
            "aws:iam/rolePolicy:RolePolicy `data-review-dev-handler-boat`",
            "aws:lambda/eventSourceMapping:EventSourceMapping `data-review-dev-handler-boat`",
            "aws:lambda/eventSourceMapping:EventSourceMapping `data-review-dev-handler-boat-dead`",
            "aws:lambda/function:Function `data-review-dev-handler-boat`",
            "aws:sqs/queue:Queue `data-review-dev-handler-boat`",
            "aws:sqs/queue:Queue `data-review-dev-handler-boat-dead`",
            "aws:sqs/queuePolicy:QueuePolicy `data-review-dev-handler-boat`",
            "aws:sqs/queuePolicy:QueuePolicy `data-review-dev-handler-boat-dead`",
            "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy `data-review-dev-handler-boat-dead`",
        ]
    );
}

#[test]
fn a_lambda_is_as_large_as_its_card_says() {
    let lambda = LambdaHints {
        memory_mb: 3008,
        timeout_seconds: 120,
        ephemeral_mb: 4096,
        max_concurrency: 7,
    };
    let plan = plan_with(&[card("boat", lambda)]).unwrap();
    let number = |kind, path: &[&str]| {
        let resource = of(&plan, kind)
            .find(|resource| resource.id.name.ends_with("-boat"))
            .unwrap();
        at(resource, path).and_then(|value| value.as_number()).unwrap()
    };
    let function = "aws:lambda/function:Function";
    assert_eq!(number(function, &["memorySize"]), 3008.0);
    assert_eq!(number(function, &["timeout"]), 120.0);
    assert_eq!(number(function, &["ephemeralStorage", "size"]), 4096.0);
    assert_eq!(number(function, &["reservedConcurrentExecutions"]), 8.0);
    let mapping = "aws:lambda/eventSourceMapping:EventSourceMapping";
    assert_eq!(number(mapping, &["scalingConfig", "maximumConcurrency"]), 7.0);
}

#[test]
fn what_aws_would_refuse_is_refused_with_its_fix() {
    let hints = |change: fn(&mut LambdaHints)| {
        let mut hints = LambdaHints::DEFAULT;
        change(&mut hints);
        hints
    };
    let wrong = [
        (
            card("boat", hints(|hints| hints.memory_mb = 64)),
            "`lambda.memory_mb` is 64, and AWS accepts 128 to 10240",
        ),
        (
            card("boat", hints(|hints| hints.timeout_seconds = 901)),
            "`lambda.timeout_seconds` is 901",
        ),
        (
            card("boat", hints(|hints| hints.ephemeral_mb = 100)),
            "`lambda.ephemeral_mb` is 100",
        ),
        (
            card("boat", hints(|hints| hints.max_concurrency = 1)),
            "`lambda.max_concurrency` is 1",
        ),
        (
            card("Boat", LambdaHints::DEFAULT),
            "lower-case letters, digits and dashes",
        ),
        (
            card(
                "a-boat-with-a-very-long-name-that-goes-on-and-on",
                LambdaHints::DEFAULT,
            ),
            "AWS allows 64",
        ),
    ];
    for (card, says) in wrong {
        let error = plan_with(&[card]).unwrap_err();
        assert!(
            error.contains(says) && error.contains(&format!("handlers/{}/src/lib.rs", card.id)),
            "{error}"
        );
    }
    let twice = plan_with(&[card("bottle", LambdaHints::DEFAULT)]).unwrap_err();
    assert!(twice.contains("two handlers are called `bottle`"), "{twice}");
}

#[test]
fn an_account_whose_quota_is_too_small_is_refused_with_what_to_do() {
    let with_quota = |quota: &str, reserve: &str| {
        let config = config(&[("concurrencyQuota", quota), ("reserveConcurrency", reserve)]);
        plan(&config, &place(), &cards(), &[]).map_err(|error| error.to_string())
    };
    let error = with_quota("10", "true").unwrap_err();
    for part in [
        "the account may run 10 at once",
        "reserveConcurrency false",
        "lower `maxConcurrency`",
        "request-service-quota-increase --service-code lambda --quota-code L-B99A9384",
    ] {
        assert!(error.contains(part), "{error}");
    }
    with_quota("10", "false").unwrap();
    with_quota("10000", "true").unwrap();
}

#[test]
fn stacks_of_two_regions_share_no_role() {
    let roles = |region: &str| {
        let place = data_review_pulumi::StackLocation {
            region: region.to_owned(),
            ..place()
        };
        let plan = plan(&config(&[]), &place, &cards(), &[]).unwrap();
        let names =
            of(&plan, "aws:iam/role:Role").map(|role| role.inputs["name"].as_text().unwrap().to_owned());
        names.collect::<BTreeSet<_>>()
    };
    let (here, there) = (roles("eu-central-1"), roles("us-east-1"));
    assert_eq!(here.len(), cards().len() + 2);
    assert!(here.is_disjoint(&there), "{here:?} {there:?}");
}

/// Roles, dashboards and budgets belong to the account: stacks of two regions must not share their names.
#[test]
fn stacks_of_two_regions_share_no_dashboard_and_no_budget() {
    let names = |region: &str| {
        let place = data_review_pulumi::StackLocation {
            region: region.to_owned(),
            ..place()
        };
        let config = config(&[("monthlyBudget", "100"), ("alarmEmail", "data@example.org")]);
        let plan = plan(&config, &place, &cards(), &[]).unwrap();
        let name = |kind, input: &str| {
            let resource = of(&plan, kind).next().unwrap();
            resource.inputs[input].as_text().unwrap().to_owned()
        };
        [
            name("aws:cloudwatch/dashboard:Dashboard", "dashboardName"),
            name("aws:budgets/budget:Budget", "name"),
        ]
    };
    let (here, there) = (names("eu-central-1"), names("us-east-1"));
    assert!(here[0] != there[0] && here[1] != there[1], "{here:?} {there:?}");
}

#[test]
fn a_budget_tells_the_address_of_the_alarms() {
    let config = config(&[("monthlyBudget", "100"), ("alarmEmail", "data@example.org")]);
    let plan = plan(&config, &place(), &cards(), &[]).unwrap();
    let budget = of(&plan, "aws:budgets/budget:Budget").next().unwrap();
    assert_eq!(budget.inputs["limitAmount"].as_text(), Some("100"));
    let notifications = budget.inputs["notifications"].items();
    for (notification, kind) in notifications.iter().zip(["ACTUAL", "FORECASTED"]) {
        assert_eq!(
            notification.get("notificationType").unwrap().as_text(),
            Some(kind)
        );
        let told = notification.get("subscriberEmailAddresses").unwrap().items();
        assert_eq!(told[0].as_text(), Some("data@example.org"));
    }
    assert_eq!(notifications.len(), 2);
    assert_eq!(
        of(&plan_with(&[]).unwrap(), "aws:budgets/budget:Budget").count(),
        0
    );
}

/// The janitor, which takes 60 s, reads the dead-letter queues: SQS refuses a mapping to a queue with less.
#[test]
fn a_card_with_a_short_time_out_can_be_deployed() {
    let hints = LambdaHints {
        timeout_seconds: 1,
        ..LambdaHints::DEFAULT
    };
    let plan = plan_with(&[card("boat", hints)]).unwrap();
    let visibility = |end: &str| {
        let mut queues = of(&plan, "aws:sqs/queue:Queue");
        let queue = queues.find(|queue| queue.id.name.ends_with(end)).unwrap();
        queue.inputs["visibilityTimeoutSeconds"].as_number().unwrap()
    };
    assert_eq!(visibility("-boat"), 6.0);
    assert_eq!(visibility("-boat-dead"), 360.0);
}

#[test]
fn a_stack_whose_name_no_bucket_can_bear_is_refused() {
    for name in ["Dev", "my_stack", "a-stack-with-a-long-name"] {
        let place = data_review_pulumi::StackLocation {
            stack: name.to_owned(),
            ..place()
        };
        let error = plan(&config(&[]), &place, &cards(), &[]).unwrap_err().to_string();
        assert!(
            error.contains(name) && error.contains("pulumi stack rename"),
            "{error}"
        );
    }
}

#[test]
fn a_bound_of_the_stack_holds_for_every_handler() {
    let bounded = plan(&config(&[("maxConcurrency", "3")]), &place(), &cards(), &[]).unwrap();
    let functions = of(&bounded, "aws:lambda/function:Function");
    let handlers = functions.filter(|function| function.id.name.contains("-handler-"));
    let reserved = handlers.map(|function| at(function, &["reservedConcurrentExecutions"])?.as_number());
    assert_eq!(reserved.collect::<Vec<_>>(), vec![Some(4.0); cards().len()]);
}

/// Outputs as `pulumi stack output --json` shows them, with something in the place of what only AWS knows.
fn shown(value: &PropertyValue) -> serde_json::Value {
    match value {
        PropertyValue::Map(values) => values
            .iter()
            .map(|(name, value)| (name.clone(), shown(value)))
            .collect(),
        PropertyValue::Bool(value) => (*value).into(),
        _ => "something".into(),
    }
}

#[test]
fn the_command_line_reads_what_the_stack_tells_of_itself() {
    let outputs = plan_with(&[]).unwrap().outputs;
    let shown: serde_json::Map<_, _> = outputs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), shown(value)))
        .collect();
    let read: Outputs = serde_json::from_value(shown.into()).unwrap();
    let ids: Vec<&str> = read.handlers.keys().map(String::as_str).collect();
    assert_eq!(ids, cards().iter().map(|card| card.id).collect::<Vec<_>>());
}
