"""Writes the numeric variables of real files as raw arrays, for `cargo bench -p order-free-stats -- FOLDER`.

    python3 extract.py CORPUS FOLDER

Needs netCDF4. FOLDER/GROUP/NUMBER.TYPE holds one variable in little-endian byte order, without fill values.
"""

import csv
import pathlib
import sys
import zipfile

import netCDF4
import numpy

corpus, folder = map(pathlib.Path, sys.argv[1:3])
NAMES = {"f4": "f32", "f8": "f64", "i1": "i8", "i2": "i16", "i4": "i32"}


def write(group, values):
    kind = NAMES.get(values.dtype.str[1:])
    if kind is None or values.size == 0:
        return
    place = folder / group
    place.mkdir(parents=True, exist_ok=True)
    number = len(list(place.iterdir()))
    (place / f"{number:05}.{kind}").write_bytes(values.astype(values.dtype.newbyteorder("<")).tobytes())


def variables(group):
    yield from group.variables.values()
    for child in group.groups.values():
        yield from variables(child)


def arrays(group, path):
    try:
        with netCDF4.Dataset(path) as file:
            file.set_auto_maskandscale(False)
            file.set_auto_mask(True)
            for variable in variables(file):
                if variable.dtype is str or variable.dtype.kind not in "fi":
                    continue
                write(group, numpy.ma.compressed(variable[...]))
    except OSError as error:
        print(path, error, file=sys.stderr)


def exchange(group, text):
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    starts = [at for at, line in enumerate(lines) if line.count(",") > 3]
    if not starts:
        return
    columns = {}
    for row in csv.reader(lines[starts[0] + 2 :]):
        for at, cell in enumerate(row):
            try:
                value = float(cell)
            except ValueError:
                continue
            if value not in (-999, -9):
                columns.setdefault(at, []).append(value)
    for values in columns.values():
        write(group, numpy.array(values))


for name in ("cchdo-netcdf", "argo", "classic-grids", "arrays-real"):
    for path in sorted((corpus / name).rglob("*.nc")):
        arrays(name, path)
for path in sorted((corpus / "whp-exchange").rglob("*")):
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            members = [archive.read(member).decode("latin-1") for member in archive.namelist()]
        exchange("whp-columns", "\n".join(members[:1] + [m.split("\n", 12)[-1] for m in members[1:]]))
    elif path.suffix == ".csv":
        exchange("whp-columns", path.read_text("latin-1"))
