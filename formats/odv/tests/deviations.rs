//! One small file per deviation: its code and place, and nothing else; the rows are read all the same.

use odv_spreadsheet::{CODES, Column, Error, LONGEST_LINE, MOST_COLUMNS, Reader, Role, Value};

const FILE: &str = "\
//<Version>ODV Spreadsheet V4.6</Version>
//<MissingDataValues>-999</MissingDataValues>
//<DataVariable>label=\"Depth [m]\" value_type=\"FLOAT\" is_primary_variable=\"T\"</DataVariable>
Cruise\tStation\tType\tyyyy-mm-ddThh:mm:ss.sss\tLongitude [degrees_east]\tLatitude [degrees_north]\tBot. Depth [m]\tSite:METAVAR:TEXT:9\tDepth [m]\tQV:SEADATANET\tTemp [degC]\tQV:SEADATANET
C\tS1\tB\t2019-04-12T01:02:03\t-18.5\t24.5\t4000\tnorth\t5\t1\t18.2\t1
\t\t\t\t\t\t\t\t10\t1\t-999\t9
C\tS2\tB\t2019-04-13T01:02:03\t-17.5\t24.5\t4100\tnorth\t5\t1\t18.3\t2
";

/// Columns, rows, and what deviates.
type Contents = (Vec<Column>, Vec<Vec<Value>>, Vec<(&'static str, u64, u64)>);

fn read(bytes: &[u8]) -> Result<Contents, Error> {
    let mut found = Vec::new();
    let mut sink = |deviation: odv_spreadsheet::Deviation<'_>| {
        assert!(!deviation.message.to_string().is_empty());
        found.push((deviation.code.name, deviation.line, deviation.column));
    };
    let mut reader = Reader::new(bytes, &mut sink)?;
    let columns = reader.header().columns.clone();
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row(&mut sink)? {
        rows.push((0..columns.len()).map(|at| row.value(at)).collect());
    }
    Ok((columns, rows, found))
}

/// Old text, new text, rows, code with line and column.
type Case = (
    &'static str,
    &'static str,
    usize,
    &'static [(&'static str, u64, u64)],
);

const CASES: &[Case] = &[
    (
        "\tSite:METAVAR:TEXT:9",
        "\tSite:METAVAR:WORDS",
        3,
        &[("label-form", 4, 110)],
    ),
    ("\tType\t", "\tKind:METAVAR\t", 3, &[("column-missing", 4, 1)]),
    ("Temp [degC]", "Depth [m]", 3, &[("name-repeated", 4, 154)]),
    ("Temp [degC]", "Temp", 3, &[("unit-missing", 4, 154)]),
    (
        "Depth [m]\" value",
        "Depth\" value",
        3,
        &[("declaration-without-column", 3, 1)],
    ),
    (
        "Temp [degC]",
        "QV:ODV",
        3,
        &[("flag-column", 4, 154), ("flag-column", 4, 161)],
    ),
    (
        "\tTemp [degC]\tQV:SEADATANET",
        "\tTemp [degC]\tQV:ODV:Salt",
        3,
        &[("flag-column", 4, 166)],
    ),
    (
        "\tTemp [degC]\tQV:SEADATANET",
        "\tTemp [degC]\tQV:MINE",
        3,
        &[("flag-scheme", 4, 166)],
    ),
    ("18.2\t1", "18.2\tX", 3, &[("flag-value", 5, 59)]),
    ("18.2\t1", "18.2\t9", 3, &[("value-under-missing-flag", 5, 59)]),
    ("-999\t9", "\t1", 3, &[("missing-under-value-flag", 6, 15)]),
    ("-999\t9", "1.e10\t9", 3, &[("fill-value", 6, 14)]),
    ("18.2\t", "18,2\t", 3, &[("decimal-comma", 5, 54)]),
    ("18.2\t", "1,8,2\t", 3, &[("bad-number", 5, 54)]),
    ("\t18.3\t2", "\t18.3", 3, &[("ragged-row", 7, 58)]),
    ("\t18.3\t2", "\t18.3\t2\tx", 3, &[("ragged-row", 7, 61)]),
    ("2019-04-13T01", "13/04/2019T01", 3, &[("bad-time", 7, 8)]),
    ("2019-04-13T01:02:03", "2019-04", 3, &[("time-precision", 7, 8)]),
    ("-17.5\t24.5", "-17.5\t124.5", 3, &[("position", 7, 34)]),
    ("C\tS2", "\tS2", 3, &[("station-metadata", 7, 1)]),
    (
        "\t\t\t\t\t\t\t\t10",
        "\t\t\t\t\t\t4001\t\t10",
        3,
        &[("metadata-changes", 6, 7)],
    ),
];

#[test]
fn each_with_its_place() {
    let mut wrong = Vec::new();
    for (old, new, rows, expected) in CASES {
        assert!(FILE.contains(old), "{old}");
        let (_, found_rows, found) = read(FILE.replacen(old, new, 1).as_bytes()).unwrap();
        if found != *expected || found_rows.len() != *rows {
            wrong.push(format!("{old:?} → {new:?}: {found:?}, {} rows", found_rows.len()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_clean_file() {
    let (columns, rows, found) = read(FILE.as_bytes()).unwrap();
    assert_eq!(found, []);
    let roles: Vec<Role> = columns.iter().map(|column| column.role).collect();
    use Role::{BottomDepth, Cruise, Data, Flag, Latitude, Longitude, Meta, Primary, Station, Time, Type};
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
    // The bottom depth of the station holds for its second line.
    assert_eq!(rows[1][6], Value::Number(4000.0));
}

#[test]
fn what_concerns_lines() {
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

#[test]
fn every_code_is_tried() {
    let tried: Vec<&str> = CASES
        .iter()
        .flat_map(|(.., found)| found.iter().map(|(code, ..)| *code))
        .collect();
    let of_lines = ["labels-repeated", "station-resumed", "line-too-long", "not-utf8"];
    for code in CODES {
        assert!(
            tried.contains(&code.name) || of_lines.contains(&code.name),
            "{}",
            code.name
        );
    }
}

#[test]
fn dates_with_a_time_of_day_beside_them() {
    let file = "Cruise;Station;Type;mon/day/yr;hh:mm;Lon (E);Lat (N);Depth [m];QF\nC;S;B;04/12/2019;01:02;-18,5;24,5;5;0\n";
    let mut reader = Reader::new(file.as_bytes(), &mut |_| {}).unwrap();
    let row = reader.next_row(&mut |_| {}).unwrap().unwrap();
    assert_eq!(row.station().time.as_deref(), Some("2019-04-12T01:02:00"));
    assert_eq!(row.station().position, Some((-18.5, 24.5)));
    assert_eq!(row.flag(7), Some(&b"0"[..]));
}

#[test]
fn what_cannot_be_read() {
    for (text, message) in [
        ("", "there is no line of column labels"),
        ("// nothing\n", "there is no line of column labels"),
        (
            "// x\na,b\n",
            "line 2 names neither `Cruise` nor `Station`, as the labels of ODV do",
        ),
    ] {
        assert_eq!(read(text.as_bytes()).unwrap_err().to_string(), message);
    }
    let wide = format!("Cruise{}", "\tx".repeat(MOST_COLUMNS));
    let error = read(wide.as_bytes()).unwrap_err();
    assert!(
        matches!(error, Error::TooManyColumns { line: 1, found } if found == MOST_COLUMNS + 1),
        "{error}"
    );
}
