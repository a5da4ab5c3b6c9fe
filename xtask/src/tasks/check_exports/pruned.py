"""Makes a store of invented profiles, exports it as Parquet, and measures a query by quantity, flag, box and month."""

import datetime
import json
import pathlib
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
import zlib

import duckdb

program, template, work, number = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), int(sys.argv[4])
MOST_READ, LONGEST = 0.02, 0.1
random.seed(1)


def variable(name, quantity, unit, least, most):
    good = random.randint(50, 500)
    bad = random.randint(1, 20)
    low = random.uniform(least, most)
    high = random.uniform(low, most)
    quantiles = dict.fromkeys(["0.05", "0.25", "0.5", "0.75", "0.95"], low)

    def of_flag(count, low, high, name):
        return {"class": name, "count": count, "max": high, "mean": (low + high) / 2, "min": low, "total": count}

    return json.dumps(
        {
            "name": name, "unit": unit, "canonical": None, "standard_name": quantity, "quantity": quantity, "column": None,
            "dtype": "float32", "shape": [1, good + bad], "dimensions": ["N_PROF", "N_LEVELS"], "total": good + bad,
            "count": good + bad, "missing": {}, "invalid": 0, "non_finite": 0, "padding": 0, "min": low - 5, "max": high + 50,
            "mean": low, "std": 1.5, "quantiles": quantiles, "quantile_bounds": None, "distinct": good, "distinct_exact": True,
            "frequent": [], "first": None, "last": None,
            "flags": {"1": of_flag(good, low, high, "good"), "4": of_flag(bad, low - 5, high + 50, "bad")},
            "flag_scheme": "Argo",
            "good": {
                "flags": ["1"], "left_out": [], "count": good, "min": low, "max": high, "mean": low, "std": 1.5,
                "quantiles": quantiles, "quantile_bounds": None,
            },
        }
    )


# Few variables, which many files share: making each anew takes longer than exporting it.
pressures = [variable("PRES", "sea_water_pressure", "decibar", 0, 2000) for _ in range(500)]
salinities = [variable("PSAL", "sea_water_practical_salinity", "psu", 33, 37) for _ in range(500)]
# The surface is warmer near the equator.
temperatures = [
    [variable("TEMP", "sea_water_temperature", "degree_Celsius", 1, 32 - band * 0.4) for _ in range(200)] for band in range(76)
]


def documents():
    begin = datetime.datetime(2000, 1, 1)
    for at in range(number):
        key = f"dac/{at % 11:02}/{1900000 + at // 200}/profiles/R{1900000 + at // 200}_{at % 200 + 1:03}.nc"
        moment = (begin + datetime.timedelta(minutes=random.randrange(20 * 365 * 1440))).isoformat() + "Z"
        longitude, latitude = round(random.uniform(-180, 180), 3), round(random.uniform(-75, 75), 3)
        document = {
            "schema": 0, "outcome": "reviewed", "kind": "Argo profile 3.1", "observations": 100, "profiles": 1,
            "file": {"key": key, "size": random.randrange(10_000, 200_000), "sha256": f"{random.getrandbits(256):064x}"},
            "handler": {"id": "netcdf", "version": 5, "verdict": "certain", "because": "its signature", "runners_up": []},
            "coverage": {
                "time": {"first": moment, "last": moment}, "boxes": [[longitude, latitude, longitude, latitude]],
                "depth": {"min": 2.0, "max": 2000.0, "unit": "decibar"}, "left_out": None,
            },
            "attributes": {"platform": [str(1900000 + at // 200)]}, "findings": [], "checks": {"argo-required": "passed"},
            "failure": None,
            "provenance": {"tool": "data-review", "handler": "netcdf 5", "reader": "array-file", "vocabulary": None, "recipe": None},
        }
        variables = [random.choice(pressures), random.choice(temperatures[int(abs(latitude))]), random.choice(salinities)]
        yield at + 1, key, json.dumps(document)[:-1] + ', "variables": [' + ",".join(variables) + "]}"


store = work / "synthetic.db"
store.unlink(missing_ok=True)
sqlite3.connect(template).execute("VACUUM INTO ?", [str(store)])
database = sqlite3.connect(store)
database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
for table in ["variable_cells", "variable_numbers", "findings", "file_groups", "attributes", "reviews", "files"]:
    database.execute(f"DELETE FROM {table}")
database.execute("DELETE FROM roots WHERE root_id <> (SELECT min(root_id) FROM roots)")
database.commit()
rows = []


def insert():
    database.executemany(
        """INSERT INTO files (file_id, root_id, key, outcome, errors, warnings, infos, attempt, first_seen, at, token, transient,
               registry)
           SELECT ?1, min(root_id), ?2, 'reviewed', 0, 0, 0, 1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'x', 0, 'x'
           FROM roots""",
        [row[:2] for row in rows],
    )
    # The store reads zlib streams, as older versions wrote them.
    packed = [(file, zlib.compress(document.encode(), 1)) for file, _, document in rows]
    database.executemany("INSERT INTO reviews (file_id, document) VALUES (?, ?)", packed)
    rows.clear()


for row in documents():
    rows.append(row)
    if len(rows) == 10_000:
        insert()
insert()
database.commit()
database.close()

out = work / "synthetic"
begun = time.perf_counter()
export = [program, "export", "--no-config", "--quiet", "--format", "parquet", "--db", str(store), "--out", str(out)]
subprocess.run(export, check=True)
took = time.perf_counter() - begun
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
sizes = {path.name: round(path.stat().st_size / 1e6, 1) for path in sorted(out.iterdir())}
print(f"{number} files exported in {took:.1f} s, at most {peak:.0f} MiB: {sizes} MB")

flags = str(out / "flags.parquet")
PRUNED = """quantity = 'sea_water_temperature' AND flag = '1' AND max > 28
    AND time_first < '2015-09-01' AND time_last >= '2015-08-01' AND xmin <= 160 AND xmax >= 150 AND ymin <= 5 AND ymax >= -5"""
# The same, in a form that no statistics answer.
FULL = """quantity || '' = 'sea_water_temperature' AND flag || '' = '1' AND max + 0 > 28
    AND time_first + INTERVAL 0 DAY < '2015-09-01' AND time_last + INTERVAL 0 DAY >= '2015-08-01'
    AND xmin + 0 <= 160 AND xmax + 0 >= 150 AND ymin + 0 <= 5 AND ymax + 0 >= -5"""
duck = duckdb.connect()
duck.execute("SET TimeZone = 'UTC'")


def measure(condition):
    query = f"SELECT key, max FROM read_parquet('{flags}') WHERE {condition} ORDER BY key"
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        found = duck.execute(query).fetchall()
        times.append(time.perf_counter() - begun)
    return found, statistics.median(times)


(found, pruned), (same, full) = measure(PRUNED), measure(FULL)
assert found == same
groups = duck.execute(
    """SELECT row_group_id,
           max(stats_min_value) FILTER (path_in_schema = 'quantity') <= 'sea_water_temperature'
           AND max(stats_max_value) FILTER (path_in_schema = 'quantity') >= 'sea_water_temperature'
           AND max(stats_min_value) FILTER (path_in_schema = 'flag') <= '1'
           AND max(stats_max_value) FILTER (path_in_schema = 'flag') >= '1'
           AND max(stats_min_value) FILTER (path_in_schema = 'time_first')::TIMESTAMPTZ < '2015-09-01'
           AND max(stats_max_value) FILTER (path_in_schema = 'time_last')::TIMESTAMPTZ >= '2015-08-01'
           AND max(stats_min_value) FILTER (path_in_schema = 'xmin')::DOUBLE <= 160
           AND max(stats_max_value) FILTER (path_in_schema = 'xmax')::DOUBLE >= 150
           AND max(stats_max_value) FILTER (path_in_schema = 'max')::DOUBLE > 28
       FROM parquet_metadata(?) GROUP BY row_group_id""",
    [flags],
).fetchall()
read = sum(bool(is_read) for _, is_read in groups)
print(
    f"flags.parquet: {len(found)} rows found; {read} of {len(groups)} row groups read ({read / len(groups):.2%}); "
    f"{1000 * pruned:.0f} ms, without statistics {1000 * full:.0f} ms"
)
assert found or number < 1_000_000
assert number < 1_000_000 or read / len(groups) <= MOST_READ and pruned <= LONGEST
