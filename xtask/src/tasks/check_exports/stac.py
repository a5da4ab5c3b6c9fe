"""Validates a STAC catalogue with pystac and the schemas that it ships, and compares it with the store."""

import datetime
import pathlib
import sqlite3
import sys

import pystac
import shapely.geometry
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
print(f"STAC: {len(expected)} items, {crossing} across the antimeridian")
