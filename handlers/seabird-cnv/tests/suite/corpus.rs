//! Real files in the folder `DATA_REVIEW_CORPUS`, compared with two independent readers.
//!
//! The Python packages `ctd` 1.5.0 and `seabirdscientific` 3.1.1 agree on the number of scans. The extremes of the pressure, over
//! scans that are not marked bad, are those of `ctd`; columns and marked scans are those of `seabirdscientific`.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "sample files are read; what cannot be read fails the test"
)]

use std::path::PathBuf;

use data_review_core::{BytesInput, Confidence, FileHandler, Probe, Review};
use data_review_seabird_cnv::SeabirdCnv;

use crate::peer::marked;
use crate::reviews::try_review;

struct Case {
    file: &'static str,
    scans: u64,
    columns: usize,
    marked: u64,
    pressure: (f64, f64),
}

const fn case(file: &'static str, scans: u64, columns: usize, marked: u64, pressure: (f64, f64)) -> Case {
    Case {
        file,
        scans,
        columns,
        marked,
        pressure,
    }
}

const CASES: &[Case] = &[
    case(
        "19plus_V2_CTD-processing_example.cnv",
        3069,
        8,
        0,
        (-0.109, 222.886),
    ),
    case(
        "19plus_V2_CTD-processing_example_cosine_5.cnv",
        3069,
        8,
        0,
        (-0.107, 222.829),
    ),
    case(
        "19plus_V2_CTD-processing_example_gaussian_5_1_025_excluded.cnv",
        3069,
        8,
        0,
        (-0.107, 222.836),
    ),
    case(
        "19plus_V2_CTD-processing_example_triangle_5.cnv",
        3069,
        8,
        0,
        (-0.107, 222.836),
    ),
    case("CAST0002_mod_filt.cnv", 911, 4, 0, (-0.364, 29.627)),
    case(
        "CAST0002_mod_filt_loop_min_v_exclude_flags_from_remove_soak.cnv",
        911,
        4,
        639,
        (1.327, 29.364),
    ),
    case("CAST0002_mod_filt_loop_percent.cnv", 911, 4, 542, (3.78, 29.626)),
    case(
        "CAST0002_mod_filt_loop_percent_remove_soak_corrected.cnv",
        911,
        4,
        581,
        (1.045, 29.627),
    ),
    case(
        "SBE19plus_01906398_2019_07_15_0033_cropped2.cnv",
        401,
        5,
        0,
        (-0.016, 23.509),
    ),
    case(
        "SBE19plus_01906398_2019_07_15_0033_cropped_binavg.cnv",
        21,
        6,
        0,
        (2.007, 22.084),
    ),
    case(
        "SBE19plus_01906398_2019_07_15_0033_cropped_binavg_downcast_interp_surface.cnv",
        12,
        6,
        0,
        (0.5, 22.0),
    ),
    case(
        "SBE19plus_01906398_2019_07_15_0033_cropped_binavg_interp_bin5.cnv",
        9,
        6,
        0,
        (5.0, 25.0),
    ),
    case(
        "SBE19plus_01906398_2019_07_15_0033_cropped_binavg_surface.cnv",
        23,
        6,
        0,
        (0.456, 22.084),
    ),
    case(
        "SBE19plus_01906398_2019_07_15_0033_cropped_binavg_upcast_interp.cnv",
        10,
        6,
        0,
        (2.0, 20.0),
    ),
    case(
        "SBE19plus_01906398_2019_07_15_0033_cropped_loopedit.cnv",
        400,
        5,
        76,
        (0.097, 22.316),
    ),
    case(
        "SBE19plus_01906398_2019_07_15_0033_cropped_loopedit_upcast.cnv",
        181,
        5,
        19,
        (0.097, 22.177),
    ),
    case(
        "SBE19plus_01906398_2019_07_15_0033_cropped_loopedit_wildedit_binavg_exclude_interp.cnv",
        19,
        6,
        0,
        (2.0, 22.0),
    ),
    case(
        "SBE19plus_01906398_2019_07_15_0033_cropped_upcast.cnv",
        188,
        5,
        0,
        (-0.016, 22.51),
    ),
    case(
        "SBE37SM-RS232_03716125_2017_11_16.cnv",
        5502,
        5,
        0,
        (-185.791, 165.742),
    ),
    case("fake_cast_loop_percent.cnv", 25, 4, 8, (-1.0, 8.0)),
];

fn review(bytes: Vec<u8>, name: &str) -> Review {
    let input = BytesInput(bytes);
    let verdict = SeabirdCnv.sniff(&mut Probe::new(name, &input).unwrap());
    assert_eq!(verdict.confidence, Confidence::Certain, "{name}");
    try_review(&input.0).unwrap()
}

#[test]
#[ignore = "needs the sample files: `cargo xtask compare-texts` runs it"]
fn as_two_other_readers_count() {
    let folder = std::env::var_os("DATA_REVIEW_CORPUS").expect("DATA_REVIEW_CORPUS");
    let folder = PathBuf::from(folder).join("seabird");
    assert_eq!(
        std::fs::read_dir(&folder).unwrap().count(),
        CASES.len(),
        "each file is a case"
    );
    for case in CASES {
        let name = case.file;
        let review = review(std::fs::read(folder.join(name)).unwrap(), name);
        assert_eq!(
            (review.observations, review.profiles),
            (Some(case.scans), (!name.starts_with("SBE37")).then_some(1)),
            "{name}"
        );
        // The column of flags is not a variable.
        assert_eq!(review.variables.len() + 1, case.columns, "{name}");
        assert!(
            review
                .variables
                .iter()
                .all(|variable| variable.count == case.scans),
            "{name}"
        );
        assert_eq!(marked(&review.variables[0]), case.marked, "{name}");
        let depth = review.coverage.depth.unwrap();
        assert_eq!(
            (depth.min, depth.max, depth.unit.as_deref()),
            (case.pressure.0, case.pressure.1, Some("db")),
            "{name}"
        );
        for finding in &review.findings {
            let code = finding.code.as_str();
            assert!(
                ["unit-missing", "start-time-upload"].contains(&code),
                "{name}: {finding:?}"
            );
        }
        let by_processing = review
            .findings
            .iter()
            .any(|finding| finding.code == "start-time-upload");
        assert_eq!(review.coverage.time.is_none(), by_processing, "{name}");
    }
}
