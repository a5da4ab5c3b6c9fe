"""Parses datasets.xml with lxml, and compares every dataset with the files as netCDF4, and pandas by the options of the dataset,
read them."""

import datetime
import hashlib
import io
import math
import os
import pathlib
import re
import sqlite3
import sys

import netCDF4
import numpy
import pandas
from lxml import etree

store, folder = sys.argv[1], pathlib.Path(sys.argv[2])
sqlite = sqlite3.connect(store)
# What ERDDAP's documentation of datasets.xml lists for these types of datasets.
TAGS = {
    "dataset": {"type", "datasetID", "active"},
    "att": {"name", "type"},
    **dict.fromkeys(
        """erddapDatasets reloadEveryNMinutes updateEveryNMillis cacheFromUrl fileDir fileNameRegex recursive pathRegex
        metadataFrom matchAxisNDigits standardizeWhat removeMVRows charset skipLinesRegex columnNamesRow firstDataRow fileTableInMemory addAttributes axisVariable dataVariable
        sourceName destinationName dataType""".split(),
        set(),
    ),
}
REQUIRED = {"cdm_data_type", "infoUrl", "institution", "license", "sourceUrl", "summary", "title"}
TYPES = {"i1": "byte", "u1": "ubyte", "i2": "short", "u2": "ushort", "i4": "int", "u4": "uint", "i8": "long", "u8": "ulong", "f4": "float", "f8": "double"}

# What ERDDAP's table of patterns says, for pandas.
PATTERNS = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S", "S": "%f", "SS": "%f", "SSS": "%f", "Z": "Z"}


def separator(lines):
    """What ERDDAP takes for the separator: the character that is frequent in each of the first lines."""
    counts = {mark: math.prod(line.count(mark) for line in lines) for mark in "\t,;"}
    return next((mark for mark, count in counts.items() if 1 <= count == max(counts.values())), " ")


def time_format(units):
    return re.sub("'([^']*)'|([A-Za-z])\\2*", lambda part: PATTERNS[part[0]] if part[2] else part[1], units)


def check_table(dataset, path):
    """Compares a table of text with the store. Returns the names of columns with each stated fill that occurs."""
    row = sqlite.execute(
        "SELECT file_id, observations, time_first FROM files JOIN roots USING (root_id) WHERE sha256 = ?", [digest(path)]
    ).fetchone()
    assert row, f"{path} was not reviewed"
    file, observations, first = row
    skipped = re.compile(dataset.findtext("skipLinesRegex"))
    with open(path, encoding=dataset.findtext("charset"), newline=None) as source:
        lines = [line for line in source.read().split("\n") if not skipped.fullmatch(line)]
    names_row, first_row = int(dataset.findtext("columnNamesRow")) - 1, int(dataset.findtext("firstDataRow")) - 1
    mark = separator(lines[first_row : first_row + 2])
    assert mark == separator(lines[first_row : first_row + 3]), path
    text = "\n".join([lines[names_row], *lines[first_row:]])
    quotes = {} if mark == "," else {"quoting": 3}
    frame = pandas.read_csv(io.StringIO(text), sep=mark, dtype=str, keep_default_na=False, index_col=False, **quotes)
    frame.columns = frame.columns.str.strip()
    assert len(frame) == observations == len(lines) - first_row, (path, len(frame), observations)
    occurring = set()
    for element in dataset.iter("dataVariable"):
        name, of_type = element.findtext("sourceName"), element.findtext("dataType")
        assert name in frame.columns, (path, name)
        cells = frame[name].str.strip()
        known = sqlite.execute(
            """SELECT count, missing, dtype, unit, quantity_unit, unit_scale, unit_offset, min, max FROM variables
               WHERE file_id = ? AND name = ?""",
            [file, name],
        ).fetchone()
        units = element.xpath("string(addAttributes/att[@name='units'])")
        if of_type == "String":
            assert not element.xpath("addAttributes/att[@name='missing_value' or @name='_FillValue']"), (path, name)
            if units:
                times = pandas.to_datetime(cells[cells != ""], format=time_format(units), errors="raise", utc=True)
                if element.findtext("destinationName") == "time" and first is not None:
                    moment = datetime.datetime.fromisoformat(first)
                    assert times.min() == moment if moment.tzinfo else times.min().date() == moment.date(), (path, name, first)
            continue
        numbers = cells.map(number)
        numbers = numbers[numpy.isfinite(numbers)]
        if of_type in ("int", "long"):
            assert (numbers == numbers.round()).all() and (numbers.abs() < (2**31 - 1 if of_type == "int" else 2**63)).all(), (path, name)
        fills = {float(fill.text) for fill in element.xpath("addAttributes/att[@name='missing_value' or @name='_FillValue']")}
        assert all(fill.get("type") == of_type for fill in element.xpath("addAttributes/att[@type]"))
        occurring |= {(name, fill) for fill in fills if (numbers == fill).any()}
        if known is None:
            # Flags.
            assert of_type == "int" and name.endswith("_FLAG_W"), (path, name)
            continue
        count, missing, dtype, unit, quantity_unit, scale, offset, least, greatest = known
        assert dtype in ("integer", "decimal"), (path, name, dtype)
        position = {"longitude": "degrees_east", "latitude": "degrees_north"}
        same = (scale, offset) == (1, 0) and units == quantity_unit
        assert same or units == (unit or position.get(element.findtext("destinationName"), "")), (path, name, units, known)
        # The review counts some fills as values, others as missing.
        kept = numbers[~numbers.isin(fills)]
        assert len(kept) <= count <= len(numbers), (path, name, len(kept), count, len(numbers))
        if len(kept) == count and count > 0:
            assert (kept.min(), kept.max()) == (least, greatest), (path, name)
    return occurring


def number(cell):
    """As Java reads it; pandas rounds the last digit of some."""
    try:
        return float(cell) if "_" not in cell else math.nan
    except ValueError:
        return math.nan


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


tree = etree.parse(str(folder / "datasets.xml"), etree.XMLParser(resolve_entities=False))
for element in tree.getroot().iter():
    assert element.tag in TAGS and set(element.attrib) <= TAGS[element.tag], (element.tag, dict(element.attrib))
files = grids = texts = 0
seen, ids, stated, occurring = set(), set(), set(), set()
for dataset in tree.getroot():
    assert re.fullmatch("[A-Za-z][A-Za-z0-9_.-]*", dataset.get("datasetID")) and dataset.get("datasetID") not in ids
    ids.add(dataset.get("datasetID"))
    attributes = {att.get("name"): att.text for att in dataset.find("addAttributes")}
    assert REQUIRED <= set(attributes) and all(attributes.values()), attributes
    names = [element.text for element in dataset.iter("destinationName")]
    assert len(set(names)) == len(names) and all(re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name) for name in names), names
    regex = re.compile(dataset.findtext("fileNameRegex"))
    directory = dataset.findtext("fileDir")
    assert directory.startswith("/") and directory.endswith("/"), directory
    folders = os.walk(directory) if dataset.findtext("recursive") == "true" else [next(os.walk(directory))]
    matched = [os.path.join(where, name) for where, _, found in folders for name in found if regex.fullmatch(name)]
    assert matched, (directory, regex)
    is_grid = dataset.get("type") == "EDDGridFromNcFiles"
    grids += is_grid
    # Datasets of one group in several directories have the fills of all.
    group = re.sub("_[0-9]+$", "", dataset.get("datasetID"))
    stated |= {
        (group, element.findtext("sourceName"), float(fill.text))
        for element in dataset.iter("dataVariable")
        for fill in element.xpath("addAttributes/att[@type]")
    }
    for path in matched:
        if dataset.get("type") == "EDDTableFromAsciiFiles":
            occurring |= {(group, *fill) for fill in check_table(dataset, path)}
            texts += 1
            continue
        with netCDF4.Dataset(path) as source:
            source.set_auto_maskandscale(False)
            axes = [axis.findtext("sourceName") for axis in dataset.iter("axisVariable")]
            widest = ()
            for element in dataset.iter("dataVariable"):
                variable = source.variables[element.findtext("sourceName")]
                of_type = element.findtext("dataType")
                if variable.dtype is str:
                    assert of_type == "String", (path, variable.name, of_type)
                elif variable.dtype.kind == "S":
                    # The last dimension of characters is the length of texts.
                    assert of_type in ("char", "String"), (path, variable.name, of_type)
                else:
                    # Classic files have unsigned bytes as an attribute, which ERDDAP obeys.
                    is_unsigned = str(getattr(variable, "_Unsigned", "")).lower() == "true"
                    name = variable.dtype.str[1:].replace("i", "u") if is_unsigned else variable.dtype.str[1:]
                    assert TYPES[name] == of_type, (path, variable.name, of_type, variable.dtype)
                units = element.xpath("addAttributes/att[@name='units']/text()")
                assert not units or units[0].strip() == str(getattr(variable, "units", "")).strip(), (path, variable.name, units)
                for fill in element.xpath("addAttributes/att[@type]"):
                    value = numpy.asarray(float(fill.text)).astype(variable.dtype)
                    assert fill.get("type") == of_type, (path, variable.name, fill.text)
                    if (variable[...] == value).any():
                        occurring.add((group, variable.name, float(fill.text)))
                if is_grid:
                    assert list(variable.dimensions) == axes, (path, variable.name, variable.dimensions)
                widest = max(widest, variable.dimensions, key=len)
            for axis in axes:
                assert source.variables[axis].dimensions == (axis,), (path, axis)
            for element in [*dataset.iter("axisVariable"), *dataset.iter("dataVariable")]:
                variable, name = source.variables[element.findtext("sourceName")], element.findtext("destinationName")
                units = str(getattr(variable, "units", ""))
                if name == "time":
                    assert " since " in units, (path, units)
                if name in ("longitude", "latitude"):
                    assert units.startswith("degree"), (path, name, units)
        seen.add(os.path.realpath(path))
        files += 1
assert stated == occurring, stated - occurring
expected = sqlite.execute("SELECT count(*) FROM files WHERE handler = 'netcdf' AND outcome = 'reviewed'").fetchone()[0]
assert files >= len(seen) > 0 and grids > 0 and len(seen) <= expected, (files, len(seen), expected)
tables = sqlite.execute("SELECT count(*) FROM files WHERE handler IN ('csv', 'bottle', 'ctd') AND outcome = 'reviewed'").fetchone()[0]
assert 5 < texts <= tables, (texts, tables)
print(
    f"ERDDAP: {len(ids)} datasets, {grids} of them grids, over {len(seen)} of {expected} netCDF files and {texts} of {tables} tables"
)
