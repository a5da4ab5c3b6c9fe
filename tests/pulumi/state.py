"""Checks the bucket and the key that `.ci/deploy` made for the state: fails unless they are as docs/deploy.md says.

Usage: state.py ENDPOINT REGION
"""

import json
import sys

from emulated import clients

PREFIX = "data-review-state-"


def main(endpoint: str, region: str):
    client = clients(endpoint, region)
    s3, kms = client("s3"), client("kms")
    keys = [alias["TargetKeyId"] for alias in kms.list_aliases()["Aliases"] if alias["AliasName"] == "alias/data-review-state"]
    buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"] if bucket["Name"].startswith(PREFIX)]
    if len(keys) != 1 or buckets != [PREFIX + keys[0]]:
        sys.exit(f"expected one key and a bucket that is named after it, found {keys} and {buckets}")
    key, bucket = keys[0], {"Bucket": buckets[0]}
    encryption = s3.get_bucket_encryption(**bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
    block = s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"]
    rule = s3.get_bucket_lifecycle_configuration(**bucket)["Rules"][0]
    [statement] = json.loads(s3.get_bucket_policy(**bucket)["Policy"])["Statement"]
    facts = {
        "the key rotates": kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"],
        "the bucket is encrypted with it": encryption["ApplyServerSideEncryptionByDefault"]
        == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key},
        "public access is blocked in all four ways": len(block) == 4 and all(block.values()),
        "replaced versions are kept": s3.get_bucket_versioning(**bucket).get("Status") == "Enabled",
        "and expire": rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 365}
        and "DaysAfterInitiation" in rule["AbortIncompleteMultipartUpload"],
        "plain HTTP is rejected": (statement["Effect"], statement["Principal"], statement["Action"], statement["Condition"])
        == ("Deny", "*", "s3:*", {"Bool": {"aws:SecureTransport": "false"}})
        and len(statement["Resource"]) == 2,
    }
    if wrong := [fact for fact, holds in facts.items() if not holds]:
        sys.exit(f"of the state's bucket {buckets[0]} it does not hold that: {', '.join(wrong)}")


main(*sys.argv[1:])
