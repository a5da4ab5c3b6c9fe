//! Finding codes that both handlers own.

use data_review_core::codes;

const HDF5: &str = "HDF5 File Format Specification 3.0";

codes! {
    pub const SHARED;
    DAMAGED = Error "object-damaged": "A variable or group cannot be read",
        "Its bytes contradict the format. Nothing of it is counted; the rest of the file is.",
        "Get the file again from its source and compare the checksums.", HDF5;
    CUT = Error "values-unreadable": "Some values of a variable cannot be read",
        "Bytes of them are missing or damaged. They are counted as missing, and called unreadable.",
        "Get the file again from its source and compare the checksums.", HDF5;
    UNSUPPORTED = Warning "object-unsupported": "A variable uses a part of the format that is not read here",
        "Its values are not counted; the message names the filter, layout or type.",
        "Rewrite the variable with deflate (nccopy, h5repack).", HDF5;
    LIMIT = Warning "limit-passed": "A part of the file is larger than what is read",
        "What lies beyond the limit is not counted. A file that declares far more than it stores is often damaged.",
        "Check that the file is what it claims to be; if so, raise the limit.", HDF5;
    OUTSIDE = Error "points-outside": "A part of the file lies in another file",
        "External links, external storage and virtual datasets name other files. They are not followed, so that no file can make a review read what it should not.",
        "Copy the data into the file itself (h5repack, h5copy).", "HDF5 File Format Specification 3.0, IV.A.2.h External Data Files";
    DANGLING_LINK = Warning "dangling-link": "A soft link leads to nothing",
        "The object that it names is not in the file, or cannot be read.",
        "Remove the link, or restore the object.", "HDF5 File Format Specification 3.0, IV.A.2.g Link Message";
    GROUP_CYCLE = Warning "group-cycle": "A group holds itself",
        "A hard link leads back to an outer group. It is entered once; other programs may never end.",
        "Remove the link.", "HDF5 File Format Specification 3.0, IV.A.2.g Link Message";
    TRUNCATED = Error "file-truncated": "The file is shorter than it says",
        "A transfer or a program was interrupted. What is there is counted.",
        "Get the file again from its source and compare the checksums.", "netCDF User's Guide, File Format Specifications; HDF5 File Format Specification 3.0, II.A";
    NOT_UTF8 = Info "not-utf8": "A name or attribute is not UTF-8",
        "It was read as Latin-1; other programs drop or garble it.",
        "Write it in UTF-8.", "netCDF User's Guide, Names";
    NON_FINITE = Info "not-finite": "Values are NaN or infinite",
        "They are not declared as the fill value. They are counted apart and have no part in the statistics.",
        "Declare NaN as `_FillValue`, or write the fill value.", "CF 1.11, 2.5.1 Missing data";
    ALL_MISSING = Info "all-missing": "A variable has no valid value",
        "All its cells are fill values or blank.",
        "Check that it was meant to be empty.", "CF 1.11, 2.5.1 Missing data";
    STRING_DAMAGED = Error "reference-damaged": "A text or sequence cannot be found",
        "The reference to its bytes leads to nothing. It is counted as invalid.",
        "Get the file again from its source and compare the checksums.", "HDF5 File Format Specification 3.0, III.E Global Heap";
}
