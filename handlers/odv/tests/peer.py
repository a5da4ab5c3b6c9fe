"""What pandas makes of spreadsheets, and pyodv of those with SeaDataNet's header: a line of JSON for each path.

The rules of the README are applied here once more, and shared with nothing: comments out, metadata once a station, cells to numbers.
"""

import io
import json
import re
import sys

import pandas as pd
import pyodv

IDENTITY = re.compile(r"cruise|station|type|yyyy-mm-dd|mon/day/yr|hh:mm|lon|lat", re.I)
METADATA = re.compile(IDENTITY.pattern + r"|bot\. depth|.*:METAVAR|local_cdi_id|edmo_code|operator", re.I)
BESIDE = re.compile(r"QV:|QF|hh:mm")


def read(path):
    data = open(path, "rb").read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    labels, *lines = [line for line in text.splitlines() if line.strip() and not line.startswith("//")]
    separator = "\t" if "\t" in labels else ";"
    names = labels.split(separator)
    fills = re.findall(r"<MissingDataValues>(.*)</", text)
    table = pd.read_csv(
        io.StringIO("\n".join(line for line in lines if line != labels)), sep=separator, names=range(len(names)), dtype=str,
        keep_default_na=False, na_values=["", "1.e10"] + " ".join(fills).split(), engine="python", index_col=False,
        on_bad_lines=lambda cells: cells[: len(names)],
    )
    return text, names, table


def begins(table, identity):
    """Whether a station begins, for each row."""
    held = {}
    for _, row in table[identity].iterrows():
        said = row.dropna().to_dict()
        is_new = not held or any(held.get(at) != cell for at, cell in said.items())
        held = said if is_new else held
        yield is_new


def column(cells):
    numbers = pd.to_numeric(cells.str.replace(",", ".", regex=False), errors="coerce").dropna()
    some = len(numbers) > 0
    return {
        "total": len(cells), "missing": int(cells.isna().sum()), "numbers": len(numbers), "mean": numbers.mean() if some else None,
        "min": numbers.min() if some else None, "max": numbers.max() if some else None,
    }


def figures(path):
    text, names, table = read(path)
    first = list(begins(table, [at for at, name in enumerate(names) if IDENTITY.match(name)]))
    variables = {at: name for at, name in enumerate(names) if not BESIDE.match(name)}
    columns = {at + 1: column(table.loc[first, at] if METADATA.match(name) else table[at]) for at, name in variables.items()}
    terms = []
    if "SDN_parameter_mapping" in text:
        other = pyodv.ODV_Struct(path)
        assert other.odv_df.shape == table.shape, f"pyodv has {other.odv_df.shape}"
        terms = [term["object"] for term in other.params]
    return {"rows": len(table), "stations": sum(first), "columns": columns, "terms": terms}


for path in sys.argv[1:]:
    print(json.dumps(figures(path), default=float))
