//! Small classic files, written by this test: the coordinates and values from which their coverage is derived, and
//! their findings.
#![expect(
    clippy::unwrap_used,
    reason = "a file that cannot be written or read fails the test"
)]

use data_review_core::{Cast, CheckState, CoverageKind, Finding, Review};

use crate::cdl;

/// A classic netCDF file (CDF-1) in memory: dimensions, then variables with text attributes and values.
#[derive(Default)]
struct Classic {
    dimensions: Vec<(&'static str, u32)>,
    globals: Vec<(&'static str, &'static str)>,
    variables: Vec<Variable>,
}

struct Variable {
    name: &'static str,
    dimensions: &'static str,
    /// `name: value; name: value`; a value that begins with `=` is a number.
    attributes: &'static str,
    values: Values,
}

enum Values {
    Doubles(Vec<f64>),
    Singles(Vec<f32>),
    Characters(&'static str),
}

impl Classic {
    fn new(dimensions: &[(&'static str, u32)]) -> Self {
        Classic {
            dimensions: dimensions.to_vec(),
            ..Classic::default()
        }
    }

    fn global(mut self, name: &'static str, value: &'static str) -> Self {
        self.globals.push((name, value));
        self
    }

    /// `dimensions` are separated by blanks.
    fn with(
        mut self,
        name: &'static str,
        dimensions: &'static str,
        attributes: &'static str,
        values: impl Into<Vec<f64>>,
    ) -> Self {
        let values = Values::Doubles(values.into());
        self.variables.push(Variable {
            name,
            dimensions,
            attributes,
            values,
        });
        self
    }

    /// A variable of characters.
    fn text(
        self,
        name: &'static str,
        dimensions: &'static str,
        attributes: &'static str,
        characters: &'static str,
    ) -> Self {
        self.with_values(name, dimensions, attributes, Values::Characters(characters))
    }

    fn with_values(
        mut self,
        name: &'static str,
        dimensions: &'static str,
        attributes: &'static str,
        values: Values,
    ) -> Self {
        self.variables.push(Variable {
            name,
            dimensions,
            attributes,
            values,
        });
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let quoted = |text: &str| format!("\"{text}\"");
        let dimensions: Vec<(String, usize)> = { self.dimensions.iter() }
            .map(|(name, length)| ((*name).to_owned(), *length as usize))
            .collect();
        let globals: Vec<(String, String)> = { self.globals.iter() }
            .map(|(name, value)| ((*name).to_owned(), quoted(value)))
            .collect();
        let place = |wanted: &str| {
            { self.dimensions.iter() }
                .position(|(name, _)| *name == wanted)
                .unwrap()
        };
        let attribute = |text: &str| {
            let (name, value) = text.split_once(": ")?;
            let value = match value.strip_prefix('=') {
                Some(number) => format!("{number}d"),
                None => quoted(value),
            };
            Some((name.to_owned(), value))
        };
        let variables: Vec<cdl::Variable> = { self.variables.iter() }
            .map(|variable| {
                let (of, values) = match &variable.values {
                    Values::Doubles(values) => ("double", joined(values)),
                    Values::Singles(values) => ("float", joined(values)),
                    Values::Characters(values) => ("char", quoted(values)),
                };
                cdl::Variable {
                    name: variable.name.to_owned(),
                    of,
                    dimensions: variable.dimensions.split_whitespace().map(place).collect(),
                    attributes: variable.attributes.split("; ").filter_map(attribute).collect(),
                    values,
                }
            })
            .collect();
        cdl::write(&dimensions, &globals, &variables)
    }

    fn review(&self) -> Review {
        crate::review("test.nc", self.bytes(), false)
    }

    /// Severity and message of the findings of a code.
    fn found(&self, code: &str) -> Vec<(String, String)> {
        let findings = self.review().findings.into_iter();
        let own = findings.filter(|finding| finding.code == code);
        own.map(|finding: Finding| (finding.severity.as_str().to_owned(), finding.message))
            .collect()
    }

    fn bbox(&self) -> Option<[f64; 4]> {
        self.review().coverage.boxes.map(|boxes| boxes[0])
    }

    fn time(&self) -> Option<(String, String)> {
        let span = self.review().coverage.time?;
        Some((span.first.to_string(), span.last.to_string()))
    }
}

fn joined<T: ToString>(values: &[T]) -> String {
    values.iter().map(T::to_string).collect::<Vec<_>>().join(",")
}

const LAT: &str = "units: degrees_north";
const LON: &str = "units: degrees_east";

#[test]
fn positions_of_a_staggered_grid_are_those_of_its_tracers() {
    let file = Classic::new(&[("y", 2), ("x", 2)])
        .with("lat_u", "y x", LAT, [10.0, 10.0, 11.0, 11.0])
        .with("lon_u", "y x", LON, [20.5, 21.5, 20.5, 21.5])
        .with("lat_rho", "y x", LAT, [10.5, 10.5, 11.5, 11.5])
        .with("lon_rho", "y x", LON, [20.0, 21.0, 20.0, 21.0])
        .with("u", "y x", "coordinates: lat_u lon_u", [1.0; 4])
        .with("temp", "y x", "coordinates: lat_rho lon_rho", [1.0; 4])
        .with("salt", "y x", "coordinates: lat_rho lon_rho", [1.0; 4]);
    assert_eq!(file.bbox(), Some([20.0, 10.5, 21.0, 11.5]));
}

#[test]
fn the_data_decide_between_a_nominal_and_a_precise_position() {
    let file = Classic::new(&[("time", 2)])
        .with("lat", "", LAT, [10.0])
        .with("lon", "", LON, [20.0])
        .with("precise_lat", "time", LAT, [10.1, 10.2])
        .with("precise_lon", "time", LON, [20.1, 20.2])
        .with("time", "time", "units: days since 2000-01-01", [0.0, 1.0])
        .with(
            "temp",
            "time",
            "units: degC; coordinates: precise_lat precise_lon",
            [1.0, 2.0],
        );
    assert_eq!(file.bbox(), Some([20.1, 10.1, 20.2, 10.2]));
}

#[test]
fn the_position_of_a_station_is_not_what_its_sensors_recorded() {
    let file = Classic::new(&[("time", 2)])
        .with("gps_lat", "time", "units: degrees_north; axis: Y", [10.0, 80.0])
        .with("gps_lon", "time", "units: degrees_east; axis: X", [20.0, 170.0])
        .with("lat", "", LAT, [10.5])
        .with("lon", "", LON, [20.5])
        .with("temp", "time", "coordinates: lat lon", [1.0, 2.0]);
    assert_eq!(file.bbox(), Some([20.5, 10.5, 20.5, 10.5]));
}

#[test]
fn bounds_are_not_coordinates() {
    let file = Classic::new(&[("time", 2), ("nv", 2)])
        .with(
            "time_edges",
            "time nv",
            "units: days since 2000-01-01",
            [0.0, 10.0, 10.0, 20.0],
        )
        .with(
            "time",
            "time",
            "units: days since 2000-01-01; bounds: time_edges",
            [5.0, 15.0],
        )
        .with("temp", "time", "units: degC", [1.0, 2.0]);
    let expected = (
        "2000-01-06T00:00:00Z".to_owned(),
        "2000-01-16T00:00:00Z".to_owned(),
    );
    assert_eq!(file.time(), Some(expected));
    assert_eq!(file.review().observations, Some(2));
}

#[test]
fn the_time_of_the_data_is_not_the_start_of_the_forecast() {
    let file = Classic::new(&[("time", 1)])
        .with(
            "run",
            "",
            "units: days since 2000-01-01; standard_name: forecast_reference_time",
            [0.0],
        )
        .with(
            "time",
            "time",
            "units: days since 2000-01-01; standard_name: time",
            [3.0],
        )
        .with("temp", "time", "units: degC; coordinates: run", [1.0]);
    assert_eq!(file.time().unwrap().0, "2000-01-04T00:00:00Z");
}

#[test]
fn fixes_that_are_flagged_bad_or_missing_are_left_out() {
    let file = Classic::new(&[("N", 4)])
        .with(
            "JULD",
            "N",
            "units: days since 1950-01-01",
            [20000.0, 20001.0, 40000.0, 20002.0],
        )
        .with_values("JULD_QC", "N", "", Values::Characters("1141"))
        .with("LATITUDE", "N", LAT, [10.0, -80.0, 11.0, 95.0])
        .with("LONGITUDE", "N", LON, [20.0, 170.0, 21.0, 20.0])
        .with_values("POSITION_QC", "N", "", Values::Characters("1319"));
    let review = file.review();
    assert_eq!(file.bbox(), Some([20.0, 10.0, 21.0, 11.0]));
    assert_eq!(file.time().unwrap().1, "2004-10-06T00:00:00Z");
    let left_out = review.coverage.left_out.unwrap();
    assert_eq!((left_out.times, left_out.positions), (1, 2));
    let codes: Vec<&str> = review
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert!(!codes.contains(&"position-impossible"), "{codes:?}");
}

#[test]
fn flags_with_meanings_are_understood() {
    let flags = "ancillary_variables: fix_quality";
    let file = Classic::new(&[("obs", 3)])
        .with(
            "lat",
            "obs",
            "units: degrees_north; ancillary_variables: fix_quality",
            [10.0, 50.0, 11.0],
        )
        .with(
            "lon",
            "obs",
            "units: degrees_east; ancillary_variables: fix_quality",
            [20.0, 90.0, 21.0],
        )
        .with_values(
            "fix_quality",
            "obs",
            "flag_values: G,X; flag_meanings: good bad",
            Values::Characters("GXG"),
        )
        .with("temp", "obs", flags, [1.0, 2.0, 3.0]);
    assert_eq!(file.bbox(), Some([20.0, 10.0, 21.0, 11.0]));
}

#[test]
fn grids_round_the_earth_in_one_and_two_dimensions() {
    let single: Vec<f32> = (0..72).map(|at| 2.5 + 5.0 * at as f32).collect();
    let file = Classic::new(&[("lat", 2), ("lon", 72)])
        .with("lat", "lat", LAT, [-60.0, 60.0])
        .with_values("lon", "lon", LON, Values::Singles(single))
        .with("temp", "lat lon", "units: degC", vec![1.0; 144]);
    assert_eq!(file.bbox(), Some([-180.0, -60.0, 180.0, 60.0]));

    let longitudes: Vec<f64> = (0..144).map(|at| 5.0 * f64::from(at % 72) + 0.3).collect();
    let latitudes: Vec<f64> = (0..144).map(|at| if at < 72 { 40.0 } else { 45.0 }).collect();
    let file = Classic::new(&[("j", 2), ("i", 72)])
        .with("nav_lat", "j i", LAT, latitudes)
        .with("nav_lon", "j i", LON, longitudes)
        .with(
            "temp",
            "j i",
            "units: degC; coordinates: nav_lat nav_lon",
            vec![1.0; 144],
        );
    assert_eq!(file.bbox(), Some([-180.0, 40.0, 180.0, 45.0]));

    let half: Vec<f64> = (0..36).map(|at| 5.0 * f64::from(at)).collect();
    let file = Classic::new(&[("lat", 1), ("lon", 36)])
        .with("lat", "lat", LAT, [0.0])
        .with("lon", "lon", LON, half)
        .with("temp", "lat lon", "units: degC", vec![1.0; 36]);
    assert_eq!(file.bbox(), Some([0.0, 0.0, 175.0, 0.0]));
}

#[test]
fn numbers_of_levels_are_not_depths() {
    let depth = |attributes: &'static str| {
        let file = Classic::new(&[("z", 3)])
            .with("z", "z", attributes, [0.1, 0.5, 0.9])
            .with("temp", "z", "units: degC", [1.0, 2.0, 3.0]);
        file.review().coverage.depth.map(|depth| (depth.min, depth.max))
    };
    assert_eq!(depth("units: m; axis: Z; positive: down"), Some((0.1, 0.9)));
    for attributes in [
        "axis: Z; positive: up; standard_name: ocean_s_coordinate_g2; formula_terms: s: z",
        "axis: Z; positive: down; units: 1",
        "axis: Z; units: level; positive: down",
        "axis: Z; units: sigma_level",
        "axis: Z",
    ] {
        assert_eq!(depth(attributes), None, "{attributes}");
    }
}

#[test]
fn observations_are_not_later_than_their_file() {
    let file = |stamp| {
        Classic::new(&[("time", 2), ("STRING16", 16)])
            .global("date_created", stamp)
            .with_values(
                "DATA_TYPE",
                "STRING16",
                "",
                Values::Characters("Argo profile    "),
            )
            .with(
                "JULD",
                "time",
                "units: days since 1950-01-01; axis: T",
                [20000.0, 27759.0],
            )
    };
    let future = |file: Classic| {
        let findings = file.review().findings;
        findings.iter().any(|finding| finding.code == "time-future")
    };
    assert!(future(file("2010-01-01T00:00:00Z")));
    assert!(!future(file("2026-06-01T00:00:00Z")));
    assert!(!future(file("unknown")), "2026 is not in the future");
}

#[test]
fn invalid_units_give_no_time_and_one_finding() {
    let finding = |attributes: &'static str| {
        let file = Classic::new(&[("time", 1)]).with("time", "time", attributes, [1.0]);
        let review = file.review();
        let found = review
            .findings
            .into_iter()
            .find(|finding| finding.code.starts_with("time-"));
        (review.coverage.time.is_some(), found.map(|finding| finding.code))
    };
    let code = |code: &str| Some(code.to_owned());
    assert_eq!(
        finding("units: days since 2000-01-01; calendar: utc"),
        (true, None)
    );
    assert_eq!(
        finding("units: days since 2000-01-01; calendar: lunar"),
        (false, code("time-undecodable"))
    );
    assert_eq!(
        finding("units: days since 2000-02-30"),
        (false, code("time-undecodable"))
    );
    assert_eq!(
        finding("units: days since 0000-01-01"),
        (false, code("time-climatology"))
    );
    assert_eq!(
        finding("units: days since 2000-01-01 00:00 CET"),
        (true, code("time-zone-unknown"))
    );
    assert_eq!(
        finding("units: days since 2000-01-01 T00:00:00Z"),
        (true, None),
        "a blank before the T"
    );
    assert_eq!(
        finding("units: days since 2000-01-01; calendar: none"),
        (false, None)
    );
}

#[test]
fn units_are_missing_only_of_quantities_with_a_dimension() {
    let codes = |attributes: &'static str| {
        let file = Classic::new(&[("x", 1)]).with("v", "x", attributes, [1.0]);
        let findings = file.review().findings;
        findings
            .into_iter()
            .filter(|finding| finding.code.starts_with("units-"))
            .map(|finding| finding.code)
            .collect::<Vec<_>>()
    };
    assert_eq!(codes("standard_name: sea_water_temperature"), ["units-missing"]);
    assert_eq!(codes("standard_name: latitude"), ["units-missing"]);
    for attributes in [
        "standard_name: sea_ice_area_fraction",
        "standard_name: sea_water_practical_salinity",
        "standard_name: sea_water_temperature status_flag",
        "standard_name: sea_water_temperature number_of_observations",
        "standard_name: ocean_sigma_coordinate; axis: Z",
        "standard_name: sea_water_temperature; units: ",
        "cf_role: profile_id; standard_name: time",
        "grid_mapping_name: latitude_longitude",
        "long_name: something",
    ] {
        assert_eq!(codes(attributes), [""; 0], "{attributes}");
    }
    assert_eq!(codes("units: frobs"), ["units-unknown"]);
    for unstated in ["units: unknown", "units: ?"] {
        assert_eq!(codes(unstated), [""; 0], "{unstated}");
    }
    assert_eq!(
        codes("standard_name: latitude; units: unknown"),
        ["units-missing"]
    );
    for spelt in ["units: psu", "units: deg C", "units: degrees C", "units: UMOL/KG"] {
        assert_eq!(codes(spelt), ["units-spelling"], "{spelt}");
    }
    for known in [
        "units: ug/l",
        "units: dB",
        "units: dB m-1",
        "units: woce_flags; standard_name: status_flag",
        "units: yyyymmdd UTC",
        "units: day as %Y%m%d.%f",
        "units: degreesN",
        "units: dbar",
        "units: days since 2000-01-01",
    ] {
        assert_eq!(codes(known), [""; 0], "{known}");
    }
}

/// A profile file in the layout of Argo.
fn argo(conventions: &'static str, platform: &'static str, system: &'static str) -> Classic {
    let text = |text| Values::Characters(text);
    Classic::new(&[
        ("N_PROF", 1),
        ("N_LEVELS", 2),
        ("STRING16", 16),
        ("STRING8", 8),
        ("STRING4", 4),
    ])
    .global("Conventions", conventions)
    .with_values("DATA_TYPE", "STRING16", "", text("Argo profile    "))
    .with_values("FORMAT_VERSION", "STRING4", "", text("2.2 "))
    .with_values("PLATFORM_NUMBER", "N_PROF STRING8", "", text(platform))
    .with_values("POSITIONING_SYSTEM", "N_PROF STRING8", "", text(system))
    .with("DEPH", "N_PROF N_LEVELS", "units: m", [1.0, 2.0])
    .with_values("DEPH_QC", "N_PROF N_LEVELS", "", text("44"))
}

#[test]
fn argo_s_rules_hold_for_files_of_argo_only() {
    let state = |file: &Classic| file.review().checks["argo-required"];
    let own = argo("Argo-3.1 CF-1.6", "7900364 ", "GTS     ");
    assert_eq!(state(&own), CheckState::Failed);
    let references = own.found("argo-reference");
    assert_eq!(references.len(), 1);
    assert_eq!(references[0].0, "warning", "the table may grow: {references:?}");
    assert_eq!(state(&argo("CF-1.4", "7900364 ", "        ")), CheckState::Failed);
    for other in [
        argo("CF-1.6 Sea-mammals-1.1", "7900364 ", "LS      "),
        argo("CF-1.4", "SHIP    ", "LS      "),
        argo("CF-1.4", "00026520", "LS      "),
    ] {
        assert_eq!(state(&other), CheckState::NotApplicable);
        assert_eq!(other.found("argo-reference"), []);
        let review = other.review();
        assert_eq!(
            review.kind.as_deref(),
            Some("Argo profile 2.2, of another programme")
        );
        assert_eq!(other.found("all-flagged-bad").len(), 1, "its flags are Argo's");
    }
}

#[test]
fn drafts_of_cchdo_format_need_no_variables() {
    let file = |version| {
        Classic::new(&[("N_PROF", 1)])
            .global("Conventions", version)
            .with("pressure", "N_PROF", "units: dbar", [1.0])
    };
    assert_eq!(file("CF-1.7 CCHDO-0.0").found("cchdo-required"), []);
    assert!(!file("CF-1.8 CCHDO-1.0").found("cchdo-required").is_empty());
}

#[test]
fn an_empty_range_is_ignored() {
    let file = |range| Classic::new(&[("x", 2)]).with("v", "x", range, [1.0, 2.0]);
    for range in [
        "units: K; valid_min: =0; valid_max: =0",
        "units: K; valid_min: =5; valid_max: =-5",
    ] {
        assert_eq!(file(range).found("out-of-valid-range"), [], "{range}");
        let found = file(range).found("valid-range-empty");
        assert_eq!(found[0].0, "info", "{found:?}");
    }
    let zeros = Classic::new(&[("x", 2)]).with("v", "x", "valid_min: =0; valid_max: =0", [0.0; 2]);
    assert_eq!(zeros.found("valid-range-empty"), []);
}

#[test]
fn a_range_is_a_warning_where_data_are_observed() {
    let file = || Classic::new(&[("x", 2)]).with("v", "x", "valid_min: =0; valid_max: =1", [1.0, 2.0]);
    let severity = |file: Classic| file.found("out-of-valid-range")[0].0.clone();
    assert_eq!(severity(file()), "info", "a grid marks values so");
    assert_eq!(severity(file().global("featureType", "point")), "warning");
}

#[test]
fn positions_in_their_own_dimension_are_not_an_axis() {
    let file = |data: &'static str| {
        Classic::new(&[("TIME", 2), ("LATITUDE", 2)])
            .with("LATITUDE", "LATITUDE", "units: degrees_north", [5.0, 5.0])
            .with("TEMP", data, "units: degC", [1.0, 2.0])
            .found("axis-not-monotonic")
    };
    assert_eq!(file("TIME")[0].0, "info");
    assert_eq!(file("LATITUDE")[0].0, "warning");
}

#[test]
fn what_many_variables_share_is_one_finding() {
    let file = ["a", "b", "c"]
        .into_iter()
        .fold(Classic::new(&[("x", 2)]), |file, name| {
            let flags = match name {
                "a" => "a_qc",
                "b" => "b_qc",
                _ => "c_qc",
            };
            file.with(name, "x", "units: K; coordinates: lat,lon lost,gone", [1.0, 2.0])
                .with(
                    flags,
                    "x",
                    "flag_values: 1b, 4b; flag_meanings: good bad",
                    [4.0, 4.0],
                )
        });
    let file = file
        .with("lat", "x", LAT, [1.0, 2.0])
        .with("lon", "x", LON, [1.0, 2.0]);
    let found = |code| file.found(code);
    assert_eq!(
        found("all-flagged-bad"),
        [(
            "info".to_owned(),
            "3 of 8 variables have only values flagged as questionable or bad: a, b, c".to_owned()
        )]
    );
    assert_eq!(found("flags-as-text").len(), 1);
    assert_eq!(found("number-as-text"), []);
    assert_eq!(found("list-form").len(), 1);
    let missing: Vec<String> = found("coordinate-missing")
        .into_iter()
        .map(|(_, message)| message)
        .collect();
    assert_eq!(
        missing,
        [
            "a: `coordinates` names gone, which the file does not contain",
            "a: `coordinates` names lost, which the file does not contain"
        ]
    );
    assert_eq!(file.bbox(), Some([1.0, 1.0, 2.0, 2.0]), "the names are read");
}

#[test]
fn an_empty_standard_name_is_ignored() {
    let file = |name| Classic::new(&[("x", 1)]).with("v", "x", name, [1.0]);
    assert_eq!(file("standard_name: ").found("standard-name-unknown"), []);
    assert_eq!(
        file("standard_name: wibble").found("standard-name-unknown").len(),
        1
    );
}

#[test]
fn files_of_epic_have_two_times_and_longitudes_to_the_west() {
    let file = Classic::new(&[("time", 3), ("depth", 2), ("lat", 1), ("lon", 1)])
        .with(
            "time",
            "time",
            "units: True Julian Day",
            [2_451_545.0, 2_451_545.0, 2_451_546.0],
        )
        .with(
            "time2",
            "time",
            "units: msec since 0:00 GMT",
            [1000.0, 43_200_000.0, 0.0],
        )
        .with("depth", "depth", "units: M", [10.0, 20.0])
        .with("lat", "lat", "units: degree_north", [57.0])
        .with("lon", "lon", "units: degree_west", [164.5])
        .with("T_20", "time depth lat lon", "units: C", [1.0; 6]);
    let time = |text: &str| text.to_owned();
    assert_eq!(
        file.time(),
        Some((time("2000-01-01T00:00:01Z"), time("2000-01-02T00:00:00Z")))
    );
    assert_eq!(file.bbox(), Some([-164.5, 57.0, -164.5, 57.0]));
    let review = file.review();
    let depth = review.coverage.depth.unwrap();
    assert_eq!((depth.min, depth.max), (10.0, 20.0));
    let worst = review.findings.iter().map(|finding| finding.severity.as_str());
    assert_eq!(worst.filter(|severity| *severity != "info").count(), 0);
}

#[test]
fn an_elevation_is_data() {
    let file = Classic::new(&[("lat", 2), ("lon", 2)])
        .with("lat", "lat", LAT, [1.0, 2.0])
        .with("lon", "lon", LON, [1.0, 2.0])
        .with(
            "elevation",
            "lat lon",
            "units: m; standard_name: height_above_mean_sea_level",
            [1.0, -2.0, 3.0, 4.0],
        );
    let review = file.review();
    assert_eq!(review.observations, Some(4));
    assert!(review.coverage.depth.is_none());
    assert_eq!(file.found("vertical-direction"), []);
}

#[test]
fn a_depth_is_known_by_its_name_where_it_is_a_coordinate() {
    let depth = |attributes: &'static str, dimensions: &'static str| {
        let file = Classic::new(&[("depth", 2), ("x", 2)])
            .with("depth", dimensions, attributes, [5.0, 15.0])
            .with("temp", "depth x", "units: degC", [1.0; 4]);
        file.review().coverage.depth.map(|depth| depth.max)
    };
    assert_eq!(depth("units: m", "depth"), Some(15.0));
    assert_eq!(depth("units: m; positive: down", "x"), Some(15.0));
    assert_eq!(depth("units: m", "x"), None, "it may be that of the sea floor");
    assert_eq!(depth("units: 1", "depth"), None);
    assert_eq!(
        depth(
            "units: m; axis: Z; positive: down; standard_name: sea_floor_depth_below_sea_surface",
            "x"
        ),
        None
    );
    assert_eq!(
        depth("units: m; standard_name: sea_floor_depth_below_geoid", "depth"),
        None
    );
}

#[test]
fn units_tell_latitude_from_longitude_before_names() {
    let file = Classic::new(&[("x", 1)])
        .with("lat", "x", "units: degrees_north; standard_name: latitude", [1.0])
        .with("lon", "x", "units: degrees_east; standard_name: latitude", [2.0]);
    assert_eq!(file.bbox(), Some([2.0, 1.0, 2.0, 1.0]));
}

#[test]
fn the_height_of_a_satellite_is_not_that_of_its_data() {
    let file = |coordinates: &'static str| {
        let height = "units: m; standard_name: height";
        let file = Classic::new(&[("x", 1)]).with("height", "", height, [2.0]);
        let file = file.with("air_temperature", "x", coordinates, [300.0]);
        file.review().coverage.depth.map(|depth| depth.max)
    };
    assert_eq!(file("units: K"), None);
    assert_eq!(file("units: K; coordinates: height"), Some(2.0));
}

#[test]
fn profiles_of_a_table_of_levels_are_not_known() {
    let table = Classic::new(&[("row", 3)])
        .global("cdm_data_type", "TrajectoryProfile")
        .with("time", "row", "units: days since 2000-01-01", [0.0, 0.0, 1.0])
        .with("latitude", "row", LAT, [1.0, 1.0, 50.0])
        .with("longitude", "row", LON, [1.0, 1.0, 2.0])
        .with_values("position_qc", "row", "", Values::Characters("114"))
        .with("cycle", "row", "cf_role: profile_id", [1.0, 1.0, 2.0])
        .with(
            "pres",
            "row",
            "units: dbar; standard_name: sea_water_pressure",
            [5.0, 10.0, 5.0],
        );
    let review = table.review();
    assert_eq!((review.observations, review.profiles), (Some(3), None));
    assert_eq!(
        table.bbox(),
        Some([1.0, 1.0, 1.0, 1.0]),
        "the last position is flagged bad"
    );
}

#[test]
fn profiles_of_a_current_meter_are_its_times() {
    let file = Classic::new(&[("time", 3), ("height", 2)])
        .global("featureType", "timeSeriesProfile")
        .with("time", "time", "units: days since 2000-01-01", [0.0, 1.0, 2.0])
        .with("lat", "", LAT, [1.0])
        .with("lon", "", LON, [1.0])
        .with(
            "depth",
            "",
            "units: m; standard_name: depth; positive: down; axis: Z",
            [48.0],
        )
        .with("height", "height", "units: m; positive: up; axis: Z", [4.0, 8.0])
        .with(
            "u",
            "time height",
            "units: m s-1; coordinates: time lat lon depth",
            [1.0; 6],
        );
    let review = file.review();
    assert_eq!((review.observations, review.profiles), (Some(6), Some(3)));
    assert_eq!(review.coverage.depth.map(|depth| depth.max), Some(48.0));
}

#[test]
fn times_as_texts_lie_along_the_observations() {
    let file = Classic::new(&[("obs", 2), ("length", 4)])
        .global("featureType", "point")
        .with_values(
            "time",
            "obs length",
            "standard_name: time",
            Values::Characters("20202021"),
        )
        .with("lat", "", LAT, [1.0])
        .with("temp", "obs", "units: degC", [1.0, 2.0]);
    assert_eq!(file.review().observations, Some(2));
}

#[test]
fn a_cast_has_its_names_and_no_place_or_time_that_is_flagged() {
    let file = Classic::new(&[("N_PROF", 3), ("N_LEVELS", 2), ("STRING8", 8)])
        .text(
            "PLATFORM_NUMBER",
            "N_PROF STRING8",
            "",
            "1900001 1900001 1900002 ",
        )
        .with(
            "CYCLE_NUMBER",
            "N_PROF",
            "_FillValue: =99999",
            [7.0, 8.0, 99999.0],
        )
        .text("DIRECTION", "N_PROF", "", "ADA")
        .with(
            "JULD",
            "N_PROF",
            "units: days since 1950-01-01; standard_name: time",
            [10.0, 11.0, 12.0],
        )
        .text("JULD_QC", "N_PROF", "", "114")
        .with("LATITUDE", "N_PROF", LAT, [10.0, 11.0, 12.0])
        .with("LONGITUDE", "N_PROF", LON, [350.0, 20.0, 21.0])
        .text("POSITION_QC", "N_PROF", "", "141")
        .with(
            "PRES",
            "N_PROF N_LEVELS",
            "units: decibar; axis: Z; _FillValue: =-9",
            [1.0, 2.0, 1.0, -9.0, -9.0, -9.0],
        );
    let review = file.review();
    let names = |cast: &Cast| {
        (
            cast.station.clone().unwrap(),
            cast.number.clone().unwrap_or_default(),
        )
    };
    let names: Vec<(String, String)> = review.casts.iter().map(names).collect();
    let named = |station: &str, number: &str| (station.to_owned(), number.to_owned());
    assert_eq!(
        names,
        [
            named("1900001", "7"),
            named("1900001", "8D"),
            named("1900002", "")
        ]
    );
    let places: Vec<Option<f64>> = review.casts.iter().map(|cast| cast.longitude).collect();
    assert_eq!(places, [Some(-10.0), None, Some(21.0)]);
    let levels: Vec<Option<u64>> = review.casts.iter().map(|cast| cast.levels).collect();
    assert_eq!(levels, [2, 1, 0].map(Some));
    let is_timed: Vec<bool> = review.casts.iter().map(|cast| cast.time.is_some()).collect();
    assert_eq!(is_timed, [true, true, false]);
}

#[test]
fn coordinates_without_a_geometry_say_how_the_data_lie() {
    let kind = |file: Classic| file.review().coverage.kind;
    let days = "units: days since 2000-01-01";
    let track = Classic::new(&[("time", 2)])
        .with("time", "time", days, [0.0, 1.0])
        .with("lat", "time", LAT, [10.0, 11.0])
        .with("lon", "time", LON, [20.0, 21.0])
        .with("temp", "time", "coordinates: lat lon", [1.0, 2.0]);
    assert_eq!(kind(track), Some(CoverageKind::Trajectory));
    let mooring = Classic::new(&[("time", 2)])
        .with("time", "time", days, [0.0, 1.0])
        .with("lat", "", LAT, [10.0])
        .with("lon", "", LON, [20.0])
        .with("temp", "time", "coordinates: lat lon", [1.0, 2.0]);
    assert_eq!(kind(mooring), Some(CoverageKind::TimeSeries));
    let grid = Classic::new(&[("lat", 2), ("lon", 2)])
        .with("lat", "lat", LAT, [10.0, 11.0])
        .with("lon", "lon", LON, [20.0, 21.0])
        .with("temp", "lat lon", "units: degC", [1.0; 4]);
    assert_eq!(kind(grid), Some(CoverageKind::Grid));
    let nothing = Classic::new(&[("x", 2)]).with("temp", "x", "units: degC", [1.0; 2]);
    assert_eq!(kind(nothing), None);
}
