//! Documents have every key and are canonical JSON; `kit.rs` has the rules for handlers.

use data_review_core::{Document, MOST_CASTS};
use data_review_tests::{files, review};
use serde_json::Value;

/// Keys of a document; `/` leads into an object, `*` into each of a list or map. A key with `?` is absent where it does not apply.
const KEYS: &[(&str, &str)] = &[
    (
        "",
        "attributes casts? casts_left_out? checks coverage failure file findings handler kind observations outcome profiles provenance schema \
         variables",
    ),
    ("file", "compression? key sha256 size"),
    ("handler", "because id runners_up verdict version"),
    ("coverage", "boxes depth kind? left_out time"),
    ("coverage/left_out", "depths positions times"),
    ("casts/*", "latitude levels longitude number station time"),
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
                let expected: Vec<&str> = keys
                    .split(' ')
                    .filter_map(|key| match key.strip_suffix('?') {
                        Some(optional) => object.contains_key(optional).then_some(optional),
                        None => Some(key),
                    })
                    .collect();
                assert_eq!(have, expected, "{path}: {at}");
            }
        }
        let again: Document = serde_json::from_str(&text).unwrap();
        assert_eq!(again.to_canonical_json(), text, "{path}");
        assert!(!text.contains('\n'), "{path}");
        casts_agree_with_the_rest(&path, &document);
    }
}

/// All profiles are listed or counted, and casts lie within the coverage of their file.
fn casts_agree_with_the_rest(path: &str, document: &Document) {
    let listed = document.casts.len() as u64;
    assert!(listed <= MOST_CASTS as u64, "{path}");
    assert_eq!(
        listed + document.casts_left_out,
        document.profiles.unwrap_or(0),
        "{path}: listed and left out"
    );
    let span = document.coverage.time.as_ref();
    let edges = document.coverage.boxes.as_ref().map(|boxes| boxes[0]);
    for cast in &document.casts {
        assert_eq!(
            cast.longitude.is_some(),
            cast.latitude.is_some(),
            "{path}: {cast:?}"
        );
        if let Some(time) = cast.time {
            let span = span.unwrap_or_else(|| panic!("{path}: a cast has a time, the file has none"));
            assert!(span.first <= time && time <= span.last, "{path}: {cast:?}");
        }
        if let Some((longitude, latitude)) = cast.longitude.zip(cast.latitude) {
            let [west, south, east, north] =
                edges.unwrap_or_else(|| panic!("{path}: a cast has a position, the file has none"));
            let is_within = match west <= east {
                true => west <= longitude && longitude <= east,
                false => west <= longitude || longitude <= east,
            };
            assert!(
                is_within && south <= latitude && latitude <= north,
                "{path}: {cast:?}"
            );
        }
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
