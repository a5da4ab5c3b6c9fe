//! Finding codes of the conventions.

use data_review_array::codes::{SHARED, with_shared};
use data_review_core::{CodeInfo, Severity};

const OWN: [CodeInfo; 22] = [
    OUT_OF_VALID_RANGE,
    FILL_IN_RANGE,
    CONVENTIONS_MISSING,
    UNITS_MISSING,
    UNITS_UNKNOWN,
    STANDARD_NAME_UNKNOWN,
    AXIS_NOT_MONOTONIC,
    COORDINATE_MISSING,
    TIME_UNDECODABLE,
    TIME_IMPOSSIBLE,
    TIME_FUTURE,
    POSITION_IMPOSSIBLE,
    VERTICAL_DIRECTION,
    ANCILLARY_MISSING,
    FLAG_SHAPE,
    FLAG_UNKNOWN,
    ALL_BAD,
    CONSTANT,
    ARGO_REQUIRED,
    ARGO_REFERENCE,
    CCHDO_REQUIRED,
    GEOMETRY_UNKNOWN,
];

pub(crate) static CODES: [CodeInfo; SHARED.len() + OWN.len()] = with_shared(&OWN);

const fn code(
    code: &'static str,
    severity: Severity,
    title: &'static str,
    meaning: &'static str,
    remedy: &'static str,
    clause: &'static str,
) -> CodeInfo {
    CodeInfo {
        code,
        severity,
        title,
        meaning,
        remedy,
        clause,
    }
}

pub(crate) const OUT_OF_VALID_RANGE: CodeInfo = code(
    "out-of-valid-range",
    Severity::Warning,
    "Values lie outside the variable's own valid range",
    "They are counted all the same; many programs take them for missing.",
    "Check the values, or correct `valid_min`, `valid_max` or `valid_range`.",
    "netCDF User's Guide, Attribute Conventions: valid_range",
);
pub(crate) const FILL_IN_RANGE: CodeInfo = code(
    "fill-in-valid-range",
    Severity::Warning,
    "The fill value is a valid value",
    "A measured value that equals it is lost.",
    "Choose a `_FillValue` outside the valid range.",
    "CF 1.11, 2.5.1 Missing data",
);
pub(crate) const CONVENTIONS_MISSING: CodeInfo = code(
    "conventions-missing",
    Severity::Info,
    "The file does not say which conventions it keeps",
    "Programs have to guess what its variables mean.",
    "Add the global attribute `Conventions`.",
    "CF 1.11, 2.6.1 Identification of Conventions",
);
pub(crate) const UNITS_MISSING: CodeInfo = code(
    "units-missing",
    Severity::Warning,
    "A coordinate or a variable with a standard name has no units",
    "Its values cannot be compared with those of other files.",
    "Add `units`; `1` where there is none.",
    "CF 1.11, 3.1 Units",
);
pub(crate) const UNITS_UNKNOWN: CodeInfo = code(
    "units-unknown",
    Severity::Warning,
    "Units are not understood",
    "They are no product of units that UDUNITS or Argo knows.",
    "Correct the spelling: symbols are case-sensitive, and names have no blanks.",
    "CF 1.11, 3.1 Units",
);
pub(crate) const STANDARD_NAME_UNKNOWN: CodeInfo = code(
    "standard-name-unknown",
    Severity::Warning,
    "A standard name is not in the table",
    "It is misspelt, or newer than the table, whose version the document names.",
    "Correct the name, or ask for it to be added.",
    "CF 1.11, 3.3 Standard Name",
);
pub(crate) const AXIS_NOT_MONOTONIC: CodeInfo = code(
    "axis-not-monotonic",
    Severity::Error,
    "A coordinate variable is not strictly monotonic",
    "Values cannot be found by their coordinate; programs interpolate wrongly.",
    "Sort the data, and remove what is there twice.",
    "CF 1.11, 1.3 Terminology: coordinate variable",
);
pub(crate) const COORDINATE_MISSING: CodeInfo = code(
    "coordinate-missing",
    Severity::Warning,
    "A variable names a coordinate that is not there",
    "Where its values lie is not known.",
    "Correct the attribute `coordinates`, or add the variable.",
    "CF 1.11, 5 Coordinate Systems",
);
pub(crate) const TIME_UNDECODABLE: CodeInfo = code(
    "time-undecodable",
    Severity::Error,
    "The units or the calendar of a time are not understood",
    "When its values were measured is not known.",
    "Write `UNIT since YYYY-MM-DD hh:mm:ss` and a calendar of CF.",
    "CF 1.11, 4.4 Time Coordinate",
);
pub(crate) const TIME_IMPOSSIBLE: CodeInfo = code(
    "time-impossible",
    Severity::Error,
    "A time lies outside the years 0 to 9999",
    "It is left out of the coverage; often a fill value that is not declared.",
    "Correct the value, or declare the fill value.",
    "CF 1.11, 4.4 Time Coordinate",
);
pub(crate) const TIME_FUTURE: CodeInfo = code(
    "time-future",
    Severity::Error,
    "A time of an observation lies in the future",
    "It is later than the vocabulary's own date.",
    "Correct the time.",
    "Argo Quality Control Manual, test 2 (impossible date)",
);
pub(crate) const POSITION_IMPOSSIBLE: CodeInfo = code(
    "position-impossible",
    Severity::Error,
    "A position is not on the earth",
    "Its latitude is beyond 90 degrees, or its longitude not within −360 to 720; it is left out of the coverage.",
    "Correct the position, or declare the fill value.",
    "Argo Quality Control Manual, test 3 (impossible location)",
);
pub(crate) const VERTICAL_DIRECTION: CodeInfo = code(
    "vertical-direction",
    Severity::Info,
    "A vertical coordinate does not say which way is up",
    "It has no pressure units and no attribute `positive`.",
    "Add `positive = \"down\"` or `\"up\"`.",
    "CF 1.11, 4.3 Vertical Coordinate",
);
pub(crate) const ANCILLARY_MISSING: CodeInfo = code(
    "ancillary-missing",
    Severity::Warning,
    "A variable names an ancillary variable that is not there",
    "Its flags or errors are lost.",
    "Correct the attribute `ancillary_variables`, or add the variable.",
    "CF 1.11, 3.4 Ancillary Data",
);
pub(crate) const FLAG_SHAPE: CodeInfo = code(
    "flag-shape",
    Severity::Warning,
    "Flags have another shape than the values they belong to",
    "The statistics of the variable are not split by flag.",
    "Write one flag for each value.",
    "CF 1.11, 3.5 Flags",
);
pub(crate) const FLAG_UNKNOWN: CodeInfo = code(
    "flag-unknown",
    Severity::Warning,
    "A flag is not one that the file or its convention knows",
    "What it means is not known.",
    "Correct the flag, or complete `flag_values` and `flag_meanings`.",
    "CF 1.11, 3.5 Flags; Argo reference table 2",
);
pub(crate) const ALL_BAD: CodeInfo = code(
    "all-flagged-bad",
    Severity::Warning,
    "Every value of a variable is flagged as bad",
    "The variable has values, and none is to be used.",
    "Nothing, where that is so; a flag that was shifted by a column looks the same.",
    "Argo reference table 2; WOCE quality codes",
);
pub(crate) const CONSTANT: CodeInfo = code(
    "constant",
    Severity::Info,
    "All values of a measured variable are the same",
    "A sensor that was stuck, or a value that was filled in.",
    "Compare with the original record.",
    "Argo Quality Control Manual, test 18 (frozen profile)",
);
pub(crate) const ARGO_REQUIRED: CodeInfo = code(
    "argo-required",
    Severity::Error,
    "A variable or attribute that Argo requires is missing",
    "The format checker of the data centres refuses the file.",
    "Add it, as the user's manual describes.",
    "Argo user's manual 3.41, 2 Formats description",
);
pub(crate) const ARGO_REFERENCE: CodeInfo = code(
    "argo-reference",
    Severity::Error,
    "A value is not in its Argo reference table",
    "The format checker of the data centres refuses the file.",
    "Correct the value.",
    "Argo user's manual 3.41, 3 Reference tables",
);
pub(crate) const CCHDO_REQUIRED: CodeInfo = code(
    "cchdo-required",
    Severity::Error,
    "A variable that CCHDO's netCDF requires is missing",
    "The cast cannot be identified, or placed.",
    "Convert the file again from its Exchange original.",
    "CCHDO CF-netCDF, Required variables",
);
pub(crate) const GEOMETRY_UNKNOWN: CodeInfo = code(
    "geometry-unknown",
    Severity::Warning,
    "`featureType` is none that CF knows",
    "How the values are arranged is not known.",
    "Write one of point, timeSeries, trajectory, profile, timeSeriesProfile, trajectoryProfile.",
    "CF 1.11, 9.4 featureType",
);
