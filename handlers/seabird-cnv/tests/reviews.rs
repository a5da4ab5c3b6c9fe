//! What a review says of small files.

#![expect(clippy::unwrap_used, reason = "what cannot be reviewed fails the test")]

use std::sync::Arc;

use data_review_core::{BytesInput, CheckState, Class, FileHandler, Review, ReviewBuilder, ReviewError};
use data_review_seabird_cnv::SeabirdCnv;
use proptest::prelude::*;

const FILE: &str = "\
* Sea-Bird SBE19plus Data File:
* FileName = cast.hex
* NMEA Latitude = 24 30.00 N
* NMEA Longitude = 018 30.00 W
** Cruise: EX1904
# nquan = 3
# nvalues = 3
# name 0 = t090C: Temperature [ITS-90, deg C]
# name 1 = prdM: Pressure, Strain Gauge [db]
# name 2 = flag: flag
# start_time = Dec 10 2016 06:16:51 [Instrument's time stamp, header]
# bad_flag = -9.990e-29
# file_type = ascii
*END*
    18.3000      1.000  0.000e+00
    18.2000      2.000 -9.990e-29
 -9.990e-29      3.000  0.000e+00
";

fn try_review(bytes: &[u8]) -> Result<Review, ReviewError> {
    let mut builder = ReviewBuilder::new(SeabirdCnv.card(), "cast.cnv");
    SeabirdCnv.review(Arc::new(BytesInput(bytes.to_vec())), &mut builder)?;
    Ok(builder.finish(true))
}

fn review(text: &str) -> Review {
    try_review(text.as_bytes()).unwrap()
}

#[test]
fn a_cast() {
    let review = review(FILE);
    assert_eq!((review.observations, review.profiles), (Some(3), Some(1)));
    let names: Vec<&str> = review
        .variables
        .iter()
        .map(|variable| variable.name.as_str())
        .collect();
    assert_eq!(names, ["t090C", "prdM"]);
    let temperature = &review.variables[0];
    assert_eq!(
        (
            temperature.total,
            temperature.count,
            temperature.missing["-9.990e-29"]
        ),
        (3, 2, 1)
    );
    let flags = temperature.flags.as_ref().unwrap();
    assert_eq!((flags["0.000e+00"].total, flags["0.000e+00"].count), (2, 1));
    assert_eq!(
        (flags["-9.990e-29"].total, flags["-9.990e-29"].mean),
        (1, Some(18.2))
    );
    let coverage = &review.coverage;
    assert_eq!(coverage.time.unwrap().first.to_string(), "2016-12-10T06:16:51Z");
    assert_eq!(coverage.boxes, Some(vec![[-18.5, 24.5, -18.5, 24.5]]));
    let depth = coverage.depth.as_ref().unwrap();
    assert_eq!(
        (depth.min, depth.max, depth.unit.as_deref()),
        (1.0, 3.0, Some("db"))
    );
    for (name, value) in [
        ("instrument", "SBE19plus"),
        ("raw_file", "cast.hex"),
        ("cruise", "EX1904"),
    ] {
        assert_eq!(review.attributes[name], [value], "{name}");
    }
    let codes: Vec<&str> = review
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert_eq!(codes, ["bad-flag-value"]);
    assert_eq!(review.checks["nvalues"], CheckState::Passed);
    assert_eq!(review.checks["truncated"], CheckState::NotApplicable);
    assert_eq!(review.checks["span"], CheckState::NotApplicable);
}

#[test]
fn the_clock_of_an_upload_gives_no_time() {
    let review = review(&FILE.replace("Instrument's time stamp, header", "System UpLoad Time"));
    assert_eq!(review.coverage.time, None);
    assert_eq!(review.checks["start-time-clock"], CheckState::Failed);
    assert_eq!(review.attributes["start_time_source"], ["System UpLoad Time"]);
}

#[test]
fn depth_where_there_is_no_pressure() {
    let review = review(&FILE.replace(
        "prdM: Pressure, Strain Gauge [db]",
        "depSM: Depth [salt water, m]",
    ));
    assert_eq!(
        review.coverage.depth.unwrap().unit.as_deref(),
        Some("salt water, m")
    );
}

#[test]
fn parts_are_merged() {
    let (header, _) = FILE.split_once("    18.3000").unwrap();
    let row = "    18.3000      1.000  0.000e+00\n";
    // Past 8 MiB of text.
    let rows = (8 << 20) / row.len() + 1000;
    let review = review(&format!("{header}{}", row.repeat(rows)));
    let temperature = &review.variables[0];
    assert_eq!((temperature.count, temperature.distinct), (rows as u64, 1));
    assert_eq!(
        temperature.flags.as_ref().unwrap()["0.000e+00"].total,
        rows as u64
    );
}

#[test]
fn what_holds_no_scan_is_a_failure_with_its_reason() {
    let (header, _) = FILE.split_once("    18.3000").unwrap();
    let error = try_review(header.as_bytes()).unwrap_err();
    assert_eq!(
        (error.class, error.message.as_str()),
        (Class::Corrupt, "there is no scan below the header")
    );
    let error = try_review(FILE.replace("nquan = 3", "nquan = 4000").as_bytes()).unwrap_err();
    assert_eq!(error.class, Class::LimitExceeded, "{error}");
    assert_eq!(try_review(b"hello").unwrap_err().class, Class::Corrupt);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_damaged_file_gives_an_outcome_with_every_cell_counted(
        changes in prop::collection::vec((0usize..2000, any::<u8>()), 0..8), cut in 0usize..2000, is_binary in any::<bool>(),
    ) {
        let file = if is_binary { FILE.replace("= ascii", "= binary") } else { FILE.to_owned() };
        let mut bytes = file.into_bytes();
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        bytes.truncate(bytes.len() - cut % bytes.len());
        if let Ok(review) = try_review(&bytes) {
            for variable in &review.variables {
                let missing: u64 = variable.missing.values().sum();
                prop_assert_eq!(variable.total, variable.count + missing + variable.invalid + variable.non_finite);
                prop_assert_eq!(Some(variable.total), review.observations);
            }
        }
    }
}
