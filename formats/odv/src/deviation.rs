//! The deviations from the format that the parser reports.

text_format::codes! {
    /// The deviations that the parser reports, causes before their consequences.
    pub mod codes, static CODES;

    TRUNCATED = Error "truncated":
        "The file ends within a row",
        "The transfer or the writing of the file stopped early. The incomplete row was left out; the rows before it are sound.",
        "Get the file again, and compare the sizes.",
        "ODV User's Guide, generic spreadsheet: Data lines";
    LINE_TOO_LONG = Error "line-too-long":
        "A line is longer than the limit",
        "The line was left out.",
        "Check that the file is an ODV spreadsheet, and not another one under its name.",
        "Data Review, limits";
    NOT_UTF8 = Info "not-utf8":
        "Bytes that are not UTF-8",
        "The line was read as ISO 8859-1.",
        "None. New files should be in UTF-8, which `//<Encoding>UTF-8</Encoding>` states.",
        "ODV User's Guide, generic spreadsheet: <Encoding>";
    COLUMN_MISSING = Warning "column-missing":
        "A mandatory column is missing",
        "Without it stations cannot be distinguished, located or dated.",
        "Add the column, with its standard label.",
        "ODV User's Guide, generic spreadsheet: Column labels";
    LABEL_FORM = Warning "label-form":
        "A label has an unknown qualifier",
        "The label was read without the text that follows `METAVAR` or `PRIMARYVAR`.",
        "Use a value type such as `DOUBLE` or `TEXT:21`.",
        "ODV User's Guide, generic spreadsheet: Column labels";
    NAME_REPEATED = Warning "name-repeated":
        "Two columns have the same label",
        "Which of the two columns a reader finds by its label depends on the reader.",
        "Give each column its own label.",
        "ODV User's Guide, generic spreadsheet: Column labels";
    UNIT_MISSING = Info "unit-missing":
        "Variables without a unit",
        "Numbers without a unit cannot be compared.",
        "Write the unit in brackets after the name.",
        "ODV User's Guide, generic spreadsheet: Column labels";
    DECLARATION = Warning "declaration-without-column":
        "A variable is declared, but has no column",
        "The comments describe another file, or the column was renamed.",
        "Compare labels and comments, and correct the one that is wrong.",
        "ODV User's Guide, generic spreadsheet: <MetaVariable>, <DataVariable>; SeaDataNet D8.5: SDN_parameter_mapping";
    FLAG_COLUMN = Warning "flag-column":
        "A column of flags does not belong to a variable",
        "Its flags are not used in the statistics.",
        "Put the column after its variable, or label it `QV:SCHEME:LABEL`.",
        "ODV User's Guide, generic spreadsheet: Quality flags";
    FLAG_SCHEME = Info "flag-scheme":
        "An unknown flag scheme",
        "Its flags were counted and not checked.",
        "None if the scheme is the intended one.",
        "ODV User's Guide, quality flag schemes";
    LABELS_REPEATED = Warning "labels-repeated":
        "The line of labels occurs again",
        "The line was left out. Files were probably joined.",
        "Remove the line.",
        "ODV User's Guide, generic spreadsheet: Column labels";
    RAGGED_ROW = Error "ragged-row":
        "A row with too few or too many cells",
        "Cells may be in the wrong columns. Missing cells count as missing values, surplus ones are left out.",
        "Compare the row with its neighbours and with the original file.",
        "ODV User's Guide, generic spreadsheet: Data lines";
    STATION_METADATA = Warning "station-metadata":
        "A station begins without some of its metadata",
        "The first row of a station must have them; they were not copied from the previous station.",
        "Look the value up, and fill in the cell.",
        "ODV User's Guide, generic spreadsheet: Data lines";
    METADATA_CHANGES = Warning "metadata-changes":
        "Metadata change within a station",
        "The first row of the station counts.",
        "Find out which row is right, or whether a new station begins.",
        "ODV User's Guide, generic spreadsheet: Data lines";
    STATION_RESUMED = Warning "station-resumed":
        "Rows of a station are separated by another station",
        "Its rows are not next to each other; they are counted as another station.",
        "Sort the rows by station.",
        "ODV User's Guide, generic spreadsheet: Data lines";
    BAD_TIME = Warning "bad-time":
        "A date or time that does not exist, or has another form than its label",
        "The station or sample has no time.",
        "Look the time up, and write it in ISO 8601, or as the label says.",
        "ODV User's Guide, generic spreadsheet: Date and time";
    TIME_PRECISION = Info "time-precision":
        "A date without a day",
        "It gives the year or the month only; the station has no time.",
        "None if the day is not known.",
        "SeaDataNet D8.5: ISO 8601 precision";
    POSITION = Warning "position":
        "A position that does not exist",
        "The station has no position; the value was left out.",
        "Look the position up, and write it in decimal degrees, east and north.",
        "ODV User's Guide, generic spreadsheet: Longitude, Latitude";
    BAD_NUMBER = Error "bad-number":
        "A cell is not a number",
        "The cell is counted as invalid.",
        "Compare the cell with the original file; a column of texts needs `:TEXT` or `:INDEXED_TEXT` in its label.",
        "ODV User's Guide, generic spreadsheet: Value types";
    DECIMAL_COMMA = Info "decimal-comma":
        "Numbers with a decimal comma",
        "The comma was read as a decimal point.",
        "None for readers that support commas; others read the cell as text.",
        "ODV User's Guide, generic spreadsheet: Data lines";
    FILL_VALUE = Info "fill-value":
        "A missing value written as ±1.e10",
        "There is no value; the cell is counted as missing, by its spelling.",
        "None. Do not use it as a number.",
        "ODV User's Guide, generic spreadsheet: Missing values";
    FLAG_VALUE = Warning "flag-value":
        "A flag that its scheme does not have",
        "Programs that select by flags will not understand it.",
        "Find out which flag or which scheme is meant.",
        "ODV User's Guide, quality flag schemes";
    FLAGGED_MISSING = Warning "value-under-missing-flag":
        "A value whose flag says that it is missing",
        "Value and flag contradict each other; the value is counted.",
        "Find out which of the two is right.",
        "ODV User's Guide, quality flag schemes";
    MISSING_FLAGGED = Warning "missing-under-value-flag":
        "A missing value whose flag says that there is one",
        "A value may have been lost, or the flag was set for all cells.",
        "Find out whether there was a value.",
        "ODV User's Guide, quality flag schemes";
}
