"""What the roles of the functions may do, asked of the emulator, which enforces their policies.

Usage: roles.py ENDPOINT REGION OUTPUTS, the outputs being what `pulumi stack output --json` prints.
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ROLES = {"handler": "bottle", "other": "ctd"}
DENIED = {"AccessDenied", "AccessDeniedException", "AWS.SimpleQueueService.AccessDenied"}


class As:
    """Calls as somebody: the account's owner, or who took a role."""

    def __init__(self, endpoint, region, key="test", secret="test", token=None):
        self.settings = {
            "endpoint_url": endpoint, "region_name": region, "aws_access_key_id": key, "aws_secret_access_key": secret,
            "aws_session_token": token, "config": Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
        }
        self.where = endpoint, region

    def __getattr__(self, service):
        return boto3.client("lambda" if service == "lambda_" else service, **self.settings)

    def function(self, name):
        """Who a function is."""
        role = self.lambda_.get_function_configuration(FunctionName=name)["Role"]
        taken = self.sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        return As(*self.where, taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])


def may(call) -> bool:
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] not in DENIED:
            raise
        return False
    return True


def main(endpoint: str, region: str, outputs: str):
    outputs = json.loads(outputs)
    owner = As(endpoint, region)
    handler, other = (outputs["handlers"][id] for id in ROLES.values())
    data, documents = outputs["dataBucket"], outputs["documentsBucket"]
    key = owner.s3.list_objects_v2(Bucket=data)["Contents"][0]["Key"]

    counters, counter = outputs["countersTable"], {"counter": {"S": "complete"}}

    def put(who, table, **item):
        row = {name: {"S": value} for name, value in item.items()}
        return lambda: who.dynamodb.put_item(TableName=outputs[table], Item=row)

    def receive(who, url):
        return lambda: who.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0)

    def send(who, url):
        return lambda: who.sqs.send_message(QueueUrl=url, MessageBody="{}")

    a_handler = owner.function(handler["function"])
    orchestrator = owner.function(outputs["orchestratorFunction"])
    janitor = owner.function(outputs["orchestratorFunction"].replace("orchestrator", "janitor"))
    cases = [
        (True, "a handler reads the data bucket", lambda: a_handler.s3.get_object(Bucket=data, Key=key)),
        (False, "a handler writes the data bucket", lambda: a_handler.s3.put_object(Bucket=data, Key=key, Body=b"")),
        (False, "a handler deletes from the data bucket", lambda: a_handler.s3.delete_object(Bucket=data, Key=key)),
        (True, "a handler keeps a document", lambda: a_handler.s3.put_object(Bucket=documents, Key="x", Body=b"")),
        (True, "a handler tidies a document away", lambda: a_handler.s3.delete_object(Bucket=documents, Key="x")),
        (True, "a handler takes from its own queue", receive(a_handler, handler["queueUrl"])),
        (False, "a handler takes from another's queue", receive(a_handler, other["queueUrl"])),
        (False, "a handler takes from the dead letters", receive(a_handler, handler["deadLetterQueueUrl"])),
        (False, "a handler sends to the intake", send(a_handler, outputs["intakeQueueUrl"])),
        (True, "a handler writes a review", put(a_handler, "reviewsTable", key="x")),
        (True, "a handler writes a failure", put(a_handler, "failuresTable", key="x", at="y")),
        (True, "a handler changes a counter", lambda: a_handler.dynamodb.update_item(TableName=counters, Key=counter)),
        (False, "a handler scans the counters", lambda: a_handler.dynamodb.scan(TableName=counters)),
        (False, "a handler writes a sweep", put(a_handler, "sweepsTable", sweep="x")),
        (False, "a handler scans the reviews", lambda: a_handler.dynamodb.scan(TableName=outputs["reviewsTable"])),
        (True, "the orchestrator writes a sweep", put(orchestrator, "sweepsTable", sweep="x")),
        (True, "the orchestrator sends to a handler", send(orchestrator, handler["queueUrl"])),
        (False, "the orchestrator takes from a handler's queue", receive(orchestrator, handler["queueUrl"])),
        (True, "the janitor takes from the dead letters", receive(janitor, handler["deadLetterQueueUrl"])),
        (False, "the janitor takes from a handler's queue", receive(janitor, handler["queueUrl"])),
        (False, "the janitor sends to the intake", send(janitor, outputs["intakeQueueUrl"])),
    ]
    wrong = [f"{what}: {'refused' if allowed else 'allowed'}" for allowed, what, call in cases if may(call) != allowed]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"ok: roles may do what they must and no more ({len(cases)} questions)")


main(*sys.argv[1:])
