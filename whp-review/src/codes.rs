//! The parser's codes as finding codes of a handler's card.

use data_review_core::{CodeInfo, codes, parser_codes};
use whp_exchange::{CODES, Code, Kind};

codes! {
    pub const OWN_CODES;
    EXPOCODE_CONTRADICTS_NAME = Warning "expocode-contradicts-name": "The file's name holds another EXPOCODE than its data",
        "The file may belong to another cruise than the one it is filed under.",
        "Find out which of the two is right, and rename the file or correct the column.",
        "Exchange 1.3, Parameters: EXPOCODE; file names as in Structure of ZIP CTD Archives";
}

/// The parser's codes that can occur in a bottle file.
pub const BOTTLE_CODES: &[CodeInfo] = &select::<{ number(Kind::Bottle) }>(Kind::Bottle);
/// The parser's codes that can occur in a CTD cast.
pub const CTD_CODES: &[CodeInfo] = &select::<{ number(Kind::Ctd) }>(Kind::Ctd);

const fn number(kind: Kind) -> usize {
    let (mut number, mut at) = (0, 0);
    while at < CODES.len() {
        if occurs_in(CODES[at], kind) {
            number += 1;
        }
        at += 1;
    }
    number
}

const fn select<const N: usize>(kind: Kind) -> [CodeInfo; N] {
    let mut infos = [info(CODES[0]); N];
    let (mut filled, mut at) = (0, 0);
    while at < CODES.len() {
        if occurs_in(CODES[at], kind) {
            infos[filled] = info(CODES[at]);
            filled += 1;
        }
        at += 1;
    }
    infos
}

const fn occurs_in(code: &Code, kind: Kind) -> bool {
    match code.only {
        None => true,
        Some(only) => only as u8 == kind as u8,
    }
}

parser_codes!(info of whp_exchange);
