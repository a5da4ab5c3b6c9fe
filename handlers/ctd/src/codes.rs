//! What can be wrong with an archive of casts, besides its casts.

use data_review_core::codes;

const CLAUSE: &str = "Exchange 1.3, CTD Specific: Structure of ZIP CTD Archives";

// A single cast has nothing to do with them.
codes! {
    pub(crate) const OF_ARCHIVES;
    INDEX_DAMAGED = Error "archive-index-damaged": "The zip's index is missing or damaged",
        "The archive is probably cut. Its members were read one after the other as far as they go; some may be lost.",
        "Get the file again, and compare the checksums.", "PKWARE APPNOTE 4.3.12, central directory";
    MEMBER_DAMAGED = Error "member-damaged": "A member is cut or does not fit its checksum",
        "Its rows are counted as far as they could be read, but any of them may be wrong.",
        "Get the file again, and compare the checksums.", "PKWARE APPNOTE 4.4.7, CRC-32";
    MEMBER_UNREADABLE = Error "member-unreadable": "A member cannot be read",
        "It is encrypted, compressed by a method that is not in use for such archives, or no cast in spite of its first bytes. Nothing of it is counted.",
        "Pack the archive again with deflate and without a password.", CLAUSE;
    MEMBER_FOREIGN = Warning "member-foreign": "A member is no CTD cast",
        "The specification recommends to ignore it with a warning; other readers refuse the whole archive.",
        "Take it out of the archive.", CLAUSE;
    MEMBER_NESTED = Warning "member-nested": "A member is an archive itself",
        "Archives within archives are not opened: casts in it are not counted.",
        "Unpack it, and pack its casts into the archive itself.", CLAUSE;
    MEMBER_PATH = Warning "member-path": "A member lies in a folder",
        "The archive should be flat. A path that leads out of it is harmless here, where nothing is unpacked.",
        "Pack the casts without their folders.", CLAUSE;
    MEMBER_NAME = Info "member-name": "A cast is not called `*_ct1.csv`",
        "It was read all the same; programs that choose members by name leave it out.",
        "Rename the member.", CLAUSE;
    MEMBER_ORDER = Info "member-order": "Casts are not in the order of their stations",
        "Programs that draw sections in the archive's order draw them wrongly.",
        "Pack the casts in the order of station and cast.", CLAUSE;
    CAST_REPEATED = Error "cast-repeated": "Two members are the same cast",
        "EXPOCODE, STNNBR and CASTNO together name a cast; its rows are counted twice.",
        "Delete one of the members, or correct its headers.", "Exchange 1.3, CTD Specific: CTD required headers";
}
