"""Compares the coverage in documents with what netCDF4 and cftime read: times of every file, positions of trajectories.

Arguments: FOLDER=DOCUMENTS, a document a line. A document's time must be that of a time variable of its file, over the
values whose flag is not bad; where a variable is called time, it must be that one's. Where no time variable can be decoded,
there must be none. Positions of trajectories are compared in the same way.
"""

import json
import math
import re
import resource
import sys
import warnings
from pathlib import Path

import cftime
import netCDF4
import numpy as np

resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
warnings.simplefilter("ignore")

INSTANT = re.compile(r"([+-]?\d{4,})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d(?:\.\d+)?)Z)?")
BAD_WORDS = ("bad", "fail", "suspect", "questionable", "missing", "erroneous", "wrong", "doubtful", "correctable")
REAL = ("standard", "gregorian", "proleptic_gregorian", "julian", "")
NAMES = ("time", "juld", "ocean_time")


def said(text):
    """Days since year 0 of the proleptic Gregorian calendar, and the fields."""
    year, month, day, hour, minute, second = (float(part or 0) for part in INSTANT.fullmatch(text).groups())
    return (int(year), int(month), int(day)), (hour * 60 + minute) * 60 + second


def gregorian_day(year, month, day):
    """The Julian day number of a date in the proleptic Gregorian calendar, as an integer."""
    shift = (14 - month) // 12
    years, months = year + 4800 - shift, month + 12 * shift - 3
    return day + (153 * months + 2) // 5 + 365 * years + years // 4 - years // 100 + years // 400 - 32045


def is_same_time(text, date, calendar):
    fields, second = said(text)
    own = (date.hour * 60 + date.minute) * 60 + date.second + date.microsecond / 1e6
    if calendar in REAL:
        # The day from cftime's own Julian day number, whatever the calendar.
        day = math.floor(date.toordinal() + 1e-9)
        return abs((gregorian_day(*fields) - day) * 86400 + second - own) < 2e-3
    return fields == (date.year, date.month, date.day) and abs(second - own) < 2e-3


def attribute(variable, name, default=""):
    return variable.getncattr(name) if name in variable.ncattrs() else default


def variables(group):
    yield from group.variables.values()
    for inner in group.groups.values():
        yield from variables(inner)


def find(group, name):
    """Search by proximity: the group, then those above it."""
    while group is not None:
        if name in group.variables:
            return group.variables[name]
        group = group.parent
    return None


def flags_of(variable):
    group = variable.group()
    names = [f"{variable.name}{end}" for end in ("_QC", "_qc", "_FLAG", "_flag", "_FLAG_W", "_quality_control", "_qc_flag", "_WODflag")]
    if variable.name.upper() in ("LATITUDE", "LONGITUDE"):
        names += ["POSITION_QC"]
    listed = [name for name in str(attribute(variable, "ancillary_variables")).split()]
    listed = [name for name in listed if (found := find(group, name)) is not None and "flag_meanings" in found.ncattrs()]
    for name in listed + names:
        found = find(group, name)
        if found is not None and found.dimensions == variable.dimensions:
            return found
    return None


def bad(variable):
    """A mask of the values that are flagged as not to be used."""
    flags = flags_of(variable)
    if flags is None:
        return np.zeros(variable.shape, bool)
    flags.set_auto_maskandscale(False)
    held = np.asarray(flags[...])
    if held.dtype.kind == "S":
        held = np.char.strip(held).astype("U")
        return np.isin(held, ["3", "4", "9"])
    values, meanings = np.atleast_1d(attribute(flags, "flag_values", [])), str(attribute(flags, "flag_meanings")).replace(",", " ").split()
    if len(values) and len(values) == len(meanings) and values.dtype.kind != "U":
        worse = [value for value, meaning in zip(values, meanings) if any(word in meaning.lower() for word in BAD_WORDS)]
        return np.isin(held, worse)
    return np.isin(held, [3, 4, 9])


def plain(variable):
    """Unpacked values with NaN for missing ones; integers stay integers where none is missing."""
    variable.set_auto_mask(True)
    variable.set_auto_scale(True)
    values = variable[...]
    mask = np.ma.getmaskarray(values)
    data = np.ma.getdata(values)
    if data.dtype.kind == "f":
        mask = mask | ~np.isfinite(data)
    return data, mask


def times(file):
    """Of each variable that cftime decodes: its name, first and last time, calendar."""
    everything = list(variables(file))
    bounds = {str(attribute(v, name)) for v in everything for name in ("bounds", "climatology")}
    for variable in everything:
        units = attribute(variable, "units")
        if not isinstance(units, str) or " since " not in units.lower() or variable.name in bounds:
            continue
        if not isinstance(variable.dtype, np.dtype) or variable.dtype.kind not in "iuf":
            continue
        # netCDF4 masks values outside the valid range; they are counted here.
        variable.set_always_mask(False)
        calendar = str(attribute(variable, "calendar", "standard")).lower().strip() or "standard"
        data, mask = plain(variable)
        good = data[~mask & ~bad(variable)]
        if good.size == 0:
            yield variable, None, None, calendar
            continue
        try:
            ends = cftime.num2date(np.array([good.min(), good.max()]), units, calendar, only_use_cftime_datetimes=True)
        except (ValueError, TypeError, OverflowError, KeyError):
            continue
        yield variable, ends[0], ends[1], calendar


def compare_times(file, time):
    found = list(times(file))
    dated = [(variable, first, last, calendar) for variable, first, last, calendar in found if first is not None]
    if time is None:
        # Every value of the time itself is flagged as bad; the time of a position does not replace it.
        if any(first is None and v.name.lower() in NAMES for v, first, _, _ in found):
            return []
        return [f"no time, but {v.name} is {first} to {last}" for v, first, last, _ in dated]
    named = [each for each in dated if each[0].name.lower() in NAMES]
    for _, first, last, calendar in named or dated:
        if is_same_time(time["first"], first, calendar) and is_same_time(time["last"], last, calendar):
            return []
    if not dated:
        return []
    return [f"time is {time['first']} to {time['last']}, cftime has " + "; ".join(f"{v.name} {a} to {b}" for v, a, b, _ in named or dated)]


def compare_positions(file, boxes):
    """Of trajectories and profiles: the latitudes are those of good fixes."""
    everything = {v.name.lower(): v for v in variables(file)}
    pairs = [("latitude", "longitude"), ("lat", "lon")]
    pair = next((pair for pair in pairs if all(name in everything for name in pair)), None)
    if pair is None:
        return []
    lat, lon = (everything[name] for name in pair)
    geometry = str(getattr(file, "featureType", "")).lower()
    is_argo = "N_MEASUREMENT" in file.dimensions or "N_PROF" in file.dimensions
    if lat.dimensions != lon.dimensions or not ("trajectory" in geometry or is_argo):
        return []
    (north, no_north), (east, no_east) = plain(lat), plain(lon)
    good = ~no_north & ~no_east & ~bad(lat) & ~bad(lon)
    if not good.any():
        return [f"box {boxes} without a good position"] if boxes else []
    if not boxes:
        return [f"no box, but {good.sum()} good positions"]
    west, south, east_edge, north_edge = boxes[0]
    wrong = []
    if not np.allclose([south, north_edge], [north[good].min(), north[good].max()], atol=1e-5):
        wrong.append(f"latitudes {south} to {north_edge}, netCDF4 has {north[good].min()} to {north[good].max()}")
    turned = (np.asarray(east[good], float) + 180) % 360 - 180
    if west <= east_edge and west > -180 and not np.allclose([west, east_edge], [turned.min(), turned.max()], atol=1e-4):
        wrong.append(f"longitudes {west} to {east_edge}, netCDF4 has {turned.min()} to {turned.max()}")
    return wrong


def main(arguments):
    compared, wrong = 0, []
    for argument in arguments:
        folder, documents = argument.split("=", 1)
        for line in Path(documents).read_text("utf-8").split("\n"):
            document = json.loads(line) if line else {"outcome": None}
            if document["outcome"] != "reviewed" or document["handler"]["id"] != "netcdf":
                continue
            path = Path(folder) / document["file"]["key"]
            try:
                file = netCDF4.Dataset(path)
            except (OSError, TypeError, RuntimeError):
                continue
            try:
                problems = compare_times(file, document["coverage"]["time"]) + compare_positions(file, document["coverage"]["boxes"])
            except (RuntimeError, OSError, MemoryError, UnicodeDecodeError, AttributeError) as error:
                problems = [f"netCDF4 cannot read it: {error}"] if "compression" not in str(error) else []
            compared += 1
            wrong += [f"{path}: {problem}" for problem in problems]
    print("".join(f"{line}\n" for line in wrong), end="")
    print(f"coverage of {compared} files compared, {len(wrong)} differ")
    sys.exit(bool(wrong) or compared == 0)


main(sys.argv[1:])
