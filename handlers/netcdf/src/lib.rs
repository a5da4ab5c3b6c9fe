//! The handler of netCDF files of every format, with the rules of CF, Argo and CCHDO.
//!
//! `README.md` describes what it checks; [`NetCdf`] is the handler.

mod argo;
mod casts;
mod cchdo;
mod checks;
mod codes;
mod coordinates;
mod coverage;
mod flags;
mod meaning;
mod observations;
mod review;
mod rules;
mod scope;
mod sniff;
mod time;
mod units;
mod vocabulary;

use std::sync::Arc;

use data_review_core::{
    Card, FileHandler, Input, LambdaHints, Limits, Probe, ReviewBuilder, ReviewError, Verdict,
    register_handler,
};

pub use review::review_file;

/// The handler of netCDF files: classic, 64-bit offset, CDF-5 and netCDF-4.
pub struct NetCdf;

/// The card of the handler: its name, endings, limits and finding codes.
pub const CARD: Card = Card {
    id: "netcdf",
    title: "netCDF (classic, 64-bit, CDF-5, netCDF-4; CF, Argo, CCHDO)",
    version: 11,
    // netCDF-4 is HDF5, so an HDF5 ending does not contradict the content; GMT calls classic grids `.grd`.
    extensions: &[
        ".nc", ".nc4", ".nc3", ".cdf", ".ncf", ".netcdf", ".grd", ".h5", ".hdf5", ".he5", ".hdf",
    ],
    magic: &[b"CDF\x01", b"CDF\x02", b"CDF\x05"],
    refines: &["hdf5"],
    docs: "https://docs.unidata.ucar.edu/nug/current/",
    observations: "valid values along the dimensions of the observations: those of the variable that has most",
    reader: array_file::READER,
    vocabulary: Some(vocabulary::NAME),
    codes: &[
        data_review_array::codes::SHARED,
        codes::OWN,
        rules::argo::ARGO,
        rules::cf::CF,
    ],
    limits: Limits::DEFAULT,
    lambda: LambdaHints::DEFAULT,
};

impl FileHandler for NetCdf {
    fn card(&self) -> &'static Card {
        static OWN: Card = CARD;
        &OWN
    }

    fn sniff(&self, probe: &mut Probe<'_>) -> Verdict {
        sniff::sniff(&CARD, probe)
    }

    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        review::review(input, review)
    }
}

register_handler!(NetCdf);
