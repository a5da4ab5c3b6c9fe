//! The policies of `docs/`: whoever deploys with one can make, change and delete what the plan consists of, and whoever uses the
//! stack with the other can call what `data-review cloud` calls.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::plans;

/// For each type the actions that the provider calls to create, change and delete it (AWS Service Authorization Reference;
/// S3 names several actions unlike their requests).
const ACTIONS: &str = "
aws:cloudwatch/dashboard:Dashboard | cloudwatch:PutDashboard cloudwatch:GetDashboard cloudwatch:DeleteDashboards
aws:cloudwatch/eventRule:EventRule | events:PutRule events:DescribeRule events:DeleteRule
aws:cloudwatch/eventTarget:EventTarget | events:PutTargets events:ListTargetsByRule events:RemoveTargets
aws:cloudwatch/logGroup:LogGroup | logs:CreateLogGroup logs:PutRetentionPolicy logs:AssociateKmsKey logs:DeleteLogGroup logs:DescribeLogGroups
aws:cloudwatch/metricAlarm:MetricAlarm | cloudwatch:PutMetricAlarm cloudwatch:DescribeAlarms cloudwatch:DeleteAlarms
aws:dynamodb/table:Table | dynamodb:CreateTable dynamodb:DescribeTable dynamodb:UpdateTable dynamodb:UpdateContinuousBackups dynamodb:DeleteTable kms:CreateGrant
aws:iam/role:Role | iam:CreateRole iam:GetRole iam:UpdateAssumeRolePolicy iam:DeleteRole iam:ListInstanceProfilesForRole
aws:iam/rolePolicy:RolePolicy | iam:PutRolePolicy iam:GetRolePolicy iam:DeleteRolePolicy
aws:kms/alias:Alias | kms:CreateAlias kms:ListAliases kms:UpdateAlias kms:DeleteAlias
aws:kms/key:Key | kms:CreateKey kms:DescribeKey kms:PutKeyPolicy kms:EnableKeyRotation kms:ScheduleKeyDeletion kms:TagResource
aws:lambda/eventSourceMapping:EventSourceMapping | lambda:CreateEventSourceMapping lambda:GetEventSourceMapping lambda:UpdateEventSourceMapping lambda:DeleteEventSourceMapping
aws:lambda/function:Function | lambda:CreateFunction lambda:GetFunction lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration lambda:PutFunctionConcurrency lambda:DeleteFunctionConcurrency lambda:DeleteFunction iam:PassRole kms:Encrypt
aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig | lambda:PutFunctionEventInvokeConfig lambda:GetFunctionEventInvokeConfig lambda:DeleteFunctionEventInvokeConfig
aws:lambda/permission:Permission | lambda:AddPermission lambda:GetPolicy lambda:RemovePermission
aws:s3/bucket:Bucket | s3:CreateBucket s3:DeleteBucket s3:ListBucketVersions s3:DeleteObjectVersion s3:PutBucketTagging
aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration | s3:PutLifecycleConfiguration s3:GetLifecycleConfiguration
aws:s3/bucketLogging:BucketLogging | s3:PutBucketLogging s3:GetBucketLogging
aws:s3/bucketNotification:BucketNotification | s3:PutBucketNotification s3:GetBucketNotification
aws:s3/bucketObjectv2:BucketObjectv2 | s3:PutObject s3:GetObject s3:DeleteObject kms:GenerateDataKey
aws:s3/bucketOwnershipControls:BucketOwnershipControls | s3:PutBucketOwnershipControls s3:GetBucketOwnershipControls
aws:s3/bucketPolicy:BucketPolicy | s3:PutBucketPolicy s3:GetBucketPolicy s3:DeleteBucketPolicy
aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock | s3:PutBucketPublicAccessBlock s3:GetBucketPublicAccessBlock
aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration | s3:PutEncryptionConfiguration s3:GetEncryptionConfiguration
aws:s3/bucketVersioning:BucketVersioning | s3:PutBucketVersioning s3:GetBucketVersioning
aws:sns/topic:Topic | sns:CreateTopic sns:GetTopicAttributes sns:SetTopicAttributes sns:DeleteTopic
aws:sns/topicPolicy:TopicPolicy | sns:SetTopicAttributes
aws:sqs/queue:Queue | sqs:CreateQueue sqs:GetQueueAttributes sqs:SetQueueAttributes sqs:DeleteQueue sqs:TagQueue
aws:sqs/queuePolicy:QueuePolicy | sqs:SetQueueAttributes
aws:sqs/redriveAllowPolicy:RedriveAllowPolicy | sqs:SetQueueAttributes
";

const DEPLOYING: &str = include_str!("../../../docs/deploying-role.json");
const USING: &str = include_str!("../../../docs/using-role.json");

fn statements(policy: &str) -> Vec<Json> {
    let policy: Json = serde_json::from_str(policy).unwrap();
    policy["Statement"].as_array().unwrap().clone()
}

/// The texts of a field that is a text or a list of them.
fn texts(value: &Json) -> Vec<&str> {
    match value {
        Json::String(text) => vec![text],
        _ => value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .collect(),
    }
}

#[test]
fn the_deploying_role_may_make_every_resource_of_the_plan() {
    let statements = statements(DEPLOYING);
    let allowed: Vec<&str> = statements
        .iter()
        .flat_map(|statement| texts(&statement["Action"]))
        .collect();
    for resource in plans().iter().flat_map(|plan| &plan.resources) {
        let line = ACTIONS.lines().find_map(|line| {
            let (kind, actions) = line.split_once(" | ")?;
            (kind == resource.id.kind).then_some(actions)
        });
        let needed =
            line.unwrap_or_else(|| panic!("{}: which actions does its type need?", resource.id.kind));
        for action in needed.split(' ') {
            assert!(allowed.contains(&action), "{}: {action}", resource.id.kind);
        }
    }
}

/// `.ci/deploy` also makes the bucket and the key of the state, where the CLI keeps it (docs/deploy.md, "The workflow").
#[test]
fn the_deploying_role_may_make_the_bucket_and_the_key_of_the_state() {
    const CALLS: [(&str, &[&str]); 12] = [
        // Nobody needs a permission for it.
        ("sts get-caller-identity", &[]),
        ("kms list-aliases", &["kms:ListAliases"]),
        ("kms create-key", &["kms:CreateKey"]),
        ("kms create-alias", &["kms:CreateAlias"]),
        ("kms enable-key-rotation", &["kms:EnableKeyRotation"]),
        ("s3api head-bucket", &["s3:ListBucket"]),
        ("s3api create-bucket", &["s3:CreateBucket"]),
        (
            "s3api put-public-access-block",
            &["s3:PutBucketPublicAccessBlock"],
        ),
        ("s3api put-bucket-versioning", &["s3:PutBucketVersioning"]),
        ("s3api put-bucket-encryption", &["s3:PutEncryptionConfiguration"]),
        (
            "s3api put-bucket-lifecycle-configuration",
            &["s3:PutLifecycleConfiguration"],
        ),
        ("s3api put-bucket-policy", &["s3:PutBucketPolicy"]),
    ];
    const STATE: [&str; 6] = [
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:GenerateDataKey",
    ];
    let statements = statements(DEPLOYING);
    let may = |action: &str| {
        statements
            .iter()
            .any(|statement| texts(&statement["Action"]).contains(&action))
    };
    for part in include_str!("../../../.ci/deploy").split("aws ").skip(1) {
        let call: Vec<&str> = part.split_whitespace().take(2).collect();
        let call = call.join(" ");
        let needed = CALLS.iter().find(|(known, _)| *known == call);
        let (_, needed) = needed.unwrap_or_else(|| panic!("which actions does `aws {call}` need?"));
        for action in *needed {
            assert!(may(action), "{action}");
        }
    }
    assert!(STATE.into_iter().all(may));
}

/// No action is a wildcard. What may be done to any resource is what names none, or what a condition bounds.
#[test]
fn the_roles_reach_no_further_than_the_stacks() {
    const UNBOUND: [&str; 7] = [
        "kms:CreateKey",
        "kms:ListAliases",
        "logs:DescribeLogGroups",
        "s3:ListAllMyBuckets",
        "servicequotas:GetServiceQuota",
        "sns:GetSubscriptionAttributes",
        "sns:Unsubscribe",
    ];
    for statement in [DEPLOYING, USING].into_iter().flat_map(statements) {
        let actions = texts(&statement["Action"]);
        assert!(actions.iter().all(|action| !action.contains('*')), "{actions:?}");
        for resource in texts(&statement["Resource"]) {
            let own = resource.contains("data-review-") || resource.contains(":::DATA-BUCKET");
            // The ids of keys and mappings are made by AWS.
            let by_id = resource.contains(":key/") || resource.contains(":event-source-mapping:");
            let unbound = actions.iter().all(|action| UNBOUND.contains(action));
            assert!(
                own || by_id || statement.get("Condition").is_some() || unbound,
                "{actions:?} on {resource}"
            );
        }
    }
}

/// The calls of `data-review cloud`: listings and objects of the data bucket, rows, the index of problems, counters, documents, depths and
/// messages of queues, requests to functions.
#[test]
fn the_using_role_may_call_what_the_command_line_calls() {
    let statements = statements(USING);
    let allowed: BTreeSet<&str> = statements
        .iter()
        .flat_map(|statement| texts(&statement["Action"]))
        .collect();
    let called = [
        "dynamodb:BatchGetItem",
        "dynamodb:DescribeTable",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dynamodb:UpdateItem",
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "lambda:InvokeFunction",
        "s3:GetObject",
        "s3:ListBucket",
        "sqs:GetQueueAttributes",
        "sqs:SendMessage",
    ];
    assert_eq!(allowed, BTreeSet::from(called));
}

/// IAM User Guide, "IAM and AWS STS quotas": a managed policy has at most 6,144 characters, of which white space does not count.
#[test]
fn the_policies_are_short_enough_for_iam() {
    for policy in [DEPLOYING, USING] {
        let length = policy.chars().filter(|c| !c.is_whitespace()).count();
        // The names that replace the placeholders are longer.
        assert!(length < 5_800, "{length}");
    }
}
