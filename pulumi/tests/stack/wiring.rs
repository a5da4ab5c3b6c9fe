//! What the services demand of each other, and the emulator does not check.

use data_review_pulumi::StackPlan;
use data_review_pulumi::sdk::{PropertyValue, Resource, list};

use crate::plan_of;
use crate::rule::{Rule, at, hold, of, property, with_each};

const FUNCTION: &str = "aws:lambda/function:Function";
const MAPPING: &str = "aws:lambda/eventSourceMapping:EventSourceMapping";
const QUEUE: &str = "aws:sqs/queue:Queue";
const RIGHTS: &str = "aws:iam/rolePolicy:RolePolicy";

/// The resource that an input names.
fn named<'a>(plan: &'a StackPlan, resource: &Resource, input: &str) -> &'a Resource {
    let output = resource.inputs[input].as_output().unwrap();
    plan.resources.iter().find(|other| other.id == output.of).unwrap()
}

fn number(resource: &Resource, path: &[&str]) -> f64 {
    at(resource, path)
        .and_then(PropertyValue::as_number)
        .unwrap_or_default()
}

#[test]
fn mappings_report_the_messages_that_failed() {
    let partial = |value: &PropertyValue| {
        value
            .items()
            .iter()
            .any(|kind| kind.as_text() == Some("ReportBatchItemFailures"))
    };
    hold(property(MAPPING, &["functionResponseTypes"], partial));
    hold(property(MAPPING, &["batchSize"], |size| {
        size.as_number() == Some(10.0)
    }));
}

/// A filter deletes what does not match.
#[test]
fn mappings_filter_nothing() {
    hold(Rule {
        check: Box::new(|plan| {
            let filters = of(plan, MAPPING).filter(|mapping| mapping.inputs.contains_key("filterCriteria"));
            filters.map(|mapping| mapping.id.to_string()).collect()
        }),
        broken: Box::new(|plan| {
            with_each(plan, MAPPING, |mapping| {
                drop(mapping.inputs.insert("filterCriteria", list(["x"])))
            })
        }),
    });
}

#[test]
fn messages_stay_invisible_for_six_times_the_time_out() {
    hold(Rule {
        check: Box::new(|plan| {
            let early = of(plan, MAPPING).filter(|mapping| {
                let (queue, function) = (
                    named(plan, mapping, "eventSourceArn"),
                    named(plan, mapping, "functionName"),
                );
                number(queue, &["visibilityTimeoutSeconds"]) < 6.0 * number(function, &["timeout"])
            });
            early.map(|mapping| mapping.id.to_string()).collect()
        }),
        broken: Box::new(|plan| {
            with_each(plan, QUEUE, |queue| {
                drop(queue.inputs.insert("visibilityTimeoutSeconds", 30.into()))
            })
        }),
    });
}

#[test]
fn a_function_reserves_at_least_what_its_queues_run() {
    hold(Rule {
        check: Box::new(|plan| {
            let short = of(plan, FUNCTION).filter(|function| {
                let own = of(plan, MAPPING)
                    .filter(|mapping| named(plan, mapping, "functionName").id == function.id);
                let asked: f64 = own
                    .map(|mapping| number(mapping, &["scalingConfig", "maximumConcurrency"]))
                    .sum();
                asked < 2.0 || number(function, &["reservedConcurrentExecutions"]) < asked
            });
            short.map(|function| function.id.to_string()).collect()
        }),
        broken: Box::new(|plan| {
            with_each(plan, FUNCTION, |function| {
                drop(function.inputs.insert("reservedConcurrentExecutions", 1.into()))
            })
        }),
    });
}

/// A role may take messages from the queues that are mapped to its function, and from no other.
#[test]
fn a_function_reads_its_own_queues_only() {
    let reads = |rights: &Resource| {
        let statements = rights.inputs["policy"]
            .get("Statement")
            .map_or(&[][..], PropertyValue::items);
        let reading = statements.iter().filter(|statement| {
            statement.get("Action").is_some_and(|actions| {
                actions
                    .items()
                    .iter()
                    .any(|action| action.as_text() == Some("sqs:ReceiveMessage"))
            })
        });
        let queues =
            reading.flat_map(|statement| statement.get("Resource").map_or(&[][..], PropertyValue::items));
        let mut queues: Vec<String> = queues
            .filter_map(PropertyValue::as_output)
            .map(|output| output.of.name.clone())
            .collect();
        queues.sort();
        queues
    };
    hold(Rule {
        check: Box::new(move |plan| {
            let wrong = of(plan, FUNCTION).filter(|function| {
                let own = of(plan, MAPPING)
                    .filter(|mapping| named(plan, mapping, "functionName").id == function.id);
                let mut mapped: Vec<String> = own
                    .map(|mapping| named(plan, mapping, "eventSourceArn").id.name.clone())
                    .collect();
                mapped.sort();
                let rights = of(plan, RIGHTS)
                    .find(|rights| rights.id.name == function.id.name)
                    .unwrap();
                reads(rights) != mapped
            });
            wrong.map(|function| function.id.to_string()).collect()
        }),
        broken: Box::new(|plan| {
            let policies: Vec<PropertyValue> = of(plan, RIGHTS)
                .map(|rights| rights.inputs["policy"].clone())
                .collect();
            // Each with its neighbour's.
            let next = policies.iter().cycle().skip(1).take(policies.len()).cloned();
            let mut swapped = plan.clone();
            let rights = swapped
                .resources
                .iter_mut()
                .filter(|resource| resource.id.kind == RIGHTS);
            rights
                .zip(next)
                .for_each(|(rights, policy)| drop(rights.inputs.insert("policy", policy)));
            vec![swapped]
        }),
    });
}

/// A function's log group, role and rights are there before it runs, and its queue's policy before the bucket sends.
#[test]
fn what_is_named_comes_first() {
    for plan in crate::plans() {
        for (at, resource) in plan.resources.iter().enumerate() {
            let mut needed = resource.after.clone();
            resource.inputs.values().for_each(|value| {
                value.visit(&mut |value| needed.extend(value.as_output().map(|output| output.of.clone())));
            });
            for id in needed {
                assert!(
                    plan.resources[..at].iter().any(|earlier| earlier.id == id),
                    "{} needs {id}",
                    resource.id
                );
            }
        }
    }
}

#[test]
fn without_retain_nothing_is_protected_and_buckets_may_be_emptied() {
    let plan = plan_of(&crate::config(&[("retain", "false")]));
    assert!(plan.resources.iter().all(|resource| !resource.protect));
    assert!(of(&plan, "aws:s3/bucket:Bucket").all(|bucket| bucket.inputs["forceDestroy"].is_true()));
    assert!(
        of(&plan, "aws:dynamodb/table:Table")
            .all(|table| !table.inputs["deletionProtectionEnabled"].is_true())
    );
}

#[test]
fn the_users_bucket_is_told_to_notify_and_otherwise_left_alone() {
    let plan = plan_of(&crate::config(&[("dataBucket", "my-archive")]));
    let on_it: Vec<&str> = plan
        .resources
        .iter()
        .filter(|resource| {
            resource.inputs.get("bucket").and_then(PropertyValue::as_text) == Some("my-archive")
        })
        .map(|resource| resource.id.kind)
        .collect();
    assert_eq!(on_it, ["aws:s3/bucketNotification:BucketNotification"]);
    let silent = plan_of(&crate::config(&[
        ("dataBucket", "my-archive"),
        ("notify", "false"),
    ]));
    assert_eq!(
        of(&silent, "aws:s3/bucketNotification:BucketNotification").count(),
        0
    );
}

/// A bucket that others use is not configured at all: its owner sends its events to EventBridge.
#[test]
fn a_shared_bucket_is_left_alone_and_its_events_reach_the_intake_queue() {
    let plan = plan_of(&crate::config(&[
        ("dataBucket", "my-archive"),
        ("notify", "eventbridge"),
    ]));
    assert!(plan.resources.iter().all(|resource| {
        resource.inputs.get("bucket").and_then(PropertyValue::as_text) != Some("my-archive")
    }));
    let target = of(&plan, "aws:cloudwatch/eventTarget:EventTarget")
        .find(|target| target.id.name.ends_with("-data"))
        .unwrap();
    let rule = named(&plan, target, "rule");
    let bucket = at(rule, &["eventPattern", "detail", "bucket", "name"]).unwrap();
    assert_eq!(bucket.items()[0].as_text(), Some("my-archive"));
    let kinds = at(rule, &["eventPattern", "detail-type"]).unwrap();
    let kinds: Vec<_> = kinds.items().iter().filter_map(PropertyValue::as_text).collect();
    assert_eq!(
        kinds,
        ["Object Created", "Object Deleted", "Object Restore Completed"]
    );
    let queue = named(&plan, target, "arn");
    let dead = at(target, &["deadLetterConfig", "arn"])
        .unwrap()
        .as_output()
        .unwrap();
    for (queue, end) in [(&queue.id.name, "-intake"), (&dead.of.name, "-intake-dead")] {
        assert!(queue.ends_with(end), "{queue}");
        let policy = of(&plan, "aws:sqs/queuePolicy:QueuePolicy")
            .find(|policy| policy.id.name == *queue)
            .unwrap();
        let statements = policy.inputs["policy"].get("Statement").unwrap().items();
        let allowed = statements.iter().any(|statement| {
            let service = statement
                .get("Principal")
                .and_then(|principal| principal.get("Service"));
            service.and_then(PropertyValue::as_text) == Some("events.amazonaws.com")
        });
        assert!(allowed, "{queue}");
    }
}

/// Deletions by lifecycle rules and restored objects have events of their own.
#[test]
fn the_bucket_reports_expirations_and_restored_objects() {
    let plan = plan_of(&crate::config(&[]));
    let mut notifications = of(&plan, "aws:s3/bucketNotification:BucketNotification");
    let queues = notifications.next().unwrap().inputs["queues"].items();
    let events: Vec<_> = queues[0]
        .get("events")
        .unwrap()
        .items()
        .iter()
        .filter_map(PropertyValue::as_text)
        .collect();
    for event in ["s3:LifecycleExpiration:*", "s3:ObjectRestore:Completed"] {
        assert!(events.contains(&event), "{events:?}");
    }
}
