//! The parser's codes as finding codes of a handler's card.

use data_review_core::{CodeInfo, Severity};
use whp_exchange::{CODES, Code, Kind};

/// The file's name and its data name different cruises.
pub const EXPOCODE_CONTRADICTS_NAME: CodeInfo = CodeInfo {
    code: "expocode-contradicts-name",
    severity: Severity::Warning,
    title: "The file's name holds another EXPOCODE than its data",
    meaning: "The file may belong to another cruise than the one it is filed under.",
    remedy: "Find out which of the two is right, and rename the file or correct the column.",
    clause: "Exchange 1.3, Parameters: EXPOCODE; file names as in Structure of ZIP CTD Archives",
};

const NONE: CodeInfo = info(CODES[0]);

/// Number of codes that can occur in a kind of file.
pub const fn codes_of(kind: Kind) -> usize {
    let (mut number, mut at) = (0, 0);
    while at < CODES.len() {
        if occurs_in(CODES[at], kind) {
            number += 1;
        }
        at += 1;
    }
    number
}

/// The codes that can occur in a kind of file, followed by `own`; `N` is [`codes_of`] and the number of those.
pub const fn code_infos<const N: usize>(kind: Kind, own: &[CodeInfo]) -> [CodeInfo; N] {
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
    at = 0;
    while at < own.len() {
        infos[filled] = own[at];
        filled += 1;
        at += 1;
    }
    assert!(filled == N, "N is not the number of codes");
    infos
}

const fn occurs_in(code: &Code, kind: Kind) -> bool {
    match code.only {
        None => true,
        Some(only) => only as u8 == kind as u8,
    }
}

pub(crate) const fn info(code: &Code) -> CodeInfo {
    CodeInfo {
        code: code.name,
        severity: match code.severity {
            whp_exchange::Severity::Error => Severity::Error,
            whp_exchange::Severity::Warning => Severity::Warning,
            whp_exchange::Severity::Info => Severity::Info,
        },
        title: code.title,
        meaning: code.meaning,
        remedy: code.remedy,
        clause: code.clause,
    }
}
