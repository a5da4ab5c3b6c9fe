"""Writes the files of the tests beside this script: python make.py

Needs netCDF4 (1.7 was used). Each file shows one situation of the conventions, with as few values as that takes.
"""
from pathlib import Path

import numpy as np
from netCDF4 import Dataset, stringtochar

HERE = Path(__file__).resolve().parent
CLASSIC = "NETCDF3_CLASSIC"
FILL = 99999.0
TIME = {"units": "days since 1950-01-01", "standard_name": "time"}
LATITUDE = {"units": "degrees_north", "standard_name": "latitude"}
LONGITUDE = {"units": "degrees_east", "standard_name": "longitude"}
DEPTH = {"units": "m", "standard_name": "depth", "positive": "down"}
TEMPERATURE = {"units": "degree_Celsius", "standard_name": "sea_water_temperature"}
FLAGS = {"flag_values": np.arange(5, dtype="i1"), "flag_meanings": "not_evaluated good suspect bad missing"}


def file(name, dimensions, form=CLASSIC, **attributes):
    made = Dataset(HERE / name, "w", format=form)
    made.setncatts(attributes)
    for dimension, length in dimensions.items():
        made.createDimension(dimension, length)
    return made


def add(where, name, kind, dimensions, values, fill=None, **attributes):
    variable = where.createVariable(name, kind, dimensions.split(), fill_value=fill)
    variable.set_auto_maskandscale(False)
    variable.setncatts(attributes)
    values = np.array(values, dtype="S1" if kind == "S1" else kind)
    variable[...] = values.reshape(variable.shape)
    return variable


def text(where, name, dimensions, words, length):
    add(where, name, "S1", dimensions, stringtochar(np.array(words, dtype=f"S{length}")))


def chars(rows):
    return [list(row) for row in rows]


# Argo: two profiles of 4 and 2 levels in 6 cells. TEMP reaches further than PRES, which is read first.
with file("argo.nc", {"N_PROF": 2, "N_LEVELS": 6, "N_PARAM": 3, "N_VALUES": 2, "STRING16": 16, "STRING4": 4, "DATE_TIME": 14},
          Conventions="Argo-3.1 CF-1.6", featureType="trajectoryProfile") as f:
    text(f, "DATA_TYPE", "STRING16", "B-Argo profile", 16)
    text(f, "FORMAT_VERSION", "STRING4", "3.1", 4)
    text(f, "STATION_PARAMETERS", "N_PROF N_PARAM STRING16", [["PRES", "TEMP", "UV"], ["PRES", "TEMP", ""]], 16)
    add(f, "PARAMETER_DATA_MODE", "S1", "N_PROF N_PARAM", chars(["RAD", "RR "]))
    pressure = dict(units="decibar", standard_name="sea_water_pressure", axis="Z", valid_min=0.0, valid_max=12000.0)
    add(f, "PRES", "f4", "N_PROF N_LEVELS", [[-0.1, 10, 20, FILL, FILL, FILL], [5, 10, FILL, FILL, FILL, FILL]], FILL, **pressure)
    add(f, "PRES_QC", "S1", "N_PROF N_LEVELS", chars(["111   ", "14    "]), " ")
    add(f, "TEMP", "f4", "N_PROF N_LEVELS", [[9, 8, FILL, 6, FILL, FILL], [99, 4, FILL, FILL, FILL, FILL]], FILL,
        valid_min=-2.5, valid_max=40.0, **TEMPERATURE)
    add(f, "TEMP_QC", "S1", "N_PROF N_LEVELS", chars(["1 91  ", "41    "]), " ")
    intensity = np.full((2, 6, 2), FILL)
    intensity[0, :4] = [[1, 2], [3, 4], [5, 6], [7, 8]]
    intensity[1, 0] = [9, FILL]
    add(f, "UV_INTENSITY", "f4", "N_PROF N_LEVELS N_VALUES", intensity, FILL, units="count")
    add(f, "UV_INTENSITY_QC", "S1", "N_PROF N_LEVELS", chars(["1234  ", "1     "]), " ")

# CCHDO: 3 and 1 bottles in 4 cells. Behind the last bottle the flags are 9, their fill value, as for a bottle not sampled.
with file("cchdo.nc", {"N_PROF": 2, "N_LEVELS": 4, "string2": 2}, Conventions="CF-1.8 CCHDO-1.0", featureType="profile") as f:
    nan = np.nan
    woce = dict(standard_name="status_flag", flag_values=np.arange(10, dtype="i1"),
                flag_meanings="none not_received acceptable questionable bad not_reported mean peak irregular not_drawn")
    add(f, "pressure", "f8", "N_PROF N_LEVELS", [[5, 10, 15, nan], [5, nan, nan, nan]], nan, units="dbar",
        standard_name="sea_water_pressure", axis="Z", positive="down", whp_name="CTDPRS")
    text(f, "bottle_number", "N_PROF N_LEVELS string2", [["7", "8", "9", ""], ["7", "", "", ""]], 2)
    f["bottle_number"].ancillary_variables = "bottle_number_qc"
    add(f, "bottle_number_qc", "i1", "N_PROF N_LEVELS", [[2, 4, 2, 9], [3, 9, 9, 9]], 9,
        conventions="WOCESAMPLE - WOCE Quality Codes for the sampling device itself", **woce)
    add(f, "oxygen", "f4", "N_PROF N_LEVELS", [[200, 210, nan, nan], [-50, nan, nan, nan]], nan, units="umol/kg",
        standard_name="moles_of_oxygen_per_unit_mass_in_sea_water", ancillary_variables="oxygen_qc", valid_min=0.0, valid_max=500.0)
    add(f, "oxygen_qc", "i1", "N_PROF N_LEVELS", [[2, 6, 9, 9], [4, 9, 9, 9]], 9,
        conventions="WOCEBOTTLE - WOCE Quality Codes for water sample (bottle) measurements", **woce)


def sampled(name, geometry, dimensions):
    return file(name, dimensions, Conventions="CF-1.8", featureType=geometry)


def position(f, dimensions, shape):
    add(f, "lat", "f4", dimensions, np.full(shape, 40.0), **LATITUDE)
    add(f, "lon", "f4", dimensions, np.full(shape, -30.0), **LONGITUDE)


with sampled("point.nc", "point", {"obs": 5}) as f:
    position(f, "obs", 5)
    add(f, "time", "f8", "obs", range(5), **TIME)
    add(f, "temp", "f4", "obs", [1, 2, 3, FILL, 5], FILL, coordinates="time lat lon", **TEMPERATURE)

# Series of 4 and 2 times; the spectrum does not multiply them.
with sampled("time_series_padded.nc", "timeSeries", {"station": 2, "obs": 5, "frequency": 3}) as f:
    position(f, "station", 2)
    add(f, "time", "f8", "station obs", [[0, 1, 2, 3, FILL], [0, 1, FILL, FILL, FILL]], FILL, **TIME)
    add(f, "temp", "f4", "station obs", [[1, FILL, 3, 4, FILL], [5, 6, FILL, FILL, FILL]], FILL, coordinates="time lat lon",
        **TEMPERATURE)
    add(f, "temp_qc", "i1", "station obs", [[1, 4, 1, 3, 4], [1, 1, 4, 4, 4]], **FLAGS)
    add(f, "spectrum", "f4", "station obs frequency", np.ones(30), FILL, coordinates="time lat lon", units="1")
    f["spectrum"][0, 4] = f["spectrum"][1, 2:] = FILL

# A mooring whose instruments hang at depths that have no times of their own.
with sampled("time_series_profile.nc", "timeSeriesProfile", {"time": 4, "z": 3}) as f:
    position(f, "", ())
    add(f, "time", "f8", "time", range(4), **TIME)
    add(f, "depth", "f4", "z", [10, 20, 30], **DEPTH)
    add(f, "temp", "f4", "time z", range(12), coordinates="lat lon depth", **TEMPERATURE)

# Two trajectories of 3 and 1 profiles, of up to 3 levels.
with sampled("trajectory_profile_padded.nc", "trajectoryProfile", {"trajectory": 2, "profile": 4, "z": 3}) as f:
    times = np.array([[0, 1, 2, FILL], [0, FILL, FILL, FILL]])
    add(f, "time", "f8", "trajectory profile", times, FILL, **TIME)
    add(f, "lat", "f4", "trajectory profile", np.where(times == FILL, FILL, 40), FILL, **LATITUDE)
    add(f, "lon", "f4", "trajectory profile", np.where(times == FILL, FILL, -30), FILL, **LONGITUDE)
    depth = np.full((2, 4, 3), FILL)
    depth[0, 0], depth[0, 1, :2], depth[0, 2, :1], depth[1, 0, :2] = [1, 2, 3], [1, 2], [1], [1, 2]
    add(f, "depth", "f4", "trajectory profile z", depth, FILL, **DEPTH)
    temperature = np.where(depth == FILL, FILL, 10 - depth)
    temperature[0, 0, 2] = FILL
    add(f, "temp", "f4", "trajectory profile z", temperature, FILL, coordinates="time lat lon depth", **TEMPERATURE)

with sampled("profiles_contiguous.nc", "profile", {"profile": 3, "obs": 7}) as f:
    position(f, "profile", 3)
    add(f, "time", "f8", "profile", range(3), **TIME)
    add(f, "row_size", "i4", "profile", [3, 2, 2], sample_dimension="obs")
    add(f, "depth", "f4", "obs", [1, 2, 3, 1, 2, 1, 2], **DEPTH)
    add(f, "temp", "f4", "obs", range(7), coordinates="time lat lon depth", **TEMPERATURE)

with sampled("profiles_indexed.nc", "profile", {"profile": 3, "obs": 7}) as f:
    position(f, "profile", 3)
    add(f, "time", "f8", "profile", range(3), **TIME)
    add(f, "parent", "i4", "obs", [0, 0, 0, 1, 1, 2, 2], instance_dimension="profile")
    add(f, "depth", "f4", "obs", [1, 2, 3, 1, 2, 1, 2], **DEPTH)
    add(f, "temp", "f4", "obs", range(7), coordinates="time lat lon depth", **TEMPERATURE)

# A grid with land at the end of each row, a curvilinear position, bounds, and a flag for each latitude.
with file("grid.nc", {"time": 2, "y": 2, "x": 3, "bnds": 2}, Conventions="CF-1.8") as f:
    add(f, "time", "f8", "time", [15, 45], axis="T", bounds="time_bnds", **TIME)
    add(f, "time_bnds", "f8", "time bnds", [0, 30, 30, 60])
    add(f, "lat", "f4", "y x", [40, 40, FILL, 41, 41, FILL], FILL, **LATITUDE)
    add(f, "lon", "f4", "y x", [1, 2, FILL, 1, 2, FILL], FILL, **LONGITUDE)
    add(f, "sst", "f4", "time y x", [1, 2, FILL, 3, 4, FILL] * 2, FILL, coordinates="lat lon", ancillary_variables="row_qc",
        **TEMPERATURE)
    add(f, "row_qc", "i1", "y", [1, 3], **FLAGS)

# Flags in every form. The names say what is special about them.
with file("flags.nc", {"time": 4, "strlen": 1}, Conventions="CF-1.8") as f:
    add(f, "time", "f8", "time", range(4), **TIME)

    def flagged(name, kind, values, dimensions="time", **attributes):
        add(f, name, "f4", "time", [1, 2, 3, 4], ancillary_variables=f"{name}_qc", units="m")
        add(f, f"{name}_qc", kind, dimensions, values, standard_name="status_flag", **attributes)

    i1 = lambda *values: np.array(values, dtype="i1")
    flagged("bits", "i1", [0, 1, 3, 8], flag_masks=i1(1, 2, 4), flag_meanings="low_battery bad_data good_data")
    flagged("parts", "i1", [5, 6, 13, 16], flag_masks=i1(1, 2, 12, 12, 12), flag_values=i1(1, 2, 4, 8, 12),
            flag_meanings="low_battery fail off on scan")
    flagged("unsigned", "i1", [0, 1, -56, -1], _Unsigned="true", flag_values=i1(0, 1, -56), flag_meanings="no_qc good bad")
    flagged("letters", "S1", [b"G", b"B", b" ", b"x"], flag_values="G, B", flag_meanings="good bad")
    flagged("words", "S1", [b"1", b"4", b"1", b"4"], "time strlen", flag_values="14", flag_meanings="good bad")
    flagged("numbers_as_text", "i1", [1, 1, 1, 1], flag_values="1b, 4b", flag_meanings="good bad")
    flagged("unwritten", "i1", [1, -127, 1, 1], flag_values=i1(1, 4), flag_meanings="good bad")
    flagged("seadatanet", "i1", [49, 52, 49, 49], Conventions="SeaDataNet measurand qualifier flags",
            flag_values=i1(48, 49, 52), flag_meanings="no_quality_control good_value bad_value")

# Ranges of packed values: of the type of the stored values, and of that of the scale.
with file("ranges.nc", {"x": 3}, Conventions="CF-1.8") as f:
    i2 = lambda value: np.int16(value)
    add(f, "packed", "i2", "x", [-100, 0, 100], i2(-999), scale_factor=0.1, add_offset=5.0, valid_min=i2(-50), valid_max=i2(200))
    add(f, "unpacked", "i2", "x", [-100, 0, 400], i2(-999), scale_factor=0.1, add_offset=5.0, valid_range=np.array([-5.0, 40.0]))
    add(f, "text", "i2", "x", [1, 2, 3], scale_factor="0.1", missing_value="3", valid_min="2")
    add(f, "open", "f4", "x", [1, 2, 3], 999999.0, valid_min=0.0)
    add(f, "closed", "f4", "x", [1, 2, 3], 10.0, valid_min=0.0, valid_max=20.0)

# Flags and coordinates in groups above the variable.
with file("groups.nc", {"x": 3}, "NETCDF4", Conventions="CF-1.8") as f:
    middle = f.createGroup("data").createGroup("sst")
    position(middle, "x", 3)
    add(middle, "sst_flag", "i1", "x", [1, 3, 1], **FLAGS)
    add(middle.createGroup("measured"), "sst", "f4", "x", [1, 2, 3], coordinates="lat lon missing", ancillary_variables="sst_flag",
        **TEMPERATURE)

# Variables without a value, and with NaN that nothing declares.
with file("empty.nc", {"x": 3}, Conventions="CF-1.8") as f:
    for name in "abc":
        add(f, name, "f4", "x", [FILL] * 3, FILL, units="m")
    for name in "de":
        add(f, name, "f4", "x", [1, np.nan, 3], FILL, units="m")
