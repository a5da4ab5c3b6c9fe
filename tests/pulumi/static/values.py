"""Replaces unknown outputs in a plan by example values, so that scanners can read it."""

import re

ACCOUNT, REGION = "123456789012", "eu-central-1"
KEY = "00000000-0000-0000-0000-000000000000"
ARNS = {
    "aws:cloudwatch/eventRule:EventRule": "arn:aws:events:{region}:{account}:rule/{name}",
    "aws:cloudwatch/logGroup:LogGroup": "arn:aws:logs:{region}:{account}:log-group:/aws/lambda/{name}",
    "aws:dynamodb/table:Table": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "aws:iam/role:Role": "arn:aws:iam::{account}:role/{name}-{region}",
    "aws:kms/key:Key": "arn:aws:kms:{region}:{account}:key/" + KEY,
    "aws:lambda/function:Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "aws:s3/bucket:Bucket": "arn:aws:s3:::{name}-0123456",
    "aws:sns/topic:Topic": "arn:aws:sns:{region}:{account}:{name}",
    "aws:sqs/queue:Queue": "arn:aws:sqs:{region}:{account}:{name}",
}


# An output in a plan: `${TYPE::NAME::ATTRIBUTE}`.
OUTPUT = re.compile(r"\$\{([\w:/]+)::([^}]+)::(\w+)\}")


def place(resource: dict) -> str:
    """How a finding names a resource: its type and its name."""
    return f"{resource['type'].split(':')[-1]} {resource['name']}"


def filled(text: str) -> str:
    """The text with an example in the place of each output."""
    return OUTPUT.sub(example, text)


def example(output: re.Match) -> str:
    """An example of an output `${TYPE::NAME::ATTRIBUTE}`."""
    kind, name, attribute = output.groups()
    match attribute, kind:
        case "Arn", _:
            return ARNS[kind].format(region=REGION, account=ACCOUNT, name=name)
        case "Url", _:
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"
        case "Id", "aws:s3/bucket:Bucket":
            return f"{name}-0123456"
        case "Id", "aws:kms/key:Key":
            return KEY
        case "Name", "aws:cloudwatch/logGroup:LogGroup":
            return f"/aws/lambda/{name}"
        case "Name", _:
            return name
    raise ValueError(f"no example of {output[0]}")
