//! Reviews of small files.

#![expect(clippy::unwrap_used, reason = "what cannot be reviewed fails the test")]

use std::sync::Arc;

use data_review_core::{
    BytesInput, CheckState, Class, CoverageKind, FileHandler, Place, Review, ReviewBuilder, ReviewError,
};
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

pub(crate) fn try_review(bytes: &[u8]) -> Result<Review, ReviewError> {
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
    assert_eq!((flags["good"].total, flags["good"].count), (2, 1));
    assert_eq!((flags["bad"].total, flags["bad"].mean), (1, Some(18.2)));
    assert_eq!(temperature.flag_scheme.as_deref(), Some("Sea-Bird"));
    assert_eq!(temperature.good.as_ref().unwrap().mean, Some(18.3));
    let coverage = &review.coverage;
    assert_eq!(coverage.time.unwrap().first.to_string(), "2016-12-10T06:16:51Z");
    assert_eq!(coverage.boxes, Some(vec![[-18.5, 24.5, -18.5, 24.5]]));
    let depth = coverage.depth.as_ref().unwrap();
    assert_eq!(
        (depth.min, depth.max, depth.unit.as_deref()),
        (1.0, 3.0, Some("db"))
    );
    let cast = &review.casts[0];
    assert_eq!(
        (cast.longitude, cast.latitude, cast.levels),
        (Some(-18.5), Some(24.5), Some(3))
    );
    assert_eq!(cast.time, coverage.time.map(|span| span.first));
    assert_eq!(
        (review.casts.len(), coverage.kind),
        (1, Some(CoverageKind::Profile))
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
    assert_eq!(review.checks["truncated"], CheckState::Passed);
    assert_eq!(review.checks["span"], CheckState::NotApplicable);
}

#[test]
fn the_clock_of_an_upload_gives_no_time() {
    let review = review(&FILE.replace("Instrument's time stamp, header", "System UpLoad Time"));
    assert_eq!(review.coverage.time, None);
    assert_eq!(review.checks["start-time-upload"], CheckState::Failed);
    assert_eq!(review.attributes["start_time_source"], ["System UpLoad Time"]);
}

#[test]
fn the_unit_of_a_depth_is_that_of_the_last_brackets() {
    let review = review(&FILE.replace(
        "prdM: Pressure, Strain Gauge [db]",
        "depSM: Depth [salt water, m], lat = 48.4",
    ));
    assert_eq!(review.coverage.depth.unwrap().unit.as_deref(), Some("m"));
    assert_eq!(review.variables[1].unit.as_deref(), Some("salt water, m"));
}

/// A line of a ship's pumped water, sampled every half hour; the third scan is marked bad.
const UNDERWAY: &str = "\
* Sea-Bird SBE 21 Data File:
* NMEA Latitude = 58 00.00 N
* NMEA Longitude = 009 00.00 E
# nquan = 5
# nvalues = 3
# name 0 = timeJ: Julian Days
# name 1 = latitude: Latitude [deg]
# name 2 = longitude: Longitude [deg]
# name 3 = t090C: Temperature [ITS-90, deg C]
# name 4 = flag: flag
# interval = seconds: 1800
# start_time = May 10 2022 18:00:01 [NMEA time, header]
# bad_flag = -9.990e-29
*END*
 130.75     58.0   9.0   10.0  0.000e+00
 130.770833 58.02  8.975 10.2  0.000e+00
 130.791667 68.04  8.95  10.5 -9.990e-29
";

/// First and last time.
fn times(review: &Review) -> Option<[String; 2]> {
    let span = review.coverage.time?;
    Some([span.first, span.last].map(|time| time.to_string()))
}

#[test]
fn time_and_place_come_from_the_columns() {
    let found = review(UNDERWAY);
    assert_eq!(found.findings, []);
    assert_eq!((found.observations, found.profiles), (Some(3), None));
    assert_eq!(found.coverage.boxes, Some(vec![[8.975, 58.0, 9.0, 58.02]]));
    let expected = ["2022-05-10T18:00:00Z", "2022-05-10T18:29:59.971Z"].map(str::to_owned);
    assert_eq!(times(&found), Some(expected));
    let left_out = found.coverage.left_out.unwrap();
    assert_eq!((left_out.times, left_out.positions), (1, 1));
    assert_eq!(found.attributes["position_source"], ["columns"]);
    // Without a fix the receiver gives zeros: only the position of the header is known.
    let without = UNDERWAY
        .replace("58.0   9.0 ", "0  0 ")
        .replace("58.02  8.975", "0  0");
    let found = review(&without);
    assert_eq!(found.coverage.boxes, Some(vec![[9.0, 58.0, 9.0, 58.0]]));
    assert_eq!(found.coverage.left_out.unwrap().positions, 3);
    // A jump is reported, but its position is not left out: the file does not mark it.
    let jump = review(&UNDERWAY.replace("58.02  8.975", "28.02  8.975"));
    assert_eq!(jump.coverage.boxes, Some(vec![[8.975, 28.02, 9.0, 58.0]]));
    assert_eq!(
        jump.findings[0].message,
        "58.0000, 9.0000 is followed by 28.0200, 8.9750"
    );
    assert_eq!(jump.findings[0].places, [Place::text(16, 13, None)]);
}

#[test]
fn a_mooring_reaches_from_its_first_scan_to_its_last() {
    let mooring = UNDERWAY.replace("timeJ: Julian Days", "x: X [m]");
    let expected = ["2022-05-10T18:00:01Z", "2022-05-10T18:30:01Z"].map(str::to_owned);
    assert_eq!(times(&review(&mooring)), Some(expected));
}

#[test]
fn the_operators_position_is_a_reported_fallback() {
    let lines = "* NMEA Latitude = 24 30.00 N\n* NMEA Longitude = 018 30.00 W\n";
    let by_operator = "** Latitude: 58 12.50 N\n** Longitude: 009 30.25 W\n";
    let both = review(&FILE.replace(lines, &format!("{lines}{by_operator}")));
    assert_eq!(both.coverage.boxes, Some(vec![[-18.5, 24.5, -18.5, 24.5]]));
    assert_eq!(both.checks["position-by-operator"], CheckState::Passed);
    let found = review(&FILE.replace(lines, by_operator));
    let [west, south, ..] = found.coverage.boxes.unwrap()[0];
    assert!((west + 9.504_167).abs() < 1e-6 && (south - 58.208_333).abs() < 1e-6);
    let finding = found
        .findings
        .iter()
        .find(|finding| finding.code == "position-by-operator")
        .unwrap();
    assert_eq!(
        finding.message,
        "the operator typed the position 58.20833, -9.50417, see line 3, column 3"
    );
    assert_eq!(finding.places, [Place::text(3, 3, None)]);
    assert_eq!(
        found.attributes["position_source"],
        ["operator, line 3, column 3"]
    );
}

#[test]
fn bad_scans_do_not_extend_the_depth() {
    let found = review(&FILE.replace("    18.2000      2.000", "    18.2000    999.000"));
    let depth = found.coverage.depth.unwrap();
    assert_eq!((depth.min, depth.max), (1.0, 3.0));
    assert_eq!(found.coverage.left_out.unwrap().depths, 1);
}

#[test]
fn checks_of_absent_content_are_not_applicable() {
    let file = FILE
        .replace("# nvalues = 3\n", "")
        .replace("flag: flag", "v0: Voltage 0");
    let found = review(&file);
    for code in ["nvalues", "span", "all-bad", "position-by-operator"] {
        assert_eq!(found.checks[code], CheckState::NotApplicable, "{code}");
    }
    assert_eq!(found.checks["ragged-row"], CheckState::Passed);
    let binary = FILE.replace("= ascii", "= binary");
    assert_eq!(review(&binary).checks["bad-number"], CheckState::NotApplicable);
}

#[test]
fn a_truncated_file_has_one_finding() {
    let with_span = FILE.replace("# start_time", "# span 1 =      1.000,      3.000\n# start_time");
    let cut = with_span.trim_end().trim_end_matches("0.000e+00");
    let found = review(cut);
    assert_eq!(found.observations, Some(2));
    let codes: Vec<&str> = found
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert_eq!(codes, ["truncated"]);
    let suppressed: Vec<_> = found.findings[0]
        .suppressed
        .iter()
        .map(|(code, count)| (code.as_str(), *count))
        .collect();
    assert_eq!(suppressed, [("nvalues", 1), ("span", 1)]);
    assert_eq!(found.checks["nvalues"], CheckState::Failed);
}

#[test]
fn parts_are_merged() {
    let (header, _) = FILE.split_once("    18.3000").unwrap();
    let row = "    18.3000      1.000  0.000e+00\n";
    // More than 8 MiB of text.
    let rows = (8 << 20) / row.len() + 1000;
    let review = review(&format!("{header}{}", row.repeat(rows)));
    let temperature = &review.variables[0];
    assert_eq!((temperature.count, temperature.distinct), (rows as u64, 1));
    assert_eq!(temperature.flags.as_ref().unwrap()["good"].total, rows as u64);
}

#[test]
fn a_file_without_scans_is_a_failure_with_its_reason() {
    let (header, _) = FILE.split_once("    18.3000").unwrap();
    let (cut, _) = FILE.split_once("# nquan").unwrap();
    let nameless = "* Sea-Bird SBE 9 Data File:\n*END*\n 1.0 2.0\n".to_owned();
    for (text, class, words) in [
        (
            header.to_owned(),
            Class::Corrupt,
            "there are no scans below the header",
        ),
        (cut.to_owned(), Class::Corrupt, "the file ends within its header"),
        (
            nameless,
            Class::Unsupported,
            "convert the raw data again with SBE Data Processing",
        ),
        (
            FILE.replace("nquan = 3", "nquan = 4000"),
            Class::LimitExceeded,
            "4000 columns",
        ),
        ("hello".to_owned(), Class::Corrupt, "expected `* Sea-Bird`"),
    ] {
        let error = try_review(text.as_bytes()).unwrap_err();
        assert_eq!(error.class, class, "{error}");
        assert!(error.message.contains(words), "{error}");
    }
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

#[test]
fn a_preview_has_the_scans_of_a_cast_with_their_flag() {
    let run = |text: &str| {
        let mut builder = ReviewBuilder::new(SeabirdCnv.card(), "cast.cnv").with_preview(true);
        SeabirdCnv
            .review(Arc::new(BytesInput(text.as_bytes().to_vec())), &mut builder)
            .unwrap();
        builder.finish(true)
    };
    let review = run(FILE);
    let preview = review.preview.unwrap();
    assert_eq!(preview.variables, [1, 0]);
    let cast = &preview.casts[0];
    assert_eq!(cast.values[0], [1.0, 2.0, 3.0].map(Some));
    assert_eq!(cast.values[1], [Some(18.3), Some(18.2), None]);
    assert_eq!(cast.flags, ["gbg", "gbg"]);
    let series = run(&FILE.replace("# nquan", "# interval = seconds: 600\n# nquan"));
    assert_eq!((series.profiles, series.preview), (None, None));
}
