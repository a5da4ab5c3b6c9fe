//! Variants of the cases in `matrix.rs`: each rule of the two formats in other spellings. The cases are in `variants.txt`.

use data_review_tests::review;

use super::matrix::{BOTTLE, CTD, differs};

/// A cast before midnight, a bottle of which was closed after it.
const CLOSED: &str = "\
BOTTLE,20240131SIOCCHABC
EXPOCODE,STNNBR,CASTNO,SAMPNO,DATE,TIME,LATITUDE,LONGITUDE,CTDPRS,BTL_DATE,BTL_TIME
,,,,,,,,DBAR,,
33RR20240101,1,1,1,20240101,2350,10.5,-170.25,5.0,20240101,2355
33RR20240101,1,1,2,20240101,2350,10.5,-170.25,909.0,20240102,0005
END_DATA
";

struct Case {
    what: &'static str,
    text: String,
    rows: u64,
    expected: Vec<(String, u64, u64)>,
}

/// A text of the table, with its escapes.
fn unescape(text: &str) -> String {
    let mut out = text.replace("\\n", "\n").replace("\\t", "\t");
    while let Some((before, rest)) = out.split_once("\\u{") {
        let (digits, after) = rest.split_once('}').expect("an escape ends with a brace");
        let code = u32::from_str_radix(digits, 16).expect("an escape holds hex digits");
        let character = char::from_u32(code).expect("an escape is a character");
        out = format!("{before}{character}{after}");
    }
    out
}

fn cases() -> Vec<Case> {
    let lines = include_str!("variants.txt").lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(case).collect()
}

fn case(line: &'static str) -> Case {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let [what, base, old, new, rows, expected] = parts[..] else {
        panic!("{line}: {} parts", parts.len());
    };
    let base = match base {
        "bottle" => BOTTLE,
        "ctd" => CTD,
        "closed" => CLOSED,
        other => panic!("{line}: no file {other}"),
    };
    let old = unescape(old);
    assert!(base.contains(&old), "{line}");
    Case {
        what,
        text: base.replacen(&old, &unescape(new), 1),
        rows: rows.parse().expect("rows are a number"),
        expected: expected
            .split(',')
            .filter(|found| !found.is_empty())
            .map(finding)
            .collect(),
    }
}

/// `code line:column`
fn finding(text: &str) -> (String, u64, u64) {
    let parts: Vec<&str> = text.split([' ', ':']).filter(|part| !part.is_empty()).collect();
    let [code, line, column] = parts[..] else {
        panic!("expected `code line:column`, found `{text}`");
    };
    let number = |text: &str| text.parse().expect("lines and columns are numbers");
    (code.to_owned(), number(line), number(column))
}

#[test]
fn every_variant_has_its_aggregate_and_its_findings_and_no_other() {
    let registry = review::registry();
    let all = cases();
    let differing = all.iter().filter_map(|case| {
        let differs = differs(&registry, &case.text, case.rows, &case.expected)?;
        Some(format!("{}: {differs}", case.what))
    });
    let differing: Vec<String> = differing.collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn the_files_that_variants_are_made_of_are_clean() {
    let registry = review::registry();
    for base in [BOTTLE, CTD, CLOSED] {
        assert_eq!(differs(&registry, base, 2, &[]), None, "{base}");
    }
}

#[test]
fn names_in_small_letters_are_the_same_names() {
    let registry = review::registry();
    let names = CLOSED.lines().nth(1).expect("it has names");
    let small = CLOSED.replacen(names, &names.to_lowercase(), 1);
    let of = |text: &str| {
        let mut document = review::document(&registry, "33HQ20240101_hy1.csv", text.as_bytes());
        document.checks.retain(|code, _| code != "parameter-case");
        let mut findings = document.findings;
        findings.retain(|finding| finding.code != "parameter-case");
        (document.checks, findings)
    };
    let (checks, findings) = of(CLOSED);
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["expocode-contradicts-name"]);
    assert_eq!(of(&small), (checks, findings));
}
