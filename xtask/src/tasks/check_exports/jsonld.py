"""Has mlcroissant validate the JSON-LD and load its records, and compares them with the store."""

import json
import logging
import pathlib
import sqlite3
import sys

import mlcroissant

store, folder = sys.argv[1], pathlib.Path(sys.argv[2])
sqlite = sqlite3.connect(store)
path = folder / "dataset.jsonld"
text = path.read_text()
assert "<" not in text, "a page can hold the text in a script"
document = json.loads(text)
logging.disable(logging.WARNING)
dataset = mlcroissant.Dataset(str(path))
issues = dataset.metadata.ctx.issues
assert not issues.errors, issues.report()
assert dataset.metadata.ctx.is_v1_1()

files = sqlite.execute("SELECT count(*) FROM files WHERE outcome = 'reviewed' AND sha256 IS NOT NULL").fetchone()[0]
assert len(dataset.metadata.distribution) == files
digests = {row[0] for row in sqlite.execute("SELECT sha256 FROM files WHERE outcome = 'reviewed'")}
assert {file.sha256 for file in dataset.metadata.distribution} == digests

expected = {
    row[:5]: row[5:]
    for row in sqlite.execute(
        """SELECT name, unit, standard_name, flag_scheme, flag.key, count(*), sum(flag.value)
           FROM variables JOIN files USING (file_id), json_each(flags) AS flag
           WHERE outcome = 'reviewed' GROUP BY 1, 2, 3, 4, 5"""
    )
}


def plain(value):
    return value.decode() if isinstance(value, bytes) else value


found = {}
for row in dataset.records("flags"):
    row = {name.split("/")[1]: plain(value) for name, value in row.items()}
    identity = tuple(row[name] for name in ["variable", "unit", "standard_name", "flag_scheme", "flag"])
    found[identity] = row["files"], row["cells"]
assert found == expected and found, [
    (key, found.get(key), expected.get(key)) for key in found.keys() | expected if found.get(key) != expected.get(key)
][:3]
names = {row[0] for row in sqlite.execute("SELECT name FROM variables JOIN files USING (file_id) WHERE outcome = 'reviewed'")}
assert {variable["name"] for variable in document["variableMeasured"]} == names
print(f"JSON-LD: {files} files, {len(names)} names of variables, {len(found)} rows of flags")
