"""Reads tables with pandas: peer.py FOLDER OPTIONS

Each line of OPTIONS names a file below FOLDER and, behind a tab, what a person tells pandas about it, as JSON: options of
read_csv, and `units_line` (from 1) and `decimal_comma`. Prints one JSON object per table: names, units, rows, and of each column of
numbers count, least, greatest and mean.
"""
import json, math, sys
from pathlib import Path

import pandas as pd

MISSING = {"", "na", "n/a", "nan", "null", "none", "nd", "mm", "-", "--", "---", ".", "?"}
folder = Path(sys.argv[1])


def figures(column, decimal_comma):
    values = []
    for cell in column:
        text = str(cell).strip()
        if text.lower() in MISSING:
            continue
        try:
            value = float(text.replace(",", ".") if decimal_comma else text)
        except ValueError:
            return None
        if not math.isfinite(value):
            return None
        values.append(value)
    if not values:
        return None
    return {"count": len(values), "min": min(values), "max": max(values), "mean": math.fsum(values) / len(values)}


for line in Path(sys.argv[2]).read_text("utf-8").splitlines():
    if not line or line.startswith("#"):
        continue
    name, options = line.split("\t", 1)
    options = json.loads(options)
    units_line, decimal_comma = options.pop("units_line", None), options.pop("decimal_comma", False)
    # A range of lines from 0: `"1-100"`.
    if isinstance(options.get("skiprows"), str):
        first, last = map(int, options["skiprows"].split("-"))
        options["skiprows"] = range(first, last + 1)
    if units_line is not None:
        text = (folder / name).read_text(options.get("encoding", "utf-8")).splitlines()[units_line - 1]
        units = text.lstrip("#").split() if options.get("sep") == r"\s+" else text.split(options.get("sep", ","))
    else:
        units = None
    table = pd.read_csv(folder / name, dtype=str, keep_default_na=False, index_col=False, **options)
    table = table.fillna("")
    table = table[table.apply(lambda row: any(str(cell).strip() for cell in row), axis=1)]
    print(json.dumps({
        "file": name,
        "names": None if options.get("header", 0) is None else [str(each).strip() for each in table.columns],
        "units": units,
        "rows": len(table),
        "numbers": [figures(table.iloc[:, at], decimal_comma) for at in range(table.shape[1])],
    }))
