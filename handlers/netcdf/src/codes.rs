//! Finding codes of the conventions.

use data_review_core::codes;

codes! {
    pub(crate) const OWN;
    OUT_OF_VALID_RANGE = Warning "out-of-valid-range": "Values lie outside the variable's own valid range",
        "They are counted all the same; many programs take them for missing.",
        "Check the values, or correct `valid_min`, `valid_max` or `valid_range`.", "netCDF User's Guide, Attribute Conventions: valid_range";
    FILL_IN_RANGE = Warning "fill-in-valid-range": "The fill value is a valid value",
        "A measured value that equals it is lost.",
        "Choose a `_FillValue` outside the valid range.", "CF 1.11, 2.5.1 Missing data";
    CONVENTIONS_MISSING = Info "conventions-missing": "The file does not say which conventions it keeps",
        "Programs have to guess what its variables mean.",
        "Add the global attribute `Conventions`.", "CF 1.11, 2.6.1 Identification of Conventions";
    UNITS_MISSING = Warning "units-missing": "A coordinate or a variable with a standard name has no units",
        "Its values cannot be compared with those of other files.",
        "Add `units`; `1` where there is none.", "CF 1.11, 3.1 Units";
    UNITS_UNKNOWN = Warning "units-unknown": "Units are not understood",
        "They are no product of units that UDUNITS or Argo knows.",
        "Correct the spelling: symbols are case-sensitive, and names have no blanks.", "CF 1.11, 3.1 Units";
    STANDARD_NAME_UNKNOWN = Warning "standard-name-unknown": "A standard name is not in the table",
        "It is misspelt, or newer than the table, whose version the document names.",
        "Correct the name, or ask for it to be added.", "CF 1.11, 3.3 Standard Name";
    AXIS_NOT_MONOTONIC = Error "axis-not-monotonic": "A coordinate variable is not strictly monotonic",
        "Values cannot be found by their coordinate; programs interpolate wrongly.",
        "Sort the data, and remove what is there twice.", "CF 1.11, 1.3 Terminology: coordinate variable";
    COORDINATE_MISSING = Warning "coordinate-missing": "A variable names a coordinate that is not there",
        "Where its values lie is not known.",
        "Correct the attribute `coordinates`, or add the variable.", "CF 1.11, 5 Coordinate Systems";
    TIME_UNDECODABLE = Error "time-undecodable": "The units or the calendar of a time are not understood",
        "When its values were measured is not known.",
        "Write `UNIT since YYYY-MM-DD hh:mm:ss` and a calendar of CF.", "CF 1.11, 4.4 Time Coordinate";
    TIME_IMPOSSIBLE = Error "time-impossible": "A time lies outside the years 0 to 9999",
        "It is left out of the coverage; often a fill value that is not declared.",
        "Correct the value, or declare the fill value.", "CF 1.11, 4.4 Time Coordinate";
    TIME_FUTURE = Error "time-future": "A time of an observation lies in the future",
        "It is later than the vocabulary's own date.",
        "Correct the time.", "Argo Quality Control Manual, test 2 (impossible date)";
    POSITION_IMPOSSIBLE = Error "position-impossible": "A position is not on the earth",
        "Its latitude is beyond 90 degrees, or its longitude not within −360 to 720; it is left out of the coverage.",
        "Correct the position, or declare the fill value.", "Argo Quality Control Manual, test 3 (impossible location)";
    VERTICAL_DIRECTION = Info "vertical-direction": "A vertical coordinate does not say which way is up",
        "It has no pressure units and no attribute `positive`.",
        "Add `positive = \"down\"` or `\"up\"`.", "CF 1.11, 4.3 Vertical Coordinate";
    ANCILLARY_MISSING = Warning "ancillary-missing": "A variable names an ancillary variable that is not there",
        "Its flags or errors are lost.",
        "Correct the attribute `ancillary_variables`, or add the variable.", "CF 1.11, 3.4 Ancillary Data";
    FLAG_SHAPE = Warning "flag-shape": "Flags have another shape than the values they belong to",
        "The statistics of the variable are not split by flag.",
        "Write one flag for each value.", "CF 1.11, 3.5 Flags";
    FLAG_UNKNOWN = Warning "flag-unknown": "A flag is not one that the file or its convention knows",
        "What it means is not known.",
        "Correct the flag, or complete `flag_values` and `flag_meanings`.", "CF 1.11, 3.5 Flags; Argo reference table 2";
    ALL_BAD = Warning "all-flagged-bad": "Every value of a variable is flagged as bad",
        "The variable has values, and none is to be used.",
        "Nothing, where that is so; a flag that was shifted by a column looks the same.", "Argo reference table 2; WOCE quality codes";
    CONSTANT = Info "constant": "All values of a measured variable are the same",
        "A sensor that was stuck, or a value that was filled in.",
        "Compare with the original record.", "Argo Quality Control Manual, test 18 (frozen profile)";
    ARGO_REQUIRED = Error "argo-required": "A variable or attribute that Argo requires is missing",
        "The format checker of the data centres refuses the file.",
        "Add it, as the user's manual describes.", "Argo user's manual 3.41, 2 Formats description";
    ARGO_REFERENCE = Error "argo-reference": "A value is not in its Argo reference table",
        "The format checker of the data centres refuses the file.",
        "Correct the value.", "Argo user's manual 3.41, 3 Reference tables";
    CCHDO_REQUIRED = Error "cchdo-required": "A variable that CCHDO's netCDF requires is missing",
        "The cast cannot be identified, or placed.",
        "Convert the file again from its Exchange original.", "CCHDO CF-netCDF, Required variables";
    GEOMETRY_UNKNOWN = Warning "geometry-unknown": "`featureType` is none that CF knows",
        "How the values are arranged is not known.",
        "Write one of point, timeSeries, trajectory, profile, timeSeriesProfile, trajectoryProfile.", "CF 1.11, 9.4 featureType";
}
