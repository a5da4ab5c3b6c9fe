//! What the services demand of each other, and the emulator does not check.

use std::collections::BTreeSet;

use data_review_deployment::env;
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

/// S3 refuses a target of access logs whose policy does not let it deliver.
#[test]
fn access_logs_are_switched_on_after_the_policy_of_their_bucket() {
    for plan in crate::plans() {
        for logging in of(&plan, "aws:s3/bucketLogging:BucketLogging") {
            let target = named(&plan, logging, "targetBucket");
            let policies = of(&plan, "aws:s3/bucketPolicy:BucketPolicy");
            let mut policies = policies.filter(|policy| policy.id.name == target.id.name);
            assert!(
                logging.after.contains(&policies.next().unwrap().id),
                "{}",
                logging.id
            );
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

/// S3 sends for the account that the bucket belongs to: with a condition on another, the queue discards what it sends.
#[test]
fn the_intake_queue_accepts_the_notifications_of_a_bucket_of_another_account() {
    let sender = |settings: &[(&str, &str)]| {
        let plan = plan_of(&crate::config(
            &[&[("dataBucket", "my-archive")], settings].concat(),
        ));
        let policy = of(&plan, "aws:sqs/queuePolicy:QueuePolicy")
            .find(|policy| policy.id.name.ends_with("-intake"))
            .unwrap();
        let statement = &policy.inputs["policy"].get("Statement").unwrap().items()[0];
        let account = statement
            .get("Condition")
            .and_then(|condition| condition.get("StringEquals")?.get("aws:SourceAccount"));
        account.and_then(PropertyValue::as_text).unwrap().to_owned()
    };
    assert_eq!(sender(&[]), "123456789012");
    assert_eq!(sender(&[("dataBucketAccount", "210987654321")]), "210987654321");
}

/// Every function learns it, or S3 refuses all of its requests.
#[test]
fn functions_learn_that_they_pay_for_the_data_bucket() {
    let pays = |plan: &StackPlan| {
        let variable = |function: &Resource| {
            let value = at(
                function,
                &["environment", "variables", "DATA_REVIEW_REQUESTER_PAYS"],
            );
            value.and_then(PropertyValue::as_text) == Some("true")
        };
        let functions: Vec<bool> = of(plan, FUNCTION).map(variable).collect();
        (
            functions.iter().any(|pays| *pays),
            functions.iter().all(|pays| *pays),
        )
    };
    let bucket = ("dataBucket", "my-archive");
    let paying = plan_of(&crate::config(&[bucket, ("requesterPays", "true")]));
    assert_eq!(pays(&paying), (true, true));
    assert!(paying.outputs["requesterPays"].is_true());
    assert_eq!(pays(&plan_of(&crate::config(&[bucket]))), (false, false));
}

#[test]
fn functions_know_the_stack_that_their_metrics_are_of() {
    let names_it = |value: &PropertyValue| value.as_text() == Some("dev");
    hold(property(
        FUNCTION,
        &["environment", "variables", "DATA_REVIEW_STACK"],
        names_it,
    ));
}

/// Types with and without tags, by the schema of pulumi-aws 7.51.1.
const TAGGED: [&str; 11] = [
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
/// An object could have tags, but no more than ten.
const UNTAGGED: [&str; 19] = [
    "aws:cloudwatch/dashboard:Dashboard",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:kms/alias:Alias",
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    "aws:lambda/permission:Permission",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLogging:BucketLogging",
    "aws:s3/bucketNotification:BucketNotification",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:sns/topicSubscription:TopicSubscription",
    "aws:sqs/queuePolicy:QueuePolicy",
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
];

#[test]
fn what_can_have_tags_has_the_stacks_and_the_users() {
    let config = crate::config(&[
        ("tags", r#"{"project":"reviews"}"#),
        ("alarmEmail", "data@example.org"),
    ]);
    for resource in &plan_of(&config).resources {
        let tag = |name: &str| at(resource, &["tags", name]).and_then(PropertyValue::as_text);
        let tags = (tag("data-review-stack"), tag("project"));
        match (
            TAGGED.contains(&resource.id.kind),
            UNTAGGED.contains(&resource.id.kind),
        ) {
            (true, false) => assert_eq!(tags, (Some("dev"), Some("reviews")), "{}", resource.id),
            (false, true) => assert!(!resource.inputs.contains_key("tags"), "{}", resource.id),
            _ => panic!("{}: does the type have tags?", resource.id),
        }
    }
}

/// ARNs begin with the partition. Of the services in the policies only CloudWatch Logs has another principal in China:
/// the provider's `getServicePrincipal` gives `logs.cn-north-1.amazonaws.com.cn`.
#[test]
fn names_are_those_of_the_partition() {
    for (partition, region, logs) in [
        ("aws", "eu-central-1", "logs.eu-central-1.amazonaws.com"),
        ("aws-cn", "cn-north-1", "logs.cn-north-1.amazonaws.com.cn"),
        ("aws-us-gov", "us-gov-west-1", "logs.us-gov-west-1.amazonaws.com"),
    ] {
        let place = data_review_pulumi::StackLocation {
            partition: partition.to_owned(),
            region: region.to_owned(),
            ..crate::place()
        };
        for settings in [
            &[][..],
            &[("dataBucket", "my-archive"), ("notify", "eventbridge")],
        ] {
            let plan =
                data_review_pulumi::plan(&crate::config(settings), &place, &crate::cards(), &[]).unwrap();
            let (mut arns, mut services) = (0, BTreeSet::new());
            for resource in &plan.resources {
                resource.inputs.values().for_each(|value| {
                    value.visit(&mut |value| match value.as_text() {
                        Some(text) if text.starts_with("arn:") => {
                            arns += 1;
                            assert!(
                                text.starts_with(&format!("arn:{partition}:")),
                                "{}: {text}",
                                resource.id
                            );
                        }
                        Some(text) if text.contains(".amazonaws.com") => {
                            services.insert(text.to_owned());
                        }
                        _ => {}
                    })
                });
            }
            assert!(arns > 0 && services.contains(logs), "{services:?}");
            let others = services.iter().filter(|service| *service != logs);
            assert!(
                others
                    .into_iter()
                    .all(|service| service.ends_with(".amazonaws.com")),
                "{services:?}"
            );
        }
    }
}

/// Each graph has at least one line, and names its region; together they show every function and every queue.
#[test]
fn the_dashboard_shows_every_function_and_queue() {
    let plan = plan_of(&crate::config(&[]));
    let dashboard = of(&plan, "aws:cloudwatch/dashboard:Dashboard").next().unwrap();
    let widgets = dashboard.inputs["dashboardBody"].get("widgets").unwrap().items();
    let mut shown = BTreeSet::new();
    for widget in widgets {
        let properties = widget.get("properties").unwrap();
        assert_eq!(properties.get("region").unwrap().as_text(), Some("eu-central-1"));
        assert!(!properties.get("metrics").unwrap().items().is_empty());
        widget.visit(&mut |value| shown.extend(value.as_output().map(|output| output.of.clone())));
    }
    for resource in of(&plan, FUNCTION).chain(of(&plan, QUEUE)) {
        assert!(shown.contains(&resource.id), "{}", resource.id);
    }
    let mut titles = widgets
        .iter()
        .map(|widget| at_title(widget).to_owned())
        .collect::<Vec<_>>();
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), widgets.len());
    for topic in ["outcome", "Oldest", "wait", "Failed", "Cost"] {
        assert!(
            titles.iter().any(|title| title.contains(topic)),
            "{topic}: {titles:?}"
        );
    }
    let without = plan_of(&crate::config(&[("dashboard", "false")]));
    assert_eq!(of(&without, "aws:cloudwatch/dashboard:Dashboard").count(), 0);
}

fn at_title(widget: &PropertyValue) -> &str {
    let title = widget
        .get("properties")
        .and_then(|properties| properties.get("title"));
    title.and_then(PropertyValue::as_text).unwrap()
}

/// CloudWatch limits an expression to 1,024 characters, and a graph to 500 lines.
#[test]
fn the_cost_on_the_dashboard_counts_each_function_with_its_memory() {
    let plan = plan_of(&crate::config(&[]));
    let dashboard = of(&plan, "aws:cloudwatch/dashboard:Dashboard").next().unwrap();
    let widgets = dashboard.inputs["dashboardBody"].get("widgets").unwrap().items();
    let cost = widgets
        .iter()
        .find(|widget| at_title(widget).contains("Cost"))
        .unwrap();
    let lines = cost.get("properties").unwrap().get("metrics").unwrap().items();
    let (last, hidden) = lines.split_last().unwrap();
    let functions: Vec<_> = of(&plan, FUNCTION).collect();
    assert_eq!(hidden.len(), functions.len());
    let text = last.items()[0].get("expression").unwrap().as_text().unwrap();
    for line in hidden {
        let [.., name, options] = line.items() else {
            panic!("a metric has a function and options");
        };
        let function = functions
            .iter()
            .find(|function| function.id == name.as_output().unwrap().of)
            .unwrap();
        let id = options.get("id").unwrap().as_text().unwrap();
        let product = format!("FILL({id},0)*{}", number(function, &["memorySize"]));
        assert!(text.contains(&product), "{product} is not in {text}");
    }
    assert!(
        text.len() < 1024 && text.ends_with("/1024000*0.0000133334"),
        "{text}"
    );
}

/// What a function of the stack cannot do without: its variables, and what its role may do, statement by statement.
const HANDLER_VARIABLES: [&str; 6] = [
    env::COUNTERS_TABLE,
    env::DATA_BUCKET,
    env::DOCUMENTS_BUCKET,
    env::FAILURES_TABLE,
    env::REVIEWS_TABLE,
    env::STACK,
];
const HANDLER_ACTIONS: [&str; 18] = [
    "dynamodb:BatchGetItem",
    "dynamodb:PutItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
];

/// What a function has beyond a handler.
fn beyond(function: &Resource) -> (&'static [&'static str], &'static [&'static str]) {
    match function.id.name.rsplit_once('-') {
        Some((_, "orchestrator")) => (
            &[env::INTAKE_QUEUE_URL, env::ROLE, env::ROUTES, env::SWEEPS_TABLE],
            &[
                "dynamodb:DeleteItem",
                "dynamodb:PutItem",
                "dynamodb:Scan",
                "dynamodb:UpdateItem",
                "sqs:SendMessage",
            ],
        ),
        Some((_, "janitor")) => (&[env::ROLE], &[]),
        _ => (&[], &[]),
    }
}

fn sorted<'a>(one: &[&'a str], other: &[&'a str]) -> Vec<&'a str> {
    let mut all = [one, other].concat();
    all.sort_unstable();
    all
}

#[test]
fn functions_have_every_variable_that_they_read() {
    let variables = |function: &Resource| match at(function, &["environment", "variables"]) {
        Some(PropertyValue::Map(variables)) => variables.clone(),
        _ => panic!("{} has no variables", function.id),
    };
    hold(Rule {
        check: Box::new(move |plan| {
            let wrong = of(plan, FUNCTION).filter(|function| {
                let expected = sorted(&HANDLER_VARIABLES, beyond(function).0);
                variables(function).keys().map(String::as_str).collect::<Vec<_>>() != expected
            });
            wrong.map(|function| function.id.to_string()).collect()
        }),
        broken: Box::new(move |plan| {
            let names = of(plan, FUNCTION).flat_map(|function| {
                let variables = variables(function);
                let id = function.id.clone();
                variables.into_keys().map(move |name| (id.clone(), name))
            });
            let without = names.map(|(id, name)| {
                let mut plan = plan.clone();
                let function = plan.resources.iter_mut().find(|resource| resource.id == id);
                let function = function.unwrap();
                let mut variables = variables(function);
                variables.remove(&name);
                let environment = [("variables".to_owned(), PropertyValue::Map(variables))];
                function
                    .inputs
                    .insert("environment", PropertyValue::Map(environment.into()));
                plan
            });
            without.collect()
        }),
    });
}

#[test]
fn roles_may_do_all_that_their_functions_call() {
    let statements = |rights: &Resource| rights.inputs["policy"].get("Statement").unwrap().items().to_vec();
    let actions = move |rights: &Resource| -> Vec<String> {
        let statements = statements(rights);
        let actions = statements
            .iter()
            .flat_map(|statement| statement.get("Action").map_or(&[][..], PropertyValue::items));
        let mut actions: Vec<String> = actions
            .filter_map(PropertyValue::as_text)
            .map(str::to_owned)
            .collect();
        actions.sort_unstable();
        actions
    };
    hold(Rule {
        check: Box::new(move |plan| {
            let wrong = of(plan, RIGHTS)
                .filter(|rights| actions(rights) != sorted(&HANDLER_ACTIONS, beyond(rights).1));
            wrong.map(|rights| rights.id.to_string()).collect()
        }),
        broken: Box::new(move |plan| {
            let all = of(plan, RIGHTS).flat_map(|rights| {
                let id = rights.id.clone();
                (0..statements(rights).len()).map(move |at| (id.clone(), at))
            });
            let without = all.map(|(id, at)| {
                let mut plan = plan.clone();
                let rights = plan.resources.iter_mut().find(|resource| resource.id == id);
                let rights = rights.unwrap();
                let mut statements = statements(rights);
                statements.remove(at);
                let policy = [("Statement".to_owned(), PropertyValue::List(statements))];
                rights
                    .inputs
                    .insert("policy", PropertyValue::Map(policy.into()).into_json_text());
                plan
            });
            without.collect()
        }),
    });
}

/// By the times at which the tables were created, `status` knows whether every row is counted.
#[test]
fn the_counters_are_created_before_the_rows() {
    for plan in crate::plans() {
        let table = |end: &str| {
            let mut tables = of(&plan, "aws:dynamodb/table:Table");
            tables.find(|table| table.id.name.ends_with(end)).unwrap()
        };
        assert!(table("-reviews").after.contains(&table("-counters").id));
    }
}

/// Inventories may lie in a bucket of their own, which the orchestrator reads, and nobody else.
#[test]
fn only_the_orchestrator_reads_the_bucket_of_inventories() {
    let plan = plan_of(&crate::config(&[
        ("dataBucket", "my-archive"),
        ("inventoryBucket", "my-lists"),
    ]));
    let mut readers = Vec::new();
    for rights in of(&plan, RIGHTS) {
        for statement in rights.inputs["policy"].get("Statement").unwrap().items() {
            let resources = statement.get("Resource").map_or(&[][..], PropertyValue::items);
            let lists = |resource: &PropertyValue| resource.as_text() == Some("arn:aws:s3:::my-lists/*");
            if resources.iter().any(lists) {
                let actions = statement.get("Action").map_or(&[][..], PropertyValue::items);
                let actions: Vec<_> = actions.iter().filter_map(PropertyValue::as_text).collect();
                assert_eq!(actions, ["s3:GetObject"]);
                readers.push(rights.id.name.as_str());
            }
        }
    }
    assert_eq!(readers, ["data-review-dev-orchestrator"]);
}
