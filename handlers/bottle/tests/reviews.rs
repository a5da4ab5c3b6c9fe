//! Bottle files: flags decide about values, and findings that follow from another one are counted with it.

use std::sync::Arc;

use data_review_bottle::Bottle;
use data_review_core::{BytesInput, CheckState, FileHandler, Review, ReviewBuilder};

const BOTTLE: &str = "\
BOTTLE,20240131SIOCCHABC
EXPOCODE,STNNBR,CASTNO,SAMPNO,BTLNBR,BTLNBR_FLAG_W,DATE,TIME,LATITUDE,LONGITUDE,CTDPRS,OXYGEN,OXYGEN_FLAG_W
,,,,,,,,,,DBAR,UMOL/KG,
33RR20240101,1,1,1,1,2,20240101,0930,10.5,-170.25,5.0,210.1,2
33RR20240101,1,1,2,2,9,20240101,0930,10.5,-170.25,9.0,208.3,2
END_DATA
";

fn review(text: &str) -> Review {
    let mut builder = ReviewBuilder::new(Bottle.card(), "33RR20240101_hy1.csv");
    let end = Bottle.review(Arc::new(BytesInput(text.as_bytes().to_vec())), &mut builder);
    assert_eq!(end, Ok(()));
    builder.finish(true)
}

fn codes(review: &Review) -> Vec<&str> {
    review
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

#[test]
fn a_bottle_that_was_not_sampled_keeps_its_number() {
    let review = review(BOTTLE);
    assert_eq!(codes(&review), [""; 0]);
    assert_eq!((review.observations, review.profiles), (Some(2), Some(1)));
    assert_eq!(review.checks["value-under-fill-flag"], CheckState::Passed);
    assert_eq!(review.checks["bottle-time"], CheckState::NotApplicable);
    let schemes: Vec<_> = review
        .variables
        .iter()
        .filter_map(|v| v.flag_scheme.as_deref())
        .collect();
    assert_eq!(schemes, ["WHP bottle", "WHP water sample"]);
}

#[test]
fn shifted_units_are_one_finding() {
    let review = review(&BOTTLE.replace(",,,,,,,,,,DBAR", ",,,,,,,,,DBAR"));
    assert_eq!(codes(&review), ["units-shifted"]);
    let suppressed = &review.findings[0].suppressed;
    assert_eq!(suppressed.get("unit-count"), Some(&1));
    assert_eq!(
        suppressed.get("unit-unknown"),
        Some(&3),
        "of LONGITUDE, CTDPRS and OXYGEN"
    );
}

#[test]
fn values_in_flag_columns_are_one_finding() {
    let review = review(
        &BOTTLE
            .replace("OXYGEN,OXYGEN_FLAG_W", "OXYGEN_FLAG_W,OXYGEN")
            .replace("UMOL/KG,\n", ",UMOL/KG\n"),
    );
    assert_eq!(codes(&review), ["columns-shifted"]);
    assert_eq!(review.findings[0].suppressed.get("flag-bad"), Some(&2));
}

#[test]
fn a_ragged_row_does_not_extend_the_coverage() {
    let review = review(&BOTTLE.replace("0930,10.5,-170.25,9.0", "10.5,-170.25,9.0"));
    assert_eq!(codes(&review), ["ragged-row"]);
    assert_eq!(review.coverage.boxes.unwrap(), [[-170.25, 10.5, -170.25, 10.5]]);
    assert_eq!(review.coverage.depth.unwrap().max, 5.0);
}

#[test]
fn ragged_rows_count_if_there_are_no_others() {
    let found = review(
        &BOTTLE
            .replace("210.1,2", "210.1,2,7")
            .replace("208.3,2", "208.3,2,7"),
    );
    assert_eq!(codes(&found), ["ragged-row"]);
    let message = "2 rows with too few or too many cells; the first one has 14 cells for 13 parameters";
    assert_eq!(found.findings[0].message, message);
    assert_eq!(found.coverage.depth.unwrap().max, 9.0);
    // The first row of a cast is ragged: the cast is in the coverage by its second row.
    let found = review(&BOTTLE.replace("210.1,2", "210.1,2,7"));
    assert!(found.coverage.time.is_some());
}

#[test]
fn a_date_is_compared_with_the_creation_of_the_file() {
    let found = review(&BOTTLE.replace(",20240101,", ",20240301,"));
    assert_eq!(codes(&found), ["date-future"]);
    assert_eq!(
        found.findings[0].message,
        "DATE is 2024-03-01, but the file was created on 2024-01-31"
    );
    let undated = review(
        &BOTTLE
            .replace("20240131SIO", "SIO")
            .replace(",20240101,", ",29990301,"),
    );
    assert_eq!(undated.checks["date-future"], CheckState::NotApplicable);
}
