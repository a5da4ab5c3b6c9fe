//! Whole reviews of text: a table, a bottle file, a cast.
#![no_main]

use data_review_fuzz::review;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    review("csv", "33RR20240101.csv", bytes);
    review("bottle", "33RR20240101_hy1.csv", bytes);
    review("ctd", "33RR20240101_ct1.csv", bytes);
});
