//! The parser's codes as finding codes, and the handler's own.

data_review_core::parser_codes!(seabird);

data_review_core::codes! {
    pub(crate) const OWN;
    POSITION_BY_OPERATOR = Info "position-by-operator": "The position is the one that the operator typed in",
        "Neither the data nor the NMEA lines hold a position, so it was taken from a line that begins with `**`.",
        "None is needed, if the line is right. Operators sometimes leave the position of the cast before.",
        "SBE Data Processing, .cnv format: ** lines";
    POSITION_JUMP = Warning "position-jump": "A position far from the one before it",
        "The receiver's position changes by more than a ship can move. It is part of the coverage, as the file does not mark it as bad.",
        "Look at the scans that are named, and mark those whose position is wrong as bad.",
        "Data Review, positions";
}
