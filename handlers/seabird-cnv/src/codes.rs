//! The parser's codes as finding codes.

data_review_core::parser_codes!(seabird);
