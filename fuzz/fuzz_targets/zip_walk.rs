//! The walk through an archive of casts. Seeds are archives; what begins like none is made to.
#![no_main]

use data_review_fuzz::review;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let archive = match bytes.starts_with(b"PK\x03\x04") {
        true => bytes.to_vec(),
        false => [b"PK\x03\x04", bytes].concat(),
    };
    review("ctd", "33RR20240101_ct1.zip", &archive);
});
