//! Whole reviews of netCDF files, classic and netCDF-4. Input without a signature becomes a classic file.
#![no_main]

use data_review_fuzz::{begun_with, review};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let magic: [&[u8]; 4] = [b"CDF\x01", b"CDF\x02", b"CDF\x05", b"\x89HDF"];
    review("netcdf", "a.nc", &begun_with(&magic, bytes));
});
