"""Compares documents with Python's netCDF4 and h5py, variable by variable.

Arguments: the least number of variables, then FOLDER=DOCUMENTS, a document a line. Values are read without masks and scales; the
rules of the handlers' READMEs are applied here once more, in numpy. A netCDF-4 file that was reviewed as HDF5 is an error. Memory is
limited: a small file may declare billions of values.
"""

import importlib.util
import json
import math
import os
import re
import resource
import sys
from collections import Counter
from pathlib import Path

# Both peers load the filters that HDF5 does not contain (zstd, blosc, lz4, bitshuffle, bzip2) from this folder.
plugins = importlib.util.find_spec("hdf5plugin").submodule_search_locations[0]
os.environ["HDF5_PLUGIN_PATH"] = os.path.join(plugins, "plugins")

import h5py  # noqa: E402
import netCDF4  # noqa: E402
import numpy as np  # noqa: E402

resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))

ENDINGS = ["_QC", "_qc", "_FLAG", "_flag", "_FLAG_W"]
DEFAULTS = {
    "i2": -32767, "u2": 65535, "i4": -2147483647, "u4": 4294967295, "i8": -9223372036854775806,
    "u8": 18446744073709551614, "f4": 9.969209968386869e36, "f8": 9.969209968386869e36,
}


# Lengths of texts in the Argo layout; every other dimension of a char array counts values.
ARGO_LENGTH = re.compile(r"STRING\d+|DATE_TIME")


class Reference(Exception):
    """The peer cannot read the variable."""


def figures(values, missing, flags=None, no_flag=None):
    """Figures of numbers; `missing` is a mask, `no_flag` the fill value of the flags."""
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
            # A document names a blank flag, and the fill value of the flags, in words.
            text = flag.decode("latin-1").strip(" \0") if isinstance(flag, bytes) else repr(flag.item())
            name = "no flag" if text == "" or flag == no_flag else text
            held = out["flags"].setdefault(name, {"total": 0, "count": 0, "sum": 0.0})
            held["total"] += int(here.sum())
            chosen = values[here & good]
            held["count"] += chosen.size
            if chosen.size:
                held["min"], held["max"] = chosen.min().item(), chosen.max().item()
                held["mean"] = math.fsum(chosen.tolist()) / chosen.size
    return out


def texts(cells, fill):
    """Figures of texts, given as bytes."""
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
    spread_out = None if flags is None else spread(flags, variable)
    if spread_out is None:
        return None
    fill, listed = attribute(flags, "_FillValue"), attribute(flags, "flag_values")
    if fill is None and flags.dtype != "S1":
        fill = netCDF4.default_fillvals.get(np.dtype(flags.dtype).str[1:])
    # A fill value that is listed among the flags has a meaning of its own, such as 9 of WOCE.
    has_meaning = listed is not None and not isinstance(listed, str) and fill in np.atleast_1d(listed)
    return spread_out.ravel(), None if has_meaning else fill


def spread(flags, variable):
    """The flag of each cell of a variable: flags of fewer dimensions apply along the shared ones. None if they do not fit."""
    dimensions, values = list(flags.dimensions), unsigned(flags, np.asarray(flags[...]))
    if len(dimensions) > variable.ndim and values.shape[-1] == 1 and dimensions[-1] not in variable.dimensions:
        # One character for each flag.
        dimensions, values = dimensions[:-1], values[..., 0]
    if dimensions != [name for name in variable.dimensions if name in dimensions]:
        return None
    kept = tuple(slice(None) if name in dimensions else np.newaxis for name in variable.dimensions)
    try:
        return np.broadcast_to(values[kept], variable.shape)
    except ValueError:
        return None


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
        # A field of a compound type.
        whole, _, field = name.partition(".")
        values = group.variables[whole][...]
        return leaf(values, field)
    variable = group.variables[name]
    values = np.asarray(variable[...])
    fill = attribute(variable, "_FillValue")
    axes = {d for g in all_groups(dataset) for v in g.variables.values() if v.dtype != "S1" for d in v.dimensions}
    if variable.dtype == "S1":
        fill = fill if isinstance(fill, bytes) else (fill or "").encode()
        if values.ndim and is_length(dataset, variable.dimensions[-1], axes) and 0 < values.shape[-1] <= 65536:
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
            said = stored(said, values.dtype)
            if said is None:
                continue
            missing |= (values == said) | (np.isnan(values) if values.dtype.kind == "f" and np.isnan(said) else False)
    default = DEFAULTS.get(values.dtype.str[1:])
    is_enum = isinstance(variable.datatype, netCDF4.EnumType)
    if attribute(variable, "_FillValue") is None and default is not None and not is_enum:
        missing |= values == np.asarray(default, values.dtype)
    scale, offset = attribute(variable, "scale_factor"), attribute(variable, "add_offset")
    if scale is not None or offset is not None:
        values = values.astype("f8") * float(1 if scale is None else scale) + float(0 if offset is None else offset)
    flags, no_flag = flags_of(variable, group) or (None, None)
    return figures(values, missing, flags, no_flag) | {"shape": shape}


def is_length(dataset, dimension, axes):
    """Whether the last dimension of a char array is the length of a text."""
    if any(ARGO_LENGTH.fullmatch(name) for name in dataset.dimensions):
        return bool(ARGO_LENGTH.fullmatch(dimension))
    return dimension not in axes


def stored(said, dtype):
    """A fill value in the type of the data; None if that type cannot hold it, so that no value equals it."""
    if dtype.kind == "f":
        with np.errstate(all="ignore"):
            return np.asarray(said).astype(dtype)
    if isinstance(said, np.floating) and (not np.isfinite(said) or said != np.trunc(said)):
        return None
    bits, least = 8 * dtype.itemsize, np.iinfo(dtype).min
    # The bits of a signed fill value are those of an unsigned one (`_Unsigned`).
    whole = int(said) % (1 << bits) if dtype.kind == "u" else int(said)
    return np.asarray(whole, dtype) if least <= whole <= np.iinfo(dtype).max else None


def leaf(values, field):
    """Figures of HDF5's own types, as h5py and netCDF4 read them."""
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
    # Padding is counted apart from missing values, which it is to the peer.
    padding = ours.get("padding", 0)
    if sum(ours["missing"].values()) + padding != reference["missing"]:
        yield f"missing {ours['missing']} and padding {padding} against {reference['missing']}"
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
        # Padding has no flag.
        whole = {flag for flag, held in reference["flags"].items() if held["count"] or not padding}
        if not whole <= set(split) <= set(reference["flags"]):
            yield f"flags {sorted(split)} against {sorted(reference['flags'])}"
        for flag in set(split) & set(reference["flags"]):
            a, b = split[flag], reference["flags"][flag]
            same = b["total"] - padding <= a["total"] <= b["total"] and a["count"] == b["count"]
            if same and b["count"]:
                same = number(a["min"]) == b["min"] and number(a["max"]) == b["max"] and abs(a["mean"] - b["mean"]) <= 1e-9 * most
            if not same:
                yield f"flag {flag}: {a} against {b}"


def is_netcdf4(path):
    """Whether an HDF5 file was written by a netCDF library: by what only such a library writes."""
    found = []

    def look(_, item):
        name = item.attrs.get("NAME", b"") if isinstance(item, h5py.Dataset) else b""
        hidden = isinstance(name, bytes) and name.startswith(b"This is a netCDF dimension but not a netCDF variable")
        if hidden or "_Netcdf4Dimid" in item.attrs or "_nc3_strict" in item.attrs:
            found.append(item.name)

    try:
        with h5py.File(path) as file:
            if "_NCProperties" in file.attrs or "_nc3_strict" in file.attrs:
                return True
            file.visititems(look)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError):
        return False
    return bool(found)


def main():
    least = int(sys.argv[1])
    pairs = [argument.split("=", 1) for argument in sys.argv[2:]]
    compared, split, wrong, skipped, misread = 0, 0, 0, Counter(), 0
    for root, line in ((Path(root), line) for root, path in pairs for line in open(path)):
        document = json.loads(line)
        if document["outcome"] != "reviewed" or document["handler"]["id"] not in ("netcdf", "hdf5"):
            continue
        key = document["file"]["key"]
        if document["handler"]["id"] == "hdf5" and is_netcdf4(root / key):
            print(f"{key}: a netCDF-4 file was reviewed as HDF5")
            misread += 1
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
        print(f"not compared, the peer cannot read them: {count} of {reason}")
    print(f"{compared} variables compared, {split} of them split by flags; {wrong} differ; {sum(skipped.values())} not compared")
    print(f"{misread} netCDF-4 files were reviewed as HDF5")
    sys.exit(1 if wrong or misread or compared < least else 0)


main()
