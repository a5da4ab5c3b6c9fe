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

/// Where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the header, or in ascii data: line, and byte within the line, both from 1.
    Text(u64, u64),
    /// In binary data: byte of the file, from 0.
    Byte(u64),
}

/// One deviation, borrowed from the reader while the sink looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Deviation<'a> {
    /// Its kind.
    pub code: &'static Code,
    /// The column or header it is about.
    pub subject: Option<&'a str>,
    /// Where.
    pub place: Place,
    /// In words; formatted only if it is shown.
    pub message: fmt::Arguments<'a>,
}

/// Receives deviations.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(Deviation<'_>);

/// Hands a deviation to the sink.
pub(crate) fn report(
    sink: Sink<'_>,
    code: &'static Code,
    subject: Option<&str>,
    place: Place,
    message: fmt::Arguments<'_>,
) {
    sink(Deviation {
        code,
        subject,
        place,
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
    NOT_UTF8 "not-utf8" Info "Data Review, text":
        "Bytes that are not UTF-8" | "The line was read as ISO 8859-1, as Sea-Bird's programs write it (`sigma-é00`)." | "None is needed; readers that expect UTF-8 show the letter wrongly or stop.";
    LINE_TOO_LONG "line-too-long" Error "Data Review, limits":
        "A line is longer than the limit" | "The line was left out; it is hardly one of a .cnv file." | "Check that the file is what its name says.";
    HEADER_FORM "header-form" Warning "SBE Data Processing, .cnv format: Header":
        "A header line that cannot be read" | "The line was left out." | "Correct the line, or convert the raw data again.";
    END_MISSING "end-missing" Error "SBE Data Processing, .cnv format: *END*":
        "No line begins with `*END*`" | "The data were read from the first line of numbers on; the header may have lost lines." | "Get the file again, or add the line.";
    NQUAN "nquan" Error "SBE Data Processing, .cnv format: # nquan":
        "nquan contradicts the names" | "The header names more or fewer columns than nquan counts, or nquan is missing; the larger number was read." | "Compare the header with the columns, and correct it.";
    NAME_NUMBER "name-number" Warning "SBE Data Processing, .cnv format: # name, # span":
        "A name or span with a number that does not fit" | "Names are numbered from 0 in the order of the columns; a span belongs to the name of its number." | "Number the header lines anew.";
    NAME_REPEATED "name-repeated" Warning "SBE Data Processing, .cnv format: # name":
        "Two columns have the same name" | "Readers that look up columns by name take either." | "Rename one of them, or strip it from the file.";
    UNIT_MISSING "unit-missing" Info "SBE Data Processing, .cnv format: # name":
        "A column without a unit" | "Counts, frequencies and voltages have none; a measured quantity should." | "Look up the unit in the list of variables, and write it in brackets.";
    POSITION "position" Warning "SBE Data Processing, .cnv format: * NMEA Latitude, Longitude":
        "A position that is none" | "The cast cannot be placed by it; it was left out." | "Correct the header line.";
    START_TIME "start-time" Warning "SBE Data Processing, .cnv format: # start_time":
        "The start time is missing or cannot be read" | "The cast has no time." | "Write it as `Mon DD YYYY HH:MM:SS`.";
    START_TIME_CLOCK "start-time-clock" Warning "SBE Data Processing, .cnv format: # start_time":
        "The start time is not by a clock of the cast" | "It is the time of an upload or of the processing computer, or does not say whose it is; the cast has no time." | "Look the time up in the log; convert the raw data again with the time of instrument or NMEA.";
    NVALUES "nvalues" Error "SBE Data Processing, .cnv format: # nvalues":
        "nvalues contradicts the number of scans" | "The file may be cut, or was edited by hand." | "Get the file again, or correct the number.";
    SPAN "span" Warning "SBE Data Processing, .cnv format: # span":
        "A span contradicts the data" | "The extremes in the header are not those of the column; the file was edited or is cut, or a scan is damaged." | "Convert the raw data again, or correct the span.";
    BAD_NUMBER "bad-number" Error "SBE Data Processing, .cnv format: Data":
        "A cell that is no number" | "The cell is counted as invalid." | "Correct the cell.";
    RAGGED_ROW "ragged-row" Error "SBE Data Processing, .cnv format: Data":
        "A row with too few or too many cells" | "Cells may stand under the wrong names; missing ones count as missing, surplus ones are left out." | "Correct the row.";
    COLUMNS_RUN_TOGETHER "columns-run-together" Info "SBE Data Processing, .cnv format: Data (11 characters a column)":
        "Numbers with nothing between them" | "A number fills its column; the row was parted at every 11th character. Readers that part at blanks misread it." | "Write a blank between the columns.";
    TRUNCATED "truncated" Error "SBE Data Processing, .cnv format: Binary data":
        "The binary data end within a row" | "The file is cut; the incomplete row was left out." | "Get the file again, and compare the checksums.";
    BAD_FLAG_VALUE "bad-flag-value" Info "SBE Data Processing, .cnv format: # bad_flag":
        "The bad flag in a column of values" | "There is no value; it is counted as missing, by its spelling." | "None is needed; do not take it for a number.";
    ALL_BAD "all-bad" Warning "SBE Data Processing, .cnv format: # bad_flag":
        "Every scan is marked bad" | "Programs that leave out what is marked find no data." | "Check the settings of Loop Edit, or look for what went wrong with the cast.";
}
