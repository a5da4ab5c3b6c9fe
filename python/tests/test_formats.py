"""SARIF and JUnit XML are valid by the schemas that others publish, whatever files are called."""

import json
import os
import subprocess
from pathlib import Path

import jsonschema
import pytest
from conftest import RAGGED, TABLE
from lxml import etree

import data_review

HOSTILE = [b"a\nb::error file=x::.csv", b"100%,a:b.csv", b"\x1b[31m]]>\"'<&.csv", b"caf\xe9.csv", "\u202er.csv".encode()]


@pytest.fixture
def hostile(folder: Path) -> Path:
    for name in HOSTILE:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(RAGGED)
    hostile = "sta\x1b[31mtion,de]]>pth,<&\"'>\n" + TABLE.partition("\n")[2] + "\x07]]>,x\n"
    (folder / "cells.csv").write_text(hostile)
    return folder


def printed(folder: Path, form: str) -> bytes:
    command = [data_review.find_program(), "review", "--quiet", "--db", "formats.db", "--output-format", form, str(folder)]
    run = subprocess.run(command, capture_output=True, check=False, cwd=folder.parent)
    assert run.returncode == 1, run.stderr.decode("utf-8", "replace")
    return run.stdout


def test_sarif(hostile: Path, test_data: Path, schemas: Path) -> None:
    schema = json.loads((schemas / "sarif-2.1.0.json").read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    for folder in [hostile, test_data]:
        command = [data_review.find_program(), "review", "--quiet", "--db", str(hostile.parent / "s.db"), str(folder)]
        run = subprocess.run([*command, "--output-format", "sarif"], capture_output=True, check=False)
        log = json.loads(run.stdout)
        assert [error.message for error in validator.iter_errors(log)] == []
        assert len(log["runs"][0]["results"]) > len(HOSTILE)
    log = json.loads(printed(hostile, "sarif"))
    short = [result for result in log["runs"][0]["results"] if result["ruleId"] == "short-row"]
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in short}
    assert "in/a%0Ab%3A%3Aerror%20file%3Dx%3A%3A.csv" in uris
    assert "in/caf%E9.csv" in uris


def test_junit(hostile: Path, schemas: Path) -> None:
    schema = etree.XMLSchema(etree.parse(schemas / "junit-10.xsd"))
    text = printed(hostile, "junit")
    document = etree.fromstring(text)
    schema.assertValid(document)
    suites = document.findall("testsuite")
    assert len(suites) == len(list(hostile.iterdir()))
    for suite in suites:
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
        assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
    (right,) = (suite for suite in suites if suite.get("name") == "in/right.csv")
    assert (right.get("tests"), right.get("failures")) == ("1", "0")


def test_annotations_are_one_line_each(hostile: Path) -> None:
    lines = printed(hostile, "github").decode().split("\n")
    assert lines.pop() == ""
    assert all(line.startswith("::") for line in lines)
    assert sum("(short-row)" in line for line in lines) >= len(HOSTILE) + 1
