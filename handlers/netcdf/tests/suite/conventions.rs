//! Reviews of small files that `files/make.py` writes, by the rules of CF, Argo and CCHDO.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the files of the test are read; one that cannot be reviewed fails it"
)]

use std::path::Path;

use data_review_core::{CheckState, CoverageKind, Finding, FlagClass, Review, Variable};

fn read(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    std::fs::read(folder.join(name)).unwrap()
}

fn review(name: &str) -> Review {
    review_bytes(read(name))
}

fn review_bytes(bytes: Vec<u8>) -> Review {
    crate::review("file.nc", bytes, false)
}

fn variable<'r>(review: &'r Review, name: &str) -> &'r Variable {
    let found = review.variables.iter().find(|variable| variable.name == name);
    found.unwrap_or_else(|| panic!("no variable {name}"))
}

/// Numbers of valid values, missing cells, NaN and padding.
fn cells(review: &Review, name: &str) -> [u64; 4] {
    let variable = variable(review, name);
    let missing = variable.missing.values().sum();
    let cells = [variable.count, missing, variable.non_finite, variable.padding];
    assert_eq!(cells.iter().sum::<u64>(), variable.total, "{name}");
    cells
}

/// The cells of each flag, as `flag:cells`.
fn flags(review: &Review, name: &str) -> String {
    let flags = variable(review, name).flags.as_ref().unwrap();
    let all: Vec<String> = flags
        .iter()
        .map(|(flag, cells)| format!("{flag}:{}", cells.total))
        .collect();
    all.join(" ")
}

fn class(review: &Review, name: &str, flag: &str) -> Option<FlagClass> {
    variable(review, name).flags.as_ref().unwrap()[flag].class
}

fn found<'r>(review: &'r Review, code: &str) -> Vec<&'r Finding> {
    review
        .findings
        .iter()
        .filter(|finding| finding.code == code)
        .collect()
}

/// Subjects and counts of the findings of a code.
fn subjects(review: &Review, code: &str) -> Vec<(String, u64)> {
    let subject = |finding: &&Finding| (finding.subject.clone().unwrap_or_default(), finding.count);
    found(review, code).iter().map(subject).collect()
}

fn expected(subjects: &[(&str, u64)]) -> Vec<(String, u64)> {
    subjects
        .iter()
        .map(|(name, count)| ((*name).to_owned(), *count))
        .collect()
}

#[test]
fn observations_and_profiles_of_each_arrangement() {
    for (name, observations, profiles) in [
        ("argo.nc", 5, Some(2)),
        ("cchdo.nc", 4, Some(2)),
        ("point.nc", 5, None),
        ("time_series_padded.nc", 6, None),
        ("time_series_profile.nc", 12, Some(4)),
        ("trajectory_profile_padded.nc", 8, Some(4)),
        ("profiles_contiguous.nc", 7, Some(3)),
        ("profiles_indexed.nc", 7, Some(3)),
        ("grid.nc", 8, None),
    ] {
        let review = review(name);
        assert_eq!(
            (review.observations, review.profiles),
            (Some(observations), profiles),
            "{name}"
        );
    }
}

#[test]
fn padding_follows_the_last_cell_that_any_variable_uses() {
    let argo = review("argo.nc");
    // TEMP has a value on level 3, so that level is used, and PRES lacks one there.
    assert_eq!(cells(&argo, "PRES"), [5, 1, 0, 6]);
    assert_eq!(cells(&argo, "TEMP"), [5, 1, 0, 6]);
    assert_eq!(cells(&argo, "TEMP_QC"), [5, 1, 0, 6]);
    assert_eq!(cells(&argo, "UV_INTENSITY"), [9, 3, 0, 12]);
    let cchdo = review("cchdo.nc");
    assert_eq!(cells(&cchdo, "pressure"), [4, 0, 0, 4]);
    assert_eq!(cells(&cchdo, "bottle_number"), [4, 0, 0, 4]);
    assert_eq!(cells(&cchdo, "oxygen"), [3, 1, 0, 4]);
    assert_eq!(cells(&cchdo, "oxygen_qc"), [3, 1, 0, 4]);
    let series = review("time_series_padded.nc");
    assert_eq!(cells(&series, "temp"), [5, 1, 0, 4]);
    // The flag variable stores values for the padding, but they are flags of nothing.
    assert_eq!(cells(&series, "temp_qc"), [10, 0, 0, 0]);
    assert_eq!(flags(&series, "temp"), "1:4 3:1 4:1");
    assert_eq!(cells(&series, "spectrum"), [18, 0, 0, 12]);
    let trajectories = review("trajectory_profile_padded.nc");
    assert_eq!(cells(&trajectories, "time"), [4, 0, 0, 4]);
    assert_eq!(cells(&trajectories, "depth"), [8, 0, 0, 16]);
    assert_eq!(cells(&trajectories, "temp"), [7, 1, 0, 16]);
}

#[test]
fn a_grid_has_no_padding() {
    let grid = review("grid.nc");
    assert_eq!(cells(&grid, "sst"), [8, 4, 0, 0]);
    assert_eq!(cells(&grid, "lat"), [4, 2, 0, 0]);
    assert!(
        found(&grid, "units-missing").is_empty(),
        "bounds have the units of their coordinate"
    );
}

#[test]
fn argo_flags_are_one_per_value_or_per_level() {
    let argo = review("argo.nc");
    for code in ["argo-reference", "flag-shape", "flag-unknown"] {
        assert!(found(&argo, code).is_empty(), "{code}");
    }
    let modes = variable(&argo, "PARAMETER_DATA_MODE");
    assert_eq!(
        (modes.shape.as_slice(), modes.count, modes.distinct),
        ([2, 3].as_slice(), 5, 3)
    );
    assert_eq!(flags(&argo, "TEMP"), "1:3 4:1 9:1 no flag:1");
    assert_eq!(class(&argo, "TEMP", "no flag"), Some(FlagClass::NotAssessed));
    assert_eq!(flags(&argo, "UV_INTENSITY"), "1:4 2:2 3:2 4:2 no flag:2");
    assert_eq!(
        variable(&argo, "UV_INTENSITY").flags.as_ref().unwrap()["3"]
            .max
            .as_ref()
            .unwrap()
            .as_f64(),
        6.0
    );
    assert_eq!(variable(&argo, "TEMP").flag_scheme.as_deref(), Some("Argo"));
}

#[test]
fn values_that_flags_call_bad_are_not_reported_again() {
    let argo = review("argo.nc");
    // PRES is -0.1 with flag 1; TEMP is 99 with flag 4.
    assert_eq!(subjects(&argo, "out-of-valid-range"), expected(&[("PRES", 1)]));
    assert_eq!(found(&argo, "out-of-valid-range")[0].severity.as_str(), "info");
    let cchdo = review("cchdo.nc");
    assert_eq!(subjects(&cchdo, "out-of-valid-range"), expected(&[]));
}

#[test]
fn woce_schemes_are_found_by_cchdos_names() {
    let cchdo = review("cchdo.nc");
    assert!(found(&cchdo, "flag-unknown").is_empty());
    assert_eq!(
        variable(&cchdo, "bottle_number").flag_scheme.as_deref(),
        Some("WHP bottle")
    );
    assert_eq!(
        variable(&cchdo, "oxygen").flag_scheme.as_deref(),
        Some("WHP water sample")
    );
    assert_eq!(
        class(&cchdo, "oxygen", "6"),
        Some(FlagClass::Good),
        "a mean of replicates"
    );
    assert_eq!(class(&cchdo, "oxygen", "9"), Some(FlagClass::Missing));
    assert_eq!(flags(&cchdo, "oxygen"), "2:1 4:1 6:1 9:1");
}

#[test]
fn flags_of_fewer_dimensions_apply_along_the_shared_ones() {
    let grid = review("grid.nc");
    assert!(found(&grid, "flag-shape").is_empty());
    assert_eq!(flags(&grid, "sst"), "1:6 3:6");
    let series = review("time_series_padded.nc");
    assert_eq!(
        variable(&series, "spectrum").flags,
        None,
        "the variable names no flags"
    );
}

#[test]
fn flags_in_every_form() {
    let review = review("flags.nc");
    assert_eq!(subjects(&review, "flag-unknown"), expected(&[("", 4)]));
    for (name, expected) in [
        ("bits", "0:1 1:1 3:1 8:1"),
        ("parts", "13:1 16:1 5:1 6:1"),
        ("unsigned", "0:1 1:1 200:1 255:1"),
        ("letters", "B:1 G:1 no flag:1 x:1"),
        ("words", "1:2 4:2"),
        ("unwritten", "1:3 no flag:1"),
        ("seadatanet", "49:3 52:1"),
    ] {
        assert_eq!(flags(&review, name), expected, "{name}");
    }
    for (name, flag, expected) in [
        ("bits", "1", FlagClass::NotAssessed),
        ("bits", "3", FlagClass::Bad),
        ("parts", "6", FlagClass::Bad),
        ("parts", "5", FlagClass::NotAssessed),
        ("unsigned", "200", FlagClass::Bad),
        ("letters", "G", FlagClass::Good),
        ("words", "4", FlagClass::Bad),
        ("unwritten", "no flag", FlagClass::NotAssessed),
        ("seadatanet", "49", FlagClass::Good),
        ("seadatanet", "52", FlagClass::Bad),
    ] {
        assert_eq!(class(&review, name, flag), Some(expected), "{name} {flag}");
    }
    let unknown = &found(&review, "flag-unknown")[0].message;
    assert!(
        unknown.ends_with("have flags without a meaning: bits, parts, unsigned, letters"),
        "{unknown}"
    );
    assert_eq!(
        subjects(&review, "flags-as-text"),
        expected(&[("numbers_as_text", 1)])
    );
    let texts = &found(&review, "flags-as-text")[0].message;
    assert!(
        texts.contains("`flag_values` of its flags numbers_as_text_qc"),
        "{texts}"
    );
    assert_eq!(class(&review, "numbers_as_text", "1"), Some(FlagClass::Good));
}

#[test]
fn ranges_of_packed_values() {
    let review = review("ranges.nc");
    assert_eq!(
        subjects(&review, "out-of-valid-range"),
        expected(&[("packed", 1), ("unpacked", 1)])
    );
    assert_eq!(
        subjects(&review, "fill-in-valid-range"),
        expected(&[("closed", 1)])
    );
    assert_eq!(subjects(&review, "number-as-text"), expected(&[("text", 1)]));
    let text = variable(&review, "text");
    assert_eq!(
        (text.count, text.max.as_ref().unwrap().as_f64()),
        (3, 3.0),
        "not applied"
    );
}

#[test]
fn references_reach_the_groups_above() {
    let review = review("groups.nc");
    assert_eq!(flags(&review, "data/sst/measured/sst"), "1:2 3:1");
    let missing = found(&review, "coordinate-missing");
    assert_eq!(missing.len(), 1);
    assert!(
        missing[0].message.contains("missing, which"),
        "{}",
        missing[0].message
    );
    assert!(found(&review, "ancillary-missing").is_empty());
}

#[test]
fn empty_variables_and_undeclared_nan_are_one_finding_each() {
    let review = review("empty.nc");
    assert_eq!(subjects(&review, "all-missing"), expected(&[("", 3)]));
    assert_eq!(subjects(&review, "not-finite"), expected(&[("", 2)]));
    let message = &found(&review, "all-missing")[0].message;
    assert_eq!(message, "3 of 5 variables have no valid value: a, b, c");
}

#[test]
fn lost_variables_of_a_truncated_file_are_one_finding() {
    let mut bytes = read("time_series_profile.nc");
    bytes.truncate(bytes.len() - 60);
    let review = review_bytes(bytes);
    assert_eq!(found(&review, "file-truncated").len(), 1);
    let lost = found(&review, "values-unreadable");
    assert_eq!(
        subjects(&review, "values-unreadable"),
        expected(&[("", 2)]),
        "{lost:?}"
    );
    assert_eq!(
        lost[0].message,
        "2 of 5 variables cannot be read completely: depth, temp"
    );
    assert!(found(&review, "all-missing").is_empty());
    assert_eq!(review.observations, Some(4), "the times can be read");
}

#[test]
fn checks_of_absent_content_are_not_applicable() {
    let review = review("point.nc");
    for code in [
        "cchdo-required",
        "argo-required",
        "argo-reference",
        "flag-unknown",
        "out-of-valid-range",
    ] {
        assert_eq!(review.checks[code], CheckState::NotApplicable, "{code}");
    }
}

#[test]
fn the_casts_and_the_kind_of_each_arrangement() {
    use CoverageKind::{Grid, Point, Profiles, TimeSeries};
    for (name, kind, levels) in [
        ("argo.nc", Profiles, &[4, 2][..]),
        ("cchdo.nc", Profiles, &[3, 1]),
        ("point.nc", Point, &[]),
        ("time_series_padded.nc", TimeSeries, &[]),
        ("time_series_profile.nc", Profiles, &[3, 3, 3, 3]),
        ("trajectory_profile_padded.nc", Profiles, &[3, 2, 1, 2]),
        ("profiles_contiguous.nc", Profiles, &[3, 2, 2]),
        ("profiles_indexed.nc", Profiles, &[3, 2, 2]),
        ("grid.nc", Grid, &[]),
    ] {
        let review = review(name);
        let found: Vec<u64> = review.casts.iter().filter_map(|cast| cast.levels).collect();
        assert_eq!((review.coverage.kind, &found[..]), (Some(kind), levels), "{name}");
        assert_eq!(review.casts_left_out, 0, "{name}");
    }
    let review = review("trajectory_profile_padded.nc");
    let times = review
        .casts
        .iter()
        .map(|cast| cast.time.map(|time| time.to_string()));
    assert_eq!(
        times.flatten().collect::<Vec<_>>(),
        [
            "1950-01-01T00:00:00Z",
            "1950-01-02T00:00:00Z",
            "1950-01-03T00:00:00Z",
            "1950-01-01T00:00:00Z"
        ],
        "without the slots of the second trajectory that hold no profile"
    );
    assert!(
        review
            .casts
            .iter()
            .all(|cast| (cast.longitude, cast.latitude) == (Some(-30.0), Some(40.0)))
    );
}

fn previewed(name: &str) -> Review {
    previewed_bytes(read(name))
}

fn previewed_bytes(bytes: Vec<u8>) -> Review {
    crate::review("file.nc", bytes, true)
}

/// The index of a cast, the indices of its levels, and the values of the first two variables.
type Levels<'r> = (usize, &'r [u64], Vec<Vec<Option<f64>>>);

/// The casts of a preview.
fn casts(review: &Review) -> Vec<Levels<'_>> {
    let preview = review.preview.as_ref().unwrap();
    let casts = preview.casts.iter();
    casts
        .map(|cast| (cast.cast, &cast.levels[..], cast.values[..2].to_vec()))
        .collect()
}

#[test]
fn a_preview_has_the_levels_of_ragged_profiles() {
    let values = |depths: &[f64], temperatures: &[f64]| {
        [depths, temperatures].map(|row| row.iter().copied().map(Some).collect::<Vec<_>>())
    };
    for name in ["profiles_contiguous.nc", "profiles_indexed.nc"] {
        let found = previewed(name);
        // The temperature of the first profile is a straight line.
        let expected = [
            (0, &[0, 2][..], values(&[1.0, 3.0], &[0.0, 2.0]).to_vec()),
            (1, &[0, 1], values(&[1.0, 2.0], &[3.0, 4.0]).to_vec()),
            (2, &[0, 1], values(&[1.0, 2.0], &[5.0, 6.0]).to_vec()),
        ];
        assert_eq!(casts(&found), expected, "{name}");
        let without = Review {
            preview: None,
            ..found
        };
        assert_eq!(without, review(name), "{name}");
    }
}

#[test]
fn a_preview_has_the_flags_of_profiles_whose_levels_are_mixed() {
    let file = "
        :Conventions = \"CF-1.8\" ;
        :featureType = \"profile\" ;
        float lat(profile=3) = 40, 41, 42 ;
        lat:units = \"degrees_north\" ;
        float lon(profile) = -30, -31, -32 ;
        lon:units = \"degrees_east\" ;
        int parent(obs=8) = 2, 0, 2, 0, 0, 2, 0, 9 ;
        parent:instance_dimension = \"profile\" ;
        float depth(obs) = 1, 10, 2, 20, 30, 3, 40, 50 ;
        depth:units = \"m\" ;
        depth:standard_name = \"depth\" ;
        depth:positive = \"down\" ;
        float temp(obs) = 9, 20, 8, 17, 19, 9, 99999, 1 ;
        temp:units = \"degree_Celsius\" ;
        temp:standard_name = \"sea_water_temperature\" ;
        temp:ancillary_variables = \"temp_qc\" ;
        byte temp_qc(obs) = 1, 1, 4, 3, 1, 1, 9, 1 ;
        temp_qc:standard_name = \"status_flag\" ;
        temp_qc:flag_values = 1b, 3b, 4b, 9b ;
        temp_qc:flag_meanings = \"good suspect bad missing\" ;
    ";
    let review = previewed_bytes(crate::cdl::file(file));
    let some = |values: &[f64]| values.iter().copied().map(Some).collect::<Vec<_>>();
    let expected = [
        (
            0,
            &[0, 1, 2, 3][..],
            vec![
                some(&[10.0, 20.0, 30.0, 40.0]),
                vec![Some(20.0), Some(17.0), Some(19.0), None],
            ],
        ),
        (
            2,
            &[0, 1, 2],
            vec![some(&[1.0, 2.0, 3.0]), some(&[9.0, 8.0, 9.0])],
        ),
    ];
    assert_eq!(
        casts(&review),
        expected,
        "without the second profile, which has no level"
    );
    let preview = review.preview.as_ref().unwrap();
    let flags: Vec<&str> = { preview.casts.iter() }
        .map(|cast| cast.flags[1].as_str())
        .collect();
    assert_eq!(flags, ["gqgm", "gbg"]);
}

#[test]
fn a_preview_has_the_levels_of_each_profile_without_padding() {
    let argo = previewed("argo.nc");
    let preview = argo.preview.as_ref().unwrap();
    let names: Vec<&str> = preview
        .variables
        .iter()
        .map(|at| argo.variables[*at].name.as_str())
        .collect();
    assert_eq!(names, ["PRES", "TEMP"]);
    let cast = &preview.casts[0];
    assert_eq!(cast.levels, [0, 1, 2, 3]);
    assert_eq!(cast.values[0], [Some(-0.1), Some(10.0), Some(20.0), None]);
    assert_eq!(cast.values[1], [Some(9.0), Some(8.0), None, Some(6.0)]);
    assert_eq!(
        (preview.casts[1].levels.len(), preview.casts[1].flags[1].as_str()),
        (2, "bg")
    );
    assert_eq!(
        Review {
            preview: None,
            ..argo.clone()
        },
        review("argo.nc")
    );
    // One depth for all profiles, and arrays without a row for each profile.
    assert_eq!(
        previewed("time_series_profile.nc").preview.unwrap().casts.len(),
        4
    );
    for name in ["trajectory_profile_padded.nc", "grid.nc"] {
        assert_eq!(previewed(name).preview, None, "{name}");
    }
}
