//! Real tables against pandas, to which a person has said how each is written; `peer.txt` has these options.
//!
//! It runs where `DATA_REVIEW_PYTHON` names an interpreter that has pandas, and `DATA_REVIEW_CORPUS` the folder of sample files;
//! `cargo xtask compare-texts` sees to both.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "sample files are read; what fails, fails the test"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use data_review_core::{BytesInput, Review, Variable};
use serde_json::Value;

use crate::harness::review_named;

/// Fewer tables would mean that files are absent.
const LEAST: usize = 80;

fn review(path: &Path) -> Review {
    let name = path.file_name().unwrap().to_string_lossy();
    let input = BytesInput(std::fs::read(path).unwrap());
    review_named(&name, Arc::new(input)).unwrap()
}

/// What differs between a variable and the peer's column; a column that is text for the peer may be more here.
fn difference(variable: &Variable, peer: &Value) -> Option<String> {
    if peer.is_null() {
        return None;
    }
    let mean = variable.mean?;
    let ours = [
        variable.min.as_ref()?.as_f64(),
        variable.max.as_ref()?.as_f64(),
        mean,
    ];
    let theirs = ["min", "max", "mean"].map(|key| peer[key].as_f64().unwrap());
    let is_equal = |(one, other): (&f64, &f64)| (one - other).abs() <= 1e-9 * other.abs().max(1e-6);
    let same = variable.count == peer["count"].as_u64().unwrap() && ours.iter().zip(&theirs).all(is_equal);
    (!same).then(|| {
        format!(
            "`{}`: {} values {ours:?}, expected {peer}",
            variable.name, variable.count
        )
    })
}

/// What differs between a review and the peer's table.
fn differences(review: &Review, peer: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    if review.observations != peer["rows"].as_u64() {
        wrong.push(format!(
            "{:?} rows, expected {}",
            review.observations, peer["rows"]
        ));
    }
    let names: Vec<String> = review
        .variables
        .iter()
        .map(|variable| variable.name.trim().to_owned())
        .collect();
    if let Some(expected) = peer["names"].as_array() {
        // pandas numbers names that are there twice, and calls one that is missing `Unnamed`.
        let is_same = |(name, expected): (&String, &Value)| {
            let expected = expected.as_str().unwrap().trim_start_matches('#');
            let stem = expected.rsplit_once('.').map_or(expected, |(stem, _)| stem);
            name == expected || name == stem || expected.starts_with("Unnamed")
        };
        if names.len() != expected.len() || !names.iter().zip(expected).all(is_same) {
            wrong.push(format!("names {names:?}, expected {expected:?}"));
        }
    }
    if let Some(expected) = peer["units"].as_array() {
        let units: Vec<&str> = review
            .variables
            .iter()
            .filter_map(|variable| variable.unit.as_deref())
            .collect();
        if units
            != expected
                .iter()
                .map(|unit| unit.as_str().unwrap())
                .collect::<Vec<_>>()
        {
            wrong.push(format!("units {units:?}, expected {expected:?}"));
        }
    }
    let numbers = peer["numbers"].as_array().unwrap();
    wrong.extend(
        review
            .variables
            .iter()
            .zip(numbers)
            .filter_map(|(variable, peer)| difference(variable, peer)),
    );
    wrong
}

#[test]
#[ignore = "needs Python's pandas and the sample files: `cargo xtask compare-texts` runs it"]
fn as_pandas_reads_them() {
    let variable = |name| PathBuf::from(std::env::var_os(name).expect(name));
    let (python, corpus) = (variable("DATA_REVIEW_PYTHON"), variable("DATA_REVIEW_CORPUS"));
    let folder = corpus.join("texts-real");
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let output = Command::new(python)
        .arg(tests.join("peer.py"))
        .arg(&folder)
        .arg(tests.join("peer.txt"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let peers: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(peers.len() >= LEAST, "{} tables", peers.len());
    let mut wrong = Vec::new();
    for peer in &peers {
        let name = peer["file"].as_str().unwrap();
        let found = differences(&review(&folder.join(name)), peer);
        wrong.extend(
            found
                .into_iter()
                .map(|difference| format!("{name}: {difference}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
