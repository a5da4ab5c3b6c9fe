"""What there is in the emulator: one line for each thing, sorted. With a queue: deletes it or sets its visibility, as a user would.

Usage: inventory.py ENDPOINT REGION [QUEUE [SECONDS]]
"""

import sys

from emulated import clients


def main(endpoint: str, region: str, queue: str | None = None, seconds: str | None = None):
    client = clients(endpoint, region)

    def all_of(service, operation, result):
        for page in client(service).get_paginator(operation).paginate():
            yield from page.get(result, [])

    sqs = client("sqs")
    if queue:
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        if seconds:
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": seconds})
        else:
            sqs.delete_queue(QueueUrl=url)
        return
    kms, lambdas, events = client("kms"), client("lambda"), client("events")
    # A key cannot be deleted at once: one that waits for it counts as gone.
    keys = (kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in all_of("kms", "list_keys", "Keys"))
    things = {
        "alarm": [alarm["AlarmName"] for alarm in client("cloudwatch").describe_alarms()["MetricAlarms"]],
        "alias": [alias["AliasName"] for alias in all_of("kms", "list_aliases", "Aliases")],
        "bucket": [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]],
        "dashboard": [entry["DashboardName"] for entry in client("cloudwatch").list_dashboards()["DashboardEntries"]],
        "function": [function["FunctionName"] for function in all_of("lambda", "list_functions", "Functions")],
        "key": [key["Description"] for key in keys if key["KeyState"] != "PendingDeletion"],
        "log group": [group["logGroupName"] for group in all_of("logs", "describe_log_groups", "logGroups")],
        "mapping": [
            f"{mapping['EventSourceArn'].split(':')[-1]} to {mapping['FunctionArn'].split(':')[-1]}"
            for mapping in lambdas.list_event_source_mappings()["EventSourceMappings"]
        ],
        "queue": [url.split("/")[-1] for url in sqs.list_queues().get("QueueUrls", [])],
        "role": [role["RoleName"] for role in all_of("iam", "list_roles", "Roles")],
        "rule": [rule["Name"] for rule in events.list_rules()["Rules"]],
        "table": list(all_of("dynamodb", "list_tables", "TableNames")),
        "topic": [topic["TopicArn"].split(":")[-1] for topic in all_of("sns", "list_topics", "Topics")],
    }
    for kind, names in things.items():
        # AWS's own aliases and roles are not the stack's.
        for name in sorted(names):
            if not name.startswith(("alias/aws/", "AWSServiceRole")):
                print(kind, name)


main(*sys.argv[1:])
