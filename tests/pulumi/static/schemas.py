"""The inputs of every resource of a plan, held against the schemas of two packages: names, nesting and types by `pulumi-aws`,
types and ranges by CloudFormation's schemas in `cfn-lint`. Prints a line `RULE | WHERE` for each problem.

Usage: schemas.py PLAN…; a plan is what `data-review-pulumi print-plan` prints.
"""

import json
import pathlib
import sys

import jsonschema
import regex

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "provider"))

import cloudformation
import schema
from values import filled, place

# What a schema of CloudFormation wants, and the provider adds itself.
ADDED = {"AWS::Lambda::EventInvokeConfig": {"Qualifier": "$LATEST"}}
# For ever, which CloudFormation says by leaving it out.
FOR_EVER = {"AWS::Logs::LogGroup": {"RetentionInDays": 0}}


def known(value):
    """The value with an example in the place of each output."""
    if isinstance(value, str):
        return filled(value)
    if isinstance(value, dict):
        return {name: known(inner) for name, inner in value.items()}
    return [known(inner) for inner in value] if isinstance(value, list) else value


def pattern(validator, wanted, value, _):
    """Patterns use classes of characters that Python's own module does not know."""
    if validator.is_type(value, "string") and not regex.search(wanted, value):
        yield jsonschema.ValidationError(f"{value!r} does not match {wanted!r}")


Validator = jsonschema.validators.extend(jsonschema.Draft7Validator, {"pattern": pattern})


def of_cloudformation(kind: str, inputs: dict):
    if kind == cloudformation.OBJECT:
        return
    theirs = cloudformation.TYPES[kind][0]
    properties = cloudformation.converted(kind, inputs) | ADDED.get(theirs, {})
    for name, value in FOR_EVER.get(theirs, {}).items():
        if properties.get(name) == value:
            del properties[name]
    for error in Validator(cloudformation.schema(theirs)).iter_errors(properties):
        yield f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"


def main(*plans: str):
    lines, count = set(), 0
    for plan in plans:
        for resource in json.loads(pathlib.Path(plan).read_text()):
            kind, where = resource["type"], place(resource)
            inputs = known(resource["inputs"])
            lines |= {f"provider | {where} {name}: {why}" for name, why in schema.problems(kind, inputs)}
            lines |= {f"cloudformation | {where} {why}" for why in of_cloudformation(kind, inputs)}
            count += 1
    if lines:
        print("\n".join(sorted(lines)))
    print(f"schemas: {count} resources", file=sys.stderr)


main(*sys.argv[1:])
