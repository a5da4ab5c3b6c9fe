"""Every policy of a plan and of docs/, as parliament reads it: prints a line `RULE | WHERE | DETAIL` for each finding.

Usage: policies.py FOLDER PLAN…; the folder is docs/, a plan what `data-review-pulumi print-plan` prints.
"""

import json
import pathlib
import sys

import parliament

from terraform import parsed
from values import ACCOUNT, filled, place

BUCKET = "my-archive"


def of_plan(path: str):
    for resource in json.loads(pathlib.Path(path).read_text()):
        for name, value in resource["inputs"].items():
            document = parsed(value) if isinstance(value, str) else None
            # A trust policy has no resources, which parliament takes for an error.
            if document and "Statement" in document and name != "assumeRolePolicy":
                yield place(resource), filled(value)


def of_docs(folder: str):
    for path in sorted(pathlib.Path(folder).glob("*-role.json")):
        yield path.name, path.read_text().replace("ACCOUNT", ACCOUNT).replace("DATA-BUCKET", BUCKET)


def findings(where: str, text: str):
    for finding in parliament.analyze_policy_string(text).findings:
        yield f"{finding.issue} | {where} | {finding.detail} {finding.location.get('string', '')}"


def main(folder: str, *plans: str):
    policies = {*of_docs(folder)}.union(*map(of_plan, plans))
    lines = {line for where, text in policies for line in findings(where, text)}
    print("\n".join(sorted(lines)))
    print(f"{len(policies)} policies", file=sys.stderr)


main(*sys.argv[1:])
