//! Everything that can be found in a table of delimited text.

use data_review_core::codes;

codes! {
    pub(crate) const ALL;
    AMBIGUOUS_DATE = Warning "ambiguous-date": "Dates of which either number may be the day",
        "No date of the column has a day above 12, and nothing else says which number is the day. The column is kept as text and gives no coverage in time.",
        "Find out which form the program writes, and write dates as YYYY-MM-DD.", "ISO 8601; found, not guessed";
    AMBIGUOUS_NUMBER = Warning "ambiguous-number": "Numbers of which the comma may separate thousands or decimals",
        "Neither this column nor another one shows what a comma means, so that 1,234 may be 1234 or 1.234. The column is kept as text.",
        "Write numbers with a decimal point and without separators.", "RFC 4180 §2; found, not guessed";
    BLANK_LINE = Info "blank-line": "A blank line",
        "The line is left out. Some readers take it for a row of missing values, others for the end of the table.",
        "Remove the line, if the table goes on below it.", "RFC 4180 §2.4";
    BYTE_ORDER_MARK = Info "byte-order-mark": "The text begins with a byte order mark",
        "The mark is not part of the first name; a reader that does not know it will think so.",
        "None, if every reader copes; otherwise save without it.", "RFC 3629 §6";
    COMMENT_LINE = Info "comment-line": "A comment outside the table",
        "The line begins with #, %, //, ! or * and is left out: CSV has no comments, but many programs write them.",
        "None, if every reader copes; otherwise keep such lines in a file of their own.", "RFC 4180 §2";
    CONTROL_CHARACTER = Warning "control-character": "NUL or another control character",
        "Text does not contain such bytes: a transfer was cut or a program wrote binary values.",
        "Get the file again from its source, or remove the bytes.", "RFC 4180 §2 (TEXTDATA)";
    DATE_FORM = Info "date-form": "Dates that are not ISO 8601",
        "The column is read in the form that all its dates have; the statistics show them as ISO 8601.",
        "Check the form that the message names. YYYY-MM-DD leaves no doubt.", "ISO 8601; RFC 3339";
    DECIMAL_COMMA = Info "decimal-comma": "Numbers with a decimal comma",
        "The column is read with the comma as decimal sign; a reader that expects points sees text.",
        "None, if it is intended; otherwise write numbers with a decimal point.", "RFC 4180 §2";
    DELIMITER = Info "delimiter": "Cells are not separated by commas",
        "The delimiter was found from the rows; a reader that expects commas sees one column.",
        "State the delimiter to whoever reads the file.", "RFC 4180 §2.4";
    DETECTION_LIMIT = Info "detection-limit": "Values given as below or above a limit",
        "Cells such as <0.02 are counted as missing: no statistic uses them.",
        "Keep the limit in a column of its own, and a flag for values below it.", "IUPAC, limit of detection";
    DUPLICATE_COLUMN = Warning "duplicate-column": "Several columns have the same name",
        "Each is reviewed by itself; a reader that addresses columns by name reaches only one of them.",
        "Give every column a name of its own.", "RFC 4180 §2.3";
    EMPTY_FILE = Error "empty-file": "A file without a byte",
        "Its name says that it is a table, but there is nothing in it, not even a header.",
        "Find out whether the export or the transfer failed, and get the file again.", "RFC 4180 §2";
    EMPTY_ROW = Info "empty-row": "A row of nothing but delimiters",
        "No cell has a value: the row is not an observation. Spreadsheets write such rows below the data.",
        "Remove the rows.", "RFC 4180 §2.4";
    ENCODING = Warning "encoding": "The text is not UTF-8",
        "The encoding was stated by a byte order mark or concluded from the bytes; a conclusion can be wrong in names and remarks.",
        "Save the file as UTF-8.", "RFC 4180 §3; RFC 7111 §5.1";
    FILL_VALUE = Info "fill-value": "Values that look like a fill",
        "They lie far from all others. The statistics of good values leave them out; minimum, mean and quantiles of all values include them.",
        "If they mean that nothing was measured, leave the cells empty or declare the fill.", "CF Conventions §2.5.1";
    FOOTER = Info "footer": "Lines below or between the rows",
        "The lines do not have the form of the rows: they are left out.",
        "None, if it is intended; keep totals and remarks in a file of their own.", "RFC 4180 §2";
    HEADER_WIDTH = Error "header-width": "The header has more or fewer names than the rows have cells",
        "Names and cells are matched from the left, which is wrong where the first column is the one without a name.",
        "Give every column a name, and end no row with a delimiter.", "RFC 4180 §2.3, §2.4";
    IMPOSSIBLE_DEPTH = Warning "impossible-depth": "A depth or pressure that no ocean has",
        "The value counts as any other, but is left out of the coverage.",
        "Correct it, or leave the cell empty where there is none.", "Data Review: -500 to 12000";
    IMPOSSIBLE_POSITION = Error "impossible-position": "A latitude or longitude that is not on Earth",
        "The value counts as any other, but is left out of the coverage.",
        "Correct it, or leave the cell empty where there is none.", "RFC 7946 §4";
    INDEX_COLUMN = Info "index-column": "A first column without a name is an index",
        "It holds whole numbers that rise from row to row, or times: programs that write data frames put their index there, without a name.",
        "None, if it is intended; otherwise write the table without its index.", "RFC 4180 §2.3";
    INVALID_UTF8 = Error "invalid-utf-8": "Bytes that are not UTF-8 in a text that is",
        "The cell is kept with the bytes it has, and shown with them percent-encoded.",
        "Find out which program wrote them, and save the text as UTF-8 from the start.", "RFC 3629 §3";
    INVALID_VALUE = Warning "invalid-value": "A cell that does not have its column's type",
        "Nine in ten of the column's first cells are numbers, times or truth values; this one is neither that nor missing. It is counted as invalid.",
        "Correct the cell, or move remarks into a column of their own.", "RFC 4180 §2.4";
    LONG_ROW = Error "long-row": "A row with more cells than the table has columns",
        "The cells beyond the last column belong to no variable; one of the others may hold an unquoted delimiter.",
        "Quote cells that contain the delimiter.", "RFC 4180 §2.4";
    LOST_CHARACTER = Warning "lost-character": "A character was lost before",
        "U+FFFD stands where a program could not decode a byte; what stood there is not known.",
        "Make the file again from its source, with the right encoding.", "Unicode §5.22";
    METADATA_ABOVE = Info "metadata-above": "Lines above the header",
        "The table begins further below: these lines are titles, names and values, or blank. A reader must be told to skip them.",
        "None, if it is intended; RFC 4180 has the header in the first line.", "RFC 4180 §2.3";
    METADATA_READ = Info "metadata-read": "Metadata from lines above the table",
        "The value is an attribute of the review. Where no column has positions or times, it is the coverage.",
        "Check the value.", "Data Review, preamble";
    MISSING_WORD = Info "missing-word": "Missing values are spelt with words",
        "Words such as NA, NaN, nd or null count as missing in a column that is not text; the variable lists the spellings.",
        "None, if it is intended; an empty cell is understood by more readers.", "RFC 4180 §2";
    MIXED_COLUMN = Warning "mixed-column": "A column of numbers and text",
        "More than one in ten of its first cells are not numbers, so that the column is text and has no minimum, maximum or mean.",
        "Keep numbers and remarks in columns of their own.", "RFC 4180 §2.4";
    MIXED_LINE_BREAKS = Info "mixed-line-breaks": "Lines end in different ways",
        "Every form ends a row here; another reader may see one long line, or a carriage return in the last cell.",
        "End every line in the same way.", "RFC 4180 §2.1";
    NAME_IS_VALUE = Warning "name-is-value": "A column's name is a number or a time",
        "The first row may be data, or a wide table whose columns are years or depths.",
        "Give the column a name in words.", "RFC 4180 §2.3";
    NO_HEADER = Info "no-header": "The table has no header",
        "The first row has the form of the rows below it and is counted as one: columns are named after their position.",
        "Add a line with the names of the columns above the first row.", "RFC 4180 §2.3; RFC 7111 §5.1";
    NO_ROWS = Warning "no-rows": "A header without rows",
        "The table has names but no data row.",
        "Find out whether the export failed or there is nothing to export.", "RFC 4180 §2.3";
    NON_FINITE = Warning "non-finite": "Infinite values",
        "They are counted apart and are in no statistic.",
        "Find the division by zero; leave the cells empty.", "IEEE 754 §6";
    QUOTES = Info "quotes": "Cells are quoted otherwise than RFC 4180 says",
        "Apostrophes, blanks in front of a quote, or backslashes within: a stricter reader keeps them as text or splits the cell.",
        "Use double quotes without blanks around them, and double a quote within a cell.", "RFC 4180 §2.5 to §2.7";
    RECORD_TOO_LONG = Error "record-too-long": "A row longer than the limit",
        "The row was skipped and is not counted; reading went on after its line.",
        "Look for a lost line break or binary data.", "Data Review, limit of a line";
    REPEATED_HEADER = Warning "repeated-header": "The header occurs again between the rows",
        "The line is left out and the rows below it are counted: files were joined with their headers.",
        "Remove the line.", "RFC 4180 §2.3";
    ROLE_UNUSED = Info "role-unused": "A column looks like time or position but could not be used",
        "Its name says so, but its cells could not be read: the coverage does not have it.",
        "Write times as ISO 8601, and positions as decimal degrees.", "ISO 8601; ISO 6709";
    SECOND_TABLE = Warning "second-table": "A second table follows below the first",
        "Only the first table is reviewed; everything from this line on is left out.",
        "Keep one table per file.", "RFC 4180 §2";
    SHORT_ROW = Error "short-row": "A row with fewer cells than the table has columns",
        "The cells that are not there count as missing.",
        "Write a delimiter for every column, or look for a line break within a cell that is not quoted.", "RFC 4180 §2.4";
    STRAY_QUOTE = Warning "stray-quote": "A quote within a cell that does not begin with one",
        "It is taken as a letter; a stricter reader stops here.",
        "Quote the cell and double the quote.", "RFC 4180 §2.5, §2.7";
    TEXT_AFTER_QUOTE = Error "text-after-quote": "Text after a closing quote",
        "It is taken as part of the cell; the quote may have been meant as a letter.",
        "Double quotes within quoted cells.", "RFC 4180 §2.7";
    THOUSANDS_SEPARATOR = Info "thousands-separator": "Numbers with separated thousands",
        "The separators are removed; a reader that does not know them sees text.",
        "Write numbers without separators.", "RFC 4180 §2";
    TIME_JOINED = Info "time-joined": "Times from several columns, or from numbers",
        "No column holds whole times: the coverage comes from the columns that the message names, read as it says.",
        "Check the first and last time of the coverage.", "ISO 8601";
    TIME_UNREADABLE = Warning "time-unreadable": "A time that could not be read",
        "The cell has another form than the others of its column, or a date that the calendar does not have. The coverage leaves it out.",
        "Correct the cell.", "ISO 8601";
    TIME_ZONE_ASSUMED = Info "time-zone-assumed": "Times do not say that they are UTC",
        "The coverage takes them as UTC.",
        "Write times as YYYY-MM-DDTHH:MM:SSZ.", "RFC 3339 §4.4";
    TIME_ZONE_LOCAL = Info "time-zone-local": "Times in a local zone",
        "The name of the zone has several meanings, or depends on the place: the coverage has no times.",
        "Write times in UTC, or with their offset: 2022-03-01T10:00:00-08:00.", "RFC 3339 §4.3, §4.4";
    TRAILING_DELIMITER = Info "trailing-delimiter": "Rows end with a delimiter",
        "The empty cell behind the last delimiter is not a column; a reader may see one more column than there are names.",
        "End rows without a delimiter.", "RFC 4180 §2.4";
    UNCLOSED_QUOTE = Error "unclosed-quote": "A quote that is never closed",
        "It is taken as a letter and its row ends with its line, so that the rows below are still read.",
        "Close the quote.", "RFC 4180 §2.5";
    UNITS_ROW = Info "units-row": "A row of units below the header",
        "It has units, or types of columns, where the rows below have values, as in tables by ERDDAP or EcoTaxa: it is not an observation.",
        "None, if it is intended; a reader must be told to skip it.", "ERDDAP, .csv file type";
    UNNAMED_COLUMN = Warning "unnamed-column": "A column without a name",
        "It is called after its position.",
        "Give the column a name.", "RFC 4180 §2.3";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_unique_and_complete() {
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
