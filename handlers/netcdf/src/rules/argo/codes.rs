//! The codes of Argo's format rules, with their examples.

use data_review_core::codes;

const MANUAL: &str = "Argo user's manual 3.41, Metadata format version 3.1";
const PROFILE: &str = "Argo user's manual 3.41, Core-Argo and B-Argo profile format version 3.1";

codes! {
    pub(crate) const ARGO;
    STRUCTURE = Warning "argo-structure": "A variable has another type or other dimensions than its format",
        "Programs for the format misread it, and the format checker of the data centres rejects the file.",
        "Write the variable again as the user's manual declares it.", "Argo user's manual 3.41, 2 Formats description",
        peer "ArgoFormatChecker: `variable: Type differs`, `Dimensions differ`",
        passes r#"double LAUNCH_LATITUDE = 1 ;"#,
        fails r#"float LAUNCH_LATITUDE = 1 ;"#;
    EMPTY = Warning "argo-empty": "A text that Argo requires is empty",
        "Programs that select floats by it do not find this one.",
        "Fill it in; write `n/a` if there is nothing to say.", MANUAL,
        peer "ArgoFormatChecker: `Empty`; PROGRAM_NAME not in reference table 41",
        passes r#"char PROGRAM_NAME(STRING64=64) = "Argo FRANCE" ;"#,
        fails r#"char PROGRAM_NAME(STRING64=64) = "" ;"#;
    NAME_FORM = Warning "argo-person": "The name of a person is not in Argo's form",
        "Names have a given and a family name, and a comma separates several persons; other separators and special blanks make one name of them.",
        "Write `Given FAMILY, Given FAMILY`.", MANUAL,
        peer "ArgoFormatChecker: PI_NAME not in NVS table R40 (we check the form only)",
        passes r#"char PI_NAME(STRING64=64) = "Ada NORTH, Bo D'EAST" ;"#,
        fails r#"char PI_NAME(STRING64=64) = "Ada NORTH; Bo EAST" ;"#;
    DUPLICATE = Warning "argo-duplicate": "A list names a sensor or parameter twice",
        "Which column of the list describes which sensor is not known.",
        "Number the second and later ones: `CTD_TEMP_2`.", "Argo user's manual 3.41, reference tables 3 and 25: duplicate sensors",
        peer "ArgoFormatChecker: `variable contains duplicate values`",
        passes r#"char SENSOR(N_SENSOR=2, STRING32=32) = "CTD_TEMP", "CTD_TEMP_2" ;"#,
        fails r#"char SENSOR(N_SENSOR=2, STRING32=32) = "CTD_TEMP", "CTD_TEMP" ;"#;
    PARAMETER = Error "argo-parameter": "A parameter is not in Argo's list of parameters",
        "Programs do not know what was measured.",
        "Use the name of the list. The second sensor of a kind has the suffix `_2`.", "Argo user's manual 3.41, reference table 3 (NVS R03)",
        peer "ArgoFormatChecker: `Invalid parameter name in this context`; PARAMETER `Invalid`",
        passes r#"char PARAMETER(N_PARAM=2, STRING64=64) = "TEMP", "DOXY_2" ;"#,
        fails r#"char PARAMETER(N_PARAM=2, STRING64=64) = "TEMP", "DOXY2" ;"#;
    PARAMETER_VARIABLE = Error "argo-parameter-variable": "A listed parameter lacks a variable that it requires",
        "STATION_PARAMETERS names the parameter, but its values, flags or adjusted values are not in the file.",
        "Add the variable, or take the parameter out of the list.", PROFILE,
        peer "ArgoFormatChecker: `PARAM specified. Variables not in data file`, `Parameter group: Variables are missing`",
        passes r#"char STATION_PARAMETERS(N_PROF=1, N_PARAM=1, STRING16=16) = "PRES" ;
            float PRES(N_PROF=1, N_LEVELS=1) = 1 ;
            char PRES_QC(N_PROF=1, N_LEVELS=1) = "1" ;
            float PRES_ADJUSTED(N_PROF=1, N_LEVELS=1) = 99999 ;
            char PRES_ADJUSTED_QC(N_PROF=1, N_LEVELS=1) = " " ;
            float PRES_ADJUSTED_ERROR(N_PROF=1, N_LEVELS=1) = 99999 ;"#,
        fails r#"char STATION_PARAMETERS(N_PROF=1, N_PARAM=1, STRING16=16) = "PRES" ;
            float PRES(N_PROF=1, N_LEVELS=1) = 1 ;
            char PRES_QC(N_PROF=1, N_LEVELS=1) = "1" ;"#;
    BATTERY = Warning "argo-battery": "The description of the batteries is not in Argo's form",
        "BATTERY_TYPE is `maker type volts V`, BATTERY_PACKS is `number size type`, one for each type and separated by `+`; other texts are only notable, but unknown or contradictory parts are probably wrong.",
        "Write makers, types and sizes of reference tables 33, 34 and 35.", "Argo user's manual 3.41, Metadata format version 3.1: BATTERY_TYPE, BATTERY_PACKS; reference tables 33 to 35",
        peer "ArgoFormatChecker: validateBattery, switched off in version 3.0.2",
        passes r#"char BATTERY_TYPE(STRING64=64) = "SAFT Lithium 10.8 V" ;
            char BATTERY_PACKS(STRING64=64) = "2D Li" ;"#,
        fails r#"char BATTERY_TYPE(STRING64=64) = "SAFT Lithium 10.8 V" ;
            char BATTERY_PACKS(STRING64=64) = "2D Alk" ;"#;
    NAME_UNKNOWN = Warning "argo-name": "The name of a technical or configuration parameter is not in Argo's list",
        "Programs that compare floats do not find the value.",
        "Use a name of the list, and a listed value for each of its parts in `<…>`.", "Argo user's manual 3.41, reference tables 14 and 18 (NVS R14, R18)",
        peer "ArgoFormatChecker: CK_0161 `Invalid name`, `Invalid template/value`, CK_0163",
        passes r#"char LAUNCH_CONFIG_PARAMETER_NAME(N=1, STRING128=128) = "CONFIG_CtdAscentPhaseDepthZone3StartPres_dbar" ;"#,
        fails r#"char LAUNCH_CONFIG_PARAMETER_NAME(N=1, STRING128=128) = "CONFIG_CtdAscentPhaseDepthZoneXStartPres_dbar" ;"#;
    UNIT_UNKNOWN = Warning "argo-unit": "The unit of a technical or configuration parameter is not in Argo's list",
        "The value cannot be converted.",
        "Write a unit of the list; the part of the name after the last `_` is the unit.", "Argo user's manual 3.41, reference table 14: units",
        peer "ArgoFormatChecker: `Invalid unit`",
        passes r#"char LAUNCH_CONFIG_PARAMETER_NAME(N=1, STRING128=128) = "CONFIG_ParkPressure_dbar" ;"#,
        fails r#"char LAUNCH_CONFIG_PARAMETER_NAME(N=1, STRING128=128) = "CONFIG_ParkPressure_decibels" ;"#;
    LONG_NAME = Warning "argo-long-name": "The long name of a technical time series is not the name of its parameter",
        "A name that is not in reference table 14, or has another unit than the variable, is probably wrong; a description is only notable.",
        "Write the name of reference table 14 with its unit, such as `PRESSURE_AirBladder_COUNT`.", "Argo user's manual 3.41, Technical information format version 3.1: time series",
        peer "ArgoFormatChecker: long name of TECH_TIMESERIES",
        passes r#"float PRESSURE_AirBladder(N_TECH_MEASUREMENT=1) = 1 ;
            PRESSURE_AirBladder:units = "COUNT" ;
            PRESSURE_AirBladder:long_name = "PRESSURE_AirBladder_COUNT" ;"#,
        fails r#"float PRESSURE_AirBladder(N_TECH_MEASUREMENT=1) = 1 ;
            PRESSURE_AirBladder:units = "COUNT" ;
            PRESSURE_AirBladder:long_name = "PRESSURE_BadBladder_COUNT" ;"#;
    DATA_MODE = Error "argo-data-mode": "DATA_MODE contradicts PARAMETER_DATA_MODE",
        "DATA_MODE is the highest mode of the parameters: D, then A, then R.",
        "Correct the mode that is wrong.", "Argo user's manual 3.41, B-Argo profile format version 3.1: DATA_MODE, PARAMETER_DATA_MODE",
        peer "ArgoFormatChecker: `DATA_MODE/PARAMETER_DATA_MODE: Inconsistent`",
        passes r#"char STATION_PARAMETERS(N_PROF=1, N_PARAM=1, STRING16=16) = "PRES" ;
            char DATA_MODE(N_PROF=1) = "D" ;
            char PARAMETER_DATA_MODE(N_PROF=1, N_PARAM=1) = "D" ;"#,
        fails r#"char STATION_PARAMETERS(N_PROF=1, N_PARAM=1, STRING16=16) = "PRES" ;
            char DATA_MODE(N_PROF=1) = "R" ;
            char PARAMETER_DATA_MODE(N_PROF=1, N_PARAM=1) = "D" ;"#;
    ADJUSTED = Warning "argo-adjusted": "Adjusted values contradict the data mode or the values",
        "In mode R nothing is adjusted; otherwise every value has an adjusted one, unless its flag is 4 or 9.",
        "Correct the mode, or the adjusted values and their flags.", "Argo user's manual 3.41, Core-Argo profile format version 3.1: <PARAM>_ADJUSTED",
        peer "ArgoFormatChecker: `DATA_MODE 'R': Not FillValue`, `Not missing / Missing (QC not 4 or 9)`, `Missing / Not missing`",
        passes r#"char STATION_PARAMETERS(N_PROF=1, N_PARAM=1, STRING16=16) = "TEMP" ;
            char DATA_MODE(N_PROF=1) = "R" ;
            float TEMP(N_PROF=1, N_LEVELS=2) = 4, 5 ;
            char TEMP_QC(N_PROF=1, N_LEVELS=2) = "11" ;
            float TEMP_ADJUSTED(N_PROF=1, N_LEVELS=2) = 99999, 99999 ;"#,
        fails r#"char STATION_PARAMETERS(N_PROF=1, N_PARAM=1, STRING16=16) = "TEMP" ;
            char DATA_MODE(N_PROF=1) = "R" ;
            float TEMP(N_PROF=1, N_LEVELS=2) = 4, 5 ;
            char TEMP_QC(N_PROF=1, N_LEVELS=2) = "11" ;
            float TEMP_ADJUSTED(N_PROF=1, N_LEVELS=2) = 99999, 5.1 ;"#;
    PROFILE_QC = Error "argo-profile-qc": "The flag of a profile contradicts the flags of its values",
        "PROFILE_<PARAM>_QC is the share of good values (flags 1, 2, 5, 8): A all, B from 75 %, C from 50 %, D from 25 %, E more than none, F none, blank if nothing was checked.",
        "Compute it again.", "Argo user's manual 3.41, reference table 2a (NVS RP2)",
        peer "ArgoFormatChecker: `PROFILE_param_QC: Value = … Expected = …`",
        passes r#"char STATION_PARAMETERS(N_PROF=1, N_PARAM=1, STRING16=16) = "TEMP" ;
            char DATA_MODE(N_PROF=1) = "R" ;
            char PROFILE_TEMP_QC(N_PROF=1) = "C" ;
            float TEMP(N_PROF=1, N_LEVELS=2) = 4, 5 ;
            char TEMP_QC(N_PROF=1, N_LEVELS=2) = "14" ;
            char TEMP_ADJUSTED_QC(N_PROF=1, N_LEVELS=2) = "  " ;"#,
        fails r#"char STATION_PARAMETERS(N_PROF=1, N_PARAM=1, STRING16=16) = "TEMP" ;
            char DATA_MODE(N_PROF=1) = "R" ;
            char PROFILE_TEMP_QC(N_PROF=1) = "A" ;
            float TEMP(N_PROF=1, N_LEVELS=2) = 4, 5 ;
            char TEMP_QC(N_PROF=1, N_LEVELS=2) = "14" ;
            char TEMP_ADJUSTED_QC(N_PROF=1, N_LEVELS=2) = "  " ;"#;
    QC = Warning "argo-qc": "A flag contradicts its value",
        "A core value has flag 0 (not checked) or a blank, a value has flag 9 (missing), or a missing value has the flag of a value.",
        "Run the quality control, or correct the flag.", "Argo user's manual 3.41, reference table 2; Argo Quality Control Manual",
        peer "ArgoFormatChecker: `QC code '0'`, `Blank (' ') QC when data is not missing`, `Missing data but QC not missing`",
        passes r#"char STATION_PARAMETERS(N_PROF=1, N_PARAM=1, STRING16=16) = "TEMP" ;
            float TEMP(N_PROF=1, N_LEVELS=2) = 4, 5 ;
            char TEMP_QC(N_PROF=1, N_LEVELS=2) = "11" ;"#,
        fails r#"char STATION_PARAMETERS(N_PROF=1, N_PARAM=1, STRING16=16) = "TEMP" ;
            float TEMP(N_PROF=1, N_LEVELS=2) = 4, 5 ;
            char TEMP_QC(N_PROF=1, N_LEVELS=2) = "10" ;"#;
    NOT_FINITE = Error "argo-not-finite": "A value of a parameter is NaN or infinite",
        "Argo marks a missing value by the fill value 99999; programs read NaN as a measurement.",
        "Write the fill value, with flag 9.", "Argo user's manual 3.41, Core-Argo profile format version 3.1: <PARAM>:_FillValue",
        peer "ArgoFormatChecker: `NaNs at … levels`, `Infinite value at … levels`",
        passes r#"char STATION_PARAMETERS(N_PROF=1, N_PARAM=1, STRING16=16) = "TEMP" ;
            float TEMP(N_PROF=1, N_LEVELS=2) = 4, 99999 ;
            char TEMP_QC(N_PROF=1, N_LEVELS=2) = "19" ;"#,
        fails r#"char STATION_PARAMETERS(N_PROF=1, N_PARAM=1, STRING16=16) = "TEMP" ;
            float TEMP(N_PROF=1, N_LEVELS=2) = 4, NaN ;
            char TEMP_QC(N_PROF=1, N_LEVELS=2) = "14" ;"#;
    ATTRIBUTE = Warning "argo-attribute": "An attribute of a variable differs from its Argo format or list of parameters",
        "The units, the fill value or the valid range are not those of the format version. Values in other units cannot be compared with those of other floats, and another fill value is read as a measurement.",
        "Write the attribute of the format; if the values are in the other unit or have the other fill value, convert them as well.", "Argo user's manual 3.41, 2 Formats description; reference table 3 (NVS R03)",
        peer "ArgoFormatChecker: `attribute: … Definitions differ`",
        passes r#"float TEMP(N_PROF=1, N_LEVELS=1) = 4 ;
            TEMP:units = "degree_Celsius" ;"#,
        fails r#"float TEMP(N_PROF=1, N_LEVELS=1) = 4 ;
            TEMP:units = "degC" ;"#;
    DATE = Warning "argo-date": "A date of the file is invalid, or contradicts another one",
        "Dates are written YYYYMMDDHHMISS. The file is created before it is updated, and a mission ends after the launch.",
        "Correct the date.", "Argo user's manual 3.41, Core-Argo profile format version 3.1: DATE_CREATION, DATE_UPDATE",
        peer "ArgoFormatChecker: `DATE_UPDATE: Before DATE_CREATION`, CK_0097 to CK_0103",
        passes r#"char DATE_CREATION(DATE_TIME=14) = "20200101000000" ;
            char DATE_UPDATE(DATE_TIME=14) = "20210101000000" ;"#,
        fails r#"char DATE_CREATION(DATE_TIME=14) = "20200101000000" ;
            char DATE_UPDATE(DATE_TIME=14) = "20190101000000" ;"#;
    FILE_NAME = Warning "argo-file-name": "The name of the file contradicts its content",
        "Programs select files by the number of the float, the cycle, the direction and the mode in the name.",
        "Rename a copy of the file, or correct the content that is wrong.", "Argo user's manual 3.41, File naming convention",
        peer "ArgoFormatChecker: `Inconsistent file name`",
        passes r#"// R1234567_001.nc
            int CYCLE_NUMBER(N_PROF=1) = 1 ;"#,
        fails r#"// R1234567_002.nc
            int CYCLE_NUMBER(N_PROF=1) = 1 ;"#;
}
