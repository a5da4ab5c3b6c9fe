"""The resource types as CloudFormation knows them, by the schemas in the package `cfn-lint`: what AWS cannot change in place, and
the types and ranges of values.

The schemas are AWS's own. A type of the provider that has none of its own there is a part of another, such as a bucket's.
"""

import functools
import importlib.util
import json
import pathlib

REGION = "eu-central-1"


def pascal(name: str) -> str:
    return name[0].upper() + name[1:]


def whole(value):
    """A value whose names differ only in their first letter."""
    if isinstance(value, dict):
        return {pascal(name): whole(inner) for name, inner in value.items()}
    return [whole(inner) for inner in value] if isinstance(value, list) else value


def pairs(name: str):
    return lambda value: [{name: key, "Value": inner} for key, inner in value.items()]


def renamed(names: dict):
    """An object, or a list of them, with these names; others differ only in their first letter."""
    def convert(value):
        if isinstance(value, list):
            return [convert(inner) for inner in value]
        return {names.get(name, pascal(name)): whole(inner) for name, inner in value.items()}
    return convert


def encryption(rules):
    names = {"sseAlgorithm": "SSEAlgorithm", "kmsMasterKeyId": "KMSMasterKeyID"}
    return {"ServerSideEncryptionConfiguration": [
        {
            "ServerSideEncryptionByDefault": renamed(names)(rule["applyServerSideEncryptionByDefault"]),
            "BucketKeyEnabled": rule["bucketKeyEnabled"],
        }
        for rule in rules
    ]}


def lifecycle(rules):
    def convert(rule):
        parts = {name: value for name, value in rule.items() if name not in {"expiration", "filter"}}
        expiration = renamed({"days": "ExpirationInDays"})(rule.get("expiration", {}))
        return whole(parts) | expiration | {"Prefix": rule["filter"]["prefix"]}
    return {"Rules": [convert(rule) for rule in rules]}


def queues(values):
    return {"QueueConfigurations": [
        {"Queue": value["queueArn"], "Event": event} for value in values for event in value["events"]
    ]}


def index(value):
    return {
        "IndexName": value["name"], "KeySchema": whole(value["keySchemas"]),
        "Projection": {"ProjectionType": value["projectionType"]},
    }


def notifications(values):
    return [
        {
            "Notification": whole({name: inner for name, inner in value.items() if name != "subscriberEmailAddresses"}),
            "Subscribers": [
                {"SubscriptionType": "EMAIL", "Address": address} for address in value["subscriberEmailAddresses"]
            ],
        }
        for value in values
    ]


# For each type: its type in CloudFormation, and the inputs that are called otherwise there. A pair is the property and how the
# value is converted; a property with dots is nested; None has no counterpart.
OF_BUCKET = {"bucket": "BucketName"}
POLICY = ("PolicyDocument", json.loads)
TYPES = {
    "aws:budgets/budget:Budget": ("AWS::Budgets::Budget", {
        "name": "Budget.BudgetName", "budgetType": "Budget.BudgetType", "timeUnit": "Budget.TimeUnit",
        "limitAmount": ("Budget.BudgetLimit.Amount", float), "limitUnit": "Budget.BudgetLimit.Unit",
        "notifications": ("NotificationsWithSubscribers", notifications), "tags": ("ResourceTags", pairs("Key")),
    }),
    "aws:cloudwatch/dashboard:Dashboard": ("AWS::CloudWatch::Dashboard", {}),
    "aws:cloudwatch/eventRule:EventRule": ("AWS::Events::Rule", {"eventPattern": ("EventPattern", json.loads)}),
    "aws:cloudwatch/eventTarget:EventTarget": ("AWS::Events::Rule", {
        "rule": "Name", "arn": "Targets.Arn", "input": "Targets.Input", "deadLetterConfig": ("Targets.DeadLetterConfig", whole),
    }),
    "aws:cloudwatch/logGroup:LogGroup": ("AWS::Logs::LogGroup", {"name": "LogGroupName"}),
    "aws:cloudwatch/metricAlarm:MetricAlarm": ("AWS::CloudWatch::Alarm", {
        "name": "AlarmName", "okActions": "OKActions", "dimensions": ("Dimensions", pairs("Name")),
    }),
    "aws:dynamodb/table:Table": ("AWS::DynamoDB::Table", {
        "name": "TableName", "hashKey": "KeySchema.HASH", "rangeKey": "KeySchema.RANGE",
        "attributes": ("AttributeDefinitions", renamed({"name": "AttributeName", "type": "AttributeType"})),
        "globalSecondaryIndexes": ("GlobalSecondaryIndexes", lambda values: [index(value) for value in values]),
        "pointInTimeRecovery": ("PointInTimeRecoverySpecification", renamed({"enabled": "PointInTimeRecoveryEnabled"})),
        "serverSideEncryption": ("SSESpecification", renamed({"enabled": "SSEEnabled", "kmsKeyArn": "KMSMasterKeyId"})),
    }),
    "aws:iam/role:Role": ("AWS::IAM::Role", {
        "name": "RoleName", "assumeRolePolicy": ("AssumeRolePolicyDocument", json.loads),
    }),
    "aws:iam/rolePolicy:RolePolicy": ("AWS::IAM::RolePolicy", {"name": "PolicyName", "role": "RoleName", "policy": POLICY}),
    "aws:kms/alias:Alias": ("AWS::KMS::Alias", {"name": "AliasName"}),
    "aws:kms/key:Key": ("AWS::KMS::Key", {
        "deletionWindowInDays": "PendingWindowInDays", "policy": ("KeyPolicy", json.loads),
    }),
    "aws:lambda/eventSourceMapping:EventSourceMapping": ("AWS::Lambda::EventSourceMapping", {}),
    "aws:lambda/function:Function": ("AWS::Lambda::Function", {
        "name": "FunctionName", "code": ("Code", lambda _: {"S3Bucket": "packages", "S3Key": "package"}),
        "environment": ("Environment", lambda value: {"Variables": value["variables"]}),
    }),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ("AWS::Lambda::EventInvokeConfig", {}),
    "aws:lambda/permission:Permission": ("AWS::Lambda::Permission", {"function": "FunctionName"}),
    "aws:s3/bucket:Bucket": ("AWS::S3::Bucket", OF_BUCKET | {"forceDestroy": None}),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
        "AWS::S3::Bucket", OF_BUCKET | {"rules": ("LifecycleConfiguration", lifecycle)}
    ),
    "aws:s3/bucketLogging:BucketLogging": ("AWS::S3::Bucket", OF_BUCKET | {
        "targetBucket": "LoggingConfiguration.DestinationBucketName", "targetPrefix": "LoggingConfiguration.LogFilePrefix",
    }),
    "aws:s3/bucketNotification:BucketNotification": ("AWS::S3::Bucket", OF_BUCKET | {
        "queues": ("NotificationConfiguration", queues),
        "eventbridge": "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled",
    }),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": (
        "AWS::S3::Bucket", OF_BUCKET | {"rule": ("OwnershipControls", lambda rule: {"Rules": [whole(rule)]})}
    ),
    "aws:s3/bucketPolicy:BucketPolicy": ("AWS::S3::BucketPolicy", {"policy": POLICY}),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ("AWS::S3::Bucket", OF_BUCKET | {
        name: f"PublicAccessBlockConfiguration.{pascal(name)}"
        for name in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    }),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        "AWS::S3::Bucket", OF_BUCKET | {"rules": ("BucketEncryption", encryption)}
    ),
    "aws:s3/bucketVersioning:BucketVersioning": ("AWS::S3::Bucket", OF_BUCKET),
    "aws:sns/topic:Topic": ("AWS::SNS::Topic", {"name": "TopicName"}),
    "aws:sns/topicPolicy:TopicPolicy": ("AWS::SNS::TopicInlinePolicy", {"arn": "TopicArn", "policy": POLICY}),
    "aws:sns/topicSubscription:TopicSubscription": ("AWS::SNS::Subscription", {"topic": "TopicArn"}),
    "aws:sqs/queue:Queue": ("AWS::SQS::Queue", {
        "name": "QueueName", "messageRetentionSeconds": "MessageRetentionPeriod",
        "visibilityTimeoutSeconds": "VisibilityTimeout", "redrivePolicy": ("RedrivePolicy", json.loads),
    }),
    "aws:sqs/queuePolicy:QueuePolicy": ("AWS::SQS::QueueInlinePolicy", {"queueUrl": "Queue", "policy": POLICY}),
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": (
        "AWS::SQS::Queue", {"queueUrl": "QueueName", "redriveAllowPolicy": ("RedriveAllowPolicy", json.loads)}
    ),
}
# CloudFormation has no objects of buckets.
OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"
OBJECT_REPLACES = {"bucket", "key"}


@functools.cache
def schema(kind: str) -> dict:
    """The schema of a type in CloudFormation. The package is not imported, which would take seconds."""
    folder = pathlib.Path(importlib.util.find_spec("cfnlint").submodule_search_locations[0]) / "data/schemas"
    names = json.loads((folder / f"providers/{REGION}.json").read_text())
    return json.loads((folder / f"resources/{names[kind]}.json").read_text())


def counterpart(kind: str, name: str):
    """The property of an input as a path, and how its value is converted; None for an input without counterpart."""
    found = TYPES[kind][1].get(name, (pascal(name), pairs("Key")) if name == "tags" else pascal(name))
    if found is None:
        return None
    path, convert = found if isinstance(found, tuple) else (found, whole)
    return path.split("."), convert


def replaces(kind: str, name: str) -> bool:
    """Whether AWS cannot change this input of an existing resource."""
    if kind == OBJECT:
        return name in OBJECT_REPLACES
    found = counterpart(kind, name)
    described = schema(TYPES[kind][0])
    fixed = described.get("createOnlyProperties", []) + described.get("conditionalCreateOnlyProperties", [])
    path = f"/properties/{'/'.join(found[0])}" if found else ""
    return any(path == other or path.startswith(f"{other}/") for other in fixed)


def converted(kind: str, inputs: dict) -> dict:
    """The properties in CloudFormation that these inputs stand for."""
    properties = {}
    for name, value in inputs.items():
        if found := counterpart(kind, name):
            path, convert = found
            inner = properties
            for part in path[:-1]:
                inner = inner.setdefault(part, {})
            inner[path[-1]] = convert(value)
    if "KeySchema" in properties:
        keys = properties["KeySchema"].items()
        properties["KeySchema"] = [{"AttributeName": name, "KeyType": kind} for kind, name in keys]
    if "Targets" in properties:
        properties["Targets"] = [properties["Targets"] | {"Id": "target"}]
    return properties
