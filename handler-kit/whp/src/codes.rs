//! The parser's codes, and one more code, as finding codes of a handler's card.

use data_review_core::{CodeInfo, codes, parser_codes};
use whp_exchange::codes::{BOTTLE, COMMON, CTD};

codes! {
    pub const OWN_CODES;
    EXPOCODE_CONTRADICTS_NAME = Warning "expocode-contradicts-name": "The file's name has another EXPOCODE than its data",
        "The file may belong to another cruise than its name says.",
        "Find out which of the two is right; rename the file, or correct the column.",
        "Exchange 1.3, Parameters: EXPOCODE; file names as in Structure of ZIP CTD Archives";
}

/// Finding codes of the parser's deviations that can occur in every Exchange file.
pub const COMMON_CODES: &[CodeInfo] = &infos::<{ COMMON.len() }>(COMMON);
/// Finding codes of the parser's deviations that can occur only in bottle files.
pub const BOTTLE_CODES: &[CodeInfo] = &infos::<{ BOTTLE.len() }>(BOTTLE);
/// Finding codes of the parser's deviations that can occur only in CTD casts.
pub const CTD_CODES: &[CodeInfo] = &infos::<{ CTD.len() }>(CTD);

parser_codes!(info of whp_exchange);
