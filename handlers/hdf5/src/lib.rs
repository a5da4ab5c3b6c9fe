//! The handler of HDF5 files that are not netCDF-4: every dataset of every group.

mod review;

use std::sync::Arc;

use array_file::HDF5_SIGNATURE;
use data_review_array::codes::SHARED;
use data_review_array::find_superblock;
use data_review_core::{
    Card, FileHandler, Input, LambdaHints, Limits, Probe, ReviewBuilder, ReviewError, Verdict,
    register_handler,
};

pub use review::review_file;

/// The handler of HDF5 files. netCDF-4 files are HDF5, too; they belong to the handler `netcdf`, which refines this
/// one.
pub struct Hdf5;

/// The card of the handler: its name, endings, limits and finding codes.
pub const CARD: Card = Card {
    id: "hdf5",
    title: "HDF5",
    version: 7,
    // An ending of netCDF-4 does not contradict the content: the netCDF library opens most HDF5 files.
    extensions: &[
        ".h5", ".hdf5", ".he5", ".hdf", ".mat", ".nxs", ".jld2", ".nc", ".nc4", ".cdf", ".netcdf",
    ],
    magic: &[HDF5_SIGNATURE],
    refines: &[],
    docs: "https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html",
    observations: "valid values of the dataset that has most",
    reader: array_file::READER,
    vocabulary: None,
    codes: &[SHARED],
    limits: Limits::DEFAULT,
    lambda: LambdaHints::DEFAULT,
};

impl FileHandler for Hdf5 {
    fn card(&self) -> &'static Card {
        static OWN: Card = CARD;
        &OWN
    }

    fn sniff(&self, probe: &mut Probe<'_>) -> Verdict {
        match find_superblock(probe) {
            Some(0) => Verdict::certain("starts with the signature of HDF5"),
            Some(at) => Verdict::certain(format!(
                "has the signature of HDF5 at byte {at}, after a user block"
            )),
            None => Verdict::no("has the signature of HDF5 neither at its beginning nor after a user block"),
        }
    }

    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        review::review(input, review)
    }
}

register_handler!(Hdf5);
