//! The form of documents: the published schema, every key, sums that add up, findings that are on the card.

use std::collections::BTreeSet;

use data_review_core::{CORE_CODES, CheckState, Document, Outcome, json_schema};
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
    ("coverage", "boxes depth time"),
    ("provenance", "handler reader recipe tool vocabulary"),
    ("findings/*", "code count message places severity subject"),
    (
        "variables/*",
        "canonical column count dimensions distinct dtype first flags invalid last max mean min missing name non_finite \
         quantiles shape standard_name std total unit",
    ),
    ("variables/*/flags/*", "count max mean min total"),
    ("failure", "class message place stage"),
];

/// Findings that are about a file as a whole; all others name a place, or the column or member they are about.
const WHOLE: &[&str] = &[
    "name-contradicts-content",
    "archive-index-damaged",
    "mixed-line-breaks",
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
fn every_document_fits_the_published_schema() {
    let validator = jsonschema::validator_for(&json_schema()).expect("the schema is one");
    for (path, document) in all() {
        let value: Value = serde_json::from_str(&document.to_canonical_json()).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{path}: {}", errors.join("\n"));
    }
    let mut wrong = serde_json::to_value(&all()[0].1).unwrap();
    wrong["outcome"] = "perhaps".into();
    assert!(
        !validator.is_valid(&wrong),
        "a schema that takes anything tests nothing"
    );
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

#[test]
fn cells_add_up() {
    for (path, document) in all() {
        for variable in &document.variables {
            let name = &variable.name;
            let missing: u64 = variable.missing.values().sum();
            assert_eq!(
                variable.total,
                variable.count + missing + variable.invalid + variable.non_finite,
                "{path}: {name}"
            );
            assert_eq!(
                variable.shape.iter().product::<u64>(),
                variable.total,
                "{path}: {name}"
            );
            assert!(variable.distinct <= variable.count, "{path}: {name}");
            for (flag, summary) in variable.flags.iter().flatten() {
                assert!(summary.count <= summary.total, "{path}: {name} flag {flag}");
            }
            if let Some(flags) = &variable.flags {
                let flagged: u64 = flags.values().map(|flag| flag.total).sum();
                assert_eq!(flagged, variable.total, "{path}: {name}");
            }
        }
    }
}

#[test]
fn checks_and_findings_are_those_of_the_card() {
    let registry = review::registry();
    for (path, document) in all() {
        let Some(handler) = &document.handler else {
            assert!(document.checks.is_empty(), "{path}");
            continue;
        };
        let card = registry.get(&handler.id).unwrap().card();
        let codes: BTreeSet<&str> = card
            .codes
            .iter()
            .chain(CORE_CODES)
            .map(|code| code.code)
            .collect();
        let checks: BTreeSet<&str> = document.checks.keys().map(String::as_str).collect();
        assert_eq!(checks, codes, "{path}");
        for finding in &document.findings {
            let code = finding.code.as_str();
            assert!(codes.contains(code), "{path}: {code} is not on the card");
            assert_eq!(document.checks[code], CheckState::Failed, "{path}: {code}");
            assert!(
                finding.places.len() as u64 <= finding.count.min(10),
                "{path}: {finding:?}"
            );
            assert!(!finding.message.is_empty(), "{path}: {finding:?}");
            let says_where = !finding.places.is_empty() || finding.subject.is_some();
            assert!(
                says_where || WHOLE.contains(&code),
                "{path}: {finding:?} does not say where"
            );
        }
        let failed: BTreeSet<&str> = document
            .findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect();
        for (code, state) in &document.checks {
            assert_eq!(
                *state == CheckState::Failed,
                failed.contains(code.as_str()),
                "{path}: {code}"
            );
            if document.outcome == Outcome::Reviewed {
                assert_ne!(*state, CheckState::NotRun, "{path}: {code}");
            }
        }
    }
}
