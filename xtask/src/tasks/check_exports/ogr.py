"""Has OGR read Parquet files, and compares geometries, types and times with the store. Needs a GDAL with the driver Parquet."""

import datetime
import json
import pathlib
import re
import sqlite3
import subprocess
import sys

import shapely.geometry

store, folder = sys.argv[1], pathlib.Path(sys.argv[2])
sqlite = sqlite3.connect(store)


def fields(path):
    """Types of the columns, as ogrinfo names them."""
    out = subprocess.run(["ogrinfo", "-so", "-al", path], check=True, capture_output=True, text=True).stdout
    assert "using driver `Parquet' successful" in out, out
    return dict(re.findall(r"^([a-z_0-9:]+): (String|Integer64|Real|DateTime|Integer\(Boolean\))", out, re.MULTILINE))


def features(path, *options):
    command = ["ogr2ogr", "-f", "GeoJSONSeq", "/vsistdout/", path, "-lco", "COORDINATE_PRECISION=12", *options]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


path = folder / "files.parquet"
types = fields(path)
for name, expected in {"key": "String", "size": "Integer64", "west": "Real", "time_first": "DateTime"}.items():
    assert types[name] == expected, (name, types[name])
expected = {
    row[:2]: row[2:]
    for row in sqlite.execute("SELECT roots.name, key, size, west, south, east, north, time_first FROM files JOIN roots USING (root_id)")
}
read = {(feature["properties"]["root"], feature["properties"]["key"]): feature for feature in features(path)}
assert read.keys() == expected.keys()
crossing = 0
for identity, (size, west, south, east, north, time) in expected.items():
    properties, geometry = read[identity]["properties"], read[identity]["geometry"]
    assert properties["size"] == size, identity
    if time and time[0].isdigit():
        moment = datetime.datetime.fromisoformat(time).replace(tzinfo=datetime.UTC)
        # OGR has milliseconds.
        found = datetime.datetime.fromisoformat(properties["time_first"].replace("/", "-").replace("+00", "+00:00"))
        assert abs(found - moment) < datetime.timedelta(seconds=0.002), (identity, properties["time_first"], time)
    if west is None:
        assert geometry is None, identity
        continue
    if west > east:
        crossing += geometry["type"] == "MultiPolygon"
        continue
    found, edges = shapely.geometry.shape(geometry).bounds, (west, south, east, north)
    assert all(abs(a - b) < 1e-9 for a, b in zip(found, edges)), (identity, found, edges)
assert crossing > 0
inside = features(path, "-spat", "175", "-90", "180", "90")
assert 0 < len(inside) < len(read)
casts = sqlite.execute("SELECT count(*) FROM casts").fetchone()[0]
assert len(features(folder / "casts.parquet")) == casts
print(f"OGR: {len(read)} files, {casts} casts, {len(inside)} files by the spatial filter")
