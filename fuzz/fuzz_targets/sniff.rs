//! Every handler's sniff, and the decision between them.
#![no_main]

use data_review_core::{BytesInput, FileHandler, Probe};
use data_review_fuzz::REGISTRY;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let input = BytesInput(bytes.to_vec());
    let mut probe = Probe::new("33RR20240101_ct1.zip", &input).expect("memory can be read");
    for handler in REGISTRY.iter() {
        let verdict = FileHandler::sniff(handler, &mut probe);
        assert!(!verdict.because.is_empty());
    }
    let mut probe = Probe::new("a.csv", &input).expect("memory can be read");
    let _ = REGISTRY.identify(&mut probe);
});
