//! The deviations from the format that the parser reports.

text_format::codes! {
    /// The deviations that the parser reports, causes before their consequences.
    pub mod codes, static CODES;

    TRUNCATED = Error "truncated":
        "The file ends within a row, or before its last scan",
        "The transfer or the writing of the file stopped early. The incomplete row was left out; the scans before it are sound.",
        "Get the file again, or convert the raw data again, and compare the sizes.",
        "SBE Data Processing, .cnv format: Data";
    LINE_TOO_LONG = Error "line-too-long":
        "A line is longer than the limit",
        "The line was left out. Real files have lines of at most some thousand characters.",
        "Check that the file is a .cnv file, and not another one under its name.",
        "Data Review, limits";
    NOT_UTF8 = Info "not-utf8":
        "Bytes that are not UTF-8",
        "The line was read as ISO 8859-1, as Sea-Bird's programs write it (`sigma-é00`).",
        "None. Readers that expect UTF-8 show the letter wrongly or stop.",
        "Data Review, text";
    FIRST_LINE = Info "first-line":
        "The first line does not begin with `* Sea-Bird`",
        "Another program wrote the file in Sea-Bird's format; the file was read nevertheless.",
        "None. Readers that look for `* Sea-Bird` reject the file.",
        "SBE Data Processing, .cnv format: Header";
    HEADER_FORM = Warning "header-form":
        "An invalid header line",
        "The line was left out.",
        "Correct the line, or convert the raw data again.",
        "SBE Data Processing, .cnv format: Header";
    END_MISSING = Error "end-missing":
        "No line begins with `*END*`",
        "The data were read from the first line of numbers on; lines of the header may be missing.",
        "Compare the file with its original; if only `*END*` is missing, add it below the last header line.",
        "SBE Data Processing, .cnv format: *END*";
    NQUAN = Error "nquan":
        "nquan contradicts the names",
        "The header names more or fewer columns than nquan counts. The larger number was read.",
        "Compare the header with the columns of the data, and correct the one that is wrong.",
        "SBE Data Processing, .cnv format: # nquan";
    NQUAN_MISSING = Warning "nquan-missing":
        "The number of columns, nquan, is missing",
        "The columns are those that the header names. Sea-Bird's own programs need the line.",
        "Add `# nquan = ` with the number of columns.",
        "SBE Data Processing, .cnv format: # nquan";
    NAME_NUMBER = Warning "name-number":
        "A name or span has an unexpected number",
        "Names are numbered from 0 in the order of the columns, and a span belongs to the name of its number.",
        "Compare the header with the columns, and renumber the lines.",
        "SBE Data Processing, .cnv format: # name, # span";
    NAME_REPEATED = Warning "name-repeated":
        "Two columns have the same name",
        "Which of the two columns a reader finds by its name depends on the reader.",
        "If the columns are equal, convert the raw data again without the second one; otherwise give it another name.",
        "SBE Data Processing, .cnv format: # name";
    UNIT_MISSING = Info "unit-missing":
        "Columns without a unit",
        "The header does not say in which unit the values are; Sea-Bird's names of some quantities include none.",
        "Look up the unit in the list of variables of SBE Data Processing.",
        "SBE Data Processing, .cnv format: # name";
    POSITION = Warning "position":
        "An invalid position",
        "The position of this line was left out.",
        "Look up the position in the log, and correct the header line: `43 32.75 N`.",
        "SBE Data Processing, .cnv format: * NMEA Latitude, Longitude";
    HEMISPHERE_MISSING = Info "hemisphere-missing":
        "The operator's position does not state the hemisphere",
        "Degrees and minutes without a letter may be north or south, east or west; the position was left out.",
        "Add the letters, if the position is known: `43 51.58 N`, `058 54.61 W`.",
        "SBE Data Processing, .cnv format: ** lines";
    START_TIME = Warning "start-time":
        "The start time is missing, invalid or years off",
        "If no other line and no column gives the time, the cast has none. A start time years before the upload is from a clock that was not set.",
        "Look the time up in the log, and write it as `Mon DD YYYY HH:MM:SS`.",
        "SBE Data Processing, .cnv format: # start_time";
    START_TIME_CLOCK = Info "start-time-clock":
        "The header does not state the clock or the time zone of the start time",
        "It was read as UTC. Computers on board often run on local time, so it may be off by some hours.",
        "None if the clock ran on UTC; otherwise look the time up in the log.",
        "SBE Data Processing, .cnv format: # start_time";
    START_TIME_UPLOAD = Warning "start-time-upload":
        "The start time is that of an upload or of the conversion",
        "It does not give the time of the measurements, so the file has no start time.",
        "Look the time up in the log, or convert the raw data again with the time stamp of the instrument.",
        "SBE Data Processing, .cnv format: # start_time";
    NVALUES = Error "nvalues":
        "nvalues contradicts the number of scans",
        "Scans were lost or added after the header was written, for example in an editor.",
        "Compare the file with its original, or convert the raw data again.",
        "SBE Data Processing, .cnv format: # nvalues";
    TEXT_ROW = Warning "text-row":
        "A line of text among the data",
        "The line was left out, and does not count as a scan. Other readers stop there.",
        "Move the text into the header, in a line that begins with `**`.",
        "SBE Data Processing, .cnv format: Data";
    RAGGED_ROW = Error "ragged-row":
        "A row with too few or too many cells",
        "Cells may be in the wrong columns. Missing cells count as missing values, surplus ones are left out.",
        "Compare the row with its neighbours and with the original file.",
        "SBE Data Processing, .cnv format: Data";
    BAD_NUMBER = Error "bad-number":
        "A cell is not a number",
        "The cell is counted as invalid.",
        "Compare the cell with the original file.",
        "SBE Data Processing, .cnv format: Data";
    COLUMNS_RUN_TOGETHER = Info "columns-run-together":
        "Numbers with no blank between them",
        "A number fills its column of 11 characters; the row was split at every 11th character. Readers that split at blanks misread it.",
        "None for readers of fixed columns; for others write a blank between the columns.",
        "SBE Data Processing, .cnv format: Data (11 characters a column)";
    SPAN = Warning "span":
        "A span contradicts the data",
        "The extremes in the header are not those of the column: the data were edited after the header was written, or a scan is damaged.",
        "Compare the file with its original, or convert the raw data again.",
        "SBE Data Processing, .cnv format: # span";
    BAD_FLAG_VALUE = Info "bad-flag-value":
        "The bad flag in a column of measurements",
        "There is no value; the cell is counted as missing, by its spelling.",
        "None. Do not use it as a number.",
        "SBE Data Processing, .cnv format: # bad_flag";
    ALL_BAD = Warning "all-bad":
        "Every scan is marked bad",
        "Programs that skip marked scans find no data.",
        "Check the settings of Loop Edit and the record of the cast.",
        "SBE Data Processing, .cnv format: # bad_flag";
}
