//! Units of real files, corner cases of the grammar, and properties of conversions.

use proptest::prelude::*;
use udunits::{Reference, UnitError, converter, known, parse, split_reference};

/// A unit, and the same in base units, as the C library of UDUNITS-2 2.2.28 prints it.
const UNITS: &str = "
    m2 s                      = m2 s
    m²                        = m2
    m⁻¹                       = m-1
    hPa                       = 100 m-1 kg s-2
    dbar                      = 10000 m-1 kg s-2
    degC                      = K @ 273.15
    °F                        = 0.555555555555556 K @ 459.67
    degC m-1                  = m-1 K
    K @ -5                    = K @ -5
    umol/kg                   = 1e-6 kg-1 mol
    µmol/l                    = 0.001 m-3 mol
    ug/l                      = 1e-6 m-3 kg
    W m-2 sr-1                = kg s-3 rad-2
    kg m-2.s                  = m-2 kg s
    m.2.5                     = 2.5 m
    m--2                      = -2 m
    2+3                       = 8
    m per s                   = m s-1
    m PER s                   = m s-1
    1 / s                     = s-1
    lg(re 1 mW)               = lg(re 0.001 m2 kg s-3)
    dBZ                       = 0.1 lg(re 1e-18 m3)
    dBZ 2                     = 0.2 lg(re 1e-18 m3)
    degreesN                  = 0.0174532925199433 rad
    Degrees_North             = 0.0174532925199433 rad
    Sverdrup                  = 1000000 m3 s-1
    kilokilometer             = 1000000 m
    ppt                       = 1e-12
    %                         = 0.01
    day                       = 86400 s
    common_years              = 31536000 s
    month                     = 2629743.831225 s
    H2O                       = 9806.65 m-2 kg s-2
    (s since 1990-01-01) 2    = 2 s
    Days Since 2000-01-01     = 86400 s since 2000-01-01
    s @ 19700101T000000       = s since 1970-01-01
";

#[test]
fn units_in_base_units() {
    for line in UNITS.lines().filter(|line| !line.trim().is_empty()) {
        let (unit, base) = line.split_once(" = ").unwrap();
        let parsed = parse(unit).unwrap_or_else(|error| panic!("{unit}: {error}"));
        assert_eq!(parsed.to_string(), base.trim(), "{unit}");
    }
}

#[test]
fn texts_that_udunits_rejects_are_rejected() {
    let refused = [
        "psu",
        "PSU",
        "deg C",
        "m2s",
        "m - 2",
        "m * s",
        "m/",
        "/s",
        "per s",
        "degree°",
        "mum",
        "kkm",
        "NTU",
        "DBAR",
        "m^300",
        "0 m",
        "1e400 m",
        "m^2s",
        "lg(re 1 mW)/m",
        "(m",
        "m)",
        "days since yesterday",
        "m since 1950-01-01",
        "m^99999999999999999999",
        "()",
    ];
    for unit in refused {
        assert!(!known(unit), "{unit}");
    }
}

#[test]
fn references_of_real_files() {
    // Text, then year, month, day, seconds of the day, minutes ahead of UTC.
    let cases = [
        ("1950-01-01 00:00:00 UTC", (1950, 1, 1), 0, 0),
        ("1970-01-01T00:00:00Z", (1970, 1, 1), 0, 0),
        ("1970-01-01T00:00:00 UTC", (1970, 1, 1), 0, 0),
        ("1950-01-01T00:00:00+00:00", (1950, 1, 1), 0, 0),
        ("1858-11-17 00:00:00 +0:00", (1858, 11, 17), 0, 0),
        ("1979-01-01 0:0:0", (1979, 1, 1), 0, 0),
        ("1850-01-01 0:0:0.0", (1850, 1, 1), 0, 0),
        ("2016-11-08 12:00Z", (2016, 11, 8), 43_200, 0),
        ("2000-1-1 0:0:0 0", (2000, 1, 1), 0, 0),
        ("1992-10-8 15:15:42.5 6:00", (1992, 10, 8), 54_942, 360),
        ("1992-10-8 15:15:42.5 -6:00", (1992, 10, 8), 54_942, -360),
        ("2000-01-01 12:00 -5:30", (2000, 1, 1), 43_200, -330),
        ("2000-01-01 12:00 +0530", (2000, 1, 1), 43_200, 330),
        ("2000-01-01 12:00 530", (2000, 1, 1), 43_200, 330),
        ("19700101T000000", (1970, 1, 1), 0, 0),
        ("19700101", (1970, 1, 1), 0, 0),
        ("1990", (1990, 1, 1), 0, 0),
        ("1990-6", (1990, 6, 1), 0, 0),
        ("1-1-1", (1, 1, 1), 0, 0),
        ("-4713-01-01T12:00:00Z", (-4713, 1, 1), 43_200, 0),
        ("1000000000-1-1", (1_000_000_000, 1, 1), 0, 0),
        ("2000-02-30", (2000, 2, 30), 0, 0),
        ("2000-01-01 24:00:00", (2000, 1, 1), 86_400, 0),
        ("2000-01-01Z", (2000, 1, 1), 0, 0),
    ];
    for (text, date, second, zone) in cases {
        let reference = Reference::parse(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((reference.year, reference.month, reference.day), date, "{text}");
        assert_eq!(reference.nanosecond / 1_000_000_000, second, "{text}");
        assert_eq!(reference.zone_minutes, zone, "{text}");
    }
    let refused = [
        "",
        "yesterday",
        "1950/01/01",
        "2000-13-01",
        "2000-01-32",
        "2000-01-01 25:00",
        "2000-01-01 24:00:01",
        "2000-01-01 00:60",
        "2000-01-01 00:00 +1é2",
        "2000-01-01 00:00 −5:00",
        "2000-01-01 00:00 CET",
        "2000-01-01 00:00 +24:00",
        "99999999999-01-01",
        "2000-01-0112:00",
    ];
    for text in refused {
        assert_eq!(Reference::parse(text), None, "{text}");
    }
}

#[test]
fn a_reference_is_split_from_its_unit() {
    assert_eq!(
        split_reference("seconds since 1970-01-01"),
        Some(("seconds", "1970-01-01"))
    );
    assert_eq!(split_reference("DAYS FROM 1970"), Some(("DAYS", "1970")));
    assert_eq!(split_reference("s@1970"), Some(("s", "1970")));
    assert_eq!(split_reference("since"), None);
    assert_eq!(split_reference("m s-1"), None);
}

#[test]
fn reciprocals_and_references_do_not_convert() {
    let unit = |text| parse(text).unwrap();
    assert!(converter(&unit("s"), &unit("Hz")).is_none());
    assert!(converter(&unit("days since 1950-01-01"), &unit("days")).is_none());
    assert!(unit("days since 1950-01-01").is_convertible_to(&unit("s since 1970-01-01")));
}

#[test]
fn logarithms_convert() {
    let unit = |text| parse(text).unwrap();
    let converter = converter(&unit("dBm"), &unit("W")).unwrap();
    assert_eq!(converter.linear(), None);
    assert!((converter.convert(30.0) - 1.0).abs() < 1e-12);
}

/// Time and memory are at most proportional to the length of the text; the test's own time would show more.
#[test]
fn long_texts_are_bounded() {
    let long = [
        "m ".repeat(2_000),
        "m".repeat(10_000),
        "kilo".repeat(2_500),
        "(".repeat(10_000),
        "lg(re ".repeat(2_000),
        "²".repeat(5_000),
        "1".repeat(10_000),
        "days since ".to_owned() + &"1".repeat(10_000),
        "m^1".to_owned() + &"0".repeat(10_000),
        "m @ ".to_owned() + &")".repeat(10_000),
    ];
    for text in &long {
        let _ = parse(text);
        let _ = udunits::spelling(text);
    }
    assert_eq!(parse(&"m ".repeat(100_000)), Err(UnitError::TooLong));
    assert_eq!(parse(&"(".repeat(1_000)), Err(UnitError::TooLong));
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_rejected(text in "\\PC{0,40}") {
        let _ = parse(&text);
        let _ = udunits::spelling(&text);
        let _ = split_reference(&text);
        let _ = Reference::parse(&text);
    }

    #[test]
    fn texts_of_the_grammar(words in prop::collection::vec(prop::sample::select(WORDS), 1..8)) {
        let text = words.concat();
        if let Ok(unit) = parse(&text) {
            let again = parse(&unit.to_string()).map_err(|error| TestCaseError::fail(format!("{text}: {unit}: {error}")))?;
            prop_assert!(unit.is_convertible_to(&again), "{text}: {unit}");
            if let Some((scale, offset)) = converter(&unit, &again).and_then(|converter| converter.linear()) {
                prop_assert!((scale - 1.0).abs() < 1e-12, "{text}: {unit}");
                prop_assert!(offset.abs() <= 1e-9 * offset.abs().max(1.0), "{text}: {unit}");
            }
        }
    }

    #[test]
    fn conversions_are_invertible(from in prop::sample::select(LENGTHS), to in prop::sample::select(LENGTHS), value in -1e6f64..1e6) {
        let (from, to) = (parse(from).unwrap(), parse(to).unwrap());
        let there = converter(&from, &to).unwrap().convert(value);
        let back = converter(&to, &from).unwrap().convert(there);
        prop_assert!((back - value).abs() <= 1e-12 * value.abs());
    }
}

const WORDS: &[&str] = &[
    "m",
    "s",
    "kg",
    "K",
    "degC",
    "hPa",
    "umol",
    "µmol",
    "l",
    "2",
    "-1",
    "1e-3",
    "^2",
    "**-1",
    "²",
    "⁻¹",
    " ",
    "/",
    ".",
    "*",
    "-",
    "(",
    ")",
    "@",
    " since ",
    " per ",
    "%",
    "'",
    "°",
    "lg(re 1 mW)",
    "dB",
    "day",
    "1950-01-01",
    "12:00",
    "Z",
];
const LENGTHS: &[&str] = &[
    "m",
    "km",
    "ft",
    "nautical_mile",
    "um",
    "fathom",
    "inches",
    "light_year",
];

#[test]
fn a_repeated_unit_is_the_same_however_many_came_between() {
    let parsed = || {
        (0..1_500).map(|n| udunits::parse(&format!("{n} dbar {}", if n % 7 == 0 { "frobs" } else { "m-2" })))
    };
    let first: Vec<_> = parsed().collect();
    assert!(first.iter().any(Result::is_err) && first[1].is_ok());
    assert_eq!(parsed().collect::<Vec<_>>(), first);
    assert_eq!(udunits::parse("1499 dbar m-2"), udunits::parse(" 1499 dbar m-2"));
}
