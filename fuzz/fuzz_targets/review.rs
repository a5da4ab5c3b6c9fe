//! Whole reviews by every registered handler, or by the one that `DATA_REVIEW_HANDLER` names.
#![no_main]

use data_review_fuzz::{chosen, review};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for card in chosen() {
        let ending = card.extensions.first().unwrap_or(&"");
        review(card.id, &format!("33RR20240101{ending}"), bytes);
    }
});
