//! What scanners of infrastructure ask for, asserted here because they cannot read a Pulumi program in Rust.
//!
//! Each test names the rules of Checkov (`CKV…`) and of AWS Security Hub (as `S3.8`) that it stands for, and shows on
//! plans that break it that it would notice. Left out, with reasons:
//! - Lambda in a VPC (CKV_AWS_117, Lambda.3): the functions talk to AWS services only; a VPC would add NAT gateways and open more.
//! - Replication to another region (CKV_AWS_144, S3.7): all that the stack keeps can be reviewed again from the data.
//! - Code signing (CKV_AWS_272): packages are built and deployed by one and the same run of the workflow.

use data_review_deployment::env;
use data_review_pulumi::StackPlan;
use data_review_pulumi::sdk::{PropertyValue, Resource, list, map};

use crate::rule::{
    Rule, at, companion, companion_of, companion_unless, hold, is_arn_of, of, property, property_unless,
    with_each, without_each,
};

const ALIAS: &str = "aws:kms/alias:Alias";
const ALARM: &str = "aws:cloudwatch/metricAlarm:MetricAlarm";
const BUCKET: &str = "aws:s3/bucket:Bucket";
const BUCKET_POLICY: &str = "aws:s3/bucketPolicy:BucketPolicy";
const ENCRYPTION: &str =
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const FUNCTION: &str = "aws:lambda/function:Function";
const KEY: &str = "aws:kms/key:Key";
const LIFECYCLE: &str = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const LOG_GROUP: &str = "aws:cloudwatch/logGroup:LogGroup";
const LOGGING: &str = "aws:s3/bucketLogging:BucketLogging";
const OWNERSHIP: &str = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
const PERMISSION: &str = "aws:lambda/permission:Permission";
const PUBLIC: &str = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const QUEUE: &str = "aws:sqs/queue:Queue";
const QUEUE_POLICY: &str = "aws:sqs/queuePolicy:QueuePolicy";
const RULE: &str = "aws:cloudwatch/eventRule:EventRule";
const ROLE: &str = "aws:iam/role:Role";
const RIGHTS: &str = "aws:iam/rolePolicy:RolePolicy";
const TABLE: &str = "aws:dynamodb/table:Table";
const TOPIC: &str = "aws:sns/topic:Topic";
const TOPIC_POLICY: &str = "aws:sns/topicPolicy:TopicPolicy";
const VERSIONING: &str = "aws:s3/bucketVersioning:BucketVersioning";

fn is_key(value: &PropertyValue) -> bool {
    is_arn_of(value, KEY)
}

fn is_access_log(resource: &Resource) -> bool {
    resource.id.name.ends_with("-access-logs")
}

fn is_dead(resource: &Resource) -> bool {
    resource.id.name.ends_with("-dead")
}

fn is_account(value: &PropertyValue) -> bool {
    value.as_text() == Some("123456789012")
}

// Buckets

/// CKV_AWS_53, CKV_AWS_54, CKV_AWS_55, CKV_AWS_56, CKV2_AWS_6; S3.8.
#[test]
fn buckets_block_public_access_in_all_four_ways() {
    hold(companion(BUCKET, PUBLIC, "bucket"));
    hold(property(PUBLIC, &["blockPublicAcls"], PropertyValue::is_true));
    hold(property(PUBLIC, &["blockPublicPolicy"], PropertyValue::is_true));
    hold(property(PUBLIC, &["ignorePublicAcls"], PropertyValue::is_true));
    hold(property(
        PUBLIC,
        &["restrictPublicBuckets"],
        PropertyValue::is_true,
    ));
}

/// CKV2_AWS_65; S3.12.
#[test]
fn buckets_know_no_acls() {
    hold(companion(BUCKET, OWNERSHIP, "bucket"));
    let enforced = |value: &PropertyValue| value.as_text() == Some("BucketOwnerEnforced");
    hold(property(OWNERSHIP, &["rule", "objectOwnership"], enforced));
}

/// CKV_AWS_21; S3.14.
#[test]
fn buckets_keep_versions() {
    hold(companion(BUCKET, VERSIONING, "bucket"));
    let enabled = |value: &PropertyValue| value.as_text() == Some("Enabled");
    hold(property(
        VERSIONING,
        &["versioningConfiguration", "status"],
        enabled,
    ));
}

/// CKV_AWS_19, CKV_AWS_145; S3.17. S3 delivers access logs only to buckets that are encrypted with its own key.
#[test]
fn buckets_are_encrypted_with_the_stacks_key() {
    hold(companion(BUCKET, ENCRYPTION, "bucket"));
    let with_key = |value: &PropertyValue| {
        let encryption = value
            .items()
            .first()
            .and_then(|rule| rule.get("applyServerSideEncryptionByDefault"));
        encryption.is_some_and(|with| with.get("kmsMasterKeyId").is_some_and(is_key))
    };
    hold(property_unless(ENCRYPTION, &["rules"], with_key, is_access_log));
}

/// CKV_AWS_18; S3.9. The bucket of the access logs is not logged itself.
#[test]
fn buckets_log_access() {
    hold(companion_unless(BUCKET, LOGGING, "bucket", is_access_log));
}

/// CKV2_AWS_61, CKV_AWS_300; S3.10, S3.13.
#[test]
fn buckets_expire_old_versions_and_unfinished_uploads() {
    hold(companion(BUCKET, LIFECYCLE, "bucket"));
    let expires = |value: &PropertyValue| {
        let has = |part: &str| value.items().iter().any(|rule| rule.get(part).is_some());
        has("abortIncompleteMultipartUpload") && has("noncurrentVersionExpiration")
    };
    hold(property(LIFECYCLE, &["rules"], expires));
    let of_logs = |value: &PropertyValue| has_expiration(value, "days");
    hold(property_unless(LIFECYCLE, &["rules"], of_logs, |resource| {
        !is_access_log(resource)
    }));
    let of_markers = |value: &PropertyValue| has_expiration(value, "expiredObjectDeleteMarker");
    hold(property_unless(LIFECYCLE, &["rules"], of_markers, is_access_log));
}

fn has_expiration(rules: &PropertyValue, part: &str) -> bool {
    let mut rules = rules.items().iter();
    rules.any(|rule| {
        rule.get("expiration")
            .is_some_and(|after| after.get(part).is_some())
    })
}

/// CKV_AWS_379; S3.5, SQS and SNS likewise.
#[test]
fn buckets_queues_and_topics_refuse_plain_http() {
    for (kind, policies, input) in [
        (BUCKET, BUCKET_POLICY, "bucket"),
        (QUEUE, QUEUE_POLICY, "queueUrl"),
        (TOPIC, TOPIC_POLICY, "arn"),
    ] {
        hold(companion(kind, policies, input));
        let denies = |policy: &PropertyValue| statements(policy).any(denies_plain);
        hold(property(policies, &["policy"], denies));
    }
}

fn denies_plain(statement: &PropertyValue) -> bool {
    let secure = statement
        .get("Condition")
        .and_then(|condition| condition.get("Bool")?.get("aws:SecureTransport"));
    text(statement, "Effect") == Some("Deny")
        && text(statement, "Principal") == Some("*")
        && secure.and_then(PropertyValue::as_text) == Some("false")
}

// Tables

/// CKV_AWS_28; DynamoDB.2.
#[test]
fn tables_can_be_restored_to_any_minute() {
    hold(property(
        TABLE,
        &["pointInTimeRecovery", "enabled"],
        PropertyValue::is_true,
    ));
}

/// CKV_AWS_119.
#[test]
fn tables_are_encrypted_with_the_stacks_key() {
    hold(property(
        TABLE,
        &["serverSideEncryption", "enabled"],
        PropertyValue::is_true,
    ));
    hold(property(TABLE, &["serverSideEncryption", "kmsKeyArn"], is_key));
}

/// DynamoDB.6; and the engine itself refuses to delete what holds data.
#[test]
fn what_holds_data_is_protected() {
    hold(property(
        TABLE,
        &["deletionProtectionEnabled"],
        PropertyValue::is_true,
    ));
    let holds_data = |resource: &&Resource| [TABLE, BUCKET, KEY].contains(&resource.id.kind);
    hold(Rule {
        check: Box::new(move |plan| {
            let open = plan
                .resources
                .iter()
                .filter(holds_data)
                .filter(|resource| !resource.protect);
            open.map(|resource| resource.id.to_string()).collect()
        }),
        broken: Box::new(|plan| {
            let open = |resource: &mut Resource| resource.protect = false;
            [TABLE, BUCKET, KEY]
                .into_iter()
                .flat_map(|kind| with_each(plan, kind, open))
                .collect()
        }),
    });
}

// Queues, topics, keys

/// CKV_AWS_27; SQS.1.
#[test]
fn queues_are_encrypted_with_the_stacks_key() {
    hold(property(QUEUE, &["kmsMasterKeyId"], is_key));
}

/// CKV_AWS_116 in spirit: a Lambda's own dead-letter queue knows asynchronous calls only, and these are woken by queues.
#[test]
fn queues_have_dead_letter_queues() {
    let to_dead = |policy: &PropertyValue| {
        let target = policy
            .get("deadLetterTargetArn")
            .and_then(PropertyValue::as_output);
        let receives = policy.get("maxReceiveCount").and_then(PropertyValue::as_number);
        target.is_some_and(|target| target.of.name.ends_with("-dead"))
            && receives.is_some_and(|receives| receives >= 5.0)
    };
    hold(property_unless(QUEUE, &["redrivePolicy"], to_dead, is_dead));
}

/// CKV_AWS_26; SNS.1.
#[test]
fn the_alarm_topic_is_encrypted_with_the_stacks_key() {
    hold(property(TOPIC, &["kmsMasterKeyId"], is_key));
}

/// CKV_AWS_7; KMS.4.
#[test]
fn the_key_rotates() {
    hold(property(KEY, &["enableKeyRotation"], PropertyValue::is_true));
    hold(companion(KEY, ALIAS, "targetKeyId"));
}

// Lambdas and their logs

/// CKV_AWS_50.
#[test]
fn functions_are_traced() {
    hold(property(FUNCTION, &["tracingConfig", "mode"], |value| {
        value.as_text() == Some("Active")
    }));
}

/// CKV_AWS_115.
#[test]
fn functions_have_a_concurrency_of_their_own() {
    hold(property(FUNCTION, &["reservedConcurrentExecutions"], |value| {
        value.as_number().is_some()
    }));
}

/// CKV_AWS_173.
#[test]
fn functions_environments_are_encrypted_with_the_stacks_key() {
    hold(property(FUNCTION, &["kmsKeyArn"], is_key));
}

/// CKV_AWS_45: the environment holds names, and nothing but those that both sides know.
#[test]
fn functions_environments_hold_no_secrets() {
    const KNOWN: [&str; 11] = [
        env::REVIEWS_TABLE,
        env::FAILURES_TABLE,
        env::COUNTERS_TABLE,
        env::SWEEPS_TABLE,
        env::DOCUMENTS_BUCKET,
        env::DATA_BUCKET,
        env::INTAKE_QUEUE_URL,
        env::ROUTES,
        env::ROLE,
        env::STACK,
        env::REQUESTER_PAYS,
    ];
    let names = |function: &Resource| match at(function, &["environment", "variables"]) {
        Some(PropertyValue::Map(variables)) => variables.keys().cloned().collect(),
        _ => vec!["no variables".to_owned()],
    };
    hold(Rule {
        check: Box::new(move |plan| {
            let names = of(plan, FUNCTION).flat_map(names);
            names.filter(|name| !KNOWN.contains(&name.as_str())).collect()
        }),
        broken: Box::new(|plan| {
            let secret = map([("variables", map([("AWS_SECRET_ACCESS_KEY", "x".into())]))]);
            with_each(plan, FUNCTION, |function| {
                drop(function.inputs.insert("environment", secret.clone()))
            })
        }),
    });
}

/// CKV_AWS_364, CKV_AWS_301. Lambda.1 asks for the source's account where the source is S3, whose ARNs name none; an ARN of a
/// rule names the account, and EventBridge sends no account, so that a permission with one refuses every invocation.
#[test]
fn functions_are_invoked_by_this_accounts_rule_only() {
    hold(property(PERMISSION, &["sourceArn"], |value| {
        is_arn_of(value, RULE)
    }));
    hold(Rule {
        check: Box::new(|plan| {
            let of_rules = of(plan, PERMISSION).filter(|permission| {
                permission.inputs["principal"].as_text() == Some("events.amazonaws.com")
            });
            let refused = of_rules.filter(|permission| permission.inputs.contains_key("sourceAccount"));
            refused.map(|permission| permission.id.to_string()).collect()
        }),
        broken: Box::new(|plan| {
            with_each(plan, PERMISSION, |permission| {
                drop(permission.inputs.insert("sourceAccount", "123456789012".into()))
            })
        }),
    });
}

/// CKV_AWS_338, CKV_AWS_158, CKV_AWS_66; CloudWatch.16.
#[test]
fn log_groups_keep_a_year_and_are_encrypted() {
    let is_group = |value: &PropertyValue| {
        value
            .as_output()
            .is_some_and(|output| output.of.kind == LOG_GROUP)
    };
    hold(property(FUNCTION, &["loggingConfig", "logGroup"], is_group));
    hold(property(LOG_GROUP, &["retentionInDays"], |value| {
        value.as_number().is_some_and(|days| days >= 365.0)
    }));
    hold(property(LOG_GROUP, &["kmsKeyId"], is_key));
}

// Roles

/// IAM.1, IAM.21; CKV_AWS_60, CKV_AWS_61: a role of its own for each function, that nobody else may take.
#[test]
fn each_function_has_a_role_of_its_own() {
    let check = |plan: &StackPlan| {
        let roles: Vec<_> = of(plan, FUNCTION)
            .filter_map(|function| function.inputs["role"].as_output())
            .collect();
        let shared = roles
            .iter()
            .enumerate()
            .filter(|(at, role)| roles[..*at].contains(role));
        let mut wrong: Vec<String> = shared
            .map(|(_, role)| format!("two functions have {}", role.of))
            .collect();
        wrong.extend(
            of(plan, ROLE)
                .filter(|role| !is_lambdas(role))
                .map(|role| role.id.to_string()),
        );
        if roles.len() != of(plan, FUNCTION).count() || roles.len() != of(plan, ROLE).count() {
            wrong.push("functions and roles are not one to one".to_owned());
        }
        wrong
    };
    let broken = |plan: &StackPlan| {
        let other = of(plan, ROLE).next().unwrap().arn();
        let last = of(plan, FUNCTION).last().unwrap().id.clone();
        let mut shared = plan.clone();
        let function = shared
            .resources
            .iter_mut()
            .find(|resource| resource.id == last)
            .unwrap();
        function.inputs.insert("role", other);
        let anybody = document([("Principal", "*".into())]);
        let mut plans = with_each(plan, ROLE, |role| {
            drop(role.inputs.insert("assumeRolePolicy", anybody.clone()))
        });
        plans.push(shared);
        plans
    };
    hold(Rule {
        check: Box::new(check),
        broken: Box::new(broken),
    });
}

fn is_lambdas(role: &Resource) -> bool {
    let mut trusted = statements(&role.inputs["assumeRolePolicy"]);
    trusted.all(|statement| {
        let service = statement
            .get("Principal")
            .and_then(|principal| principal.get("Service"));
        service.and_then(PropertyValue::as_text) == Some("lambda.amazonaws.com")
    })
}

/// CKV_AWS_62, CKV_AWS_63, CKV_AWS_286 to CKV_AWS_290, CKV_AWS_355: exact actions on exact resources. A `*` is only what lies
/// in a bucket (`/*`) or in a log group (`:*`), and X-Ray's, which knows no resources.
#[test]
fn roles_may_do_exact_actions_on_exact_resources() {
    let check = |plan: &StackPlan| {
        let rights = of(plan, RIGHTS);
        let wrong = rights.flat_map(|rights| {
            statements(&rights.inputs["policy"])
                .filter(|statement| !is_exact(statement))
                .map(|_| rights.id.to_string())
        });
        wrong.collect()
    };
    let broken = |plan: &StackPlan| {
        let queue = of(plan, QUEUE).next().unwrap().arn();
        let loose = [
            ("s3:*", queue.clone()),
            ("s3:GetObject", "*".into()),
            ("s3:GetObject", "arn:aws:s3:::*".into()),
            ("sqs:SendMessage", PropertyValue::concat([queue, "*".into()])),
            ("xray:*", "*".into()),
        ];
        let add = |(action, resource): (&str, PropertyValue)| {
            let policy = document([("Action", list([action])), ("Resource", list([resource]))]);
            with_each(plan, RIGHTS, move |rights| {
                drop(rights.inputs.insert("policy", policy.clone()))
            })
        };
        loose.into_iter().flat_map(add).collect()
    };
    hold(Rule {
        check: Box::new(check),
        broken: Box::new(broken),
    });
}

fn is_exact(statement: &PropertyValue) -> bool {
    let actions: Vec<&str> = actions(statement).collect();
    let is_xray = actions.iter().all(|action| action.starts_with("xray:"));
    let resources = statement.get("Resource").map_or(&[][..], PropertyValue::items);
    actions.iter().all(|action| !action.contains('*'))
        && !resources.is_empty()
        && resources
            .iter()
            .all(|resource| (is_xray && resource.as_text() == Some("*")) || is_exact_resource(resource))
}

fn is_exact_resource(resource: &PropertyValue) -> bool {
    match resource {
        PropertyValue::Output(_) => true,
        PropertyValue::Text(arn) => !arn.contains('*'),
        PropertyValue::Written(_, _) => match resource.items() {
            [PropertyValue::Output(output), below] => matches!(
                (output.of.kind, below.as_text()),
                (BUCKET, Some("/*")) | (LOG_GROUP, Some(":*"))
            ),
            [PropertyValue::Text(bucket), below] => {
                bucket.starts_with("arn:aws:s3:::") && !bucket.contains('*') && below.as_text() == Some("/*")
            }
            _ => false,
        },
        _ => false,
    }
}

/// The data bucket is the user's: nobody may write, delete or configure in it.
#[test]
fn nobody_may_write_the_data_bucket() {
    const READING: [&str; 2] = ["s3:GetObject", "s3:ListBucket"];
    let is_data = |resource: &PropertyValue| {
        let mut data = false;
        resource.visit(&mut |value| {
            data |= value.as_text().is_some_and(|text| text.contains("my-archive"));
            data |= value
                .as_output()
                .is_some_and(|output| output.of.kind == BUCKET && output.of.name.ends_with("-data"));
        });
        data
    };
    let check = move |plan: &StackPlan| {
        let mut wrong = Vec::new();
        for rights in of(plan, RIGHTS) {
            for statement in statements(&rights.inputs["policy"]) {
                let on_data = statement
                    .get("Resource")
                    .is_some_and(|resources| resources.items().iter().any(is_data));
                let beyond = actions(statement).filter(|action| on_data && !READING.contains(action));
                wrong.extend(beyond.map(|action| format!("{} may {action}", rights.id)));
            }
        }
        wrong
    };
    let broken = |plan: &StackPlan| {
        let data = plan.outputs["dataBucket"].clone();
        let data = data
            .as_output()
            .map_or("arn:aws:s3:::my-archive".into(), |output| {
                plan.resources
                    .iter()
                    .find(|resource| resource.id == output.of)
                    .unwrap()
                    .arn()
            });
        let policy = document([("Action", list(["s3:PutObject"])), ("Resource", list([data]))]);
        with_each(plan, RIGHTS, |rights| {
            drop(rights.inputs.insert("policy", policy.clone()))
        })
    };
    hold(Rule {
        check: Box::new(check),
        broken: Box::new(broken),
    });
}

/// CKV_AWS_168, CKV_AWS_169, CKV_AWS_70, CKV_AWS_33: services may use what is the stack's on behalf of this account only.
#[test]
fn services_act_for_this_account_only() {
    const POLICIES: [&str; 4] = [BUCKET_POLICY, QUEUE_POLICY, TOPIC_POLICY, KEY];
    let is_bound = |statement: &PropertyValue| {
        let condition = |kind: &str, name: &str| statement.get("Condition")?.get(kind)?.get(name).cloned();
        let account = condition("StringEquals", "aws:SourceAccount").is_some_and(|value| is_account(&value));
        let logs = condition("ArnLike", "kms:EncryptionContext:aws:logs:arn");
        let logs = logs.is_some_and(|arn| {
            arn.as_text()
                .is_some_and(|arn| arn.contains(":123456789012:log-group:"))
        });
        let topic = condition("StringEquals", "kms:EncryptionContext:aws:sns:topicArn");
        let topic = topic.is_some_and(|arn| {
            arn.as_text()
                .is_some_and(|arn| arn.contains(":123456789012:data-review-"))
        });
        let rule = condition("ArnEquals", "aws:SourceArn").is_some_and(|arn| {
            arn.as_text()
                .is_some_and(|arn| arn.contains(":123456789012:rule/"))
        });
        let principal = |kind: &str| {
            let principal = statement
                .get("Principal")
                .and_then(|principal| principal.get(kind));
            principal.and_then(PropertyValue::as_text)
        };
        let owner = principal("AWS") == Some("arn:aws:iam::123456789012:root");
        // In the key's policy, which alone names the resource `*`: these services document no condition there.
        let unconditional = ["s3.amazonaws.com", "events.amazonaws.com"];
        let key = text(statement, "Resource") == Some("*")
            && principal("Service").is_some_and(|service| unconditional.contains(&service));
        text(statement, "Effect") == Some("Deny") || account || logs || topic || rule || owner || key
    };
    let check = move |plan: &StackPlan| {
        let policies = POLICIES.into_iter().flat_map(|kind| of(plan, kind));
        let loose = policies.filter(|policy| !statements(&policy.inputs["policy"]).all(is_bound));
        loose.map(|policy| policy.id.to_string()).collect()
    };
    let broken = |plan: &StackPlan| {
        let anybody = document([("Effect", "Allow".into()), ("Principal", "*".into())]);
        let open = |policy: &mut Resource| drop(policy.inputs.insert("policy", anybody.clone()));
        POLICIES
            .into_iter()
            .flat_map(|kind| with_each(plan, kind, open))
            .collect()
    };
    hold(Rule {
        check: Box::new(check),
        broken: Box::new(broken),
    });
}

/// A condition that a sender does not document stops silently what it sends: S3 and EventBridge document none, CloudWatch's
/// alarms have the one of the topic that they go to.
#[test]
fn the_key_asks_senders_for_documented_conditions_only() {
    let is_undocumented = |statement: &PropertyValue| {
        let service = statement
            .get("Principal")
            .and_then(|principal| text(principal, "Service"));
        let condition = statement.get("Condition");
        match service {
            Some("s3.amazonaws.com" | "events.amazonaws.com") => condition.is_some(),
            Some("cloudwatch.amazonaws.com") => ["aws:SourceAccount", "aws:SourceArn"].iter().any(|name| {
                let kinds = ["StringEquals", "StringLike", "ArnEquals", "ArnLike"];
                kinds
                    .iter()
                    .any(|kind| condition.and_then(|all| all.get(kind)?.get(name)).is_some())
            }),
            _ => false,
        }
    };
    let check = move |plan: &StackPlan| {
        let keys = of(plan, KEY).filter(|key| statements(&key.inputs["policy"]).any(is_undocumented));
        keys.map(|key| key.id.to_string()).collect()
    };
    let broken = |plan: &StackPlan| {
        let services = [
            "s3.amazonaws.com",
            "events.amazonaws.com",
            "cloudwatch.amazonaws.com",
        ];
        let with_account = |service: &str| {
            let account = map([("aws:SourceAccount", "123456789012".into())]);
            let policy = document([
                ("Principal", map([("Service", service.into())])),
                ("Condition", map([("StringEquals", account)])),
            ]);
            with_each(plan, KEY, |key| drop(key.inputs.insert("policy", policy.clone())))
        };
        services.into_iter().flat_map(with_account).collect()
    };
    hold(Rule {
        check: Box::new(check),
        broken: Box::new(broken),
    });
}

// Alarms

/// CloudWatch.15, CKV_AWS_319: failures, throttling, dead messages that stay and messages that wait are told to somebody.
#[test]
fn functions_and_queues_have_alarms() {
    let to_topic = |actions: &PropertyValue| actions.items().iter().any(|action| is_arn_of(action, TOPIC));
    hold(property(ALARM, &["alarmActions"], to_topic));
    hold(Rule {
        check: Box::new(|plan| {
            let functions =
                of(plan, FUNCTION).flat_map(|function| [(function, "Errors"), (function, "Throttles")]);
            let queues = of(plan, QUEUE).map(|queue| {
                let dead = is_dead(queue);
                (
                    queue,
                    if dead {
                        "ApproximateNumberOfMessagesVisible"
                    } else {
                        "ApproximateAgeOfOldestMessage"
                    },
                )
            });
            let rules = of(plan, RULE).map(|rule| (rule, "FailedInvocations"));
            let unwatched = functions
                .chain(queues)
                .chain(rules)
                .filter(|(resource, metric)| !is_watched(plan, resource, metric));
            unwatched
                .map(|(resource, metric)| format!("{}: {metric}", resource.id))
                .collect()
        }),
        broken: Box::new(|plan| without_each(plan, |resource| resource.id.kind == ALARM)),
    });
}

fn is_watched(plan: &StackPlan, resource: &Resource, metric: &str) -> bool {
    of(plan, ALARM).any(|alarm| {
        let dimension = ["FunctionName", "QueueName", "RuleName"]
            .iter()
            .find_map(|name| at(alarm, &["dimensions", name]));
        let of_it = dimension
            .and_then(PropertyValue::as_output)
            .is_some_and(|output| output.of == resource.id);
        of_it && alarm.inputs["metricName"].as_text() == Some(metric)
    })
}

// Policies

fn statements(policy: &PropertyValue) -> impl Iterator<Item = &PropertyValue> {
    policy
        .get("Statement")
        .map_or(&[][..], PropertyValue::items)
        .iter()
}

fn actions(statement: &PropertyValue) -> impl Iterator<Item = &str> {
    statement
        .get("Action")
        .map_or(&[][..], PropertyValue::items)
        .iter()
        .filter_map(PropertyValue::as_text)
}

fn text<'a>(statement: &'a PropertyValue, name: &str) -> Option<&'a str> {
    statement.get(name).and_then(PropertyValue::as_text)
}

/// A policy of one statement.
fn document<const N: usize>(statement: [(&str, PropertyValue); N]) -> PropertyValue {
    map([("Statement", list([map(statement)]))]).into_json_text()
}

/// The exceptions above are of what there is.
#[test]
fn the_exceptions_are_about_something() {
    for plan in crate::plans() {
        assert!(of(&plan, BUCKET).any(is_access_log));
        assert!(of(&plan, QUEUE).any(is_dead));
        let user_bucket = of(&plan, BUCKET)
            .find(|bucket| bucket.id.name.ends_with("-documents"))
            .unwrap();
        assert!(companion_of(&plan, user_bucket, LOGGING, "bucket").is_some());
    }
}
