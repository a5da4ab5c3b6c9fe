//! What can deviate from the specification, and the place where it does.

use std::fmt;

use crate::header::Kind;

/// How bad a deviation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The data are wrong, or other readers will stop here.
    Error,
    /// Against the specification, or suspicious; the data can be read.
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
    /// Clause of the specification.
    pub clause: &'static str,
    /// The kind of file it can occur in; none: in both.
    pub only: Option<Kind>,
}

/// One deviation, borrowed from the reader while the sink looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Deviation<'a> {
    /// Its kind.
    pub code: &'static Code,
    /// The parameter, header or spelling it is about.
    pub subject: Option<&'a str>,
    /// Line, from 1.
    pub line: u64,
    /// Byte within the line, from 1.
    pub column: u64,
    /// Name of the column or header.
    pub field: Option<&'a str>,
    /// In words; formatted only if it is shown.
    pub message: fmt::Arguments<'a>,
}

impl<'a> Deviation<'a> {
    /// One that is about the file.
    pub(crate) fn at(code: &'static Code, line: u64, column: u64, message: fmt::Arguments<'a>) -> Self {
        Deviation {
            code,
            subject: None,
            line,
            column,
            field: None,
            message,
        }
    }

    /// One that is about the column or header `name`.
    pub(crate) fn on(self, name: &'a str) -> Self {
        Deviation {
            subject: Some(name),
            field: Some(name),
            ..self
        }
    }
}

/// Receives deviations.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(Deviation<'_>);

macro_rules! only {
    () => {
        None
    };
    ($kind:ident) => {
        Some(crate::header::Kind::$kind)
    };
}

macro_rules! table {
    ($($constant:ident $name:literal $severity:ident $(only $only:ident)? $clause:literal: $title:literal | $meaning:literal | $remedy:literal;)*) => {
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
                    only: only!($($only)?),
                };
            )*
        }

        /// Every kind of deviation.
        pub static CODES: &[&Code] = &[$(&codes::$constant),*];
    };
}

table! {
    BYTE_ORDER_MARK "byte-order-mark" Warning "Exchange 1.3, Common Format Features (UTF-8, no byte order mark)":
        "The file begins with a byte order mark" | "Readers that follow the specification do not find `BOTTLE` or `CTD` at the first byte." | "Save the file as UTF-8 without a byte order mark.";
    NOT_UTF8 "not-utf8" Warning "Exchange 1.3, Common Format Features (UTF-8)":
        "Bytes that are not UTF-8" | "Probably ISO 8859-1 or Windows-1252: accented letters in comments or names are shown wrongly, or stop a reader." | "Convert the file to UTF-8.";
    CARRIAGE_RETURN "carriage-return" Warning "Exchange 1.3, Common Format Features (line feeds)":
        "Lines end with carriage returns" | "The specification wants line feeds only; the last cell of a row may get an invisible character." | "Convert the line endings to LF.";
    LINE_TOO_LONG "line-too-long" Error "Data Review, limits":
        "A line is longer than the limit" | "The line was left out; it is hardly an Exchange line." | "Check that the file is what its name says.";
    FILE_IDENTIFIER "file-identifier" Error "Exchange 1.3, File Identification Stamp":
        "The file does not begin with `BOTTLE,` or `CTD,`" | "White space, blank lines or other letters' case come first; programs that follow the specification do not take it for an Exchange file." | "Begin the file with the word as specified.";
    STAMP "stamp" Warning "Exchange 1.3, File Identification Stamp":
        "The creation stamp is not as specified" | "The first line should be `BOTTLE,` or `CTD,` and a stamp of date, division, institution and initials." | "Write the stamp anew.";
    BLANK_LINE "blank-line" Warning "Exchange 1.3, Data Lines":
        "A blank line" | "Readers that count lines or cells stop here." | "Delete the line.";
    COMMENT_IN_DATA "comment-in-data" Warning "Exchange 1.3, Optional Comment Lines":
        "A comment below the headers or parameters, or between data lines" | "Comments belong right below the stamp; other readers take this one for data." | "Move the comment up.";
    FORBIDDEN_CHARACTER "forbidden-character" Warning "Exchange 1.3, Parameter and Unit Lines (U+0021 to U+007E); Data Lines (U+0020 to U+007F)":
        "A character that names, units or data lines must not have" | "A tab, a control character or a letter beyond ASCII: other readers stop, or take it as part of the cell." | "Replace it with a space, or write it in ASCII.";
    NUMBER_HEADERS "number-headers" Error only Ctd "Exchange 1.3, CTD Specific: NUMBER_HEADERS":
        "NUMBER_HEADERS miscounts" | "It counts itself and the headers that follow; readers that believe it take a header for data or data for a header." | "Correct the number.";
    HEADER_FORM "header-form" Error only Ctd "Exchange 1.3, CTD Specific: Additional CTD Headers":
        "A header is not `NAME = VALUE`" | "The line was left out." | "Write it as `NAME = VALUE`, or as a comment.";
    HEADER_MISSING "header-missing" Error only Ctd "Exchange 1.3, CTD Specific: CTD required headers":
        "A required header is missing" | "The cast cannot be placed, or not be told from others." | "Add the header.";
    HEADER_REPEATED "header-repeated" Error only Ctd "Exchange 1.3, CTD Specific: Additional CTD Headers":
        "A header occurs twice" | "Readers take either; the first was taken here." | "Delete one of them.";
    HEADER_UNKNOWN "header-unknown" Info only Ctd "Exchange 1.3, CTD Specific: Additional CTD Headers (change of 2022-01-25)":
        "A header that the specification does not list" | "User headers are no longer documented; readers may refuse them." | "Write it as a comment.";
    PARAMETER_EMPTY "parameter-empty" Error "Exchange 1.3, Parameter and Unit Lines (no empty fields)":
        "A column without a name" | "Its values cannot be said to be anything." | "Name the column, or delete it.";
    PARAMETER_UNKNOWN "parameter-unknown" Info "Exchange 1.3, Parameters (an unlisted one SHALL NOT invalidate a file)":
        "A parameter that the vocabulary does not know" | "It is reviewed like any other, but has no range, unit or kind of flag to be held against." | "Use the listed name, or ask CCHDO to list it.";
    PARAMETER_ALIAS "parameter-alias" Info "CCHDO parameter list: aliases":
        "An older name or unit" | "It means a listed parameter, by an older spelling." | "Use the listed name and unit.";
    PARAMETER_CASE "parameter-case" Warning "Exchange 1.3, Parameter and Unit Lines (capitalized)":
        "A parameter in other letters' case" | "Names are compared exactly; other readers do not know it." | "Write it in capitals, as listed.";
    PARAMETER_REPEATED "parameter-repeated" Error "Exchange 1.3, Parameter and Unit Lines (unique)":
        "A parameter occurs twice" | "Readers take either column, or stop." | "Delete one, or call the other `_ALT_1`.";
    PARAMETER_MISSING "parameter-missing" Error "Exchange 1.3, Bottle Specific: Required Bottle Parameters; CTD Specific":
        "A required parameter is missing" | "Samples cannot be told apart, or not be placed." | "Add the column.";
    UNIT_UNKNOWN "unit-unknown" Warning "CCHDO parameter list: units":
        "A unit that the vocabulary does not list for the parameter" | "The values are not held against the parameter's range." | "Convert the values, or correct the unit.";
    UNIT_COUNT "unit-count" Error "Exchange 1.3, Parameter and Unit Lines (units in the column of their parameter)":
        "Units and parameters are not equally many" | "Units may stand under the wrong parameters." | "Give every parameter its unit, or an empty one.";
    UNIT_LINE_MISSING "unit-line-missing" Error "Exchange 1.3, Parameter and Unit Lines":
        "The line of units is missing" | "The line after the parameters holds data; it was read as data." | "Add the line.";
    FLAG_ORPHAN "flag-orphan" Error "Exchange 1.3, Quality Codes":
        "A flag column without its parameter" | "The flags belong to nothing." | "Add the parameter, or delete the column.";
    FLAG_UNIT "flag-unit" Warning "Exchange 1.3, Quality Codes (no units)":
        "A flag column has a unit" | "Units may have slipped by a column." | "Leave the unit empty.";
    FLAG_NOT_EXPECTED "flag-not-expected" Warning "CCHDO parameter list: kind of flag":
        "Flags for a parameter that has none" | "Keys and coordinates are not flagged; readers may refuse the column." | "Delete the column.";
    FLAG_LEGACY "flag-legacy" Info "WOCE 90-1, IGOSS flags":
        "An IGOSS flag column" | "`_FLAG_I` is of an older scheme; its codes are counted, but not interpreted." | "Convert the flags to WOCE codes.";
    TRAILING_COMMA "trailing-comma" Info "Exchange 1.3, Parameter and Unit Lines; Data Lines (no trailing comma)":
        "A comma at the end of a line" | "It makes an empty column; about half of the archive's CTD files have it." | "Delete it.";
    RAGGED_ROW "ragged-row" Error "Exchange 1.3, Data Lines (each datum in the column of its parameter)":
        "A row with too few or too many cells" | "Cells may stand under the wrong parameters; missing ones count as blank, surplus ones are left out." | "Correct the row.";
    END_DATA_MISSING "end-data-missing" Error "Exchange 1.3, Data Lines (END_DATA)":
        "END_DATA is missing" | "The file may be cut." | "Get the file again, or add the line if it is whole.";
    END_DATA_FORM "end-data-form" Warning "Exchange 1.3, Data Lines (a line containing only END_DATA)":
        "END_DATA with white space around it, or in other letters' case" | "Readers that compare the line exactly read on." | "Write END_DATA alone on its line.";
    FILE_BEHIND_END "file-behind-end" Error "Exchange 1.3, Post Data Content; CTD Specific (one profile per file)":
        "Another Exchange file stands behind END_DATA" | "What follows END_DATA is free text: its rows are in no aggregate, here or elsewhere." | "Make it a file of its own.";
    NO_DATA "no-data" Error "Exchange 1.3, Data Lines":
        "No data line" | "The file has parameters, but nothing was measured, or the data are lost." | "Get the file again, or leave it out of the collection.";
    BLANK_CELL "blank-cell" Warning "Exchange 1.3, Data Lines (fill values)":
        "An empty cell" | "A missing value is written -999." | "Write -999.";
    NOT_A_NUMBER "not-a-number" Error "Exchange 1.3, Data Lines (numeric data)":
        "Text in a column of numbers" | "The cell was counted as invalid." | "Correct the cell.";
    QUOTED_CELL "quoted-cell" Warning "Exchange 1.3, Data Lines (no support for quoted strings)":
        "A text in quotes" | "Quotes have no meaning in Exchange files: they become part of the key or name." | "Write it without quotes.";
    NUMBER_FORM "number-form" Warning "Exchange 1.3, Data Lines (numeric data)":
        "A number that is not written as specified" | "Only digits, a point and a leading minus are allowed; the value was read all the same." | "Write it without exponent, plus sign, quotes or tabs.";
    PADDED_FILL "padded-fill" Info "Exchange 1.3, Data Lines (fill values)":
        "A fill that is padded with zeros" | "The fill is exactly -999; -999.0 is only probably a fill." | "Write -999.";
    ODD_FILL "odd-fill" Warning "Exchange 1.3, Data Lines (fill values)":
        "-9, -99 or -9999 where -999 is meant, or may be" | "It was taken as missing where the flag demands a fill or the value lies outside the parameter's range, else as a value." | "Write -999 for what is missing.";
    VALUE_UNDER_FILL_FLAG "value-under-fill-flag" Error "Exchange 1.3, Quality Codes (flags 1, 5 and 9)":
        "The flag says that there is no value, but there is one" | "Either the flag or the value is wrong; the value counts." | "Correct the flag, or write -999.";
    FILL_UNDER_VALUE_FLAG "fill-under-value-flag" Error "Exchange 1.3, Quality Codes (flags 2 to 4 and 6 to 8)":
        "The flag says that there is a value, but it is missing" | "Either the flag is wrong or a value was lost." | "Correct the flag, or restore the value.";
    FLAG_ZERO "flag-zero" Warning "Exchange 1.3, Quality Codes (1 to 9)":
        "Flag 0" | "It is not in the specification; it usually means that nobody looked." | "Use a code of the scheme.";
    FLAG_UNUSED "flag-unused" Warning "Exchange 1.3, Quality Codes: CTD Quality Codes (8 is not used)":
        "A code that the scheme does not use" | "Its meaning is not defined for this kind of parameter." | "Use a code of the scheme.";
    FLAG_BAD "flag-bad" Error "Exchange 1.3, Quality Codes (one digit)":
        "A flag that is no digit" | "It says nothing of the value." | "Use a code of the scheme.";
    FLAG_BLANK "flag-blank" Warning "Exchange 1.3, Quality Codes":
        "An empty flag" | "Every value of a flagged parameter has a flag." | "Use a code of the scheme; 9 where there is no sample.";
    FLAG_FILL "flag-fill" Warning "Exchange 1.3, Quality Codes":
        "A fill in a flag column" | "A missing value is flagged 9; -999 is no flag." | "Write 9.";
    OUT_OF_RANGE "out-of-range" Warning "CCHDO parameter list: numeric_min, numeric_max":
        "A value outside the parameter's range" | "It is counted all the same." | "Check unit, calibration and decimal point.";
    KEY_PARTIAL "key-partial" Error "Exchange 1.3, Bottle Specific: Required Bottle Parameters; CTD Specific: CTD required headers":
        "A key or coordinate is empty or a fill" | "The sample cannot be placed or not be told from others." | "Fill it in.";
    KEY_REPEATED "key-repeated" Error only Bottle "Exchange 1.3, Bottle Specific: Unique Line Identification":
        "Two rows have the same key" | "EXPOCODE, STNNBR, CASTNO and SAMPNO together name a sample; readers keep one of the rows or stop." | "Number the samples anew.";
    COORDINATE_VARIES "coordinate-varies" Error only Bottle "Exchange 1.3, Bottle Specific: coordinates of a cast":
        "A coordinate varies within a cast" | "Date, time and position belong to the cast; those of a bottle go into BTL_DATE, BTL_LAT and so on." | "Make them constant.";
    DATE_IMPOSSIBLE "date-impossible" Error "Exchange 1.3, Parameters: DATE (YYYYMMDD)":
        "A date that is none" | "It was left out of the coverage." | "Correct the date.";
    DATE_FORM "date-form" Warning "Exchange 1.3, Parameters: DATE (YYYYMMDD)":
        "A date that is not written YYYYMMDD" | "It was understood, as table programs write 20240131.0, 2024-01-31 or 2024/01/31; other readers stop." | "Write eight digits.";
    DATE_FUTURE "date-future" Warning "Data Review: judged against the vocabulary's date, never the clock":
        "A date later than the vocabulary" | "The vocabulary was published before that date: the date is wrong, or the vocabulary is old." | "Check the date; if it is right, update the vocabulary.";
    TIME_IMPOSSIBLE "time-impossible" Error "Exchange 1.3, Parameters: TIME (HHMM)":
        "A time of day that is none" | "It was left out of the coverage." | "Correct the time.";
    TIME_FORM "time-form" Warning "Exchange 1.3, Parameters: TIME (HHMM)":
        "A time of day that is not written HHMM" | "It was understood: 930 as 0930, 2400 as the next day's 0000, 12:34 as 1234, a single 0 as no time at all." | "Write four digits.";
    BOTTLE_TIME "bottle-time" Warning only Bottle "Exchange 1.3, Parameters: BTL_DATE and BTL_TIME":
        "A bottle was closed more than a day from its cast's time" | "BTL_DATE or BTL_TIME, or DATE and TIME, are wrong." | "Check the cast's log.";
    POSITION_IMPOSSIBLE "position-impossible" Error "Exchange 1.3, Parameters: LATITUDE and LONGITUDE":
        "A position that is none" | "Latitude goes from -90 to 90, longitude from -180 to 180; it was left out of the coverage." | "Correct the position.";
    PRESSURE_NEGATIVE "pressure-negative" Warning only Ctd "Exchange 1.3, CTD Specific: CTDPRS":
        "A pressure below zero" | "The instrument was in air, or its offset is not corrected." | "Cut the level, or correct the offset.";
    PRESSURE_REPEATS "pressure-repeats" Warning only Ctd "Exchange 1.3, CTD Specific: CTDPRS is the key of a row":
        "A pressure occurs twice in a cast" | "Pressure names the level; readers keep one of the rows or stop." | "Average the levels, or delete one.";
    PRESSURE_DECREASES "pressure-decreases" Warning only Ctd "Exchange 1.3, CTD Specific: CTDPRS is the key of a row":
        "Pressure decreases within a cast" | "A downcast is expected: parts of the upcast may be in it, or rows are out of order." | "Sort the rows, or cut the upcast.";
    PRECISION_VARIES "precision-varies" Info "Exchange 1.3, Data Lines, note on precision":
        "The number of decimals changes within a column" | "Decimals stand for the precision of the measurement." | "Write all values with the same number of decimals.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_complete() {
        let mut names: Vec<_> = CODES.iter().map(|code| code.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CODES.len());
        for code in CODES {
            assert!(
                code.name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{}",
                code.name
            );
            assert!(
                !code.meaning.is_empty() && !code.remedy.is_empty() && !code.clause.is_empty(),
                "{}",
                code.name
            );
        }
    }
}
