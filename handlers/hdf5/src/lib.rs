//! HDF5 files of any kind: every dataset of every group.

mod review;

use std::sync::Arc;

use array_file::HDF5_SIGNATURE;
use data_review_array::codes::SHARED;
use data_review_core::{
    Card, FileHandler, Input, LambdaHints, Limits, Probe, ReviewBuilder, ReviewError, Verdict,
    register_handler,
};

pub use review::review_file;

/// The handler.
pub struct Hdf5;

/// Its card.
pub const CARD: Card = Card {
    id: "hdf5",
    title: "HDF5",
    version: 3,
    extensions: &[".h5", ".hdf5", ".he5", ".hdf"],
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

/// The signature may lie behind a user block of 512 bytes, or of twice as many, and so on.
const USER_BLOCKS: std::ops::Range<u32> = 9..16;

impl FileHandler for Hdf5 {
    fn card(&self) -> &'static Card {
        static OWN: Card = CARD;
        &OWN
    }

    fn sniff(&self, probe: &mut Probe<'_>) -> Verdict {
        if probe.head().starts_with(HDF5_SIGNATURE) {
            return Verdict::certain("starts with the signature of HDF5");
        }
        let head = probe.head();
        match USER_BLOCKS.map(|power| 1 << power).find(|at| {
            head.get(*at..)
                .is_some_and(|rest| rest.starts_with(HDF5_SIGNATURE))
        }) {
            Some(at) => Verdict::certain(format!("has the signature of HDF5 at byte {at}")),
            None => Verdict::no("has no signature of HDF5 in its first 64 KiB"),
        }
    }

    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        review::review(input, review)
    }
}

register_handler!(Hdf5);
