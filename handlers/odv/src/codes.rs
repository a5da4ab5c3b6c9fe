//! Everything that can be found in a Odv file.

use data_review_core::codes;

codes! {
    pub(crate) const ALL;
    BAD_NUMBER = Error "bad-number": "A cell that is no number",
        "The cell is counted as invalid and has no part in the statistics.",
        "Write the number, or leave the value out by `nan`.", "handlers/odv/README.md, rows";
    RAGGED_ROW = Error "ragged-row": "A row that is longer or shorter than the line of names",
        "Cells that are there are counted under the names that they stand below; what lies beyond is left out.",
        "Look whether a cell was lost or holds a blank.", "handlers/odv/README.md, rows";
}
