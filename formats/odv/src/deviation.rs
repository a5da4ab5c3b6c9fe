//! What can deviate from the format, and the place where it does.

use std::fmt;

/// How bad a deviation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The data are wrong, or other readers will stop here.
    Error,
    /// Against the format, or suspicious; the data can be read.
    Warning,
    /// Worth knowing.
    Info,
}

/// A kind of deviation.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable name.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One line.
    pub title: &'static str,
    /// What it means for the data.
    pub meaning: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// Clause of the format's description.
    pub clause: &'static str,
}

/// One deviation, borrowed from the reader while the sink looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Deviation<'a> {
    /// Its kind.
    pub code: &'static Code,
    /// The column it is about.
    pub subject: Option<&'a str>,
    /// Line, from 1.
    pub line: u64,
    /// Byte within the line, from 1.
    pub column: u64,
    /// In words; formatted only if it is shown.
    pub message: fmt::Arguments<'a>,
}

/// Receives deviations.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(Deviation<'_>);

/// Hands a deviation to the sink; `at` is line and column.
pub(crate) fn report(
    sink: Sink<'_>,
    code: &'static Code,
    subject: Option<&str>,
    (line, column): (u64, u64),
    message: fmt::Arguments<'_>,
) {
    sink(Deviation {
        code,
        subject,
        line,
        column,
        message,
    });
}

macro_rules! table {
    ($($constant:ident $name:literal $severity:ident $clause:literal: $title:literal | $meaning:literal | $remedy:literal;)*) => {
        /// Every kind of deviation, by name.
        pub mod codes {
            use super::{Code, Severity};
            $(
                #[doc = $title]
                pub static $constant: Code = Code {
                    name: $name,
                    severity: Severity::$severity,
                    title: $title,
                    meaning: $meaning,
                    remedy: $remedy,
                    clause: $clause,
                };
            )*
        }

        /// Every kind of deviation.
        pub static CODES: &[&Code] = &[$(&codes::$constant),*];
    };
}

table! {
    NOT_UTF8 "not-utf8" Info "ODV User's Guide, generic spreadsheet: <Encoding>":
        "Bytes that are not UTF-8" | "The line was read as ISO 8859-1." | "Write the file in UTF-8, and say so in `//<Encoding>`.";
    LINE_TOO_LONG "line-too-long" Error "Data Review, limits":
        "A line is longer than the limit" | "The line was left out." | "Check that the file is what its name says.";
    COLUMN_MISSING "column-missing" Warning "ODV User's Guide, generic spreadsheet: Column labels":
        "A mandatory column is missing" | "Stations cannot be told apart, placed or dated by it." | "Add the column, with its standard label.";
    LABEL_FORM "label-form" Warning "ODV User's Guide, generic spreadsheet: Column labels":
        "A qualifier that is not known" | "The label was read without what follows `METAVAR` or `PRIMARYVAR`." | "Use a value type such as `DOUBLE` or `TEXT:21`.";
    NAME_REPEATED "name-repeated" Warning "ODV User's Guide, generic spreadsheet: Column labels":
        "Two columns have the same label" | "Readers that look up columns by label take either." | "Make the labels differ.";
    UNIT_MISSING "unit-missing" Info "ODV User's Guide, generic spreadsheet: Column labels":
        "A variable without a unit" | "Numbers without a unit cannot be compared." | "Write the unit in brackets behind the name.";
    DECLARATION "declaration-without-column" Warning "ODV User's Guide, generic spreadsheet: <MetaVariable>, <DataVariable>; SeaDataNet D8.5: SDN_parameter_mapping":
        "A variable is declared, and has no column" | "The comments describe another file, or the column was renamed." | "Bring labels and comments in line.";
    FLAG_COLUMN "flag-column" Warning "ODV User's Guide, generic spreadsheet: Quality flags":
        "A flag column that belongs to no variable" | "Its flags have no part in the statistics." | "Put it behind its variable, or name it `QV:SCHEME:LABEL`.";
    FLAG_SCHEME "flag-scheme" Info "ODV User's Guide, quality flag schemes":
        "A scheme of flags that is not known here" | "Its flags were counted, and not checked." | "None is needed, if the scheme is meant.";
    FLAG_VALUE "flag-value" Warning "ODV User's Guide, quality flag schemes":
        "A flag that its scheme does not have" | "Programs that select by flags will not understand it." | "Correct the flag, or name the scheme that is meant.";
    FLAGGED_MISSING "value-under-missing-flag" Warning "ODV User's Guide, quality flag schemes":
        "A value whose flag says that it is missing" | "Value and flag contradict each other; the value is counted." | "Find out which is right.";
    MISSING_FLAGGED "missing-under-value-flag" Warning "ODV User's Guide, quality flag schemes":
        "A missing value whose flag speaks of a value" | "A value may have been lost." | "Write the flag for missing values, or the value.";
    LABELS_REPEATED "labels-repeated" Warning "ODV User's Guide, generic spreadsheet: Column labels":
        "The line of labels occurs again" | "The line was left out; files were probably put together." | "Remove the line.";
    RAGGED_ROW "ragged-row" Error "ODV User's Guide, generic spreadsheet: Data lines":
        "A line with too few or too many cells" | "Cells may stand under the wrong labels; missing ones count as missing, surplus ones are left out." | "Correct the line.";
    STATION_METADATA "station-metadata" Warning "ODV User's Guide, generic spreadsheet: Data lines":
        "A station begins without a part of its metadata" | "The first line of a station must have it; it was not taken from the station before." | "Fill in the cell.";
    METADATA_CHANGES "metadata-changes" Warning "ODV User's Guide, generic spreadsheet: Data lines":
        "Metadata change within a station" | "The first line of the station counts." | "Correct the line, or let a new station begin.";
    STATION_RESUMED "station-resumed" Warning "ODV User's Guide, generic spreadsheet: Data lines":
        "A station goes on after another one" | "Its lines do not lie together; they are counted as another station." | "Sort the lines by station.";
    BAD_TIME "bad-time" Warning "ODV User's Guide, generic spreadsheet: Date and time":
        "A date or time that is none" | "The station has no time by it." | "Write it in ISO 8601, or as the label says.";
    TIME_PRECISION "time-precision" Info "SeaDataNet D8.5: ISO 8601 precision":
        "A date without a day" | "It says the year or the month only; the station has no time by it." | "None is needed, if no more is known.";
    POSITION "position" Warning "ODV User's Guide, generic spreadsheet: Longitude, Latitude":
        "A position that is none" | "The station cannot be placed by it; it was left out." | "Write decimal degrees, east and north.";
    BAD_NUMBER "bad-number" Error "ODV User's Guide, generic spreadsheet: Value types":
        "A cell that is no number" | "The cell is counted as invalid." | "Correct the cell, or say `:TEXT` or `:INDEXED_TEXT` in the label.";
    DECIMAL_COMMA "decimal-comma" Info "ODV User's Guide, generic spreadsheet: Data lines":
        "Numbers with a decimal comma" | "The comma was read as a decimal point." | "Write points; other readers take the cell for text.";
    FILL_VALUE "fill-value" Info "ODV User's Guide, generic spreadsheet: Missing values":
        "A missing value that is written as ±1.e10" | "There is no value; it is counted as missing, by its spelling." | "Leave the cell empty.";
}
