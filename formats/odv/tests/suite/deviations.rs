//! One small file per deviation: the parser reports its code and place, and nothing else, and reads all rows.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use std::fmt::Write as _;

use odv_spreadsheet::{
    CODES, Column, Error, Kind, LONGEST_LINE, MOST_COLUMNS, Place, Reader, ReaderBuilder, Role, Value,
};

const FILE: &str = "\
//<Version>ODV Spreadsheet V4.6</Version>
//<MissingDataValues>-999</MissingDataValues>
//<DataVariable>label=\"Depth [m]\" value_type=\"FLOAT\" is_primary_variable=\"T\"</DataVariable>
Cruise\tStation\tType\tyyyy-mm-ddThh:mm:ss.sss\tLongitude [degrees_east]\tLatitude [degrees_north]\tBot. Depth [m]\tSite:METAVAR:TEXT:9\tDepth [m]\tQV:SEADATANET\tTemp [degC]\tQV:SEADATANET
C\tS1\tB\t2019-04-12T01:02:03\t-18.5\t24.5\t4000\tnorth\t5\t1\t18.2\t1
\t\t\t\t\t\t\t\t10\t1\t-999\t9
C\tS2\tB\t2019-04-13T01:02:03\t-17.5\t24.5\t4100\tnorth\t5\t1\t18.3\t2
";

/// Columns, rows, and what deviates with line and column.
type Contents = (Vec<Column>, Vec<Vec<Value>>, Vec<(&'static str, u64, u64)>);

fn read(bytes: &[u8]) -> Result<Contents, Error> {
    let mut found = Vec::new();
    let mut sink = |deviation: odv_spreadsheet::Deviation<'_>| {
        assert!(!deviation.message.to_string().is_empty());
        let Place::Line { line, column } = deviation.place else {
            panic!("{deviation:?}");
        };
        found.push((deviation.code.name, line, column));
    };
    let mut reader = Reader::new(bytes, &mut sink)?;
    let columns = reader.header().columns.clone();
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row(&mut sink)? {
        rows.push((0..columns.len()).map(|at| row.value(at)).collect());
    }
    Ok((columns, rows, found))
}

/// A replacement in the file, with the number of rows and the deviations that follow.
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
    // Labels.
    case(
        "\tSite:METAVAR:TEXT:9",
        "\tSite:METAVAR:WORDS",
        3,
        &[("label-form", 4, 110)],
    ),
    case("Temp [degC]", "Temp [degC]:FLOAT:4", 3, &[]),
    // A time alone does not begin a station.
    case(
        "\n\t\t\t\t\t\t\t\t10",
        "\n\t\t\t2019-04-12T02:00\t\t\t\t\t10",
        3,
        &[("metadata-changes", 6, 4)],
    ),
    case("\tType\t", "\tKind:METAVAR\t", 3, &[("column-missing", 4, 1)]),
    case("Temp [degC]", "Depth [m]", 3, &[("name-repeated", 4, 154)]),
    case("Temp [degC]", "Temp", 3, &[("unit-missing", 4, 154)]),
    case(
        "Depth [m]\" value",
        "Depth\" value",
        3,
        &[("declaration-without-column", 3, 1)],
    ),
    case(
        "Temp [degC]",
        "QV:ODV",
        3,
        &[("flag-column", 4, 154), ("flag-column", 4, 161)],
    ),
    case(
        "\tTemp [degC]\tQV:SEADATANET",
        "\tTemp [degC]\tQV:ODV:Salt",
        3,
        &[("flag-column", 4, 166)],
    ),
    case(
        "\tTemp [degC]\tQV:SEADATANET",
        "\tTemp [degC]\tQV:ODV:SAMPLE",
        3,
        &[],
    ),
    case(
        "\tTemp [degC]\tQV:SEADATANET",
        "\tTemp [degC]\tQV:MINE",
        3,
        &[("flag-scheme", 4, 166)],
    ),
    // Flags.
    case("18.2\t1", "18.2\tX", 3, &[("flag-value", 5, 59)]),
    case("18.2\t1", "18.2\t9", 3, &[("value-under-missing-flag", 5, 59)]),
    case("-999\t9", "\t1", 3, &[("missing-under-value-flag", 6, 15)]),
    // Cells.
    case("-999\t9", "1.e10\t9", 3, &[("fill-value", 6, 14)]),
    case("-999\t9", "-1e+10\t9", 3, &[("fill-value", 6, 14)]),
    case("-999\t9", "-999.0\t9", 3, &[]),
    case("-999\t9", "NaN\t9", 3, &[]),
    case("18.2\t", "18,2\t", 3, &[("decimal-comma", 5, 54)]),
    case("18.2\t", "1,8,2\t", 3, &[("bad-number", 5, 54)]),
    // Rows.
    case("\t10\t1\t-999\t9", "\t10\t1\t-999", 3, &[("ragged-row", 6, 18)]),
    case("\t18.3\t2", "\t18.3\t2\tx", 3, &[("ragged-row", 7, 61)]),
    case("\t18.3\t2", "\t18.3\t2\t\t", 3, &[]),
    case("\t18.3\t2\n", "\t18.", 2, &[("truncated", 7, 57)]),
    case("\t18.3\t2\n", "\t18.3\t2\n\u{1A}", 3, &[]),
    case("C\tS2", "// a remark\n\nC\tS2", 3, &[]),
    // Stations.
    case("2019-04-13T01", "13/04/2019T01", 3, &[("bad-time", 7, 8)]),
    case("2019-04-13T", "2022-02-29T", 3, &[("bad-time", 7, 8)]),
    case("2019-04-13T01:02:03", "2019-04", 3, &[("time-precision", 7, 8)]),
    case("-17.5\t24.5", "-17.5\t124.5", 3, &[("position", 7, 34)]),
    case("C\tS2", "\tS2", 3, &[("station-metadata", 7, 1)]),
    case(
        "\t\t\t\t\t\t\t\t10",
        "\t\t\t\t\t\t4001\t\t10",
        3,
        &[("metadata-changes", 6, 7)],
    ),
    case("\t\t\t\t\t\t\t\t10", "\t\t\t\t\t\t4000.0\t\t10", 3, &[]),
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
        let (_, read_rows, read) = read(FILE.replacen(old, new, 1).as_bytes()).unwrap();
        if read != *found || read_rows.len() != *rows {
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
        let mut sink =
            |deviation: odv_spreadsheet::Deviation<'_>| writeln!(shown, "  {deviation:#}").unwrap();
        let text = FILE.replacen(old, new, 1);
        let mut reader = Reader::new(text.as_bytes(), &mut sink).unwrap();
        while reader.next_row(&mut sink).unwrap().is_some() {}
    }
    assert_eq!(shown, include_str!("deviations.txt"));
}

#[test]
fn every_code_has_a_case() {
    let of_other_tests = ["labels-repeated", "station-resumed", "line-too-long", "not-utf8"];
    for code in CODES {
        let mut found = CASES.iter().flat_map(|case| case.found);
        let is_tried = found.any(|(name, ..)| *name == code.name);
        assert!(is_tried || of_other_tests.contains(&code.name), "{}", code.name);
    }
}

#[test]
fn a_clean_file_has_no_deviation() {
    for end in ["\n", "\r\n", "\r"] {
        let (columns, rows, found) = read(FILE.replace('\n', end).as_bytes()).unwrap();
        assert_eq!(found, []);
        let roles: Vec<Role> = columns.iter().map(|column| column.role).collect();
        use Role::{
            BottomDepth, Cruise, Data, Flag, Latitude, Longitude, Meta, Primary, Station, Time, Type,
        };
        assert_eq!(
            roles,
            [
                Cruise,
                Station,
                Type,
                Time,
                Longitude,
                Latitude,
                BottomDepth,
                Meta,
                Primary,
                Flag,
                Data,
                Flag
            ]
        );
        assert_eq!(columns[10].flag, Some(11));
        assert_eq!((rows[0][10], rows[1][10]), (Value::Number(18.2), Value::Missing));
        // The bottom depth of the station applies to its second row.
        assert_eq!(rows[1][6], Value::Number(4000.0));
    }
}

#[test]
fn lines_other_than_rows() {
    let labels = FILE.lines().nth(3).unwrap();
    let first = FILE.lines().nth(4).unwrap();
    let (_, rows, found) = read(format!("{FILE}{labels}\n// a remark\n\n{first}\n").as_bytes()).unwrap();
    assert_eq!(rows.len(), 4);
    assert_eq!(found, [("labels-repeated", 8, 1), ("station-resumed", 11, 1)]);
    let long = format!("{FILE}{}\n", "x".repeat(LONGEST_LINE + 1));
    let (_, rows, found) = read(long.as_bytes()).unwrap();
    assert_eq!((rows.len(), found), (3, vec![("line-too-long", 8, 1)]));
    let mut bytes = FILE.as_bytes().to_vec();
    let at = FILE.find("\tnorth").unwrap() + 1;
    bytes[at] = 0xF8;
    let (_, rows, found) = read(&bytes).unwrap();
    assert_eq!((rows.len(), found), (3, vec![("not-utf8", 5, 44)]));
}

/// Time of the first station of a file with these labels and cells of time, between `Type` and `Longitude`.
fn station_time(labels: &str, cells: &str) -> Option<String> {
    let file =
        format!("Cruise;Station;Type;{labels};Lon (E);Lat (N);Depth [m];QF\nC;S;B;{cells};-18,5;24,5;5;0\n");
    let mut reader = Reader::new(file.as_bytes(), &mut |_| {}).unwrap();
    let row = reader.next_row(&mut |_| {}).unwrap().unwrap();
    assert_eq!(row.station().position, Some((-18.5, 24.5)));
    row.station().time.map(|time| time.to_string())
}

#[test]
fn times_in_several_columns() {
    for (labels, cells, expected) in [
        ("mon/day/yr;hh:mm", "04/12/2019;01:02", "2019-04-12T01:02:00"),
        ("mon/day/yr;hh:mm", "04/12/2019;9:05", "2019-04-12T09:05:00"),
        ("mon/day/yr;hh:mm", "04/12/2019;", "2019-04-12"),
        ("mon/day/yr;hh:mm", "04/12/2019;noon", "2019-04-12"),
        (
            "yyyy-mm-dd;hh:mm:ss",
            "2019-04-12;24:00:00",
            "2019-04-13T00:00:00",
        ),
        ("dd.mm.yyyy;hh:mm", "12.04.2019;01:02", "2019-04-12T01:02:00"),
        ("Year;Month;Day;Hour", "2019;4;12;1", "2019-04-12T01:00:00"),
        ("Year;Month;Day;hh:mm", "2019;4;12;01:02", "2019-04-12T01:02:00"),
        (
            "Year:METAVAR:SHORT;Month:METAVAR:BYTE;Day:METAVAR:BYTE",
            "2019;4;12",
            "2019-04-12",
        ),
    ] {
        assert_eq!(
            station_time(labels, cells).as_deref(),
            Some(expected),
            "{labels}: {cells}"
        );
    }
    assert_eq!(station_time("Year;Month;Day", "2022;2;29"), None);
}

#[test]
fn a_sample_flag_holds_for_variables_without_flags_of_their_own() {
    let file = "Cruise\tStation\tDepth [m]\tTemp [degC]\tQV:ODV\tQV:ODV:SAMPLE\nC\tS\t5\t18.2\t0\t8\n";
    let mut reader = Reader::new(file.as_bytes(), &mut |_| {}).unwrap();
    assert_eq!(reader.header().sample_flag, Some(5));
    let row = reader.next_row(&mut |_| {}).unwrap().unwrap();
    let flags = [row.flag(0), row.flag(2), row.flag(3), row.sample_flag()];
    assert_eq!(flags, [None, Some(&b"8"[..]), Some(b"0"), Some(b"8")]);
}

#[test]
fn a_flag_of_the_station_is_metadata() {
    for label in ["STATION", "Station"] {
        let file = format!("Cruise\tStation\tDepth [m]\tTemp [degC]\tQV:ODV:{label}\nC\tS\t5\t18.2\t0\n");
        let (columns, _, found) = read(file.as_bytes()).unwrap();
        assert!(columns[4].is_metadata, "{label}");
        assert!(
            found.iter().all(|(code, ..)| *code == "column-missing"),
            "{found:?}"
        );
    }
}

#[test]
fn undeclared_columns_without_numbers_are_texts() {
    let file = "\
Cruise\tStation\tInfo\tCodes\tQV:SEADATANET\tReference\tpH\tDepth [m]\tNote\nC\tS\tL22\tP01\t1\tsea level\tn/a\t5\tx\n\t\t\t\t\t\t8.1\t10\t\n";
    let (columns, rows, found) = read(file.as_bytes()).unwrap();
    let of = |at: usize| (columns[at].role, columns[at].kind);
    for at in [2, 3, 5] {
        assert_eq!(of(at), (Role::Meta, Kind::Text), "{at}");
    }
    assert_eq!(
        (of(6), of(8)),
        ((Role::Primary, Kind::Number), (Role::Data, Kind::Text))
    );
    assert!(columns[4].is_metadata);
    assert_eq!(rows.len(), 2);
    let codes: Vec<_> = found
        .iter()
        .map(|(code, ..)| *code)
        .filter(|code| *code != "column-missing")
        .collect();
    assert_eq!(codes, ["unit-missing", "bad-number"]);
}

#[test]
fn undeclared_columns_of_a_station_are_metadata() {
    let file = "\
Cruise\tStation\tSize\tWater depth [m]\tDepth [m]\tQV:ODV\tNote
C\tS\t20200101\t99\t5\t0\t1
\t\t\t\t10\t0\t2
";
    let (columns, ..) = read(file.as_bytes()).unwrap();
    let of = |at: usize| (columns[at].role, columns[at].kind);
    assert_eq!(
        (of(2), of(3)),
        ((Role::Meta, Kind::Text), (Role::Meta, Kind::Number))
    );
    assert_eq!(
        (of(4), of(6)),
        ((Role::Primary, Kind::Number), (Role::Data, Kind::Number))
    );
    // Without a second row of a station, nothing shows it.
    let (columns, ..) = read(file.replace("\n\t\t", "\nC\tS").as_bytes()).unwrap();
    assert_eq!(columns[2].role, Role::Primary);
}

#[test]
fn times_of_samples() {
    let file = "\
Cruise\tStation\tyyyy-mm-dd\ttime_ISO8601 [YYYY-MM-DDThh:mm]\tChronological Julian Date [days]\tTemp [degC]
C\tS\t2022-03-01\t2022-03-01T11:15\t2459640.5\t8
\t\t\t2022-03-02T11:15\t1e300\t8
";
    let mut reader = Reader::new(file.as_bytes(), &mut |_| {}).unwrap();
    let roles: Vec<_> = reader.header().columns.iter().map(|column| column.role).collect();
    assert_eq!(roles[2..], [Role::Time, Role::Primary, Role::Data, Role::Data]);
    let mut times = Vec::new();
    while let Some(row) = reader.next_row(&mut |_| {}).unwrap() {
        times.push([3, 4].map(|at| row.time(at).map(|time| time.to_string())));
    }
    let known = |text: &str| Some(text.to_owned());
    assert_eq!(
        times[0],
        [known("2022-03-01T11:15:00"), known("2022-03-01T12:00:00")]
    );
    assert_eq!(times[1], [known("2022-03-02T11:15:00"), None]);
}

#[test]
fn a_file_without_labels_is_an_error() {
    for (text, message) in [
        ("", "there is no line of column labels"),
        ("// nothing\n", "there is no line of column labels"),
        (
            "// x\na,b\n",
            "line 2 has neither the label `Cruise` nor `Station`, as ODV spreadsheets have",
        ),
    ] {
        assert_eq!(read(text.as_bytes()).unwrap_err().to_string(), message);
    }
    let wide = format!("Cruise{}", "\tx".repeat(MOST_COLUMNS));
    let error = read(wide.as_bytes()).unwrap_err();
    assert!(
        matches!(error, Error::TooManyColumns { line: 1, found, .. } if found == MOST_COLUMNS + 1),
        "{error}"
    );
}

#[test]
fn limits_are_exact() {
    let labels = FILE.lines().map(str::len).max().unwrap();
    for (columns, bytes, expected) in [(12, labels, Some(3)), (11, labels, None), (12, labels - 1, None)] {
        let reader = ReaderBuilder::new()
            .longest_line(bytes)
            .most_columns(columns)
            .from_reader(FILE.as_bytes(), &mut |_| {});
        let rows = reader.ok().map(|mut reader| {
            let mut rows = 0;
            while reader.next_row(&mut |_| {}).unwrap().is_some() {
                rows += 1;
            }
            rows
        });
        assert_eq!(rows, expected, "{columns} columns, {bytes} bytes");
    }
}
