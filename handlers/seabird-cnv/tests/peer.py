"""What `ctd` and `seabirdscientific` make of converted data: a line of JSON for each path."""

import json
import sys
import warnings

import ctd
from seabirdscientific.instrument_data import cnv_to_instrument_data

warnings.filterwarnings("ignore")


def figures(path):
    frame = ctd.from_cnv(path)
    scans = cnv_to_instrument_data(path)
    good = frame.index[(scans.data_vars["flag"].to_numpy() == 0) if "flag" in scans.data_vars else slice(None)]
    columns = {}
    for name, values in scans.data_vars.items():
        values = values.to_numpy()
        if name == "flag":
            marked = int((values != 0).sum())
        else:
            columns[name] = {"count": int(values.size), "min": values.min(), "max": values.max(), "mean": values.mean()}
    return {
        "scans": [len(frame), scans.sizes["scan"]], "pressure": [good.min(), good.max()], "marked": marked,
        "columns": columns,
    }


for path in sys.argv[1:]:
    print(json.dumps(figures(path), default=float))
