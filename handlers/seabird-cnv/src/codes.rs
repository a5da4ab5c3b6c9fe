//! The parser's deviations as finding codes.

data_review_core::parser_codes!(seabird);
