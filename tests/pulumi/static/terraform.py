"""The plan of the stack as Terraform HCL, for scanners that read that: Checkov drops checks on the JSON form.

Usage: terraform.py PLAN FOLDER; the plan is what `data-review-pulumi print-plan` prints.
"""

import json
import pathlib
import re
import sys

from values import OUTPUT

# Resource types whose names are not regular.
TYPES = {
    "aws:s3/bucketObjectv2:BucketObjectv2": "aws_s3_object",
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": "aws_sqs_queue_redrive_allow_policy",
}
# Arguments whose names are not regular, by type; lists of blocks have the singular.
ARGUMENTS = {
    "aws_budgets_budget": {"notifications": "notification"},
    "aws_cloudwatch_metric_alarm": {"name": "alarm_name"},
    "aws_dynamodb_table": {
        "attributes": "attribute", "globalSecondaryIndexes": "global_secondary_index", "keySchemas": "key_schema",
    },
    "aws_lambda_function": {"name": "function_name", "code": "filename"},
    "aws_lambda_permission": {"function": "function_name"},
    "aws_s3_bucket_lifecycle_configuration": {"rules": "rule"},
    "aws_s3_bucket_notification": {"queues": "queue"},
    "aws_s3_bucket_server_side_encryption_configuration": {"rules": "rule"},
}
# Objects that are values: all others are blocks.
MAPS = {"dimensions", "tags", "variables"}


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: f"_{found[1].lower()}", name)


def type_of(kind: str) -> str:
    """The type in Terraform: `aws:sqs/queue:Queue` is `aws_sqs_queue`."""
    module, name = kind.split(":")[1].split("/")
    return TYPES.get(kind) or f"aws_{module}_{snake(name)}"


def label(name: str) -> str:
    return re.sub(r"[^\w-]", "_", name)


def argument(kind: str, name: str) -> str:
    return ARGUMENTS.get(kind, {}).get(name) or snake(name)


def reference(found: re.Match) -> str:
    kind = type_of(found[1])
    return f"{kind}.{label(found[2])}.{argument(kind, found[3].lower())}"


def parsed(text: str):
    """The object in a JSON text, such as a policy."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def expression(value) -> str:
    if isinstance(value, dict) and "path" in value:
        return json.dumps(value["path"])
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name)} = {expression(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(expression, value)) + "]"
    if not isinstance(value, str):
        return json.dumps(value)
    if whole := OUTPUT.fullmatch(value):
        return reference(whole)
    if (inner := parsed(value)) is not None:
        return f"jsonencode({expression(inner)})"
    return OUTPUT.sub(lambda found: "${" + reference(found) + "}", json.dumps(value, ensure_ascii=False))


def body(kind: str, values: dict, indent: str):
    for name, value in values.items():
        blocks = value if isinstance(value, list) else [value]
        if name not in MAPS and blocks and all(isinstance(block, dict) and "path" not in block for block in blocks):
            for block in blocks:
                yield f"{indent}{argument(kind, name)} {{"
                yield from body(kind, block, indent + "  ")
                yield f"{indent}}}"
        else:
            yield f"{indent}{argument(kind, name)} = {expression(value)}"


def hcl(plan: list[dict]) -> str:
    lines = []
    for resource in plan:
        kind = type_of(resource["type"])
        lines += [f'resource "{kind}" "{label(resource["name"])}" {{', *body(kind, resource["inputs"], "  "), "}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.tf").write_text(hcl(json.loads(pathlib.Path(sys.argv[1]).read_text())))
