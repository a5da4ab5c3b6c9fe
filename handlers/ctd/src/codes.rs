//! Finding codes of archives of casts; those of the casts come from the parser.

use data_review_core::{CodeInfo, codes};

const CLAUSE: &str = "Exchange 1.3, CTD Specific: Structure of ZIP CTD Archives";

// Not applicable to a single cast.
codes! {
    pub(crate) const OF_ARCHIVES;
    INDEX_DAMAGED = Error "archive-index-damaged": "The zip's index is missing or damaged",
        "The archive was probably cut off. Its members were read one after the other as far as possible; some may be lost.",
        "Get the file again from its source, and compare checksums.", "PKWARE APPNOTE 4.3.12, central directory";
    MEMBER_DAMAGED = Error "member-damaged": "A member ends early, or its checksum differs",
        "Its rows are counted as far as they could be read, but any of them may be wrong.",
        "Get the file again from its source, and compare checksums.", "PKWARE APPNOTE 4.4.7, CRC-32";
    MEMBER_UNREADABLE = Error "member-unreadable": "A member cannot be read",
        "It is encrypted, compressed by a method that such archives do not use, or not a cast in spite of its name. Nothing of it is counted.",
        "Pack the archive again from the original casts, with deflate and without a password.", CLAUSE;
    MEMBER_FOREIGN = Warning "member-foreign": "A member is not a CTD cast",
        "The specification recommends ignoring it with a warning; other readers reject the whole archive.",
        "Keep the member beside the archive, and pack the archive without it.", CLAUSE;
    MEMBER_NESTED = Warning "member-nested": "A member is an archive itself",
        "Archives within archives are not opened: casts in it are not counted.",
        "Unpack it, and pack its casts into the archive itself.", CLAUSE;
    MEMBER_PATH = Warning "member-path": "A member is in a folder",
        "The archive should be flat. A path that leads out of the archive is harmless here, as nothing is unpacked.",
        "Pack the casts without their folders.", CLAUSE;
    MEMBER_NAME = Info "member-name": "The name of a cast does not end with `_ct1.csv`",
        "It was read nevertheless; programs that select members by name skip it.",
        "Rename the member.", CLAUSE;
    MEMBER_ORDER = Info "member-order": "Casts are not in the order of their stations",
        "Programs that plot sections in the order of the archive plot them wrongly.",
        "Pack the casts in the order of station and cast.", CLAUSE;
    CAST_REPEATED = Error "cast-repeated": "Two members are the same cast",
        "EXPOCODE, STNNBR and CASTNO together name a cast; the rows of both members are counted.",
        "Compare the members: correct the headers of one, and remove a member only if it repeats the other in every row.",
        "Exchange 1.3, CTD Specific: CTD required headers";
}

/// The predicate of a message about several members with this code.
pub(crate) fn several(code: &CodeInfo) -> &'static str {
    match code.code {
        "member-foreign" => "are not CTD casts",
        "member-nested" => "are archives themselves",
        "member-path" => "are in folders, or are folders",
        "member-name" => "are casts whose names do not end with `_ct1.csv`",
        _ => "come after casts of later stations",
    }
}
