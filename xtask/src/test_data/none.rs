//! What nobody knows: these must be unidentified, each with what was seen.

use super::{Files, put};

pub(super) fn write(files: &mut Files) {
    put(files, "tests/bad/none/empty.csv", "");
    put(
        files,
        "tests/bad/none/prose.txt",
        "Dear colleague,\n\nthe bottle data of the last cruise are not calibrated yet.\n\
         Please wait for the salinities, and for the oxygens as well.\n\nYours,\nthe chief scientist\n",
    );
    put(files, "tests/bad/none/picture.png", PNG);
    put(
        files,
        "tests/bad/none/pretends_ct1.zip",
        "PK, but no archive: somebody typed this.\n",
    );
    put(files, "tests/bad/none/zeros.csv", vec![0; 4096]);
}

/// Signature and header of a picture of one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
