use super::*;

fn of(text: &str) -> Result<Dialect, Reason> {
    of_bytes(text.as_bytes())
}

fn of_bytes(bytes: &[u8]) -> Result<Dialect, Reason> {
    let sample = Sample {
        bytes: bytes.to_vec(),
        is_all: true,
    };
    Dialect::of(&sample, Encoding::of(bytes))
}

fn refusal(text: &str) -> String {
    of(text).unwrap_err().into_owned()
}

#[test]
fn the_delimiter_is_found() {
    for (text, delimiter, width) in [
        ("a,b\n1,2\n", b',', 2),
        ("a;b;c\n1,5;2,5;3\n", b';', 3),
        ("a\tb\n1,2\t3\n", b'\t', 2),
        ("a|b|c|d\n1|2|3|4\n", b'|', 4),
        ("name, long;b;c\nx, y;2;3\n", b';', 3),
        ("\"a,x\";b;c\n1;2;3\n", b';', 3),
        ("# a remark\n#another, one\n\na,b\n1,2\n", b',', 2),
    ] {
        let dialect = of(text).unwrap();
        assert_eq!((dialect.delimiter, dialect.width), (delimiter, width), "{text}");
    }
}

#[test]
fn what_is_no_table_is_refused_with_its_reason() {
    for (text, reason) in [
        ("", "empty"),
        (" \n\n", "empty"),
        ("{\"a\": 1, \"b\": 2}\n{\"a\": 1, \"b\": 2}\n", "JSON"),
        ("[[1,2],[3,4]]", "JSON"),
        ("<?xml version=\"1.0\"?>\n<a b=\"1,2\"/>\n", "XML"),
        ("one\ntwo\n", "one column"),
        ("1,2\n3,4\n", "no header of names: `1,2`"),
        (
            "Dear John, how are you?\nFine, thanks, I hope, and you?\nYes.\nNo.\n",
            "nine in ten",
        ),
        ("\u{0}\u{1}\u{2},\u{3}\n", "control characters"),
    ] {
        let said = refusal(text);
        assert!(said.contains(reason), "{text:?}: {said}");
    }
}

#[test]
fn nine_in_ten_rows_are_enough_and_fewer_are_not() {
    let rows = |good: usize, bad: usize| format!("a,b\n{}{}", "1,2\n".repeat(good), "1\n".repeat(bad));
    let dialect = of(&rows(18, 2)).unwrap();
    assert_eq!((dialect.sampled, dialect.as_wide), (20, 18));
    assert!(of(&rows(17, 3)).is_err());
}

#[test]
fn a_header_that_is_one_short_needs_ten_rows() {
    let text = |rows: usize| format!("a,b\n{}", "x,1,2\n".repeat(rows));
    assert_eq!(of(&text(10)).unwrap().width, 3);
    assert!(of(&text(2)).is_err());
}

#[test]
fn more_than_half_of_the_header_are_names() {
    assert!(of("a,b,2020,\n1,2,3,4\n").is_ok());
    assert!(of("a,2020\n1,2\n").is_err());
    assert!(of("2020-01-01,x\n2020-01-02,y\n").is_err());
}

#[test]
fn a_row_of_units_is_told_from_data() {
    let has_units = |text: &str| of(text).unwrap().has_units;
    assert!(has_units(
        "time,latitude,temp\nUTC,degrees_north,degC\n2020-01-01,1.5,2\n2020-01-02,1.5,NaN\n"
    ));
    assert!(has_units("station,depth,temp\n,m,degC\nA,1,2\nB,1,2\n"));
    assert!(has_units(
        "time,depth,temp,psal\nUTC,m,degC,1\n2020-01-01,1,2,3\n2020-01-02,1,2,3\n"
    ));
    assert!(!has_units("a,b,c\n1,1,1\n2,3,4\n2,3,4\n"));
    assert!(!has_units("station,depth,temp\nA,NA,NA\nB,1,2\nC,1,2\n"));
    assert!(!has_units("name,val\nfoo,abc\nbar,2\nbaz,3\n"));
    assert!(!has_units("a,b\nx,y\nz,w\n"));
    assert!(!has_units("a,b\nm,s\n"));
}

#[test]
fn a_cut_row_at_the_samples_end_does_not_count() {
    let sample = Sample {
        bytes: b"a,b\n1,2\n3".to_vec(),
        is_all: false,
    };
    let dialect = Dialect::of(&sample, Encoding::of(&sample.bytes)).unwrap();
    assert_eq!((dialect.sampled, dialect.as_wide), (1, 1));
}

#[test]
fn utf16_is_text() {
    let bytes: Vec<u8> = "\u{FEFF}a\tb\n1\t2\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(of_bytes(&bytes).unwrap().delimiter, b'\t');
}
