//! The walk through an archive of casts. Seeds are archives; the signature is put before input that lacks it.
#![no_main]

use data_review_fuzz::{begun_with, review};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    review("ctd", "33RR20240101_ct1.zip", &begun_with(&[b"PK\x03\x04"], bytes));
});
