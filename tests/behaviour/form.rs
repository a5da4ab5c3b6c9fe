//! Documents have every key and are canonical JSON; `kit.rs` has the rules for handlers.

use data_review_core::Document;
use data_review_tests::{files, review};
use serde_json::Value;

/// Keys of a document; `/` leads into an object, `*` into each of a list or map.
const KEYS: &[(&str, &str)] = &[
    (
        "",
        "attributes checks coverage failure file findings handler kind observations outcome profiles provenance schema \
         variables",
    ),
    ("file", "key sha256 size"),
    ("handler", "because id runners_up verdict version"),
    ("coverage", "boxes depth left_out time"),
    ("coverage/left_out", "depths positions times"),
    ("provenance", "handler reader recipe tool vocabulary"),
    (
        "findings/*",
        "code count message places severity subject suppressed",
    ),
    (
        "variables/*",
        "canonical column count dimensions distinct distinct_exact dtype first flag_scheme flags frequent good invalid last max \
         mean min missing name non_finite padding quantile_bounds quantiles quantity shape standard_name std total unit",
    ),
    (
        "variables/*/good",
        "count flags left_out max mean min quantile_bounds quantiles std",
    ),
    ("variables/*/frequent/*", "count value"),
    ("variables/*/flags/*", "class count max mean min total"),
    ("failure", "class evidence message place stage"),
    ("failure/evidence", "begins_with first_bytes kind length title"),
];

fn all() -> Vec<(String, Document)> {
    let registry = review::registry();
    let files = files::test_data().into_iter().chain(files::bad());
    files
        .map(|file| {
            let document = review::document(&registry, &file.key, &file.bytes);
            (file.path, document)
        })
        .collect()
}

#[test]
fn every_key_is_present_and_the_text_is_its_own_canonical_form() {
    for (path, document) in all() {
        let text = document.to_canonical_json();
        let value: Value = serde_json::from_str(&text).unwrap();
        for (at, keys) in KEYS {
            for object in reach(&value, at) {
                let Value::Object(object) = object else {
                    assert!(object.is_null(), "{path}: {at} is {object}");
                    continue;
                };
                let have: Vec<&str> = object.keys().map(String::as_str).collect();
                assert_eq!(have, keys.split(' ').collect::<Vec<_>>(), "{path}: {at}");
            }
        }
        let again: Document = serde_json::from_str(&text).unwrap();
        assert_eq!(again.to_canonical_json(), text, "{path}");
        assert!(!text.contains('\n'), "{path}");
    }
}

/// All values at a path.
fn reach<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    path.split('/')
        .filter(|step| !step.is_empty())
        .fold(vec![value], |at, step| {
            at.into_iter()
                .flat_map(|value| match (step, value) {
                    ("*", Value::Array(list)) => list.iter().collect(),
                    ("*", Value::Object(map)) => map.values().collect(),
                    ("*", _) => Vec::new(),
                    _ => value.get(step).into_iter().collect::<Vec<_>>(),
                })
                .collect()
        })
}
