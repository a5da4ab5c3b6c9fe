//! One small file per deviation: the parser reports its code and place, and nothing else, and reads all scans.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use std::fmt::Write as _;

use seabird::{CODES, Clock, Error, LONGEST_LINE, Place, Reader, ReaderBuilder, Value};

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

/// The scans and the deviations of a file.
fn read(bytes: &[u8]) -> Result<(Vec<Vec<Value>>, Found), Error> {
    let mut found = Vec::new();
    let mut sink = |deviation: seabird::Deviation<'_>| {
        assert!(!deviation.message.to_string().is_empty());
        found.push((deviation.code.name, deviation.place));
    };
    let mut reader = Reader::new(bytes, &mut sink)?;
    let columns = reader.header().columns.len();
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row(&mut sink)? {
        rows.push((0..columns).map(|at| row.value(at)).collect());
    }
    assert_eq!(reader.rows(), rows.len() as u64);
    Ok((rows, found))
}

/// A replacement in the file, with the scans and the deviations that follow.
struct Case {
    old: &'static str,
    new: &'static str,
    rows: usize,
    found: &'static [(&'static str, u64, u64)],
}

const fn case(
    old: &'static str,
    new: &'static str,
    rows: usize,
    found: &'static [(&'static str, u64, u64)],
) -> Case {
    Case {
        old,
        new,
        rows,
        found,
    }
}

const CASES: &[Case] = &[
    // The header.
    case("* Sea-Bird SBE 9", "* Viking Buoy", 3, &[("first-line", 1, 1)]),
    case("# interval", "interval", 3, &[("header-form", 14, 1)]),
    case("seconds: 0.25", "often", 3, &[("header-form", 14, 14)]),
    case("= ascii", "= text", 3, &[("header-form", 17, 15)]),
    case("nquan = 3", "nquan = 2", 3, &[("nquan", 5, 11)]),
    case("# nquan = 3\n", "", 3, &[("nquan-missing", 17, 1)]),
    case(" [ITS-90, deg C]", "", 3, &[("unit-missing", 9, 12)]),
    case("t090C", "prDM", 3, &[("name-repeated", 9, 12)]),
    case(
        "name 2 =",
        "name 1 =",
        3,
        &[
            ("name-number", 10, 12),
            ("nquan", 5, 11),
            ("bad-flag-value", 20, 24),
        ],
    ),
    case("span 2", "span 7", 3, &[("name-number", 13, 12)]),
    // Positions.
    case("24 30.60 S", "24 60.00 S", 3, &[("position", 3, 19)]),
    case("24 30.60 S", "91 30.60 S", 3, &[("position", 3, 19)]),
    case("24 30.60 S", "24 30.60", 3, &[("position", 3, 19)]),
    case("24 30.60 S", "24 30.60S", 3, &[]),
    case(
        "** Ship: Example",
        "** Latitude: 43 51.57\n** Longitude: 58 54.60",
        3,
        &[],
    ),
    // The start time.
    case("Dec 10", "Feb 29", 3, &[]),
    case("Dec 10 2016", "Feb 29 2022", 3, &[("start-time", 15, 16)]),
    case("# start_time", "# end_time", 3, &[("start-time", 18, 1)]),
    case("Dec 10 2016", "Dec 10 116", 3, &[("start-time", 15, 16)]),
    case(
        "** Ship: Example",
        "* System UpLoad Time = Dec 12 2016 10:00:00",
        3,
        &[],
    ),
    case(
        "** Ship: Example",
        "* System UpLoad Time = Dec 12 2036 10:00:00",
        3,
        &[("start-time", 15, 16)],
    ),
    case(
        "Instrument's time stamp",
        "System UpLoad Time",
        3,
        &[("start-time-upload", 15, 16)],
    ),
    case(
        " [Instrument's time stamp, header]",
        "",
        3,
        &[("start-time-clock", 15, 16)],
    ),
    // The end of the header.
    case("*END*\n", "", 3, &[("end-missing", 18, 1)]),
    case(
        "*END*",
        " *END*",
        3,
        &[("header-form", 18, 1), ("end-missing", 19, 1)],
    ),
    case("** Ship: Example", "** *END* of the transect", 3, &[]),
    // The data and the header.
    case("nvalues = 3", "nvalues = 4", 3, &[("nvalues", 6, 13)]),
    case(
        "      3.000    18.1000  0.000e+00\n",
        "",
        2,
        &[("nvalues", 6, 13), ("span", 11, 17), ("span", 12, 15)],
    ),
    case("18.3000\n", "18.4000\n", 3, &[("span", 12, 15)]),
    // A span may cover all scans or those that are not marked bad.
    case("2.000    18.2", "3.000    18.3", 3, &[]),
    case("2.000    18.2", "2.000    28.2", 3, &[]),
    // Rows.
    case("18.2000", "18,2000", 3, &[("bad-number", 20, 16)]),
    case("18.2000 -9.990e-29", "18.2000", 3, &[("ragged-row", 20, 23)]),
    case(
        "18.2000 -9.990e-29",
        "18.2000 -9.990e-29 7",
        3,
        &[("ragged-row", 20, 34)],
    ),
    case("18.2000", "-9.99e-29", 3, &[("bad-flag-value", 20, 16)]),
    case("      2.000", "\n      2.000", 3, &[]),
    case(
        "      1.000 ",
        "   Press    Temp   flag\n      1.000 ",
        3,
        &[("text-row", 19, 1)],
    ),
    case("18.1000  0.000e+00\n", "18.1000  0.000e+00\n\u{1A}", 3, &[]),
    case("18.2000", "nan", 3, &[]),
    // The end of the file.
    case(
        "3.000    18.1000  0.000e+00\n",
        "3.000    18.1",
        2,
        &[
            ("truncated", 21, 20),
            ("nvalues", 6, 13),
            ("span", 11, 17),
            ("span", 12, 15),
        ],
    ),
    case(
        "3.000    18.1000  0.000e+00\n",
        "3.000    18.1000  0.000e+0",
        2,
        &[
            ("truncated", 21, 33),
            ("nvalues", 6, 13),
            ("span", 11, 17),
            ("span", 12, 15),
        ],
    ),
    // If lines differ in length, nothing shows that the last one is cut.
    case(
        "2.000    18.2000 -9.990e-29\n      3.000    18.1000  0.000e+00\n",
        "2 18.2 0\n3 18.1 0",
        3,
        &[],
    ),
    // It cannot be known whether the last row is complete, so nothing is reported.
    case(
        "-9.990e-29\n      3.000    18.1000  0.000e+00\n",
        "-9.990e-29",
        2,
        &[("nvalues", 6, 13), ("span", 11, 17), ("span", 12, 15)],
    ),
];

#[test]
fn each_deviation_has_its_place() {
    let mut wrong = Vec::new();
    for Case {
        old,
        new,
        rows,
        found,
    } in CASES
    {
        assert!(FILE.contains(old), "{old}");
        let (read_rows, read) = read(FILE.replacen(old, new, 1).as_bytes()).unwrap();
        let expected: Found = found
            .iter()
            .map(|(code, line, column)| (*code, Place::line(*line, *column)))
            .collect();
        if read != expected || read_rows.len() != *rows {
            wrong.push(format!("{old:?} → {new:?}: {read:?}, {} rows", read_rows.len()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a report shows of each deviation, in the order of the cases; `deviations.txt` beside this file has the same.
#[test]
fn each_deviation_says_what_was_found() {
    let mut shown = String::new();
    for Case { old, new, .. } in CASES {
        writeln!(shown, "{old:?} → {new:?}").unwrap();
        let mut sink = |deviation: seabird::Deviation<'_>| writeln!(shown, "  {deviation:#}").unwrap();
        let text = FILE.replacen(old, new, 1);
        let mut reader = Reader::new(text.as_bytes(), &mut sink).unwrap();
        while reader.next_row(&mut sink).unwrap().is_some() {}
    }
    assert_eq!(shown, include_str!("deviations.txt"));
}

#[test]
fn every_code_has_a_case() {
    let of_other_tests = [
        "not-utf8",
        "line-too-long",
        "columns-run-together",
        "all-bad",
        "hemisphere-missing",
    ];
    for code in CODES {
        let mut found = CASES.iter().flat_map(|case| case.found);
        let is_tried = found.any(|(name, ..)| *name == code.name);
        assert!(is_tried || of_other_tests.contains(&code.name), "{}", code.name);
    }
}

#[test]
fn a_clean_file_has_no_deviation() {
    let mut reader = Reader::new(FILE.as_bytes(), &mut |deviation| panic!("{deviation:?}")).unwrap();
    let header = reader.header();
    assert_eq!(header.instrument, "SBE 9");
    assert_eq!(header.file_name.as_deref(), Some("cast.hex"));
    assert_eq!((header.latitude, header.longitude), (Some(-24.51), None));
    assert_eq!(header.user[0].text, "Ship: Example");
    assert_eq!(header.interval.as_ref().unwrap().seconds(), Some(0.25));
    assert_eq!(header.columns[0].title, "Pressure, Digiquartz");
    let start = header.start().unwrap();
    assert_eq!(
        (start.time.to_string().as_str(), start.clock),
        ("2016-12-10T06:16:51", Clock::Instrument)
    );
    let row = reader.next_row(&mut |_| {}).unwrap().unwrap();
    assert_eq!(
        (row.value(1), row.cell(1), row.cell(2), row.is_bad()),
        (Value::Number(18.3), &b"18.3000"[..], &b"0.000e+00"[..], false)
    );
    assert!(reader.next_row(&mut |_| {}).unwrap().unwrap().is_bad());
    for end in ["\r\n", "\r"] {
        assert_eq!(read(FILE.replace('\n', end).as_bytes()).unwrap().1, []);
    }
    assert_eq!(read(FILE.trim_end().as_bytes()).unwrap().1, []);
    assert_eq!(read(format!("\u{FEFF}{FILE}").as_bytes()).unwrap().1, []);
}

#[test]
fn lines_of_a_file() {
    let latin = FILE.replace("t090C", "sigma-\u{e9}00");
    let latin: Vec<u8> = latin.chars().map(|c| c as u8).collect();
    assert_eq!(read(&latin).unwrap().1, [("not-utf8", Place::line(9, 18))]);
    let mut reader = Reader::new(latin.as_slice(), &mut |_| {}).unwrap();
    assert_eq!(reader.header().columns[1].name, "sigma-é00");
    assert!(reader.next_row(&mut |_| {}).unwrap().is_some());
    let long = format!("* {}\n# nquan", "x".repeat(LONGEST_LINE));
    let long = FILE.replacen("# nquan", &long, 1);
    assert_eq!(
        read(long.as_bytes()).unwrap().1,
        [("line-too-long", Place::line(5, 1))]
    );
}

#[test]
fn every_scan_may_be_marked_bad() {
    let all_bad = FILE.replace("  0.000e+00\n", " -9.990e-29\n");
    assert_eq!(
        read(all_bad.as_bytes()).unwrap().1,
        [("all-bad", Place::line(10, 12))]
    );
}

/// Time and clock of the start of the header with these lines.
fn start(lines: &str) -> Option<(String, Clock)> {
    let file = FILE.replacen(
        "# start_time = Dec 10 2016 06:16:51 [Instrument's time stamp, header]",
        lines,
        1,
    );
    let reader = Reader::new(file.as_bytes(), &mut |_| {}).unwrap();
    reader
        .header()
        .start()
        .map(|start| (start.time.to_string(), start.clock))
}

#[test]
fn the_clock_of_a_start_time_is_found_in_other_lines() {
    const START: &str = "# start_time = Dec 10 2016 06:16:51";
    for (lines, time, clock) in [
        (
            "* NMEA UTC (Time) = Dec 10 2016  06:16:40",
            "2016-12-10T06:16:51",
            Clock::Nmea,
        ),
        (
            "* NMEA UTC (Time) = Dec 10 2016  13:16:40",
            "2016-12-10T13:16:40",
            Clock::Nmea,
        ),
        (
            "* System UTC = Dec 10 2016 06:16:51",
            "2016-12-10T06:16:51",
            Clock::Acquisition,
        ),
        (
            "* System UTC = Dec 10 2016 05:16:51",
            "2016-12-10T05:16:51",
            Clock::Acquisition,
        ),
        (
            "* System UpLoad Time = Dec 12 2016 05:16:51",
            "2016-12-10T06:16:51",
            Clock::Unknown,
        ),
        (
            "* Software Version Seasave V 7.18\n* System UpLoad Time = Dec 10 2016 06:16:51",
            "2016-12-10T06:16:51",
            Clock::Computer,
        ),
    ] {
        assert_eq!(
            start(&format!("{lines}\n{START}")),
            Some((time.to_owned(), clock)),
            "{lines}"
        );
    }
    assert_eq!(
        start(&format!("* System UpLoad Time = Dec 10 2016 06:16:51\n{START}")),
        None
    );
    assert_eq!(start(&format!("{START} [DatCnv date, localtime]")), None);
    assert_eq!(start("* NMEA UTC (Time) = none"), None);
    let by_operator = start("** Date: 2018-02-07 20:03:21 UTC");
    assert_eq!(
        by_operator,
        Some(("2018-02-07T20:03:21".to_owned(), Clock::Operator))
    );
}

#[test]
fn columns_that_run_together_are_split_at_their_width() {
    let touching = (
        "      2.000    18.2000 -9.990e-29",
        "      2.000 18.1999999-9.9900e-29",
    );
    let (rows, found) = read(FILE.replacen(touching.0, touching.1, 1).as_bytes()).unwrap();
    assert_eq!(found, [("columns-run-together", Place::line(20, 23))]);
    assert_eq!(
        rows[1],
        [Value::Number(2.0), Value::Number(18.199_999_9), Value::BadFlag]
    );
    // A line that does not become numbers when it is split stays as it is.
    let other = FILE.replacen("      2.000    18.2000", "      2.000-18.2000-", 1);
    let codes: Vec<_> = read(other.as_bytes())
        .unwrap()
        .1
        .iter()
        .map(|(code, _)| *code)
        .collect();
    assert_eq!(codes, ["ragged-row", "bad-number", "bad-flag-value"]);
}

fn binary(rows: &[[f32; 3]]) -> Vec<u8> {
    let (header, _) = FILE.split_once("      1.000 ").unwrap();
    let mut bytes = header.replace("ascii", "binary").into_bytes();
    bytes.extend(rows.as_flattened().iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

#[test]
fn a_position_without_letters_has_no_hemisphere() {
    let lines = "** Latitude: 43 51.57\n** Longitude: 58 54.60\n";
    let file = FILE.replacen("* NMEA Latitude = 24 30.60 S\n", lines, 1);
    assert_eq!(
        read(file.as_bytes()).unwrap().1,
        [("hemisphere-missing", Place::line(3, 3))]
    );
}

#[test]
fn names_with_a_gap_are_read_in_their_order() {
    let file = FILE
        .replacen("name 2", "name 3", 1)
        .replacen("span 2", "span 3", 1);
    let (rows, found) = read(file.as_bytes()).unwrap();
    assert_eq!(found, [("name-number", Place::line(10, 12))]);
    assert_eq!(rows[1][2], Value::BadFlag);
}

#[test]
fn binary_data() {
    let rows = [[1.0, 18.3, 0.0], [2.0, -9.99e-29, -9.99e-29], [3.0, 18.1, 0.0]];
    let bytes = binary(&rows);
    let data = bytes.len() as u64 - 36;
    let (rows, found) = read(&bytes).unwrap();
    assert_eq!(found, [("bad-flag-value", Place::Byte(data + 16))]);
    assert_eq!(
        rows[0],
        [
            Value::Number(1.0),
            Value::Number(f64::from(18.3f32)),
            Value::Number(0.0)
        ]
    );
    assert_eq!(rows[1], [Value::Number(2.0), Value::BadFlag, Value::BadFlag]);
    let mut reader = Reader::new(bytes.as_slice(), &mut |_| {}).unwrap();
    reader.next_row(&mut |_| {}).unwrap();
    let row = reader.next_row(&mut |_| {}).unwrap().unwrap();
    assert_eq!((row.cell(0), row.cell(2)), (&b"2e0"[..], &b"-9.99e-29"[..]));
    assert_eq!(
        [row.place(0), row.place(2)],
        [12, 20].map(|at| Place::Byte(data + at))
    );
    let (rows, found) = read(&bytes[..bytes.len() - 5]).unwrap();
    assert_eq!(rows.len(), 2);
    let codes: Vec<_> = found.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["bad-flag-value", "truncated", "nvalues", "span", "span"]);
    assert_eq!(found[1].1, Place::Byte(data + 24));
}

#[test]
fn a_consequence_names_its_cause() {
    let cut = FILE.trim_end().trim_end_matches("  0.000e+00");
    let mut causes = Vec::new();
    let mut sink = |deviation: seabird::Deviation<'_>| {
        causes.push((deviation.code.name, deviation.cause.map(|cause| cause.name)));
    };
    let mut reader = Reader::new(cut.as_bytes(), &mut sink).unwrap();
    while reader.next_row(&mut sink).unwrap().is_some() {}
    assert!(reader.is_truncated());
    assert_eq!(
        causes,
        [
            ("truncated", None),
            ("nvalues", Some("truncated")),
            ("span", Some("truncated")),
            ("span", Some("truncated"))
        ]
    );
}

#[test]
fn fathom_names_the_columns_in_xml() {
    let file = "\
* Sea-Bird SBE19plus Data File:
# <FathomProcessing Version=2.1.7>
#   <BadFlag>-9.99e-29</BadFlag>
#   <Columns>
#     <Column>
#       <ID>prDM</ID>
#       <Units>db</Units>
#     </Column>
#     <Column>
#       <ID>sal00</ID>
#       <Units>PSU</Units>
#     </Column>
#   </Columns>
# </FathomProcessing>
*END*
   1.0   33.1
   2.0   -9.99e-29
";
    let (rows, found) = read(file.as_bytes()).unwrap();
    assert_eq!(
        rows,
        [
            [Value::Number(1.0), Value::Number(33.1)],
            [Value::Number(2.0), Value::BadFlag]
        ]
    );
    let codes: Vec<_> = found.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["start-time", "bad-flag-value"]);
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    for text in ["", "hello", " * Sea-Bird", "# nquan = 1"] {
        assert!(
            matches!(read(text.as_bytes()), Err(Error::NotSeaBird { .. })),
            "{text}"
        );
    }
    for (text, expected) in [
        ("* Sea-Bird SBE 9 Data File:\n", false),
        ("* Sea-Bird\n*END*\n  1.0  2.0\n", true),
    ] {
        let error = read(text.as_bytes()).unwrap_err();
        assert!(
            matches!(error, Error::NoColumns { is_ended, .. } if is_ended == expected),
            "{text}"
        );
    }
    let wide = FILE.replace("nquan = 3", "nquan = 1025");
    let error = read(wide.as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the header has 1025 columns, the limit is 1024"
    );
    let builder = ReaderBuilder::new()
        .most_columns(2)
        .longest_line(100)
        .most_user_lines(0);
    assert!(builder.from_reader(FILE.as_bytes(), &mut |_| {}).is_err());
    let reader = builder
        .most_columns(3)
        .from_reader(FILE.as_bytes(), &mut |_| {})
        .unwrap();
    assert_eq!(reader.header().user, []);
}
