//! One small file per deviation: the parser reports its code and place, and nothing else, and reads all rows.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use whp_exchange::{Deviation, Error, Place, Reader, ReaderBuilder, Value};

const BOTTLE: &str = "\
BOTTLE,20240101SIOCCHABC
# a comment
EXPOCODE,STNNBR,CASTNO,SAMPNO,DATE,TIME,LATITUDE,LONGITUDE,CTDPRS,OXYGEN,OXYGEN_FLAG_W
,,,,,,,,DBAR,UMOL/KG,
33RR20240101,1,1,1,20240101,0930,10.5,-170.25,5.0,210.1,2
33RR20240101,1,1,2,20240101,0930,10.5,-170.25,9.0,208.3,2
END_DATA
";

const CTD: &str = "\
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

type Found = Vec<(&'static str, u64, u64)>;

fn located(deviation: &Deviation<'_>) -> (&'static str, u64, u64) {
    match deviation.place {
        Place::Line { line, column } => (deviation.code.name, line, column),
        place => panic!("{place}"),
    }
}

/// Rows, casts and deviations of a file, without consequences.
fn read(text: &[u8]) -> Result<(u64, u64, Found), Error> {
    let mut found = Vec::new();
    let mut sink = |deviation: Deviation<'_>| {
        assert!(!deviation.message.to_string().is_empty());
        if deviation.cause.is_none() {
            found.push(located(&deviation));
        }
    };
    let mut reader = Reader::new(text, &mut sink)?;
    while reader.next_row(&mut sink)?.is_some() {}
    let counts = (reader.rows(), reader.casts());
    Ok((counts.0, counts.1, found))
}

/// Deviations of a file that follow from others: code and cause.
fn consequences(text: &[u8]) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    let mut sink = |deviation: Deviation<'_>| {
        found.extend(deviation.cause.map(|cause| (deviation.code.name, cause.name)));
    };
    let mut reader = Reader::new(text, &mut sink).unwrap();
    while reader.next_row(&mut sink).unwrap().is_some() {}
    found
}

/// Messages of all deviations with a code.
fn messages(text: &[u8], code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut sink = |deviation: Deviation<'_>| {
        if deviation.code.name == code {
            found.push(deviation.message.to_string());
        }
    };
    let mut reader = Reader::new(text, &mut sink).unwrap();
    while reader.next_row(&mut sink).unwrap().is_some() {}
    found
}

/// Replaces a text once and compares the deviations; `rows` may change.
#[track_caller]
fn case(base: &str, (old, new): (&str, &str), rows: u64, expected: &[(&str, u64, u64)]) {
    assert!(base.contains(old), "{old}");
    let text = base.replacen(old, new, 1);
    let (found_rows, _, found) = read(text.as_bytes()).unwrap();
    assert_eq!(found, expected, "{old:?} → {new:?}");
    assert_eq!(found_rows, rows, "{old:?} → {new:?}");
}

#[test]
fn clean_files_have_no_deviation() {
    assert_eq!(read(BOTTLE.as_bytes()).unwrap(), (2, 1, vec![]));
    assert_eq!(read(CTD.as_bytes()).unwrap(), (2, 1, vec![]));
    let and_text = format!("{BOTTLE}Any text may follow, even 1,2,3 and Ærø.\n");
    assert_eq!(read(and_text.as_bytes()).unwrap(), (2, 1, vec![]));
}

#[test]
fn lines_of_the_file() {
    case(
        BOTTLE,
        ("BOTTLE", "\u{feff}BOTTLE"),
        2,
        &[("byte-order-mark", 1, 1)],
    );
    case(BOTTLE, (",20240101SIOCCHABC", ""), 2, &[("stamp", 1, 8)]);
    case(
        BOTTLE,
        (",20240101SIOCCHABC", ",20240230SIOCCHABC"),
        2,
        &[("stamp", 1, 8)],
    );
    case(BOTTLE, ("ABC\n", "ABC,,,\n"), 2, &[("trailing-comma", 1, 8)]);
    case(BOTTLE, ("END_DATA\n", ""), 2, &[("end-data-missing", 6, 58)]);
    case(BOTTLE, ("END_DATA", "END_DATA "), 2, &[("end-data-form", 7, 1)]);
    case(
        BOTTLE,
        ("END_DATA", "END_DATA,,,"),
        2,
        &[("trailing-comma", 7, 1)],
    );
    case(BOTTLE, ("208.3,2\n", "208.3,2\n\n"), 2, &[("blank-line", 7, 1)]);
    case(
        BOTTLE,
        ("208.3,2\n", "208.3,2\n# note\n"),
        2,
        &[("comment-in-data", 7, 1)],
    );
    let crlf = BOTTLE.replace('\n', "\r\n");
    let found = read(crlf.as_bytes()).unwrap().2;
    assert_eq!((found.len(), found[0]), (7, ("carriage-return", 1, 25)));
    let classic = BOTTLE.replace('\n', "\r");
    assert_eq!(read(classic.as_bytes()).unwrap().0, 2);
    let latin = BOTTLE.replace("comment", "\u{e9}").into_bytes();
    let latin: Vec<u8> = latin.into_iter().filter(|byte| *byte != 0xc3).collect();
    assert_eq!(read(&latin).unwrap().2, [("not-utf8", 2, 5)]);
    case(BOTTLE, ("a comment", "Færøyene"), 2, &[]);
}

#[test]
fn columns_and_units() {
    case(
        BOTTLE,
        ("OXYGEN,OXYGEN_FLAG_W", "OXYGN,OXYGN_FLAG_W"),
        2,
        &[("parameter-unknown", 3, 67)],
    );
    case(
        BOTTLE,
        ("OXYGEN,OXYGEN", "oxygen,oxygen"),
        2,
        &[("parameter-case", 3, 67)],
    );
    case(BOTTLE, ("DBAR", "DBARS"), 2, &[("parameter-alias", 3, 60)]);
    case(BOTTLE, ("UMOL/KG", "FURLONG"), 2, &[("unit-unknown", 4, 14)]);
    case(BOTTLE, ("TIME,", "CASTNO,"), 2, &[("parameter-repeated", 3, 36)]);
    case(
        BOTTLE,
        ("OXYGEN_FLAG_W", "SALNTY_FLAG_W"),
        2,
        &[("flag-orphan", 3, 74)],
    );
    case(BOTTLE, ("UMOL/KG,\n", "UMOL/KG,2\n"), 2, &[("flag-unit", 4, 22)]);
    case(
        BOTTLE,
        ("OXYGEN_FLAG_W", "OXYGEN_FLAG_I"),
        2,
        &[("flag-legacy", 3, 74)],
    );
    case(
        BOTTLE,
        ("DBAR,UMOL/KG,", "DBAR,UMOL/KG"),
        2,
        &[("unit-count", 4, 1)],
    );
    case(
        BOTTLE,
        ("OXYGEN_FLAG_W\n", "OXYGEN_FLAG_W,\n"),
        2,
        &[("trailing-comma", 3, 87)],
    );
    case(
        BOTTLE,
        ("UMOL/KG,\n", "UMOL/KG,,,\n"),
        2,
        &[("trailing-comma", 4, 22)],
    );
    case(
        BOTTLE,
        (",,,,,,,,DBAR,UMOL/KG,\n", ""),
        2,
        &[("unit-line-missing", 4, 1)],
    );
    let no_expocode = BOTTLE
        .replace("EXPOCODE,", "")
        .replace("33RR20240101,1", "1")
        .replacen(",,,,,,,,", ",,,,,,,", 1);
    assert_eq!(
        read(no_expocode.as_bytes()).unwrap(),
        (2, 1, vec![("parameter-missing", 3, 1)])
    );
    case(BOTTLE, ("SAMPNO", "BTLNBR"), 2, &[]);
    case(BOTTLE, ("TIME,", "DEPTH,"), 2, &[("parameter-alias", 3, 36)]);
    let flagged_key = BOTTLE
        .replace("OXYGEN,OXYGEN", "DEPTH,DEPTH")
        .replace("UMOL/KG", "METERS");
    assert_eq!(
        read(flagged_key.as_bytes()).unwrap().2,
        [("flag-not-expected", 3, 67)]
    );
}

#[test]
fn rows() {
    case(BOTTLE, ("208.3,2", "208.3"), 2, &[("ragged-row", 6, 56)]);
    case(BOTTLE, ("208.3,2", "208.3,2,7"), 2, &[("ragged-row", 6, 59)]);
    case(BOTTLE, ("208.3,2", "208.3,2,"), 2, &[("trailing-comma", 6, 59)]);
    case(
        BOTTLE,
        ("208.3", ""),
        2,
        &[("blank-cell", 6, 51), ("fill-under-value-flag", 6, 51)],
    );
    case(BOTTLE, ("208.3", "wet"), 2, &[("not-a-number", 6, 51)]);
    case(BOTTLE, ("208.3", "--5"), 2, &[("not-a-number", 6, 51)]);
    for odd in ["+208.3", "2.083e2", "\"208.3\""] {
        case(BOTTLE, ("208.3", odd), 2, &[("number-form", 6, 51)]);
    }
    case(BOTTLE, ("208.3", "\t208.3"), 2, &[("forbidden-character", 6, 51)]);
    case(BOTTLE, ("208.3", "  208.3 "), 2, &[]);
    case(BOTTLE, ("208.3", "208.31"), 2, &[("precision-varies", 6, 51)]);
    case(BOTTLE, ("208.3", "999.0"), 2, &[("out-of-range", 6, 51)]);
    case(BOTTLE, ("208.3,2", "-999,9"), 2, &[]);
    case(BOTTLE, ("208.3,2", "-999.0,5"), 2, &[("padded-fill", 6, 51)]);
    case(BOTTLE, ("208.3,2", "-9,9"), 2, &[("odd-fill", 6, 51)]);
    case(
        BOTTLE,
        ("208.3,2", "-99,2"),
        2,
        &[("odd-fill", 6, 51), ("fill-under-value-flag", 6, 51)],
    );
    case(BOTTLE, ("208.3", "-9990.5"), 2, &[("out-of-range", 6, 51)]);
}

#[test]
fn flags() {
    case(
        BOTTLE,
        ("208.3,2", "208.3,9"),
        2,
        &[("value-under-fill-flag", 6, 51)],
    );
    case(
        BOTTLE,
        ("208.3,2", "208.3,1"),
        2,
        &[("value-under-fill-flag", 6, 51)],
    );
    case(
        BOTTLE,
        ("208.3,2", "-999,3"),
        2,
        &[("fill-under-value-flag", 6, 51)],
    );
    case(BOTTLE, ("208.3,2", "208.3,0"), 2, &[("flag-zero", 6, 57)]);
    case(BOTTLE, ("208.3,2", "208.3,A"), 2, &[("flag-bad", 6, 57)]);
    case(BOTTLE, ("208.3,2", "208.3,22"), 2, &[("flag-bad", 6, 57)]);
    case(BOTTLE, ("208.3,2", "208.3,"), 2, &[("flag-blank", 6, 57)]);
    case(BOTTLE, ("208.3,2", "208.3,-999"), 2, &[("flag-fill", 6, 57)]);
    case(CTD, ("27.0,2", "27.0,8"), 2, &[("flag-unused", 13, 12)]);
    case(CTD, ("27.0,2", "27.0,1"), 2, &[]);
    case(CTD, ("27.0,2", "27.0,5"), 2, &[("value-under-fill-flag", 13, 7)]);
}

#[test]
fn keys_and_coordinates() {
    case(BOTTLE, ("1,1,2,", "1,1,1,"), 2, &[("key-repeated", 6, 18)]);
    case(BOTTLE, ("1,1,2,", "1,1,-999,"), 2, &[("key-partial", 6, 18)]);
    case(
        BOTTLE,
        ("10.5,", "-999,"),
        2,
        &[("key-partial", 5, 34), ("coordinate-varies", 6, 34)],
    );
    case(
        BOTTLE,
        ("10.5,", "95.0,"),
        2,
        &[("position-impossible", 5, 34), ("coordinate-varies", 6, 34)],
    );
    case(
        BOTTLE,
        ("-170.25,9", "200.00,9"),
        2,
        &[("position-impossible", 6, 39), ("coordinate-varies", 6, 39)],
    );
    case(
        BOTTLE,
        ("-170.25,9", "-170.26,9"),
        2,
        &[("coordinate-varies", 6, 39)],
    );
    let next_cast = BOTTLE.replace(
        "33RR20240101,1,1,2,20240101,0930,10.5",
        "33RR20240101,2,1,2,20240102,1130,10.6",
    );
    assert_eq!(read(next_cast.as_bytes()).unwrap(), (2, 2, vec![]));
    let all = |old: &str, new: &str| read(BOTTLE.replace(old, new).as_bytes()).unwrap().2;
    assert_eq!(
        all(",20240101,", ",20241301,"),
        [("date-impossible", 5, 20), ("date-impossible", 6, 20)]
    );
    // A date up to two days after the creation of the file may be due to time zones.
    assert_eq!(all(",20240101,", ",20240103,"), []);
    assert_eq!(
        all(",20240101,", ",20240104,"),
        [("date-future", 5, 20), ("date-future", 6, 20)]
    );
    let undated = BOTTLE
        .replace(",20240101SIOCCHABC", ",")
        .replace(",20240101,", ",21240101,");
    assert_eq!(read(undated.as_bytes()).unwrap().2, [("stamp", 1, 8)]);
    assert_eq!(
        all("0930", "2460"),
        [("time-impossible", 5, 29), ("time-impossible", 6, 29)]
    );
    for form in ["930", "12:34", "2400", "0"] {
        assert_eq!(
            all("0930", form),
            [("time-form", 5, 29), ("time-form", 6, 29)],
            "{form}"
        );
    }
    let bottle_time = |date: &str| {
        let text = BOTTLE
            .replace("BOTTLE,20240101", "BOTTLE,20240131")
            .replace("OXYGEN,OXYGEN_FLAG_W", "BTL_DATE,BTL_TIME")
            .replace("UMOL/KG", "");
        let text = text
            .replace("210.1,2", "20240102,0001")
            .replace("208.3,2", &format!("{date},0001"));
        read(text.as_bytes()).unwrap().2
    };
    assert_eq!(bottle_time("20240102"), []);
    assert_eq!(bottle_time("20240104"), [("bottle-time", 6, 51)]);
}

#[test]
fn ctd_headers_and_pressure() {
    case(
        CTD,
        ("HEADERS = 8", "HEADERS = 7"),
        2,
        &[("number-headers", 2, 18)],
    );
    case(
        CTD,
        ("HEADERS = 8", "HEADERS = 9"),
        2,
        &[("number-headers", 2, 18)],
    );
    case(CTD, ("TIME = 0930", "WIND = 7"), 2, &[("header-unknown", 7, 1)]);
    case(
        CTD,
        ("TIME = 0930", "CASTNO = 2"),
        2,
        &[("header-repeated", 7, 1)],
    );
    case(
        CTD,
        ("CASTNO = 1", "TIME = 0930"),
        2,
        &[("header-repeated", 7, 1), ("header-missing", 10, 1)],
    );
    case(CTD, ("TIME = 0930", "weather fine"), 2, &[("header-form", 7, 1)]);
    case(
        CTD,
        ("DATE = 20240101", "DATE = 20240230"),
        2,
        &[("date-impossible", 6, 8)],
    );
    case(
        CTD,
        ("LATITUDE = 10.5", "LATITUDE = 95.5"),
        2,
        &[("position-impossible", 8, 12)],
    );
    case(
        CTD,
        ("EXPOCODE = 33RR20240101", "EXPOCODE ="),
        2,
        &[("key-partial", 3, 11)],
    );
    case(CTD, ("3.0,2", "1.0,2"), 2, &[("pressure-repeats", 13, 1)]);
    case(CTD, ("3.0,2", "0.5,2"), 2, &[("pressure-decreases", 13, 1)]);
    case(CTD, ("1.0,2", "-0.5,2"), 2, &[("pressure-negative", 12, 1)]);
    case(CTD, ("3.0,2", "-999,9"), 2, &[("key-partial", 13, 1)]);
}

#[test]
fn a_file_without_parameters_is_an_error() {
    for text in ["", "BUTTLE,1\n", "hello", "BOTTLED,1\n"] {
        assert!(
            matches!(read(text.as_bytes()), Err(Error::NotExchange { .. })),
            "{text}"
        );
    }
    for text in ["BOTTLE,20240101SIOCCHABC\n", "CTD,20240101SIOCCHABC\nEND_DATA\n"] {
        assert!(
            matches!(read(text.as_bytes()), Err(Error::NoParameters { .. })),
            "{text}"
        );
    }
}

#[test]
fn values_casts_and_flags() {
    let text = BOTTLE.replace("208.3,2", "-999,9");
    let mut reader = Reader::new(text.as_bytes(), &mut |_| {}).unwrap();
    let oxygen = reader
        .header()
        .columns
        .iter()
        .position(|column| column.name == "OXYGEN")
        .unwrap();
    let row = reader.next_row(&mut |_| {}).unwrap().unwrap();
    assert_eq!(
        (row.value(oxygen), row.flag(oxygen), row.cell(oxygen)),
        (Value::Number(210.1), Some(&b"2"[..]), &b"210.1"[..])
    );
    assert!(row.cast_changed());
    assert_eq!(row.cast().position, Some((-170.25, 10.5)));
    assert_eq!(row.cast().time.unwrap().to_string(), "2024-01-01T09:30:00");
    let row = reader.next_row(&mut |_| {}).unwrap().unwrap();
    assert_eq!(
        (row.value(oxygen), row.flag(oxygen), row.cast_changed()),
        (Value::Fill, Some(&b"9"[..]), false)
    );
    assert!(reader.next_row(&mut |_| {}).unwrap().is_none());
}

#[test]
fn a_truncated_file_has_one_deviation() {
    // The end is within a row, after it, after the units, or within the units.
    let whole = BOTTLE.replace("END_DATA\n", "");
    let row = whole.rfind("33RR").unwrap();
    for (length, rows, place) in [
        (row + 30, 1, ("end-data-missing", 6, 31)),
        (whole.len() - 1, 2, ("end-data-missing", 6, 58)),
        (row, 1, ("end-data-missing", 5, 58)),
    ] {
        assert_eq!(read(&whole.as_bytes()[..length]).unwrap(), (rows, 1, vec![place]));
    }
    let cut = &whole.as_bytes()[..row + 30];
    assert_eq!(
        messages(cut, "end-data-missing"),
        ["the file is cut off within line 6, after 6 of 11 cells; the line was skipped"]
    );
    assert_eq!(consequences(cut), []);
    let units = whole.find(",,,,").unwrap();
    let cut = &whole.as_bytes()[..units + 12];
    assert_eq!(read(cut).unwrap(), (0, 0, vec![("end-data-missing", 4, 13)]));
    let follows = consequences(cut);
    assert!(follows.contains(&("no-data", "end-data-missing")), "{follows:?}");
    assert!(
        follows.iter().all(|(_, cause)| *cause == "end-data-missing"),
        "{follows:?}"
    );
}

#[test]
fn cells_of_a_ragged_row_are_consequences() {
    let text = BOTTLE.replace("10.5,-170.25,9.0,", "10.5,-170.25,");
    let (rows, _, found) = read(text.as_bytes()).unwrap();
    assert_eq!((rows, found), (2, vec![("ragged-row", 6, 54)]));
    let follows = consequences(text.as_bytes());
    assert!(!follows.is_empty());
    assert!(
        follows.iter().all(|(_, cause)| *cause == "ragged-row"),
        "{follows:?}"
    );
}

#[test]
fn a_value_that_is_flagged_bad_is_not_out_of_range_again() {
    for flag in ["3", "4", "8"] {
        case(BOTTLE, ("208.3,2", &format!("999.0,{flag}")), 2, &[]);
    }
    // A flag that requires the fill value is reported already.
    case(
        BOTTLE,
        ("208.3,2", "999.0,9"),
        2,
        &[("value-under-fill-flag", 6, 51)],
    );
    // Other flags say that the value is good, or nothing.
    for flag in ["2", "6", "7"] {
        case(
            BOTTLE,
            ("208.3,2", &format!("999.0,{flag}")),
            2,
            &[("out-of-range", 6, 51)],
        );
    }
    case(CTD, ("27.0,2", "77.0,4"), 2, &[]);
    case(CTD, ("27.0,2", "77.0,7"), 2, &[("out-of-range", 13, 7)]);
    // The flag of a bottle that did not trip does not judge what was measured in its water.
    let doubtful = BOTTLE.replace("208.3,2", "208.3,4");
    let mut reader = Reader::new(doubtful.as_bytes(), &mut |_| {}).unwrap();
    let mut flags = Vec::new();
    while let Some(row) = reader.next_row(&mut |_| {}).unwrap() {
        flags.push((row.is_doubtful(9), row.is_doubtful(8)));
    }
    assert_eq!(flags, [(false, false), (true, false)]);
}

#[test]
fn a_bottle_keeps_its_number_whatever_its_flag() {
    for flag in "123456789".chars() {
        let text = BOTTLE
            .replace("OXYGEN,OXYGEN_FLAG_W", "BTLNBR,BTLNBR_FLAG_W")
            .replace("UMOL/KG", "")
            .replace("210.1,2", &format!("7,{flag}"))
            .replace("208.3,2", &format!("8,{flag}"));
        assert_eq!(read(text.as_bytes()).unwrap().2, [], "{flag}");
    }
}

#[test]
fn shifted_units_are_one_deviation() {
    const NAMES: &str = "TIME,LATITUDE,LONGITUDE,CTDPRS,OXYGEN,OXYGEN_FLAG_W\n,,,,,,,,DBAR,UMOL/KG,\n";
    let names = NAMES.split('\n').next().unwrap();
    for (units, message) in [
        (
            ",,,,,,,DBAR,UMOL/KG,",
            "from CTDPRS on, the units are one column too far to the left (`DBAR` is under LONGITUDE, expected under CTDPRS)",
        ),
        (
            ",,,,,,,,,DBAR,UMOL/KG,",
            "from CTDPRS on, the units are one column too far to the right (`DBAR` is under OXYGEN, expected under CTDPRS)",
        ),
    ] {
        let text = BOTTLE.replace(NAMES, &format!("{names}\n{units}\n"));
        let found = read(text.as_bytes()).unwrap().2;
        assert_eq!(
            found.iter().map(|(code, ..)| *code).collect::<Vec<_>>(),
            ["units-shifted"]
        );
        assert_eq!(messages(text.as_bytes(), "units-shifted"), [message]);
        let follows = consequences(text.as_bytes());
        assert!(!follows.is_empty());
        assert!(
            follows.iter().all(|(_, cause)| *cause == "units-shifted"),
            "{follows:?}"
        );
    }
}

#[test]
fn values_in_a_flag_column_are_reported_at_the_end() {
    let text = BOTTLE
        .replace("OXYGEN,OXYGEN_FLAG_W", "OXYGEN_FLAG_W,OXYGEN")
        .replace("UMOL/KG,\n", ",UMOL/KG\n");
    let found = read(text.as_bytes()).unwrap().2;
    assert_eq!(found.last(), Some(&("columns-shifted", 5, 1)));
    assert_eq!(
        messages(text.as_bytes(), "columns-shifted"),
        ["OXYGEN_FLAG_W contains numbers with decimals in 2 of 2 rows"]
    );
    // Flags in the form of a spreadsheet are not values.
    let padded = BOTTLE
        .replace("210.1,2", "210.1,2.0")
        .replace("208.3,2", "208.3,2.0");
    assert!(
        read(padded.as_bytes())
            .unwrap()
            .2
            .iter()
            .all(|(code, ..)| *code == "flag-bad")
    );
}

#[test]
fn shifted_flags_are_reported_at_the_end() {
    let head = BOTTLE.split("33RR").next().unwrap();
    let names = "OXYGEN,OXYGEN_FLAG_W,NITRAT,NITRAT_FLAG_W,PHSPHT,PHSPHT_FLAG_W,SILCAT,SILCAT_FLAG_W";
    let head = head
        .replace("OXYGEN,OXYGEN_FLAG_W", names)
        .replace("UMOL/KG,", "UMOL/KG,,UMOL/KG,,UMOL/KG,,UMOL/KG,");
    let table = |flags: [u8; 4]| {
        let row = |row: u8| {
            let [a, b, c, d] = flags;
            format!(
                "33RR20240101,1,1,{row},20240101,0930,10.5,-170.25,{row}.0,210.1,{a},12.5,{b},-999,{c},-999,{d}\n"
            )
        };
        format!("{head}{}END_DATA\n", (1..=6).map(row).collect::<String>())
    };
    assert_eq!(read(table([2, 2, 9, 9]).as_bytes()).unwrap().2, []);
    // Exchanged flags of two parameters are not a shift, nor is a single wrong column.
    for flags in [[2, 9, 2, 9], [2, 2, 2, 9], [9, 2, 9, 9]] {
        assert!(
            messages(table(flags).as_bytes(), "flags-shifted").is_empty(),
            "{flags:?}"
        );
    }
    let apart = table([2, 2, 9, 9])
        .replace("12.5", "-999")
        .replace("-999,9,-999,9", "0.5,9,-999,2");
    let found = read(apart.as_bytes()).unwrap().2;
    assert_eq!(found.last(), Some(&("flags-shifted", 5, 1)));
    assert_eq!(
        messages(apart.as_bytes(), "flags-shifted"),
        [
            "from NITRAT_FLAG_W to SILCAT_FLAG_W, the flags fit the parameter before their own: \
          18 contradictions with values, 0 when moved"
        ]
    );
}

#[test]
fn messages_name_what_a_flag_means() {
    let message = |old: &str, new: &str, code: &str| messages(BOTTLE.replace(old, new).as_bytes(), code);
    assert_eq!(
        message("208.3,2", "208.3,5", "value-under-fill-flag"),
        ["OXYGEN is 208.3, but flag 5 means not reported"]
    );
    assert_eq!(
        message("208.3,2", "-9.000,4", "fill-under-value-flag"),
        ["OXYGEN has no value (-9.000), but flag 4 (bad) says it was measured"]
    );
    assert_eq!(
        message("208.3,2", ",3", "fill-under-value-flag"),
        ["OXYGEN has no value (an empty cell), but flag 3 (questionable) says it was measured"]
    );
    assert_eq!(
        message(",20240101,", ",20220229,", "date-impossible")[0],
        "DATE is `20220229`: February 2022 has 28 days, not 29"
    );
    assert_eq!(
        message(",20240101,", ",20250101,", "date-future")[0],
        "DATE is 2025-01-01, but the file was created on 2024-01-01"
    );
    assert_eq!(
        message("UMOL/KG", "FURLONG", "unit-unknown"),
        ["OXYGEN has unit FURLONG; CCHDO lists ML/L or UMOL/KG"]
    );
    assert_eq!(
        message("UMOL/KG", "", "unit-unknown"),
        ["OXYGEN has no unit; CCHDO lists ML/L or UMOL/KG"]
    );
}

#[test]
fn published_values_are_within_their_range() {
    for (name, unit, values) in [
        ("NO2+NO3", "UMOL/KG", ["12.00", "41.50"]),
        ("DOC", "UMOL/KG", ["34.10", "96.20"]),
        ("TDN", "UMOL/KG", ["4.50", "44.10"]),
        ("CTDXMISS", "%TRANS", ["98.20", "101.30"]),
        ("CTDOXY", "ML/L", ["0.02", "8.91"]),
    ] {
        let text = BOTTLE
            .replace("OXYGEN,OXYGEN_FLAG_W", &format!("{name},{name}_FLAG_W"))
            .replace("UMOL/KG", unit)
            .replace("210.1", values[0])
            .replace("208.3", values[1]);
        assert_eq!(read(text.as_bytes()).unwrap().2, [], "{name}");
        let absurd = text.replace(values[1], "99999.00");
        let found = read(absurd.as_bytes()).unwrap().2;
        assert!(found.iter().any(|(code, ..)| *code == "out-of-range"), "{name}");
    }
    let of = |name: &str, unit: &str, cell: &str| {
        let text = BOTTLE
            .replace("OXYGEN,OXYGEN_FLAG_W", &format!("{name},{name}_FLAG_W"))
            .replace("UMOL/KG", unit)
            .replace("210.1", "1.1")
            .replace("208.3", cell);
        read(text.as_bytes())
            .unwrap()
            .2
            .into_iter()
            .map(|(code, ..)| code)
            .collect::<Vec<_>>()
    };
    let missing = ["odd-fill", "fill-under-value-flag"];
    assert_eq!(of("SF6", "FMOL/KG", "-9"), missing);
    assert_eq!(of("DELC13", "/MILLE", "-9999"), missing);
    assert_eq!(of("13C-DOC", "/MILLE", "-9"), ["odd-fill", "precision-varies"]);
    assert_eq!(of("AOU", "UMOL/KG", "-9.0"), [""; 0]);
    // -9 is a fill value of other formats if the parameter cannot be negative; -9999 always is.
    case(
        BOTTLE,
        ("208.3,2", "-9,2"),
        2,
        &[("odd-fill", 6, 51), ("fill-under-value-flag", 6, 51)],
    );
}

#[test]
fn limits_end_a_hostile_header() {
    let headers = "A = 1\n".repeat(200_000);
    let text = format!("CTD,20240101SIOCCHABC\n{headers}");
    assert!(matches!(read(text.as_bytes()), Err(Error::HeaderTooLong { .. })));
    let names = vec!["A_ALT_1"; 100_000].join(",");
    let text = format!("BOTTLE,20240101SIOCCHABC\n{names}\n");
    assert!(matches!(
        read(text.as_bytes()),
        Err(Error::TooManyColumns { limit: 20_000, .. })
    ));
    let name = "A_ALT_1".repeat(100_000);
    let text = format!("BOTTLE,20240101SIOCCHABC\n{name}\n\n");
    assert!(read(text.as_bytes()).is_ok());
}

#[test]
fn limits_are_exact() {
    let longest = BOTTLE.lines().map(str::len).max().unwrap();
    let found = |columns: usize, bytes: usize| {
        let mut codes = Vec::new();
        let mut sink = |deviation: Deviation<'_>| codes.push(deviation.code.name);
        let builder = ReaderBuilder::new().longest_line(bytes).most_columns(columns);
        let mut reader = builder.from_reader(BOTTLE.as_bytes(), &mut sink).ok()?;
        while reader.next_row(&mut sink).unwrap().is_some() {}
        Some((reader.rows(), codes))
    };
    assert_eq!(found(11, longest), Some((2, vec![])));
    assert_eq!(found(10, longest), None);
    // The line of names is the longest.
    assert_ne!(found(11, longest - 1), Some((2, vec![])));
}

/// A byte that is not UTF-8 is one byte of its line, and the message shows its value.
#[test]
fn places_are_bytes_of_the_line() {
    let text = BOTTLE.replacen("OXYGEN,OXYGEN_FLAG_W", "OXYG?N,OXY GEN", 1);
    let mut bytes = text.into_bytes();
    let odd = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[odd] = 0xff;
    let mut found = Vec::new();
    let mut sink = |deviation: Deviation<'_>| {
        let (code, _, column) = located(&deviation);
        if code == "forbidden-character" {
            found.push((column, deviation.message.to_string()));
        }
    };
    Reader::new(bytes.as_slice(), &mut sink).unwrap();
    let line = "EXPOCODE,STNNBR,CASTNO,SAMPNO,DATE,TIME,LATITUDE,LONGITUDE,CTDPRS,OXYG?N,OXY GEN";
    let column = |byte| line.find(byte).unwrap() as u64 + 1;
    assert_eq!(
        found,
        [
            (column('?'), "byte 0xff in a name or unit".to_owned()),
            (column(' '), "byte 0x20 in a name or unit".to_owned()),
        ]
    );
}

#[test]
fn a_row_says_whether_it_has_all_cells() {
    let file = CTD.replace("3.0,2,27.0,2", "3.0,2,27.0");
    let mut reader = Reader::new(file.as_bytes(), &mut |_| {}).unwrap();
    let mut ragged = Vec::new();
    while let Some(row) = reader.next_row(&mut |_| {}).unwrap() {
        ragged.push(row.is_ragged());
    }
    assert_eq!(ragged, [false, true]);
}

#[test]
fn a_parameter_that_is_not_listed_may_have_numbers_in_any_form_and_texts() {
    let file = CTD.replace("CTDTMP", "MYSENSOR").replace("27.1", "2.71e1");
    let file = file.replace("27.0", "offline");
    let (_, _, found) = read(file.as_bytes()).unwrap();
    let codes: Vec<&str> = found.iter().map(|(code, ..)| *code).collect();
    assert_eq!(codes, ["parameter-unknown"]);
    let mut reader = Reader::new(file.as_bytes(), &mut |_| {}).unwrap();
    let mut values = Vec::new();
    while let Some(row) = reader.next_row(&mut |_| {}).unwrap() {
        values.push(row.value(2));
    }
    assert_eq!(values, [Value::Number(27.1), Value::Text]);
}
