//! Small files made for one situation each, in `tests/cases/`: `expected.json` says of each what is right and why.
//!
//! A case is met if all that its `expect` holds is met:
//!
//! | key | meaning |
//! |---|---|
//! | `outcome`, `handler`, `failure`, `observations`, `profiles`, `depth_unit` | the value; null means that it is null |
//! | `kind_contains` | part of the kind |
//! | `time` | first and last instant, in any ISO 8601 form, up to `time_within` seconds (0.001) |
//! | `box`, `depth` | up to `box_within` degrees (0.01); up to a millionth |
//! | `*_any` | one of several values |
//! | `any_of` | one of several expectations |
//! | `variables` | values of a variable of the document, numbers up to a billionth |
//! | `absent` | codes, or `code:subject`, that must not be found |
//! | `at_most_severity` | no finding is worse |
//! | `finds` | for each a finding that has all of what it names; `count_at_least`: so many together |

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use data_review_core::Registry;
use data_review_tests::{files, review};
use serde_json::{Map, Value, json};

const HOME: &str = "tests/cases";
/// Folders below [`HOME`].
const FOLDERS: [&str; 3] = ["arrays", "right-today", "texts"];
/// Worst last.
const SEVERITIES: [&str; 3] = ["info", "warning", "error"];

/// Seconds since 1970 of an ISO 8601 time; a date alone is its midnight, a time without a zone is UTC.
fn seconds(text: &str) -> Option<f64> {
    let (date, time) = match text.find(['T', ' ']) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    let (sign, digits) = match date.as_bytes().first()? {
        b'-' => (-1, &date[1..]),
        b'+' => (1, &date[1..]),
        _ => (1, date),
    };
    let [year, month, day] = numbers::<3>(digits, '-')?;
    let year = sign * year - i64::from(month <= 2);
    let era_year = (month + 9) % 12;
    let days = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = days + (153 * era_year + 2) / 5 + day - 719_469;
    Some(days as f64 * 86_400.0 + second_of_day(time)?)
}

fn second_of_day(time: &str) -> Option<f64> {
    let clock_end = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(clock_end);
    let mut parts = clock.split(':');
    let mut part = || {
        parts
            .next()
            .filter(|part| !part.is_empty())
            .map_or(Some(0.0), |part| part.parse().ok())
    };
    let clock: f64 = part()? * 3600.0 + part()? * 60.0 + part()?;
    let sign = if zone.starts_with('-') { -1.0 } else { 1.0 };
    let digits = zone.trim_start_matches(['Z', '+', '-']).replace(':', "");
    let offset: f64 = match digits.len() {
        0 => 0.0,
        2 | 4 => {
            let minutes = digits
                .get(2..)
                .filter(|minutes| !minutes.is_empty())
                .unwrap_or("0");
            digits[..2].parse::<f64>().ok()? * 3600.0 + minutes.parse::<f64>().ok()? * 60.0
        }
        _ => return None,
    };
    Some(clock - sign * offset)
}

fn numbers<const N: usize>(text: &str, separator: char) -> Option<[i64; N]> {
    let numbers: Option<Vec<i64>> = text.split(separator).map(|part| part.parse().ok()).collect();
    numbers?.try_into().ok()
}

/// How far numbers may differ.
#[derive(Clone, Copy)]
struct Tolerance {
    relative: f64,
    absolute: f64,
}

const EXACT: Tolerance = Tolerance {
    relative: 0.0,
    absolute: 1e-12,
};

/// A number; large integers are written as text.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

/// Whether a value is the wanted one; of an object, only the wanted keys are compared.
fn same(wanted: &Value, found: &Value, tolerance: Tolerance) -> bool {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => wanted
            .iter()
            .all(|(key, wanted)| same(wanted, found.get(key).unwrap_or(&Value::Null), tolerance)),
        (Value::Array(wanted), Value::Array(found)) => {
            wanted.len() == found.len()
                && wanted
                    .iter()
                    .zip(found)
                    .all(|(wanted, found)| same(wanted, found, tolerance))
        }
        (Value::Number(wanted), found) => {
            let (Some(wanted), Some(found)) = (wanted.as_f64(), number(found)) else {
                return false;
            };
            let margin = tolerance
                .absolute
                .max(tolerance.relative * wanted.abs().max(found.abs()));
            (wanted - found).abs() <= margin
        }
        (wanted, found) => wanted == found,
    }
}

/// The values of a document that an expectation names.
fn facts(document: &Value) -> BTreeMap<&'static str, Value> {
    let coverage = &document["coverage"];
    let pair = |object: &Value, first: &str, last: &str| match object {
        Value::Null => Value::Null,
        object => json!([object[first], object[last]]),
    };
    BTreeMap::from([
        ("outcome", document["outcome"].clone()),
        ("kind", document["kind"].clone()),
        ("observations", document["observations"].clone()),
        ("profiles", document["profiles"].clone()),
        ("handler", document["handler"]["id"].clone()),
        ("failure", document["failure"]["class"].clone()),
        ("time", pair(&coverage["time"], "first", "last")),
        ("box", coverage["boxes"][0].clone()),
        ("depth", pair(&coverage["depth"], "min", "max")),
        ("depth_unit", coverage["depth"]["unit"].clone()),
    ])
}

/// Whether one value of an expectation is met.
fn is_met(key: &str, wanted: &Value, found: &Value, expect: &Map<String, Value>) -> bool {
    let within = |name: &str, default: f64| expect.get(name).and_then(Value::as_f64).unwrap_or(default);
    match key {
        "kind_contains" => found
            .as_str()
            .unwrap_or_default()
            .contains(wanted.as_str().unwrap_or_default()),
        "time" => {
            let instants = |value: &Value| {
                let texts = value.as_array()?.iter();
                texts
                    .map(|text| seconds(text.as_str()?))
                    .collect::<Option<Vec<f64>>>()
            };
            let tolerance = Tolerance {
                relative: 0.0,
                absolute: within("time_within", 1e-3),
            };
            match (instants(wanted), instants(found)) {
                (Some(wanted), Some(found)) => same(&json!(wanted), &json!(found), tolerance),
                _ => wanted.is_null() && found.is_null(),
            }
        }
        "box" => same(
            wanted,
            found,
            Tolerance {
                relative: 0.0,
                absolute: within("box_within", 0.01),
            },
        ),
        "depth" => same(
            wanted,
            found,
            Tolerance {
                relative: 1e-6,
                absolute: 1e-12,
            },
        ),
        _ => same(wanted, found, EXACT),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn rank(severity: &Value) -> Option<usize> {
    SEVERITIES.iter().position(|known| *known == text(severity))
}

/// Whether a finding has all that `wanted` names.
fn fits(wanted: &Value, finding: &Value) -> bool {
    let said = format!("{} {}", text(&finding["subject"]), text(&finding["message"]));
    let contains = |parts: &Value| list(parts).iter().any(|part| said.contains(text(part)));
    let at_line = |line: &Value| {
        list(&finding["places"])
            .iter()
            .any(|place| place["line"] == *line)
    };
    let has = |key: &str, met: &dyn Fn(&Value) -> bool| wanted.get(key).is_none_or(met);
    has("code_any", &|codes| list(codes).contains(&finding["code"]))
        && has("subject", &|subject| *subject == finding["subject"])
        && has("severity_at_least", &|severity| {
            rank(&finding["severity"]) >= rank(severity)
        })
        && has("line", &at_line)
        && has("message_contains_any", &contains)
}

/// What a document lacks of an expectation; empty if all is met.
fn problems(expect: &Value, document: &Value) -> Vec<String> {
    let Some(expect) = expect.as_object() else {
        return vec![format!("{expect} is not an object")];
    };
    let findings = list(&document["findings"]);
    let facts = facts(document);
    let mut wrong = Vec::new();
    for (key, wanted) in expect {
        match key.as_str() {
            "variables" => wrong.extend(wanted.as_object().into_iter().flatten().filter_map(
                |(name, values)| {
                    let found = list(&document["variables"])
                        .iter()
                        .filter(|variable| text(&variable["name"]) == name);
                    let found: Vec<&Value> = found.collect();
                    let tolerance = Tolerance {
                        relative: 1e-9,
                        absolute: 1e-12,
                    };
                    let is_met = found.iter().any(|variable| same(values, variable, tolerance));
                    (!is_met).then(|| format!("variable {name}: expected {values}, found {found:?}"))
                },
            )),
            "absent" => wrong.extend(list(wanted).iter().filter_map(|code| {
                let is = |finding: &&Value| {
                    let (found, subject) = (text(&finding["code"]), text(&finding["subject"]));
                    text(code) == found || text(code) == format!("{found}:{subject}")
                };
                let found = findings.iter().find(is)?;
                Some(format!("expected no {code}, found {}", found["message"]))
            })),
            "at_most_severity" => {
                let worse = findings
                    .iter()
                    .find(|finding| rank(&finding["severity"]) > rank(wanted));
                wrong.extend(worse.map(|finding| {
                    format!(
                        "expected nothing above {wanted}, found {}: {}",
                        finding["code"], finding["message"]
                    )
                }));
            }
            "finds" => wrong.extend(list(wanted).iter().filter_map(|wanted| {
                let count: u64 = findings
                    .iter()
                    .filter(|finding| fits(wanted, finding))
                    .filter_map(|finding| finding["count"].as_u64())
                    .sum();
                let least = wanted.get("count_at_least").and_then(Value::as_u64).unwrap_or(1);
                (count < least).then(|| format!("expected a finding {wanted}"))
            })),
            "any_of" => {
                let options: Vec<_> = list(wanted)
                    .iter()
                    .map(|option| problems(option, document))
                    .collect();
                if options.iter().all(|problems| !problems.is_empty()) {
                    wrong.push(format!("expected one of several: {options:?}"));
                }
            }
            key if key.ends_with("_within") => {}
            key => {
                let (plain, options) = match key.strip_suffix("_any") {
                    Some(plain) => (plain, list(wanted)),
                    None => (key, std::slice::from_ref(wanted)),
                };
                let Some(found) = facts.get(plain.strip_suffix("_contains").unwrap_or(plain)) else {
                    wrong.push(format!("unknown key {key}"));
                    continue;
                };
                if !options.iter().any(|option| is_met(plain, option, found, expect)) {
                    wrong.push(format!("expected {key} {wanted}, found {found}"));
                }
            }
        }
    }
    wrong
}

/// The document of a case, as JSON.
fn document(registry: &Registry, name: &str, bytes: &[u8]) -> Value {
    let document = catch_unwind(AssertUnwindSafe(|| review::document(registry, name, bytes)));
    document.map_or_else(
        |_| json!({ "outcome": "panicked", "findings": [], "variables": [] }),
        |document| serde_json::to_value(document).expect("a document is JSON"),
    )
}

#[test]
fn every_case_is_met() {
    let registry = review::registry();
    let expected = files::read(&files::root().join(HOME).join("expected.json"));
    let mut expected: BTreeMap<String, Value> =
        serde_json::from_slice(&expected).expect("expected.json is valid");
    let mut wrong = Vec::new();
    let mut cases = 0;
    for folder in FOLDERS {
        let folder = files::root().join(HOME).join(folder);
        for name in files::names(&folder) {
            let case = expected
                .remove(&name)
                .unwrap_or_else(|| panic!("expected.json has no case {name}"));
            let document = document(&registry, &name, &files::read(&folder.join(&name)));
            let problems = problems(&case["expect"], &document);
            cases += 1;
            if !problems.is_empty() {
                wrong.push(format!(
                    "{name}: {}\n    {}",
                    text(&case["why"]),
                    problems.join("\n    ")
                ));
            }
        }
    }
    assert!(
        expected.is_empty(),
        "expected.json has cases without a file: {:?}",
        expected.keys()
    );
    assert!(
        wrong.is_empty(),
        "{} of {cases} cases are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn instants_are_equal_in_every_form() {
    let day = seconds("2000-03-01").expect("a date is an instant");
    assert_eq!(day, 951_868_800.0);
    for same in [
        "2000-03-01T00:00:00Z",
        "2000-03-01 00:00",
        "2000-03-01T05:30+05:30",
        "2000-02-29T23:00:00-0100",
    ] {
        assert_eq!(seconds(same), Some(day), "{same}");
    }
    assert_eq!(seconds("1970-01-01T00:00:00.5Z"), Some(0.5));
    assert_eq!(
        seconds("-0001-12-31").map(|day| day + 86_400.0),
        seconds("0000-01-01")
    );
    assert_eq!(seconds("yesterday"), None);
}

#[test]
fn an_expectation_that_is_not_met_is_reported() {
    let document = json!({
        "outcome": "reviewed", "kind": "CSV table", "observations": 2, "profiles": null, "failure": null,
        "handler": { "id": "csv" },
        "coverage": { "time": { "first": "2000-01-01", "last": "2000-01-02" }, "boxes": [[1, 2, 3, 4]], "depth": null },
        "variables": [{ "name": "T", "min": 1.5, "missing": { "-9": 2 } }],
        "findings": [{ "code": "a", "subject": "T", "severity": "warning", "count": 3, "message": "m", "places": [{ "line": 7 }] }],
    });
    let met = json!({
        "outcome": "reviewed", "handler_any": ["odv", "csv"], "kind_contains": "CSV", "time": ["2000-01-01T00:00Z", "2000-01-02"],
        "box": [1.001, 2, 3, 4], "depth": null, "variables": { "T": { "min": 1.5, "missing": { "-9": 2 } } },
        "absent": ["b", "a:S"], "at_most_severity": "warning",
        "finds": [{ "code_any": ["a"], "subject": "T", "severity_at_least": "warning", "line": 7, "count_at_least": 3,
                    "message_contains_any": ["x", "m"] }],
        "any_of": [{ "observations": 1 }, { "observations": 2 }],
    });
    assert_eq!(problems(&met, &document), Vec::<String>::new());
    let broken = [
        json!({ "outcome": "failed" }),
        json!({ "time": ["2000-01-01", "2000-01-03"] }),
        json!({ "time": null }),
        json!({ "box": [1.02, 2, 3, 4] }),
        json!({ "variables": { "T": { "min": 1.6 } } }),
        json!({ "variables": { "S": {} } }),
        json!({ "absent": ["a:T"] }),
        json!({ "at_most_severity": "info" }),
        json!({ "finds": [{ "code_any": ["a"], "line": 8 }] }),
        json!({ "finds": [{ "severity_at_least": "error" }] }),
        json!({ "finds": [{ "count_at_least": 4 }] }),
        json!({ "any_of": [{ "observations": 1 }, { "profiles": 2 }] }),
        json!({ "depth_unitt": "m" }),
    ];
    for expect in broken {
        assert_eq!(problems(&expect, &document).len(), 1, "{expect}");
    }
}
