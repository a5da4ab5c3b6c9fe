"""Compares documents with Python's netCDF4 and h5py, variable by variable.

Arguments: the least number of variables, then FOLDER=DOCUMENTS, a document a line. Values are read without masks and scales; the rules of the
handlers' READMEs are applied here once more, in numpy. Memory is limited: a small file may declare billions of values.
"""

import json
import math
import resource
import sys
from collections import Counter
from pathlib import Path

import h5py
import netCDF4
import numpy as np

resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))

ENDINGS = ["_QC", "_qc", "_FLAG", "_flag", "_FLAG_W"]
DEFAULTS = {
    "i2": -32767, "u2": 65535, "i4": -2147483647, "u4": 4294967295, "i8": -9223372036854775806,
    "u8": 18446744073709551614, "f4": 9.969209968386869e36, "f8": 9.969209968386869e36,
}


class Reference(Exception):
    """The peer cannot read it."""


def figures(values, missing, flags=None):
    """Of numbers: which are missing is a mask."""
    valid = values[~missing]
    floats = valid.dtype.kind == "f"
    finite = valid[np.isfinite(valid)] if floats else valid
    out = {"total": values.size, "count": finite.size, "missing": int(missing.sum()), "non_finite": valid.size - finite.size}
    if finite.size:
        out["min"], out["max"] = finite.min().item(), finite.max().item()
        exact = math.fsum(finite.tolist()) if floats else sum(finite.tolist())
        out["mean"] = exact / finite.size
        out["most"] = max(abs(out["min"]), abs(out["max"]))
    if flags is not None:
        out["flags"] = {}
        good = ~missing & (np.isfinite(values) if floats else True)
        for flag in np.unique(flags):
            here = flags == flag
            name = flag.decode("latin-1").strip(" \0") if isinstance(flag, bytes) else repr(flag.item())
            held = out["flags"].setdefault(name, {"total": 0, "count": 0, "sum": 0.0})
            held["total"] += int(here.sum())
            chosen = values[here & good]
            held["count"] += chosen.size
            if chosen.size:
                held["min"], held["max"] = chosen.min().item(), chosen.max().item()
                held["mean"] = math.fsum(chosen.tolist()) / chosen.size
    return out


def texts(cells, fill):
    """Of texts as bytes."""
    is_fill = [bool(fill) and len(cell) > 0 and set(cell) == {fill[0]} for cell in cells]
    blank = [cell.split(b"\0")[0].rstrip(b" \t\n\r\x0c") == b"" for cell in cells]
    missing = sum(a or b for a, b in zip(is_fill, blank))
    return {"total": len(cells), "count": len(cells) - missing, "missing": missing, "non_finite": 0}


def attribute(variable, name):
    return variable.getncattr(name) if name in variable.ncattrs() else None


def is_flag(variable):
    standard = str(attribute(variable, "standard_name") or "")
    named = "status_flag" in standard or standard.endswith("quality_flag")
    return named or attribute(variable, "flag_values") is not None or any(variable.name.endswith(end) for end in ENDINGS)


def flags_of(variable, group):
    if is_flag(variable):
        return None
    known = group.variables
    listed = [known[n] for n in str(attribute(variable, "ancillary_variables") or "").split() if n in known and is_flag(known[n])]
    named = [known[variable.name + end] for end in ENDINGS if variable.name + end in known]
    position = [known["POSITION_QC"]] if variable.name in ("LATITUDE", "LONGITUDE") and "POSITION_QC" in known else []
    flags = next(iter(listed + named + position), None)
    return flags if flags is not None and flags.shape == variable.shape else None


def all_groups(group):
    yield group
    for inner in group.groups.values():
        yield from all_groups(inner)


def unsigned(variable, values):
    said = str(attribute(variable, "_Unsigned") or "").lower()
    if values.dtype.kind in "iu" and said in ("true", "false"):
        kind = "u" if said == "true" else "i"
        return values.astype(values.dtype.newbyteorder("=")).view(f"{kind}{values.dtype.itemsize}")
    return values


def netcdf(dataset, path):
    group, _, name = path.rpartition("/")
    group = dataset[group] if group else dataset
    if name not in group.variables:
        # A field of a compound.
        whole, _, field = name.partition(".")
        values = group.variables[whole][...]
        return leaf(values, field)
    variable = group.variables[name]
    values = np.asarray(variable[...])
    fill = attribute(variable, "_FillValue")
    axes = {d for g in all_groups(dataset) for v in g.variables.values() if v.dtype != "S1" for d in v.dimensions}
    if variable.dtype == "S1":
        fill = fill if isinstance(fill, bytes) else (fill or "").encode()
        if values.ndim and variable.dimensions[-1] not in axes and 0 < values.shape[-1] <= 65536:
            cells = [bytes(row.tobytes()) for row in values.reshape(-1, values.shape[-1])]
            return texts(cells, fill) | {"shape": values.shape[:-1]}
        return texts([bytes(c) or b"\0" for c in values.ravel()], fill) | {"shape": values.shape}
    if variable.dtype is str:
        return texts([str(c).encode() for c in values.ravel()], b"") | {"shape": values.shape}
    if values.dtype == object:
        return leaf(values, "")
    if values.dtype.kind not in "iuf":
        raise Reference(f"type {values.dtype}")
    values = unsigned(variable, values).ravel()
    shape = variable.shape
    missing = np.zeros(values.shape, bool)
    for attr in ("_FillValue", "missing_value"):
        for said in np.atleast_1d(attribute(variable, attr)) if attribute(variable, attr) is not None else []:
            if isinstance(said, (str, bytes)):
                continue
            with np.errstate(all="ignore"):
                said = np.asarray(said).astype(values.dtype) if values.dtype.kind != "u" else np.asarray(int(said) % (1 << 8 * values.dtype.itemsize)).astype(values.dtype)
            missing |= (values == said) | (np.isnan(values) if values.dtype.kind == "f" and np.isnan(said) else False)
    default = DEFAULTS.get(values.dtype.str[1:])
    is_enum = isinstance(variable.datatype, netCDF4.EnumType)
    if attribute(variable, "_FillValue") is None and default is not None and not is_enum:
        missing |= values == np.asarray(default, values.dtype)
    scale, offset = attribute(variable, "scale_factor"), attribute(variable, "add_offset")
    if scale is not None or offset is not None:
        values = values.astype("f8") * float(1 if scale is None else scale) + float(0 if offset is None else offset)
    flags = flags_of(variable, group)
    flags = None if flags is None else unsigned(flags, np.asarray(flags[...])).ravel()
    return figures(values, missing, flags) | {"shape": shape}


def leaf(values, field):
    """What h5py and netCDF4 give for HDF5's own types."""
    for name in field.split(".") if field else []:
        values = values[name]
    shape = values.shape
    kind = values.dtype.kind
    if kind == "O":
        cells = list(values.ravel())
        if cells and all(isinstance(c, (bytes, str)) for c in cells):
            return texts([c if isinstance(c, bytes) else c.encode() for c in cells], b"") | {"shape": shape}
        if all(isinstance(c, np.ndarray) for c in cells) and all(c.dtype.kind in "iuf" for c in cells):
            joined = np.concatenate([c.ravel() for c in cells]) if cells else np.zeros(0)
            return figures(joined, np.zeros(joined.shape, bool)) | {"shape": joined.shape}
        raise Reference("objects")
    if kind == "S":
        return texts([bytes(c) for c in values.ravel()], b"") | {"shape": shape}
    if kind == "b":
        values, kind = values.astype("i1"), "i"
    if kind not in "iuf":
        raise Reference(f"type {values.dtype}")
    values = values.ravel()
    return figures(values, np.zeros(values.shape, bool)) | {"shape": shape}


def hdf5(file, path):
    if path in file:
        return leaf(np.asarray(file[path][...]), "")
    parts = path.split(".")
    for at in range(len(parts) - 1, 0, -1):
        if ".".join(parts[:at]) in file:
            return leaf(np.asarray(file[".".join(parts[:at])][...]), ".".join(parts[at:]))
    raise Reference("not found")


def number(value):
    return int(value) if isinstance(value, str) else value


def differences(ours, reference):
    for name in ("total", "count", "non_finite"):
        if ours[name] != reference[name]:
            yield f"{name} {ours[name]} against {reference[name]}"
    if sum(ours["missing"].values()) != reference["missing"]:
        yield f"missing {ours['missing']} against {reference['missing']}"
    if list(ours["shape"]) != list(reference["shape"]):
        yield f"shape {ours['shape']} against {list(reference['shape'])}"
    most = reference.get("most", 0)
    if "mean" in reference:
        for name in ("min", "max"):
            if number(ours[name]) != reference[name]:
                yield f"{name} {ours[name]} against {reference[name]}"
        if ours["mean"] is not None and abs(ours["mean"] - reference["mean"]) > 1e-9 * most:
            yield f"mean {ours['mean']} against {reference['mean']}"
    if "flags" in reference and ours["total"]:
        split = ours["flags"] or {}
        if set(split) != set(reference["flags"]):
            yield f"flags {sorted(split)} against {sorted(reference['flags'])}"
        for flag in set(split) & set(reference["flags"]):
            a, b = split[flag], reference["flags"][flag]
            same = a["total"] == b["total"] and a["count"] == b["count"]
            if same and b["count"]:
                same = number(a["min"]) == b["min"] and number(a["max"]) == b["max"] and abs(a["mean"] - b["mean"]) <= 1e-9 * most
            if not same:
                yield f"flag {flag}: {a} against {b}"


def main():
    least = int(sys.argv[1])
    pairs = [argument.split("=", 1) for argument in sys.argv[2:]]
    compared, split, wrong, skipped = 0, 0, 0, Counter()
    for root, line in ((Path(root), line) for root, path in pairs for line in open(path)):
        document = json.loads(line)
        if document["outcome"] != "reviewed" or document["handler"]["id"] not in ("netcdf", "hdf5"):
            continue
        key = document["file"]["key"]
        opens, read = (netCDF4.Dataset, netcdf) if document["handler"]["id"] == "netcdf" else (h5py.File, hdf5)
        try:
            file = opens(root / key)
            if read is netcdf:
                file.set_auto_maskandscale(False)
                file.set_auto_chartostring(False)
        except Exception as error:
            skipped[f"{key}: {error}"] += len(document["variables"])
            continue
        for variable in document["variables"]:
            try:
                reference = read(file, variable["name"])
            except (Reference, MemoryError, OSError, RuntimeError, KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
                skipped[f"{key}: {type(error).__name__} {error}"[:160]] += 1
                continue
            found = list(differences(variable, reference))
            compared += 1
            split += "flags" in reference
            wrong += bool(found)
            for difference in found:
                print(f"{key}: {variable['name']}: {difference}")
    for reason, count in sorted(skipped.items()):
        print(f"not compared, the peer cannot read it: {count} of {reason}")
    print(f"{compared} variables compared, {split} of them split by flags; {wrong} differ; {sum(skipped.values())} not compared")
    sys.exit(1 if wrong or compared < least else 0)


main()
