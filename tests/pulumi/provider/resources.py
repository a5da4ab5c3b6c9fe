"""The resource types that the stack uses, as calls of the emulator.

A type has a class here: `create` returns id and outputs, `update` the outputs that changed, `exists` is asked by a refresh, and
`held` returns the inputs that the emulator holds: a refresh and a diff compare with them. An input that `create` or `update` does not
look at is an error. A type that is written as a whole (`Written`) is created and updated by the same call.
"""

import dataclasses
import json
import os
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from wire import archive_bytes, file_bytes

GONE = {
    "404", "NoSuchBucket", "NoSuchKey", "NoSuchEntity", "NotFound", "NotFoundException", "ResourceNotFoundException",
    "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "NoSuchBucketPolicy", "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration", "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError", "SubscriptionNotFound",
}


class Aws:
    """The emulator, as the provider's configuration names it."""

    def __init__(self, configuration: dict):
        self.region = configuration.get("region") or ""
        self.endpoints = {name: url for entry in configuration.get("endpoints") or [] for name, url in entry.items()}
        self.endpoint = os.environ.get("AWS_ENDPOINT_URL")
        self.keys = {
            "aws_access_key_id": configuration.get("accessKey", "test"),
            "aws_secret_access_key": configuration.get("secretKey", "test"),
        }
        self.clients = {}

    def client(self, name: str):
        endpoint = self.endpoints.get(name, self.endpoint)
        if not endpoint:
            raise RuntimeError(f"neither aws:endpoints nor AWS_ENDPOINT_URL names {name}: this provider talks to an emulator only")
        if name not in self.clients:
            config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 3})
            self.clients[name] = boto3.client(
                name, endpoint_url=endpoint, region_name=self.region, config=config, **self.keys
            )
        return self.clients[name]

    def account(self) -> str:
        return self.client("sts").get_caller_identity()["Account"]


@dataclasses.dataclass
class Tagging:
    """How a service sets and lists tags."""

    tag: str
    list: str
    # The parameter that names the resource.
    resource: str
    # The parameter of the tags, and of a tag its name and value; none if the tags are a map.
    tags: str = "Tags"
    pair: tuple[str, str] | None = ("Key", "Value")

    def sent(self, tags):
        if not self.pair:
            return {self.tags: tags}
        pairs = [dict(zip(self.pair, entry)) for entry in tags.items()]
        return {self.tags: {"TagSet": pairs} if self.tags == "Tagging" else pairs}

    def read(self, answer):
        tags = answer.get("TagSet") or answer.get(self.tags) or {}
        return {tag[self.pair[0]]: tag[self.pair[1]] for tag in tags} if self.pair else tags


TAGS = {
    "cloudwatch": Tagging("tag_resource", "list_tags_for_resource", "ResourceARN"),
    "dynamodb": Tagging("tag_resource", "list_tags_of_resource", "ResourceArn"),
    "events": Tagging("tag_resource", "list_tags_for_resource", "ResourceARN"),
    "iam": Tagging("tag_role", "list_role_tags", "RoleName"),
    "kms": Tagging("tag_resource", "list_resource_tags", "KeyId", pair=("TagKey", "TagValue")),
    "lambda": Tagging("tag_resource", "list_tags", "Resource", pair=None),
    "logs": Tagging("tag_resource", "list_tags_for_resource", "resourceArn", tags="tags", pair=None),
    "s3": Tagging("put_bucket_tagging", "get_bucket_tagging", "Bucket", tags="Tagging"),
    "sns": Tagging("tag_resource", "list_tags_for_resource", "ResourceArn"),
    "sqs": Tagging("tag_queue", "list_queue_tags", "QueueUrl", pair=None),
}


def is_gone(error: ClientError) -> bool:
    return error.response["Error"]["Code"] in GONE


class Kind:
    service = ""
    # The input that is made up, from the resource's name, where the program gives none.
    name = None
    # Outputs that are not inputs.
    outputs = ()
    # Inputs that only a deletion needs.
    kept = frozenset()

    def __init__(self, aws: Aws):
        self.aws = aws
        self.call = aws.client(self.service)

    def update(self, id, inputs, state):
        return {}

    def exists(self, id, state) -> bool:
        raise NotImplementedError

    def held(self, id, state) -> dict:
        raise NotImplementedError

    def delete(self, id, state):
        raise NotImplementedError

    def create_all(self, inputs):
        """`create`, and the tags."""
        id, outputs = self.create(inputs)
        if "tags" in inputs:
            how = TAGS[self.service]
            getattr(self.call, how.tag)(**self.tagged(id, outputs), **how.sent(inputs["tags"]))
        self.must_use(inputs, inputs)
        return id, outputs

    def update_all(self, id, inputs, state, changed):
        outputs = self.update(id, inputs, state)
        self.must_use(changed, inputs)
        return outputs

    def must_use(self, names, inputs):
        unused = set(names) - inputs.used - self.kept
        if unused:
            raise RuntimeError(f"the stand-in does not send {', '.join(sorted(unused))} of {type(self).__name__}")

    def held_all(self, id, state):
        """`held`, and the tags."""
        held = self.held(id, state)
        if "tags" in state:
            how = TAGS[self.service]
            held["tags"] = how.read(getattr(self.call, how.list)(**self.tagged(id, state)))
        return held

    def tagged(self, id, state):
        """The resource, as calls about its tags name it."""
        how = TAGS[self.service]
        return {how.resource: state["arn"] if "arn" in how.resource.lower() or how.resource == "Resource" else id}


class Written(Kind):
    """A property of another resource, written as a whole."""

    def create(self, inputs):
        return self.write(inputs)

    def update(self, id, inputs, state):
        return self.write(inputs)[1]


class Key(Kind):
    service, outputs = "kms", ("arn", "keyId")
    kept = frozenset({"deletionWindowInDays"})
    POLICY = "default"

    def create(self, inputs):
        made = self.call.create_key(Description=inputs.get("description", ""), Policy=inputs["policy"])["KeyMetadata"]
        if inputs.get("enableKeyRotation"):
            self.call.enable_key_rotation(KeyId=made["KeyId"])
        return made["KeyId"], {"arn": made["Arn"], "keyId": made["KeyId"]}

    def update(self, id, inputs, state):
        self.call.put_key_policy(KeyId=id, PolicyName=self.POLICY, Policy=inputs["policy"])
        return {}

    def exists(self, id, state):
        return self.call.describe_key(KeyId=id)["KeyMetadata"]["KeyState"] != "PendingDeletion"

    def held(self, id, state):
        return {
            "description": self.call.describe_key(KeyId=id)["KeyMetadata"]["Description"],
            "enableKeyRotation": self.call.get_key_rotation_status(KeyId=id)["KeyRotationEnabled"],
            "policy": self.call.get_key_policy(KeyId=id, PolicyName=self.POLICY)["Policy"],
        }

    def delete(self, id, state):
        self.call.schedule_key_deletion(KeyId=id, PendingWindowInDays=int(state["deletionWindowInDays"]))


class Alias(Kind):
    service, outputs = "kms", ("arn",)

    def create(self, inputs):
        self.call.create_alias(AliasName=inputs["name"], TargetKeyId=inputs["targetKeyId"])
        return inputs["name"], {"arn": f"arn:aws:kms:{self.aws.region}:{self.aws.account()}:{inputs['name']}"}

    def update(self, id, inputs, state):
        self.call.update_alias(AliasName=id, TargetKeyId=inputs["targetKeyId"])
        return {}

    def exists(self, id, state):
        return any(alias["AliasName"] == id for alias in self.call.list_aliases()["Aliases"])

    def held(self, id, state):
        aliases = self.call.list_aliases()["Aliases"]
        return {"targetKeyId": alias["TargetKeyId"] for alias in aliases if alias["AliasName"] == id}

    def delete(self, id, state):
        self.call.delete_alias(AliasName=id)


class Topic(Kind):
    service, name, outputs = "sns", "name", ("arn",)

    def create(self, inputs):
        attributes = {"KmsMasterKeyId": inputs["kmsMasterKeyId"]}
        arn = self.call.create_topic(Name=inputs["name"], Attributes=attributes)["TopicArn"]
        return arn, {"arn": arn}

    def exists(self, id, state):
        return bool(self.call.get_topic_attributes(TopicArn=id))

    def held(self, id, state):
        return {"kmsMasterKeyId": self.call.get_topic_attributes(TopicArn=id)["Attributes"].get("KmsMasterKeyId")}

    def delete(self, id, state):
        self.call.delete_topic(TopicArn=id)


class TopicPolicy(Written):
    service = "sns"

    def write(self, inputs):
        self.call.set_topic_attributes(TopicArn=inputs["arn"], AttributeName="Policy", AttributeValue=inputs["policy"])
        return inputs["arn"], {}

    def exists(self, id, state):
        return bool(self.call.get_topic_attributes(TopicArn=id))

    def held(self, id, state):
        return {"policy": self.call.get_topic_attributes(TopicArn=id)["Attributes"].get("Policy")}

    def delete(self, id, state):
        """Goes with its topic."""


class TopicSubscription(Kind):
    service, outputs = "sns", ("arn",)

    def create(self, inputs):
        arn = self.call.subscribe(
            TopicArn=inputs["topic"], Protocol=inputs["protocol"], Endpoint=inputs["endpoint"], ReturnSubscriptionArn=True
        )["SubscriptionArn"]
        return arn, {"arn": arn}

    def exists(self, id, state):
        return bool(self.call.get_subscription_attributes(SubscriptionArn=id))

    def held(self, id, state):
        attributes = self.call.get_subscription_attributes(SubscriptionArn=id)["Attributes"]
        return {"topic": attributes["TopicArn"], "protocol": attributes["Protocol"], "endpoint": attributes["Endpoint"]}

    def delete(self, id, state):
        self.call.unsubscribe(SubscriptionArn=id)


class Table(Kind):
    service, name, outputs = "dynamodb", "name", ("arn",)
    KEYS = {"hashKey": "HASH", "rangeKey": "RANGE"}

    def create(self, inputs):
        keys = [{"AttributeName": inputs[name], "KeyType": kind} for name, kind in self.KEYS.items() if name in inputs]
        more = {}
        if indexes := [self.index(index) for index in inputs.get("globalSecondaryIndexes", [])]:
            more["GlobalSecondaryIndexes"] = indexes
        encryption = inputs["serverSideEncryption"]
        table = self.call.create_table(
            TableName=inputs["name"],
            KeySchema=keys,
            AttributeDefinitions=[
                {"AttributeName": attribute["name"], "AttributeType": attribute["type"]} for attribute in inputs["attributes"]
            ],
            BillingMode=inputs["billingMode"],
            SSESpecification={"Enabled": encryption["enabled"], "SSEType": "KMS", "KMSMasterKeyId": encryption["kmsKeyArn"]},
            DeletionProtectionEnabled=inputs["deletionProtectionEnabled"],
            **more,
        )["TableDescription"]
        self.call.update_continuous_backups(
            TableName=inputs["name"],
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": inputs["pointInTimeRecovery"]["enabled"]},
        )
        return inputs["name"], {"arn": table["TableArn"]}

    @staticmethod
    def index(index):
        keys = [{"AttributeName": key["attributeName"], "KeyType": key["keyType"]} for key in index["keySchemas"]]
        return {"IndexName": index["name"], "KeySchema": keys, "Projection": {"ProjectionType": index["projectionType"]}}

    def update(self, id, inputs, state):
        self.call.update_table(TableName=id, DeletionProtectionEnabled=inputs["deletionProtectionEnabled"])
        return {}

    def exists(self, id, state):
        return bool(self.call.describe_table(TableName=id))

    def held(self, id, state):
        table = self.call.describe_table(TableName=id)["Table"]
        backups = self.call.describe_continuous_backups(TableName=id)["ContinuousBackupsDescription"]
        names = {kind: name for name, kind in self.KEYS.items()}
        encryption = table.get("SSEDescription", {})
        held = {names[key["KeyType"]]: key["AttributeName"] for key in table["KeySchema"]} | {
            "attributes": [
                {"name": attribute["AttributeName"], "type": attribute["AttributeType"]}
                for attribute in table["AttributeDefinitions"]
            ],
            "billingMode": table["BillingModeSummary"]["BillingMode"],
            "deletionProtectionEnabled": table["DeletionProtectionEnabled"],
            "pointInTimeRecovery": {
                "enabled": backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
            },
            "serverSideEncryption": {
                "enabled": encryption.get("Status") == "ENABLED", "kmsKeyArn": encryption.get("KMSMasterKeyArn")
            },
        }
        if indexes := table.get("GlobalSecondaryIndexes"):
            held["globalSecondaryIndexes"] = [
                {
                    "name": index["IndexName"],
                    "keySchemas": [
                        {"attributeName": key["AttributeName"], "keyType": key["KeyType"]} for key in index["KeySchema"]
                    ],
                    "projectionType": index["Projection"]["ProjectionType"],
                }
                for index in indexes
            ]
        return held

    def delete(self, id, state):
        self.call.delete_table(TableName=id)


class Bucket(Kind):
    service, name, outputs = "s3", "bucket", ("arn",)
    kept = frozenset({"forceDestroy"})

    def create(self, inputs):
        self.call.create_bucket(
            Bucket=inputs["bucket"], CreateBucketConfiguration={"LocationConstraint": self.aws.region}
        )
        return inputs["bucket"], {"arn": f"arn:aws:s3:::{inputs['bucket']}"}

    def exists(self, id, state):
        return bool(self.call.head_bucket(Bucket=id))

    def held(self, id, state):
        return {}

    def delete(self, id, state):
        """As the provider does: a bucket that is not empty is emptied, and deleted again."""
        try:
            self.call.delete_bucket(Bucket=id)
        except ClientError as error:
            if not state.get("forceDestroy") or error.response["Error"]["Code"] != "BucketNotEmpty":
                raise
            self.empty(id)
            self.delete(id, state)

    def empty(self, id):
        while entries := self.versions(id):
            for entry in entries:
                self.call.delete_object(Bucket=id, Key=entry["Key"], VersionId=entry["VersionId"])

    def versions(self, id):
        """The first page, always: what is deleted meanwhile shifts the others."""
        page = self.call.list_object_versions(Bucket=id)
        return page.get("Versions", []) + page.get("DeleteMarkers", [])


class BucketPart(Written):
    """A configuration of a bucket; `exists` where its bucket does."""

    service = "s3"

    def write(self, inputs):
        self.put(inputs["bucket"], inputs)
        return inputs["bucket"], {}

    def exists(self, id, state):
        return bool(self.call.head_bucket(Bucket=id))


class BucketPublicAccessBlock(BucketPart):
    def put(self, bucket, inputs):
        names = ("blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets")
        block = {name[0].upper() + name[1:]: inputs[name] for name in names}
        self.call.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)

    def held(self, id, state):
        block = self.call.get_public_access_block(Bucket=id)["PublicAccessBlockConfiguration"]
        return {name[0].lower() + name[1:]: value for name, value in block.items()}

    def delete(self, id, state):
        self.call.delete_public_access_block(Bucket=id)


class BucketOwnershipControls(BucketPart):
    def put(self, bucket, inputs):
        rules = [{"ObjectOwnership": inputs["rule"]["objectOwnership"]}]
        self.call.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": rules})

    def held(self, id, state):
        rules = self.call.get_bucket_ownership_controls(Bucket=id)["OwnershipControls"]["Rules"]
        return {"rule": {"objectOwnership": rules[0]["ObjectOwnership"]}}

    def delete(self, id, state):
        self.call.delete_bucket_ownership_controls(Bucket=id)


class BucketVersioning(BucketPart):
    def put(self, bucket, inputs):
        status = inputs["versioningConfiguration"]["status"]
        self.call.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})

    def held(self, id, state):
        return {"versioningConfiguration": {"status": self.call.get_bucket_versioning(Bucket=id).get("Status")}}

    def delete(self, id, state):
        self.call.put_bucket_versioning(Bucket=id, VersioningConfiguration={"Status": "Suspended"})


class BucketServerSideEncryptionConfiguration(BucketPart):
    def put(self, bucket, inputs):
        rules = []
        for rule in inputs["rules"]:
            default = rule["applyServerSideEncryptionByDefault"]
            how = {"SSEAlgorithm": default["sseAlgorithm"]}
            if "kmsMasterKeyId" in default:
                how["KMSMasterKeyID"] = default["kmsMasterKeyId"]
            rules.append({"ApplyServerSideEncryptionByDefault": how, "BucketKeyEnabled": rule["bucketKeyEnabled"]})
        self.call.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})

    def held(self, id, state):
        rules = []
        for rule in self.call.get_bucket_encryption(Bucket=id)["ServerSideEncryptionConfiguration"]["Rules"]:
            how = rule["ApplyServerSideEncryptionByDefault"]
            default = {"sseAlgorithm": how["SSEAlgorithm"], "kmsMasterKeyId": how.get("KMSMasterKeyID")}
            rules.append({"applyServerSideEncryptionByDefault": default, "bucketKeyEnabled": rule["BucketKeyEnabled"]})
        return {"rules": rules}

    def delete(self, id, state):
        self.call.delete_bucket_encryption(Bucket=id)


class BucketLifecycleConfiguration(BucketPart):
    PARTS = {
        "abortIncompleteMultipartUpload": {"daysAfterInitiation": "DaysAfterInitiation"},
        "expiration": {"days": "Days", "expiredObjectDeleteMarker": "ExpiredObjectDeleteMarker"},
        "noncurrentVersionExpiration": {"noncurrentDays": "NoncurrentDays"},
    }

    def put(self, bucket, inputs):
        rules = []
        for rule in inputs["rules"]:
            theirs = {"ID": rule["id"], "Status": rule["status"], "Filter": {"Prefix": rule["filter"]["prefix"]}}
            for part in rule.keys() - {"id", "status", "filter"}:
                values = {self.PARTS[part][name]: value for name, value in rule[part].items()}
                theirs[part[0].upper() + part[1:]] = values
            rules.append(theirs)
        self.call.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})

    def held(self, id, state):
        rules = []
        for theirs in self.call.get_bucket_lifecycle_configuration(Bucket=id)["Rules"]:
            rule = {"id": theirs["ID"], "status": theirs["Status"], "filter": {"prefix": theirs["Filter"]["Prefix"]}}
            for part, names in self.PARTS.items():
                if values := theirs.get(part[0].upper() + part[1:]):
                    rule[part] = {name: values[there] for name, there in names.items() if there in values}
            rules.append(rule)
        return {"rules": rules}

    def delete(self, id, state):
        self.call.delete_bucket_lifecycle(Bucket=id)


class BucketLogging(BucketPart):
    def put(self, bucket, inputs):
        target = {"TargetBucket": inputs["targetBucket"], "TargetPrefix": inputs["targetPrefix"]}
        self.call.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": target})

    def held(self, id, state):
        target = self.call.get_bucket_logging(Bucket=id).get("LoggingEnabled", {})
        return {"targetBucket": target.get("TargetBucket"), "targetPrefix": target.get("TargetPrefix")}

    def delete(self, id, state):
        self.call.put_bucket_logging(Bucket=id, BucketLoggingStatus={})


class BucketPolicy(BucketPart):
    def put(self, bucket, inputs):
        self.call.put_bucket_policy(Bucket=bucket, Policy=inputs["policy"])

    def held(self, id, state):
        return {"policy": self.call.get_bucket_policy(Bucket=id)["Policy"]}

    def delete(self, id, state):
        self.call.delete_bucket_policy(Bucket=id)


def notification(s3, bucket: str) -> dict:
    """The notification configuration of a bucket, as `getBucketNotification` returns it."""
    found = s3.get_bucket_notification_configuration(Bucket=bucket)
    lists = {
        "queues": ("QueueConfigurations", "QueueArn"),
        "topics": ("TopicConfigurations", "TopicArn"),
        "lambdaFunctions": ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
    }
    answer = {
        ours: [{arn[0].lower() + arn[1:]: entry[arn], "events": entry["Events"]} for entry in found.get(theirs, [])]
        for ours, (theirs, arn) in lists.items()
    }
    return answer | {"bucket": bucket, "eventbridge": "EventBridgeConfiguration" in found}


class BucketNotification(BucketPart):
    def put(self, bucket, inputs):
        configuration = {}
        if "queues" in inputs:
            configuration["QueueConfigurations"] = [
                {"QueueArn": queue["queueArn"], "Events": queue["events"]} for queue in inputs["queues"]
            ]
        if inputs.get("eventbridge"):
            configuration["EventBridgeConfiguration"] = {}
        self.call.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)

    def held(self, id, state):
        found = notification(self.call, id)
        return {name: found[name] for name in ("queues", "eventbridge") if found[name] or name in state}

    def delete(self, id, state):
        self.call.put_bucket_notification_configuration(Bucket=id, NotificationConfiguration={})


class BucketObjectv2(Written):
    service = "s3"

    def write(self, inputs):
        self.call.put_object(Bucket=inputs["bucket"], Key=inputs["key"], Body=file_bytes(inputs["source"]))
        return f"{inputs['bucket']}/{inputs['key']}", {}

    def exists(self, id, state):
        return bool(self.call.head_object(Bucket=state["bucket"], Key=state["key"]))

    def held(self, id, state):
        return {}

    def delete(self, id, state):
        self.call.delete_object(Bucket=state["bucket"], Key=state["key"])


class Queue(Kind):
    service, name, outputs = "sqs", "name", ("arn", "url")
    ATTRIBUTES = {
        "kmsMasterKeyId": "KmsMasterKeyId",
        "messageRetentionSeconds": "MessageRetentionPeriod",
        "redrivePolicy": "RedrivePolicy",
        "visibilityTimeoutSeconds": "VisibilityTimeout",
    }

    def attributes(self, inputs):
        return {theirs: str(inputs[ours]) for ours, theirs in self.ATTRIBUTES.items() if ours in inputs}

    def create(self, inputs):
        url = self.call.create_queue(QueueName=inputs["name"], Attributes=self.attributes(inputs))["QueueUrl"]
        attributes = self.call.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        return url, {"url": url, "arn": attributes["QueueArn"]}

    def update(self, id, inputs, state):
        self.call.set_queue_attributes(QueueUrl=id, Attributes=self.attributes(inputs))
        return {}

    def exists(self, id, state):
        return bool(self.call.get_queue_attributes(QueueUrl=id, AttributeNames=["QueueArn"]))

    def held(self, id, state):
        attributes = self.call.get_queue_attributes(QueueUrl=id, AttributeNames=["All"])["Attributes"]
        numbers = ("messageRetentionSeconds", "visibilityTimeoutSeconds")
        held = {ours: attributes.get(theirs) for ours, theirs in self.ATTRIBUTES.items()}
        return held | {name: int(held[name]) for name in numbers}

    def delete(self, id, state):
        self.call.delete_queue(QueueUrl=id)


class QueueAttribute(Written):
    service = "sqs"

    def write(self, inputs):
        value = {self.ATTRIBUTE: inputs[self.INPUT]}
        self.call.set_queue_attributes(QueueUrl=inputs["queueUrl"], Attributes=value)
        return inputs["queueUrl"], {}

    def exists(self, id, state):
        return bool(self.call.get_queue_attributes(QueueUrl=id, AttributeNames=["QueueArn"]))

    def held(self, id, state):
        attributes = self.call.get_queue_attributes(QueueUrl=id, AttributeNames=["All"])["Attributes"]
        return {self.INPUT: attributes.get(self.ATTRIBUTE)}

    def delete(self, id, state):
        self.call.set_queue_attributes(QueueUrl=id, Attributes={self.ATTRIBUTE: ""})


class QueuePolicy(QueueAttribute):
    ATTRIBUTE, INPUT = "Policy", "policy"


class RedriveAllowPolicy(QueueAttribute):
    ATTRIBUTE, INPUT = "RedriveAllowPolicy", "redriveAllowPolicy"


class LogGroup(Kind):
    service, name, outputs = "logs", "name", ("arn",)

    def create(self, inputs):
        self.call.create_log_group(logGroupName=inputs["name"], kmsKeyId=inputs["kmsKeyId"])
        self.update(inputs["name"], inputs, {})
        arn = f"arn:aws:logs:{self.aws.region}:{self.aws.account()}:log-group:{inputs['name']}"
        return inputs["name"], {"arn": arn}

    def update(self, id, inputs, state):
        self.call.put_retention_policy(logGroupName=id, retentionInDays=inputs["retentionInDays"])
        return {}

    def exists(self, id, state):
        groups = self.call.describe_log_groups(logGroupNamePrefix=id)["logGroups"]
        return any(group["logGroupName"] == id for group in groups)

    def held(self, id, state):
        groups = self.call.describe_log_groups(logGroupNamePrefix=id)["logGroups"]
        group = next(group for group in groups if group["logGroupName"] == id)
        return {"kmsKeyId": group.get("kmsKeyId"), "retentionInDays": group.get("retentionInDays")}

    def delete(self, id, state):
        self.call.delete_log_group(logGroupName=id)


class MetricAlarm(Written):
    service, name, outputs = "cloudwatch", "name", ("arn",)

    NAMES = (
        "namespace", "metricName", "statistic", "comparisonOperator", "threshold", "period", "evaluationPeriods",
        "treatMissingData",
    )

    def write(self, inputs):
        self.call.put_metric_alarm(
            AlarmName=inputs["name"],
            Dimensions=[{"Name": name, "Value": value} for name, value in inputs["dimensions"].items()],
            AlarmActions=inputs["alarmActions"],
            OKActions=inputs["okActions"],
            **{name[0].upper() + name[1:]: inputs[name] for name in self.NAMES},
        )
        arn = f"arn:aws:cloudwatch:{self.aws.region}:{self.aws.account()}:alarm:{inputs['name']}"
        return inputs["name"], {"arn": arn}

    def exists(self, id, state):
        return bool(self.call.describe_alarms(AlarmNames=[id])["MetricAlarms"])

    def held(self, id, state):
        alarm = self.call.describe_alarms(AlarmNames=[id])["MetricAlarms"][0]
        return {name: alarm.get(name[0].upper() + name[1:]) for name in self.NAMES} | {
            "alarmActions": alarm["AlarmActions"],
            "okActions": alarm["OKActions"],
            "dimensions": {dimension["Name"]: dimension["Value"] for dimension in alarm["Dimensions"]},
        }

    def delete(self, id, state):
        self.call.delete_alarms(AlarmNames=[id])


class Dashboard(Written):
    service = "cloudwatch"

    def write(self, inputs):
        # AWS refuses a body that is not valid; the emulator keeps any text.
        json.loads(inputs["dashboardBody"])
        self.call.put_dashboard(DashboardName=inputs["dashboardName"], DashboardBody=inputs["dashboardBody"])
        return inputs["dashboardName"], {}

    def exists(self, id, state):
        return any(entry["DashboardName"] == id for entry in self.call.list_dashboards()["DashboardEntries"])

    def held(self, id, state):
        return {"dashboardBody": self.call.get_dashboard(DashboardName=id)["DashboardBody"]}

    def delete(self, id, state):
        self.call.delete_dashboards(DashboardNames=[id])


class EventRule(Written):
    service, name, outputs = "events", "name", ("arn",)

    WHEN = {"scheduleExpression": "ScheduleExpression", "eventPattern": "EventPattern"}

    def write(self, inputs):
        when = {theirs: inputs[ours] for ours, theirs in self.WHEN.items() if ours in inputs}
        arn = self.call.put_rule(Name=inputs["name"], Description=inputs["description"], **when)["RuleArn"]
        return inputs["name"], {"arn": arn}

    def exists(self, id, state):
        return bool(self.call.describe_rule(Name=id))

    def held(self, id, state):
        rule = self.call.describe_rule(Name=id)
        return {"description": rule.get("Description")} | {ours: rule.get(theirs) for ours, theirs in self.WHEN.items()}

    def delete(self, id, state):
        self.call.delete_rule(Name=id)


class EventTarget(Written):
    service = "events"
    ID = "target"

    def write(self, inputs):
        target = {"Id": self.ID, "Arn": inputs["arn"]}
        if "input" in inputs:
            target["Input"] = inputs["input"]
        if "deadLetterConfig" in inputs:
            target["DeadLetterConfig"] = {"Arn": inputs["deadLetterConfig"]["arn"]}
        self.call.put_targets(Rule=inputs["rule"], Targets=[target])
        return f"{inputs['rule']}/{self.ID}", {}

    def exists(self, id, state):
        targets = self.call.list_targets_by_rule(Rule=state["rule"])["Targets"]
        return any(target["Id"] == self.ID for target in targets)

    def held(self, id, state):
        target = next(
            target for target in self.call.list_targets_by_rule(Rule=state["rule"])["Targets"] if target["Id"] == self.ID
        )
        dead = target.get("DeadLetterConfig")
        return {
            "arn": target["Arn"], "input": target.get("Input"), "deadLetterConfig": {"arn": dead["Arn"]} if dead else None
        }

    def delete(self, id, state):
        self.call.remove_targets(Rule=state["rule"], Ids=[self.ID])


class Role(Kind):
    service, name, outputs = "iam", "name", ("arn",)

    def create(self, inputs):
        role = self.call.create_role(RoleName=inputs["name"], AssumeRolePolicyDocument=inputs["assumeRolePolicy"])["Role"]
        return inputs["name"], {"arn": role["Arn"]}

    def update(self, id, inputs, state):
        self.call.update_assume_role_policy(RoleName=id, PolicyDocument=inputs["assumeRolePolicy"])
        return {}

    def exists(self, id, state):
        return bool(self.call.get_role(RoleName=id))

    def held(self, id, state):
        return {"assumeRolePolicy": self.call.get_role(RoleName=id)["Role"]["AssumeRolePolicyDocument"]}

    def delete(self, id, state):
        self.call.delete_role(RoleName=id)


class RolePolicy(Written):
    service, name = "iam", "name"

    def write(self, inputs):
        self.call.put_role_policy(RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=inputs["policy"])
        return f"{inputs['role']}:{inputs['name']}", {}

    def exists(self, id, state):
        return bool(self.call.get_role_policy(RoleName=state["role"], PolicyName=state["name"]))

    def held(self, id, state):
        return {"policy": self.call.get_role_policy(RoleName=state["role"], PolicyName=state["name"])["PolicyDocument"]}

    def delete(self, id, state):
        self.call.delete_role_policy(RoleName=state["role"], PolicyName=state["name"])


class Function(Kind):
    service, name, outputs = "lambda", "name", ("arn",)

    def settings(self, inputs):
        logging = inputs["loggingConfig"]
        return {
            "FunctionName": inputs["name"],
            "Role": inputs["role"],
            "Runtime": inputs["runtime"],
            "Handler": inputs["handler"],
            "Timeout": inputs["timeout"],
            "MemorySize": inputs["memorySize"],
            "EphemeralStorage": {"Size": inputs["ephemeralStorage"]["size"]},
            "Environment": {"Variables": inputs["environment"]["variables"]},
            "KMSKeyArn": inputs["kmsKeyArn"],
            "TracingConfig": {"Mode": inputs["tracingConfig"]["mode"]},
            "LoggingConfig": {"LogFormat": logging["logFormat"], "LogGroup": logging["logGroup"]},
        }

    def create(self, inputs):
        made = self.call.create_function(
            Code={"ZipFile": archive_bytes(inputs["code"])}, Architectures=inputs["architectures"], **self.settings(inputs)
        )
        self.reserve(inputs)
        return inputs["name"], {"arn": made["FunctionArn"]}

    def update(self, id, inputs, state):
        if inputs["code"] != state["code"] or inputs["architectures"] != state["architectures"]:
            self.call.update_function_code(
                FunctionName=id, ZipFile=archive_bytes(inputs["code"]), Architectures=inputs["architectures"]
            )
        self.call.update_function_configuration(**self.settings(inputs))
        self.reserve(inputs)
        return {}

    def reserve(self, inputs):
        if (reserved := inputs.get("reservedConcurrentExecutions")) is not None:
            self.call.put_function_concurrency(FunctionName=inputs["name"], ReservedConcurrentExecutions=reserved)
        else:
            self.call.delete_function_concurrency(FunctionName=inputs["name"])

    def exists(self, id, state):
        return bool(self.call.get_function_configuration(FunctionName=id))

    def held(self, id, state):
        found = self.call.get_function_configuration(FunctionName=id)
        logging = found.get("LoggingConfig", {})
        plain = ("Role", "Runtime", "Handler", "Timeout", "MemorySize", "Architectures")
        return {name[0].lower() + name[1:]: found.get(name) for name in plain} | {
            "ephemeralStorage": {"size": found.get("EphemeralStorage", {}).get("Size")},
            "environment": {"variables": found.get("Environment", {}).get("Variables")},
            "kmsKeyArn": found.get("KMSKeyArn"),
            "tracingConfig": {"mode": found.get("TracingConfig", {}).get("Mode")},
            "loggingConfig": {"logFormat": logging.get("LogFormat"), "logGroup": logging.get("LogGroup")},
            "reservedConcurrentExecutions":
                self.call.get_function_concurrency(FunctionName=id).get("ReservedConcurrentExecutions"),
        }

    def delete(self, id, state):
        self.call.delete_function(FunctionName=id)


class Permission(Kind):
    service = "lambda"
    ID = "permission"

    def create(self, inputs):
        self.call.add_permission(
            FunctionName=inputs["function"],
            StatementId=self.ID,
            Action=inputs["action"],
            Principal=inputs["principal"],
            SourceArn=inputs["sourceArn"],
        )
        return self.ID, {}

    def exists(self, id, state):
        policy = json.loads(self.call.get_policy(FunctionName=state["function"])["Policy"])
        return any(statement["Sid"] == id for statement in policy["Statement"])

    def held(self, id, state):
        policy = json.loads(self.call.get_policy(FunctionName=state["function"])["Policy"])
        statement = next(statement for statement in policy["Statement"] if statement["Sid"] == id)
        source = next(iter(statement["Condition"].values()))
        return {
            "action": statement["Action"],
            "principal": statement["Principal"]["Service"],
            "sourceArn": next(iter(source.values())),
        }

    def delete(self, id, state):
        self.call.remove_permission(FunctionName=state["function"], StatementId=id)


class FunctionEventInvokeConfig(Written):
    service = "lambda"

    def write(self, inputs):
        self.call.put_function_event_invoke_config(
            FunctionName=inputs["functionName"],
            MaximumRetryAttempts=inputs["maximumRetryAttempts"],
            MaximumEventAgeInSeconds=inputs["maximumEventAgeInSeconds"],
        )
        return inputs["functionName"], {}

    def exists(self, id, state):
        return bool(self.call.get_function_event_invoke_config(FunctionName=id))

    def held(self, id, state):
        found = self.call.get_function_event_invoke_config(FunctionName=id)
        names = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds")
        return {name[0].lower() + name[1:]: found.get(name) for name in names}

    def delete(self, id, state):
        self.call.delete_function_event_invoke_config(FunctionName=id)


class EventSourceMapping(Kind):
    service, outputs = "lambda", ("uuid",)

    @staticmethod
    def settings(inputs):
        return {
            "FunctionName": inputs["functionName"],
            "BatchSize": inputs["batchSize"],
            "FunctionResponseTypes": inputs["functionResponseTypes"],
            "ScalingConfig": {"MaximumConcurrency": inputs["scalingConfig"]["maximumConcurrency"]},
        }

    def create(self, inputs):
        made = self.call.create_event_source_mapping(EventSourceArn=inputs["eventSourceArn"], **self.settings(inputs))
        return made["UUID"], {"uuid": made["UUID"]}

    def update(self, id, inputs, state):
        self.call.update_event_source_mapping(UUID=id, **self.settings(inputs))
        return {}

    def exists(self, id, state):
        return bool(self.call.get_event_source_mapping(UUID=id))

    def held(self, id, state):
        found = self.call.get_event_source_mapping(UUID=id)
        return {
            "batchSize": found["BatchSize"],
            "eventSourceArn": found["EventSourceArn"],
            "functionResponseTypes": found["FunctionResponseTypes"],
            "scalingConfig": {"maximumConcurrency": found.get("ScalingConfig", {}).get("MaximumConcurrency")},
        }

    def tagged(self, id, state):
        return {"Resource": f"arn:aws:lambda:{self.aws.region}:{self.aws.account()}:event-source-mapping:{id}"}

    def delete(self, id, state):
        self.call.delete_event_source_mapping(UUID=id)
        for _ in range(50):
            try:
                self.call.get_event_source_mapping(UUID=id)
            except ClientError as error:
                if is_gone(error):
                    return
                raise
            time.sleep(0.1)
        raise RuntimeError(f"event source mapping {id} is not deleted after five seconds")


KINDS = {
    "aws:cloudwatch/dashboard:Dashboard": Dashboard,
    "aws:cloudwatch/eventRule:EventRule": EventRule,
    "aws:cloudwatch/eventTarget:EventTarget": EventTarget,
    "aws:cloudwatch/logGroup:LogGroup": LogGroup,
    "aws:cloudwatch/metricAlarm:MetricAlarm": MetricAlarm,
    "aws:dynamodb/table:Table": Table,
    "aws:iam/role:Role": Role,
    "aws:iam/rolePolicy:RolePolicy": RolePolicy,
    "aws:kms/alias:Alias": Alias,
    "aws:kms/key:Key": Key,
    "aws:lambda/eventSourceMapping:EventSourceMapping": EventSourceMapping,
    "aws:lambda/function:Function": Function,
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": FunctionEventInvokeConfig,
    "aws:lambda/permission:Permission": Permission,
    "aws:s3/bucket:Bucket": Bucket,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": BucketLifecycleConfiguration,
    "aws:s3/bucketLogging:BucketLogging": BucketLogging,
    "aws:s3/bucketNotification:BucketNotification": BucketNotification,
    "aws:s3/bucketObjectv2:BucketObjectv2": BucketObjectv2,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": BucketOwnershipControls,
    "aws:s3/bucketPolicy:BucketPolicy": BucketPolicy,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": BucketPublicAccessBlock,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
        BucketServerSideEncryptionConfiguration,
    "aws:s3/bucketVersioning:BucketVersioning": BucketVersioning,
    "aws:sns/topic:Topic": Topic,
    "aws:sns/topicPolicy:TopicPolicy": TopicPolicy,
    "aws:sns/topicSubscription:TopicSubscription": TopicSubscription,
    "aws:sqs/queue:Queue": Queue,
    "aws:sqs/queuePolicy:QueuePolicy": QueuePolicy,
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": RedriveAllowPolicy,
}
