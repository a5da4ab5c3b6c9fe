//! Reviews of small files by h5py (`formats/array-file/tests/fixtures/make.py`).

use std::sync::Arc;

use data_review_core::{BytesInput, FileHandler, Review, ReviewBuilder, ReviewError, Severity};
use data_review_hdf5::Hdf5;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../../formats/array-file/tests/fixtures/", $name)).as_slice()
    };
}

fn try_review(bytes: &[u8]) -> Result<Review, ReviewError> {
    let mut builder = ReviewBuilder::new(Hdf5.card(), "x.h5");
    Hdf5.review(Arc::new(BytesInput(bytes.to_vec())), &mut builder)?;
    Ok(builder.finish(true))
}

fn codes(review: &Review) -> Vec<(&str, Severity)> {
    let findings = review.findings.iter();
    findings
        .map(|finding| (finding.code.as_str(), finding.severity))
        .collect()
}

#[test]
fn a_matlab_file_with_a_user_block() {
    let review = try_review(fixture!("user_block_512.mat")).unwrap();
    assert_eq!(review.findings, []);
    let x = review
        .variables
        .iter()
        .find(|variable| variable.name == "g/x")
        .unwrap();
    assert_eq!(
        (x.count, x.min.map(|min| min.as_f64()), x.unit.as_deref()),
        (100, Some(0.0), Some("m"))
    );
}

#[test]
fn a_dataset_without_a_shape_has_no_values_and_is_not_damaged() {
    let review = try_review(fixture!("no_scale.h5")).unwrap();
    assert!(
        codes(&review)
            .iter()
            .all(|(_, severity)| *severity == Severity::Info),
        "{:?}",
        codes(&review)
    );
    let totals: Vec<(&str, u64)> = review
        .variables
        .iter()
        .map(|one| (one.name.as_str(), one.count))
        .collect();
    assert_eq!(
        totals,
        [("empty", 0), ("unwritten", 4), ("unwritten_chunks", 4), ("x", 3)]
    );
}

#[test]
fn a_truncated_file_has_no_findings_that_follow_from_it() {
    let whole = fixture!("filters_large.h5");
    let mut reviewed = 0;
    for sixteenths in 1..=16 {
        let end = whole.len() * sixteenths / 16 - 1;
        match try_review(&whole[..end]) {
            Ok(review) => {
                reviewed += 1;
                let codes = codes(&review);
                assert_eq!(codes[0], ("file-truncated", Severity::Error), "{end}: {codes:?}");
                assert!(
                    codes.iter().all(|(code, _)| *code != "object-damaged"),
                    "{end}: {codes:?}"
                );
                assert!(codes.len() <= 3, "{end}: {codes:?}");
            }
            Err(error) => assert!(error.message.contains("declares"), "{end}: {error:?}"),
        }
    }
    assert!(reviewed > 0);
}

#[test]
fn an_unsupported_filter_is_named_and_its_dataset_is_left_out() {
    let review = try_review(fixture!("filters.h5")).unwrap();
    let unsupported: Vec<&str> = review
        .findings
        .iter()
        .filter(|finding| finding.code == "object-unsupported")
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(unsupported.len(), 2, "{unsupported:?}");
    assert!(
        unsupported.iter().any(|message| message.contains("Blosc2")),
        "{unsupported:?}"
    );
    assert_eq!(review.variables.len(), 3 * 28);
}
