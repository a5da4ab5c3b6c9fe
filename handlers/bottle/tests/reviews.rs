//! Bottle files: flags decide about values, and findings that follow from another one are counted with it.

use std::sync::Arc;

use data_review_bottle::Bottle;
use data_review_core::{BytesInput, Cast, CheckState, CoverageKind, FileHandler, Review, ReviewBuilder};

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

/// Station, cast, time, position and levels of each cast.
fn casts(review: &Review) -> Vec<String> {
    let cast = |cast: &Cast| {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let time = cast.time.map(|time| time.to_string()).unwrap_or_default();
        let position = cast.longitude.zip(cast.latitude);
        let position = position.map(|(longitude, latitude)| format!("{longitude} {latitude}"));
        let levels = cast.levels.unwrap_or_default();
        format!(
            "{}/{} {time} {} {levels}",
            text(&cast.station),
            text(&cast.number),
            text(&position)
        )
    };
    review.casts.iter().map(cast).collect()
}

#[test]
fn casts_are_listed_in_the_order_of_their_first_rows() {
    let rows = "\
33RR20240101,2,1,1,1,2,20240102,1200,11.5,-171.25,5.0,210.1,2
33RR20240101,1,1,3,3,2,20240101,0930,10.5,-170.25,15.0,207.0,2
END_DATA";
    let review = review(&BOTTLE.replace("END_DATA", rows));
    assert_eq!(
        casts(&review),
        [
            "1/1 2024-01-01T09:30:00Z -170.25 10.5 3",
            "2/1 2024-01-02T12:00:00Z -171.25 11.5 1"
        ],
        "the rows of the first cast are not together"
    );
    assert_eq!((review.profiles, review.casts_left_out), (Some(2), 0));
    assert_eq!(review.coverage.kind, Some(CoverageKind::Profiles));
}

#[test]
fn a_cast_is_placed_by_its_first_whole_row() {
    let ragged = BOTTLE.replacen("0930,10.5,-170.25", "10.5,-170.25", 1);
    let review = review(&ragged);
    assert_eq!(casts(&review).len(), 1, "{:?}", casts(&review));
    assert_eq!(review.coverage.kind, Some(CoverageKind::Profile));
}

#[test]
fn a_preview_has_values_and_flags_of_the_file_and_changes_nothing_else() {
    let run = |wants_preview| {
        let text = BOTTLE.replace("208.3,2", "208.3,4");
        let mut builder =
            ReviewBuilder::new(Bottle.card(), "33RR20240101_hy1.csv").with_preview(wants_preview);
        let end = Bottle.review(Arc::new(BytesInput(text.into_bytes())), &mut builder);
        assert_eq!(end, Ok(()));
        builder.finish(true)
    };
    let (with, without) = (run(true), run(false));
    let preview = with.preview.clone().unwrap();
    let names: Vec<&str> = preview
        .variables
        .iter()
        .map(|at| with.variables[*at].name.as_str())
        .collect();
    assert_eq!(names, ["CTDPRS", "OXYGEN"]);
    let cast = &preview.casts[0];
    assert_eq!((cast.cast, &cast.levels[..]), (0, &[0, 1][..]));
    assert_eq!(cast.values[0], [Some(5.0), Some(9.0)]);
    assert_eq!(cast.values[1], [Some(210.1), Some(208.3)]);
    assert_eq!(cast.flags, ["", "gb"]);
    assert_eq!(without.preview, None);
    assert_eq!(
        Review {
            preview: None,
            ..with
        },
        without
    );
}
