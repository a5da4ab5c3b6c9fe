"""Has every object of the data bucket looked at by the stack's own Lambdas, and waits until each is reviewed.

Usage: through.py ENDPOINT REGION OUTPUTS, the outputs being what `pulumi stack output --json` prints.
"""

import collections
import json
import sys
import time

from emulated import clients

LIMIT_SECONDS = 240
# The emulator asks for a right of this name where AWS asks for `sqs:SendMessage`.
EXTRA = {"Effect": "Allow", "Action": "sqs:SendMessageBatch", "Resource": "*"}


def main(endpoint: str, region: str, outputs: str):
    outputs = json.loads(outputs)
    client = clients(endpoint, region)
    iam, lambdas, dynamodb = client("iam"), client("lambda"), client("dynamodb")
    orchestrator = outputs["orchestratorFunction"]
    role = lambdas.get_function_configuration(FunctionName=orchestrator)["Role"].rpartition("/")[2]
    extra = {"RoleName": role, "PolicyName": "emulator"}
    iam.put_role_policy(PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [EXTRA]}), **extra)
    try:
        request = json.dumps({"sweep": {"prefix": ""}})
        answer = lambdas.invoke(FunctionName=orchestrator, Payload=request)
        if "FunctionError" in answer:
            sys.exit(f"the orchestrator: {answer['Payload'].read().decode()}")
        keys = {entry["Key"] for entry in client("s3").list_objects_v2(Bucket=outputs["dataBucket"])["Contents"]}
        end = time.monotonic() + LIMIT_SECONDS
        reviewed = set()
        while reviewed != keys:
            if time.monotonic() > end:
                sys.exit(f"after {LIMIT_SECONDS} s there is no review of {sorted(keys - reviewed)}")
            rows = dynamodb.scan(TableName=outputs["reviewsTable"])["Items"]
            reviewed = {row["key"]["S"] for row in rows if row.get("outcome", {}).get("S") == "reviewed"}
            time.sleep(0.5)
    finally:
        iam.delete_role_policy(**extra)
    folders = collections.Counter(key.split("/")[0] for key in keys)
    counts = ", ".join(f"{count} {folder}" for folder, count in sorted(folders.items()))
    print(f"ok: {len(keys)} files went through to {outputs['reviewsTable']} ({counts})")


main(*sys.argv[1:])
