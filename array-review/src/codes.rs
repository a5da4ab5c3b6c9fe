//! Finding codes that both handlers own.

use data_review_core::{CodeInfo, Severity};

const HDF5: &str = "HDF5 File Format Specification 3.0";

/// All of them.
pub const SHARED: [CodeInfo; 12] = [
    DAMAGED,
    CUT,
    UNSUPPORTED,
    LIMIT,
    OUTSIDE,
    DANGLING_LINK,
    GROUP_CYCLE,
    TRUNCATED,
    NOT_UTF8,
    NON_FINITE,
    ALL_MISSING,
    STRING_DAMAGED,
];

/// An object whose bytes contradict the format.
pub const DAMAGED: CodeInfo = CodeInfo {
    code: "object-damaged",
    severity: Severity::Error,
    title: "A variable or group cannot be read",
    meaning: "Its bytes contradict the format. Nothing of it is counted; the rest of the file is.",
    remedy: "Get the file again from its source and compare the checksums.",
    clause: HDF5,
};

/// A variable of which a part cannot be read.
pub const CUT: CodeInfo = CodeInfo {
    code: "values-unreadable",
    severity: Severity::Error,
    title: "Some values of a variable cannot be read",
    meaning: "Bytes of them are missing or damaged. They are counted as missing, and called unreadable.",
    remedy: "Get the file again from its source and compare the checksums.",
    clause: HDF5,
};

/// A part of the format that is not read here.
pub const UNSUPPORTED: CodeInfo = CodeInfo {
    code: "object-unsupported",
    severity: Severity::Warning,
    title: "A variable uses a part of the format that is not read here",
    meaning: "Its values are not counted; the message names the filter, layout or type.",
    remedy: "Rewrite the variable with deflate (nccopy, h5repack).",
    clause: HDF5,
};

/// A limit, with its number.
pub const LIMIT: CodeInfo = CodeInfo {
    code: "limit-passed",
    severity: Severity::Warning,
    title: "A part of the file is larger than what is read",
    meaning: "What lies beyond the limit is not counted. A file that declares far more than it stores is often damaged.",
    remedy: "Check that the file is what it claims to be; if so, raise the limit.",
    clause: HDF5,
};

/// A link, or storage, in another file.
pub const OUTSIDE: CodeInfo = CodeInfo {
    code: "points-outside",
    severity: Severity::Error,
    title: "A part of the file lies in another file",
    meaning: "External links, external storage and virtual datasets name other files. They are not followed, so that no file can make a review read what it should not.",
    remedy: "Copy the data into the file itself (h5repack, h5copy).",
    clause: "HDF5 File Format Specification 3.0, IV.A.2.h External Data Files",
};

/// A soft link to nothing.
pub const DANGLING_LINK: CodeInfo = CodeInfo {
    code: "dangling-link",
    severity: Severity::Warning,
    title: "A soft link leads to nothing",
    meaning: "The object that it names is not in the file, or cannot be read.",
    remedy: "Remove the link, or restore the object.",
    clause: "HDF5 File Format Specification 3.0, IV.A.2.g Link Message",
};

/// A group within itself.
pub const GROUP_CYCLE: CodeInfo = CodeInfo {
    code: "group-cycle",
    severity: Severity::Warning,
    title: "A group holds itself",
    meaning: "A hard link leads back to an outer group. It is entered once; other programs may never end.",
    remedy: "Remove the link.",
    clause: "HDF5 File Format Specification 3.0, IV.A.2.g Link Message",
};

/// A file that is shorter than it says.
pub const TRUNCATED: CodeInfo = CodeInfo {
    code: "file-truncated",
    severity: Severity::Error,
    title: "The file is shorter than it says",
    meaning: "A transfer or a program was interrupted. What is there is counted.",
    remedy: "Get the file again from its source and compare the checksums.",
    clause: "netCDF User's Guide, File Format Specifications; HDF5 File Format Specification 3.0, II.A",
};

/// A text that is not UTF-8.
pub const NOT_UTF8: CodeInfo = CodeInfo {
    code: "not-utf8",
    severity: Severity::Info,
    title: "A name or attribute is not UTF-8",
    meaning: "It was read as Latin-1; other programs drop or garble it.",
    remedy: "Write it in UTF-8.",
    clause: "netCDF User's Guide, Names",
};

/// NaN and infinities.
pub const NON_FINITE: CodeInfo = CodeInfo {
    code: "not-finite",
    severity: Severity::Info,
    title: "Values are NaN or infinite",
    meaning: "They are not declared as the fill value. They are counted apart and have no part in the statistics.",
    remedy: "Declare NaN as `_FillValue`, or write the fill value.",
    clause: "CF 1.11, 2.5.1 Missing data",
};

/// A variable without any value.
pub const ALL_MISSING: CodeInfo = CodeInfo {
    code: "all-missing",
    severity: Severity::Info,
    title: "A variable has no valid value",
    meaning: "All its cells are fill values or blank.",
    remedy: "Check that it was meant to be empty.",
    clause: "CF 1.11, 2.5.1 Missing data",
};

/// A text whose bytes cannot be found.
pub const STRING_DAMAGED: CodeInfo = CodeInfo {
    code: "reference-damaged",
    severity: Severity::Error,
    title: "A text or sequence cannot be found",
    meaning: "The reference to its bytes leads to nothing. It is counted as invalid.",
    remedy: "Get the file again from its source and compare the checksums.",
    clause: "HDF5 File Format Specification 3.0, III.E Global Heap",
};

/// What a handler owns: the shared codes, followed by its own; `N` is the number of both.
pub const fn with_shared<const N: usize>(own: &[CodeInfo]) -> [CodeInfo; N] {
    let mut codes = [DAMAGED; N];
    let mut at = 0;
    while at < SHARED.len() {
        codes[at] = SHARED[at];
        at += 1;
    }
    let mut next = 0;
    while next < own.len() {
        codes[at] = own[next];
        at += 1;
        next += 1;
    }
    assert!(at == N, "N is not the number of codes");
    codes
}
