"""Opens Parquet files with DuckDB, polars, pyarrow, pandas and geopandas, and compares them with the store."""

import json
import pathlib
import sqlite3
import sys

import duckdb
import geopandas
import pandas
import polars
import pyarrow.parquet
import shapely

store, folder = sys.argv[1], pathlib.Path(sys.argv[2])
sqlite = sqlite3.connect(store)


def path(table):
    return str(folder / f"{table}.parquet")


# One row for each in the store.
counts = {
    table: sqlite.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    for table in ["files", "casts", "variables", "findings", "failures"]
}
counts["flags"] = sqlite.execute("SELECT count(*) FROM variable_numbers, json_each(flags)").fetchone()[0]
duck = duckdb.connect()
for table, expected in counts.items():
    assert expected > 0, table
    found = {
        "DuckDB": duck.execute("SELECT count(*) FROM read_parquet(?)", [path(table)]).fetchone()[0],
        "polars": polars.scan_parquet(path(table)).select(polars.len()).collect().item(),
        "pyarrow": pyarrow.parquet.read_table(path(table)).num_rows,
        "pandas": len(pandas.read_parquet(path(table))),
    }
    assert set(found.values()) == {expected}, (table, expected, found)

# Types, as each library names them.
TYPES = {
    "key": ("VARCHAR", polars.String, "object"),
    "size": ("BIGINT", polars.Int64, "float64"),
    "west": ("DOUBLE", polars.Float64, "float64"),
    "time_first": ("TIMESTAMP WITH TIME ZONE", polars.Datetime("us", "UTC"), "datetime64[us, UTC]"),
    "attributes": ("VARCHAR", polars.String, "object"),
}
described = {row[0]: row[1] for row in duck.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path("files")]).fetchall()}
frame = pandas.read_parquet(path("files"))
schema = polars.read_parquet_schema(path("files"))
for name, (of_duckdb, of_polars, of_pandas) in TYPES.items():
    found = described[name], schema[name], str(frame[name].dtype)
    assert found[:2] == (of_duckdb, of_polars), (name, found)
    assert found[2] == of_pandas or found[2] == "int64" and of_pandas == "float64", (name, found)
assert described["bbox"] == "STRUCT(xmin DOUBLE, ymin DOUBLE, xmax DOUBLE, ymax DOUBLE)", described["bbox"]

# The meaning of every column.
explained = json.loads(pyarrow.parquet.read_schema(path("variables")).metadata[b"data_review"])
assert set(explained["columns"]) == set(polars.read_parquet_schema(path("variables"))), explained

# Values.
COMPARED = "unit, quantity, total, count, min, max, mean, std, q50, good_max, flag_bad"
expected = sqlite.execute(
    f"""SELECT roots.name, key, position, {COMPARED.replace('unit,', 'variables.unit,')}
    FROM variables JOIN files USING (file_id) JOIN roots USING (root_id) ORDER BY 1, 2, 3"""
).fetchall()
found = duck.execute(
    f"SELECT root, key, position, {COMPARED} FROM read_parquet(?) ORDER BY 1, 2, 3", [path("variables")]
).fetchall()
assert found == expected, [pair for pair in zip(found, expected) if pair[0] != pair[1]][:3]
flags = sqlite.execute("SELECT sum(json_each.value) FROM variable_numbers, json_each(flags)").fetchone()[0]
assert duck.execute("SELECT sum(total) FROM read_parquet(?)", [path("flags")]).fetchone()[0] == flags
for name in ["time_first", "time_last"]:
    # DuckDB reads the texts of the store.
    rows = sqlite.execute(f"SELECT roots.name, key, {name} FROM files JOIN roots USING (root_id) WHERE {name} GLOB '[0-9]*'").fetchall()
    times = {(root, key): duck.execute("SELECT epoch_us(?::TIMESTAMPTZ)", [time + ("T00:00:00Z" if len(time) == 10 else "")]).fetchone()[0] for root, key, time in rows}
    read = duck.execute(f"SELECT root, key, epoch_us({name}) FROM read_parquet(?) WHERE {name} IS NOT NULL", [path("files")]).fetchall()
    assert {(root, key): micros for root, key, micros in read} == times and times

# Geometry.
table = geopandas.read_parquet(folder / "files.parquet")
assert table.crs.to_string() == "OGC:CRS84" and len(table) == counts["files"], table.crs
assert table.geometry.dropna().is_valid.all()
edges = {
    (root, key): rest
    for root, key, *rest in sqlite.execute(
        "SELECT roots.name, key, west, south, east, north FROM files JOIN roots USING (root_id) WHERE west IS NOT NULL"
    )
}
crossing = 0
for root, key, geometry in zip(table["root"], table["key"], table.geometry):
    if (root, key) not in edges:
        assert geometry is None, (key, geometry)
        continue
    west, south, east, north = edges[root, key]
    if west <= east:
        expected = shapely.box(west, south, east, north)
    else:
        crossing += 1
        expected = shapely.union_all([shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)])
    assert geometry.bounds == expected.bounds and geometry.area == expected.area, (key, geometry.wkt, expected.wkt)
    assert expected.covers(geometry) or expected.area == 0, (key, geometry.wkt, expected.wkt)
assert crossing > 0 and len(edges) > 10, (crossing, len(edges))
casts = geopandas.read_parquet(folder / "casts.parquet")
places = casts.dropna(subset=["longitude", "latitude"])
assert len(places) > 10 and (places.geometry.x == places.longitude).all() and (places.geometry.y == places.latitude).all()
assert casts[casts.longitude.isna()].geometry.isna().all()
part = geopandas.read_parquet(folder / "files.parquet", bbox=(175, -90, 180, 90))
assert {"MultiPolygon"} & set(part.geometry.geom_type) and len(part) < len(table)
print(f"Parquet: {counts}, {len(edges)} geometries, {crossing} across the antimeridian")
