//! Small deviations of WHP files, one at a time: an aggregate wherever one data row is readable, a finding with line and
//! column for each deviation, and nothing found in a clean file.
//!
//! The cases are those that CCHDO's own reader was tried with (60 kinds), and similar ones.

use data_review_core::{Document, Outcome, Place, Registry};
use data_review_tests::{archive, review};

pub(super) const BOTTLE: &str = "\
BOTTLE,20240101SIOCCHABC
# a comment
EXPOCODE,STNNBR,CASTNO,SAMPNO,DATE,TIME,LATITUDE,LONGITUDE,CTDPRS,OXYGEN,OXYGEN_FLAG_W
,,,,,,,,DBAR,UMOL/KG,
33RR20240101,1,1,1,20240101,0930,10.5,-170.25,5.0,210.1,2
33RR20240101,1,1,2,20240101,0930,10.5,-170.25,9.0,208.3,2
END_DATA
";

pub(super) const CTD: &str = "\
CTD,20240101SIOCCHABC
NUMBER_HEADERS = 8
EXPOCODE = 33RR20240101
STNNBR = 1
CASTNO = 1
DATE = 20240101
TIME = 0930
LATITUDE = 10.5000
LONGITUDE = -170.2500
CTDPRS,CTDPRS_FLAG_W,CTDTMP,CTDTMP_FLAG_W
DBAR,,ITS-90,
1.0,2,27.1,2
3.0,2,27.0,2
END_DATA
";

/// Code, line and column of a finding's place.
type Found = (&'static str, u64, u64);

/// What is tried, on which file, what is replaced once by what, rows that are read, and all that is found.
type Case = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    u64,
    &'static [Found],
);

const CASES: &[Case] = &[
    ("baseline", BOTTLE, "", "", 2, &[]),
    (
        "no END_DATA",
        BOTTLE,
        "END_DATA\n",
        "",
        2,
        &[("end-data-missing", 6, 58)],
    ),
    (
        "text after END_DATA",
        BOTTLE,
        "END_DATA\n",
        "END_DATA\nany text, even 1,2,3\n",
        2,
        &[],
    ),
    (
        "newline after END_DATA",
        BOTTLE,
        "END_DATA\n",
        "END_DATA\n\n",
        2,
        &[],
    ),
    (
        "END_DATA with a space",
        BOTTLE,
        "END_DATA",
        "END_DATA ",
        2,
        &[("end-data-form", 7, 1)],
    ),
    (
        "END_DATA with commas",
        BOTTLE,
        "END_DATA",
        "END_DATA,,",
        2,
        &[("trailing-comma", 7, 1)],
    ),
    (
        "byte order mark",
        BOTTLE,
        "BOTTLE",
        "\u{feff}BOTTLE",
        2,
        &[("byte-order-mark", 1, 1)],
    ),
    (
        "stamp missing",
        BOTTLE,
        ",20240101SIOCCHABC",
        "",
        2,
        &[("stamp", 1, 8)],
    ),
    ("UTF-8 in a comment", BOTTLE, "a comment", "Færøyene", 2, &[]),
    (
        "row with a cell too many",
        BOTTLE,
        "208.3,2",
        "208.3,2,7",
        2,
        &[("ragged-row", 6, 59)],
    ),
    (
        "row with a cell too few",
        BOTTLE,
        "208.3,2",
        "208.3",
        2,
        &[("ragged-row", 6, 56)],
    ),
    (
        "flag column with units",
        BOTTLE,
        "UMOL/KG,\n",
        "UMOL/KG,2\n",
        2,
        &[("flag-unit", 4, 22)],
    ),
    (
        "comma behind the parameters",
        BOTTLE,
        "FLAG_W\n",
        "FLAG_W,\n",
        2,
        &[("trailing-comma", 3, 87)],
    ),
    (
        "comma behind the units",
        BOTTLE,
        "UMOL/KG,\n",
        "UMOL/KG,,\n",
        2,
        &[("trailing-comma", 4, 22)],
    ),
    (
        "comma behind a row",
        BOTTLE,
        "208.3,2",
        "208.3,2,",
        2,
        &[("trailing-comma", 6, 59)],
    ),
    (
        "flag 9 with a value",
        BOTTLE,
        "208.3,2",
        "208.3,9",
        2,
        &[("value-under-fill-flag", 6, 51)],
    ),
    (
        "flag 5 with a value",
        BOTTLE,
        "208.3,2",
        "208.3,5",
        2,
        &[("value-under-fill-flag", 6, 51)],
    ),
    (
        "flag 1 with a value",
        BOTTLE,
        "208.3,2",
        "208.3,1",
        2,
        &[("value-under-fill-flag", 6, 51)],
    ),
    (
        "flag 2 with a fill",
        BOTTLE,
        "208.3,2",
        "-999,2",
        2,
        &[("fill-under-value-flag", 6, 51)],
    ),
    ("flag 9 with a fill", BOTTLE, "208.3,2", "-999,9", 2, &[]),
    ("flag 0", BOTTLE, "208.3,2", "208.3,0", 2, &[("flag-zero", 6, 57)]),
    (
        "flag blank",
        BOTTLE,
        "208.3,2",
        "208.3,",
        2,
        &[("flag-blank", 6, 57)],
    ),
    (
        "flag -999",
        BOTTLE,
        "208.3,2",
        "208.3,-999",
        2,
        &[("flag-fill", 6, 57)],
    ),
    ("flag A", BOTTLE, "208.3,2", "208.3,A", 2, &[("flag-bad", 6, 57)]),
    ("value 1e2", BOTTLE, "208.3", "1e2", 2, &[("number-form", 6, 51)]),
    (
        "value +200",
        BOTTLE,
        "208.3",
        "+200",
        2,
        &[("number-form", 6, 51)],
    ),
    (
        "value quoted",
        BOTTLE,
        "208.3",
        "\"208.3\"",
        2,
        &[("number-form", 6, 51)],
    ),
    ("value --5", BOTTLE, "208.3", "--5", 2, &[("not-a-number", 6, 51)]),
    (
        "value -9990.5",
        BOTTLE,
        "208.3",
        "-9990.5",
        2,
        &[("out-of-range", 6, 51)],
    ),
    (
        "value -9 under flag 9",
        BOTTLE,
        "208.3,2",
        "-9,9",
        2,
        &[("odd-fill", 6, 51)],
    ),
    (
        "value -999.0 under flag 5",
        BOTTLE,
        "208.3,2",
        "-999.0,5",
        2,
        &[("padded-fill", 6, 51)],
    ),
    (
        "value blank",
        BOTTLE,
        "208.3",
        "",
        2,
        &[("fill-under-value-flag", 6, 51), ("blank-cell", 6, 51)],
    ),
    (
        "value out of range",
        BOTTLE,
        "208.3",
        "9999.0",
        2,
        &[("out-of-range", 6, 51)],
    ),
    (
        "value with other decimals",
        BOTTLE,
        "208.3",
        "208.31",
        2,
        &[("precision-varies", 6, 51)],
    ),
    ("white space around a value", BOTTLE, "208.3", "  208.3 ", 2, &[]),
    (
        "tab around a value",
        BOTTLE,
        "208.3",
        "\t208.3",
        2,
        &[("forbidden-character", 6, 51)],
    ),
    (
        "latitude 95",
        BOTTLE,
        "10.5,-170.25,9",
        "95.5,-170.25,9",
        2,
        &[("coordinate-varies", 6, 34), ("position-impossible", 6, 34)],
    ),
    (
        "longitude 200",
        BOTTLE,
        "-170.25,9",
        "200.25,9",
        2,
        &[("coordinate-varies", 6, 39), ("position-impossible", 6, 39)],
    ),
    (
        "latitude -999",
        BOTTLE,
        "10.5,-170.25,9",
        "-999,-170.25,9",
        2,
        &[("coordinate-varies", 6, 34), ("key-partial", 6, 34)],
    ),
    (
        "two latitudes in one cast",
        BOTTLE,
        "10.5,-170.25,9",
        "11.5,-170.25,9",
        2,
        &[("coordinate-varies", 6, 34)],
    ),
    (
        "date 20241301",
        BOTTLE,
        "2,20240101",
        "2,20241301",
        2,
        &[("coordinate-varies", 6, 20), ("date-impossible", 6, 20)],
    ),
    (
        "time 2460",
        BOTTLE,
        "0930,10.5,-170.25,9",
        "2460,10.5,-170.25,9",
        2,
        &[("coordinate-varies", 6, 29), ("time-impossible", 6, 29)],
    ),
    (
        "sample twice",
        BOTTLE,
        "1,1,2,",
        "1,1,1,",
        2,
        &[("key-repeated", 6, 18)],
    ),
    (
        "neither SAMPNO nor BTLNBR",
        BOTTLE,
        "SAMPNO",
        "OTHERNO",
        2,
        &[("parameter-missing", 3, 1), ("parameter-unknown", 3, 24)],
    ),
    (
        "no EXPOCODE",
        BOTTLE,
        "EXPOCODE",
        "EXPO",
        2,
        &[("parameter-missing", 3, 1), ("parameter-unknown", 3, 1)],
    ),
    (
        "orphan flag",
        BOTTLE,
        "OXYGEN_FLAG_W",
        "SALNTY_FLAG_W",
        2,
        &[("flag-orphan", 3, 74)],
    ),
    (
        "units too few",
        BOTTLE,
        "DBAR,UMOL/KG,",
        "DBAR,UMOL/KG",
        2,
        &[("unit-count", 4, 1)],
    ),
    (
        "units missing",
        BOTTLE,
        ",,,,,,,,DBAR,UMOL/KG,\n",
        "",
        2,
        &[("unit-line-missing", 4, 1)],
    ),
    (
        "parameter in small letters",
        BOTTLE,
        "OXYGEN,OXYGEN_",
        "oxygen,oxygen_",
        2,
        &[("parameter-case", 3, 67)],
    ),
    (
        "parameter twice",
        BOTTLE,
        "TIME,",
        "CASTNO,",
        2,
        &[("parameter-repeated", 3, 36)],
    ),
    (
        "parameter unknown",
        BOTTLE,
        "OXYGEN,OXYGEN_",
        "OXYGN,OXYGN_",
        2,
        &[("parameter-unknown", 3, 67)],
    ),
    (
        "unit unknown",
        BOTTLE,
        "UMOL/KG",
        "FURLONG",
        2,
        &[("unit-unknown", 4, 14)],
    ),
    (
        "unit by an older name",
        BOTTLE,
        "DBAR",
        "DBARS",
        2,
        &[("parameter-alias", 3, 60)],
    ),
    (
        "comment among the data",
        BOTTLE,
        "208.3,2\n",
        "208.3,2\n# note\n",
        2,
        &[("comment-in-data", 7, 1)],
    ),
    (
        "blank line among the data",
        BOTTLE,
        "208.3,2\n",
        "208.3,2\n\n",
        2,
        &[("blank-line", 7, 1)],
    ),
    (
        "no row",
        BOTTLE,
        "33RR20240101,1,1,1,20240101,0930,10.5,-170.25,5.0,210.1,2\n33RR20240101,1,1,2,20240101,0930,10.5,-170.25,9.0,208.3,2\n",
        "",
        0,
        &[("no-data", 5, 1)],
    ),
    ("CTD baseline", CTD, "", "", 2, &[]),
    (
        "NUMBER_HEADERS too small",
        CTD,
        "HEADERS = 8",
        "HEADERS = 7",
        2,
        &[("number-headers", 2, 18)],
    ),
    (
        "NUMBER_HEADERS too great",
        CTD,
        "HEADERS = 8",
        "HEADERS = 9",
        2,
        &[("number-headers", 2, 18)],
    ),
    (
        "pressure decreases",
        CTD,
        "3.0,2",
        "0.5,2",
        2,
        &[("pressure-decreases", 13, 1)],
    ),
    (
        "pressure twice",
        CTD,
        "3.0,2",
        "1.0,2",
        2,
        &[("pressure-repeats", 13, 1)],
    ),
    (
        "pressure below zero",
        CTD,
        "1.0,2",
        "-0.5,2",
        2,
        &[("pressure-negative", 12, 1)],
    ),
    (
        "flag 8 of a CTD",
        CTD,
        "27.0,2",
        "27.0,8",
        2,
        &[("flag-unused", 13, 12)],
    ),
    (
        "user header",
        CTD,
        "TIME = 0930",
        "WIND = 7",
        2,
        &[("header-unknown", 7, 1)],
    ),
    (
        "header twice",
        CTD,
        "TIME = 0930",
        "CASTNO = 2",
        2,
        &[("header-repeated", 7, 1)],
    ),
    (
        "no header at all",
        CTD,
        "STNNBR = 1\n",
        "",
        2,
        &[("header-missing", 9, 1), ("number-headers", 2, 18)],
    ),
];

/// Code, line and column of all places of all findings.
fn found(document: &Document) -> Vec<(String, u64, u64)> {
    let places = document.findings.iter().flat_map(|finding| {
        assert_eq!(finding.count as usize, finding.places.len(), "{finding:?}");
        finding.places.iter().map(|place| match place {
            Place::Text {
                line: Some(line),
                column: Some(column),
                ..
            } => (finding.code.clone(), *line, *column),
            other => panic!("{} has no line and column: {other:?}", finding.code),
        })
    });
    places.collect()
}

/// Reviews a file that deviates: `rows` must be read, and exactly these deviations found; says what differs.
pub(super) fn differs(
    registry: &Registry,
    text: &str,
    rows: u64,
    expected: &[(String, u64, u64)],
) -> Option<String> {
    let name = match text.contains("CASTNO = ") {
        true => "33RR20240101_ct1.csv",
        false => "33RR20240101_hy1.csv",
    };
    let document = review::document(registry, name, text.as_bytes());
    if document.outcome != Outcome::Reviewed {
        return Some(format!("{:?}", document.failure));
    }
    let (mut found, mut expected) = (found(&document), expected.to_vec());
    found.sort();
    expected.sort();
    let is_right = document.observations == Some(rows) && found == expected;
    (!is_right).then(|| {
        format!(
            "{:?} rows, {found:?}; expected {expected:?}",
            document.observations
        )
    })
}

#[test]
fn every_case_has_its_aggregate_and_its_findings_and_no_other() {
    let registry = review::registry();
    let mut wrong = Vec::new();
    for (what, base, old, new, rows, expected) in CASES {
        assert!(base.contains(old), "{what}");
        let expected: Vec<_> = expected
            .iter()
            .map(|(code, line, column)| ((*code).to_owned(), *line, *column))
            .collect();
        let differs = differs(&registry, &base.replacen(old, new, 1), *rows, &expected);
        wrong.extend(differs.map(|differs| format!("{what}: {differs}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn carriage_returns_and_latin_1_are_found_on_every_line() {
    let registry = review::registry();
    let document = review::document(&registry, "a_hy1.csv", BOTTLE.replace('\n', "\r\n").as_bytes());
    assert_eq!((document.observations, found(&document).len()), (Some(2), 7));
    let latin: Vec<u8> = BOTTLE
        .replace("comment", "\u{e9}")
        .bytes()
        .filter(|byte| *byte != 0xc3)
        .collect();
    let document = review::document(&registry, "a_hy1.csv", &latin);
    assert_eq!(found(&document), [("not-utf8".to_owned(), 2, 5)]);
}

#[test]
fn a_time_that_is_written_otherwise_is_understood() {
    let registry = review::registry();
    for (form, time) in [
        ("930", "2024-01-01T09:30:00Z"),
        ("12:34", "2024-01-01T12:34:00Z"),
        ("2400", "2024-01-02T00:00:00Z"),
        ("0", "2024-01-01"),
    ] {
        let document = review::document(&registry, "a_hy1.csv", BOTTLE.replace("0930", form).as_bytes());
        assert_eq!(
            document.coverage.time.as_ref().map(|span| span.first.to_string()),
            Some(time.to_owned()),
            "{form}"
        );
        assert_eq!(
            found(&document),
            [("time-form".to_owned(), 5, 29), ("time-form".to_owned(), 6, 29)],
            "{form}"
        );
    }
}

#[test]
fn archives_are_read_through_whatever_is_packed_beside_the_casts() {
    let registry = review::registry();
    type Members = &'static [(&'static str, &'static str)];
    let cases: [(&str, Members, &[&str]); 4] = [
        (
            "bottle and CTD",
            &[("a_ct1.csv", CTD), ("a_hy1.csv", BOTTLE)],
            &["member-foreign"],
        ),
        ("in a folder", &[("cruise/a_ct1.csv", CTD)], &["member-path"]),
        (
            "with a readme",
            &[("readme.txt", "hello"), ("a_ct1.csv", CTD)],
            &["member-foreign"],
        ),
        ("clean", &[("a_ct1.csv", CTD)], &[]),
    ];
    for (what, members, expected) in cases {
        let document = review::document(&registry, "33RR20240101_ct1.zip", &archive::pack(members));
        assert_eq!(document.observations, Some(2), "{what}: {:?}", document.failure);
        let codes: Vec<&str> = document
            .findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect();
        assert_eq!(codes, expected, "{what}");
    }
    for (what, members) in [
        ("empty", [].as_slice()),
        ("without a cast", &[("readme.txt", "hello")]),
    ] {
        let document = review::document(&registry, "33RR20240101_ct1.zip", &archive::pack(members));
        assert_eq!(document.outcome, Outcome::Unidentified, "{what}");
    }
}
