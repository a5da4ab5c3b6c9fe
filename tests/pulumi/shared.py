"""A bucket that others use: it notifies a topic of theirs.

Usage: shared.py ENDPOINT REGION STEP, the step being `make`, `share` (switch EventBridge on, as docs/deploy.md says) or `check` (fail
unless the bucket still notifies the topic and sends its events to EventBridge).
"""

import sys

from emulated import clients

BUCKET, TOPIC = "shared-archive", "theirs"


def main(endpoint: str, region: str, step: str):
    client = clients(endpoint, region)
    s3 = client("s3")
    if step == "make":
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": region})
        topic = client("sns").create_topic(Name=TOPIC)["TopicArn"]
        theirs = {"TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]}
        s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration=theirs)
        return
    found = s3.get_bucket_notification_configuration(Bucket=BUCKET)
    found.pop("ResponseMetadata", None)
    if step == "share":
        s3.put_bucket_notification_configuration(
            Bucket=BUCKET, NotificationConfiguration=found | {"EventBridgeConfiguration": {}}
        )
        return
    topics = [entry["TopicArn"].split(":")[-1] for entry in found.get("TopicConfigurations", [])]
    if topics != [TOPIC] or "EventBridgeConfiguration" not in found:
        sys.exit(f"the notifications of the shared bucket have changed: {found}")


main(*sys.argv[1:])
