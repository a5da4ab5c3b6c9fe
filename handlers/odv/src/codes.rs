//! The parser's deviations as finding codes.

use data_review_core::{CodeInfo, Severity};
use odv_spreadsheet::Code;

/// All of them.
pub(crate) static ALL: [CodeInfo; odv_spreadsheet::CODES.len()] = {
    let mut infos = [info(odv_spreadsheet::CODES[0]); odv_spreadsheet::CODES.len()];
    let mut at = 1;
    while at < infos.len() {
        infos[at] = info(odv_spreadsheet::CODES[at]);
        at += 1;
    }
    infos
};

pub(crate) const fn info(code: &Code) -> CodeInfo {
    CodeInfo {
        code: code.name,
        severity: match code.severity {
            odv_spreadsheet::Severity::Error => Severity::Error,
            odv_spreadsheet::Severity::Warning => Severity::Warning,
            odv_spreadsheet::Severity::Info => Severity::Info,
        },
        title: code.title,
        meaning: code.meaning,
        remedy: code.remedy,
        clause: code.clause,
    }
}
