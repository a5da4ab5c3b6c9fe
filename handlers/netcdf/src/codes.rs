//! Finding codes of the conventions of netCDF files.

use data_review_array::codes as shared;
use data_review_core::{CodeInfo, ReviewBuilder, codes};

codes! {
    pub(crate) const OWN;
    OUT_OF_VALID_RANGE = Warning "out-of-valid-range": "Values are outside the variable's own valid range",
        "They are counted nevertheless; many programs treat them as missing. Values with a flag of questionable, bad or missing are not reported; if all the others have a flag of good, the severity is info.",
        "Check the values, and whether `valid_min`, `valid_max` or `valid_range` is right.", "netCDF User's Guide, Attribute Conventions: valid_range";
    FILL_IN_RANGE = Warning "fill-in-valid-range": "The fill value is within the valid range",
        "A measured value that equals it is lost.",
        "Choose a `_FillValue` outside the valid range when the file is written again.", "CF 1.11, 2.5.1 Missing data";
    RANGE_EMPTY = Info "valid-range-empty": "A valid range is empty",
        "Its ends are equal or exchanged, and values differ from them. It is not applied here; programs that apply it drop every value.",
        "Remove `valid_min`, `valid_max` or `valid_range`, or correct them.", "netCDF User's Guide, Attribute Conventions: valid_range";
    LIST_FORM = Info "list-form": "Names in an attribute are separated by commas",
        "CF separates the names in `coordinates` and `ancillary_variables` by blanks; programs that follow it do not find the variables.",
        "Separate the names by blanks.", "CF 1.11, 3.4 Ancillary Data and 5 Coordinate Systems";
    NUMBER_AS_TEXT = Warning "number-as-text": "An attribute is a text where a number is needed",
        "Programs ignore it, or fail: values are not unpacked, and fill values are read as data. It is ignored here.",
        "Write the attribute again as a number of the variable's type.", "netCDF User's Guide, Attribute Conventions; CF 1.11, 8.1 and 3.5";
    FLAGS_AS_TEXT = Info "flags-as-text": "The values of flags are given as a text",
        "`flag_values` and `flag_masks` must have the type of the flags, which are numbers. Numbers in the text, such as `0b, 1b`, are used here.",
        "Write the attribute again as numbers of the type of the flags.", "CF 1.11, 3.5 Flags";
    CONVENTIONS_MISSING = Info "conventions-missing": "The file does not name its conventions",
        "Programs have to guess the meaning of its variables.",
        "Add the global attribute `Conventions`.", "CF 1.11, 2.6.1 Identification of Conventions";
    UNITS_MISSING = Warning "units-missing": "A coordinate or a variable with a standard name has no units",
        "Its values cannot be compared with those of other files.",
        "Add `units`.", "CF 1.11, 3.1 Units";
    UNITS_UNKNOWN = Warning "units-unknown": "Unknown units",
        "UDUNITS rejects them, and they are not a common spelling of valid units.",
        "Correct the spelling: symbols are case-sensitive, and names have no blanks.", "CF 1.11, 3.1 Units";
    UNITS_SPELLING = Info "units-spelling": "Units in a spelling that UDUNITS does not use",
        "Programs that follow CF reject or misread them.",
        "Write the units that the message names; the values stay as they are.", "CF 1.11, 3.1 Units";
    STANDARD_NAME_UNKNOWN = Warning "standard-name-unknown": "Unknown standard name",
        "It is misspelt, or newer than the table, whose version the document names.",
        "Correct the name, or ask for it to be added to the table.", "CF 1.11, 3.3 Standard Name";
    AXIS_NOT_MONOTONIC = Warning "axis-not-monotonic": "A coordinate variable is not strictly monotonic",
        "Programs that look values up by their coordinate, or interpolate, get wrong results.",
        "Check the order of the data, and whether data are repeated.", "CF 1.11, 1.3 Terminology: coordinate variable";
    COORDINATE_MISSING = Warning "coordinate-missing": "A variable names a coordinate that the file does not contain",
        "Where its values were measured is not known.",
        "Correct the attribute `coordinates`, or add the variable.", "CF 1.11, 5 Coordinate Systems";
    TIME_UNDECODABLE = Error "time-undecodable": "The units or the calendar of a time are not valid",
        "When its values were measured is not known.",
        "Write `UNIT since YYYY-MM-DD hh:mm:ss` and a calendar of CF.", "CF 1.11, 4.4 Time Coordinate";
    TIME_ZONE_UNKNOWN = Warning "time-zone-unknown": "The time zone of a reference time is not known",
        "Its times are read as UTC, which may be wrong by hours.",
        "Write the zone as hours and minutes ahead of UTC, such as `+01:00`, or convert the times to UTC.", "CF 1.11, 4.4 Time Coordinate";
    TIME_CLIMATOLOGY = Info "time-climatology": "Times count from a year 0 that the calendar does not have",
        "Conventions before CF wrote climatologies in this way; their times have no year. They are not used for the coverage.",
        "Describe a climatology as CF 7.4 does, with the attribute `climatology`.", "CF 1.11, 4.4 Time Coordinate and 7.4 Climatological Statistics";
    TIME_IMPOSSIBLE = Error "time-impossible": "A time is impossible",
        "It is more than 10^11 years away, and not used for the coverage. Often it is an undeclared fill value.",
        "Correct the value, or declare the fill value.", "CF 1.11, 4.4 Time Coordinate";
    TIME_FUTURE = Error "time-future": "The time of an observation is in the future",
        "It is more than a day after the time at which the file was written, according to the file; if the file has no such time, it is in the year 2100 or later.",
        "Check the time, and when the file was written.", "Argo Quality Control Manual, test 2 (impossible date)";
    POSITION_IMPOSSIBLE = Error "position-impossible": "Impossible position",
        "Its latitude is beyond 90 degrees, or its longitude not between −360 and 720; it is not used for the coverage.",
        "Correct the position, or declare the fill value.", "Argo Quality Control Manual, test 3 (impossible location)";
    VERTICAL_DIRECTION = Info "vertical-direction": "A vertical coordinate has no direction",
        "It has no pressure units and no attribute `positive`.",
        "Add `positive = \"down\"` or `\"up\"`.", "CF 1.11, 4.3 Vertical Coordinate";
    ANCILLARY_MISSING = Warning "ancillary-missing": "A variable names an ancillary variable that the file does not contain",
        "Its flags or errors are lost.",
        "Correct the attribute `ancillary_variables`, or add the variable.", "CF 1.11, 3.4 Ancillary Data";
    FLAG_SHAPE = Warning "flag-shape": "Flags have different dimensions from their values",
        "It is not known which flag belongs to which value. The statistics of the variable are not split by flag.",
        "Give the flags the dimensions of the variable, or some of them.", "CF 1.11, 3.4 Ancillary Data";
    FLAG_UNKNOWN = Warning "flag-unknown": "A flag has no meaning in the file or its convention",
        "Whether the value may be used is not known.",
        "Complete `flag_values` and `flag_meanings`, or correct the flag.", "CF 1.11, 3.5 Flags; Argo reference table 2";
    ALL_BAD = Info "all-flagged-bad": "Every value of a variable has a flag of questionable or bad",
        "The variable has values, but none that may be used.",
        "None if intended. Check that the flags are not shifted by a column.", "Argo reference table 2; WOCE quality codes";
    CONSTANT = Info "constant": "All values of a measured variable are the same",
        "A sensor may have been stuck, or a value may have been filled in.",
        "Compare with the original record.", "Argo Quality Control Manual, test 18 (frozen profile)";
    ARGO_REQUIRED = Error "argo-required": "A variable or attribute that Argo requires is missing",
        "The format checker of the data centres rejects the file.",
        "Add it as the user's manual describes.", "Argo user's manual 3.41, 2 Formats description";
    ARGO_REFERENCE = Error "argo-reference": "A value is not in its Argo reference table",
        "The format checker of the data centres rejects the file.",
        "Correct the value.", "Argo user's manual 3.41, 3 Reference tables";
    CCHDO_REQUIRED = Error "cchdo-required": "A variable that CCHDO's netCDF requires is missing",
        "The cast cannot be identified, or its position is unknown.",
        "Convert the file again from its Exchange original.", "CCHDO CF-netCDF, Required variables";
    GEOMETRY_UNKNOWN = Warning "geometry-unknown": "Unknown `featureType`",
        "How the values are arranged is not known.",
        "Write one of point, timeSeries, trajectory, profile, timeSeriesProfile, trajectoryProfile.", "CF 1.11, 9.4 featureType";
}

/// Causes, each with the findings in other variables that follow from it.
const CONSEQUENCES: [(&CodeInfo, &[&CodeInfo]); 2] = [(&shared::TRUNCATED, LOST), (&shared::DAMAGED, LOST)];
/// Findings about variables that exist but cannot be read.
const LOST: &[&CodeInfo] = &[
    &COORDINATE_MISSING,
    &ANCILLARY_MISSING,
    &ARGO_REQUIRED,
    &CCHDO_REQUIRED,
];

/// Declares which findings follow from others.
pub(crate) fn explain(review: &mut ReviewBuilder) {
    shared::explain(review);
    for (cause, consequences) in CONSEQUENCES {
        for consequence in consequences {
            review.explain(cause, consequence, None);
        }
    }
}

/// Declares which findings about the coordinate `path` follow from an impossible value of it.
pub(crate) fn explain_coordinate(path: &str, review: &mut ReviewBuilder) {
    for cause in [&TIME_IMPOSSIBLE, &TIME_FUTURE, &POSITION_IMPOSSIBLE] {
        for consequence in [&OUT_OF_VALID_RANGE, &AXIS_NOT_MONOTONIC] {
            review.explain(cause, consequence, Some(path));
        }
    }
}
