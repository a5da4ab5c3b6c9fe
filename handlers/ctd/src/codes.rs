//! What can be wrong with an archive of casts, besides its casts.

use data_review_core::{CodeInfo, Severity};
use whp_exchange::Kind;

pub(crate) static CODES: [CodeInfo; data_review_whp::codes_of(Kind::Ctd) + 1 + OF_ARCHIVES.len()] =
    data_review_whp::code_infos(
        Kind::Ctd,
        &[
            data_review_whp::EXPOCODE_CONTRADICTS_NAME,
            INDEX_DAMAGED,
            MEMBER_DAMAGED,
            MEMBER_UNREADABLE,
            MEMBER_FOREIGN,
            MEMBER_NESTED,
            MEMBER_PATH,
            MEMBER_NAME,
            MEMBER_ORDER,
            CAST_REPEATED,
        ],
    );

/// A single cast has nothing to do with them.
pub(crate) const OF_ARCHIVES: [&CodeInfo; 9] = [
    &INDEX_DAMAGED,
    &MEMBER_DAMAGED,
    &MEMBER_UNREADABLE,
    &MEMBER_FOREIGN,
    &MEMBER_NESTED,
    &MEMBER_PATH,
    &MEMBER_NAME,
    &MEMBER_ORDER,
    &CAST_REPEATED,
];

const CLAUSE: &str = "Exchange 1.3, CTD Specific: Structure of ZIP CTD Archives";

pub(crate) const INDEX_DAMAGED: CodeInfo = CodeInfo {
    code: "archive-index-damaged",
    severity: Severity::Error,
    title: "The zip's index is missing or damaged",
    meaning: "The archive is probably cut. Its members were read one after the other as far as they go; some may be lost.",
    remedy: "Get the file again, and compare the checksums.",
    clause: "PKWARE APPNOTE 4.3.12, central directory",
};

pub(crate) const MEMBER_DAMAGED: CodeInfo = CodeInfo {
    code: "member-damaged",
    severity: Severity::Error,
    title: "A member is cut or does not fit its checksum",
    meaning: "Its rows are counted as far as they could be read, but any of them may be wrong.",
    remedy: "Get the file again, and compare the checksums.",
    clause: "PKWARE APPNOTE 4.4.7, CRC-32",
};

pub(crate) const MEMBER_UNREADABLE: CodeInfo = CodeInfo {
    code: "member-unreadable",
    severity: Severity::Error,
    title: "A member cannot be read",
    meaning: "It is encrypted, compressed by a method that is not in use for such archives, or no cast in spite of its first bytes. Nothing of it is counted.",
    remedy: "Pack the archive again with deflate and without a password.",
    clause: CLAUSE,
};

pub(crate) const MEMBER_FOREIGN: CodeInfo = CodeInfo {
    code: "member-foreign",
    severity: Severity::Warning,
    title: "A member is no CTD cast",
    meaning: "The specification recommends to ignore it with a warning; other readers refuse the whole archive.",
    remedy: "Take it out of the archive.",
    clause: CLAUSE,
};

pub(crate) const MEMBER_NESTED: CodeInfo = CodeInfo {
    code: "member-nested",
    severity: Severity::Warning,
    title: "A member is an archive itself",
    meaning: "Archives within archives are not opened: casts in it are not counted.",
    remedy: "Unpack it, and pack its casts into the archive itself.",
    clause: CLAUSE,
};

pub(crate) const MEMBER_PATH: CodeInfo = CodeInfo {
    code: "member-path",
    severity: Severity::Warning,
    title: "A member lies in a folder",
    meaning: "The archive should be flat. A path that leads out of it is harmless here, where nothing is unpacked.",
    remedy: "Pack the casts without their folders.",
    clause: CLAUSE,
};

pub(crate) const MEMBER_NAME: CodeInfo = CodeInfo {
    code: "member-name",
    severity: Severity::Info,
    title: "A cast is not called `*_ct1.csv`",
    meaning: "It was read all the same; programs that choose members by name leave it out.",
    remedy: "Rename the member.",
    clause: CLAUSE,
};

pub(crate) const MEMBER_ORDER: CodeInfo = CodeInfo {
    code: "member-order",
    severity: Severity::Info,
    title: "Casts are not in the order of their stations",
    meaning: "Programs that draw sections in the archive's order draw them wrongly.",
    remedy: "Pack the casts in the order of station and cast.",
    clause: CLAUSE,
};

pub(crate) const CAST_REPEATED: CodeInfo = CodeInfo {
    code: "cast-repeated",
    severity: Severity::Error,
    title: "Two members are the same cast",
    meaning: "EXPOCODE, STNNBR and CASTNO together name a cast; its rows are counted twice.",
    remedy: "Delete one of the members, or correct its headers.",
    clause: "Exchange 1.3, CTD Specific: CTD required headers",
};
