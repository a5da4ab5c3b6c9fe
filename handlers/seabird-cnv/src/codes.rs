//! The parser's codes as finding codes, and those of the handler.

data_review_core::parser_codes!(seabird);

data_review_core::codes! {
    pub(crate) const OWN;
    POSITION_BY_OPERATOR = Info "position-by-operator": "The position was typed by the operator",
        "Neither the data nor the NMEA lines have a position, so it was read from a line that begins with `**`.",
        "None if the line is right. Operators sometimes leave the position of the previous cast.",
        "SBE Data Processing, .cnv format: ** lines";
    POSITION_JUMP = Warning "position-jump": "A position far from the previous one",
        "The receiver's position changes by more than a ship can move. It is part of the coverage, as the file does not mark it as bad.",
        "Check the scans at the places, and mark those with a wrong position as bad.",
        "Data Review, positions";
}
