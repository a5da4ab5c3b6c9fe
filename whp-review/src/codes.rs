//! The parser's codes as finding codes of a handler's card.

use data_review_core::{CodeInfo, codes, parser_codes};
use whp_exchange::{CODES, Code, Kind};

codes! {
    pub(crate) const OWN;
    EXPOCODE_CONTRADICTS_NAME = Warning "expocode-contradicts-name": "The file's name holds another EXPOCODE than its data",
        "The file may belong to another cruise than the one it is filed under.",
        "Find out which of the two is right, and rename the file or correct the column.",
        "Exchange 1.3, Parameters: EXPOCODE; file names as in Structure of ZIP CTD Archives";
}

const NONE: CodeInfo = info(CODES[0]);

/// Number of codes that can occur in a kind of file.
pub const fn codes_of(kind: Kind) -> usize {
    let (mut number, mut at) = (OWN.len(), 0);
    while at < CODES.len() {
        if occurs_in(CODES[at], kind) {
            number += 1;
        }
        at += 1;
    }
    number
}

/// The codes that can occur in a kind of file, followed by `more`; `N` is [`codes_of`] and the number of those.
pub const fn code_infos<const N: usize>(kind: Kind, more: &[CodeInfo]) -> [CodeInfo; N] {
    let mut infos = [NONE; N];
    let mut filled = 0;
    let mut at = 0;
    while at < CODES.len() {
        if occurs_in(CODES[at], kind) {
            infos[filled] = info(CODES[at]);
            filled += 1;
        }
        at += 1;
    }
    let (_, tail) = infos.split_at_mut(filled);
    let (own, rest) = tail.split_at_mut(OWN.len());
    own.copy_from_slice(OWN);
    rest.copy_from_slice(more);
    infos
}

const fn occurs_in(code: &Code, kind: Kind) -> bool {
    match code.only {
        None => true,
        Some(only) => only as u8 == kind as u8,
    }
}

parser_codes!(info of whp_exchange);
