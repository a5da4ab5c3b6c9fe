"""Compares udunits with the C library of UDUNITS-2, as cf-units carries it.

Arguments: the table of standard names (Rust source), documents of the sample files, a document a line.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import cf_units
from cf_units import _udunits2 as ud

SYSTEM = cf_units._ud_system


def theirs(text):
    try:
        return ud.parse(SYSTEM, text.strip().encode(), ud.UT_UTF8)
    except Exception:
        return None


def ours(texts):
    """Each text in base units; None where it is refused."""
    command = ["cargo", "run", "--quiet", "--package", "udunits", "--example", "parse"]
    run = subprocess.run(command, input="\n".join(texts) + "\n", capture_output=True, encoding="utf-8", check=True)
    lines = run.stdout.split("\n")[:-1]
    assert len(lines) == len(texts)
    said = [line[len(text) + 1 :] for text, line in zip(texts, lines)]
    return [None if text.startswith("error") else text for text in said]


def same(one, other):
    if not ud.are_convertible(one, other):
        return False
    convert = ud.get_converter(one, other)
    return all(abs(ud.convert_double(convert, value) - value) <= 1e-9 * max(abs(value), 1.0) for value in (0.0, 1.0, 7.5))


def main(table, documents):
    units = set(re.findall(r'^    \("[^"]*", "([^"]*)"\),$', Path(table).read_text("utf-8"), re.MULTILINE))
    for line in Path(documents).read_text("utf-8").split("\n"):
        if line:
            units.update(variable["unit"] for variable in json.loads(line)["variables"] if variable["unit"])
    texts = sorted(unit for unit in units if not re.search(r"[\n\r\0]", unit))
    wrong, valid = [], 0
    for text, mine in zip(texts, ours(texts)):
        peer = theirs(text)
        valid += peer is not None
        if (peer is None) != (mine is None):
            wrong.append(f"{text!r}: {mine or 'refused'} here, {'valid' if peer else 'refused'} there")
        elif peer is not None and not same(peer, theirs(mine)):
            wrong.append(f"{text!r}: {mine} here, {ud.format(peer)} there")
    print("".join(f"{line}\n" for line in wrong), end="")
    print(f"{len(texts)} units, {valid} valid, {len(wrong)} differ")
    sys.exit(bool(wrong) or len(texts) < 100)


main(*sys.argv[1:])
