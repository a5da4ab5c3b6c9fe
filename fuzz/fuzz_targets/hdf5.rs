//! Whole reviews of HDF5 files. The signature is put before input that lacks it.
#![no_main]

use data_review_fuzz::{begun_with, review};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    review("hdf5", "a.h5", &begun_with(&[b"\x89HDF\r\n\x1a\n"], bytes));
});
