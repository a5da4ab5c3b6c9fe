//! Reviews of small files.

#![expect(clippy::unwrap_used, reason = "what cannot be reviewed fails the test")]

use std::sync::Arc;

use data_review_core::{
    BytesInput, CheckState, Class, CoverageKind, FileHandler, Review, ReviewBuilder, ReviewError,
};
use data_review_odv::Odv;
use proptest::prelude::*;

const FILE: &str = "\
//<DataType>Profiles</DataType>
//SDN_parameter_mapping
//<subject>SDN:LOCAL:Temperature</subject><object>SDN:P01::TEMPPR01</object><units>SDN:P06::UPAA</units>
Cruise;Station;Type;yyyy-mm-ddThh:mm:ss.sss;Longitude [degrees_east];Latitude [degrees_north];Bot. Depth [m];Depth [m];QV:SEADATANET;Temperature [degC];QV:SEADATANET
EX19;A;B;2019-04-12T01:02:03.500;179.5;24.5;4000;5;1;18.2;1
;;;;;;;10;1;18.1;3
;;;;;;;20;1;;9
EX19;B;B;2019-04-13;-179.5;25.5;;5;1;18.3;1
";

pub(crate) fn try_review(bytes: &[u8]) -> Result<Review, ReviewError> {
    let mut builder = ReviewBuilder::new(Odv.card(), "x.txt");
    Odv.review(Arc::new(BytesInput(bytes.to_vec())), &mut builder)?;
    Ok(builder.finish(true))
}

fn review(text: &str) -> Review {
    try_review(text.as_bytes()).unwrap()
}

#[test]
fn two_stations() {
    let review = review(FILE);
    assert_eq!((review.observations, review.profiles), (Some(4), Some(2)));
    assert_eq!(review.findings, []);
    let variables = review.variables.iter();
    let totals: Vec<(&str, u64, u64)> = variables
        .map(|variable| (variable.name.as_str(), variable.total, variable.count))
        .collect();
    assert_eq!(
        totals,
        [
            ("Cruise", 2, 2),
            ("Station", 2, 2),
            ("Type", 2, 2),
            ("yyyy-mm-ddThh:mm:ss.sss", 2, 2),
            ("Longitude", 2, 2),
            ("Latitude", 2, 2),
            ("Bot. Depth", 2, 1),
            ("Depth", 4, 4),
            ("Temperature", 4, 3),
        ]
    );
    let temperature = &review.variables[8];
    assert_eq!(temperature.canonical.as_deref(), Some("SDN:P01::TEMPPR01"));
    assert_eq!(
        (temperature.unit.as_deref(), temperature.missing[""]),
        (Some("degC"), 1)
    );
    let flags = temperature.flags.as_ref().unwrap();
    assert_eq!(
        (flags["1"].total, flags["3"].mean, flags["9"].count),
        (2, Some(18.1), 0)
    );
    let coverage = &review.coverage;
    let time = coverage.time.as_ref().unwrap();
    assert_eq!(
        [time.first, time.last].map(|time| time.to_string()),
        ["2019-04-12T01:02:03.5Z", "2019-04-13"]
    );
    assert_eq!(coverage.boxes, Some(vec![[179.5, 24.5, -179.5, 25.5]]));
    let depth = coverage.depth.as_ref().unwrap();
    assert_eq!(
        (depth.min, depth.max, depth.unit.as_deref()),
        (5.0, 20.0, Some("m"))
    );
    let casts = review
        .casts
        .iter()
        .map(|cast| (cast.station.as_deref(), cast.longitude, cast.levels));
    assert_eq!(
        casts.collect::<Vec<_>>(),
        [
            (Some("A"), Some(179.5), Some(3)),
            (Some("B"), Some(-179.5), Some(1))
        ]
    );
    assert_eq!(
        review.casts[1].time.map(|time| time.to_string()).as_deref(),
        Some("2019-04-13")
    );
    assert_eq!(coverage.kind, Some(CoverageKind::Profiles));
    for (name, value) in [
        ("cruise", "EX19"),
        ("data_type", "Profiles"),
        ("flag_scheme", "SEADATANET"),
    ] {
        assert_eq!(review.attributes[name], [value], "{name}");
    }
}

fn previewed(text: &str) -> Review {
    let mut builder = ReviewBuilder::new(Odv.card(), "x.txt").with_preview(true);
    let input = BytesInput(text.as_bytes().to_vec());
    Odv.review(Arc::new(input), &mut builder).unwrap();
    builder.finish(true)
}

#[test]
fn a_preview_has_the_samples_of_each_station_with_their_flags() {
    let found = previewed(FILE);
    let preview = found.preview.as_ref().unwrap();
    let names = { preview.variables.iter() }.map(|at| found.variables[*at].name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["Depth", "Temperature"]);
    let [first, second] = &preview.casts[..] else {
        panic!("{preview:?}");
    };
    assert_eq!((first.cast, &first.levels[..]), (0, &[0, 1, 2][..]));
    assert_eq!(first.values[0], [Some(5.0), Some(10.0), Some(20.0)]);
    assert_eq!(first.values[1], [Some(18.2), Some(18.1), None]);
    assert_eq!(first.flags, ["ggg", "gqm"]);
    assert_eq!((second.cast, &second.levels[..]), (1, &[0][..]));
    assert_eq!(second.values, [[Some(5.0)], [Some(18.3)]]);
    assert_eq!(
        Review {
            preview: None,
            ..found
        },
        review(FILE)
    );
}

#[test]
fn a_preview_needs_profiles_with_a_depth_or_pressure() {
    let series = FILE.replace(">Profiles<", ">TimeSeries<");
    assert_eq!(previewed(&series).preview, None);
    let surface = "Cruise\tStation\tTemp [degC]\nC\tS\t8.1\n";
    assert_eq!(previewed(surface).preview, None);
    // The depths are empty. The first station has no pressure, and the second one only in its last two rows.
    let file = "Cruise\tStation\tDepth [m]\tPRES [db]\tTemp [degC]\nC\tA\t\t\t8\nC\tB\t\t\t7\nC\tB\t\t5\t6\nC\tB\t\t6\t9\n";
    let found = previewed(file);
    let preview = found.preview.unwrap();
    assert_eq!(preview.variables, [3, 4]);
    let [cast] = &preview.casts[..] else {
        panic!("{preview:?}");
    };
    assert_eq!((cast.cast, &cast.levels[..]), (1, &[0, 1, 2][..]));
    assert_eq!(cast.values[0], [None, Some(5.0), Some(6.0)]);
    assert_eq!(cast.values[1], [None, Some(6.0), Some(9.0)]);
    assert_eq!(cast.flags, ["", ""]);
}

#[test]
fn checks_of_absent_content_are_not_applicable() {
    let review = review("Cruise\tStation\tx [1]\nC\tS\t1\n");
    for code in ["flag-value", "bad-time", "position"] {
        assert_eq!(review.checks[code], CheckState::NotApplicable, "{code}");
    }
    assert_eq!(review.checks["bad-number"], CheckState::Passed);
    assert_eq!(review.coverage.depth, None);
}

#[test]
fn times_of_samples_extend_the_coverage() {
    let file = FILE.replace("Depth [m];QV", "time_ISO8601:PRIMARYVAR;QV");
    let review = review(&file.replace(";10;1", ";2019-05-01T00:00;1"));
    assert_eq!(
        review.coverage.time.unwrap().last.to_string(),
        "2019-05-01T00:00:00Z"
    );
    // 5 and 20 are not times.
    assert_eq!((review.variables[7].count, review.variables[7].invalid), (1, 3));
}

#[test]
fn flagged_values_do_not_extend_the_coverage() {
    let file = "\
Cruise\tStation\tType\tyyyy-mm-ddThh:mm\tQV:SEADATANET\tLongitude [degrees_east]\tQV:SEADATANET\tLatitude [degrees_north]\tQV:SEADATANET\tDepth [m]\tQV:SEADATANET\tTemp [degC]\tQV:SEADATANET
C\tS1\tB\t2019-04-12T01:02\t1\t9.5\t1\t58\t1\t5\t1\t8.1\t1
\t\t\t\t\t\t\t\t\t5000\t4\t8.2\t1
C\tS2\tB\t1919-04-12T01:02\t4\t99.5\t3\t58\t1\t10\t1\t8.3\t4
";
    let review = review(file);
    let coverage = &review.coverage;
    let time = coverage.time.unwrap();
    assert_eq!((time.first, time.last), (time.last, time.first));
    assert_eq!(time.first.to_string(), "2019-04-12T01:02:00Z");
    assert_eq!(coverage.boxes, Some(vec![[9.5, 58.0, 9.5, 58.0]]));
    let depth = coverage.depth.as_ref().unwrap();
    assert_eq!((depth.min, depth.max), (5.0, 10.0));
    let left_out = coverage.left_out.unwrap();
    assert_eq!((left_out.times, left_out.positions, left_out.depths), (1, 1, 1));
    let temperature = review.variables.last().unwrap();
    assert_eq!(temperature.flag_scheme.as_deref(), Some("SeaDataNet"));
    assert_eq!(temperature.good.as_ref().unwrap().count, 2);
}

#[test]
fn a_bad_sample_is_left_out_as_a_whole() {
    let file = "Cruise\tStation\tDepth [m]\tQV:ODV\tTemp [degC]\tQV:ODV:SAMPLE\nC\tS\t5\t0\t8.1\t0\n\t\t50\t0\t8.2\t8\n";
    let review = review(file);
    let depth = review.coverage.depth.unwrap();
    assert_eq!((depth.min, depth.max), (5.0, 5.0));
    assert_eq!(review.variables[3].good.as_ref().unwrap().count, 1);
    let codes: Vec<_> = review
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert!(codes.iter().all(|code| *code == "column-missing"), "{codes:?}");
}

#[test]
fn the_depth_is_that_of_the_samples() {
    for (labels, cells) in [
        ("Bot. Depth [m]\tDepth reference\tDepth [m]", "4000\tsea level\t5"),
        (
            "Bot. Depth [m]\tTemp [degC]\tPRES [decibar=10000 pascals]",
            "4000\t8\t5",
        ),
        ("Depth [m]\tPressure [dbar]\tTemp [degC]", "\t5\t8"),
        ("Water depth [m]:METAVAR\tDEPH [m]\tPRES [db]", "4000\t5\t5.1"),
    ] {
        let review = review(&format!("Cruise\tStation\t{labels}\nC\tS\t{cells}\n"));
        let depth = review.coverage.depth.unwrap();
        assert_eq!((depth.min, depth.max), (5.0, 5.0), "{labels}");
    }
}

#[test]
fn a_truncated_row_is_left_out_and_reported() {
    let found = review(FILE.trim_end().trim_end_matches(";18.3;1"));
    assert_eq!((found.observations, found.profiles), (Some(3), Some(1)));
    let codes: Vec<_> = found
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert_eq!(codes, ["truncated"]);
}

#[test]
fn parts_are_merged() {
    let row = ";;;;;;;10;1;18.1;3\n";
    // More than 8 MiB of text.
    let rows = (8 << 20) / row.len() + 1000;
    let review = review(&format!("{FILE}{}", row.repeat(rows)));
    let temperature = &review.variables[8];
    assert_eq!((temperature.count, temperature.distinct), (rows as u64 + 3, 3));
    assert_eq!(temperature.flags.as_ref().unwrap()["3"].total, rows as u64 + 1);
    assert_eq!((review.variables[0].total, review.profiles), (2, Some(2)));
}

#[test]
fn a_file_without_rows_is_a_failure_with_its_reason() {
    let (labels, _) = FILE.split_once("EX19").unwrap();
    for (text, message) in [
        (
            labels,
            "there are no rows below the labels; the file may be truncated",
        ),
        ("// nothing\n", "there is no line of column labels"),
    ] {
        let error = try_review(text.as_bytes()).unwrap_err();
        assert_eq!((error.class, error.message.as_str()), (Class::Corrupt, message));
    }
    let wide = format!("Cruise{}\n1\n", "\tx".repeat(9000));
    assert_eq!(
        try_review(wide.as_bytes()).unwrap_err().class,
        Class::LimitExceeded
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_damaged_file_gives_an_outcome_with_every_cell_counted(
        changes in prop::collection::vec((0usize..2000, any::<u8>()), 0..8), cut in 0usize..2000,
    ) {
        let mut bytes = FILE.as_bytes().to_vec();
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        bytes.truncate(bytes.len() - cut % bytes.len());
        if let Ok(review) = try_review(&bytes) {
            for variable in &review.variables {
                let missing: u64 = variable.missing.values().sum();
                prop_assert_eq!(variable.total, variable.count + missing + variable.invalid + variable.non_finite);
                prop_assert!([review.observations, review.profiles].contains(&Some(variable.total)));
            }
        }
    }
}
