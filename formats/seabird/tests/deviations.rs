//! One small file per deviation: its code and place, and nothing else; the scans are read all the same.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use seabird::Place::{Byte, Text};
use seabird::{Clock, Error, Place, Reader, Value};

const FILE: &str = "\
* Sea-Bird SBE 9 Data File:
* FileName = cast.hex
* NMEA Latitude = 24 30.60 S
** Ship: Example
# nquan = 3
# nvalues = 3
# units = specified
# name 0 = prDM: Pressure, Digiquartz [db]
# name 1 = t090C: Temperature [ITS-90, deg C]
# name 2 = flag: flag
# span 0 =      1.000,      3.000
# span 1 =    18.1000,    18.3000
# span 2 = 0.0000e+00, 0.0000e+00
# interval = seconds: 0.25
# start_time = Dec 10 2016 06:16:51 [Instrument's time stamp, header]
# bad_flag = -9.990e-29
# file_type = ascii
*END*
      1.000    18.3000  0.000e+00
      2.000    18.2000 -9.990e-29
      3.000    18.1000  0.000e+00
";

type Found = Vec<(&'static str, Place)>;

/// Scans, and what deviates.
fn read(bytes: &[u8]) -> Result<(Vec<Vec<Value>>, Found), Error> {
    let mut found = Vec::new();
    let mut sink = |deviation: seabird::Deviation<'_>| {
        assert!(!deviation.message.to_string().is_empty());
        found.push((deviation.code.name, deviation.place));
    };
    let mut reader = Reader::new(bytes, &mut sink)?;
    let columns = reader.header().columns.len();
    let mut scans = Vec::new();
    while let Some(scan) = reader.next_scan(&mut sink)? {
        scans.push((0..columns).map(|at| scan.value(at)).collect());
    }
    assert_eq!(reader.scans(), scans.len() as u64);
    Ok((scans, found))
}

/// Replaces once and compares.
#[track_caller]
fn case((old, new): (&str, &str), scans: usize, expected: &[(&str, Place)]) {
    assert!(FILE.contains(old), "{old}");
    let (found_scans, found) = read(FILE.replacen(old, new, 1).as_bytes()).unwrap();
    assert_eq!(found, expected, "{old:?} → {new:?}");
    assert_eq!(found_scans.len(), scans, "{old:?} → {new:?}");
}

#[test]
fn a_clean_file_has_nothing_to_report() {
    let mut reader = Reader::new(FILE.as_bytes(), &mut |deviation| panic!("{deviation:?}")).unwrap();
    let header = reader.header();
    assert_eq!(header.instrument, "SBE 9");
    assert_eq!(header.file_name.as_deref(), Some("cast.hex"));
    assert_eq!((header.latitude, header.longitude), (Some(-24.51), None));
    assert_eq!(header.user, ["Ship: Example"]);
    assert_eq!(header.interval, Some(("seconds".to_owned(), 0.25)));
    assert_eq!(header.columns[0].title, "Pressure, Digiquartz");
    let start = header.start_time.as_ref().unwrap();
    assert_eq!(
        (start.time.as_str(), start.clock),
        ("2016-12-10T06:16:51", Clock::Instrument)
    );
    let scan = reader.next_scan(&mut |_| {}).unwrap().unwrap();
    assert_eq!(
        (scan.value(1), scan.cell(1), scan.cell(2)),
        (Value::Number(18.3), &b"18.3000"[..], &b"0.000e+00"[..])
    );
    let crlf = FILE.replace('\n', "\r\n");
    assert_eq!(read(crlf.as_bytes()).unwrap().1, []);
    let tail_lost = FILE.trim_end();
    assert_eq!(read(tail_lost.as_bytes()).unwrap().1, []);
}

#[test]
fn the_file_as_text() {
    let latin = FILE.replace("t090C", "sigma-\u{e9}00");
    let latin: Vec<u8> = latin.chars().map(|c| c as u8).collect();
    assert_eq!(read(&latin).unwrap().1, [("not-utf8", Text(9, 18))]);
    let mut reader = Reader::new(latin.as_slice(), &mut |_| {}).unwrap();
    assert_eq!(reader.header().columns[1].name, "sigma-é00");
    assert!(reader.next_scan(&mut |_| {}).unwrap().is_some());
    let long = format!("* {}\n# nquan", "x".repeat(seabird::LONGEST_LINE));
    case(("# nquan", &long), 3, &[("line-too-long", Text(5, 1))]);
}

#[test]
fn the_header() {
    case(("# interval", "interval"), 3, &[("header-form", Text(14, 1))]);
    case(("seconds: 0.25", "often"), 3, &[("header-form", Text(14, 14))]);
    case(("= ascii", "= text"), 3, &[("header-form", Text(17, 15))]);
    case(("24 30.60 S", "24 60.00 S"), 3, &[("position", Text(3, 19))]);
    case(("24 30.60 S", "91 30.60 S"), 3, &[("position", Text(3, 19))]);
    case(("24 30.60 S", "-24.51"), 3, &[("position", Text(3, 19))]);
    case(("nquan = 3", "nquan = 2"), 3, &[("nquan", Text(5, 11))]);
    case(("# nquan = 3\n", ""), 3, &[("nquan", Text(17, 1))]);
    case((" [ITS-90, deg C]", ""), 3, &[("unit-missing", Text(9, 12))]);
    case(("t090C", "prDM"), 3, &[("name-repeated", Text(9, 12))]);
    case(
        ("name 2 =", "name 1 ="),
        3,
        &[
            ("name-number", Text(10, 12)),
            ("nquan", Text(5, 11)),
            ("bad-flag-value", Text(20, 24)),
        ],
    );
    case(("span 2", "span 7"), 3, &[("name-number", Text(13, 12))]);
    case(("Dec 10", "Dec 32"), 3, &[("start-time", Text(15, 16))]);
    case(("# start_time", "# end_time"), 3, &[("start-time", Text(18, 1))]);
    case(
        ("Instrument's time stamp", "System UpLoad Time"),
        3,
        &[("start-time-clock", Text(15, 16))],
    );
    case(
        (" [Instrument's time stamp, header]", ""),
        3,
        &[("start-time-clock", Text(15, 16))],
    );
}

#[test]
fn end_counts_at_the_start_of_a_line_only() {
    case(("*END*\n", ""), 3, &[("end-missing", Text(18, 1))]);
    case(
        ("*END*", " *END*"),
        3,
        &[("header-form", Text(18, 1)), ("end-missing", Text(19, 1))],
    );
    case(("** Ship: Example", "** *END* of the transect"), 3, &[]);
}

#[test]
fn data_against_the_header() {
    case(("nvalues = 3", "nvalues = 4"), 3, &[("nvalues", Text(6, 13))]);
    case(
        ("      3.000    18.1000  0.000e+00\n", ""),
        2,
        &[
            ("nvalues", Text(6, 13)),
            ("span", Text(11, 17)),
            ("span", Text(12, 15)),
        ],
    );
    case(("18.3000\n", "18.3002\n"), 3, &[("span", Text(12, 15))]);
    // The extremes are those of marked scans, too; the bad flag itself is none.
    case(("2.000    18.2", "3.000    18.3"), 3, &[]);
    let all_bad = FILE.replace("  0.000e+00\n", " -9.990e-29\n");
    assert_eq!(read(all_bad.as_bytes()).unwrap().1, [("all-bad", Text(10, 12))]);
}

#[test]
fn rows() {
    case(("18.2000", "18,2000"), 3, &[("bad-number", Text(20, 16))]);
    case(
        ("18.2000 -9.990e-29", "18.2000"),
        3,
        &[("ragged-row", Text(20, 23))],
    );
    case(
        ("18.2000 -9.990e-29", "18.2000 -9.990e-29 7"),
        3,
        &[("ragged-row", Text(20, 34))],
    );
    case(("18.2000", "-9.99e-29"), 3, &[("bad-flag-value", Text(20, 16))]);
    case(("      2.000", "\n      2.000"), 3, &[]);
    case(("18.2000", "nan"), 3, &[]);
}

#[test]
fn columns_that_run_together_are_parted_at_their_width() {
    let touching = (
        "      2.000    18.2000 -9.990e-29",
        "      2.000 18.1999999-9.9900e-29",
    );
    case(touching, 3, &[("columns-run-together", Text(20, 23))]);
    let (scans, _) = read(FILE.replacen(touching.0, touching.1, 1).as_bytes()).unwrap();
    assert_eq!(
        scans[1],
        [Value::Number(2.0), Value::Number(18.199_999_9), Value::BadFlag]
    );
    // What is no row of numbers when it is parted is left as it is.
    case(
        ("      2.000    18.2000", "      2.000-18.2000-"),
        3,
        &[
            ("ragged-row", Text(20, 32)),
            ("bad-number", Text(20, 7)),
            ("bad-flag-value", Text(20, 22)),
        ],
    );
}

fn binary(rows: &[[f32; 3]]) -> Vec<u8> {
    let (header, _) = FILE.split_once("      1.000 ").unwrap();
    let mut bytes = header.replace("ascii", "binary").into_bytes();
    bytes.extend(rows.as_flattened().iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

#[test]
fn binary_data() {
    let rows = [[1.0, 18.3, 0.0], [2.0, -9.99e-29, -9.99e-29], [3.0, 18.1, 0.0]];
    let bytes = binary(&rows);
    let data = bytes.len() as u64 - 36;
    let (scans, found) = read(&bytes).unwrap();
    assert_eq!(found, [("bad-flag-value", Byte(data + 16))]);
    assert_eq!(
        scans[0],
        [
            Value::Number(1.0),
            Value::Number(f64::from(18.3f32)),
            Value::Number(0.0)
        ]
    );
    assert_eq!(scans[1], [Value::Number(2.0), Value::BadFlag, Value::BadFlag]);
    let mut reader = Reader::new(bytes.as_slice(), &mut |_| {}).unwrap();
    reader.next_scan(&mut |_| {}).unwrap();
    let scan = reader.next_scan(&mut |_| {}).unwrap().unwrap();
    assert_eq!((scan.cell(0), scan.cell(2)), (&b"2e0"[..], &b"-9.99e-29"[..]));
    let (scans, found) = read(&bytes[..bytes.len() - 5]).unwrap();
    assert_eq!(scans.len(), 2);
    assert!(found.contains(&("truncated", Byte(data + 24))), "{found:?}");
    assert!(found.contains(&("nvalues", Text(6, 13))), "{found:?}");
}

#[test]
fn what_yields_nothing_is_an_error() {
    for text in ["", "hello", " * Sea-Bird", "* Sea-Bir"] {
        assert!(
            matches!(read(text.as_bytes()), Err(Error::NotSeaBird { .. })),
            "{text}"
        );
    }
    for text in ["* Sea-Bird SBE 9 Data File:\n", "* Sea-Bird\n*END*\n  1.0  2.0\n"] {
        assert!(
            matches!(read(text.as_bytes()), Err(Error::NoColumns { .. })),
            "{text}"
        );
    }
    let wide = FILE.replace("nquan = 3", "nquan = 1025");
    assert!(matches!(
        read(wide.as_bytes()),
        Err(Error::TooManyColumns { found: 1025 })
    ));
}
