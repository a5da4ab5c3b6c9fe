//! Finding codes that the netCDF and the HDF5 handler share.

use data_review_core::{ReviewBuilder, codes};

const HDF5: &str = "HDF5 File Format Specification 3.0";

codes! {
    pub const SHARED;
    DAMAGED = Error "object-damaged": "A variable, group or attribute cannot be read",
        "Its bytes contradict the format. It is left out; the rest of the file is read.",
        "Get the file again from its source and compare the checksums.", HDF5;
    CUT = Error "values-unreadable": "Some values of a variable cannot be read",
        "Their bytes are missing or damaged. They are counted as missing, for the reason `unreadable`.",
        "Get the file again from its source and compare the checksums.", HDF5;
    UNSUPPORTED = Warning "object-unsupported": "A variable uses a part of the format that is not supported",
        "Its values are not counted; the message names the filter, layout or type.",
        "Convert a copy of the file with nccopy or h5repack, with deflate as the only filter.", HDF5;
    LIMIT = Warning "limit-passed": "A part of the file exceeds a limit of the review",
        "The part beyond the limit is not counted. A file that declares far more than it stores is often damaged.",
        "Check that the file really is that large; if so, raise the limit.", HDF5;
    OUTSIDE = Error "points-outside": "A part of the file is stored in another file",
        "External links, external storage and virtual datasets name other files. They are not followed, so that no file can make a review read another one.",
        "Copy the data into one file (h5repack, h5copy).", "HDF5 File Format Specification 3.0, IV.A.2.h External Data Files";
    DANGLING_LINK = Warning "dangling-link": "A soft link has no target",
        "The object that the link names is not in the file, or cannot be read.",
        "Restore the object if it is needed; otherwise remove the link from a copy of the file.", "HDF5 File Format Specification 3.0, IV.A.2.g Link Message";
    GROUP_CYCLE = Warning "group-cycle": "A group contains itself",
        "A hard link leads back to an outer group. The group is read once; other programs may not terminate.",
        "Remove the link from a copy of the file.", "HDF5 File Format Specification 3.0, IV.A.2.g Link Message";
    TRUNCATED = Error "file-truncated": "The file is shorter than its header says",
        "A transfer or a program was interrupted. The part that exists is read.",
        "Get the file again from its source and compare the checksums.", "netCDF User's Guide, File Format Specifications; HDF5 File Format Specification 3.0, II.A";
    NOT_UTF8 = Info "not-utf8": "A name or an attribute is not UTF-8",
        "It was read as Latin-1; other programs drop or garble it.",
        "Write it in UTF-8.", "netCDF User's Guide, Names";
    NON_FINITE = Info "not-finite": "Values are NaN or infinite",
        "They are not declared as the fill value. They are counted separately from missing values and are not used in the statistics.",
        "If NaN stands for missing values, declare it as `_FillValue`.", "CF 1.11, 2.5.1 Missing data";
    ALL_MISSING = Info "all-missing": "Variables have no valid value",
        "All their cells are fill values, blank, or NaN.",
        "None if intended. Otherwise compare with the original data.", "CF 1.11, 2.5.1 Missing data";
    STRING_DAMAGED = Error "reference-damaged": "A text or sequence cannot be found",
        "The reference to its bytes is invalid. The cell is counted as invalid.",
        "Get the file again from its source and compare the checksums.", "HDF5 File Format Specification 3.0, III.E Global Heap";
}

/// Declares which of the shared findings follow from others, such as damaged objects from a truncated file.
pub fn explain(review: &mut ReviewBuilder) {
    review.explain(&TRUNCATED, &DAMAGED, None);
    review.explain(&TRUNCATED, &STRING_DAMAGED, None);
}
