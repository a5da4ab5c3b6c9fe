"""Parses datasets.xml with lxml, and compares every dataset with the files as netCDF4 reads them."""

import os
import pathlib
import re
import sqlite3
import sys

import netCDF4
import numpy
from lxml import etree

store, folder = sys.argv[1], pathlib.Path(sys.argv[2])
sqlite = sqlite3.connect(store)
# What ERDDAP's documentation of datasets.xml lists for these types of datasets.
TAGS = {
    "dataset": {"type", "datasetID", "active"},
    "att": {"name", "type"},
    **dict.fromkeys(
        """erddapDatasets reloadEveryNMinutes updateEveryNMillis cacheFromUrl fileDir fileNameRegex recursive pathRegex
        metadataFrom matchAxisNDigits standardizeWhat removeMVRows fileTableInMemory addAttributes axisVariable dataVariable
        sourceName destinationName dataType""".split(),
        set(),
    ),
}
REQUIRED = {"cdm_data_type", "infoUrl", "institution", "license", "sourceUrl", "summary", "title"}
TYPES = {"i1": "byte", "u1": "ubyte", "i2": "short", "u2": "ushort", "i4": "int", "u4": "uint", "i8": "long", "u8": "ulong", "f4": "float", "f8": "double"}

tree = etree.parse(str(folder / "datasets.xml"), etree.XMLParser(resolve_entities=False))
for element in tree.getroot().iter():
    assert element.tag in TAGS and set(element.attrib) <= TAGS[element.tag], (element.tag, dict(element.attrib))
files = grids = 0
seen, ids = set(), set()
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
    for path in matched:
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
                for fill in element.xpath("addAttributes/att[@name='missing_value']"):
                    value = numpy.asarray(float(fill.text)).astype(variable.dtype)
                    assert fill.get("type") == of_type and (variable[...] == value).any(), (path, variable.name, fill.text)
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
expected = sqlite.execute("SELECT count(*) FROM files WHERE handler = 'netcdf' AND outcome = 'reviewed'").fetchone()[0]
assert files >= len(seen) > 0 and grids > 0 and len(seen) <= expected, (files, len(seen), expected)
print(f"ERDDAP: {len(ids)} datasets, {grids} of them grids, over {len(seen)} of {expected} netCDF files")
