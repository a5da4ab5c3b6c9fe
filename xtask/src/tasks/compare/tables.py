"""Counts the tables of the Pollock benchmark whose rows and columns a reader finds: tables.py BINARY FOLDER...

Each FOLDER holds `csv/` (the files), `clean/` (what they mean) and `parameters/`. Rows of nothing but delimiters do not count, the
rows of the header are those of `parameters/`. Prints a table in Markdown with one row per reader.
"""
import csv, json, subprocess, sys, tempfile
from pathlib import Path

import clevercsv
import duckdb
import pandas
import polars

csv.field_size_limit(1 << 30)


def wanted(folder, name):
    """Rows and columns of a clean file."""
    with open(folder / "clean" / name, encoding="utf-8", errors="replace", newline="") as file:
        rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    header = int(json.loads((folder / "parameters" / f"{name}_parameters.json").read_text("utf-8")).get("header_lines", 1))
    return max(len(rows) - header, 0), max(map(len, rows), default=0)


def ours(binary, folder):
    with tempfile.TemporaryDirectory() as scratch:
        command = [binary, "review", str(folder / "csv"), "--db", f"{scratch}/x.db", "--json"]
        output = subprocess.run(command, capture_output=True, encoding="utf-8").stdout
    documents = [json.loads(line) for line in output.splitlines()]
    reviewed = (each for each in documents if each["outcome"] == "reviewed")
    return {each["file"]["key"].split("/")[-1]: (each["observations"], len(each["variables"])) for each in reviewed}


def rows_of_clevercsv(path):
    rows = clevercsv.wrappers.read_table(str(path), num_chars=100_000)
    return max(len(rows) - 1, 0), max(map(len, rows), default=0)


TOLERANT = {"ignore_errors": True, "null_padding": True, "strict_mode": False, "all_varchar": True}
READERS = {
    f"DuckDB {duckdb.__version__}": lambda path: duckdb.read_csv(str(path)).shape,
    "the same, all tolerant options on": lambda path: duckdb.read_csv(str(path), **TOLERANT).shape,
    f"polars {polars.__version__}": lambda path: polars.read_csv(path).shape,
    f"pandas {pandas.__version__}": lambda path: pandas.read_csv(path).shape,
    f"CleverCSV {clevercsv.__version__}": rows_of_clevercsv,
}


def answer(reader, path):
    try:
        return tuple(reader(path))
    except Exception:
        return None


folders = [Path(each) for each in sys.argv[2:]]
cases = [{path.name: wanted(folder, path.name) for path in sorted((folder / "csv").iterdir())} for folder in folders]
print("| | " + " | ".join(f"{folder.name}, of {len(case)}" for folder, case in zip(folders, cases)) + " |")
print("|---" * (len(folders) + 1) + "|")
lines = {"Data Review": [ours(sys.argv[1], folder) for folder in folders]}
for name, reader in READERS.items():
    lines[name] = [{each: answer(reader, folder / "csv" / each) for each in case} for folder, case in zip(folders, cases)]
for name, answers in lines.items():
    right = [sum(found.get(each) == want for each, want in case.items()) for found, case in zip(answers, cases)]
    print(f"| {name} | " + " | ".join(map(str, right)) + " |")
