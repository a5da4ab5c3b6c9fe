//! Everything that can be found in a table of delimited text.

use data_review_core::codes;

codes! {
    pub(crate) const ALL;
    BLANK_LINE = Warning "blank-line": "A line without anything in it",
        "The line is left out. Some readers take it for a row of missing values, others for the end of the table.",
        "Take the line out.", "RFC 4180 §2.4";
    BYTE_ORDER_MARK = Info "byte-order-mark": "The text begins with a byte order mark",
        "It is no part of the first name; a reader that does not know it will think so.",
        "Nothing, if every reader copes; else save without it.", "RFC 3629 §6";
    COMMENT_LINE = Info "comment-line": "A line that begins with #, outside the table",
        "The line is left out: CSV has no comments, but many programs write them.",
        "Nothing, if every reader copes; else keep such lines in a file of their own.", "RFC 4180 §2";
    CONTROL_CHARACTER = Warning "control-character": "NUL or another control character",
        "Text does not hold such bytes: a transfer was cut or a program wrote binary values.",
        "Get the file again from its source, or take the bytes out.", "RFC 4180 §2 (TEXTDATA)";
    DATE_FORM = Warning "date-form": "A column of dates that are not ISO 8601",
        "The column is kept as text and gives no coverage in time: day and month may be either way round.",
        "Write dates as YYYY-MM-DD and times in UTC as YYYY-MM-DDTHH:MM:SSZ.", "ISO 8601; RFC 3339";
    DECIMAL_COMMA = Warning "decimal-comma": "A column of numbers with a decimal comma",
        "The column is kept as text, for a comma may also part thousands: it has no minimum, maximum or mean.",
        "Write numbers with a decimal point.", "RFC 4180 §2; found, never guessed";
    DELIMITER = Info "delimiter": "Cells are parted by something else than commas",
        "The delimiter was found from the first rows; a reader that expects commas sees one column.",
        "Tell the delimiter to whoever reads the file.", "RFC 4180 §2.4";
    DUPLICATE_COLUMN = Warning "duplicate-column": "Several columns have one name",
        "Each is reviewed by itself; a reader that addresses columns by name reaches only one of them.",
        "Give every column a name of its own.", "RFC 4180 §2.3";
    ENCODING = Warning "encoding": "The text is not UTF-8",
        "The encoding was told by a byte order mark or guessed from the letters; a guess can be wrong in names and remarks.",
        "Save the file as UTF-8.", "RFC 4180 §3; RFC 7111 §5.1";
    FILL_VALUE = Info "fill-value": "Values that look like a fill",
        "They stand far below all others and count as values here: minimum, mean and quantiles include them.",
        "If they mean that nothing was measured, leave the cells empty or declare the fill.", "CF Conventions §2.5.1";
    HEADER_WIDTH = Error "header-width": "The header has more or fewer names than the rows have cells",
        "Names and cells are matched from the left, which is wrong where the first column is the one without a name.",
        "Give every column a name, and end no row with a delimiter.", "RFC 4180 §2.3, §2.4";
    IMPOSSIBLE_DEPTH = Warning "impossible-depth": "A depth or pressure that no ocean has",
        "The value counts as any other, but is left out of the coverage.",
        "Correct it, or leave the cell empty where there is none.", "Data Review: -500 to 12000";
    IMPOSSIBLE_POSITION = Error "impossible-position": "A latitude or longitude that is not on Earth",
        "The value counts as any other, but is left out of the coverage.",
        "Correct it, or leave the cell empty where there is none.", "RFC 7946 §4";
    INVALID_UTF8 = Error "invalid-utf-8": "Bytes that are not UTF-8 in a text that is",
        "The cell is kept with the bytes it has, and shown with them percent-encoded.",
        "Find out which program wrote them, and save the text as UTF-8 from the start.", "RFC 3629 §3";
    INVALID_VALUE = Error "invalid-value": "A cell that does not have its column's type",
        "Nine in ten of the column's first cells are numbers, times or truths; this one is neither that nor missing. It is counted as invalid.",
        "Correct the cell, or move remarks into a column of their own.", "RFC 4180 §2.4";
    LONG_ROW = Error "long-row": "A row with more cells than the table has columns",
        "The cells beyond the last column belong to no variable; one of the others may hold an unquoted delimiter.",
        "Quote cells that contain the delimiter.", "RFC 4180 §2.4";
    LOST_CHARACTER = Warning "lost-character": "A character was lost before",
        "U+FFFD stands where a program could not decode a byte; what stood there cannot be told.",
        "Make the file again from its source, with the right encoding.", "Unicode §5.22";
    MISSING_WORD = Info "missing-word": "Missing values are spelt with words",
        "Words like NA, NaN or null count as missing in a column that is not text; the variable lists the spellings.",
        "Nothing, if it is meant; an empty cell is understood by more readers.", "RFC 4180 §2";
    MIXED_COLUMN = Warning "mixed-column": "A column of numbers and text",
        "More than one in ten of its first cells are no numbers, so that the column is text and has no minimum, maximum or mean.",
        "Keep numbers and remarks in columns of their own.", "RFC 4180 §2.4";
    MIXED_LINE_BREAKS = Info "mixed-line-breaks": "Lines end in different ways",
        "Every form ends a row here; another reader may see one long line, or a carriage return in the last cell.",
        "End every line in the same way.", "RFC 4180 §2.1";
    NAME_IS_VALUE = Warning "name-is-value": "A column's name is a number or a time",
        "The first row may be data, or a wide table whose columns are years or depths.",
        "Give the column a name in words.", "RFC 4180 §2.3";
    NO_ROWS = Warning "no-rows": "A header and nothing below it",
        "The table has names but no data row.",
        "Find out whether the export failed or there is nothing to export.", "RFC 4180 §2.3";
    NON_FINITE = Warning "non-finite": "Infinite values",
        "They are counted apart and are in no statistic.",
        "Find the division by nought; leave the cells empty.", "IEEE 754 §6";
    RECORD_TOO_LONG = Error "record-too-long": "A row longer than the limit",
        "The row was passed over and is not counted; reading went on after its line.",
        "Look for a lost line break or binary data.", "Data Review, limit of a line";
    SHORT_ROW = Error "short-row": "A row with fewer cells than the table has columns",
        "The cells that are not there count as missing.",
        "Write a delimiter for every column, or look for a line break within a cell that is not quoted.", "RFC 4180 §2.4";
    STRAY_QUOTE = Warning "stray-quote": "A quote within a cell that does not begin with one",
        "It is taken as a letter; a stricter reader stops here.",
        "Quote the cell and double the quote.", "RFC 4180 §2.5, §2.7";
    TEXT_AFTER_QUOTE = Error "text-after-quote": "Something follows a closing quote",
        "It is taken as part of the cell; the quote may have been meant as a letter.",
        "Double quotes within quoted cells.", "RFC 4180 §2.7";
    THOUSANDS_SEPARATOR = Warning "thousands-separator": "A column of numbers with parted thousands",
        "The column is kept as text: it has no minimum, maximum or mean.",
        "Write numbers without separators.", "RFC 4180 §2; found, never guessed";
    TIME_ZONE_ASSUMED = Info "time-zone-assumed": "Times do not say that they are UTC",
        "The coverage takes them as UTC.",
        "Write times as YYYY-MM-DDTHH:MM:SSZ.", "RFC 3339 §4.4";
    UNCLOSED_QUOTE = Error "unclosed-quote": "A quote that is never closed",
        "It is taken as a letter and its row ends with its line, so that the rows below are still read.",
        "Close the quote.", "RFC 4180 §2.5";
    UNITS_ROW = Info "units-row": "The second row holds units",
        "It has no numbers where the rows below have, as in tables by ERDDAP: it is no observation, and gives the units.",
        "Nothing, if it is meant; a reader must be told to skip it.", "ERDDAP, .csv file type";
    UNNAMED_COLUMN = Warning "unnamed-column": "A column without a name",
        "It is called after its position.",
        "Give the column a name.", "RFC 4180 §2.3";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_unique_and_say_everything() {
        assert!(ALL.windows(2).all(|pair| pair[0].code < pair[1].code));
        for code in ALL {
            assert!(
                code.code
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            );
            for text in [code.title, code.meaning, code.remedy, code.clause] {
                assert!(!text.is_empty(), "{}", code.code);
            }
        }
    }
}
