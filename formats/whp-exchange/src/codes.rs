//! Every deviation from the specification that this crate reports, with its meaning and its remedy.
//!
//! [`COMMON`] can occur in every file, [`BOTTLE`] only in bottle files, [`CTD`] only in CTD casts.
//!
//! ```
//! use whp_exchange::codes;
//!
//! assert_eq!(codes::RAGGED_ROW.name, "ragged-row");
//! assert!(codes::for_kind(whp_exchange::Kind::Ctd).any(|code| code.name == "pressure-repeats"));
//! assert!(codes::for_kind(whp_exchange::Kind::Bottle).all(|code| code.name != "pressure-repeats"));
//! ```

use text_format::Code;

use crate::Kind;

pub use bottle::*;
pub use common::*;
pub use ctd::*;

/// The codes that can occur in a file of this kind, the common ones first.
pub fn for_kind(kind: Kind) -> impl Iterator<Item = &'static Code> {
    let specific = match kind {
        Kind::Bottle => BOTTLE,
        Kind::Ctd => CTD,
    };
    COMMON.iter().chain(specific).copied()
}

text_format::codes! {
    /// Deviations that can occur in every Exchange file.
    pub mod common, static COMMON;

    BYTE_ORDER_MARK = Warning "byte-order-mark":
        "The file begins with a byte order mark",
        "Readers that follow the specification do not find `BOTTLE` or `CTD` at the first byte.",
        "Save the file as UTF-8 without a byte order mark.",
        "Exchange 1.3, Common Format Features (UTF-8, no byte order mark)";
    NOT_UTF8 = Warning "not-utf8":
        "Bytes that are not UTF-8",
        "The text is probably ISO 8859-1 or Windows-1252: other readers show accented letters wrongly, or stop.",
        "Convert the file to UTF-8.",
        "Exchange 1.3, Common Format Features (UTF-8)";
    CARRIAGE_RETURN = Info "carriage-return":
        "Lines end with carriage returns",
        "The specification allows line feeds only. CCHDO's reader accepts both; others read the carriage return as part of the last cell.",
        "Convert the line ends to LF.",
        "Exchange 1.3, Common Format Features (line feeds)";
    LINE_TOO_LONG = Error "line-too-long":
        "A line is longer than the limit",
        "The line was skipped; lines of Exchange files are far shorter.",
        "Check that the file is what its name says.",
        "Data Review, limits";
    FILE_IDENTIFIER = Error "file-identifier":
        "The file does not begin with `BOTTLE,` or `CTD,`",
        "White space, blank lines or other letter case come first: readers that follow the specification do not recognise the file.",
        "Begin the file with the word as specified.",
        "Exchange 1.3, File Identification Stamp";
    STAMP = Warning "stamp":
        "The creation stamp is not as specified",
        "The first line should be `BOTTLE,` or `CTD,` and then the date of creation, division, institution and initials.",
        "Write the date as YYYYMMDD, followed by division, institution and initials: `20240131CCHSIOXYZ`.",
        "Exchange 1.3, File Identification Stamp";
    BLANK_LINE = Warning "blank-line":
        "A blank line",
        "Readers that count lines or cells stop here.",
        "Delete the blank line.",
        "Exchange 1.3, Data Lines";
    COMMENT_IN_DATA = Warning "comment-in-data":
        "A comment below the headers or parameters, or between data lines",
        "Comments belong right after the first line; other readers read this one as data.",
        "Move the comment up, below the first line.",
        "Exchange 1.3, Optional Comment Lines";
    FORBIDDEN_CHARACTER = Warning "forbidden-character":
        "A character that is not allowed in names, units and data lines",
        "Other readers stop at a tab, a control character or a letter beyond ASCII, or read it as part of the cell.",
        "Replace it with a space, or write it in ASCII.",
        "Exchange 1.3, Parameter and Unit Lines (U+0021 to U+007E); Data Lines (U+0020 to U+007F)";
    PARAMETER_EMPTY = Error "parameter-empty":
        "A column without a name",
        "The meaning of its values is unknown.",
        "Find out what the column holds and name it. Delete it only if all its cells are empty.",
        "Exchange 1.3, Parameter and Unit Lines (no empty fields)";
    PARAMETER_UNKNOWN = Info "parameter-unknown":
        "Parameters that are not in CCHDO's list",
        "They do not invalidate the file, and are reviewed without a range or a known unit; but CCHDO's own reader stops at the first one.",
        "Use the listed name if there is one; otherwise keep the name, and ask CCHDO to list it.",
        "Exchange 1.3, Parameters (an unlisted one SHALL NOT invalidate a file)";
    PARAMETER_ALIAS = Info "parameter-alias":
        "An older name or unit of a listed parameter",
        "It is read as the listed parameter.",
        "Use the listed name and unit.",
        "CCHDO parameter list: aliases";
    PARAMETER_CASE = Warning "parameter-case":
        "A parameter in other letter case than listed",
        "Names are compared exactly: other readers do not recognise this one.",
        "Write the name as it is listed.",
        "Exchange 1.3, Parameter and Unit Lines (capitalized)";
    PARAMETER_REPEATED = Error "parameter-repeated":
        "A parameter occurs twice",
        "Some readers use one of the columns, others stop.",
        "Name each column after its content; a second determination is called `NAME_ALT_1`.",
        "Exchange 1.3, Parameter and Unit Lines (unique)";
    ALIAS_REPEATED = Warning "alias-repeated":
        "Two columns are the same listed parameter",
        "One of the names, or both, is an older one of a listed parameter. Readers that know the older names stop, or use one of the columns.",
        "If the columns hold two determinations, call the second one `NAME_ALT_1`.",
        "CCHDO parameter list: aliases";
    PARAMETER_MISSING = Error "parameter-missing":
        "A required parameter is missing",
        "Samples cannot be distinguished or located.",
        "Add the column.",
        "Exchange 1.3, Bottle Specific: Required Bottle Parameters; CTD Specific";
    UNIT_UNKNOWN = Warning "unit-unknown":
        "A unit that CCHDO does not list for the parameter",
        "The values are not compared with the parameter's range.",
        "Correct the unit if it is misspelt; otherwise convert the values and the unit together.",
        "CCHDO parameter list: units";
    UNIT_COUNT = Error "unit-count":
        "The lines of units and of parameters differ in length",
        "Units may be in the columns of other parameters.",
        "Compare the two lines; give every parameter its unit, or an empty cell.",
        "Exchange 1.3, Parameter and Unit Lines (units in the column of their parameter)";
    UNITS_SHIFTED = Error "units-shifted":
        "Units are one column away from their parameters",
        "From some column on, each unit fits the parameter of the neighbouring column. No unit can be trusted from there on.",
        "Insert the comma that is missing in the line of units, or remove the surplus one, before the column that is named.",
        "Exchange 1.3, Parameter and Unit Lines (units in the column of their parameter)";
    UNIT_LINE_MISSING = Error "unit-line-missing":
        "The line of units is missing",
        "The line after the parameters contains data, and was read as data.",
        "Add the line of units below the parameters.",
        "Exchange 1.3, Parameter and Unit Lines";
    FLAG_ORPHAN = Error "flag-orphan":
        "A flag column without its parameter",
        "It is unknown to which values the flags belong.",
        "Restore the column of the parameter, or correct the name of the flag column.",
        "Exchange 1.3, Quality Codes";
    FLAG_UNIT = Warning "flag-unit":
        "A flag column has a unit",
        "Flags have none; the units may be one column away from their parameters.",
        "Check that each unit is in the column of its parameter; then leave the flag's unit empty.",
        "Exchange 1.3, Quality Codes (no units)";
    FLAG_NOT_EXPECTED = Warning "flag-not-expected":
        "Flags for a parameter that is not flagged by CCHDO",
        "Keys and coordinates have no flags; some readers reject the column.",
        "Ask CCHDO whether the flags are intended. Make a copy without the column for readers that reject it.",
        "CCHDO parameter list: kind of flag";
    FLAG_LEGACY = Info "flag-legacy":
        "A column of IGOSS flags",
        "Columns that end with `_FLAG_I` use an older scheme; their codes are counted, but not interpreted.",
        "Convert the flags to WOCE codes by the published table.",
        "WOCE 90-1, IGOSS flags";
    COLUMNS_SHIFTED = Error "columns-shifted":
        "Values are in flag columns",
        "The cells are one column away from their names: values are read as flags and flags as values. No value can be trusted from the first such column on.",
        "Compare a data line with the line of parameters, and restore the cell or the name that is missing or surplus there.",
        "Exchange 1.3, Data Lines (each datum in the column of its parameter)";
    FLAGS_SHIFTED = Error "flags-shifted":
        "Flags are not in the columns of their parameters",
        "The flags contradict the values of their own parameter, and fit those of the neighbouring one. No flag can be trusted from the first such column to the last.",
        "Compare the flag columns with their source, and move the flags to the parameters that they belong to.",
        "Exchange 1.3, Quality Codes";
    TRAILING_COMMA = Info "trailing-comma":
        "A comma at the end of a line",
        "It makes an empty column; about half of the archive's CTD files have it.",
        "Remove the comma from every line that ends with it.",
        "Exchange 1.3, Parameter and Unit Lines; Data Lines (no trailing comma)";
    RAGGED_ROW = Error "ragged-row":
        "A row with too few or too many cells",
        "Its cells may be in the wrong columns. Missing ones count as empty, surplus ones are ignored.",
        "Find out which cell is missing or surplus, and restore the row from its source.",
        "Exchange 1.3, Data Lines (each datum in the column of its parameter)";
    END_DATA_MISSING = Error "end-data-missing":
        "The file ends without END_DATA",
        "The file was probably cut off: rows after the last one may be lost. A last row that is incomplete was skipped.",
        "Get the file again from its source. Add the line only if the file is known to be whole.",
        "Exchange 1.3, Data Lines (END_DATA)";
    END_DATA_FORM = Warning "end-data-form":
        "END_DATA with white space around it, or in other letter case",
        "Readers that compare the line exactly continue after it.",
        "Write END_DATA alone on its line.",
        "Exchange 1.3, Data Lines (a line containing only END_DATA)";
    FILE_BEHIND_END = Error "file-behind-end":
        "Another Exchange file follows END_DATA",
        "What follows END_DATA is free text: no reader sees the rows of the second file.",
        "Make the second file a file of its own.",
        "Exchange 1.3, Post Data Content; CTD Specific (one profile per file)";
    NO_DATA = Error "no-data":
        "No data line",
        "The file has parameters, but nothing was measured, or the data are lost.",
        "Get the file again, or leave it out of the collection.",
        "Exchange 1.3, Data Lines";
    BLANK_CELL = Warning "blank-cell":
        "An empty cell",
        "It counts as missing; other readers stop there.",
        "Restore the value if it was lost; write -999 if there is none.",
        "Exchange 1.3, Data Lines (fill values)";
    NOT_A_NUMBER = Error "not-a-number":
        "Text in a column of numbers",
        "The cell is counted as invalid.",
        "Correct the cell from its source.",
        "Exchange 1.3, Data Lines (numeric data)";
    QUOTED_CELL = Warning "quoted-cell":
        "A text in quotes",
        "Quotes have no meaning in Exchange files: they become part of the key or name.",
        "Write the text without quotes.",
        "Exchange 1.3, Data Lines (no support for quoted strings)";
    NUMBER_FORM = Warning "number-form":
        "A number that is not written as specified",
        "Only digits, a point and a leading minus sign are allowed; the value was read nevertheless.",
        "Write the same value without exponent, plus sign, quotes or unit.",
        "Exchange 1.3, Data Lines (numeric data)";
    PADDED_FILL = Info "padded-fill":
        "Fill values that are padded with zeros",
        "The fill value is exactly -999; -999.0 is only probably one. The value was read as missing.",
        "Write -999 if the value is missing.",
        "Exchange 1.3, Data Lines (fill values)";
    UNUSUAL_FILL = Warning "odd-fill":
        "-9, -99 or -9999, perhaps instead of -999",
        "It was read as missing if the flag says that there is no value, or if the parameter cannot have such a value; otherwise as a value.",
        "Write -999 if the value is missing; leave it if it is a measurement.",
        "Exchange 1.3, Data Lines (fill values)";
    VALUE_UNDER_FILL_FLAG = Error "value-under-fill-flag":
        "There is a value, but its flag says that there is none",
        "Either the flag or the value is wrong. The value is counted under its flag, and not compared with its range.",
        "Find out which of the two is right. If the value was measured, correct the flag; never overwrite the only copy of a value.",
        "Exchange 1.3, Quality Codes (flags 1, 5 and 9)";
    FILL_UNDER_VALUE_FLAG = Error "fill-under-value-flag":
        "There is no value, but its flag says that there is one",
        "Either the flag is wrong or a value was lost.",
        "Restore the value from its source; if there was none, correct the flag to 9 (not sampled) or 5 (not reported).",
        "Exchange 1.3, Quality Codes (flags 2 to 4 and 6 to 8)";
    FLAG_ZERO = Warning "flag-zero":
        "Flag 0",
        "The specification has no such flag; it usually means that nobody assessed the value.",
        "Have the value assessed, and give it a flag of the scheme.",
        "Exchange 1.3, Quality Codes (1 to 9)";
    FLAG_UNUSED = Warning "flag-unused":
        "A flag that the scheme does not use",
        "Its meaning is not defined for this kind of parameter.",
        "Use a flag of the scheme.",
        "Exchange 1.3, Quality Codes: CTD Quality Codes (8 is not used)";
    FLAG_BAD = Error "flag-bad":
        "A flag that is not one digit",
        "It says nothing about the value.",
        "Correct the flag from its source.",
        "Exchange 1.3, Quality Codes (one digit)";
    FLAG_BLANK = Warning "flag-blank":
        "An empty flag",
        "Every cell of a flagged parameter has a flag.",
        "Use a flag of the scheme; 9 only if the value is missing, too.",
        "Exchange 1.3, Quality Codes";
    FLAG_FILL = Warning "flag-fill":
        "A fill value in a flag column",
        "-999 is not a flag; a missing value is flagged 9.",
        "Write 9 if the value is missing, too; otherwise give the value its flag.",
        "Exchange 1.3, Quality Codes";
    OUT_OF_RANGE = Warning "out-of-range":
        "Values outside the range that is expected of the parameter",
        "They are counted nevertheless. Values that are flagged questionable, bad or missing are not compared.",
        "Check unit, calibration and decimal point. Flag a value that is wrong, and leave one that is right.",
        "CCHDO parameter list: numeric_min and numeric_max, wider if published values are outside";
    KEY_PARTIAL = Error "key-partial":
        "A key or coordinate is empty or a fill value",
        "The sample cannot be located or distinguished from others.",
        "Fill it in from the cruise's log.",
        "Exchange 1.3, Bottle Specific: Required Bottle Parameters; CTD Specific: CTD required headers";
    DATE_IMPOSSIBLE = Error "date-impossible":
        "Invalid date",
        "It does not count for the coverage in time.",
        "Correct the date from the cruise's log.",
        "Exchange 1.3, Parameters: DATE (YYYYMMDD)";
    DATE_FORM = Warning "date-form":
        "A date that is not written YYYYMMDD",
        "It was understood, as spreadsheets write 20240131.0, 2024-01-31 or 2024/01/31; other readers stop.",
        "Write the date as eight digits.",
        "Exchange 1.3, Parameters: DATE (YYYYMMDD)";
    DATE_FUTURE = Warning "date-future":
        "A date after the creation of the file",
        "A file cannot contain data from after its creation: the date or the stamp in the first line is wrong.",
        "Compare the date with the cruise's log; if it is right, correct the stamp.",
        "Exchange 1.3, File Identification Stamp (YYYYMMDD)";
    TIME_IMPOSSIBLE = Error "time-impossible":
        "Invalid time of day",
        "It does not count for the coverage in time.",
        "Correct the time from the cruise's log.",
        "Exchange 1.3, Parameters: TIME (HHMM)";
    TIME_FORM = Warning "time-form":
        "A time of day that is not written HHMM",
        "It was understood: 930 as 0930, 2400 as the next day's 0000, 12:34 as 1234, a single 0 as an unknown time.",
        "Write the time as four digits.",
        "Exchange 1.3, Parameters: TIME (HHMM)";
    POSITION_IMPOSSIBLE = Error "position-impossible":
        "Invalid position",
        "Latitude is between -90 and 90, and longitude between -180 and 180; the position does not count for the coverage.",
        "Correct the position from the cruise's log; subtract 360 from a longitude beyond 180.",
        "Exchange 1.3, Parameters: LATITUDE and LONGITUDE";
    PRECISION_VARIES = Info "precision-varies":
        "The number of decimals changes within a column",
        "Decimals stand for the precision of the measurement.",
        "None if the precision did change; otherwise write all values with the decimals of the measurement.",
        "Exchange 1.3, Data Lines, note on precision";
}

text_format::codes! {
    /// Deviations that can occur in bottle files only.
    pub mod bottle, static BOTTLE;

    KEY_REPEATED = Error "key-repeated":
        "Two rows have the same key",
        "EXPOCODE, STNNBR, CASTNO and SAMPNO together name a sample; some readers keep one of the rows, others stop.",
        "Compare the rows: correct the key of one, and remove a row only if it repeats the other in every cell.",
        "Exchange 1.3, Bottle Specific: Unique Line Identification";
    COORDINATE_VARIES = Error "coordinate-varies":
        "A coordinate varies within a cast",
        "Date, time and position belong to the cast; those of a bottle go into BTL_DATE, BTL_TIME, BTL_LAT and BTL_LON.",
        "Move what varies into the columns of the bottle, and give the cast the values of the cruise's log.",
        "Exchange 1.3, Bottle Specific: coordinates of a cast";
    BOTTLE_TIME = Warning "bottle-time":
        "A bottle was closed more than a day from its cast's time",
        "BTL_DATE or BTL_TIME, or DATE and TIME, are wrong.",
        "Compare them with the cast's log.",
        "Exchange 1.3, Parameters: BTL_DATE and BTL_TIME";
}

text_format::codes! {
    /// Deviations that can occur in CTD casts only.
    pub mod ctd, static CTD;

    NUMBER_HEADERS = Error "number-headers":
        "NUMBER_HEADERS is wrong",
        "It counts itself and the headers that follow. Readers that rely on it read a header as data, or data as a header.",
        "Correct the number.",
        "Exchange 1.3, CTD Specific: NUMBER_HEADERS";
    HEADER_FORM = Error "header-form":
        "A header is not `NAME = VALUE`",
        "The line was skipped.",
        "Write it as `NAME = VALUE`, or as a comment.",
        "Exchange 1.3, CTD Specific: Additional CTD Headers";
    HEADER_MISSING = Error "header-missing":
        "A required header is missing",
        "The cast cannot be located or distinguished from others.",
        "Add the header.",
        "Exchange 1.3, CTD Specific: CTD required headers";
    HEADER_REPEATED = Error "header-repeated":
        "A header occurs twice",
        "Readers differ in the one that they use; the first one was used here.",
        "Find out which value is right, and keep that one.",
        "Exchange 1.3, CTD Specific: Additional CTD Headers";
    HEADER_UNKNOWN = Info "header-unknown":
        "A header that the specification does not list",
        "User headers are no longer documented; readers may reject them.",
        "Write it as a comment.",
        "Exchange 1.3, CTD Specific: Additional CTD Headers (change of 2022-01-25)";
    PRESSURE_NEGATIVE = Warning "pressure-negative":
        "Pressures below zero",
        "The instrument was in air, or its offset is not corrected.",
        "Correct the offset of the sensor; flag levels that were measured in air.",
        "Exchange 1.3, CTD Specific: CTDPRS";
    PRESSURE_REPEATS = Warning "pressure-repeats":
        "A pressure occurs twice in a cast",
        "Pressure names the level; some readers keep one of the rows, others stop.",
        "Compare the rows with the raw data, and correct the pressure that is wrong.",
        "Exchange 1.3, CTD Specific: CTDPRS is the key of a row";
    PRESSURE_DECREASES = Warning "pressure-decreases":
        "Pressure decreases within a cast",
        "A downcast is expected: rows are out of order, or the upcast is mixed in.",
        "Put the rows in order, or process the cast again without the upcast.",
        "Exchange 1.3, CTD Specific: CTDPRS is the key of a row";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_texts_are_complete() {
        let all: Vec<_> = COMMON.iter().chain(BOTTLE).chain(CTD).collect();
        let names: BTreeSet<_> = all.iter().map(|code| code.name).collect();
        assert_eq!(names.len(), all.len());
        for code in all {
            let is_kebab = code
                .name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            assert!(is_kebab, "{}", code.name);
            for text in [code.title, code.meaning, code.remedy, code.clause] {
                assert!(!text.is_empty(), "{}", code.name);
            }
            assert!(
                code.meaning.ends_with('.') && code.remedy.ends_with('.'),
                "{}",
                code.name
            );
        }
    }
}
