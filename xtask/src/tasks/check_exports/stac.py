"""Validates a STAC catalogue with pystac and the schemas that it ships, and compares it with the store. Compares the items of its
Parquet file, as stac-geoparquet, rustac and geopandas read them, with the items in JSON."""

import datetime
import json
import os.path
import pathlib
import sqlite3
import sys

import geopandas
import pyarrow.parquet
import pystac
import rustac
import shapely.geometry
import stac_geoparquet.arrow
from pystac.extensions.file import FileExtension
from pystac.extensions.table import TableExtension
from pystac.validation import RegisteredValidator

store, folder = sys.argv[1], pathlib.Path(sys.argv[2])
sqlite = sqlite3.connect(store)
expected = {
    (root, key): rest
    for root, key, *rest in sqlite.execute(
        """SELECT roots.name, key, size, sha256, west, south, east, north, observations,
               (SELECT count(*) FROM variables WHERE variables.file_id = files.file_id), errors
           FROM files JOIN roots USING (root_id)
           WHERE outcome = 'reviewed' AND time_first GLOB '[0-9]*'"""
    )
}
collection = pystac.Collection.from_file(str(folder / "collection.json"))
validator = RegisteredValidator.get_validator()
# The schemas of the core are on disk; those of the extensions are not, and their values are compared below.
validator.validate_core(collection.to_dict(include_self_link=False), pystac.STACObjectType.COLLECTION, "1.1.0")
seen = set()
crossing = 0
for child in collection.get_children():
    validator.validate_core(child.to_dict(include_self_link=False), pystac.STACObjectType.CATALOG, "1.1.0")
for item in collection.get_items(recursive=True):
    validator.validate_core(item.to_dict(include_self_link=False), pystac.STACObjectType.ITEM, "1.1.0")
    identity = item.properties["data_review:root"], item.properties["data_review:key"]
    size, sha256, west, south, east, north, rows, variables, errors = expected[identity]
    assert identity not in seen and item.id not in seen, identity
    seen |= {identity, item.id}
    assert item.collection_id == collection.id
    asset = FileExtension.ext(item.assets["data"])
    assert (asset.size, asset.checksum) == (size, "1220" + sha256), identity
    table = TableExtension.ext(item)
    assert (table.row_count, len(table.columns)) == (rows, variables), identity
    assert item.properties["data_review:errors"] == errors, identity
    if west is None:
        assert item.geometry is None and item.bbox is None, identity
        continue
    assert item.bbox == [west, south, east, north], identity
    geometry = shapely.geometry.shape(item.geometry)
    assert geometry.is_valid and -180 <= geometry.bounds[0] and geometry.bounds[2] <= 180, identity
    if west > east:
        crossing += 1
        assert len(geometry.geoms) == 2 or 180 in (abs(west), abs(east)), identity
    else:
        assert geometry.bounds == (west, south, east, north), identity
assert len(seen) == 2 * len(expected) and crossing > 0, (len(seen), len(expected), crossing)
first, last = collection.extent.temporal.intervals[0]
assert isinstance(first, datetime.datetime) and first <= last

# The items as rows of a Parquet file.
path = str(folder / "items.parquet")
metadata = json.loads(pyarrow.parquet.read_schema(path).metadata[b"stac-geoparquet"])
assert metadata == {"version": "1.1.0", "collections": {"archive": json.loads((folder / "collection.json").read_text())}}
mirror = collection.assets["items"]
assert mirror.roles == ["collection-mirror"] and (folder / mirror.href).samefile(path), mirror.to_dict()
TIMES = "datetime", "start_datetime", "end_datetime"


def plain(value):
    """Without nulls, and lists for tuples."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items() if member is not None}
    return [plain(member) for member in value] if isinstance(value, (list, tuple)) else value


def compared(item, place=""):
    """An item without what may be written in several ways: `place` is the folder that its links begin at."""
    item = plain(item)
    item["geometry"] = shapely.geometry.shape(item["geometry"]).normalize().wkt
    item["links"] = [{**link, "href": os.path.normpath(os.path.join(place, link["href"]))} for link in item["links"]]
    for name in TIMES:
        if name in item["properties"]:
            item["properties"][name] = datetime.datetime.fromisoformat(item["properties"][name])
    # A box across the antimeridian is the whole width.
    if item["bbox"][0] > item["bbox"][2]:
        item["bbox"][::2] = [-180, 180]
    return item


written = {}
for file in folder.glob("*/*.json"):
    item = json.loads(file.read_text())
    if item["type"] == "Feature" and item["geometry"] is not None:
        written[item["id"]] = compared(item, file.parent.name)
assert len(written) > 10
for reader, items in [
    ("stac-geoparquet", stac_geoparquet.arrow.stac_table_to_items(pyarrow.parquet.read_table(path))),
    ("rustac", rustac.read_sync(path)["features"]),
]:
    read = {item["id"]: compared({"type": "Feature", **item}) for item in items}
    assert read == written, (reader, next((read.get(id), item) for id, item in written.items() if read.get(id) != item))
table = geopandas.read_parquet(path)
assert table.crs.to_string() == "OGC:CRS84" and len(table) == len(written) and table.geometry.is_valid.all()
assert all(str(table[name].dtype) == "datetime64[us, UTC]" for name in TIMES), table.dtypes
assert geopandas.read_parquet(path, bbox=(175, -90, 180, 90)).geometry.geom_type.eq("MultiPolygon").any()
print(f"STAC: {len(expected)} items, {len(written)} of them as rows, {crossing} across the antimeridian")
