//! The parser's deviations as finding codes.

use data_review_core::{CodeInfo, Severity};
use seabird::Code;

/// All of them.
pub(crate) static ALL: [CodeInfo; seabird::CODES.len()] = {
    let mut infos = [info(seabird::CODES[0]); seabird::CODES.len()];
    let mut at = 1;
    while at < infos.len() {
        infos[at] = info(seabird::CODES[at]);
        at += 1;
    }
    infos
};

pub(crate) const fn info(code: &Code) -> CodeInfo {
    CodeInfo {
        code: code.name,
        severity: match code.severity {
            seabird::Severity::Error => Severity::Error,
            seabird::Severity::Warning => Severity::Warning,
            seabird::Severity::Info => Severity::Info,
        },
        title: code.title,
        meaning: code.meaning,
        remedy: code.remedy,
        clause: code.clause,
    }
}
